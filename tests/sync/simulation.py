"""carecli at work on a clock in the test's hand: the real engine, store, doctor and top bar.

Time jumps when the test says so; the engine's pulls come due by it, and everything else runs as
fast as it can.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from carecli.boot import engine as engines
from carecli.boot import setup as setups
from carecli.boot.doctor import examine
from carecli.boot.doctor_checks import Check
from carecli.boot.inbox import context
from carecli.boot.setup import Setup, set_up
from carecli.desk.services import InboxServices, open_services
from carecli.domain.errors import ConfigError
from carecli.domain.model import MINUTE, SECOND, Millis
from carecli.platforms.base import Clock, Connector
from carecli.practice import PracticeServer
from carecli.store.db import Database
from carecli.sync import daemon
from carecli.sync.engine import Chore, Engine
from carecli.sync.lock import EngineLock
from carecli.tui.inbox.bars import top_bar

SLOWEST: Millis = MINUTE
"""How seldom a stream is pulled at most, by the configuration."""

STEP: Millis = 15 * SECOND
"""How far the clock jumps at a time."""

REST = 0.15
"""Seconds the engine gets after each jump before it is looked at again."""

PATIENCE = 40.0
"""Seconds in which the engine must have come to rest in the beginning."""


class Timetable:
    """What is due when, by the simulation's clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wishes: dict[str, tuple[Millis, Callable[[], None]]] = {}
        self._regular: dict[str, Callable[[], None]] = {}
        self.is_stuck = False

    def at(self, name: str, moment: Millis, deed: Callable[[], None]) -> None:
        self._wishes[name] = (moment, deed)

    def every(self, name: str, seconds: float, deed: Callable[[], None]) -> None:
        self._regular[name] = deed

    def start(self) -> None:
        self.due()

    def stop(self) -> None:
        self._wishes.clear()
        self._regular.clear()

    def due(self) -> None:
        """Do what is due; regular things are, at every look."""
        if self.is_stuck:
            return
        for name, (moment, deed) in list(self._wishes.items()):
            if moment <= self._clock():
                del self._wishes[name]
                deed()
        for deed in list(self._regular.values()):
            deed()


class Simulation:
    """One engine on one configuration, and what doctor and the top bar say of it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        self.practice: PracticeServer | None = None
        self.file = folder / "care.yaml"
        self.listens_at = ""
        self.ended_with: Exception | None = None
        self._setup: Setup | None = None
        self._desk: InboxServices | None = None
        self._ahead: Millis = 0
        self._thread: threading.Thread | None = None
        self._engine: Engine | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.timetable = Timetable(self.now)
        for name in ("STATE", "DATA", "CONFIG", "CACHE"):
            monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / "home"))
        for name in ("CARECLI_ME", "CARECLI_CONFIG", "CARECLI_DB"):
            monkeypatch.delenv(name, raising=False)
        self._take_over_the_clock()
        monkeypatch.setattr(daemon, "run_engine", self._run_engine)

    def _take_over_the_clock(self) -> None:
        real = setups.now
        for name, module in list(sys.modules.items()):
            if name.startswith("carecli.") and getattr(module, "now", None) is real:
                self.monkeypatch.setattr(module, "now", self.now)

    def now(self) -> Millis:
        return time.time_ns() // 1_000_000 + self._ahead

    # the engine

    def start(self) -> None:
        """Start an engine; one that cannot start says so by not running."""
        setup = set_up(str(self.file))
        self._setup = setup

        def run() -> None:
            try:
                engines.run(setup)
            except Exception as error:  # noqa: BLE001  # a process would have ended with it
                self.ended_with = error

        self.ended_with = None
        self._thread = threading.Thread(target=run, name="engine", daemon=True)
        self._thread.start()

    def _run_engine(
        self,
        database: Path,
        connectors: Mapping[str, Connector],
        *,
        clock: Clock,
        chores: Sequence[Chore] = (),
        steps_back: bool = False,  # there is no process to step back
        **more: Any,
    ) -> None:
        async def live() -> None:
            self._loop = asyncio.get_running_loop()
            ingesting, durable = Database(database, ingests=True), Database(database, durable=True)
            try:
                self._engine = Engine(
                    ingesting,
                    durable,
                    connectors,
                    clock=clock,
                    timetable=self.timetable,
                    sleep=lambda _: asyncio.sleep(0.02),
                    chores=[(name, 0.3, deed) for name, _seconds, deed in chores],
                    **more,
                )
                await self._engine.run()
            finally:
                self._engine = None
                ingesting.close()
                durable.close()

        with EngineLock(database, clock()):
            asyncio.run(live())

    def stop(self) -> None:
        """End the engine, as a signal does."""
        if self._engine is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._engine.stop)
        if self._thread is not None:
            self._thread.join(PATIENCE)
            self._thread = None

    def jump(self, span: Millis) -> None:
        """Let time pass at once, here and on the practice platform."""
        self._ahead += span
        if self.practice is not None:
            self.practice.do(lambda: self.practice and self.practice.clock.advance(span))
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.timetable.due)

    # what is said

    @property
    def setup(self) -> Setup:
        """What the engine and the inbox started with."""
        assert self._setup is not None
        return self._setup

    def bad(self, *, offline: bool = True) -> list[Check]:
        """What doctor finds wrong; it reads the configuration as it is now."""
        try:
            setup = set_up(str(self.file))
        except ConfigError as error:
            return [Check("configuration", False, str(error), str(error))]
        return [one for one in examine(setup, offline=offline) if not one.is_ok]

    def bar(self) -> str:
        """The top bar of an inbox that was opened when the engine started."""
        if self._desk is None:
            here = replace(context(self.setup), clock=self.now)
            self._desk = open_services(self.setup.database, here)
        line = top_bar(self._desk.threads.overview(""), "", "ana", self.now(), 200)
        return "".join(text for text, _role in line)

    def close(self) -> None:
        """End the engine and leave the inbox."""
        self.stop()
        if self._desk is not None:
            self._desk.close()

    def settle(self) -> None:
        """Let everything be pulled, until doctor and the top bar find nothing wrong."""
        deadline = time.monotonic() + PATIENCE
        while True:
            bad, bar = self.bad(), self.bar()
            if not bad and "✓" in bar:
                return
            assert time.monotonic() < deadline, (bad, bar)
            time.sleep(REST)
            self.jump(SECOND)

    def within(self, span: Millis, holds: Callable[[], bool]) -> bool:
        """Whether something comes to hold while a span passes."""
        passed = 0
        while not (found := holds()) and passed < span:
            self.jump(STEP)
            passed += STEP
            until = time.monotonic() + 20 * REST
            while not (found := holds()) and time.monotonic() < until:
                time.sleep(REST)
        return found
