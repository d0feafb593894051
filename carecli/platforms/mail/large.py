"""Shrinks a large mail to its texts and the names of its attachments.

Attachments may be many megabytes, before or between the texts. The mail is fetched part by part
(RFC 3501, section 6.4.5, numbers them) and assembled without the content of the attachments, so
that it can be read and stored like any other mail.
"""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.message import Message

MOST_TEXT = 4_000_000
"""Bytes fetched of one text part, and of all headers together."""

MOST_PARTS = 200
"""Parts that are fetched."""

DEPTH = 20

Section = Callable[[str, int], bytes | None]
"""Fetches a numbered part of a mail, at most so many bytes; None if there is no such part."""


def fetch_without_attachments(head: bytes, section: Section) -> bytes:
    """Assemble the mail with this header, fetching its texts with `section`."""
    mail = message_from_bytes(head)
    return _Mail(section).assemble(head, _is_split(mail), mail, "")


class _Mail:
    """Assembles a mail from its parts."""

    def __init__(self, section: Section) -> None:
        self._section = section
        self._left = MOST_PARTS

    def assemble(self, head: bytes, is_split: bool, message: Message, number: str) -> bytes:
        """A header with its body; `number` is that of the part, empty for the whole mail."""
        if is_split:
            body = self._split(message, number)
        else:
            body = self._section(f"{number}.TEXT" if number else "TEXT", MOST_TEXT) or b""
            body = body if message.get_content_maintype() in ("text", "multipart") else b""
        return _joined(head, body)

    def _split(self, message: Message, number: str) -> bytes:
        """The parts of a multipart, each between its boundaries."""
        line = b"--" + str(message.get_boundary()).encode("utf-8", "surrogateescape")
        parts: list[bytes] = []
        depth = number.count(".") + 1
        for place in range(1, MOST_PARTS):
            self._left -= 1
            part = f"{number}.{place}" if number else str(place)
            mime = self._section(f"{part}.MIME", MOST_TEXT) if self._left >= 0 else None
            if mime is None or not (mime.strip() or self._section(part, 1)):
                break  # a part without headers is one too
            parts += [line, b"\r\n", self._part(mime, part, depth), b"\r\n"]
        return b"".join(parts) + line + b"--\r\n"

    def _part(self, mime: bytes, number: str, depth: int) -> bytes:
        message = message_from_bytes(mime)
        main = message.get_content_maintype()
        if depth < DEPTH and _is_split(message):
            return _joined(mime, self._split(message, number))
        if depth < DEPTH and message.get_content_type() == "message/rfc822":
            head = self._section(f"{number}.HEADER", MOST_TEXT) or b""
            inner = message_from_bytes(head)
            return _joined(mime, self.assemble(head, _is_split(inner), inner, number))
        if main in ("text", "multipart") and message.get_content_disposition() != "attachment":
            return _joined(mime, self._section(number, MOST_TEXT) or b"")
        return _joined(mime, b"")


def _is_split(message: Message) -> bool:
    return message.get_content_maintype() == "multipart" and bool(message.get_boundary())


def _joined(head: bytes, body: bytes) -> bytes:
    return head.rstrip(b"\r\n") + b"\r\n\r\n" + body
