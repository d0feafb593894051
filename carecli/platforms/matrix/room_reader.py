"""Reads rooms: new events, history, and one thread as it stands now."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from carecli.domain.errors import Gone, PermissionMissing, Refused
from carecli.domain.events import Event, MessageSeen, Unrecognised
from carecli.domain.model import DAY, ContactPoint, Millis
from carecli.platforms.base import Account, Known, Page, Target
from carecli.platforms.matrix.client import Homeserver
from carecli.platforms.matrix.normalise import (
    MESSAGE_TYPES,
    BrandIds,
    RoomContext,
    ids_to_look_up,
    room_events,
)
from carecli.platforms.matrix.recordings import events_by_room, room_blocks
from carecli.platforms.matrix.rooms import Room, marked_direct, with_state
from carecli.platforms.matrix.wire import (
    JsonObject,
    as_dict,
    as_dicts,
    as_int,
    as_str,
    event_id,
    outline,
    redaction_of,
    thread_root,
)
from carecli.platforms.unreadable import Unreadable

BACKFILL = 30 * DAY
"""How far back a room is read when it is first seen."""

REMEMBERED = 5_000
"""Looked-up events kept in memory, so that a lively thread's root is asked for once."""


class RoomReader:
    """Turns a homeserver's answers into pages.

    What it remembers between calls only saves questions: rooms and events are asked for again
    when it is made anew.
    """

    def __init__(
        self, account: Account, homeserver: Homeserver, voices: BrandIds, unreadable: Unreadable
    ) -> None:
        self._account = account
        self._unreadable = unreadable
        self._homeserver = homeserver
        self._voices = voices
        self._joins_direct = account.options.get("accept_invites", "direct") == "direct"
        self._direct: set[str] | None = None
        self._rooms: dict[str, Room] = {}
        self._around = RoomContext()

    async def pull(self, cursor: str | None, known: Known) -> AsyncIterator[Page]:
        """Everything since `cursor`; gaps are filled before the page that moves the cursor."""
        answer = await self._homeserver.sync(cursor)
        body = as_dict(answer.json())
        blocks = as_dict(body.get("rooms"))
        self._note_direct(as_dicts(as_dict(body.get("account_data")).get("events")))
        invites = {**await self._invited_before(), **as_dict(blocks.get("invite"))}
        lost = await self._accept(invites)
        told: list[Event] = []
        for room_id, block in room_blocks(blocks):
            if f"room {room_id}" in self._unreadable.failing:
                continue  # it is read as a whole below, once its time has come
            timeline = as_dict(block.get("timeline"))
            state = as_dicts(as_dict(block.get("state")).get("events"))
            wires = as_dicts(timeline.get("events"))
            with self._unreadable.at(f"room {room_id}"):
                try:
                    room = await self.room(room_id, (*state, *wires))
                except (PermissionMissing, Gone):
                    lost.append(f"room {room_id} cannot be read any more")
                    continue
                if timeline.get("limited") is True:
                    entered = cursor is None or self._entered(wires)
                    start = as_str(timeline.get("prev_batch"))
                    stop = "" if entered else cursor or ""
                    async for page in self._gap(room, start, stop, known):
                        yield page
                told += await self._events(room, wires, known)
            if (here := self._rooms.get(room_id)) is not None and here.successor:
                await self._follow(here)
        for place in self._unreadable.due("successor"):
            with self._unreadable.at(place):
                await self._enter_successor(await self.room(place.partition(" ")[2]))
        for place in self._unreadable.due("room"):
            with self._unreadable.at(place):
                async for page in self._anew(place.partition(" ")[2], known):
                    yield page
        yield Page(
            tuple(told),
            cursor=as_str(body.get("next_batch")) or cursor,
            raw=answer.body if told else b"",
            observed_at=self._account.clock(),
            possible_loss="; ".join(lost),
        )

    async def _anew(self, room_id: str, known: Known) -> AsyncIterator[Page]:
        """A room that could not be read, back to `BACKFILL`: what was missed is not known."""
        try:
            room = await self.room(room_id)
        except (PermissionMissing, Gone):
            self._unreadable.lost(f"room {room_id} cannot be read any more")
            return
        async for page in self._gap(room, "", "", known):
            yield page

    async def _gap(self, room: Room, start: str, stop: str, known: Known) -> AsyncIterator[Page]:
        """What lies between two tokens, or within `BACKFILL`, newest first.

        Known messages are no reason to stop: an earlier pull may have broken off halfway.
        """
        horizon = self._account.clock() - BACKFILL
        async for wires in self._homeserver.back(room.id, start, stop):
            yield await self._page(room, wires, known)
            if _is_older(wires, horizon):
                return

    async def census(self, since: Millis) -> AsyncIterator[Page]:
        """Every room back to a moment, and older threads that were written to since.

        A room that moved to one we are not in counts as a place that cannot be read.
        """
        told: dict[str, str] = {}
        rooms = await self._homeserver.joined_rooms()
        for room_id in rooms:
            with self._unreadable.at(f"successor {room_id}"):
                room = await self.room(room_id)
                if room.successor and room.successor not in rooms:
                    raise self._not_inside(room, "carecli cannot know who is waiting there")
            with self._unreadable.at(f"room {room_id}"):
                room = await self.room(room_id)
                async for wires in self._homeserver.back(room_id):
                    page = await self._page(room, wires, lambda _: told)
                    seen = (event for event in page.events if isinstance(event, MessageSeen))
                    told.update((event.platform_id, "") for event in seen)
                    yield page
                    if _is_older(wires, since):
                        break

    async def _page(self, room: Room, wires: Sequence[JsonObject], known: Known) -> Page:
        """One page of a room's history, which came newest first."""
        events = await self._events(room, wires[::-1], known)
        raw = json.dumps({"chunk": wires}).encode()
        return Page(events, raw=raw, observed_at=self._account.clock())

    async def head(self, target: Target) -> Page:
        """A direct chat's newest messages, or a room's thread and the replies that lie loose."""
        room = await self.room(room_of(target))
        for event in {target.message or target.thread} - {room.id}:
            if redaction_of(await self._homeserver.event(room.id, event)):
                raise Gone("the message was deleted")
        newest, _ = await self._homeserver.page_back(room.id)
        wires = newest[::-1]
        if not room.is_direct:
            wires = [*await self._thread(room, target.thread), *wires]
        self._remember(wires)
        await self._look_up(room, wires)
        events = self.translated(room, wires)
        seen = (event for event in events if isinstance(event, MessageSeen))
        mine = {event.platform_id for event in seen if event.thread == target.thread}
        mine.add(target.message)
        kept = tuple(event for event in events if getattr(event, "platform_id", "") in mine)
        return Page(kept, observed_at=self._account.clock())

    def translated(self, room: Room, wires: Sequence[JsonObject]) -> tuple[Event, ...]:
        """The events of one room by what is known already."""
        return room_events(room, wires, self._voices, self._around, self._account.clock())

    async def room(self, room_id: str, news: Sequence[JsonObject] = ()) -> Room:
        """A room after these events; raises `PermissionMissing` for one we were never in."""
        if self._direct is None:
            self._direct = marked_direct(await self._homeserver.direct())
        if room_id in self._rooms:
            room = with_state(self._rooms[room_id], news)
        else:
            room = Room(room_id, is_marked_direct=room_id in self._direct)
            room = with_state(room, await self._homeserver.state(room_id))
        self._rooms[room_id] = room
        return room

    def _note_direct(self, events: Sequence[JsonObject]) -> None:
        """Take up a change of `m.direct`; rooms it concerns are learned again."""
        for event in events:
            if event.get("type") == "m.direct":
                direct = marked_direct(as_dict(event.get("content")))
                for room_id in direct ^ (self._direct or set()):
                    self._rooms.pop(room_id, None)
                self._direct = direct

    async def _accept(self, invites: JsonObject) -> list[str]:
        """Join direct chats people opened with us, and rooms that ours moved to.

        What was refused, in words.
        """
        refused: list[str] = []
        successors = await self._successors() if invites and self._joins_direct else {}
        for room_id, block in invites.items():
            if room_id in successors:
                with self._unreadable.at(f"invitation {room_id}"):
                    await self._homeserver.join(room_id)
                    self._unreadable.forget(f"successor {successors[room_id]}")
                continue
            state = as_dicts(as_dict(as_dict(block).get("invite_state")).get("events"))
            asked = [
                as_str(wire.get("sender"))
                for wire in state
                if wire.get("type") == "m.room.member"
                and wire.get("state_key") == self._account.account
                and as_dict(wire.get("content")).get("is_direct") is True
            ]
            if not asked or not self._joins_direct:
                continue
            with self._unreadable.at(f"invitation {room_id}"):
                try:
                    await self._homeserver.mark_direct(asked[-1], room_id)
                    await self._homeserver.join(room_id)
                except (PermissionMissing, Gone, Refused) as error:
                    refused.append(f"the chat {asked[-1]} opened cannot be joined: {error.what}")
        return refused

    async def _follow(self, room: Room) -> None:
        """Enter the room that replaced one, as moderators of a room do when they upgrade it."""
        with self._unreadable.at(f"successor {room.id}"):
            await self._enter_successor(room)

    async def _enter_successor(self, room: Room) -> None:
        """Join the room that a room moved to, or ask to be let in; raises PermissionMissing."""
        if not room.successor or room.successor in await self._homeserver.joined_rooms():
            return
        via = room.moved_by.partition(":")[2]
        why = "invitations are accepted in a Matrix app only"
        if self._joins_direct:
            try:
                await self._homeserver.join(room.successor, via)
            except (PermissionMissing, Gone, Refused) as error:
                why = error.what
                with suppress(PermissionMissing, Gone, Refused):
                    await self._homeserver.knock(room.successor, via)
            else:
                if room.is_direct:
                    for person in room.present - {self._account.account}:
                        await self._homeserver.mark_direct(person, room.successor)
                return
        raise self._not_inside(room, why)

    def _not_inside(self, room: Room, why: str) -> PermissionMissing:
        return PermissionMissing(
            f"room {room.label} moved to {room.successor}, where carecli is not a member: {why}",
            hint=f"Invite {self._account.account} to {room.successor}; carecli then joins it.",
        )

    async def _successors(self) -> dict[str, str]:
        """Rooms that replaced ones of ours and that we could not enter yet, with the old ones."""
        failing = [one for one in self._unreadable.failing if one.startswith("successor ")]
        found: dict[str, str] = {}
        for place in failing:
            with suppress(PermissionMissing, Gone):
                room = await self.room(place.partition(" ")[2])
                found[room.successor] = room.id
        return found

    async def _invited_before(self) -> JsonObject:
        """Invitations that could not be accepted and whose time has come; a sync tells one once."""
        due = self._unreadable.due("invitation")
        if not due:
            return {}
        stands = await self._homeserver.invitations()
        for place in due:
            if place.partition(" ")[2] not in stands:
                self._unreadable.forget(place)
        return {room: block for room, block in stands.items() if f"invitation {room}" in due}

    def _entered(self, wires: Sequence[JsonObject]) -> bool:
        """Whether we came into the room among these events, so that nothing of it was read."""
        return any(
            wire.get("type") == "m.room.member"
            and wire.get("state_key") == self._account.account
            and as_dict(wire.get("content")).get("membership") == "join"
            for wire in wires
        )

    def _remember(self, wires: Sequence[JsonObject]) -> None:
        events = self._around.events
        events |= {event_id(wire): outline(wire) for wire in wires if event_id(wire)}
        while len(events) > REMEMBERED:
            del events[next(iter(events))]

    async def _events(
        self, room: Room, wires: Sequence[JsonObject], known: Known
    ) -> tuple[Event, ...]:
        """What these events tell; a thread the store never heard of comes whole."""
        self._remember(wires)
        await self._look_up(room, wires)
        if not room.is_direct:
            spoken = [wire for wire in wires if wire.get("type") in MESSAGE_TYPES]
            roots = {thread_root(wire, self._around.events) for wire in spoken}
            roots -= {event_id(wire) for wire in wires}
            for root in sorted(roots - set(known(sorted(roots)))):
                wires = [*await self._thread(room, root), *wires]
            self._remember(wires)
            await self._look_up(room, wires)
        return self.translated(room, wires)

    async def _look_up(self, room: Room, wires: Sequence[JsonObject]) -> None:
        """Fetch what these events hang on, and what that hangs on, as far as it is unknown."""
        events = self._around.events
        wanted = ids_to_look_up(room, wires)
        checked: set[str] = set()
        while wanted:
            for event in sorted(wanted - events.keys()):
                wire = await self._event(room, event)
                events[event] = wire and outline(wire)
            checked |= wanted
            found = [wire for event in wanted if (wire := events[event])]
            wanted = ids_to_look_up(room, found) - checked

    async def _event(self, room: Room, event: str) -> JsonObject | None:
        try:
            return await self._homeserver.event(room.id, event)
        except (Gone, PermissionMissing, Refused):
            return None

    async def _thread(self, room: Room, root: str) -> list[JsonObject]:
        """A root and everything in its thread, oldest first."""
        wire = await self._event(room, root)
        if wire is None:
            return []
        return [wire, *await self._homeserver.related(room.id, root, "m.thread")]

    def read(self, raw: bytes, now: Millis) -> Page:
        """Events of a recorded sync, page of history, list of events or single event."""
        try:
            parsed: object = json.loads(raw)
        except (ValueError, RecursionError):
            parsed = None
        events: list[Event] = []
        for room, wires in events_by_room(parsed, self._rooms):
            around = RoomContext({event_id(wire): wire for wire in wires})
            events += room_events(room, wires, self._voices, around, now)
        if not events and not as_dict(parsed).get("next_batch"):
            events.append(Unrecognised("nothing a Matrix homeserver would say"))
        return Page(tuple(events), raw=raw, observed_at=now)


def room_of(target: Target) -> str:
    """The room a target lies in: a direct chat is its own thread."""
    is_private = target.point is ContactPoint.PRIVATE_MESSAGE
    return target.thread if is_private else target.post


def _is_older(wires: Sequence[JsonObject], moment: Millis) -> bool:
    """Whether a whole page of history lies before a moment; an empty one need not be the last."""
    return bool(wires) and all((as_int(w.get("origin_server_ts")) or 0) < moment for w in wires)
