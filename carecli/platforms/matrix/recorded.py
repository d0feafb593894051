"""Recorded payloads and the rooms they belong to. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from carecli.platforms.matrix.rooms import Room, marked_direct, with_state
from carecli.platforms.matrix.wire import Wire, string, table, tables


def recorded(parsed: object, rooms: Mapping[str, Room]) -> list[tuple[Room, list[Wire]]]:
    """The events of a sync, a page of history, a list of events or one event, by room.

    `rooms` are those known already; of others a sync tells the state.
    """
    payload = table(parsed)
    if "rooms" in payload:
        return _of_sync(payload, rooms)
    wires = tables(parsed if isinstance(parsed, list) else payload.get("chunk"))
    wires = wires or ([payload] if "type" in payload else [])
    by_room: dict[str, list[Wire]] = {}
    for wire in wires:
        by_room.setdefault(string(wire.get("room_id")), []).append(wire)
    return [(rooms.get(room_id, Room(room_id)), own) for room_id, own in by_room.items()]


def _of_sync(payload: Wire, rooms: Mapping[str, Room]) -> list[tuple[Room, list[Wire]]]:
    account = tables(table(payload.get("account_data")).get("events"))
    marks = [table(wire.get("content")) for wire in account if wire.get("type") == "m.direct"]
    direct = {room for mark in marks for room in marked_direct(mark)}
    found = []
    for room_id, block in blocks_of(table(payload.get("rooms"))):
        state = tables(table(block.get("state")).get("events"))
        wires = tables(table(block.get("timeline")).get("events"))
        room = rooms.get(room_id, Room(room_id, is_marked_direct=room_id in direct))
        found.append((with_state(room, (*state, *wires)), wires))
    return found


def blocks_of(rooms: Wire) -> list[tuple[str, Wire]]:
    """The rooms of a sync that we are in, and those we left."""
    return [
        (room_id, table(block))
        for kind in ("join", "leave")
        for room_id, block in table(rooms.get(kind)).items()
    ]
