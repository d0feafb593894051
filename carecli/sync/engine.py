"""The engine: serves every channel at once in one asyncio process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random

from carecli.domain.errors import StoreError
from carecli.domain.model import SECOND, Millis
from carecli.platforms.base import Clock, Connector
from carecli.store import channels, outbox, settings
from carecli.store.db import Database
from carecli.sync import maintenance
from carecli.sync.channel_state import ChannelState
from carecli.sync.channel_worker import ChannelWorker, Reconnect
from carecli.sync.ingest import Rules
from carecli.sync.schedule import Timetable
from carecli.sync.supervisor import ALIVE, READY, STOPPING, tell_supervisor
from carecli.sync.webhook_receiver import WebhookReceiver

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
"""How often the engine looks for what others wrote: one PRAGMA each time."""

STOP_SECONDS = 10.0
"""How long calls under way may take to end after a stop."""

BEAT_SECONDS = 5.0
WAKE_SECONDS = 10.0
WINDOWS_SECONDS = 300.0
TIDY_SECONDS = 600.0

MOST_CHORES = 64
"""Chores done at the same time."""

STEP_BACK: Millis = SECOND
"""A clock that goes back by more was put right; what was planned by it is planned anew."""

Chore = tuple[str, float, Callable[[], object]]
"""Something done beside, in a thread: its name, every how many seconds, and what."""

Sleep = Callable[[float], Awaitable[None]]


class Engine:
    """Serves channels that are enrolled in the store, by their keys.

    `durable` is a durable connection to the database that `database` is a plain one to. One
    engine runs per database: hold an `EngineLock`. A `listener` takes in what platforms push.
    `chores` are done beside, each in a thread and with a connection of its own.
    """

    def __init__(
        self,
        database: Database,
        durable: Database,
        connectors: Mapping[str, Connector],
        *,
        clock: Clock,
        timetable: Timetable,
        sleep: Sleep = asyncio.sleep,
        reconnect: Reconnect | None = None,
        chance: Random | None = None,
        rules: Rules | None = None,
        raw_kept: Millis = maintenance.RAW_KEPT,
        listener: WebhookReceiver | None = None,
        chores: Sequence[Chore] = (),
    ) -> None:
        self._database = database
        self._raw_kept = raw_kept
        self._durable = durable
        self._clock = clock
        self._sleep = sleep
        self._timetable = timetable
        ids = channels.ids(database.connection)
        self.duties = [
            ChannelWorker(
                ChannelState(ids[key], key, connector, database, clock, chance or Random(), rules),
                durable,
                timetable,
                reconnect,
            )
            for key, connector in connectors.items()
        ]
        self._chores = chores
        self._beside = ThreadPoolExecutor(MOST_CHORES, "chore")
        self._listener = listener
        if listener is not None:
            before = settings.sign_of_life(database.connection)
            heard = before.heard if before is not None else None
            listener.attach((duty.line for duty in self.duties), heard, self._pull_now)
        self._stop = asyncio.Event()
        self._failing: dict[str, settings.Failing] = {}
        self._version = -1
        self._looked_at: Millis = clock()
        self._asked = settings.sync_asked(database.connection)

    def stop(self) -> None:
        """Stop gracefully; may be called from a signal handler of the event loop."""
        self._stop.set()
        for duty in self.duties:
            duty.stop()
        if self._listener is not None:
            self._listener.stop()

    async def run(self) -> None:
        """Serve until `stop`; a broken database ends it with that error."""
        with self._durable.write() as db:
            outbox.interrupted(db, self._clock())
        self._fill_timetable()
        self._timetable.start()
        tell_supervisor(READY)
        tasks = [asyncio.create_task(self._looking(), name="looking")]
        for name, seconds, deed in self._chores:
            tasks.append(asyncio.create_task(self._chore(name, seconds, deed), name=name))
        if self._listener is not None:
            tasks.append(asyncio.create_task(self._listener.serve(), name="listening"))
        for duty in self.duties:
            tasks.append(asyncio.create_task(duty.pulling(), name=f"pulling {duty.line.key}"))
            tasks.append(asyncio.create_task(duty.sending(), name=f"sending {duty.line.key}"))
        stopped = asyncio.create_task(self._stop.wait(), name="stop")
        try:
            done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
        finally:
            tell_supervisor(STOPPING)
            self.stop()
            self._timetable.stop()
            await _end(tasks, stopped)
            self._beside.shutdown(wait=False)
            for duty in self.duties:
                await duty.line.connector.aclose()
        for task in done:
            task.result()

    async def _chore(self, name: str, seconds: float, deed: Callable[[], object]) -> None:
        """Do it now and again, in a thread that no other chore waits for.

        One that fails is told and done again later.
        """
        while not self._stop.is_set():
            try:
                await asyncio.get_running_loop().run_in_executor(self._beside, deed)
            except Exception as error:
                log.exception("%s", name)
                before = self._failing.get(name, settings.Failing(self._clock(), 0, ""))
                what = f"{type(error).__name__}: {error}"
                self._failing[name] = before._replace(times=before.times + 1, error=what)
            else:
                self._failing.pop(name, None)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), seconds)

    def _fill_timetable(self) -> None:
        every = self._timetable.every
        self._beat()
        every("beat", BEAT_SECONDS, self._beat)
        every("wake", WAKE_SECONDS, self._wake)
        every("windows", WINDOWS_SECONDS, self._close_windows)
        every("tidy", TIDY_SECONDS, self._tidy)
        for duty in self.duties:
            duty.begin()

    async def _looking(self) -> None:
        """Notice what other processes wrote, and what became due."""
        while not self._stop.is_set():
            self.look()
            await self._sleep(LOOK_SECONDS)

    def _pull_now(self, channel: str) -> None:
        for duty in self.duties:
            if duty.line.key == channel:
                duty.pull_now()

    def look(self) -> None:
        """Look once: a wish for a pull, and items that are due."""
        (version,) = self._durable.connection.execute("PRAGMA data_version").fetchone()
        is_changed = version != self._version
        if is_changed:
            self._version = version
            asked = settings.sync_asked(self._durable.connection)
            if asked is not None and asked != self._asked:
                self._asked = asked
                for duty in self.duties:
                    if asked.channel in ("", duty.line.key):
                        duty.pull_now()
        now = self._clock()
        if now < self._looked_at - STEP_BACK:
            log.warning("the clock was set back by %d s", (self._looked_at - now) // SECOND)
            self._fill_timetable()
        self._looked_at = now
        for duty in self.duties:
            duty.tick(now, is_changed=is_changed)

    def _beat(self) -> None:
        heard = self._listener.heard if self._listener is not None else None
        with self._database.write() as db:
            settings.beat(db, self._clock(), os.getpid(), heard, self._failing)
        tell_supervisor(ALIVE)

    def _wake(self) -> None:
        maintenance.wake(self._database, self._clock())

    def _close_windows(self) -> None:
        for duty in self.duties:
            maintenance.close_windows(duty.line, self._clock())

    def _tidy(self) -> None:
        try:
            maintenance.tidy(self._database, self._clock(), self._raw_kept)
        except StoreError:
            log.exception("tidying up")


async def _end(tasks: list[asyncio.Task[None]], stopped: asyncio.Task[bool]) -> None:
    """Let calls under way end, for a time; cancel what still runs then."""
    stopped.cancel()
    _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
    for task in late:
        log.warning("%s did not end by itself", task.get_name())
        task.cancel()
    await asyncio.gather(*tasks, stopped, return_exceptions=True)
