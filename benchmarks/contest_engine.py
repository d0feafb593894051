"""The real engine in a process of its own, with rules, on a clock that may run faster than time.

python -m benchmarks.contest_engine DATABASE RULES PORT CHANNEL ACCOUNT TOKEN URL ORIGIN SPEED
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from carecli.desk.context import DeskContext
from carecli.desk.rules.rulebook import Rulebook
from carecli.desk.rules.runner import Moderation
from carecli.domain.model import Millis
from carecli.platforms.base import Account
from carecli.platforms.meta.webhooks import MetaWebhooks
from carecli.platforms.registry import create_connector
from carecli.store.db import Database
from carecli.sync.engine import Engine
from carecli.sync.webhook_receiver import WebhookReceiver

SECRET, WORD = "contest-secret", "contest-word"


class Hurried:
    """A timetable on a clock that runs `speed` times as fast as time."""

    def __init__(self, clock: Callable[[], Millis], speed: float) -> None:
        self._clock, self._speed = clock, speed
        self._handles: dict[str, asyncio.TimerHandle] = {}

    def at(self, name: str, moment: Millis, deed: Callable[[], None]) -> None:
        if name in self._handles:
            self._handles[name].cancel()
        wait = max(0, moment - self._clock()) / 1000 / self._speed
        self._handles[name] = asyncio.get_running_loop().call_later(wait, deed)

    def every(self, name: str, seconds: float, deed: Callable[[], None]) -> None:
        def again() -> None:
            deed()
            self.at(name, self._clock() + int(seconds * 1000), again)

        self.at(name, self._clock() + int(seconds * 1000), again)

    def start(self) -> None:
        """It runs with the loop."""

    def stop(self) -> None:
        for handle in self._handles.values():
            handle.cancel()


async def serve(words: list[str]) -> None:
    """Serve one channel until the process is killed."""
    path, rules, port, key, account, token, url, origin, hurry = words
    speed, began = float(hurry), float(origin)

    def clock() -> Millis:
        return int(began * 1000 + (time.time() - began) * 1000 * speed)

    connector = create_connector(
        Account(key, "facebook", account, token, base_url=url, clock=clock)
    )
    context = DeskContext("", clock, lambda _: connector.capabilities, people={}, languages={})
    book = Rulebook(Path(rules), Path(rules), "UTC")
    listener = None
    if port != "0":
        sock = socket.create_server(("127.0.0.1", int(port)))
        listener = WebhookReceiver(
            [MetaWebhooks(WORD, (SECRET,))], sock, {("facebook", account): key}
        )
    engine = Engine(
        Database(path, ingests=True),
        Database(path, durable=True),
        {key: connector},
        clock=clock,
        timetable=Hurried(clock, speed),
        sleep=lambda seconds: asyncio.sleep(max(0.002, seconds / speed)),
        rules=Moderation(book, context).run,
        listener=listener,
    )
    await engine.run()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1:]))
