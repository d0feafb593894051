"""Figures of a period, and the months that were issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carecli.desk.reports.issued_months import IssuedMonth
    from carecli.desk.reports.kpi_report import KpiReport, ReportAsked
    from carecli.desk.reports.sheet import ReportSheet
    from carecli.desk.session import DeskSession
    from carecli.store.kpis import Progress


class StoreReportService:
    """Implements `ReportService` over one database."""

    def __init__(self, session: DeskSession) -> None:
        self._session = session

    def report(
        self,
        asked: ReportAsked,
        rows_of: str = "",
        group: str | None = None,
        progress: Progress | None = None,
    ) -> KpiReport:
        from carecli.desk.reports.kpi_report import untold
        from carecli.desk.reports.queries import report

        with self._session.own_connection() as db:
            return report(db, self._session.context, asked, rows_of, group, progress or untold)

    def reports(
        self, asked: ReportAsked, groupings: Sequence[str], progress: Progress | None = None
    ) -> dict[str, KpiReport]:
        from carecli.desk.reports.kpi_report import untold
        from carecli.desk.reports.queries import reports

        with self._session.own_connection() as db:
            return reports(db, self._session.context, asked, groupings, progress=progress or untold)

    def report_sheet(
        self, asked: ReportAsked, by: str, progress: Progress | None = None
    ) -> ReportSheet:
        from carecli.desk.reports.kpi_report import untold
        from carecli.desk.reports.sheet import report_sheet

        with self._session.own_connection() as db:
            return report_sheet(db, self._session.context, asked, by, progress or untold)

    def issue(self, asked: ReportAsked, progress: Progress | None = None) -> IssuedMonth:
        self._session.context.check_may_lead()
        from carecli.desk.reports.issued_months import keep, parts_of
        from carecli.desk.reports.kpi_report import untold
        from carecli.desk.reports.monthly import computed
        from carecli.desk.reports.monthly import keep as keep_paper

        with self._session.own_connection() as db:
            parts = parts_of(db, self._session.context, asked, progress or untold)
            paper = computed(db, self._session.context, asked)
        with self._session.transaction() as db:
            done = keep(db, self._session.context, asked, parts)
            keep_paper(db, self._session.context, asked, paper)
        return done

    def export_report(self, asked: ReportAsked, kind: str, spoken: str) -> str:
        from carecli.desk.report_page.export import export

        with self._session.own_connection() as db:
            return export(db, self._session.context, asked, kind, spoken)

    def issued(self) -> Sequence[IssuedMonth]:
        from carecli.desk.reports.issued_months import months

        with self._session.reader.read() as db:
            return months(db)
