"""A mailbox as a channel: polled over IMAP, answered over SMTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from carecli.domain.capabilities import Capabilities
from carecli.domain.errors import PlatformError, Refused, Transient
from carecli.domain.events import CaseAnswered, Event, MessageSeen, TurnedAway, Unrecognised
from carecli.domain.model import DAY, Millis, OutboxVerb
from carecli.platforms.base import Account, Known, Order, Page, Probe, Sent, Stream, Target
from carecli.platforms.mail import outgoing
from carecli.platforms.mail.capabilities import mail_capabilities
from carecli.platforms.mail.mailbox import Mailbox, ReceivedMail, open_mailbox
from carecli.platforms.mail.normalise import MailContext, mail_events, mail_message
from carecli.platforms.mail.options import MailOptions, read_options
from carecli.platforms.mail.parser import Mail, parse_mail
from carecli.platforms.mail.people import reply_recipient
from carecli.platforms.unreadable import Unreadable

PAGE = 50
"""Mails fetched at once."""

THREAD = 30
"""Mails of a conversation that are read before an answer leaves."""


class MailChannel:
    """One mailbox. `account` is its address; docs/mail.md names the options."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.unreadable = Unreadable(account.clock)
        self._options: MailOptions = read_options(account)
        self._around = MailContext(self._options, account.token)

    @property
    def capabilities(self) -> Capabilities:
        return mail_capabilities(self._account.options)

    def streams(self) -> Sequence[Stream]:
        inbox = Stream("inbox", busy_interval=30.0, idle_interval=120.0)
        if not self._options.sent_folder:
            return (inbox,)
        return (inbox, Stream("sent", busy_interval=60.0, idle_interval=300.0))

    async def pull(self, stream: str, cursor: str | None, known: Known) -> AsyncIterator[Page]:  # noqa: ARG002 - the mailbox itself is asked about earlier mails
        since = self._account.clock() - self._options.days * DAY
        uids, validity = await asyncio.to_thread(self._new_uids, stream, cursor, since)
        async for page in self._failed_before(stream, validity):
            yield page
        if not uids:
            yield Page(cursor=f"{validity}:{_uid(cursor, validity)}")
        for chunk in _chunks(uids):
            letters = await self._letters_of(stream, chunk, validity)
            yield await asyncio.to_thread(self._page, stream, letters, f"{validity}:{chunk[-1]}")

    async def _failed_before(self, stream: str, validity: int) -> AsyncIterator[Page]:
        """Mails that the server would not hand out, those whose time has come."""
        for place in self.unreadable.due(f"mail {stream}"):
            number, _, uid = place.rpartition(" ")[2].partition(":")
            if number != str(validity):
                self.unreadable.forget(place)  # the folder was numbered, and is read, anew
                continue
            with self.unreadable.at(place):
                letters = await asyncio.to_thread(self._fetched, stream, (int(uid),), validity)
                yield await asyncio.to_thread(self._page, stream, letters, None)

    async def _letters_of(
        self, stream: str, chunk: Sequence[int], validity: int
    ) -> list[ReceivedMail]:
        """A chunk of mails; where the server stumbles over one, each by itself."""
        try:
            return await asyncio.to_thread(self._fetched, stream, chunk, validity)
        except Transient as error:
            if not error.code:
                raise
        letters: list[ReceivedMail] = []
        for uid in chunk:
            with self.unreadable.at(f"mail {stream} {validity}:{uid}"):
                letters += await asyncio.to_thread(self._fetched, stream, (uid,), validity)
        return letters

    def _new_uids(self, stream: str, cursor: str | None, since: Millis) -> tuple[list[int], int]:
        with self._open(stream) as box:
            last = _uid(cursor, box.validity)
            return (box.uids_after(last) if last else box.uids_since(since)), box.validity

    def _fetched(self, stream: str, uids: Sequence[int], validity: int) -> list[ReceivedMail]:
        with self._open(stream) as box:
            if box.validity != validity:
                raise Transient("the mailbox has been renumbered meanwhile", happened=False)
            return box.fetch(uids)

    async def census(self, since: Millis) -> AsyncIterator[Page]:
        def uids(stream: str) -> tuple[list[int], int]:
            with self._open(stream) as box:
                return box.uids_since(since), box.validity

        for stream in self.streams():
            found, validity = await asyncio.to_thread(uids, stream.name)
            for chunk in _chunks(found):
                letters = await asyncio.to_thread(self._fetched, stream.name, chunk, validity)
                page = await asyncio.to_thread(self._page, stream.name, letters, None)
                told = tuple(one for one in page.events if not isinstance(one, TurnedAway))
                yield Page(told, observed_at=page.observed_at)

    def _page(self, stream: str, letters: Sequence[ReceivedMail], cursor: str | None) -> Page:
        around = replace(self._around, earlier=self._earlier(letters))
        events = tuple(_told(letters, around, is_sent=stream == "sent"))
        raw = json.dumps(
            {
                "stream": stream,
                "mails": [{"at": one.at, "mail": one.raw.decode("latin-1")} for one in letters],
            }
        ).encode()
        return Page(events, cursor=cursor, raw=raw, observed_at=self._account.clock())

    def _earlier(self, letters: Sequence[ReceivedMail]) -> dict[str, Mail]:
        """The mails that these answer, by id: from among them, or their headers in the mailbox.

        They tell whose question an answer answers, the root of the conversation where an answer
        names only what it answers, and whether a subject is new.
        """
        mails = [parse_mail(one.raw) for one in letters]
        found = {one.id: one for one in mails}
        missing = dict.fromkeys(
            one.parent for one in mails if one.parent and one.parent not in found
        )
        if missing:
            with self._open("inbox") as box:
                for letter in box.headers(box.uids_of(list(missing), most=len(missing) * 2)):
                    mail = parse_mail(letter.raw)
                    found.setdefault(mail.id, mail)
        return found

    def _mails(self, ids: Sequence[str], header: str = "MESSAGE-ID") -> list[Mail]:
        return [parse_mail(one.raw) for one in self._letters(ids, header)]

    def _letters(self, ids: Sequence[str], header: str = "MESSAGE-ID") -> list[ReceivedMail]:
        with self._open("inbox") as box:
            return box.fetch(box.uids_of(ids, header=header)[-THREAD:])

    async def head(self, target: Target) -> Page:
        """The conversation as it lies in the mailbox."""

        def read() -> tuple[Event, ...]:
            root, _, person = target.thread.partition(" ")
            letters = [*self._letters((root,)), *self._letters((root,), "REFERENCES")]
            letters += self._letters((root,), "IN-REPLY-TO")
            around = MailContext(self._options, self._account.token, self._earlier(letters))
            found: list[Event] = []
            for letter in letters:
                sender = parse_mail(letter.raw).sender
                for one in _told([letter], around, is_sent=False):
                    event = _taken(one, target.message)
                    if event is None or not event.thread.startswith(f"{root} "):
                        continue
                    if event.thread == target.thread or sender == person:
                        found.append(replace(event, thread=target.thread))
            return tuple(found)

        events = await asyncio.to_thread(read)
        return Page(events, observed_at=self._account.clock())

    async def send(self, order: Order) -> Sent:
        if order.verb is OutboxVerb.CASE:
            raw = outgoing.build_case(order, self._options, self._account.token)
        elif order.verb is OutboxVerb.REPLY:
            if not self.capabilities.can_reply:
                raise Refused("a notification cannot be answered by mail")
            answered = await asyncio.to_thread(self._answered, order)
            raw = outgoing.build_reply(order, self._options, self._account.token, answered)
        else:
            raise Refused(f"mails do not support `{order.verb}`")
        to, copies = outgoing.recipients_of(raw)
        await asyncio.to_thread(
            outgoing.deliver, self._options, self._account.token, raw, to, copies
        )
        return self._sent(raw, self._account.clock(), order)

    def _answered(self, order: Order) -> Mail | None:
        """The mail that is answered: with these words, else the only one by this person."""
        found = self._mails((order.target.address,))
        exact = next((one for one in found if one.identity == order.target.message), None)
        if exact is not None:
            return exact
        contact = order.target.contact
        theirs = [
            one
            for one in found
            if contact in (one.sender, reply_recipient(one, self._options).address)
        ]
        return theirs[0] if len(theirs) == 1 else None

    def _sent(self, raw: bytes, at: Millis, order: Order) -> Sent:
        mail = parse_mail(raw)
        if mail.header(outgoing.KIND.lower()) == outgoing.CASE:
            return Sent(mail.identity, at)
        said = mail_message(mail, at, self._around, is_ours=True)
        return Sent(mail.identity, at, (replace(said, thread=order.target.thread),))

    async def find_sent(self, order: Order) -> Sent | None:
        if not order.verb.is_text:
            return None
        id_ = outgoing.message_id(order.key, self._options)
        for letter in await asyncio.to_thread(self._letters, (id_,)):
            if outgoing.is_ours(self._account.token, parse_mail(letter.raw)):
                return self._sent(letter.raw, letter.at, order)
        return None

    def read(self, raw: bytes, now: Millis) -> Page:
        """Events of a recorded page, or of a single mail that was saved as a file."""
        around = MailContext(self._options, self._account.token)
        try:
            told = json.loads(raw)
            letters = [
                ReceivedMail(0, int(one["at"]), str(one["mail"]).encode("latin-1"))
                for one in told["mails"]
            ]
            is_sent = told.get("stream") == "sent"
        except (ValueError, TypeError, KeyError, RecursionError, AttributeError):
            if b":" not in raw[:1000] or raw[:1] in (b"{", b"["):
                return Page((Unrecognised("no mail"),), raw=raw, observed_at=now)
            letters, is_sent = [ReceivedMail(0, now, raw)], False
        return Page(tuple(_told(letters, around, is_sent=is_sent)), raw=raw, observed_at=now)

    async def probe(self) -> Probe:
        """Whether both servers let us in, and what is in the folder."""
        problems: list[str] = []

        def count() -> int:
            with self._open("inbox") as box:
                return len(box.uids_since(self._account.clock() - 7 * DAY))

        found = await asyncio.to_thread(count)
        findings = [f"{found} mails of the last week in {self._options.folder}"]
        try:
            await asyncio.to_thread(outgoing.check_login, self._options, self._account.token)
        except PlatformError as error:
            problems.append(error.what)
        if not self._options.authenticated:
            findings.append("senders are not verified (options.authenticated: no)")
        return Probe(
            is_ok=not problems,
            account=self._options.address,
            findings=tuple(findings),
            problems=tuple(problems),
            capabilities=self.capabilities,
        )

    async def aclose(self) -> None:
        """Nothing is held: each deed has a connection of its own."""

    def _open(self, stream: str) -> AbstractContextManager[Mailbox]:
        options = self._options
        folder = options.sent_folder if stream == "sent" else options.folder
        return open_mailbox(options, self._account.token, folder)


def _taken(event: Event, wanted: str) -> MessageSeen | None:
    """What an event says in a conversation; what was turned away counts if it was taken in."""
    if isinstance(event, TurnedAway):
        message = event.message
        return message if message is not None and message.platform_id == wanted else None
    if isinstance(event, CaseAnswered):
        return event.message
    return event if isinstance(event, MessageSeen) else None


def _told(
    letters: Sequence[ReceivedMail], around: MailContext, *, is_sent: bool
) -> Iterator[Event]:
    for letter in letters:
        try:
            yield from mail_events(parse_mail(letter.raw), letter.at, around, is_sent=is_sent)
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            yield Unrecognised(f"a mail: {type(error).__name__}")


def _uid(cursor: str | None, validity: int) -> int:
    """The last mail that was read, if the mailbox still counts as it did then."""
    before, _, uid = (cursor or "").partition(":")
    return int(uid) if before == str(validity) and uid.isdecimal() else 0


def _chunks(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), PAGE):
        yield uids[start : start + PAGE]
