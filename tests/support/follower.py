"""Somebody who follows a channel as the engine does: keeps the cursor, and what was seen."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any, TypeVar

from carecli.domain.events import Event, MessageSeen
from carecli.domain.model import ContactPoint, Millis
from carecli.domain.unreadable import FailingPlace
from carecli.platforms.base import Account, Connector, Page, Target
from carecli.platforms.registry import create_connector

T = TypeVar("T")


def now() -> Millis:
    """The wall clock's time."""
    return time.time_ns() // 1_000_000


class Follower:
    """Follows one stream; every deed uses a connector made anew, as after a restart.

    Places that could not be read are kept as the engine keeps them, and are due at the next deed,
    as if time enough had passed.
    """

    def __init__(self, account: Account, stream: str) -> None:
        self.account = account
        self.stream = stream
        self.cursor: str | None = None
        self.texts: dict[str, str] = {}
        self.payloads: list[bytes] = []
        self.failing: dict[str, FailingPlace] = {}

    def run(self, deed: Callable[[Connector], Coroutine[Any, Any, T]]) -> T:
        """Do something with the channel's connector."""

        async def once() -> T:
            connector = create_connector(self.account)
            due = [one._replace(next_try=0) for one in self.failing.values()]
            connector.unreadable.load(due, ())
            self.failing = {}  # pages add what they want to have read
            try:
                return await deed(connector)
            finally:
                self.failing |= connector.unreadable.failing
                await connector.aclose()

        return asyncio.run(once())

    async def take(self, pages: AsyncIterator[Page], limit: int = sys.maxsize) -> list[Event]:
        """Keep what pages tell, as a store would: all of a page, then its cursor.

        After `limit` pages it breaks off.
        """
        events: list[Event] = []
        count = 0
        async for page in pages:
            count += 1
            seen = [event for event in page.events if isinstance(event, MessageSeen)]
            self.texts |= {event.platform_id: event.text or "" for event in seen}
            self.cursor = page.cursor or self.cursor
            self.payloads.append(page.raw)
            self.failing |= {one: FailingPlace(one, "", "", 0, 0, 0) for one in page.wanted}
            events += page.events
            if count == limit:
                break
        return events

    def known(self, ids: Sequence[str]) -> dict[str, str]:
        """What a store would know of these messages."""
        return {name: self.texts[name] for name in ids if name in self.texts}

    def pull(self) -> list[Event]:
        """Everything new."""
        return self.run(lambda c: self.take(c.pull(self.stream, self.cursor, self.known)))

    def messages(self) -> dict[str, MessageSeen]:
        """The messages that are new, by their text."""
        return by_text(self.pull())


def by_text(events: Sequence[Event]) -> dict[str, MessageSeen]:
    """Messages by what they say."""
    return {event.text or "": event for event in events if isinstance(event, MessageSeen)}


def target_of(message: MessageSeen) -> Target:
    """The message as what an order is aimed at, the way a store would name it."""
    return Target(
        message.thread,
        message.point or ContactPoint.COMMENT,
        message=message.platform_id,
        address=message.address,
        root_address=message.address if message.platform_id == message.thread else "",
        post=message.post or "",
        contact=message.author.platform_id if message.author else "",
    )
