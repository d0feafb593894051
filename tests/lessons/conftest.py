"""The world of the lessons with a learner in it: real platform, real engine, real desk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from carecli.boot import child_processes
from carecli.boot.engine import run_once
from carecli.boot.inbox import ensure_engine, open_desk
from carecli.boot.lessons import hearing, write_configuration
from carecli.boot.setup import Setup, set_up
from carecli.desk.services import InboxServices
from carecli.desk.threads.rows import ThreadRow
from carecli.practice.server import PracticeServer
from carecli.tui.app import InboxApp
from carecli.tui.lessons.course import Course
from carecli.tui.lessons.runner import LessonRunner
from carecli.tui.settings import Settings
from tests.tui.pilot import NARROW, Driven, running

PATIENCE = 30.0
"""Seconds until what should happen is said never to: sending takes some."""


@dataclass
class Learner(Driven):
    """Somebody at the lessons' keys."""

    lessons: LessonRunner
    desk: InboxServices

    async def until(self, truth: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not truth():
            if time.monotonic() > deadline:
                raise AssertionError(f"it did not come true:\n{self.text}\n{self.toasts}")
            await asyncio.sleep(0.02)

    @property
    def step(self) -> int:
        return self.lessons.at.step

    async def at_step(self, step: int) -> None:
        """Wait until the goals before this step are met."""
        await self.until(lambda: self.step >= step)
        assert self.step == step

    async def looked(self) -> None:
        """Wait until the goal was looked at twice more, after what was done by now."""
        await self.pilot.pause()
        for _ in range(2):
            before = self.lessons.looks
            await self.until(lambda before=before: self.lessons.looks > before)  # type: ignore[misc]  # bound now

    async def not_yet(self, step: int, *keys: str) -> None:
        """Do something less than what the step asks for; its goal is not met."""
        await self.press(*keys)
        await self.looked()
        assert self.step == step, self.text

    def row(self, name: str) -> ThreadRow:
        """Somebody's thread as the desk has it."""
        rows = self.desk.threads.rows(
            self.desk.threads.ids("", "newest", self.inbox.views.brand).ids
        )
        return next(one for one in rows.values() if one.author == name)

    async def on(self, name: str) -> None:
        """Put the cursor of the list on somebody."""
        if self.inbox.layout.context != "list":
            self.inbox.layout.focus_list()

        def found() -> bool:
            return self.inbox.threads.move_onto(self.row(name).id)

        await self.until(found)


@dataclass(frozen=True)
class World:
    """One practice platform with its engine; each learner works in it."""

    setup: Setup
    practice: PracticeServer

    @asynccontextmanager
    async def learner(
        self,
        lesson: str,
        *,
        size: tuple[int, int] = NARROW,
        settings: Settings | None = None,
        grace: int | None = 0,
        keep: Callable[[Course], None] = lambda _: None,
        course: Course | None = None,
    ) -> AsyncIterator[Learner]:
        """Somebody who begins a lesson; `grace` (ms) before something is sent."""
        desk = open_desk(self.setup, grace=grace)
        chosen = settings or Settings(theme="dark")
        hear = hearing(self.practice.url)
        lessons = LessonRunner(desk, course or Course(lesson), hear, keep)
        app = InboxApp(desk, chosen, extension=lessons)
        try:
            async with running(app, size) as pilot:
                one = Learner(app, pilot, lessons, desk)
                brand = lessons.at.lesson.brand
                await one.until(
                    lambda: one.inbox.views.brand == brand and one.inbox.threads.is_whole
                )
                await one.until(lambda: lessons.looks)
                yield one
        finally:
            desk.close()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Each lesson is about other people, so one world does for all of them."""
    folder: Path = tmp_path_factory.mktemp("lessons")
    with PracticeServer("lessons") as practice:
        setup = set_up(str(write_configuration(folder, practice.url)))
        run_once(setup)
        engine = ensure_engine(setup, stays=False)
        assert engine is not None
        try:
            yield World(setup, practice)
        finally:
            child_processes.end(engine)
