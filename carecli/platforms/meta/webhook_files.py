"""Attachments of a private message in a webhook. Pure.

Types are those of Messenger's and Instagram's `attachments[].type`
(https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/messages).
"""

from __future__ import annotations

from carecli.domain.model import Attachment
from carecli.platforms.meta import wire
from carecli.platforms.meta.normalise_comments import kind_of
from carecli.platforms.meta.wire import Node

_KINDS = {
    "share": "post",
    "post": "post",
    "ig_post": "post",
    "reel": "post",
    "ig_reel": "post",
    "story_mention": "story",
    "ig_story": "post",
    "fallback": "link",
    "location": "location",
}


def webhook_files(message: Node) -> tuple[Attachment, ...]:
    """The attachments; where a message has neither these nor a text, that it has something."""
    found = [_attachment(one) for one in wire.nodes(message.get("attachments"))]
    named = {one.kind for one in found if one.name}
    # a shared post is told twice, once without its title
    kept = [one for one in found if one.name or one.kind != "post" or "post" not in named]
    if message.get("is_unsupported") is True and not kept:
        kept = [Attachment("other", "", "not shown by the platform")]
    if not kept and (message.get("attachments") or wire.prose(message, "text") is None):
        kept = [Attachment("other")]
    return tuple(kept)


def _attachment(item: Node) -> Attachment:
    payload = wire.child(item, "payload")
    told = wire.text(item, "type") or ""
    kind = _KINDS.get(told) or kind_of(told)
    if wire.ident(payload, "sticker_id"):
        kind = "sticker"
    url = (
        wire.text(payload, "url")
        or wire.text(payload, "story_media_url")
        or wire.text(item, "url")
        or ""
    )
    name = wire.prose(item, "title") or wire.prose(payload, "title") or _products(payload)
    return Attachment(kind, url, name or _place(payload))


def _products(payload: Node) -> str:
    """The products of a template."""
    elements = wire.nodes(wire.child(payload, "product").get("elements"))
    elements = elements or wire.nodes(payload.get("elements"))
    return ", ".join(filter(None, (wire.prose(one, "title") for one in elements)))


def _place(payload: Node) -> str:
    where = wire.child(payload, "coordinates")
    if isinstance(where.get("lat"), int | float) and isinstance(where.get("long"), int | float):
        return f"{where['lat']}, {where['long']}"
    return ""
