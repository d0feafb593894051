"""One channel with one comment in it, its platform, its sender, and the clock in hand."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

from carecli.domain.model import Actor, Millis, OutboxVerb
from carecli.sync.channel_state import ChannelState
from carecli.sync.puller import Puller
from carecli.sync.sender import Sender
from tests.sync.pretend import START, Pretend
from tests.sync.shop import ANA, Shop


class Counter:
    """A channel with one comment by Maria in it, its platform, and its sender."""

    def __init__(self, path: Path) -> None:
        self.platform = Pretend()
        self.shop = Shop(path, now=START)
        ids = self.shop.enrol("avon-fb")
        self.line = ChannelState(
            ids["avon-fb"],
            "avon-fb",
            self.platform,
            self.shop.database,
            lambda: self.platform.now,
            Random(1),
        )
        self.platform.says("c1", "¿Dónde compro?")
        self.pull()
        self.sender = Sender(self.line, self.shop.durable)

    def pull(self) -> None:
        asyncio.run(Puller(self.line).pull(self.platform.streams()[0]))

    def pass_time(self, span: Millis) -> None:
        self.platform.now += span
        self.shop.now = self.platform.now

    def drain(self) -> int:
        return asyncio.run(self.sender.drain())

    def drain_all(self) -> None:
        """Let time pass until nothing is due any more."""
        for _ in range(50):
            self.drain()
            if self.sender.wake_at is None:
                return
            self.pass_time(max(1, self.sender.wake_at - self.platform.now))
        raise AssertionError("the outbox never gets quiet")

    def id_of(self, message: str) -> int:
        return int(self.shop.one("SELECT id FROM messages WHERE platform_id = ?", message)[0])

    def reply(
        self,
        text: str = "En la tienda.",
        *,
        to: str = "c1",
        by: Actor = ANA,
        not_before: Millis = 0,
    ) -> int:
        return self.shop.order(text=text, message=self.id_of(to), by=by, not_before=not_before)

    def deed(self, verb: OutboxVerb, message: str = "c1") -> int:
        return self.shop.order(verb, message=self.id_of(message))

    def row(self, order: int) -> dict[str, object]:
        names = (
            "state",
            "attempts",
            "not_before",
            "error",
            "error_label",
            "hint",
            "sent_id",
            "looked",
        )
        found = self.shop.one(f"SELECT {', '.join(names)} FROM outbox WHERE id = ?", order)
        return dict(zip(names, found, strict=True))

    def sends(self) -> list[str]:
        return [call for call in self.platform.calls if call.startswith("send")]
