"""Driving the inbox in tests: start it, press keys, and wait for what must come true."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from textual._compositor import Compositor
from textual._context import active_app, visible_screen_stack
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

from carecli.desk.services import InboxServices
from carecli.tui.app import InboxApp
from carecli.tui.commands.context import CommandContext
from carecli.tui.inbox.screen import InboxScreen
from carecli.tui.settings import Settings
from tests.tui.memory_desk import MemoryDesk

PATIENCE = 4.0
WIDE, NARROW = (140, 40), (80, 24)

WORKERS_MAY_TAKE = 1.0
"""Seconds that a key waits for what workers read: a desk in a test may never answer."""


async def nothing_to_do(_least: float = 0, _most: float = 1) -> None:
    """Wait until every message is handled, what changed is laid out, and no worker reads.

    Textual's own wait sleeps until the process used no processor for a while: 40 ms for a key
    that is done after 4, and longer where others use the machine.
    """
    app = active_app.get()
    assert isinstance(app, InboxApp)
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]  # of asyncio's own loops
    deadline = time.monotonic() + WORKERS_MAY_TAKE
    while True:
        await asyncio.sleep(0)
        while ready:  # noqa: ASYNC110  # no event tells that a loop is at rest
            await asyncio.sleep(0)
        is_busy = app._typing is not None or any(not one.is_finished for one in app.workers)
        if is_busy and time.monotonic() < deadline:
            await asyncio.sleep(0.002)
            continue
        if not app.screen_stack:
            return
        app.screen._on_timer_update()
        if not ready:
            return


def _paint_nothing(compositor: Compositor, **_how: object) -> None:
    """Forget what has changed on the screen, which is painted when a test looks at it."""
    compositor._dirty_regions.clear()


_parse_rules = Stylesheet._parse_rules
_rules: dict[Hashable, list[RuleSet]] = {}


def _parse_rules_once(sheet: Stylesheet, *sheets: Any, **how: Any) -> list[RuleSet]:
    """The rules of a style sheet; every application of a run has the same ones."""
    key = (sheets, frozenset(how.items()), frozenset(sheet._variables.items()))
    if key not in _rules:
        _rules[key] = _parse_rules(sheet, *sheets, **how)
    return _rules[key]


@contextmanager
def without_waste() -> Iterator[None]:
    """Let a pilot wait until nothing is left to do; paint for those who look; read styles once."""
    with (
        patch("textual.app.wait_for_idle", nothing_to_do),
        patch("textual.pilot.wait_for_idle", nothing_to_do),
        patch.object(Compositor, "render_update", _paint_nothing),
        patch.object(Stylesheet, "_parse_rules", _parse_rules_once),
    ):
        yield


@dataclass
class Driven:
    """A running inbox and its pilot."""

    app: InboxApp
    pilot: Pilot[None]

    @property
    def inbox(self) -> CommandContext:
        """The parts of the inbox."""
        return self.app.inbox.context

    @property
    def inbox_screen(self) -> InboxScreen:
        """The screen below all windows."""
        return self.app.inbox

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)

    async def until(self, truth: Callable[[], object]) -> None:
        """Wait until it is so; fail when it does not come true in time."""
        deadline = time.monotonic() + PATIENCE
        seconds = 0.001
        while not truth():
            if time.monotonic() > deadline:
                raise AssertionError("it did not come true; the screen:\n" + self.text)
            await asyncio.sleep(seconds)
            seconds = min(2 * seconds, 0.02)

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, line by line.

        A window with a see-through background paints the screens below it only when they are
        named; painted without them it would keep an empty background.
        """
        visible_screen_stack.set(self.app._background_screens)
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines)

    def inks(self) -> str:
        """Every ink on the screen with its ground and the first words in it, sorted."""
        visible_screen_stack.set(self.app._background_screens)
        found: dict[tuple[str, str], str] = {}
        for strip in self.app.screen._compositor.render_strips():
            for text, style, _control in strip:
                if style is None or not text.strip():
                    continue
                fore, ground = style.color, style.bgcolor
                if style.reverse:
                    fore, ground = ground, fore
                if fore is not None and ground is not None:
                    key = (fore.get_truecolor().hex, ground.get_truecolor().hex)
                    found.setdefault(key, " ".join(text.split())[:24])
        return "\n".join(
            f"{fore} on {ground}  {text}" for (fore, ground), text in sorted(found.items())
        )

    async def sees(self, *words: str) -> None:
        """Wait until all these words are on the screen."""
        await self.until(lambda: all(word in self.text for word in words))

    @property
    def toasts(self) -> str:
        return "\n".join(f"{note.title} {note.message}" for note in self.app._notifications)


@asynccontextmanager
async def running(app: InboxApp, size: tuple[int, int]) -> AsyncIterator[Pilot[None]]:
    """An application in a terminal that nobody sees, until the block ends.

    Its threads end with it: each would hold the whole application.
    """
    try:
        with without_waste():
            async with app.run_test(size=size, notifications=True) as pilot:
                yield pilot
    finally:
        app.inbox.parts.runner.end()


@asynccontextmanager
async def driven(
    desk: InboxServices | MemoryDesk,
    *,
    size: tuple[int, int] = WIDE,
    settings: Settings | None = None,
) -> AsyncIterator[Driven]:
    """The inbox on a desk, until the block ends."""
    services = desk.services if isinstance(desk, MemoryDesk) else desk
    app = InboxApp(services, settings or Settings(theme="dark"))
    async with running(app, size) as pilot:
        one = Driven(app, pilot)
        await one.until(lambda: one.inbox.threads.is_whole)
        yield one
