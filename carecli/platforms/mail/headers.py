"""Decodes mail headers, also broken ones. Pure; never raises."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from email.message import Message
from itertools import groupby

from carecli.platforms.mail.charsets import decode_text

_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,5000})\?=")


def raw_headers(message: Message, name: str) -> list[str]:
    """The values of headers of this name as they came; bytes above 127 are surrogates."""
    return [str(value) for key, value in message.raw_items() if str(key).lower() == name.lower()]


def header_text(message: Message, name: str, usual: str = "") -> str:
    """The first header of this name, decoded; `usual` is the charset of the mail's text."""
    return next((decode_header(one, usual) for one in raw_headers(message, name)), "")


def decode_raw_header(value: str, usual: str = "") -> str:
    """A header whose bytes above 127 stand there without being encoded, in letters."""
    try:
        raw = value.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return value  # `email` decoded it already
    return decode_text(raw, "", usual)


def decode_header(value: str, usual: str = "") -> str:
    """A header's encoded words (RFC 2047) in plain letters; as they stand if they are broken."""
    value = decode_raw_header(value, usual)
    if "=?" not in value:
        return value
    found: list[str] = []
    for is_encoded, run in groupby(_pieces(value), lambda piece: bool(piece[1])):
        pieces = list(run)
        if is_encoded:
            found += _decoded_run(pieces)
        else:
            found += [text for text, _charset, _raw in pieces]
    return "".join(found)


def _pieces(value: str) -> Iterator[tuple[str, str, bytes]]:
    """What stands between encoded words: (text, '', b''); and those: ('', charset, bytes)."""
    after, was_encoded = 0, False
    for match in _ENCODED.finditer(value):
        raw = _bytes_of(match[2], match[3])
        if raw is None:
            continue
        between = value[after : match.start()]
        if between and not (was_encoded and between.isspace()):
            yield between, "", b""
        yield "", match[1].partition("*")[0], raw
        after, was_encoded = match.end(), True
    if value[after:]:
        yield value[after:], "", b""


def _bytes_of(how: str, text: str) -> bytes | None:
    try:
        if how in "bB":
            return binascii.a2b_base64(text + "=" * (-len(text) % 4)) or (None if text else b"")
        return binascii.a2b_qp(text.replace("_", "=20").encode("latin-1"), header=False)
    except (ValueError, UnicodeEncodeError):
        return None


def _decoded_run(pieces: list[tuple[str, str, bytes]]) -> Iterator[str]:
    """Encoded words in a row: a letter may begin in one and end in the next."""
    for charset, run in groupby(pieces, lambda piece: piece[1].lower()):
        yield decode_text(b"".join(raw for _text, _charset, raw in run), charset)
