"""Parses a raw mail: who, what, when. Never raises.

Python's older `compat32` policy reads broken headers without complaint; its newer ones raise on
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
"""Characters of a mail that are kept; where there are more, the text says so."""

MOST_IDS = 60
"""References that are read; the first and the last matter."""

_ID = re.compile(r"<[^\s<>\"\\()\x00-\x1f\x7f-\U0010ffff]{3,250}>")

UNREADABLE = "(This mail could not be read. Open it in a mail program.)"
TRUNCATED = "(The mail goes on: {n} more characters. Open it in a mail program.)"

_IDENTITY_PARTS = 100
_IDENTITY_LENGTH = 50_000


class Recipient(NamedTuple):
    """An address in small letters, and the name beside it, printable."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail. Addresses are in small letters; ids with their brackets; texts printable.

    `headers` are all of them, names in small letters, as they came, in their order.
    """

    id: str
    sender: str
    sender_name: str
    senders: int
    """Addresses in all `From` headers: an honest mail has one."""
    to: tuple[Recipient, ...]
    """Whom it went to, `To` before `Cc`, each address once."""
    reply_to: Recipient | None
    """Whom an answer shall go to, if it names one address."""
    subject: str
    references: tuple[str, ...]
    """Ids of the mails before it, the root first, the one it answers last."""
    has_references: bool
    """Whether it named more than the one it answers."""
    text: str
    """All its words, the quoted ones too."""
    mark: str
    """A digest of the words, the same whatever way they are shown."""
    attachments: tuple[Attachment, ...]
    headers: tuple[tuple[str, str], ...]
    is_report: bool
    """A mail server's word about the delivery of another mail."""

    def header(self, name: str) -> str:
        """The first header of this name, on one line; empty for none."""
        return next((value for found, value in self.headers if found == name), "")

    @property
    def identity(self) -> str:
        """The id with a mark of what it says: who reuses an id says something else."""
        return f"{self.id}#{self.mark}"

    @property
    def parent(self) -> str:
        """The mail it answers; empty for none."""
        return self.references[-1] if self.references else ""

    @property
    def root(self) -> str:
        """The mail the conversation began with."""
        return self.references[0] if self.references else self.id


def parse_mail(raw: bytes) -> Mail:
    """Read a mail, or as much of it as there is."""
    try:
        return _mail(message_from_bytes(raw), raw)
    except Exception:  # noqa: BLE001 - a stranger's bytes: whatever fails, somebody must see it
        return _wreck(raw)


def _mail(message: Message, raw: bytes) -> Mail:
    headers = tuple(
        (str(name).lower(), " ".join(str(value).split())[:4000])
        for name, value in message.items()[:300]
    )
    body = read_body(message)
    usual = body.charset or declared_charset(message)
    senders = _addresses(message, "from", usual)
    before = _ids(message, "references")
    parent = _ids(message, "in-reply-to")[:1]
    references = tuple(dict.fromkeys((*before, *parent)))
    is_report = message.get_content_type() == "multipart/report"
    if is_report:  # what it is about stands in one of its parts
        references += tuple(_ID.findall(raw.decode("ascii", "replace"))[:MOST_IDS])
    ids = _ids(message, "message-id")
    id_ = ids[0] if ids else _made_up(raw)
    text = printable(body.text).strip()
    if len(text) > TEXT_LIMIT:
        text = f"{text[:TEXT_LIMIT]}\n\n{TRUNCATED.format(n=len(text) - TEXT_LIMIT)}"
    if not text and not body.is_readable:
        text = UNREADABLE
    sender = senders[0] if senders else Recipient("")
    replies = list(dict.fromkeys(_addresses(message, "reply-to", usual)))
    to: dict[str, Recipient] = {}
    for one in (*_addresses(message, "to", usual), *_addresses(message, "cc", usual)):
        to.setdefault(one.address, one)
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
        has_references=bool(before),
        text=text,
        mark=_mark(id_, sender.address, _identifying(message)),
        attachments=tuple(body.attachments),
        headers=headers,
        is_report=is_report,
    )


def _wreck(raw: bytes) -> Mail:
    id_ = _made_up(raw)
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
        mark=_mark(id_, "", UNREADABLE),
        attachments=(),
        headers=(),
        is_report=False,
    )


def _mark(id_: str, sender: str, said: str) -> str:
    told = "\0".join((id_, sender, " ".join(said.split())))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:12]


def _identifying(message: Message) -> str:
    """What tells a mail from another one with its id: the source of its texts.

    Messages are stored by it, so it must not change when mails come to be shown otherwise.
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
    said = "\n".join(plain).strip() or "\n".join(html).strip()
    return printable(said)[:_IDENTITY_LENGTH].strip()


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


def _made_up(raw: bytes) -> str:
    """An id for a mail that brought none: the same whenever it is read."""
    return f"<{hashlib.sha256(raw).hexdigest()[:32]}@no-id.invalid>"


def _ids(message: Message, name: str) -> tuple[str, ...]:
    found = [
        one for value in message.get_all(name, [])[:3] for one in _ID.findall(str(value)[:20_000])
    ]
    if len(found) > MOST_IDS:
        found = [found[0], *found[-MOST_IDS:]]
    return tuple(found)


def _addresses(message: Message, name: str, usual: str) -> list[Recipient]:
    """Who stands in headers of this name; what is no address counts as an empty one."""
    values = [decode_raw_header(one, usual)[:4000] for one in raw_headers(message, name)[:10]]
    found: list[Recipient] = []
    for label, address in getaddresses(values):
        plain = address.strip().lower()
        found.append(
            Recipient(
                plain if is_address(plain) else "", one_line(decode_header(label, usual), 120)
            )
        )
    return found[:100]
