"""When the engine does what; the only place that uses APScheduler."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from carecli.domain.model import Millis


class Timetable(Protocol):
    """Calls things at moments; one moment for each name, the last one told."""

    def at(self, name: str, moment: Millis, deed: Callable[[], None]) -> None:
        """Call `deed` at a moment, or at once if that has passed; instead of an earlier wish."""
        ...

    def every(self, name: str, seconds: float, deed: Callable[[], None]) -> None:
        """Call `deed` again and again, first after one interval."""
        ...

    def start(self) -> None:
        """Begin to call; needs a running event loop."""
        ...

    def stop(self) -> None:
        """Call nothing more."""
        ...


class EngineSchedule:
    """The timetable by APScheduler, on the wall clock.

    Deeds are quick (they wake a task), so none overlaps with itself; one that comes late, since
    the machine slept, is called once and not dropped.
    """

    def __init__(self) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def at(self, name: str, moment: Millis, deed: Callable[[], None]) -> None:
        from apscheduler.triggers.date import DateTrigger

        when = DateTrigger(datetime.fromtimestamp(moment / 1000, UTC))
        self._scheduler.add_job(_ring, when, (deed,), id=name, replace_existing=True)

    def every(self, name: str, seconds: float, deed: Callable[[], None]) -> None:
        from apscheduler.triggers.interval import IntervalTrigger

        when = IntervalTrigger(seconds=seconds, timezone=UTC)
        self._scheduler.add_job(_ring, when, (deed,), id=name, replace_existing=True)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)


async def _ring(deed: Callable[[], None]) -> None:
    """Call it on the event loop: APScheduler would run a plain function in a thread."""
    deed()
