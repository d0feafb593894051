"""Mails to events, by the role of their mailbox; rejects what must not become one.

A rejected mail carries the message it would have become, so that a person can accept it. Pure:
`MailContext` holds what a mail alone does not tell.
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
"""The reference of a case in a subject."""

_AGAIN = re.compile(r"(?:re|fwd?|odp|rv|rif|sv|aw|pd|rm)\s*(?:\[\d+\])?:", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>\"'()]{3,1500}")


@dataclass(slots=True)
class MailContext:
    """What is known besides the mails themselves. `earlier` maps ids to earlier mails."""

    options: MailOptions
    token: str
    earlier: Mapping[str, Mail] = field(default_factory=dict)
    lately: dict[str, deque[Millis]] = field(default_factory=dict)
    """When each sender wrote within the last hour."""

    def is_too_many(self, sender: str, at: Millis) -> bool:
        """Count a mail of a sender, and tell whether it exceeds the hourly limit."""
        times = self.lately.setdefault(sender, deque())
        times.append(at)
        while times and times[0] <= max(times) - HOUR:
            times.popleft()
        return len(times) > self.options.hourly


def mail_events(
    mail: Mail, at: Millis, context: MailContext, *, is_sent: bool = False
) -> list[Event]:
    """The events of a mail received at a moment (ms). `is_sent`: it is in the sent folder."""
    options = context.options
    if is_ours(context.token, mail):
        is_no_talk = mail.header(KIND.lower()) in (CASE, REPORT)
        return [] if is_no_talk else [mail_message(mail, at, context, is_ours=True)]
    if is_sent:
        return [mail_message(mail, at, context, is_ours=True)]
    if OURS.fullmatch(mail.id) or mail.header("x-carecli-proof"):
        return [_turned_away(N_("it claims to be from ourselves"), mail, at, context)]
    if options.role is MailboxRole.INBOX:
        return _customer_events(mail, at, context)
    if mail.sender == options.address:
        return [_turned_away(N_("it claims to be from ourselves"), mail, at, context)]
    if not is_listed(mail.sender, options.senders) or mail.senders != 1:
        return [_turned_away(N_("its sender is not listed"), mail, at, context)]
    if options.authenticated and not is_authenticated(mail, options.authserv):
        return [_turned_away(N_("our mail server did not verify its sender"), mail, at, context)]
    if options.role is MailboxRole.NOTIFICATIONS:
        return _notification(mail, at, context)
    reason = automatic_reason(mail)
    if reason:
        return [_turned_away(reason, mail, at, context)]
    if context.is_too_many(mail.sender, at):
        return [
            _turned_away(
                N_("more mails from this sender within an hour than allowed"), mail, at, context
            )
        ]
    message = mail_message(mail, at, context)
    keys = tuple(match[1] for reference in mail.references if (match := OURS.fullmatch(reference)))
    case_reference = REFERENCE.search(mail.subject)
    if not keys and case_reference is None:
        return [message]
    return [CaseAnswered(message, keys, case_reference[1].upper() if case_reference else "")]


def _turned_away(reason: str, mail: Mail, at: Millis, context: MailContext) -> TurnedAway:
    """A rejected mail with the message it would become if a person accepts it."""
    return TurnedAway(reason, mail.sender, mail_message(mail, at, context))


def _customer_events(mail: Mail, at: Millis, context: MailContext) -> list[Event]:
    if mail.is_report and any(OURS.fullmatch(reference) for reference in mail.references):
        return [mail_message(mail, at, context)]  # our answer was not delivered: show it
    options = context.options
    if mail.sender == options.address:
        # a web form may send with our address, but then it names the visitor in Reply-To
        is_form = reply_recipient(mail, options).address != options.address
        reason = "" if is_form else N_("it claims to be from ourselves")
    else:
        reason = "" if is_let_in(mail, options) else automatic_reason(mail)
    if reason:
        return [_turned_away(reason, mail, at, context)]
    return [mail_message(mail, at, context)]


def mail_message(
    mail: Mail, at: Millis, context: MailContext, *, is_ours: bool = False
) -> MessageSeen:
    """The mail as a message of the conversation with one person."""
    options = context.options
    person = _answered_by(mail, context) if is_ours else reply_recipient(mail, options)
    root, earlier = mail.root, context.earlier.get(mail.parent)
    if earlier is not None and mail.references and not mail.has_references:
        root = earlier.root
    text = mail.text
    is_known_subject = _is_same_subject(mail.subject, earlier) or (
        options.role is MailboxRole.CASES and REFERENCE.search(mail.subject) is not None
    )
    if is_ours:
        is_known_subject = bool(mail.references) or _AGAIN.match(mail.subject) is not None
    if mail.subject and not (text and is_known_subject):
        text = f"{mail.subject}\n\n{text}" if text else mail.subject
    others = (
        tuple(
            recipient
            for recipient in mail.to
            if recipient != person and not is_us(recipient.address, options)
        )
        if is_ours
        else other_recipients(mail, options)
    )
    return MessageSeen(
        platform_id=mail.identity,
        thread=f"{root} {person.address}",
        point=ContactPoint.EMAIL,
        created_at=at,
        author=None
        if is_ours
        else Author(person.address, person.name or person.address, scope="mail"),
        is_ours=is_ours,
        text=text,
        address=mail.id,
        attachments=mail.attachments,
        ours_key=key_of(mail) if is_ours else "",
        also_to=format_recipients(others),
    )


def _answered_by(mail: Mail, context: MailContext) -> Recipient:
    """Whom our mail answers: the recipient who wrote the mail it refers to, else the first."""
    earlier = context.earlier.get(mail.parent)
    if earlier is not None:
        asker = reply_recipient(earlier, context.options).address
        for recipient in mail.to:
            if recipient.address == asker:
                return recipient
    return mail.to[0] if mail.to else Recipient("")


def _is_same_subject(subject: str, earlier: Mail | None) -> bool:
    """Whether the subject is that of the earlier mail, without `Re:` and the like."""
    return earlier is not None and _bare_subject(subject) == _bare_subject(earlier.subject)


def _bare_subject(subject: str) -> str:
    """A subject without the prefixes that mail programs add, such as `Re:`."""
    plain = subject.strip()
    while (match := _AGAIN.match(plain)) is not None:
        plain = plain[match.end() :].strip()
    return " ".join(plain.casefold().split())


def _notification(mail: Mail, at: Millis, context: MailContext) -> list[Event]:
    """A post behind a link, as if a person had pasted it."""
    options = context.options
    links = [url.rstrip(".,;:!?") for url in _LINK.findall(mail.text)]
    link = next((url for url in links if _leads_to(url, options.link)), "")
    if not link:
        return [_turned_away(N_("a notification without a link"), mail, at, context)]
    text = f"{mail.subject}\n\n{_LINK.sub('', mail.text).strip()}".strip()
    try:
        place = options.group or mail.sender_name
        entry = ManualEntry(text[:20_000] or link, link, mail.sender_name, place=place)
        return list(entry_events(entry, at))
    except Refused as error:
        return [_turned_away(f"a notification refused: {error.what}", mail, at, context)]


def _leads_to(link: str, host: str) -> bool:
    try:
        hostname = (urlsplit(link).hostname or "").lower()
    except ValueError:
        return False
    return not host or hostname == host or hostname.endswith(f".{host}")
