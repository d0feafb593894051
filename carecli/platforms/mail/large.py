"""Shrinks a large mail to its texts and the names of its attachments.

What is attached may be many megabytes, before or between the words. The mail is asked for part by
part (RFC 3501, section 6.4.5, numbers them) and put together again without the content of
attachments, so that it can be read and kept like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.message import Message

MOST_TEXT = 4_000_000
"""Bytes of one text part that are fetched; and of all headers together."""

MOST_PARTS = 200
"""Parts that are asked for."""

DEPTH = 20

Section = Callable[[str, int], bytes | None]
"""A numbered part of the mail, its first so many bytes; None: there is no such part."""


def fetch_without_attachments(head: bytes, section: Section) -> bytes:
    """The mail with this header, its texts fetched by `section`."""
    mail = message_from_bytes(head)
    return _Mail(section).whole(head, _is_split(mail), mail, "")


class _Mail:
    """A mail that is put together from its parts."""

    def __init__(self, section: Section) -> None:
        self._section = section
        self._left = MOST_PARTS

    def whole(self, head: bytes, is_split: bool, told: Message, number: str) -> bytes:
        """A header with what belongs below it; `number` is the part's, empty for the mail."""
        if is_split:
            body = self._split(told, number)
        else:
            body = self._section(f"{number}.TEXT" if number else "TEXT", MOST_TEXT) or b""
            body = body if told.get_content_maintype() in ("text", "multipart") else b""
        return _joined(head, body)

    def _split(self, told: Message, number: str) -> bytes:
        """The parts of a multipart, each between its boundaries."""
        line = b"--" + str(told.get_boundary()).encode("utf-8", "surrogateescape")
        found: list[bytes] = []
        depth = number.count(".") + 1
        for place in range(1, MOST_PARTS):
            self._left -= 1
            part = f"{number}.{place}" if number else str(place)
            mime = self._section(f"{part}.MIME", MOST_TEXT) if self._left >= 0 else None
            if mime is None or not (mime.strip() or self._section(part, 1)):
                break  # a part without headers is one too
            found += [line, b"\r\n", self._part(mime, part, depth), b"\r\n"]
        return b"".join(found) + line + b"--\r\n"

    def _part(self, mime: bytes, number: str, depth: int) -> bytes:
        told = message_from_bytes(mime)
        main = told.get_content_maintype()
        if depth < DEPTH and _is_split(told):
            return _joined(mime, self._split(told, number))
        if depth < DEPTH and told.get_content_type() == "message/rfc822":
            head = self._section(f"{number}.HEADER", MOST_TEXT) or b""
            inner = message_from_bytes(head)
            return _joined(mime, self.whole(head, _is_split(inner), inner, number))
        if main in ("text", "multipart") and told.get_content_disposition() != "attachment":
            return _joined(mime, self._section(number, MOST_TEXT) or b"")
        return _joined(mime, b"")


def _is_split(told: Message) -> bool:
    return told.get_content_maintype() == "multipart" and bool(told.get_boundary())


def _joined(head: bytes, body: bytes) -> bytes:
    return head.rstrip(b"\r\n") + b"\r\n\r\n" + body
