"""The text of a mail: all its parts in order, and its attachments (RFC 2046).

Only the parts of `multipart/alternative` say the same; everything else stands side by side and is
kept. Of alternatives the one with more words is taken, and lines that only another one has are
added. Never raises for a message that `email` could parse.
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
"""Parts of a mail that are looked at."""

DEPTH = 20
"""Parts within parts that are told apart; what lies deeper is read one after the other."""

MOST_ATTACHMENTS = 100

_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([a-zA-Z0-9_-]{2,30})", re.IGNORECASE
)
_TAGS = re.compile(r"<[^<>]{0,200}>")
_WORDS = re.compile(r"[^\W_]{2,}")
_LINK = re.compile(r"https?://\S+|\[[^\]\n]{0,200}\]|\S+@\S+")


@dataclass(slots=True)
class Body:
    """The words, what is attached, the charset it is written in, and whether it could be read."""

    text: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    charset: str = ""
    is_readable: bool = False
    parts: int = 0
    spare: list[str] = field(default_factory=list)
    """Texts that came as attachments: read where there is nothing else."""


def read_body(message: Message) -> Body:
    """The body of a mail."""
    body = Body()
    blocks = _blocks(message, body, 0)
    if not any(block.strip() for block in blocks):
        blocks = body.spare
    body.text = "\n\n".join(block for one in blocks if (block := one.strip("\r\n")).strip())
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
            return _flat(part, body)
        parts = [one for one in children if isinstance(one, Message)]
        if kind == "multipart/alternative":
            return _alternatives(parts, body, depth + 1)
        told = [_heading(one) for one in parts] if kind == "message/rfc822" else []
        return [*told, *(block for one in parts for block in _blocks(one, body, depth + 1))]
    if main == "multipart":  # its parts could not be told apart: all of it is one text
        body.is_readable = body.is_readable or bool(str(children).strip())
        return [_text(part)]
    return _leaf(part, kind, body)


_TEXTS = ("text/plain", "text/html", "text/enriched", "text/richtext")
"""Kinds that are read whatever else is said of the part."""

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
"""Kinds of text that nobody writes by hand."""


def _leaf(part: Message, kind: str, body: Body) -> list[str]:
    name = one_line(decode_header(_filename(part)), 120)
    is_apart = part.get_content_disposition() == "attachment"
    is_text = kind in _TEXTS or not (
        name or is_apart or kind in _FOR_MACHINES or not kind.startswith("text/")
    )
    if name or is_apart or not is_text:
        body.attachments.append(Attachment(_kind(kind), "", name or kind))
    if not is_text:
        return []
    said = _said(part, kind)
    if is_apart:
        body.spare.append(said)
        return []
    body.charset = body.charset or _charset(part)
    body.is_readable = body.is_readable or kind == "text/plain"
    return [said]


_SHORTEST_LINE = 32
"""Signs in a line of base64 where there are several."""


def _said(part: Message, kind: str) -> str:
    text = _text(part)
    if kind == "text/html":
        return html_to_text(text)
    if kind in ("text/enriched", "text/richtext"):
        return _TAGS.sub("", text)
    if str(part.get_param("format", "")).lower() == "flowed":
        return unflow(text, deletes_space=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _flat(part: Message, body: Body) -> list[str]:
    """Texts of parts that lie too deep to be told apart."""
    found: list[str] = []
    for one in part.walk():
        if body.parts >= PARTS:
            break
        body.parts += 1
        if not one.is_multipart() and one.get_content_maintype() == "text":
            found += _leaf(one, one.get_content_type(), body)
    return found


def _heading(mail: Message) -> str:
    """What a mail within a mail is: by whom, about what."""
    told = [
        f"{label}: {value}"
        for label in ("From", "Date", "Subject")
        if (value := one_line(header_text(mail, label), 300))
    ]
    return "\n".join(told)


def _alternatives(parts: Sequence[Message], body: Body, depth: int) -> list[str]:
    """The fullest of several versions, with the lines that only another one has."""
    told = ["\n\n".join(filter(None, _blocks(one, body, depth))).strip("\r\n") for one in parts]
    versions = [one for one in dict.fromkeys(told) if one.strip()]
    if len(versions) < 2:
        return versions
    has = [_words_in(one) for one in versions]
    best = 0
    for place in range(1, len(versions)):
        # the plain version comes first and reads best: another one must say more to be taken
        if len(has[place] - has[best]) > len(has[best] - has[place]):
            best = place
    found = [versions[best]]
    for place, text in enumerate(versions):
        if place == best:
            continue
        missing = has[place] - has[best]
        lines = [one for one in text.split("\n") if len(_words_in(one) & missing) >= 2]
        found += ["\n".join(lines)] if lines else []
    return found


def _words_in(text: str) -> set[str]:
    return set(_WORDS.findall(fold(_LINK.sub(" ", text))))


def _text(part: Message) -> str:
    try:
        raw = None if _is_plain_for_base64(part) else part.get_payload(decode=True)
    except (ValueError, LookupError):
        raw = None
    if not isinstance(raw, bytes):
        told = part.get_payload()
        if not isinstance(told, str):
            return ""
        raw = told.encode("utf-8", "surrogateescape")
    declared = _charset(part)
    if not declared and part.get_content_subtype() == "html":
        found = _META_CHARSET.search(raw[:5_000])
        declared = found[1].decode("ascii") if found else ""
    return decode_text(raw, declared).replace("\r\n", "\n").replace("\r", "\n")


def _is_plain_for_base64(part: Message) -> bool:
    """Whether words stand where the mail promises base64, which has no short words."""
    if str(part.get("content-transfer-encoding", "")).strip().lower() != "base64":
        return False
    tokens = str(part.get_payload())[:2_000].split()
    return len(tokens) > 2 and max(map(len, tokens)) < _SHORTEST_LINE


def _charset(part: Message) -> str:
    try:
        found = part.get_param("charset")
    except (ValueError, LookupError):
        return ""
    return found if isinstance(found, str) else ""


def _filename(part: Message) -> str:
    try:
        return part.get_filename("") or ""
    except Exception:  # noqa: BLE001 - broken parameters of a stranger's mail, whatever they raise
        return ""


def _kind(content_type: str) -> str:
    kind = content_type.partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "file"


def unflow(text: str, *, deletes_space: bool) -> str:
    """Lines of `format=flowed` made whole again (RFC 3676): a space at the end goes on below."""
    found: list[str] = []
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
            found[-1] += plain
        else:
            found.append(f"{'>' * depth} {plain}" if depth else plain)
        open_depth = depth if is_open else -1
    return "\n".join(found)
