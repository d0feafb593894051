"""Parses a raw mail. Never raises.

It uses Python's older `compat32` policy, which accepts broken headers; the newer policies raise on
some of them, long after parsing.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from typing import NamedTuple

from carecli.domain.model import Attachment
from carecli.domain.text import one_line, printable
from carecli.platforms.mail.body import declared_charset, read_body
from carecli.platforms.mail.headers import (
    decode_header,
    decode_raw_header,
    header_text,
    raw_headers,
)
from carecli.platforms.mail.options import is_address

TEXT_LIMIT = 500_000
"""Characters of a mail that are kept; a longer text says that it was cut."""

MOST_IDS = 60
"""The most references that are kept: the first and the last ones."""

_ID = re.compile(r"<[^\s<>\"\\()\x00-\x1f\x7f-\U0010ffff]{3,250}>")

UNREADABLE = "(This mail could not be read. Open it in a mail program.)"
TRUNCATED = "(The mail goes on: {n} more characters. Open it in a mail program.)"

_IDENTITY_PARTS = 100
_IDENTITY_LENGTH = 50_000


class Recipient(NamedTuple):
    """An address in lower case, and the person's name, printable."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail. Addresses are in lower case, ids have their brackets, texts are printable.

    `headers` are all headers in order, with names in lower case.
    """

    id: str
    sender: str
    sender_name: str
    senders: int
    """How many addresses the `From` headers have; an honest mail has one."""
    to: tuple[Recipient, ...]
    """The recipients, `To` before `Cc`, each address once."""
    reply_to: Recipient | None
    """Where answers should go, if the mail names exactly one address."""
    subject: str
    references: tuple[str, ...]
    """Ids of the earlier mails, the root first and the one it answers last."""
    has_references: bool
    """Whether it has a References header, which names more than the mail it answers."""
    text: str
    """The whole text, including quoted text."""
    mark: str
    """A digest of the text, which does not change with the way it is shown."""
    attachments: tuple[Attachment, ...]
    headers: tuple[tuple[str, str], ...]
    is_report: bool
    """Whether it is a server's report about the delivery of another mail."""

    def header(self, name: str) -> str:
        """The first header of this name, on one line; empty for none."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def identity(self) -> str:
        """The id with a digest of the text, because a stranger may reuse an id."""
        return f"{self.id}#{self.mark}"

    @property
    def parent(self) -> str:
        """The id of the mail it answers; empty for none."""
        return self.references[-1] if self.references else ""

    @property
    def root(self) -> str:
        """The id of the first mail of the conversation."""
        return self.references[0] if self.references else self.id


def parse_mail(raw: bytes) -> Mail:
    """Parse a mail, or as much of it as can be read."""
    try:
        return _mail(message_from_bytes(raw), raw)
    except Exception:  # noqa: BLE001 - bytes of a stranger: whatever fails, the mail must be shown
        return _unreadable_mail(raw)


def _mail(message: Message, raw: bytes) -> Mail:
    headers = tuple(
        (str(name).lower(), " ".join(str(value).split())[:4000])
        for name, value in message.items()[:300]
    )
    body = read_body(message)
    usual = body.charset or declared_charset(message)
    senders = _addresses(message, "from", usual)
    earlier = _ids(message, "references")
    parent = _ids(message, "in-reply-to")[:1]
    references = tuple(dict.fromkeys((*earlier, *parent)))
    is_report = message.get_content_type() == "multipart/report"
    if is_report:  # one of its parts names the mail it is about
        references += tuple(_ID.findall(raw.decode("ascii", "replace"))[:MOST_IDS])
    ids = _ids(message, "message-id")
    id_ = ids[0] if ids else _derived_id(raw)
    text = printable(body.text).strip()
    if len(text) > TEXT_LIMIT:
        text = f"{text[:TEXT_LIMIT]}\n\n{TRUNCATED.format(n=len(text) - TEXT_LIMIT)}"
    if not text and not body.is_readable:
        text = UNREADABLE
    sender = senders[0] if senders else Recipient("")
    replies = list(dict.fromkeys(_addresses(message, "reply-to", usual)))
    to: dict[str, Recipient] = {}
    for recipient in (*_addresses(message, "to", usual), *_addresses(message, "cc", usual)):
        to.setdefault(recipient.address, recipient)
    to.pop("", None)
    return Mail(
        id=id_,
        sender=sender.address,
        sender_name=sender.name,
        senders=len(senders),
        to=tuple(to.values()),
        reply_to=replies[0] if len(replies) == 1 and replies[0].address else None,
        subject=one_line(header_text(message, "subject", usual), 300),
        references=references,
        has_references=bool(earlier),
        text=text,
        mark=_digest(id_, sender.address, _identifying_text(message)),
        attachments=tuple(body.attachments),
        headers=headers,
        is_report=is_report,
    )


def _unreadable_mail(raw: bytes) -> Mail:
    id_ = _derived_id(raw)
    return Mail(
        id=id_,
        sender="",
        sender_name="",
        senders=0,
        to=(),
        reply_to=None,
        subject="",
        references=(),
        has_references=False,
        text=UNREADABLE,
        mark=_digest(id_, "", UNREADABLE),
        attachments=(),
        headers=(),
        is_report=False,
    )


def _digest(id_: str, sender: str, text: str) -> str:
    content = "\0".join((id_, sender, " ".join(text.split())))
    return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:12]


def _identifying_text(message: Message) -> str:
    """The text that distinguishes a mail from another one with the same id.

    Messages are stored by its digest, so it must not change when the way mails are shown does.
    """
    plain: list[str] = []
    html: list[str] = []
    for number, part in enumerate(message.walk()):
        if number >= _IDENTITY_PARTS:
            break
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html") or part.is_multipart():
            continue
        if _has_name(part) or part.get_content_disposition() == "attachment":
            continue
        raw = part.get_payload(decode=True)
        if isinstance(raw, bytes):
            charset = part.get_param("charset")
            text = _as_declared(raw, charset if isinstance(charset, str) else "")
            (plain if kind == "text/plain" else html).append(text)
    text = "\n".join(plain).strip() or "\n".join(html).strip()
    return printable(text)[:_IDENTITY_LENGTH].strip()


def _has_name(part: Message) -> bool:
    try:
        return bool(part.get_filename(""))
    except Exception:  # noqa: BLE001 - broken parameters of a stranger's mail
        return False


def _as_declared(raw: bytes, charset: str) -> str:
    for name in (charset or "utf-8", "utf-8", "cp1252"):
        try:
            return raw.decode(name)
        except (LookupError, ValueError):
            continue
    return raw.decode("latin-1")


def _derived_id(raw: bytes) -> str:
    """An id for a mail without one, derived from its bytes."""
    return f"<{hashlib.sha256(raw).hexdigest()[:32]}@no-id.invalid>"


def _ids(message: Message, name: str) -> tuple[str, ...]:
    ids = [
        one for value in message.get_all(name, [])[:3] for one in _ID.findall(str(value)[:20_000])
    ]
    if len(ids) > MOST_IDS:
        ids = [ids[0], *ids[-MOST_IDS:]]
    return tuple(ids)


def _addresses(message: Message, name: str, usual: str) -> list[Recipient]:
    """The recipients in headers of this name; an invalid address becomes an empty one."""
    values = [decode_raw_header(value, usual)[:4000] for value in raw_headers(message, name)[:10]]
    recipients: list[Recipient] = []
    for label, address in getaddresses(values):
        plain = address.strip().lower()
        recipients.append(
            Recipient(
                plain if is_address(plain) else "", one_line(decode_header(label, usual), 120)
            )
        )
    return recipients[:100]
