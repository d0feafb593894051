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
        async for page in self._retry_failed(stream, validity):
            yield page
        if not uids:
            yield Page(cursor=f"{validity}:{_uid(cursor, validity)}")
        for chunk in _chunks(uids):
            mails = await self._fetch_chunk(stream, chunk, validity)
            yield await asyncio.to_thread(self._page, stream, mails, f"{validity}:{chunk[-1]}")

    async def _retry_failed(self, stream: str, validity: int) -> AsyncIterator[Page]:
        """Fetch again the mails that failed before and are due."""
        for place in self.unreadable.due_places(f"mail {stream}"):
            number, _, uid = place.rpartition(" ")[2].partition(":")
            if number != str(validity):
                self.unreadable.forget(place)  # the folder was numbered, and is read, anew
                continue
            with self.unreadable.reading(place):
                mails = await asyncio.to_thread(self._fetch, stream, (int(uid),), validity)
                yield await asyncio.to_thread(self._page, stream, mails, None)

    async def _fetch_chunk(
        self, stream: str, chunk: Sequence[int], validity: int
    ) -> list[ReceivedMail]:
        """Fetch a chunk of mails; if the server fails on it, each mail by itself."""
        try:
            return await asyncio.to_thread(self._fetch, stream, chunk, validity)
        except Transient as error:
            if not error.code:
                raise
        mails: list[ReceivedMail] = []
        for uid in chunk:
            with self.unreadable.reading(f"mail {stream} {validity}:{uid}"):
                mails += await asyncio.to_thread(self._fetch, stream, (uid,), validity)
        return mails

    def _new_uids(self, stream: str, cursor: str | None, since: Millis) -> tuple[list[int], int]:
        with self._open(stream) as box:
            last = _uid(cursor, box.validity)
            return (box.uids_after(last) if last else box.uids_since(since)), box.validity

    def _fetch(self, stream: str, uids: Sequence[int], validity: int) -> list[ReceivedMail]:
        with self._open(stream) as box:
            if box.validity != validity:
                raise Transient("the mailbox has been renumbered meanwhile", happened=False)
            return box.fetch(uids)

    async def census(self, since: Millis) -> AsyncIterator[Page]:
        def uids(stream: str) -> tuple[list[int], int]:
            with self._open(stream) as box:
                return box.uids_since(since), box.validity

        for stream in self.streams():
            new_uids, validity = await asyncio.to_thread(uids, stream.name)
            for chunk in _chunks(new_uids):
                mails = await asyncio.to_thread(self._fetch, stream.name, chunk, validity)
                page = await asyncio.to_thread(self._page, stream.name, mails, None)
                events = tuple(event for event in page.events if not isinstance(event, TurnedAway))
                yield Page(events, observed_at=page.observed_at)

    def _page(self, stream: str, mails: Sequence[ReceivedMail], cursor: str | None) -> Page:
        context = replace(self._around, earlier=self._earlier(mails))
        events = tuple(_events_of(mails, context, is_sent=stream == "sent"))
        raw = json.dumps(
            {
                "stream": stream,
                "mails": [{"at": mail.at, "mail": mail.raw.decode("latin-1")} for mail in mails],
            }
        ).encode()
        return Page(events, cursor=cursor, raw=raw, observed_at=self._account.clock())

    def _earlier(self, mails: Sequence[ReceivedMail]) -> dict[str, Mail]:
        """These mails and the headers of those they answer, by id.

        They show whose question an answer belongs to, the root of a conversation if an answer names
        only its parent, and whether a subject is new.
        """
        parsed = [parse_mail(mail.raw) for mail in mails]
        by_id = {mail.id: mail for mail in parsed}
        missing = dict.fromkeys(
            mail.parent for mail in parsed if mail.parent and mail.parent not in by_id
        )
        if missing:
            with self._open("inbox") as box:
                for header in box.headers(box.uids_of(list(missing), most=len(missing) * 2)):
                    earlier = parse_mail(header.raw)
                    by_id.setdefault(earlier.id, earlier)
        return by_id

    def _mails(self, ids: Sequence[str], header: str = "MESSAGE-ID") -> list[Mail]:
        return [parse_mail(mail.raw) for mail in self._fetch_by_id(ids, header)]

    def _fetch_by_id(self, ids: Sequence[str], header: str = "MESSAGE-ID") -> list[ReceivedMail]:
        with self._open("inbox") as box:
            return box.fetch(box.uids_of(ids, header=header)[-THREAD:])

    async def head(self, target: Target) -> Page:
        """The conversation as it is in the mailbox."""

        def read() -> tuple[Event, ...]:
            root, _, person = target.thread.partition(" ")
            mails = [*self._fetch_by_id((root,)), *self._fetch_by_id((root,), "REFERENCES")]
            mails += self._fetch_by_id((root,), "IN-REPLY-TO")
            context = MailContext(self._options, self._account.token, self._earlier(mails))
            events: list[Event] = []
            for mail in mails:
                sender = parse_mail(mail.raw).sender
                for event in _events_of([mail], context, is_sent=False):
                    message = _message_in(event, target.message)
                    if message is None or not message.thread.startswith(f"{root} "):
                        continue
                    if message.thread == target.thread or sender == person:
                        events.append(replace(message, thread=target.thread))
            return tuple(events)

        events = await asyncio.to_thread(read)
        return Page(events, observed_at=self._account.clock())

    async def send(self, order: Order) -> Sent:
        if order.verb is OutboxVerb.CASE:
            raw = outgoing.build_case(order, self._options, self._account.token)
        elif order.verb is OutboxVerb.REPLY:
            if not self.capabilities.can_reply:
                raise Refused("a notification cannot be answered by mail")
            answered = await asyncio.to_thread(self._answered_mail, order)
            raw = outgoing.build_reply(order, self._options, self._account.token, answered)
        else:
            raise Refused(f"mails do not support `{order.verb}`")
        to, copies = outgoing.recipients_of(raw)
        await asyncio.to_thread(
            outgoing.deliver, self._options, self._account.token, raw, to, copies
        )
        return self._sent(raw, self._account.clock(), order)

    def _answered_mail(self, order: Order) -> Mail | None:
        """The mail that an order answers: the same text, else the only one by this person."""
        mails = self._mails((order.target.address,))
        exact = next((mail for mail in mails if mail.identity == order.target.message), None)
        if exact is not None:
            return exact
        contact = order.target.contact
        theirs = [
            mail
            for mail in mails
            if contact in (mail.sender, reply_recipient(mail, self._options).address)
        ]
        return theirs[0] if len(theirs) == 1 else None

    def _sent(self, raw: bytes, at: Millis, order: Order) -> Sent:
        mail = parse_mail(raw)
        if mail.header(outgoing.KIND.lower()) == outgoing.CASE:
            return Sent(mail.identity, at)
        message = mail_message(mail, at, self._around, is_ours=True)
        return Sent(mail.identity, at, (replace(message, thread=order.target.thread),))

    async def find_sent(self, order: Order) -> Sent | None:
        if not order.verb.is_text:
            return None
        id_ = outgoing.message_id(order.key, self._options)
        for mail in await asyncio.to_thread(self._fetch_by_id, (id_,)):
            if outgoing.is_ours(self._account.token, parse_mail(mail.raw)):
                return self._sent(mail.raw, mail.at, order)
        return None

    def read(self, raw: bytes, now: Millis) -> Page:
        """Events of a recorded page, or of a single mail that was saved as a file."""
        context = MailContext(self._options, self._account.token)
        try:
            recorded = json.loads(raw)
            mails = [
                ReceivedMail(0, int(entry["at"]), str(entry["mail"]).encode("latin-1"))
                for entry in recorded["mails"]
            ]
            is_sent = recorded.get("stream") == "sent"
        except (ValueError, TypeError, KeyError, RecursionError, AttributeError):
            if b":" not in raw[:1000] or raw[:1] in (b"{", b"["):
                return Page((Unrecognised("no mail"),), raw=raw, observed_at=now)
            mails, is_sent = [ReceivedMail(0, now, raw)], False
        return Page(tuple(_events_of(mails, context, is_sent=is_sent)), raw=raw, observed_at=now)

    async def probe(self) -> Probe:
        """Whether both servers accept our login, and how many mails the folder has."""
        problems: list[str] = []

        def count() -> int:
            with self._open("inbox") as box:
                return len(box.uids_since(self._account.clock() - 7 * DAY))

        recent = await asyncio.to_thread(count)
        findings = [f"{recent} mails of the last week in {self._options.folder}"]
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
        """Nothing to close: each request has its own connection."""

    def _open(self, stream: str) -> AbstractContextManager[Mailbox]:
        options = self._options
        folder = options.sent_folder if stream == "sent" else options.folder
        return open_mailbox(options, self._account.token, folder)


def _message_in(event: Event, wanted: str) -> MessageSeen | None:
    """The message in an event; a rejected mail counts only if it is the `wanted` message."""
    if isinstance(event, TurnedAway):
        message = event.message
        return message if message is not None and message.platform_id == wanted else None
    if isinstance(event, CaseAnswered):
        return event.message
    return event if isinstance(event, MessageSeen) else None


def _events_of(
    mails: Sequence[ReceivedMail], context: MailContext, *, is_sent: bool
) -> Iterator[Event]:
    for mail in mails:
        try:
            yield from mail_events(parse_mail(mail.raw), mail.at, context, is_sent=is_sent)
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            yield Unrecognised(f"a mail: {type(error).__name__}")


def _uid(cursor: str | None, validity: int) -> int:
    """The last mail that was read, if the mailbox still counts as it did then."""
    before, _, uid = (cursor or "").partition(":")
    return int(uid) if before == str(validity) and uid.isdecimal() else 0


def _chunks(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), PAGE):
        yield uids[start : start + PAGE]
