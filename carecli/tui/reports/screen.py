"""The report screen: period, brand and grouping by keys, rows behind figures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from textual import events, work

from carecli.desk.reports.kpi_report import BehindRow, ReportAsked
from carecli.desk.reports.sheet import ReportSheet
from carecli.domain.errors import CareError, QueryCancelled
from carecli.domain.figures import number, percent
from carecli.domain.model import ThreadId
from carecli.i18n import _, language, ngettext
from carecli.tui.day.link_rows import GAP, Column, DrillDown, targets
from carecli.tui.inbox.bars import ListView
from carecli.tui.reports.sheet import sheet_columns
from carecli.tui.reports.words import GROUP_TITLES, period_title, title_of, told
from carecli.tui.style.cells import Line, cut, wrap
from carecli.tui.style.clock import day, local
from carecli.tui.widgets.board import Banner, Board
from carecli.tui.widgets.dialogs import Ask, Choice, Picker, among
from carecli.tui.widgets.link_rows_screen import DOUBLE, LinkRowsScreen

if TYPE_CHECKING:
    from carecli.tui.inbox.window_context import WindowContext

LEFT = 52
"""Cells of the left one of two columns."""

Found = TypeVar("Found")

TOLD_EVERY = 0.2
"""Seconds between two looks at how far a report is."""


@dataclass
class ReportPlace:
    """Where somebody is in the reports: kept while the threads behind a figure are looked at."""

    asked: ReportAsked
    by: str = "channel"
    at: tuple[int, int] | None = None
    sheet: ReportSheet | None = None


@dataclass
class _Watch:
    """How far something is that is computed in a thread, and whether anybody still wants it."""

    share: float = 0.0
    is_wanted: bool = True

    def progress(self, read: int, of: int) -> bool:
        """Called from the thread."""
        self.share = read / of if of else 0.0
        return self.is_wanted


class ReportScreen(LinkRowsScreen[ReportSheet]):
    """Dismissed with `go` once `view` holds the threads behind a figure."""

    def __init__(self, context: WindowContext, place: ReportPlace) -> None:
        hint = _(
            "Enter show threads · Tab section · < > earlier, later · p period · b brand · o "
            "group by · e export · ! issue · v recalculate · Esc close"
        )
        super().__init__(
            context.preferences.painter, _("Report"), hint, self._sheet, self._columns_of
        )
        self.context = context
        self.place = place
        self.view: ListView | None = None
        self._watch = _Watch()
        self._is_busy = False
        self._doing = ""
        self._at = place.at
        self._kept: list[events.Key] = []
        """Keys that want the report while it is still being read; they are done after."""

    def _sheet(self) -> ReportSheet:
        place, watch = self.place, self._watch
        return self.context.desk.reports.report_sheet(place.asked, place.by, watch.progress)

    def _columns_of(self, sheet: ReportSheet, width: int) -> tuple[list[Column], list[int]]:
        is_double = width >= DOUBLE
        widths = [LEFT, width - LEFT - GAP] if is_double else [width]
        columns = sheet_columns(sheet, (widths[0], widths[-1]), is_double=is_double)
        return [*columns], widths

    def on_mount(self) -> None:
        """Show what was shown before, or read it."""
        self.query_one(Board).focus()
        self.set_interval(TOLD_EVERY, self._tell)
        if self.place.sheet is not None:
            self.found = self.place.sheet
        else:
            self.load()
        self.paint()

    def on_unmount(self) -> None:
        """What is still computed is wanted by nobody."""
        self._watch.is_wanted = False

    @work(group="stops", exclusive=True, exit_on_error=False)
    async def load(self) -> None:
        """Read the report; Esc ends it."""
        before = self.place.sheet
        found = await self._compute(self._sheet, _("Calculating the report"))
        if found is not None:
            self.found = self.place.sheet = found
            self.call_after_refresh(self._press_kept)
        elif before is not None:
            self.place.asked, self.place.by = before.asked, before.by
        self.paint()

    async def _compute(self, read: Callable[[], Found], doing: str) -> Found | None:
        """Run something long in a thread and tell how far it is; None if it came to nothing."""
        self._watch.is_wanted = False
        self._watch = watch = _Watch()
        self._is_busy, self._doing, self._problem = True, doing, ""
        self.paint()
        try:
            return await asyncio.to_thread(read)
        except QueryCancelled:
            self._problem = "" if self.found is not None else _("Cancelled.")
        except CareError as error:
            self._problem = str(error)
            if self.found is not None:
                self.context.runner.complain(error)
        finally:
            if watch is self._watch:
                self._is_busy = False
        return None

    def _tell(self) -> None:
        if self._is_busy:
            self._paint_title()

    def paint(self) -> None:
        """Show it as it is now, if it is still there."""
        if not self.is_mounted:
            return
        super().paint()
        self._paint_title()
        below = self.query_one("#dialog-hint", Banner)
        lines = wrap(self._hint, max(40, self.app.size.width - 2))
        below.styles.height = len(lines)
        below.show([[(f" {line}", "dim")] for line in lines])

    def on_resize(self) -> None:
        """The keys take more lines where there are fewer cells."""
        self.call_after_refresh(self.paint)

    def _paint_title(self) -> None:
        title: Line = [(f" {_('Report')} ", "title"), (self._of_what(), "strong")]
        if self._is_busy:
            share = min(1.0, self._watch.share)
            done = _("{doing}: {percent} · Esc to cancel")
            said = done.format(doing=self._doing, percent=percent(share))
            title.append(
                (f"  {said if share or self.found is None else self._doing + ' …'}", "warn")
            )
        elif self.found is not None:
            title.append((f"  {self._state(self.found)}", "dim"))
        self.query_one("#dialog-title", Banner).show([title])

    def _of_what(self) -> str:
        found = self.found
        brand = self.place.asked.brand or _("all brands")
        if found is None:
            return brand
        whole = found.whole
        period = period_title(whole.since, whole.until, whole.zone, whole.month)
        return f"{period} · {brand}"

    def _state(self, sheet: ReportSheet) -> str:
        """Compared with what; issued or not."""
        whole, before = sheet.whole, sheet.before
        period = period_title(before.since, before.until, before.zone, before.month)
        said = _("compared with {period}").format(period=period)
        if whole.issued_at is not None:
            when = day(whole.issued_at, whole.zone)
            who = whole.issued_by.partition(":")[2]
            said += " · " + _("issued {day} by {name}").format(day=when, name=who)
            if whole.differences or sheet.asked.live:
                n = len(whole.differences)
                many = ngettext("{n} figure differs", "{n} figures differ", n)
                said += " · " + many.format(n=number(n))
        return said

    def _lines(self, cells: int) -> Sequence[Line]:
        if self.found is None and self._is_busy:
            text = _("Calculating the report")
            return [[], [("  " + cut(f"{text} …", cells - 4), "dim")]]
        return super()._lines(cells)

    # ---- keys

    def on_key(self, event: events.Key) -> None:
        """Change what is shown; Esc first ends what is being computed."""
        deeds: dict[str, Callable[[], None]] = {
            "<": lambda: self._turn(-1),
            ",": lambda: self._turn(-1),
            ">": lambda: self._turn(1),
            ".": lambda: self._turn(1),
            "p": self._ask_period,
            "b": self._next_brand,
            "o": self._next_grouping,
            "v": self._live,
            "e": self._export,
            "!": self._issue,
        }
        if event.key == "escape" and self._is_busy:
            self._watch.is_wanted = False
            self._kept = []
        elif self.found is None and self._is_busy and event.character not in ("q", *"pbo"):
            self._kept.append(event)
        elif event.character in deeds:
            deeds[event.character]()
        elif event.key in ("tab", "shift+tab"):
            self._to_section(1 if event.key == "tab" else -1)
        else:
            super().on_key(event)
            return
        event.stop()
        event.prevent_default()

    def _press_kept(self) -> None:
        """Do what was pressed while the report was being read, as long as it is on top."""
        kept, self._kept = self._kept, []
        for event in kept:
            if self.is_current and not self._is_busy:
                self.on_key(event)
            elif self.is_current:
                self._kept.append(event)

    def _to_section(self, by: int) -> None:
        """Put the cursor on the first line of a section, and show it from its head on."""
        if self._at is None:
            return
        stops = targets(self._columns)
        heads = [
            (x, y)
            for x, column in enumerate(self._columns)
            for y, stop in enumerate(column)
            if stop.line and stop.line[0][1] == "title"
        ]
        under = dict(sorted((min(at for at in stops if at > head), head) for head in heads))
        past = [at for at in under if (at > self._at if by > 0 else at < self._at)]
        if past:
            at = past[0] if by > 0 else past[-1]
            self._go_to(at)
            board, row = self.query_one(Board), under[at][1]
            board.reveal(range(row, row + board.size.height))

    def _show(self, asked: ReportAsked, by: str | None = None) -> None:
        self.place.asked = asked
        self.place.by = by or self.place.by
        self.load()

    def _turn(self, by: int) -> None:
        """The month before, or the one after: of another period, the month it begins in."""
        if self.found is None or self._is_busy:
            return
        first = local(self.found.whole.since, self.found.whole.zone).date().replace(day=1)
        month = (first + timedelta(days=32 if by > 0 else -1)).replace(day=1)
        if month > local(self.context.desk.now(), self.found.whole.zone).date():
            self.context.runner.say(_("That month has not started yet."))
            return
        empty = replace(self.place.asked, month=f"{month:%Y-%m}", since="", until="", live=False)
        self._show(empty)

    def _ask_period(self) -> None:
        asked = self.place.asked

        def typed(text: str | None) -> None:
            if text is None:
                return
            first, _space, after = text.strip().partition(" ")
            is_month = len(first) == 7 and first[4:5] == "-"
            period = {"month": first} if is_month else {"since": first, "until": after.strip()}
            whole = {"month": "", "since": "", "until": "", "live": False} | period
            self._show(replace(asked, **whole))  # type: ignore[arg-type]  # fields of it

        hint = _("a month: 2026-10 · or the first day and the day after the last: 30d 7d")
        value = asked.month or f"{asked.since} {asked.until}".strip()
        self.app.push_screen(Ask(self.painter, _("Which period?"), value=value, hint=hint), typed)

    def _next_brand(self) -> None:
        brands = ["", *(one.key for one in self.context.views.overview.brands)]
        now = self.place.asked.brand
        at = brands.index(now) if now in brands else 0
        self._show(replace(self.place.asked, brand=brands[(at + 1) % len(brands)], live=False))

    def _next_grouping(self) -> None:
        groups = [*GROUP_TITLES]
        at = groups.index(self.place.by)
        self._show(self.place.asked, groups[(at + 1) % len(groups)])

    def _live(self) -> None:
        if self.found is not None and self.found.whole.issued_at is not None:
            self._show(replace(self.place.asked, live=not self.place.asked.live))
        else:
            self.context.runner.say(_("Only an issued month can be recalculated."))

    def _issue(self) -> None:
        """Issue the month that is shown, once that was confirmed."""
        asked, found = self.place.asked, self.found
        if found is None or self._is_busy:
            return
        whole = found.whole
        title = period_title(whole.since, whole.until, whole.zone, whole.month)
        if not asked.month or whole.until > self.context.desk.now() or whole.issued_at is not None:
            self.context.runner.say(_("A month can be issued only after it ends, and only once."))
            return
        question = _("Issue {month} ({brand}) permanently?").format(
            month=title, brand=asked.brand or _("all brands")
        )
        choices = [
            Choice("y", _("The figures will no longer change"), letter="y"),
            Choice("n", _("Not yet"), letter="n"),
        ]

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.issue(asked)

        self.app.push_screen(Picker(self.painter, question, among(choices)), answered)

    @work(group="stops", exclusive=True, exit_on_error=False)
    async def issue(self, asked: ReportAsked) -> None:
        """Issue a month, and show it as it was issued."""
        done = await self._compute(
            lambda: self.context.desk.reports.issue(asked, self._watch.progress), _("Issuing")
        )
        if done is not None:
            self.load()
        self.paint()

    def _export(self) -> None:
        """Write what is shown into a file, of a kind that is asked for."""
        if self.found is None or self._is_busy:
            return
        asked = self.place.asked
        choices = [
            Choice("html", _("Web page"), _("for browsers and printing"), "h"),
            Choice("xlsx", _("Workbook"), _("for spreadsheets"), "x"),
            Choice("csv", _("Figures only"), _("CSV, one per line"), "c"),
        ]

        def chosen(kind: str | None) -> None:
            if kind is not None:
                self.export(asked, kind)

        self.app.push_screen(Picker(self.painter, _("Which format?"), among(choices)), chosen)

    @work(group="stops", exclusive=True, exit_on_error=False)
    async def export(self, asked: ReportAsked, kind: str) -> None:
        """Write a report into a file, and say where it is."""
        file = await self._compute(
            lambda: self.context.desk.reports.export_report(asked, kind, language()),
            _("Saving the report"),
        )
        if file is not None:
            self.context.runner.say(_("The report was saved to {file}.").format(file=file))
        self.paint()

    # ---- what is behind

    def _go(self) -> None:
        if self._at is None or self.found is None or self._is_busy:
            return
        behind = self._columns[self._at[0]][self._at[1]].behind
        if behind is None:
            return
        if len(behind.kpis) == 1:
            self.open(behind, behind.kpis[0])
            return
        sheet = self.found
        choices = [
            Choice(kpi, title_of(kpi), told(sheet.figure(kpi, behind.by, behind.groups[0])))
            for kpi in behind.kpis
        ]

        def chosen(kpi: str | None) -> None:
            if kpi is not None:
                self.open(behind, kpi)

        self.app.push_screen(Picker(self.painter, behind.title, among(choices)), chosen)

    @work(group="stops", exclusive=True, exit_on_error=False)
    async def open(self, behind: DrillDown, kpi: str) -> None:
        """Show the threads of a figure in the list, those that measure most first."""
        asked = replace(self.place.asked, by=behind.by)
        group = behind.groups[0] if len(behind.groups) == 1 else None

        def read() -> tuple[ThreadId, ...]:
            rows = self.context.desk.reports.report(asked, kpi, group, self._watch.progress).rows
            threads = _threads(rows, behind)
            shown = self.context.desk.threads.matching(
                "", threads
            )  # some may be gone, or no matter of mine
            return tuple(one for one in threads if one in shown)

        threads = await self._compute(read, _("Looking up the threads"))
        self.paint()
        if threads is None:
            return
        if not threads:
            self.context.runner.say(_("There are no threads behind this figure."))
            return
        title = title_of(kpi)
        if behind.by:
            title = f"{title}, {behind.title}"
        self.view = ListView(f"{title} · {self._of_what()}", "", "figure", True, threads)
        self.place.at = self._at
        self.dismiss("go")


def _threads(rows: Sequence[BehindRow], behind: DrillDown) -> list[ThreadId]:
    """The threads of what is counted in these groups, those that measure most first."""
    counted = [
        row for row in rows if row.is_counted and (not behind.groups or row.group in behind.groups)
    ]
    counted.sort(key=lambda row: (-(row.value or 0), row.began, row.id))
    return [*dict.fromkeys(ThreadId(row.thread) for row in counted)]
