"""Figures, as the screen and the command line see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carecli.desk.reports.issued_months import IssuedMonth
    from carecli.desk.reports.kpi_report import KpiReport, ReportAsked
    from carecli.desk.reports.sheet import ReportSheet
    from carecli.store.kpis import Progress


class ReportService(Protocol):
    """What can be asked for in figures. Every method reads much, and belongs into a thread."""

    def report(
        self,
        asked: ReportAsked,
        rows_of: str = "",
        group: str | None = None,
        progress: Progress | None = None,
    ) -> KpiReport:
        """Every KPI over a period, and the rows behind one of them, all or a group's.

        A month that was issued is told as it was issued. Reads all waits of the period: belongs
        into a thread. `progress` is told how much of how much was read, and ends it by False.
        Raises Refusal and GivenUp.
        """
        ...

    def reports(
        self, asked: ReportAsked, groupings: Sequence[str], progress: Progress | None = None
    ) -> Mapping[str, KpiReport]:
        """The same by several groupings ('' for none), read once; `asked.by` does not matter."""
        ...

    def report_sheet(
        self, asked: ReportAsked, by: str, progress: Progress | None = None
    ) -> ReportSheet:
        """What the report screen shows: a period by its groupings, and the period before."""
        ...

    def issue(self, asked: ReportAsked, progress: Progress | None = None) -> IssuedMonth:
        """Keep a month that is over (`asked.month`, `asked.brand`) as its report is now, for good.

        Refusal for a month that is not over or was issued, and where a lead is needed. Takes
        longer than a report.
        """
        ...

    def export_report(self, asked: ReportAsked, kind: str, spoken: str) -> str:
        """Write a report into a file as `carecli report -o` does; its path.

        `kind` is `html`, `xlsx` or `csv`, `spoken` the language's code. Raises Refusal, and
        CareError where it cannot be written.
        """
        ...

    def issued(self) -> Sequence[IssuedMonth]:
        """The months that were issued, the newest first."""
        ...
