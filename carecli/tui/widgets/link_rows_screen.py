"""Full screens of lines that open something: start of day, end of shift, a person's history."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from carecli.desk.planning.rows import Handover, Today
from carecli.desk.replies.rows import History
from carecli.desk.services import InboxServices
from carecli.domain.errors import CareError
from carecli.domain.model import ThreadId
from carecli.i18n import _
from carecli.tui.conversation.person import person_column
from carecli.tui.day.handover import handover_column
from carecli.tui.day.link_rows import GAP, Column, LinkRow, beside, column_at, laid_out, targets
from carecli.tui.day.today import today_columns
from carecli.tui.style.cells import Line, cut
from carecli.tui.style.clock import day
from carecli.tui.style.content import Painter
from carecli.tui.widgets.board import Board, LineClicked
from carecli.tui.widgets.dialogs import dialog_frame

_log = logging.getLogger(__name__)

DOUBLE = 110
"""From this width on there are two columns."""

LEFT = 46
"""Cells of the left one of two columns."""

Found = TypeVar("Found")


class LinkRowsScreen(ModalScreen[str | None], Generic[Found]):
    """Dismissed with `go` once `chosen` is to be shown, or with the key of `answers`."""

    answers: tuple[str, ...] = ()

    def __init__(
        self,
        painter: Painter,
        title: str,
        hint: str,
        read: Callable[[], Found],
        lay_out: Callable[[Found, int], tuple[list[Column], list[int]]],
    ) -> None:
        """`read` runs in a thread; `lay_out` makes columns for a width, with the cells of each."""
        super().__init__()
        self.painter = painter
        self._title = title
        self._hint = hint
        self.found: Found | None = None
        self.chosen: LinkRow | None = None
        self._read = read
        self._lay_out = lay_out
        self._problem = ""
        self._columns: list[Column] = []
        self._widths: list[int] = []
        self._at: tuple[int, int] | None = None

    def compose(self) -> ComposeResult:
        """Title, lines, keys."""
        above, below = dialog_frame(self.painter, self._title, self._hint)
        with Vertical(id="dialog", classes="whole"):
            yield above
            yield Board(self.painter, id="reading", surface="panel")
            yield below

    def on_mount(self) -> None:
        """Read it."""
        self.query_one(Board).focus()
        self.load()
        self.paint()

    @work(group="stops", exclusive=True, exit_on_error=False)
    async def load(self) -> None:
        """Read what is shown."""
        try:
            self.found = await asyncio.to_thread(self._read)
        except Exception as error:  # noqa: BLE001  whatever the desk raises is told, not waited for
            if not isinstance(error, CareError):
                _log.error("unexpected", exc_info=error)
            self._problem = str(error) if isinstance(error, CareError) else repr(error)
        self.paint()

    def paint(self) -> None:
        """Show it as it is now, the cursor on a line that leads somewhere."""
        board = self.query_one(Board)
        board.lay_out(self._lines)
        if self._at is not None:
            row, is_first = self._at[1], self._at == targets(self._columns)[0]
            board.reveal(range(0 if is_first else row, row + 1))

    def _lines(self, cells: int) -> Sequence[Line]:
        width = max(40, cells - 1)  # the scroll bar takes one
        if self.found is None:
            text, role = (self._problem, "warn") if self._problem else (_("Counting …"), "dim")
            return [[], [("  " + cut(text, width - 4), role)]]
        self._columns, self._widths = self._lay_out(self.found, width)
        stops = targets(self._columns)
        if self._at not in stops:
            self._at = stops[0] if stops else None
        return laid_out(self._columns, self._widths, self._at)

    def _go_to(self, at: tuple[int, int] | None) -> None:
        if at is not None and at != self._at:
            self._at = at
            self.paint()

    def _go(self) -> None:
        if self._at is not None:
            self.chosen = self._columns[self._at[0]][self._at[1]]
            self.dismiss("go")

    def on_line_clicked(self, event: LineClicked) -> None:
        """A click goes where the line under it leads."""
        event.stop()
        at = column_at(self._widths, event.cell), event.line
        if at in targets(self._columns):
            self._at = at
            self._go()

    def on_key(self, event: events.Key) -> None:
        """Move, go, answer."""
        stops = targets(self._columns)
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": 10, "pageup": -10}
        steps |= {"ctrl+d": 10, "ctrl+u": -10, "tab": 1, "shift+tab": -1}
        sides = {"left": -1, "h": -1, "right": 1, "l": 1}
        ends = {"g": 0, "home": 0, "G": -1, "end": -1}
        if event.character in self.answers:
            self.dismiss(event.character)
        elif event.key in ("q", "escape"):
            self.dismiss(None)
        elif event.key == "enter":
            self._go()
        elif self._at is not None and event.key in steps:
            place = stops.index(self._at) + steps[event.key]
            self._go_to(stops[max(0, min(place, len(stops) - 1))])
        elif self._at is not None and event.key in sides:
            self._go_to(beside(self._columns, self._at, sides[event.key]))
        elif stops and event.key in ends:
            self._go_to(stops[ends[event.key]])
        else:
            return
        event.stop()
        event.prevent_default()


class TodayScreen(LinkRowsScreen[Today]):
    """How a day starts: numbers on the left, threads on the right where there is room for both."""

    def __init__(self, painter: Painter, desk: InboxServices, zone: str, brand: str) -> None:
        def lay_out(found: Today, width: int) -> tuple[list[Column], list[int]]:
            is_double = width >= DOUBLE
            widths = [LEFT, width - LEFT - GAP] if is_double else [width]
            columns = today_columns(found, zone, (widths[0], widths[-1]), is_double=is_double)
            return [*columns], widths

        hint = _("↑↓ ←→ · Enter show the list · Esc close")
        title = _("Today, {day}").format(day=day(desk.now(), zone))
        super().__init__(painter, title, hint, lambda: desk.planning.today(brand=brand), lay_out)


class HandoverScreen(LinkRowsScreen[Handover]):
    """How a shift ends. `n` writes a note, `w` the file, `R` gives back to the pool."""

    answers = ("n", "w", "R")

    def __init__(self, painter: Painter, desk: InboxServices, zone: str) -> None:
        def lay_out(found: Handover, width: int) -> tuple[list[Column], list[int]]:
            return [handover_column(found, zone, width)], [width]

        hint = _("n note · w save to a file · R unassign · Enter show it · Esc close")
        title = _("Handover, {day}").format(day=day(desk.now(), zone))
        super().__init__(painter, title, hint, desk.planning.handover, lay_out)


class HistoryScreen(LinkRowsScreen[History]):
    """Everything with a person; Enter opens a thread, `i` asks for a note about them."""

    answers = ("i",)

    def __init__(self, painter: Painter, found: History, here: ThreadId, zone: str) -> None:
        def lay_out(found: History, width: int) -> tuple[list[Column], list[int]]:
            return [person_column(found, here, zone, width)], [width]

        hint = _("↑↓ · Enter open the thread · i note about the person · Esc close")
        name = found.identities[0].name if found.identities else _("(no name)")
        title = _("All conversations with {name}").format(name=name)
        super().__init__(painter, title, hint, lambda: found, lay_out)
