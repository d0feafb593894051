"""The comparison screen: a sortable table of profiles, and the best posts below."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Vertical

from carecli.desk.competitors.comparison import Competition, ProfileRow
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.domain.errors import CareError
from carecli.domain.figures import month_and_year
from carecli.i18n import _
from carecli.tui.competitors.lines import NAMES, best_lines, profile_lines
from carecli.tui.competitors.table import COLUMNS, CompetitorTable, Sorting, legend
from carecli.tui.style.cells import Line, fill, wrap
from carecli.tui.style.clock import local
from carecli.tui.widgets.board import Banner, Board, LineClicked
from carecli.tui.widgets.dialogs import Dialog, TextWindow

if TYPE_CHECKING:
    from carecli.tui.inbox.window_context import WindowContext

PLATFORMS = ("", "facebook", "instagram")
"""What is shown: all, or profiles of one platform."""

TALL, LOW, HIGH = 36, 5, 14
"""Lines of a screen that has room for more best posts; lines of those without, and with it."""

AROUND = 5
"""Lines above and below the profiles and their posts."""


class CompetitorsScreen(Dialog):
    """Many profiles on one screen over a month."""

    def __init__(self, context: WindowContext) -> None:
        hint = _("←→ column · o order · [ ] month · p platform · Enter more · Esc close")
        super().__init__(context.preferences.painter, _("Competitors"), hint)
        self.context = context
        self.month = local(context.desk.now(), context.preferences.zone).date().replace(day=1)
        self.by = Sorting()
        self.platform = ""
        self.chosen = ""
        self._found: Competition | None = None
        self._problem = ""
        self._table: CompetitorTable | None = None

    def compose(self) -> ComposeResult:
        """Title, legend and headings, profiles, best posts, keys."""
        above, below = self.frame()
        with Vertical(id="dialog", classes="whole"):
            yield above
            yield Banner(self.painter, id="competitors-head", surface="panel", height=2)
            yield Board(self.painter, id="reading", surface="panel")
            yield Banner(self.painter, id="competitors-best", surface="head", height=LOW)
            yield below

    def on_mount(self) -> None:
        """Read it."""
        self.query_one(Board).focus()
        self.load()
        self.call_after_refresh(self.paint)

    def on_resize(self) -> None:
        """Lay it out anew."""
        self.call_after_refresh(self.paint)

    @work(group="competitors", exclusive=True, exit_on_error=False)
    async def load(self) -> None:
        """Read the month."""
        asked = ReportAsked(month=f"{self.month:%Y-%m}", brand=self.context.views.brand)
        try:
            self._found = await asyncio.to_thread(self.context.desk.competitors.competition, asked)
            self._problem = ""
        except CareError as error:
            self._problem = str(error)
        self.paint()

    # ---- what is shown

    @property
    def rows(self) -> list[ProfileRow]:
        """The profiles of the platform chosen."""
        found = self._found.profiles if self._found is not None else ()
        return [row for row in found if self.platform in ("", row.platform)]

    @property
    def place(self) -> int:
        """Where the cursor is in the table."""
        rows = self._table.rows if self._table is not None else []
        return next((n for n, row in enumerate(rows) if row.key == self.chosen), 0)

    @property
    def row(self) -> ProfileRow | None:
        """The profile under the cursor."""
        rows = self._table.rows if self._table is not None else []
        return rows[self.place] if rows else None

    def paint(self) -> None:
        """Show it as it is now."""
        if not self.is_mounted:
            return
        board, width = self.query_one(Board), max(40, self.app.size.width - 1)
        self._paint_frame(width)
        rows = self.rows
        self._table = CompetitorTable(rows, self.by, width)
        head = self.query_one("#competitors-head", Banner)
        if not rows:
            head.show([[], []])
            role = "warn" if self._problem else "dim"
            board.show([[], *([("  " + text, role)] for text in wrap(self._said(), width - 4))])
            board.light(range(0))
            self._best().show([])
            return
        head.show([legend(rows, width), self._table.head()])
        board.show([self._table.line(n) for n in range(len(rows))])
        self._light()

    def _said(self) -> str:
        if self._problem:
            return self._problem
        if self._found is None:
            return _("Loading …")
        return _("No competitors are configured. See docs/competitors.md.")

    def _paint_frame(self, width: int) -> None:
        where = NAMES.get(self.platform) or _("Facebook and Instagram")
        month = month_and_year(self.month)
        left: Line = [(f" {self._title}", "title"), (f"  {month}", "strong")]
        right: Line = [(f"{where} ", "dim")]
        self.query_one("#dialog-title", Banner).show([fill(left, right, width + 1)])
        hint = self.query_one("#dialog-hint", Banner)
        lines = wrap(self._hint, width - 1)
        hint.styles.height = len(lines)
        hint.show([[(f" {line}", "dim")] for line in lines])

    def _best(self) -> Banner:
        banner = self.query_one("#competitors-best", Banner)
        banner.styles.height = self._below()
        return banner

    def _below(self) -> int:
        """Lines of the best posts."""
        height = self.app.size.height
        return LOW if height < TALL else max(HIGH, height - len(self.rows) - AROUND)

    def _light(self) -> None:
        place, row = self.place, self.row
        self.query_one(Board).light(range(place, place + 1))
        if row is not None and self._found is not None:
            best = [post for post in self._found.best if self._is_shown(post.profile)]
            self._best().show(best_lines(row, best, max(40, self.app.size.width), self._below()))

    def _is_shown(self, key: str) -> bool:
        return any(row.key == key for row in self.rows)

    # ---- what keys do

    def _actions(self) -> dict[str, Callable[[], None]]:
        return {
            "left": partial(self._column, -1),
            "right": partial(self._column, 1),
            "h": partial(self._column, -1),
            "l": partial(self._column, 1),
            "o": self._turn,
            "[": partial(self._months, -1),
            "]": partial(self._months, 1),
            "p": self._platforms,
            "enter": self._open,
        }

    def _column(self, step: int) -> None:
        keys = ["", *(one.key for one in COLUMNS)]
        to = keys[(keys.index(self.by.key) + step) % len(keys)]
        # names begin with A, waits with the shortest; of everything else the most comes first
        self.by = Sorting(to, to not in ("", "answers_within"))
        self.paint()

    def _turn(self) -> None:
        self.by = Sorting(self.by.key, not self.by.is_falling)
        self.paint()

    def _months(self, step: int) -> None:
        this = local(self.context.desk.now(), self.context.preferences.zone).date().replace(day=1)
        to = (self.month + timedelta(days=31 if step > 0 else -1)).replace(day=1)
        if to <= this and to.year >= date.min.year + 2000:
            self.month = to
            self.load()

    def _platforms(self) -> None:
        self.platform = PLATFORMS[(PLATFORMS.index(self.platform) + 1) % len(PLATFORMS)]
        self.paint()

    def _open(self) -> None:
        row, found = self.row, self._found
        if row is None or found is None:
            return
        write = partial(profile_lines, row, found.best, month_and_year(self.month))
        title = f"{row.title} · {NAMES.get(row.platform, row.platform)}"
        self.app.push_screen(TextWindow(self.painter, title, write))

    def _move(self, to: int) -> None:
        rows = self._table.rows if self._table is not None else []
        if rows:
            self.chosen = rows[max(0, min(to, len(rows) - 1))].key
            self._light()

    def on_line_clicked(self, event: LineClicked) -> None:
        """A click puts the cursor there; on a heading it sorts."""
        event.stop()
        if event.board == "reading":
            self._move(event.line)
        elif event.board == "competitors-head" and event.line == 1 and self._table is not None:
            self._sort_at(event.cell)

    def _sort_at(self, cell: int) -> None:
        table, at = self._table, 0
        if table is None:
            return
        for key, wide in table.headings():
            at += wide
            if cell < at:
                falling = key not in ("", "answers_within")
                self.by = Sorting(key, not self.by.is_falling if key == self.by.key else falling)
                self.paint()
                return

    def on_key(self, event: events.Key) -> None:
        """Move, or do what the key says."""
        page = max(1, self.query_one(Board).size.height - 1)
        last = len(self.rows)
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": page, "pageup": -page}
        steps |= {"ctrl+d": page // 2, "ctrl+u": -page // 2}
        steps |= {"home": -last, "g": -last, "end": last, "G": last}
        act = self._actions().get(event.key) or self._actions().get(event.character or "")
        if act is not None:
            act()
        elif event.key in steps:
            self._move(self.place + steps[event.key])
        elif event.key == "q":
            self.dismiss(None)
        else:
            return
        event.stop()
        event.prevent_default()
