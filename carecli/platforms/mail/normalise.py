"""Mails to events, by the role of their mailbox; rejects what must not become one.

What is turned away is told with what it would have become, so that a person can take it in. Pure:
`MailContext` answers what a mail alone does not tell.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from carecli.domain.entry import ManualEntry, entry_events
from carecli.domain.errors import Refused
from carecli.domain.events import Author, CaseAnswered, Event, MessageSeen, TurnedAway
from carecli.domain.model import HOUR, ContactPoint, Millis
from carecli.i18n import N_
from carecli.platforms.mail.authentication import (
    automatic_reason,
    is_authenticated,
    is_let_in,
    is_listed,
)
from carecli.platforms.mail.options import MailboxRole, MailOptions
from carecli.platforms.mail.outgoing import CASE, KIND, OURS, REPORT, is_ours, key_of
from carecli.platforms.mail.parser import Mail, Recipient
from carecli.platforms.mail.people import (
    format_recipients,
    is_us,
    other_recipients,
    reply_recipient,
)

REFERENCE = re.compile(r"\[carecli ([0-9A-Z]{4}-[0-9A-Z]{4})\]", re.IGNORECASE)
"""How a case's reference stands in a subject."""

_AGAIN = re.compile(r"(?:re|fwd?|odp|rv|rif|sv|aw|pd|rm)\s*(?:\[\d+\])?:", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>\"'()]{3,1500}")


@dataclass(slots=True)
class MailContext:
    """What is known beside the mails themselves. `earlier` finds the headers of earlier ones."""

    options: MailOptions
    token: str
    earlier: Mapping[str, Mail] = field(default_factory=dict)
    lately: dict[str, deque[Millis]] = field(default_factory=dict)
    """When each sender wrote within the last hour."""

    def is_too_many(self, sender: str, at: Millis) -> bool:
        """Count a mail of a sender, and say whether it is above the hour's allowance."""
        times = self.lately.setdefault(sender, deque())
        times.append(at)
        while times and times[0] <= max(times) - HOUR:
            times.popleft()
        return len(times) > self.options.hourly


def mail_events(
    mail: Mail, at: Millis, around: MailContext, *, is_sent: bool = False
) -> list[Event]:
    """What a mail received at a moment tells. `is_sent`: it lies among what we sent."""
    options = around.options
    if is_ours(around.token, mail):
        is_no_talk = mail.header(KIND.lower()) in (CASE, REPORT)
        return [] if is_no_talk else [mail_message(mail, at, around, is_ours=True)]
    if is_sent:
        return [mail_message(mail, at, around, is_ours=True)]
    if OURS.fullmatch(mail.id) or mail.header("x-carecli-proof"):
        return [_away(N_("it claims to be from ourselves"), mail, at, around)]
    if options.role is MailboxRole.INBOX:
        return _of_customer(mail, at, around)
    if mail.sender == options.address:
        return [_away(N_("it claims to be from ourselves"), mail, at, around)]
    if not is_listed(mail.sender, options.senders) or mail.senders != 1:
        return [_away(N_("its sender is not listed"), mail, at, around)]
    if options.authenticated and not is_authenticated(mail, options.authserv):
        return [_away(N_("our mail server did not verify its sender"), mail, at, around)]
    if options.role is MailboxRole.NOTIFICATIONS:
        return _notification(mail, at, around)
    reason = automatic_reason(mail)
    if reason:
        return [_away(reason, mail, at, around)]
    if around.is_too_many(mail.sender, at):
        return [
            _away(N_("more mails from this sender within an hour than allowed"), mail, at, around)
        ]
    message = mail_message(mail, at, around)
    keys = tuple(found[1] for one in mail.references if (found := OURS.fullmatch(one)))
    named = REFERENCE.search(mail.subject)
    if not keys and named is None:
        return [message]
    return [CaseAnswered(message, keys, named[1].upper() if named else "")]


