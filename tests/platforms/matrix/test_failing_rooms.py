"""One room that cannot be read stops no other, and histories that go round in circles end."""

from __future__ import annotations

import json
from typing import cast

from carecli.domain.errors import Transient
from carecli.domain.events import MessageSeen
from carecli.domain.model import MINUTE
from carecli.platforms.base import Account
from carecli.platforms.http import Response
from carecli.platforms.matrix.client import Homeserver
from carecli.platforms.matrix.normalise import BrandIds
from carecli.platforms.matrix.room_reader import RoomReader
from carecli.platforms.matrix.wire import JsonObject
from carecli.platforms.unreadable import Unreadable
from tests.platforms.meta.practising import alone

NOW = 1_795_255_200_000


def said(number: int, text: str) -> JsonObject:
    return {
        "type": "m.room.message",
        "event_id": f"${number}",
        "sender": "@ana:x",
        "origin_server_ts": NOW - MINUTE,
        "content": {"msgtype": "m.text", "body": text},
    }


class Server(Homeserver):
    """A homeserver in memory with two rooms; `sick` rooms answer with an error."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.sick: set[str] = set()
        self.rooms = {"!1:x": [said(1, "Hola")], "!2:x": [said(2, "Hej")]}

    async def sync(self, since: str | None) -> Response:
        blocks = {
            room: {"timeline": {"events": wires, "limited": False}}
            for room, wires in self.rooms.items()
            if since is None
        }
        body = {"next_batch": "s1", "rooms": {"join": blocks}}
        return Response(200, {}, json.dumps(body).encode())

    async def direct(self) -> JsonObject:
        return {}

    async def state(self, room: str) -> list[JsonObject]:
        if room in self.sick:
            raise Transient("the room is out of order", code="500", happened=False)
        return []

    async def page_back(
        self, room: str, start: str = "", stop: str = ""
    ) -> tuple[list[JsonObject], str]:
        return self.rooms[room], ""


def account() -> Account:
    return Account("m", "matrix", "@care:x", "t", base_url="http://127.0.0.1:9", clock=lambda: NOW)


@alone
async def test_one_room_that_fails_stops_no_other_and_is_read_later() -> None:
    clock = [NOW]
    unreadable = Unreadable(lambda: clock[0])
    server = Server(account())
    server.sick = {"!1:x"}
    reading = RoomReader(account(), server, BrandIds("@care:x", frozenset()), unreadable)

    async def pulled(cursor: str | None) -> list[str | None]:
        pages = [page async for page in reading.pull(cursor, lambda _: {})]
        events = [event for page in pages for event in page.events]
        assert pages[-1].cursor == "s1"
        return [event.text for event in events if isinstance(event, MessageSeen)]

    assert await pulled(None) == ["Hej"]
    [failing] = unreadable.failing.values()
    assert (failing.place, failing.error) == ("room !1:x", "the room is out of order")
    server.sick = set()
    assert await pulled("s1") == []
    clock[0] = failing.next_try
    assert await pulled("s1") == ["Hola"]
    assert not unreadable.failing
    await server.aclose()


@alone
async def test_a_history_that_goes_round_in_a_circle_ends() -> None:
    for length in (2, 3, 7):
        server = Homeserver(account())
        told: list[str] = []
        calls = [0]

        async def page_back(
            room: str,
            start: str = "",
            stop: str = "",
            *,
            calls: list[int] = calls,
            length: int = length,
        ) -> tuple[list[JsonObject], str]:
            calls[0] += 1
            return [said(calls[0] % length, "Hola")], f"token {calls[0]}"

        server.page_back = page_back  # type: ignore[method-assign] # a stand-in
        server.lost = lambda why, told=told: cast("object", told.append(why))  # type: ignore[misc] # a stand-in
        pages = [wires async for wires in server.back("!1:x")]
        assert len(pages) == length + 1
        assert told == ["the history of room !1:x goes round in a circle"]
        await server.aclose()
