"""The machine sleeps for hours, or its clock is put right: nothing that was due is lost.

APScheduler reads the clock itself, so its clock is moved together with the engine's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, tzinfo

import pytest

from carecli.domain.commands import Snooze
from carecli.domain.model import HOUR, MINUTE, Millis, ThreadId
from carecli.store import journal, settings
from carecli.store.derive import refresh
from carecli.store.policies import Policies
from carecli.sync import engine as engines
from carecli.sync.engine import Engine
from carecli.sync.schedule import EngineSchedule
from tests.sync.pretend import Pretend
from tests.sync.shop import ANA, Shop, wall_clock


class Clock:
    """The wall clock, moved by `ahead` ms."""

    def __init__(self) -> None:
        self.ahead: Millis = 0

    def __call__(self) -> Millis:
        return wall_clock() + self.ahead

    def datetime(self) -> type[datetime]:
        """The class of moments, with its `now` moved."""
        clock = self

        class Moved(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # not a Self
                return datetime.now(tz) + timedelta(milliseconds=clock.ahead)

        return Moved


class Sleepy(Pretend):
    """A platform that has its time from a clock."""

    ticks: Callable[[], Millis]

    def clock(self) -> Millis:
        return self.ticks()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", clock.datetime())
    monkeypatch.setattr(engines, "BEAT_SECONDS", 0.2)
    monkeypatch.setattr(engines, "WAKE_SECONDS", 0.2)
    return clock


def live(shop: Shop, clock: Clock, story: Callable[[Sleepy], Awaitable[None]]) -> None:
    """Let an engine run by its real timetable while something happens."""
    platform = Sleepy()
    platform.ticks = clock
    platform.now = clock()
    platform.says("c1")
    shop.enrol("avon-fb")

    async def run() -> None:
        engine = Engine(
            shop.database,
            shop.durable,
            {"avon-fb": platform},
            clock=clock,
            timetable=EngineSchedule(),
        )
        running = asyncio.create_task(engine.run())
        try:
            await until(lambda: shop.all("SELECT 1 FROM messages"))
            await story(platform)
        finally:
            engine.stop()
            await running

    asyncio.run(run())


async def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def pulls(platform: Pretend) -> int:
    return len([call for call in platform.calls if call.startswith("pull")])


def snooze(shop: Shop, until_: Millis, now: Millis) -> None:
    with shop.database.write() as db:
        journal.record(db, Snooze(ThreadId(1), until_), ANA, now)
        refresh(db, (1,), now, Policies(db))


def test_after_a_night_asleep_everything_due_is_done(shop: Shop, clock: Clock) -> None:
    async def story(platform: Sleepy) -> None:
        other = Shop(shop.path)
        snooze(other, clock() + HOUR, clock())
        order = other.order(text="hola", message=1, not_before=clock() + 2 * HOUR)
        before = pulls(platform)
        clock.ahead += 8 * HOUR
        await until(lambda: shop.state(order) == "sent")
        await until(lambda: shop.one("SELECT snoozed_until FROM threads")[0] is None)
        await until(lambda: pulls(platform) > before)
        await until(lambda: (settings.engine_seen_at(shop.database.connection) or 0) > wall_clock())
        other.close()

    live(shop, clock, story)


def test_a_clock_put_back_stops_neither_pulls_nor_beats(shop: Shop, clock: Clock) -> None:
    async def story(platform: Sleepy) -> None:
        before = pulls(platform)
        clock.ahead -= 20 * MINUTE
        await until(lambda: pulls(platform) > before)
        await until(
            lambda: (settings.engine_seen_at(shop.database.connection) or 0) < wall_clock() - MINUTE
        )
        other = Shop(shop.path)
        order = other.order(text="hola", message=1)
        await until(lambda: shop.state(order) == "sent")
        other.close()

    live(shop, clock, story)
