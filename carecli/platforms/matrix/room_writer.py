"""Writes to rooms: replies, removals, likes; each once, however often it is tried."""

from __future__ import annotations

from carecli.domain.errors import (
    Gone,
    PermissionMissing,
    PersonUnreachable,
    Refused,
)
from carecli.domain.events import AnsweredPrivately, LikeChanged, MessageRemoved
from carecli.domain.model import MINUTE, ContactPoint, OutboxVerb
from carecli.platforms.base import Account, Order, Sent, Target
from carecli.platforms.matrix.client import Homeserver
from carecli.platforms.matrix.content import key_of, reply_content
from carecli.platforms.matrix.normalise import LIKES
from carecli.platforms.matrix.room_reader import RoomReader, room_of
from carecli.platforms.matrix.rooms import Room, direct_rooms
from carecli.platforms.matrix.wire import (
    JsonObject,
    as_dict,
    as_int,
    event_id,
    redaction_of,
    relation,
    sent_at,
)

LOOK_FIRST_AFTER = MINUTE
"""An order first tried longer ago is looked for before it is sent again: a homeserver may forget
a transaction id (Synapse after a day), and knows it for one login only."""

CLOCK_SKEW = 10 * MINUTE
"""How far the homeserver's clock may be from ours when an order is looked for."""


