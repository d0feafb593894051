"""The split screen: who is on shift, the method, and the borders."""

from __future__ import annotations

import asyncio

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Vertical

from carecli.desk.services import InboxServices
from carecli.domain.errors import CareError
from carecli.domain.model import DAY, HOUR, Millis
from carecli.domain.split import Method, Plan, ShiftPerson
from carecli.i18n import N_, _
from carecli.tui.day.split import METHODS, SplitDraft, split_lines
from carecli.tui.style.cells import steady
from carecli.tui.style.content import Painter
from carecli.tui.widgets.board import Board
from carecli.tui.widgets.dialogs import Ask, Dialog

HINT = N_("Space on shift · ←→ border 1 h, shift 6 h, ctrl 1 day · p period · Enter · Esc")

STEPS = {
    "left": (-1, HOUR),
    "h": (-1, HOUR),
    "right": (1, HOUR),
    "shift+left": (-1, DAY // 4),
    "shift+right": (1, DAY // 4),
    "ctrl+left": (-1, DAY),
    "ctrl+right": (1, DAY),
}
"""How far a key moves a border, and which way."""


class SplitScreen(Dialog):
    """Dismissed with `assign` once `split.plan` is to be carried out."""

    def __init__(
        self, painter: Painter, desk: InboxServices, split: SplitDraft, filter_text: str, brand: str
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
    def _people(self) -> list[ShiftPerson]:
        return [ShiftPerson(name) for name in self.split.on]

    @work(group="split", exclusive=True, exit_on_error=False)
    async def count(self) -> None:
        """Read what waits in the period, and plan it."""
        split = self.split
        people, method = self._people, split.method

        def read() -> Plan:
            return self._desk.planning.split_preview(
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
        split.note = ""
        steps = {"down": 1, "j": 1, "up": -1, "k": -1}
        methods = {letter: method for method, (letter, _name) in METHODS.items()}
        if event.key in steps:
            split.cursor = max(0, min(split.cursor + steps[event.key], len(split.people) - 1))
            self.paint()
        elif event.key in STEPS:
            self._move(*STEPS[event.key])
        elif event.key == "space":
            if split.turn():
                self._again()
            else:
                split.note = _("At least one person must be on shift.")
                self.paint()
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

    def _move(self, by: int, step: Millis) -> None:
        """Move the end of the chosen person's share, or say why it stays where it is."""
        split = self.split
        if split.plan is None:
            return
        border = split.share_of(split.chosen)
        if border is None:
            name = steady(split.people[split.chosen])
            split.note = _("{name} is not on shift and has no border.").format(name=name)
        else:
            before = split.plan
            split.plan = before.move(border, by, step)
            if split.plan.borders == before.borders:
                split.note = _("The border cannot be moved further.")
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
