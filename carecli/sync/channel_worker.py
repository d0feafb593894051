"""Serves one channel: its puller, its sender, and what wakes them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from carecli.domain.errors import PlatformError, StoreBroken, StoreError
from carecli.domain.model import MINUTE, SECOND, Millis
from carecli.platforms.base import Connector, Stream
from carecli.store.db import Database
from carecli.sync.channel_state import ChannelState
from carecli.sync.puller import Puller
from carecli.sync.schedule import Timetable
from carecli.sync.sender import Sender

log = logging.getLogger(__name__)

PROBE_EVERY: Millis = 5 * MINUTE
"""How often a refused token is tried again, until a person has renewed it."""

AFTER_STORE_ERROR: Millis = 10 * SECOND
"""When to try again after the database could not be written (full disk, another program)."""

Reconnect = Callable[[str], Connector]
"""A new connector for a channel, made with the secret as it is now."""


class ChannelWorker:
    """Serves one channel until `stop`. `reconnect` is asked while the token is refused."""

    def __init__(
        self,
        line: ChannelState,
        durable: Database,
        timetable: Timetable,
        reconnect: Reconnect | None = None,
    ) -> None:
        self.line = line
        self.puller = Puller(line, is_engine=True)
        self.sender = Sender(line, durable)
        self._timetable = timetable
        self._reconnect = reconnect
        self._due: dict[str, Stream] = {}
        self._pull_bell = asyncio.Event()
        self._send_bell = asyncio.Event()
        self._probe_at: Millis = 0
        self._is_stopping = False

    def begin(self) -> None:
        """Write every stream into the timetable; again after the clock was put back."""
        self._probe_at = 0
        for stream in self.line.connector.streams():
            self._pull_at(stream, self.puller.first_moment(stream))

    def pull_now(self) -> None:
        """Pull every stream as soon as may be; somebody asked for it."""
        self._probe_at = 0
        for stream in self._often():
            self._due[stream.name] = stream
        self._pull_bell.set()

    def tick(self, now: Millis, *, is_changed: bool) -> None:
        """Look whether something is due; `is_changed` when anybody wrote to the database."""
        if self.line.is_refused:
            if now >= self._probe_at:
                self._pull_bell.set()
        elif is_changed or (self.sender.wake_at is not None and self.sender.wake_at <= now):
            self._send_bell.set()

    def stop(self) -> None:
        """End after the call that is under way."""
        self._is_stopping = self.puller.is_stopping = True
        self._pull_bell.set()
        self._send_bell.set()

    async def pulling(self) -> None:
        """Pull whatever is due, for as long as the engine runs. Raises StoreBroken only."""
        while not self._is_stopping:
            await self._pull_bell.wait()
            self._pull_bell.clear()
            if self.line.is_refused and self.line.clock() >= self._probe_at:
                await self.try_token()
            while self._due and not self._is_stopping and not self.line.is_refused:
                stream = self._due.pop(next(iter(self._due)))
                self._pull_at(stream, await self._pull(stream))

    async def sending(self) -> None:
        """Send whatever is due, for as long as the engine runs. Raises StoreBroken only."""
        while not self._is_stopping:
            await self._send_bell.wait()
            self._send_bell.clear()
            try:
                while not self._is_stopping and await self.sender.drain(most=1):
                    pass
            except StoreBroken:
                raise
            except StoreError:
                log.exception("the outbox of %s", self.line.key)
                await asyncio.sleep(AFTER_STORE_ERROR / 1000)

    async def try_token(self) -> bool:
        """Ask the platform whether the token is good again; with its newest secret if possible."""
        line = self.line
        self._probe_at = line.clock() + PROBE_EVERY
        fresh: Connector | None = None
        try:
            fresh = self._reconnect(line.key) if self._reconnect is not None else None
            probe = await (fresh or line.connector).probe()
            # a permission that is missing, or an end that is near, is no reason to stay silent
            is_good = probe.is_ok if probe.is_usable is None else probe.is_usable
        except PlatformError as error:
            log.info("the token of %s is still refused: %s", line.key, error.what)
            is_good = False
        except Exception:
            log.exception("a probe of %s", line.key)
            is_good = False
        if is_good:
            if fresh is not None:
                fresh, line.connector = line.connector, fresh
            line.is_refused = False
            line.troubles.clear()
            line.tell()
            self.pull_now()
            self._send_bell.set()
        if fresh is not None:
            await fresh.aclose()
        return is_good

    async def _pull(self, stream: Stream) -> Millis:
        try:
            return await self.puller.pull(stream)
        except StoreBroken:
            raise
        except StoreError:
            log.exception("a pull of %s", self.line.key)
            return self.line.clock() + AFTER_STORE_ERROR

    def _often(self) -> Sequence[Stream]:
        now = self.line.clock()
        return [s for s in self.line.connector.streams() if self.puller.first_moment(s) <= now]

    def _pull_at(self, stream: Stream, moment: Millis) -> None:
        def ring() -> None:
            self._due[stream.name] = stream
            self._pull_bell.set()

        self._timetable.at(f"{self.line.key}/{stream.name}", moment, ring)
