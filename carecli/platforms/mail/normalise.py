"""Mails become events, by the role of their mailbox; what must not become one is turned away.

Pure: `Around` answers what a mail alone does not tell.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from carecli.domain.entry import ManualEntry
from carecli.domain.errors import Refused
from carecli.domain.events import Author, CaseAnswered, Event, MessageSeen, TurnedAway
from carecli.domain.model import HOUR, Attachment, ContactPoint, Millis
from carecli.platforms.entry import entry
from carecli.platforms.mail.genuine import automatic, is_authenticated, is_listed
from carecli.platforms.mail.options import Options, Role
from carecli.platforms.mail.parsing import Mail
from carecli.platforms.mail.writing import CASE, KIND, OURS, REPORT, is_ours, key_of

REFERENCE = re.compile(r"\[carecli ([0-9A-Z]{4}-[0-9A-Z]{4})\]", re.IGNORECASE)
"""How a case's reference stands in a subject."""

_AGAIN = re.compile(r"(?:re|fwd?|odp|rv|rif|sv|aw|pd|rm)\s*(?:\[\d+\])?:", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>\"'()]{3,1500}")


@dataclass(slots=True)
class Around:
    """What is known beside the mails themselves. `root_of` tells the root of an earlier mail."""

    options: Options
    token: str
    root_of: Callable[[str], str] = lambda id_: id_
    lately: dict[str, deque[Millis]] = field(default_factory=dict)
    """When each sender wrote within the last hour."""

    def is_too_many(self, sender: str, at: Millis) -> bool:
        """Count a mail of a sender, and say whether it is above the hour's allowance."""
        times = self.lately.setdefault(sender, deque())
        times.append(at)
        while times and times[0] <= max(times) - HOUR:
            times.popleft()
        return len(times) > self.options.hourly


def events_of(mail: Mail, at: Millis, around: Around, *, is_sent: bool = False) -> list[Event]:
    """What a mail received at a moment tells. `is_sent`: it lies among what we sent."""
    options = around.options
    if is_ours(around.token, mail):
        is_no_talk = mail.header(KIND.lower()) in (CASE, REPORT)
        return [] if is_no_talk else [message_of(mail, at, around, is_ours=True)]
    if is_sent:
        return [message_of(mail, at, around, is_ours=True)]
    if mail.sender == options.address or OURS.fullmatch(mail.id) or mail.header("x-carecli-proof"):
        return [TurnedAway("it claims to be by ourselves", mail.sender)]
    if options.role is Role.INBOX:
        return _of_customer(mail, at, around)
    if not is_listed(mail.sender, options.senders) or mail.senders != 1:
        return [TurnedAway("its sender is not listed", mail.sender)]
    if options.authenticated and not is_authenticated(mail, options.authserv):
        return [TurnedAway("its sender was not proven by our mail server", mail.sender)]
    if options.role is Role.NOTIFICATIONS:
        return _notification(mail, at, options)
    reason = automatic(mail)
    if reason:
        return [TurnedAway(reason, mail.sender)]
    if around.is_too_many(mail.sender, at):
        return [TurnedAway("more from this sender within an hour than is allowed", mail.sender)]
    message = message_of(mail, at, around)
    keys = tuple(found[1] for one in mail.references if (found := OURS.fullmatch(one)))
    named = REFERENCE.search(mail.subject)
    if not keys and named is None:
        return [message]
    return [CaseAnswered(message, keys, named[1].upper() if named else "")]


def _of_customer(mail: Mail, at: Millis, around: Around) -> list[Event]:
    if mail.is_report and any(OURS.fullmatch(one) for one in mail.references):
        return [message_of(mail, at, around)]  # our answer did not arrive: somebody must know
    reason = automatic(mail)
    return [TurnedAway(reason, mail.sender)] if reason else [message_of(mail, at, around)]


def message_of(mail: Mail, at: Millis, around: Around, *, is_ours: bool = False) -> MessageSeen:
    """The mail as a message of the conversation with one person."""
    person = (mail.to[0] if mail.to else "") if is_ours else mail.sender
    root = mail.root
    if mail.references and not mail.has_references:
        root = around.root_of(root)
    said, cut = mail.prose
    text = mail.whole if is_ours else said
    if mail.subject and not mail.references and not _AGAIN.match(mail.subject):
        text = f"{mail.subject}\n\n{text}" if text else mail.subject
    attachments = mail.attachments
    if cut and not is_ours:
        lines = cut.count("\n") + 1
        attachments = (*attachments, Attachment("other", "", f"{lines} quoted lines"))
    return MessageSeen(
        platform_id=mail.identity,
        thread=f"{root} {person}",
        point=ContactPoint.EMAIL,
        created_at=at,
        author=None if is_ours else Author(person, mail.sender_name or person, scope="mail"),
        is_ours=is_ours,
        text=text,
        address=mail.id,
        attachments=attachments,
        ours_key=key_of(mail) if is_ours else "",
    )


def _notification(mail: Mail, at: Millis, options: Options) -> list[Event]:
    """A post behind a link, as if a person had pasted it."""
    links = [found.rstrip(".,;:!?") for found in _LINK.findall(mail.whole)]
    link = next((one for one in links if _leads_to(one, options.link)), "")
    if not link:
        return [TurnedAway("a notification without a link", mail.sender)]
    text = f"{mail.subject}\n\n{_LINK.sub('', mail.prose.said).strip()}".strip()
    try:
        place = options.group or mail.sender_name
        written = ManualEntry(text[:20_000] or link, link, mail.sender_name, place=place)
        page = entry(written, at)
    except Refused as error:
        return [TurnedAway(f"a notification refused: {error.what}", mail.sender)]
    return list(page.events)


def _leads_to(link: str, host: str) -> bool:
    try:
        found = (urlsplit(link).hostname or "").lower()
    except ValueError:
        return False
    return not host or found == host or found.endswith(f".{host}")
