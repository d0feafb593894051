"""A mail as it came over the wire, made plain: who, what, when. Never raises.

Python's older `compat32` policy reads broken headers without complaint; its newer ones raise on
some of them, long after parsing.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from carecli.domain.model import Attachment
from carecli.domain.text import one_line, printable
from carecli.platforms.mail.options import is_address
from carecli.platforms.mail.prose import Prose, parted, text_of_html

TEXT_LIMIT = 50_000
"""Characters of a mail that are kept."""

PARTS = 100
"""Parts of a mail that are looked at."""

MOST_IDS = 60
"""References that are read; the first and the last matter."""

_ID = re.compile(r"<[^\s<>\"\\()\x00-\x1f\x7f-\U0010ffff]{3,250}>")

UNREADABLE = "(This mail could not be read. Open it in a mail program.)"


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
    to: tuple[str, ...]
    reply_to: str
    subject: str
    references: tuple[str, ...]
    """Ids of the mails before it, the root first, the one it answers last."""
    has_references: bool
    """Whether it named more than the one it answers."""
    prose: Prose
    whole: str
    """The text before anything was cut."""
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
        said = "\0".join((self.id, self.sender, " ".join(self.whole.split())))
        mark = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:12]
        return f"{self.id}#{mark}"

    @property
    def root(self) -> str:
        """The mail the conversation began with."""
        return self.references[0] if self.references else self.id


def parse(raw: bytes) -> Mail:
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
    senders = _addresses(message, "from")
    replies = _addresses(message, "reply-to")
    body, attachments, is_readable = _content(message)
    before = _ids(message, "references")
    parent = _ids(message, "in-reply-to")[:1]
    references = tuple(dict.fromkeys((*before, *parent)))
    is_report = message.get_content_type() == "multipart/report"
    if is_report:  # what it is about stands in one of its parts
        references += tuple(_ID.findall(raw.decode("ascii", "replace"))[:MOST_IDS])
    ids = _ids(message, "message-id")
    whole = printable(body)[:TEXT_LIMIT].strip()
    if not whole and not is_readable:
        whole = UNREADABLE
    name, address = senders[0] if senders else ("", "")
    return Mail(
        ids[0] if ids else _made_up(raw),
        address,
        name,
        len(senders),
        tuple(found for _, found in (*_addresses(message, "to"), *_addresses(message, "cc"))),
        replies[0][1] if len(replies) == 1 else "",
        one_line(_words(str(message.get("subject", ""))), 300),
        references,
        bool(before),
        parted(whole),
        whole,
        attachments,
        headers,
        is_report,
    )


def _wreck(raw: bytes) -> Mail:
    return Mail(
        _made_up(raw),
        "",
        "",
        0,
        (),
        "",
        "",
        (),
        False,
        Prose(UNREADABLE),
        UNREADABLE,
        (),
        (),
        False,
    )


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


def _addresses(message: Message, name: str) -> list[tuple[str, str]]:
    """Names and addresses in headers of this name; what is no address counts as an empty one."""
    values = [str(value)[:4000] for value in message.get_all(name, [])[:10]]
    found: list[tuple[str, str]] = []
    for label, address in getaddresses(values):
        plain = address.strip().lower()
        found.append((one_line(_words(label), 120), plain if is_address(plain) else ""))
    return found[:100]


def _words(text: str) -> str:
    """A header's encoded words in plain letters; as they stand where they cannot be read."""
    try:
        parts = decode_header(text)
    except Exception:  # noqa: BLE001 - broken base64, unknown ways of writing, whatever comes
        return text
    return "".join(
        part if isinstance(part, str) else _decoded(part, charset) for part, charset in parts
    )


def _decoded(raw: bytes, charset: str | None) -> str:
    for name in (charset or "utf-8", "utf-8", "cp1252"):
        try:
            return raw.decode(name)
        except (LookupError, ValueError):
            continue
    return raw.decode("latin-1")


def _content(message: Message) -> tuple[str, tuple[Attachment, ...], bool]:
    """The text, what is attached, and whether a text could be read."""
    plain: list[str] = []
    html: list[str] = []
    attachments: list[Attachment] = []
    for number, part in enumerate(message.walk()):
        if number >= PARTS:
            break
        kind = part.get_content_type()
        if part.get_content_maintype() in ("multipart", "message"):
            continue  # what it holds comes next; one that holds nothing is broken
        name = one_line(_words(_filename(part)), 120)
        inner = kind in ("text/plain", "text/html")
        if name or not inner or part.get_content_disposition() == "attachment":
            attachments.append(Attachment(_kind(kind), "", name or kind))
            continue
        text = _text(part)
        (plain if kind == "text/plain" else html).append(text)
    said = "\n".join(plain).strip()
    if not said and html:
        said = text_of_html("\n".join(html))
    return said, tuple(attachments[:30]), bool(said or (plain and not html) or attachments)


def _text(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    charset = part.get_param("charset")
    return _decoded(raw, charset if isinstance(charset, str) else None)


def _filename(part: Message) -> str:
    try:
        return part.get_filename("") or ""
    except Exception:  # noqa: BLE001 - broken parameters
        return ""


def _kind(content_type: str) -> str:
    kind = content_type.partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "file"
