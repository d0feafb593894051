"""The text of a mail: all its parts in order, and its attachments (RFC 2046).

Only the parts of `multipart/alternative` are versions of the same text; all other parts are kept
one after the other. Of several versions the one with the most words is taken, and lines that only
another version has are added. Never raises for a message that `email` could parse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import Message

from carecli.domain.model import Attachment
from carecli.domain.text import fold, one_line
from carecli.platforms.mail.charsets import decode_text
from carecli.platforms.mail.headers import decode_header, header_text
from carecli.platforms.mail.html_text import html_to_text

PARTS = 500
"""Parts of a mail that are read."""

DEPTH = 20
"""How deep nested parts are told apart; texts nested deeper are read one after the other."""

MOST_ATTACHMENTS = 100

_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([a-zA-Z0-9_-]{2,30})", re.IGNORECASE
)
_TAGS = re.compile(r"<[^<>]{0,200}>")
_WORDS = re.compile(r"[^\W_]{2,}")
_LINK = re.compile(r"https?://\S+|\[[^\]\n]{0,200}\]|\S+@\S+")


@dataclass(slots=True)
class Body:
    """The text, the attachments, the charset of the text, and whether it could be read."""

    text: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    charset: str = ""
    is_readable: bool = False
    parts: int = 0
    spare: list[str] = field(default_factory=list)
    """Texts that came as attachments; used if there is no other text."""


def read_body(message: Message) -> Body:
    """The body of a mail."""
    body = Body()
    blocks = _blocks(message, body, 0)
    if not any(text.strip() for text in blocks):
        blocks = body.spare
    body.text = "\n\n".join(stripped for text in blocks if (stripped := text.strip("\r\n")).strip())
    del body.attachments[MOST_ATTACHMENTS:]
    body.is_readable = body.is_readable or bool(body.text or body.attachments)
    return body


def declared_charset(message: Message) -> str:
    """The charset that the first text of a mail declares; empty for none."""
    for number, part in enumerate(message.walk()):
        if number >= PARTS:
            break
        if part.get_content_maintype() == "text" and (declared := _charset(part)):
            return declared
    return ""


def _blocks(part: Message, body: Body, depth: int) -> list[str]:
    """The texts of a part, in their order; attachments are noted in `body`."""
    body.parts += 1
    if body.parts > PARTS:
        return []
    kind = part.get_content_type()
    main = part.get_content_maintype()
    children = part.get_payload()
    if main == "message" and kind != "message/rfc822":
        return []  # a server's notes about a delivery, for machines
    if isinstance(children, list) and (main == "multipart" or kind == "message/rfc822"):
        if depth >= DEPTH:
            return _texts_flattened(part, body)
        parts = [child for child in children if isinstance(child, Message)]
        if kind == "multipart/alternative":
            return _alternatives(parts, body, depth + 1)
        headings = [_heading(child) for child in parts] if kind == "message/rfc822" else []
        return [*headings, *(block for child in parts for block in _blocks(child, body, depth + 1))]
    if main == "multipart":  # its parts could not be told apart: all of it is one text
        body.is_readable = body.is_readable or bool(str(children).strip())
        return [_text(part)]
    return _leaf_text(part, kind, body)


_TEXTS = ("text/plain", "text/html", "text/enriched", "text/richtext")
"""Content types that are always read as text."""

_FOR_MACHINES = frozenset(
    f"text/{one}"
    for one in (
        "calendar",
        "css",
        "csv",
        "javascript",
        "rtf",
        "vcard",
        "x-amp-html",
        "x-vcard",
        "xml",
    )
)
"""Text types that people do not write by hand."""


def _leaf_text(part: Message, kind: str, body: Body) -> list[str]:
    name = one_line(decode_header(_filename(part)), 120)
    is_apart = part.get_content_disposition() == "attachment"
    is_text = kind in _TEXTS or not (
        name or is_apart or kind in _FOR_MACHINES or not kind.startswith("text/")
    )
    if name or is_apart or not is_text:
        body.attachments.append(Attachment(_kind(kind), "", name or kind))
    if not is_text:
        return []
    text = _text_of_part(part, kind)
    if is_apart:
        body.spare.append(text)
        return []
    body.charset = body.charset or _charset(part)
    body.is_readable = body.is_readable or kind == "text/plain"
    return [text]


_SHORTEST_LINE = 32
"""The least length of a line in base64 of several lines."""


def _text_of_part(part: Message, kind: str) -> str:
    text = _text(part)
    if kind == "text/html":
        return html_to_text(text)
    if kind in ("text/enriched", "text/richtext"):
        return _TAGS.sub("", text)
    if str(part.get_param("format", "")).lower() == "flowed":
        return unflow(text, deletes_space=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _texts_flattened(part: Message, body: Body) -> list[str]:
    """The texts of parts nested too deep to be told apart."""
    texts: list[str] = []
    for child in part.walk():
        if body.parts >= PARTS:
            break
        body.parts += 1
        if not child.is_multipart() and child.get_content_maintype() == "text":
            texts += _leaf_text(child, child.get_content_type(), body)
    return texts


def _heading(mail: Message) -> str:
    """The sender, date and subject of a mail within a mail."""
    lines = [
        f"{label}: {value}"
        for label in ("From", "Date", "Subject")
        if (value := one_line(header_text(mail, label), 300))
    ]
    return "\n".join(lines)


def _alternatives(parts: Sequence[Message], body: Body, depth: int) -> list[str]:
    """The fullest of several versions, with the lines that only another one has."""
    texts = ["\n\n".join(filter(None, _blocks(part, body, depth))).strip("\r\n") for part in parts]
    versions = [text for text in dict.fromkeys(texts) if text.strip()]
    if len(versions) < 2:
        return versions
    word_sets = [_words_in(text) for text in versions]
    best = 0
    for place in range(1, len(versions)):
        # the plain version comes first and reads best: another must have more words to be taken
        if len(word_sets[place] - word_sets[best]) > len(word_sets[best] - word_sets[place]):
            best = place
    chosen = [versions[best]]
    for place, text in enumerate(versions):
        if place == best:
            continue
        missing = word_sets[place] - word_sets[best]
        lines = [line for line in text.split("\n") if len(_words_in(line) & missing) >= 2]
        chosen += ["\n".join(lines)] if lines else []
    return chosen


def _words_in(text: str) -> set[str]:
    return set(_WORDS.findall(fold(_LINK.sub(" ", text))))


def _text(part: Message) -> str:
    try:
        raw = None if _is_plain_for_base64(part) else part.get_payload(decode=True)
    except (ValueError, LookupError):
        raw = None
    if not isinstance(raw, bytes):
        payload = part.get_payload()
        if not isinstance(payload, str):
            return ""
        raw = payload.encode("utf-8", "surrogateescape")
    declared = _charset(part)
    if not declared and part.get_content_subtype() == "html":
        match = _META_CHARSET.search(raw[:5_000])
        declared = match[1].decode("ascii") if match else ""
    return decode_text(raw, declared).replace("\r\n", "\n").replace("\r", "\n")


def _is_plain_for_base64(part: Message) -> bool:
    """Whether plain text stands where the header says base64, which has no short words."""
    if str(part.get("content-transfer-encoding", "")).strip().lower() != "base64":
        return False
    tokens = str(part.get_payload())[:2_000].split()
    return len(tokens) > 2 and max(map(len, tokens)) < _SHORTEST_LINE


def _charset(part: Message) -> str:
    try:
        charset = part.get_param("charset")
    except (ValueError, LookupError):
        return ""
    return charset if isinstance(charset, str) else ""


def _filename(part: Message) -> str:
    try:
        return part.get_filename("") or ""
    except Exception:  # noqa: BLE001 - broken parameters of a stranger's mail, whatever they raise
        return ""


def _kind(content_type: str) -> str:
    kind = content_type.partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "file"


def unflow(text: str, *, deletes_space: bool) -> str:
    """Join the lines of `format=flowed` (RFC 3676): a line ending in a space continues below."""
    lines: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        plain = line[depth:]
        plain = plain.removeprefix(" ")
        is_signature = plain == "-- "
        is_open = plain.endswith(" ") and not is_signature
        if is_open and deletes_space:
            plain = plain[:-1]
        if open_depth == depth and not is_signature:
            lines[-1] += plain
        else:
            lines.append(f"{'>' * depth} {plain}" if depth else plain)
        open_depth = depth if is_open else -1
    return "\n".join(lines)
