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
"""Reactions that count as the brand's like; variation selectors and skin tones do not matter."""

MESSAGE_TYPES = ("m.room.message", "m.sticker")


@dataclass(frozen=True, slots=True)
class BrandIds:
    """Who speaks for the brand: our own account, and staff who write under their own ids."""

    account: str
    staff: frozenset[str] = frozenset()

    def are_ours(self, user: str) -> bool:
        """Whether the brand speaks."""
        return user == self.account or user in self.staff


@dataclass(frozen=True, slots=True)
class RoomContext:
    """What is known beside the events themselves.

    `events` holds looked-up events by id, None for those the server does not know; `likes` maps
    our own reactions to what they are on, since a redacted reaction no longer says.
    """

    events: dict[str, JsonObject | None] = field(default_factory=dict)
    likes: dict[str, str] = field(default_factory=dict)


def ids_to_look_up(room: Room, wires: Iterable[JsonObject]) -> set[str]:
    """Ids of the events one has to see to understand these."""
    wanted: set[str] = set()
    for wire in wires:
        hangs = relation(wire)
        wanted |= {redaction_target(wire), hangs.edits}
        if not room.is_direct and wire.get("type") in MESSAGE_TYPES:
            wanted |= {hangs.thread, "" if hangs.thread else hangs.reply_to}
    return wanted - {""}


def room_events(
    room: Room, wires: Sequence[JsonObject], voices: BrandIds, around: RoomContext, now: Millis
) -> tuple[Event, ...]:
    """Everything these events of one room tell, the room itself first."""
    told = [event for wire in wires for event in _told(room, wire, voices, around, now)]
    has_news = any(isinstance(event, MessageSeen) for event in told)
    is_renamed = any(wire.get("type") == "m.room.name" for wire in wires)
    is_place = room.id and not room.is_direct and (has_news or is_renamed)
    return (room.post, *told) if is_place else tuple(told)


def _told(
    room: Room, wire: JsonObject, voices: BrandIds, around: RoomContext, now: Millis
) -> Iterator[Event]:
    kind = as_str(wire.get("type"))
    if not kind or not event_id(wire):
        yield Unrecognised(f"an event without type or id in room {room.label}")
    elif "state_key" in wire:
        return
    elif kind == "m.room.redaction":
        yield from _redaction(wire, redaction_target(wire), voices, around, now)
    elif redaction := redaction_of(wire):
        around.events.setdefault(event_id(wire), wire)
        yield from _redaction(redaction, event_id(wire), voices, around, now)
    elif kind == "m.reaction":
        hangs = relation(wire)
        if as_str(wire.get("sender")) == voices.account and hangs.key.startswith(LIKES):
            around.likes[event_id(wire)] = hangs.annotates
            yield LikeChanged(hangs.annotates, liked=True)
    elif kind in MESSAGE_TYPES:
        yield from _message(room, wire, voices, around, now)
    elif kind == "m.room.encrypted":
        yield Unrecognised(f"encrypted message in room {room.label}")
    else:
        yield Unrecognised(f"{one_line(kind, 100)} in room {room.label}")


def _redaction(
    redaction: JsonObject, target: str, voices: BrandIds, around: RoomContext, now: Millis
) -> Iterator[Event]:
    by, at = as_str(redaction.get("sender")), sent_at(redaction, now)
    removed = around.events.get(target) or {}
    if target in around.likes:
        yield LikeChanged(around.likes.pop(target), liked=False)
    elif removed and removed.get("type") not in (*MESSAGE_TYPES, "m.room.encrypted"):
        return
    elif voices.are_ours(by):
        yield MessageRemoved(target, at, by="" if by == voices.account else by)
    elif not removed:
        yield MessageGone(target, at)
    elif by == removed.get("sender"):
        yield MessageWithdrawn(target, at)
    else:
        yield MessageRemoved(target, at, by=by)


def _message(
    room: Room, wire: JsonObject, voices: BrandIds, around: RoomContext, now: Millis
) -> Iterator[Event]:
    own, sender, hangs = event_id(wire), as_str(wire.get("sender")), relation(wire)
    content, kind = as_dict(wire.get("content")), as_str(wire.get("type"))
    if hangs.edits:
        # Servers let anybody name any message here; only its author's edits count.
        edited = around.events.get(hangs.edits)
        text = _edited_text(wire)
        if edited is None or edited.get("sender") != sender or text is None:
            yield Unrecognised(f"an edit of a message that is not its author's in {room.label}")
        elif not redaction_of(edited):
            yield MessageEdited(hangs.edits, text)
        return
    if not isinstance(content.get("body"), str) or not sender:
        yield Unrecognised(f"a message without body or sender in room {room.label}")
        return
    text = _newest_text(wire)
    if text is None:
        text = text_of(content, is_reply=bool(hangs.reply_to)) if kind != "m.sticker" else ""
    root = room.id if room.is_direct else thread_root(wire, around.events)
    is_own = sender == voices.account
    yield MessageSeen(
        platform_id=own,
        thread=root,
        point=ContactPoint.PRIVATE_MESSAGE if room.is_direct else ContactPoint.GROUP_POST,
        created_at=sent_at(wire, now),
        author=room.author(sender),
        is_ours=voices.are_ours(sender),
        text=printable(text),
        post=None if room.is_direct else room.id or None,
        parent=hangs.reply_to or (root if not room.is_direct and root != own else None),
        permalink=permalink(room.id, own),
        attachments=attachments_of(kind, content),
        mentions=tuple(as_strs(as_dict(content.get("m.mentions")).get("user_ids"))),
        ours_key=key_of(wire) if is_own else "",
        native_actor=sender if voices.are_ours(sender) and not is_own else "",
    )


def _edited_text(edit: JsonObject) -> str | None:
    new = as_dict(as_dict(edit.get("content")).get("m.new_content"))
    return printable(text_of(new, is_reply=False)) if isinstance(new.get("body"), str) else None


def _newest_text(wire: JsonObject) -> str | None:
    """The text after the last edit, which servers bundle with the message."""
    edit = as_dict(as_dict(as_dict(wire.get("unsigned")).get("m.relations")).get("m.replace"))
    return _edited_text(edit) if edit.get("sender") == wire.get("sender") else None
