"""The part of the desk in memory that concerns the work as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from carecli.desk.conversations.rows import Receipt
from carecli.desk.planning.rows import (
    CampaignRow,
    CaseRow,
    Handover,
    MacroRow,
    PromiseRow,
    RuleDeeds,
    Today,
    ViewRow,
    Word,
)
from carecli.desk.planning.staffing import Staffing, StaffingAsked
from carecli.desk.reports.issued_months import IssuedMonth
from carecli.desk.reports.kpi_report import KpiReport, ReportAsked
from carecli.desk.reports.sheet import ReportSheet
from carecli.desk.threads.rows import Tally, ThreadRow
from carecli.domain.completion import Completions, Vocabulary, complete
from carecli.domain.errors import Refusal
from carecli.domain.model import HOUR, Colour, ContactPoint, Millis, ThreadId
from carecli.store.kpis import Progress
from tests.tui.memory_report import rows_behind, sheet, told

SAVED = (
    ViewRow("hot", "Red and yellow", "is:waiting colour:red,yellow", "deadline", 4, False, True),
    ViewRow("late", "Late ones", "is:overdue", "queue", 1_000, True, False),
)
"""A configured view and one of mine."""


class MemoryPlans:
    """Views, campaigns and the shift over the rows of `table`."""

    me: str
    clock: int
    asked: list[str]
    kept: list[str]
    table: dict[ThreadId, ThreadRow]
    saved: Sequence[ViewRow] = ()
    own_macros: Sequence[MacroRow] = ()
    asks: Sequence[tuple[str, str]] = (("contact_centre", "Contact centre"),)
    broken: Exception | None = None
    words: tuple[Word, ...] = ()
    ruled: tuple[RuleDeeds, ...] = ()
    contest: Sequence[CampaignRow] = (
        CampaignRow(
            *("contest", "Christmas contest", False, None, None, None, False, "", None, 2, 3),
            "is:waiting campaign:contest",
        ),
    )

    def complete(self, text: str, column: int) -> Completions:
        known = Vocabulary(("lrp-fb",), ("lrp", "vichy"), ("ana", "kasia"), ("care",), ("spam",))
        return complete(text, column, known)

    def views(self, brand: str = "", *, counted: bool = True) -> Sequence[ViewRow]:
        return [one if counted else replace(one, count=None) for one in self.saved]

    def staffing(self, asked: StaffingAsked) -> Staffing:
        raise Refusal("No day is over here.")

    def case_teams(self) -> dict[str, str]:
        return dict(self.asks)

    def cases(self) -> Sequence[CaseRow]:
        return ()

    def macros(self) -> Sequence[MacroRow]:
        return self.own_macros

    def save_macro(self, name: str, steps: Sequence[str], key: str = "") -> None:
        self.own_macros = [*self.own_macros, MacroRow(name, key, tuple(steps))]

    def forget_macro(self, name: str) -> None:
        self.own_macros = [one for one in self.own_macros if one.name != name]

    def save_view(self, key: str, filter_text: str, sort: str = "queue", title: str = "") -> None:
        self.asked.append(f"save_view {key}")
        self.saved = [*self.saved, ViewRow(key, title or key, filter_text, sort, 0, False, False)]

    def forget_view(self, key: str) -> None:
        self.asked.append(f"forget_view {key}")
        self.saved = [one for one in self.saved if one.key != key]

    def campaigns(self) -> Sequence[CampaignRow]:
        return self.contest

    def switch_campaign(self, key: str, *, on: bool, until: Millis | None = None) -> Receipt:
        self.asked.append(f"switch_campaign {key} {'on' if on else 'off'}")
        self.contest = [replace(one, is_on=on, until=until) for one in self.contest]
        return Receipt(1, None, f"turned {'on' if on else 'off'} the campaign {key}")

    def _waiting(self) -> list[ThreadRow]:
        return [row for row in self.table.values() if row.is_waiting]

    def today(self, since: str = "", brand: str = "") -> Today:
        if self.broken is not None:
            raise self.broken
        rows = self._waiting()

        def colours(more: str = "") -> tuple[Tally, ...]:
            return tuple(
                Tally(
                    f"is:waiting colour:{one}{more}",
                    str(one),
                    sum(row.colour is one for row in rows),
                )
                for one in reversed(Colour)
            )

        points = tuple(
            Tally(f"is:waiting at:{point}", title, sum(row.point is point for row in rows))
            for point, title in (
                (ContactPoint.PRIVATE_MESSAGE, "Private messages"),
                (ContactPoint.COMMENT, "Comments"),
                (ContactPoint.AD_COMMENT, "Ad comments"),
            )
        )
        soon = [
            row
            for row in rows
            if row.deadline is not None and 0 < row.deadline - self.clock < 2 * HOUR
        ]
        return Today(
            self.clock, self.clock - 14 * HOUR, len(rows), 2,
            sum(row.assignee == self.me for row in rows), sum(not row.assignee for row in rows),
            colours(), points, (), self.clock + 2 * HOUR, len(soon), tuple(soon), 9, 5,
            colours(" since:2025-12-31T17:51"), self.ruled, self._promises(), (), (), (),
            self.words,
        )  # fmt: skip

    def _promises(self) -> tuple[PromiseRow, ...]:
        text = "Promised to call back by Friday 12:00"
        return (PromiseRow(ThreadId(3), self.clock - 3 * HOUR, text, "Kasia", True),)

    def report(
        self,
        asked: ReportAsked,
        rows_of: str = "",
        group: str | None = None,
        progress: Progress | None = None,
    ) -> KpiReport:
        rows = rows_behind(rows_of, asked.by, group) if rows_of else ()
        return replace(told(asked, asked.by, 400), rows=rows)

    def reports(
        self, asked: ReportAsked, groupings: Sequence[str], progress: Progress | None = None
    ) -> Mapping[str, KpiReport]:
        return {by: told(asked, by, 400) for by in groupings}

    def report_sheet(
        self, asked: ReportAsked, by: str, progress: Progress | None = None
    ) -> ReportSheet:
        self.asked.append(f"report {asked.month or asked.since} {asked.brand} {by}".strip())
        return sheet(asked, by)

    def issue(self, asked: ReportAsked, progress: Progress | None = None) -> IssuedMonth:
        self.asked.append(f"issue {asked.month}")
        return IssuedMonth(asked.month, asked.brand, self.clock, "moderator:ana")

    def export_report(self, asked: ReportAsked, kind: str, spoken: str) -> str:
        self.asked.append(f"export {asked.month} {kind} {spoken}")
        return f"/reports/care-{asked.month}-{spoken}.{kind}"

    def issued(self) -> Sequence[IssuedMonth]:
        return ()

    def handover(self) -> Handover:
        mine = tuple(row for row in self._waiting() if row.assignee == self.me)
        colours = {one: sum(row.colour is one for row in mine) for one in Colour}
        return Handover(
            self.clock,
            self.me,
            len(mine),
            colours,
            mine,
            (),
            (),
            self._promises(),
            self.clock + 24 * HOUR,
            mine[:1],
            (),
            next((one.text for one in self.words if one.author == self.me), ""),
        )

    def leave_word(self, text: str) -> Receipt:
        self.words = (Word(self.clock, self.me, text),)
        return Receipt(1, None, "left a note for the next shift")

    def keep_handover(self, text: str, at: Millis) -> str:
        self.kept.append(text)
        return "/srv/care/handovers/2026-01-01-1800-ana.txt"

    def hand_back(self) -> Receipt:
        self.asked.append("hand_back")
        return Receipt(1, None, "unassigned 3 threads")
