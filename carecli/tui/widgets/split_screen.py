"""Splitting a backlog on the whole screen: who is on shift, how, and where the borders lie."""

from __future__ import annotations

import asyncio

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Vertical

from carecli.desk.face import Desk
from carecli.domain.errors import CareError
from carecli.domain.split import Method, Person, Plan
from carecli.i18n import N_, _
from carecli.tui.content import Painter
from carecli.tui.splitting import METHODS, Splitting, split_lines
from carecli.tui.widgets.board import Board
from carecli.tui.widgets.dialogs import Ask, Dialog

HINT = N_("↑↓ · Space on shift · ← → border · p period · Enter assign · Esc leave")


class SplitScreen(Dialog):
    """Dismissed with `assign` once `split.plan` is to be carried out."""

    def __init__(
        self, painter: Painter, desk: Desk, split: Splitting, filter_text: str, brand: str
    ) -> None:
        super().__init__(painter, _("Split the backlog"), _(HINT))
        self.split = split
        self._desk = desk
        self._filter = filter_text
        self._brand = brand

    def compose(self) -> ComposeResult:
        """Title, days and people, keys."""
        above, below = self.frame()
        with Vertical(id="dialog", classes="whole"):
            yield above
            yield Board(self.painter, id="reading", surface="panel")
            yield below

    def on_mount(self) -> None:
        """Count what waits."""
        self.query_one(Board).focus()
        self.count()
        self.paint()

    def paint(self) -> None:
        """Show the plan as it is now."""
        self.query_one(Board).lay_out(lambda width: split_lines(self.split, max(20, width)))

    @property
    def _people(self) -> list[Person]:
        return [Person(name) for name in self.split.on]

    @work(group="split", exclusive=True, exit_on_error=False)
    async def count(self) -> None:
        """Read what waits in the period, and plan it."""
        split = self.split
        people, method = self._people, split.method

        def read() -> Plan:
            return self._desk.split_preview(
                self._filter, people, method, split.since, split.until, self._brand
            )

        try:
            split.plan, split.problem = await asyncio.to_thread(read), ""
        except CareError as error:
            split.plan, split.problem = None, str(error)
        if (people, method) == (self._people, split.method):
            self.paint()
        else:
            self._again()

    def _again(self) -> None:
        if self.split.plan is not None:
            self.split.plan = self.split.plan.between(self._people, self.split.method)
        self.paint()

    def on_key(self, event: events.Key) -> None:
        """Choose people and a method, move borders, assign."""
        split = self.split
        steps = {"down": 1, "j": 1, "up": -1, "k": -1}
        methods = {letter: method for method, (letter, _name) in METHODS.items()}
        if event.key in steps:
            split.cursor = max(0, min(split.cursor + steps[event.key], len(split.people) - 1))
            self.paint()
        elif event.key in ("left", "right", "h"):
            self._move(1 if event.key == "right" else -1)
        elif event.key == "space":
            if split.turn():
                self._again()
        elif event.key in methods:
            split.method = Method(methods[event.key])
            self._again()
        elif event.key == "p":
            self._ask_period()
        elif event.key == "enter" and split.plan is not None:
            self.dismiss("assign")
        else:
            return
        event.stop()
        event.prevent_default()

    def _move(self, by: int) -> None:
        split = self.split
        border = split.share_of(split.chosen)
        if split.plan is not None and border is not None:
            split.plan = split.plan.move(border, by)
            self.paint()

    def _ask_period(self) -> None:
        split = self.split

        def typed(text: str | None) -> None:
            if text is not None:
                split.since, _, split.until = text.strip().partition(" ")
                split.until = split.until.strip()
                split.plan = None
                self.count()
                self.paint()

        hint = _("first day and the day after the last: 2026-01-01 2026-01-06 · empty: all")
        value = f"{split.since} {split.until}".strip()
        self.app.push_screen(Ask(self.painter, _("Which days?"), value=value, hint=hint), typed)
