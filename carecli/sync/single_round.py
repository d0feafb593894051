"""One round of everything without an engine: for `carecli sync --once` and tests."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random

from carecli.domain.model import SECOND, Millis
from carecli.platforms.base import Clock, Connector
from carecli.store import channels, outbox
from carecli.store.db import Database
from carecli.sync import maintenance
from carecli.sync.channel_state import ChannelState
from carecli.sync.ingest import Rules
from carecli.sync.puller import Puller
from carecli.sync.sender import Sender

ROUNDS = 5
"""Pulls of a stream at most: where people write all the time it would never get quiet."""

PATIENCE: Millis = 60 * SECOND
"""How long to wait for items in their grace seconds, behind the pace, or of unknown fate."""


@dataclass(frozen=True, slots=True)
class ChannelReport:
    """What happened on one channel. `left` counts outbox items still queued or unknown."""

    channel: str
    new_messages: int = 0
    sent: int = 0
    failed: int = 0
    left: int = 0
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What happened, channel by channel."""

    channels: tuple[ChannelReport, ...]

    @property
    def is_well(self) -> bool:
        """Whether every channel was reached and nothing failed."""
        return all(not one.error and not one.failed for one in self.channels)


async def pull_all(line: ChannelState) -> int:
    """Pull every stream of a channel until nothing new comes; how many messages were new."""
    puller = Puller(line)
    for stream in line.connector.streams():
        if puller.first_moment(stream) > line.clock():
            continue
        for _ in range(ROUNDS):
            known = puller.new_messages
            await puller.pull(stream)
            if puller.new_messages == known or stream.name in line.troubles:
                break
    return puller.new_messages


class Round:
    """Pulls and sends once, on all channels at the same time."""

    def __init__(
        self,
        database: Database,
        durable: Database,
        connectors: Mapping[str, Connector],
        *,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Random | None = None,
        rules: Rules | None = None,
    ) -> None:
        self._durable = durable
        self._clock = clock
        self._sleep = sleep
        ids = channels.ids(database.connection)
        self._lines = [
            ChannelState(ids[key], key, connector, database, clock, chance or Random(), rules)
            for key, connector in connectors.items()
        ]

    async def run(self) -> RoundReport:
        """Do it all; errors of platforms are in the report. Raises StoreError."""
        with self._durable.write() as db:
            outbox.interrupted(db, self._clock())
        reports = await asyncio.gather(*(self._channel(line) for line in self._lines))
        for line in self._lines:
            maintenance.close_windows(line, self._clock())
        maintenance.wake(self._durable, self._clock())
        return RoundReport(tuple(reports))

    async def _channel(self, line: ChannelState) -> ChannelReport:
        before = self._states(line)
        new_messages = await pull_all(line)
        await self._send(Sender(line, self._durable))
        after = self._states(line)
        error, hint = next(iter(line.troubles.values()), self._failing(line))
        return ChannelReport(
            line.key,
            new_messages,
            after["sent"] - before["sent"],
            after["failed"] - before["failed"],
            after["queued"] + after["unknown"],
            error,
            hint,
        )

    async def _send(self, sender: Sender) -> None:
        until = self._clock() + PATIENCE
        await sender.drain()
        while not sender.line.is_refused and self._is_waiting(sender.line):
            if sender.wake_at is None or max(sender.wake_at, self._clock()) > until:
                return
            await self._sleep(max(sender.wake_at - self._clock(), 0) / SECOND)
            await sender.drain()

    def _is_waiting(self, line: ChannelState) -> bool:
        """Whether anything could still be sent by itself."""
        with self._durable.read() as db:
            return outbox.is_open(db, line.id)

    @staticmethod
    def _failing(line: ChannelState) -> tuple[str, str]:
        """What is said of a channel that was reached, but not all of it could be read."""
        failing = [one for one in line.connector.unreadable.failing.values() if one.tries]
        if not failing:
            return "", ""
        first = failing[0]
        return f"{len(failing)} of its places cannot be read ({first.place}: {first.error})", (
            first.hint or "They are tried again; see carecli doctor."
        )

    def _states(self, line: ChannelState) -> Counter[str]:
        with self._durable.read() as db:
            return Counter(outbox.states(db, line.id))