def _away(reason: str, mail: Mail, at: Millis, around: MailContext) -> TurnedAway:
    """A mail that is not taken in by itself; a person may, so it says what it would become."""
    return TurnedAway(reason, mail.sender, mail_message(mail, at, around))


def _of_customer(mail: Mail, at: Millis, around: MailContext) -> list[Event]:
    if mail.is_report and any(OURS.fullmatch(one) for one in mail.references):
        return [mail_message(mail, at, around)]  # our answer did not arrive: somebody must know
    options = around.options
    if mail.sender == options.address:
        # a web form may send as ourselves, but then it names the visitor as the one to answer
        is_form = reply_recipient(mail, options).address != options.address
        reason = "" if is_form else N_("it claims to be from ourselves")
    else:
        reason = "" if is_let_in(mail, options) else automatic_reason(mail)
    if reason:
        return [_away(reason, mail, at, around)]
    return [mail_message(mail, at, around)]


def mail_message(
    mail: Mail, at: Millis, around: MailContext, *, is_ours: bool = False
) -> MessageSeen:
    """The mail as a message of the conversation with one person."""
    options = around.options
    who = _answered_by(mail, around) if is_ours else reply_recipient(mail, options)
    root, before = mail.root, around.earlier.get(mail.parent)
    if before is not None and mail.references and not mail.has_references:
        root = before.root
    text = mail.text
    is_again = _is_known(mail.subject, before) or (
        options.role is MailboxRole.CASES and REFERENCE.search(mail.subject) is not None
    )
    if is_ours:
        is_again = bool(mail.references) or _AGAIN.match(mail.subject) is not None
    if mail.subject and not (text and is_again):
        text = f"{mail.subject}\n\n{text}" if text else mail.subject
    others = (
        tuple(one for one in mail.to if one != who and not is_us(one.address, options))
        if is_ours
        else other_recipients(mail, options)
    )
    return MessageSeen(
        platform_id=mail.identity,
        thread=f"{root} {who.address}",
        point=ContactPoint.EMAIL,
        created_at=at,
        author=None if is_ours else Author(who.address, who.name or who.address, scope="mail"),
        is_ours=is_ours,
        text=text,
        address=mail.id,
        attachments=mail.attachments,
        ours_key=key_of(mail) if is_ours else "",
        also_to=format_recipients(others),
    )


def _answered_by(mail: Mail, around: MailContext) -> Recipient:
    """Whose question a mail of ours answers: of several it goes to, who wrote what it refers to."""
    before = around.earlier.get(mail.parent)
    if before is not None:
        asked = reply_recipient(before, around.options).address
        for one in mail.to:
            if one.address == asked:
                return one
    return mail.to[0] if mail.to else Recipient("")


def _is_known(subject: str, before: Mail | None) -> bool:
    """Whether the mail before it had the subject already, as that of an answer has."""
    return before is not None and _bare(subject) == _bare(before.subject)


def _bare(subject: str) -> str:
    """A subject without what mail programs put before it."""
    plain = subject.strip()
    while (found := _AGAIN.match(plain)) is not None:
        plain = plain[found.end() :].strip()
    return " ".join(plain.casefold().split())


def _notification(mail: Mail, at: Millis, around: MailContext) -> list[Event]:
    """A post behind a link, as if a person had pasted it."""
    options = around.options
    links = [url.rstrip(".,;:!?") for url in _LINK.findall(mail.text)]
    link = next((url for url in links if _leads_to(url, options.link)), "")
    if not link:
        return [_away(N_("a notification without a link"), mail, at, around)]
    text = f"{mail.subject}\n\n{_LINK.sub('', mail.text).strip()}".strip()
    try:
        place = options.group or mail.sender_name
        entry = ManualEntry(text[:20_000] or link, link, mail.sender_name, place=place)
        return list(entry_events(entry, at))
    except Refused as error:
        return [_away(f"a notification refused: {error.what}", mail, at, around)]


def _leads_to(link: str, host: str) -> bool:
    try:
        found = (urlsplit(link).hostname or "").lower()
    except ValueError:
        return False
    return not host or found == host or found.endswith(f".{host}")