class RoomWriter:
    """Does orders on one homeserver."""

    def __init__(self, account: Account, homeserver: Homeserver, reading: RoomReader) -> None:
        self._account = account
        self._homeserver = homeserver
        self._reading = reading

    async def send(self, order: Order) -> Sent:
        """Do an order; the order's key is the transaction id."""
        age = self._account.clock() - order.attempted_at
        if order.attempted_at and order.verb.is_text and age > LOOK_FIRST_AFTER:
            found = await self.find_sent(order)
            if found is not None:
                return found
        match order.verb:
            case OutboxVerb.REPLY | OutboxVerb.PRIVATE_REPLY if _is_here(order):
                content = reply_content(order.text, order.key, order.target)
                return await self._say(room_of(order.target), order.key, content)
            case OutboxVerb.PRIVATE_REPLY:
                return await self._say_privately(order)
            case OutboxVerb.DELETE:
                return await self._delete(order)
            case OutboxVerb.LIKE:
                return await self._like(order)
            case OutboxVerb.UNLIKE:
                return await self._unlike(order)
            case _:
                hint = "Delete it instead, if the room allows it."
                raise Refused("Matrix cannot hide a message", hint=hint)

    async def _say(self, room_id: str, key: str, content: JsonObject) -> Sent:
        # The room is learned first: once the message stands, nothing may fail any more.
        room = await self._reading.room(room_id)
        try:
            event = await self._homeserver.put_event(room_id, "m.room.message", key, content)
        except PermissionMissing as error:
            if room.successor:
                raise Refused(
                    f"room {room.label} moved to {room.successor}; no messages can be sent here",
                    code=error.code,
                    hint="Answer there; a thread of this room cannot be answered.",
                ) from None
            raise
        message: JsonObject = {
            "type": "m.room.message",
            "event_id": event,
            "sender": self._account.account,
            "origin_server_ts": self._account.clock(),
            "content": content,
        }
        return self._told(room, message)

    def _told(self, room: Room, wire: JsonObject) -> Sent:
        """The acknowledgement of a message, which tells the same as the next pull will."""
        at = sent_at(wire, self._account.clock())
        return Sent(event_id(wire), at, self._reading.translated(room, [wire]))

    async def _say_privately(self, order: Order) -> Sent:
        contact = order.target.contact
        if not contact.startswith("@"):
            raise PersonUnreachable("the Matrix id of this person is unknown")
        rooms = await self._rooms_with(contact)
        room = rooms[0] if rooms else await self._open(contact)
        private = Target(room, ContactPoint.PRIVATE_MESSAGE)
        sent = await self._say(room, order.key, reply_content(order.text, order.key, private))
        answered = AnsweredPrivately(order.target.message, conversation=room, at=sent.at)
        return Sent(sent.platform_id, sent.at, (answered, *sent.events))

    async def _rooms_with(self, contact: str) -> list[str]:
        """Direct chats we are in and the contact has not left."""
        marked = direct_rooms(await self._homeserver.direct()).get(contact, [])
        joined = set(await self._homeserver.joined_rooms()) if marked else set()
        usable = []
        for room_id in marked:
            if room_id in joined:
                room = await self._reading.room(room_id)
                if contact in room.present and not room.is_encrypted:
                    usable.append(room_id)
        return usable

    async def _open(self, contact: str) -> str:
        """A new direct chat.

        It is remembered before anything is said in it, so that another try says it in the same
        room, where the same transaction id says it once.
        """
        try:
            room = await self._homeserver.open_direct(contact)
        except (PermissionMissing, Gone, Refused) as error:
            raise PersonUnreachable(error.what, code=error.code) from None
        await self._homeserver.mark_direct(contact, room)
        return room

    async def _delete(self, order: Order) -> Sent:
        target, room_id = order.target, room_of(order.target)
        at = self._account.clock()
        if not redaction_of(await self._homeserver.event(room_id, target.message)):
            try:
                await self._homeserver.redact(room_id, target.message, order.key)
            except PermissionMissing as error:
                room = await self._reading.room(room_id)
                level, needed = room.level_of(self._account.account), room.level_to_redact
                hint = (
                    f"Deleting messages in {room.label} needs power level {needed}; carecli "
                    f"has {level}."
                )
                raise PermissionMissing(error.what, code=error.code, hint=hint) from None
        return Sent(at=at, events=(MessageRemoved(target.message, at),))

    async def _like(self, order: Order) -> Sent:
        message, room = order.target.message, room_of(order.target)
        relates = {"rel_type": "m.annotation", "event_id": message, "key": LIKES[0]}
        try:
            if not await self._our_likes(room, message):
                content: JsonObject = {"m.relates_to": relates}
                await self._homeserver.put_event(room, "m.reaction", order.key, content)
        except Refused as error:
            if error.code != "M_DUPLICATE_ANNOTATION":
                raise
        return Sent(at=self._account.clock(), events=(LikeChanged(message, liked=True),))

    async def _unlike(self, order: Order) -> Sent:
        message, room = order.target.message, room_of(order.target)
        for number, like in enumerate(await self._our_likes(room, message)):
            await self._homeserver.redact(room, like, f"{order.key}-{number}")
        return Sent(at=self._account.clock(), events=(LikeChanged(message, liked=False),))

    async def _our_likes(self, room: str, message: str) -> list[str]:
        """Ids of our reactions that count as likes; raises `Gone` without the message."""
        await self._homeserver.event(room, message)
        return [
            event_id(wire)
            for wire in await self._homeserver.related(room, message, "m.annotation")
            if wire.get("sender") == self._account.account and relation(wire).key.startswith(LIKES)
        ]

    async def find_sent(self, order: Order) -> Sent | None:
        """Whether an order happened, by the key our messages carry or the state it wished for."""
        target = order.target
        match order.verb:
            case OutboxVerb.REPLY | OutboxVerb.PRIVATE_REPLY if _is_here(order):
                return await self._find(room_of(target), order)
            case OutboxVerb.PRIVATE_REPLY:
                for room in await self._rooms_with(target.contact):
                    if found := await self._find(room, order):
                        answered = AnsweredPrivately(target.message, room, found.at)
                        return Sent(found.platform_id, found.at, (answered, *found.events))
            case OutboxVerb.DELETE:
                event = await self._homeserver.event(room_of(target), target.message)
                at = as_int(redaction_of(event).get("origin_server_ts"))
                if at is not None:
                    return Sent(at=at, events=(MessageRemoved(target.message, at),))
            case OutboxVerb.LIKE | OutboxVerb.UNLIKE:
                wants = order.verb is OutboxVerb.LIKE
                if bool(await self._our_likes(room_of(target), target.message)) is wants:
                    liked = LikeChanged(target.message, liked=wants)
                    return Sent(at=self._account.clock(), events=(liked,))
            case _:
                pass
        return None

    async def _find(self, room_id: str, order: Order) -> Sent | None:
        room = await self._reading.room(room_id)
        since = order.attempted_at - CLOCK_SKEW
        async for wires in self._homeserver.back(room_id):
            for wire in wires:
                unsigned = as_dict(wire.get("unsigned"))
                keys = (key_of(wire), unsigned.get("transaction_id"))
                if wire.get("sender") == self._account.account and order.key in keys:
                    return self._told(room, wire)
            if any((as_int(wire.get("origin_server_ts")) or 0) < since for wire in wires):
                return None
        return None


def _is_here(order: Order) -> bool:
    """Whether the answer belongs where the message is; a direct chat is private already."""
    is_private = order.target.point is ContactPoint.PRIVATE_MESSAGE
    return is_private or order.verb is OutboxVerb.REPLY
