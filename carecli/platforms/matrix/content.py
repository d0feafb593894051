"""Message bodies read from and written as `m.room.message`."""

from __future__ import annotations

from carecli.domain.model import Attachment, ContactPoint
from carecli.domain.text import one_line, printable
from carecli.platforms.base import Target
from carecli.platforms.matrix.wire import JsonObject, as_dict, as_str

KEY_FIELD = "dev.carecli.key"
"""Field of our own messages that carries the outbox key, so that one whose fate is unknown is
found again, by any device and at any time (a transaction id is known to one device for a day)."""

MEDIA = {"m.image": "image", "m.video": "video", "m.audio": "audio", "m.file": "file"}


def text_of(content: JsonObject, *, is_reply: bool) -> str:
    """The words of a message; a file without a caption has none."""
    body = as_str(content.get("body"))
    if as_str(content.get("msgtype")) in MEDIA:
        is_caption = as_str(content.get("filename")) not in ("", body)
        return body if is_caption else ""
    if is_reply:
        body = without_quote(body)
    return f"* {body}" if content.get("msgtype") == "m.emote" else body


def without_quote(body: str) -> str:
    """The body without the quotation of the answered message that older clients put before it."""
    if not body.startswith(("> <", "> * <")):
        return body
    lines = body.split("\n")
    first = next((n for n, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[first:]).lstrip("\n")


def attachments_of(kind: str, content: JsonObject) -> tuple[Attachment, ...]:
    """Files, pictures, stickers and places; `url` is an `mxc:` or `geo:` address."""
    name = one_line(as_str(content.get("filename")) or as_str(content.get("body")), 200)
    url = printable(as_str(content.get("url")))
    if kind == "m.sticker":
        return (Attachment("sticker", url, name),)
    msgtype = as_str(content.get("msgtype"))
    if msgtype == "m.location":
        return (Attachment("location", printable(as_str(content.get("geo_uri"))), name),)
    if msgtype in MEDIA:
        return (Attachment(MEDIA[msgtype], url, name),)
    return ()


def reply_content(text: str, key: str, target: Target) -> JsonObject:
    """The content of our reply: plain in a direct chat, inside the thread in a room."""
    content: JsonObject = {"msgtype": "m.text", "body": text, KEY_FIELD: key}
    if target.point is ContactPoint.PRIVATE_MESSAGE:
        return content
    root = target.root_address or target.thread
    answered = target.message or root
    content["m.relates_to"] = {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": answered == root,
        "m.in_reply_to": {"event_id": answered},
    }
    if target.contact.startswith("@"):
        content["m.mentions"] = {"user_ids": [target.contact]}
    return content


def key_of(wire: JsonObject) -> str:
    """The outbox key an event of our own carries; empty if it was written in another app."""
    return as_str(as_dict(wire.get("content")).get(KEY_FIELD))
