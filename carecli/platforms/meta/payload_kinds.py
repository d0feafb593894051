"""Recognises the kind of a recorded payload or webhook body.

Nothing here raises, whatever the bytes are. Each part is read for itself: what one part spoils,
the others still tell, and what nobody knows becomes `Unrecognised`.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from carecli.domain.events import Event, MessageSeen, Unrecognised
from carecli.domain.model import ContactPoint, Millis
from carecli.platforms.base import Page
from carecli.platforms.meta import wire
from carecli.platforms.meta.brand import Brand
from carecli.platforms.meta.errors import code_of, error_in
from carecli.platforms.meta.graph import without_tokens
from carecli.platforms.meta.mentions import place_of
from carecli.platforms.meta.normalise_comments import comment_events, post_events, rating_events
from carecli.platforms.meta.normalise_instagram import (
    ig_comment_events,
    media_events,
    mentioned_events,
)
from carecli.platforms.meta.normalise_messages import conversation_events, message_events
from carecli.platforms.meta.normalise_webhooks import webhook_events
from carecli.platforms.meta.wire import Node

Reader = Callable[[Node, Brand], list[Event]]

_COMMENT_MARKS = frozenset(
    {
        "like_count",
        "comment_count",
        "can_hide",
        "can_comment",
        "can_remove",
        "can_like",
        "parent",
        "can_reply_privately",
        "message_tags",
        "user_likes",
        "is_private",
        "attachment",
    }
)
_MEDIA_MARKS = frozenset({"media_type", "media_url", "caption", "media_product_type"})
_CONVERSATION_MARKS = frozenset({"participants", "senders", "message_count", "snippet"})
_POST_MARKS = frozenset({"type", "comments", "updated_time", "is_published"})
_MESSAGE_MARKS = frozenset({"to", "attachments", "sticker", "shares", "is_unsupported"})


def read_payload(raw: bytes, now: Millis, brand: Brand) -> Page:
    """Events of a recorded payload; `raw` is kept without the tokens it may hold."""
    kept = without_tokens(raw)
    try:
        payload: object = json.loads(raw)
    except (ValueError, RecursionError):
        return Page((Unrecognised("not JSON"),), raw=kept, observed_at=now)
    events = tuple(_events(payload, brand, now))
    wanted: tuple[str, ...] = ()
    if wire.nodes(wire.node(payload).get("entry")):
        wanted = tuple(place for event in events if (place := place_of(event)))
        events = tuple(event for event in events if not _is_bare(event))
    return Page(
        events, raw=kept, observed_at=now, unplaced=_unplaced(payload, events), wanted=wanted
    )


def _is_bare(event: Event) -> bool:
    """Whether a mention tells nothing but where it stands, so that it is fetched before shown."""
    return bool(place_of(event)) and isinstance(event, MessageSeen) and event.text is None


def _unplaced(payload: object, events: tuple[Event, ...]) -> frozenset[str]:
    """Posts of which a page's webhook does not tell whether they are a visitor's."""
    if wire.text(wire.node(payload), "object") != "page":
        return frozenset()
    comments = (event for event in events if isinstance(event, MessageSeen) and event.post)
    return frozenset(str(event.post) for event in comments if event.point is ContactPoint.COMMENT)


def _events(payload: object, brand: Brand, now: Millis) -> list[Event]:
    whole = wire.node(payload)
    if wire.nodes(whole.get("entry")):
        return _safely(lambda node, ours: webhook_events(node, ours, now), whole, brand)
    events: list[Event] = []
    for part in _parts(payload):
        events += _safely(_part_events, part, brand)
    return events


def _parts(payload: object) -> list[Node]:
    """The objects of an answer: of a list, of a batch, of `ids=`, or the one it is itself."""
    if isinstance(payload, list):
        return wire.nodes(payload)
    whole = wire.node(payload)
    if isinstance(whole.get("data"), list):
        return wire.nodes(whole)
    if whole and all(wire.is_node(v) and wire.ident(wire.node(v)) == k for k, v in whole.items()):
        return [wire.node(value) for value in whole.values()]
    return [whole]


def _safely(read: Reader, part: Node, brand: Brand) -> list[Event]:
    try:
        return read(part, brand)
    except Exception as error:  # noqa: BLE001 - a payload nobody foresaw must not stop the others
        return [Unrecognised(f"a payload that could not be processed: {type(error).__name__}")]


def _part_events(part: Node, brand: Brand) -> list[Event]:
    if error_in(part):
        code, sub = code_of(error_in(part))
        return [Unrecognised(f"an error answer {code}/{sub}")]
    if "body" in part and "code" in part:
        try:
            return _part_events(wire.node(json.loads(wire.text(part, "body") or "")), brand)
        except (ValueError, RecursionError):
            return [Unrecognised("a part of a batch without JSON")]
    kind = _reader_of(part)
    if kind is not None:
        return kind(part, brand)
    names = ", ".join(sorted(part)[:6])
    return [Unrecognised(f"an object with {names}" if names else "an empty answer")]


def _reader_of(part: Node) -> Reader | None:
    """Who can read an object, told by the fields that only its kind has."""
    fields = set(part)
    identity = wire.ident(part)
    if fields & {"mentioned_comment", "mentioned_media"}:
        return mentioned_events
    if fields & {"open_graph_story", "recommendation_type"}:
        return rating_events
    if identity.startswith("t_") or fields & _CONVERSATION_MARKS:
        return conversation_events
    if identity.startswith(("m_", "mid.")):
        return message_events
    if "timestamp" in fields:
        return media_events if fields & _MEDIA_MARKS else ig_comment_events
    if "created_time" in fields and fields & _MESSAGE_MARKS and not fields & _POST_MARKS:
        return message_events
    if fields & _COMMENT_MARKS or "comment_id=" in (wire.text(part, "permalink_url") or ""):
        return comment_events
    if fields & {"created_time", "tagged_time"} and (identity or "message" in fields):
        return post_events
    return None
