"""Recorded payloads and the rooms they belong to. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from carecli.platforms.matrix.rooms import Room, marked_direct, with_state
from carecli.platforms.matrix.wire import JsonObject, as_dict, as_dicts, as_str


def events_by_room(
    parsed: object, rooms: Mapping[str, Room]
) -> list[tuple[Room, list[JsonObject]]]:
    """The events of a sync, a page of history, a list of events or one event, by room.

    `rooms` are those known already; of others a sync tells the state.
    """
    payload = as_dict(parsed)
    if "rooms" in payload:
        return _of_sync(payload, rooms)
    wires = as_dicts(parsed if isinstance(parsed, list) else payload.get("chunk"))
    wires = wires or ([payload] if "type" in payload else [])
    by_room: dict[str, list[JsonObject]] = {}
    for wire in wires:
        by_room.setdefault(as_str(wire.get("room_id")), []).append(wire)
    return [(rooms.get(room_id, Room(room_id)), own) for room_id, own in by_room.items()]


def _of_sync(payload: JsonObject, rooms: Mapping[str, Room]) -> list[tuple[Room, list[JsonObject]]]:
    account = as_dicts(as_dict(payload.get("account_data")).get("events"))
    marks = [as_dict(wire.get("content")) for wire in account if wire.get("type") == "m.direct"]
    direct = {room for mark in marks for room in marked_direct(mark)}
    found = []
    for room_id, block in room_blocks(as_dict(payload.get("rooms"))):
        state = as_dicts(as_dict(block.get("state")).get("events"))
        wires = as_dicts(as_dict(block.get("timeline")).get("events"))
        room = rooms.get(room_id, Room(room_id, is_marked_direct=room_id in direct))
        found.append((with_state(room, (*state, *wires)), wires))
    return found


def room_blocks(rooms: JsonObject) -> list[tuple[str, JsonObject]]:
    """The rooms of a sync that we are in, and those we left."""
    return [
        (room_id, as_dict(block))
        for kind in ("join", "leave")
        for room_id, block in as_dict(rooms.get(kind)).items()
    ]
