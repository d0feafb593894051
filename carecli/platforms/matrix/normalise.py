"""Matrix events to carecli's events. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from carecli.domain.events import (
    Event,
    LikeChanged,
    MessageEdited,
    MessageGone,
    MessageRemoved,
    MessageSeen,
    MessageWithdrawn,
    Unrecognised,
)
from carecli.domain.model import ContactPoint, Millis
from carecli.domain.text import one_line, printable
from carecli.platforms.matrix.content import attachments_of, key_of, text_of
from carecli.platforms.matrix.rooms import Room, permalink
from carecli.platforms.matrix.wire import (
    JsonObject,
    as_dict,
    as_str,
    as_strs,
    event_id,
    redaction_of,
    redaction_target,
    relation,
    sent_at,
    thread_root,
)

LIKES = ("👍", "❤")
"""Reactions that count as the brand's like, with any variation selector or skin tone."""

MESSAGE_TYPES = ("m.room.message", "m.sticker")


@dataclass(frozen=True, slots=True)
class BrandIds:
    """Who speaks for the brand: our own account, and staff who write under their own ids."""

    account: str
    staff: frozenset[str] = frozenset()

    def includes(self, user: str) -> bool:
        """Whether this user writes for the brand."""
        return user == self.account or user in self.staff


@dataclass(frozen=True, slots=True)
class RoomContext:
    """What is known besides the events themselves.

    `events` holds looked-up events by id, None for those the server does not know; `likes` maps
    our own reactions to the events they are on, which a redacted reaction no longer tells.
    """

    events: dict[str, JsonObject | None] = field(default_factory=dict)
    likes: dict[str, str] = field(default_factory=dict)


def ids_to_look_up(room: Room, wires: Iterable[JsonObject]) -> set[str]:
    """Ids of the events that are needed to interpret these."""
    ids: set[str] = set()
    for wire in wires:
        related = relation(wire)
        ids |= {redaction_target(wire), related.edits}
        if not room.is_direct and wire.get("type") in MESSAGE_TYPES:
            ids |= {related.thread, "" if related.thread else related.reply_to}
    return ids - {""}


def room_events(
    room: Room, wires: Sequence[JsonObject], brand: BrandIds, context: RoomContext, now: Millis
) -> tuple[Event, ...]:
    """Our events for the Matrix events of one room, the room itself first."""
    events = [event for wire in wires for event in _event_events(room, wire, brand, context, now)]
    has_news = any(isinstance(event, MessageSeen) for event in events)
    is_renamed = any(wire.get("type") == "m.room.name" for wire in wires)
    is_place = room.id and not room.is_direct and (has_news or is_renamed)
    return (room.post, *events) if is_place else tuple(events)


def _event_events(
    room: Room, wire: JsonObject, brand: BrandIds, context: RoomContext, now: Millis
) -> Iterator[Event]:
    kind = as_str(wire.get("type"))
    if not kind or not event_id(wire):
        yield Unrecognised(f"an event without type or id in room {room.label}")
    elif "state_key" in wire:
        return
    elif kind == "m.room.redaction":
        yield from _redaction(wire, redaction_target(wire), brand, context, now)
    elif redaction := redaction_of(wire):
        context.events.setdefault(event_id(wire), wire)
        yield from _redaction(redaction, event_id(wire), brand, context, now)
    elif kind == "m.reaction":
        related = relation(wire)
        if as_str(wire.get("sender")) == brand.account and related.key.startswith(LIKES):
            context.likes[event_id(wire)] = related.annotates
            yield LikeChanged(related.annotates, liked=True)
    elif kind in MESSAGE_TYPES:
        yield from _message(room, wire, brand, context, now)
    elif kind == "m.room.encrypted":
        yield Unrecognised(f"encrypted message in room {room.label}")
    else:
        yield Unrecognised(f"{one_line(kind, 100)} in room {room.label}")


def _redaction(
    redaction: JsonObject, target: str, brand: BrandIds, context: RoomContext, now: Millis
) -> Iterator[Event]:
    by, at = as_str(redaction.get("sender")), sent_at(redaction, now)
    removed = context.events.get(target) or {}
    if target in context.likes:
        yield LikeChanged(context.likes.pop(target), liked=False)
    elif removed and removed.get("type") not in (*MESSAGE_TYPES, "m.room.encrypted"):
        return
    elif brand.includes(by):
        yield MessageRemoved(target, at, by="" if by == brand.account else by)
    elif not removed:
        yield MessageGone(target, at)
    elif by == removed.get("sender"):
        yield MessageWithdrawn(target, at)
    else:
        yield MessageRemoved(target, at, by=by)


def _message(
    room: Room, wire: JsonObject, brand: BrandIds, context: RoomContext, now: Millis
) -> Iterator[Event]:
    id_, sender, related = event_id(wire), as_str(wire.get("sender")), relation(wire)
    content, kind = as_dict(wire.get("content")), as_str(wire.get("type"))
    if related.edits:
        # Servers let anybody name any message here; only its author's edits count.
        edited = context.events.get(related.edits)
        text = _edited_text(wire)
        if edited is None or edited.get("sender") != sender or text is None:
            yield Unrecognised(f"an edit of a message that is not its author's in {room.label}")
        elif not redaction_of(edited):
            yield MessageEdited(related.edits, text)
        return
    if not isinstance(content.get("body"), str) or not sender:
        yield Unrecognised(f"a message without body or sender in room {room.label}")
        return
    text = _newest_text(wire)
    if text is None:
        text = text_of(content, is_reply=bool(related.reply_to)) if kind != "m.sticker" else ""
    root = room.id if room.is_direct else thread_root(wire, context.events)
    is_own = sender == brand.account
    yield MessageSeen(
        platform_id=id_,
        thread=root,
        point=ContactPoint.PRIVATE_MESSAGE if room.is_direct else ContactPoint.GROUP_POST,
        created_at=sent_at(wire, now),
        author=room.author(sender),
        is_ours=brand.includes(sender),
        text=printable(text),
        post=None if room.is_direct else room.id or None,
        parent=related.reply_to or (root if not room.is_direct and root != id_ else None),
        permalink=permalink(room.id, id_),
        attachments=attachments_of(kind, content),
        mentions=tuple(as_strs(as_dict(content.get("m.mentions")).get("user_ids"))),
        ours_key=key_of(wire) if is_own else "",
        native_actor=sender if brand.includes(sender) and not is_own else "",
    )


def _edited_text(edit: JsonObject) -> str | None:
    new = as_dict(as_dict(edit.get("content")).get("m.new_content"))
    return printable(text_of(new, is_reply=False)) if isinstance(new.get("body"), str) else None


def _newest_text(wire: JsonObject) -> str | None:
    """The text after the last edit, which servers bundle with the message."""
    edit = as_dict(as_dict(as_dict(wire.get("unsigned")).get("m.relations")).get("m.replace"))
    return _edited_text(edit) if edit.get("sender") == wire.get("sender") else None
