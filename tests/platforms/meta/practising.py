"""A connector on the practice platform, and what the store would remember of it."""

from __future__ import annotations

import asyncio
import functools
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from carecli.domain.events import Event, MessageGone, MessageSeen
from carecli.domain.model import ContactPoint, OutboxVerb
from carecli.platforms.base import Account, Order, Page, Target
from carecli.platforms.meta.facebook import FacebookPage
from carecli.platforms.meta.instagram import InstagramProfile
from carecli.practice import PracticeServer
from carecli.practice.acts import act

NOW = 1_795_255_200_000
"""2026-11-21T10:00:00Z, where the practice platform's clock stands still."""


def alone(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a coroutine test in a loop of its own."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


class Scene:
    """One channel of the practice platform, its connector, and a stand-in for the store."""

    def __init__(self, practice: PracticeServer, key: str, **options: str) -> None:
        self.practice = practice
        self.world = practice.world
        self.profile = self.world.accounts[key]
        self.options = {"page": self.profile.page.id, **options}
        self.seen: dict[str, MessageSeen] = {}
        self.cursors: dict[str, str] = {}
        self.losses: list[str] = []
        self.pages: list[Page] = []
        self.connector = self.connect(self.profile.page.token)

    def connect(self, token: str, url: str = "") -> FacebookPage | InstagramProfile:
        kind = FacebookPage if self.profile.platform == "facebook" else InstagramProfile
        return kind(
            Account(
                self.profile.key,
                self.profile.platform,
                self.profile.id,
                token,
                base_url=url or self.practice.url,
                options=self.options,
                clock=self.practice.clock,
            )
        )

    def known(self, ids: Sequence[str]) -> Mapping[str, str]:
        return {one: self.seen[one].text or "" for one in ids if one in self.seen}

    async def pull(self, stream: str = "comments", pages: int = 10**9) -> list[Event]:
        """Pull and remember, at most `pages` pages, as if killed then."""
        events: list[Event] = []
        async for page in self.connector.pull(stream, self.cursors.get(stream), self.known):
            self.pages.append(page)
            events += page.events
            self.learn(page.events)
            if page.cursor is not None:
                self.cursors[stream] = page.cursor
            if page.possible_loss:
                self.losses.append(page.possible_loss)
            pages -= 1
            if pages <= 0:
                break
        self.losses += self.connector.unreadable.take_changes().losses
        return events

    def learn(self, events: Sequence[Event]) -> None:
        for event in events:
            match event:
                case MessageSeen():
                    self.seen[event.platform_id] = event
                case MessageGone():
                    self.seen.pop(event.platform_id, None)

    def act(self, **told: Any) -> Any:
        return self.practice.do(lambda: act(self.world, told))

    def post(self, text: str = "A new cream", kind: str = "post", **more: Any) -> str:
        return str(
            self.act(act="post", account=self.profile.key, text=text, kind=kind, **more)["id"]
        )

    def comment(self, on: str, text: str, **more: Any) -> str:
        return str(self.act(act="comment", on=on, text=text, **more)["id"])

    def node(self, address: str) -> Any:
        """The thing of this id as the platform has it."""
        return self.practice.do(lambda: self.world.nodes[address])

    def exists(self, address: str) -> bool:
        return bool(self.practice.do(lambda: address in self.world.nodes))

    def calls(self) -> Counter[str]:
        return Counter(self.practice.ledger.counts)

    def writes(self) -> list[Any]:
        return list(self.practice.ledger.writes)

    def target(self, address: str, **more: Any) -> Target:
        """What the store would say of a comment it has."""
        event = self.seen[address.rpartition("_")[2]]
        root = self.seen.get(event.thread)
        return Target(
            thread=event.thread,
            point=event.point or ContactPoint.COMMENT,
            message=event.platform_id,
            address=event.address,
            root_address=root.address if root else "",
            post=event.post or "",
            contact=event.author.platform_id if event.author else "",
            contact_name=event.author.name if event.author else "",
            **more,
        )

    def order(self, verb: OutboxVerb, target: Target, text: str = "", **more: Any) -> Order:
        return Order(
            f"key-{len(self.writes())}", verb, target, text, attempted_at=self.now(), **more
        )

    def chat(self, contact: str, last_inbound_at: int | None) -> Target:
        return Target(
            f"dm:{contact}",
            ContactPoint.PRIVATE_MESSAGE,
            contact=contact,
            last_inbound_at=last_inbound_at,
        )

    def now(self) -> int:
        return self.practice.clock()


@asynccontextmanager
async def scene(
    practice: PracticeServer, key: str = "avon-fb", **options: str
) -> AsyncIterator[Scene]:
    """A scene whose connector is closed at the end."""
    made = Scene(practice, key, **options)
    try:
        yield made
    finally:
        await made.connector.aclose()
