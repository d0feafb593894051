"""Public profiles: their figures read, entered and dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carecli.desk.competitors.comparison import Competition
    from carecli.desk.competitors.figure_files import FiguresRead
    from carecli.desk.reports.kpi_report import ReportAsked
    from carecli.desk.session import DeskSession


class StoreCompetitorService:
    """Implements `CompetitorService` over one database."""

    def __init__(self, session: DeskSession) -> None:
        self._session = session

    def competition(self, asked: ReportAsked) -> Competition:
        from carecli.desk.competitors.comparison import competition

        with self._session.finder.read() as db:
            return competition(db, self._session.context, asked)

    def import_figures(self, text: str, *, dry_run: bool = False) -> FiguresRead:
        from carecli.desk.competitors.comparison import import_figures

        self._session.context.check_may_decide()
        with self._session.transaction() as db:
            return import_figures(db, self._session.context, text, dry_run=dry_run)

    def set_figures(self, profile: str, day: str, told: Mapping[str, int], days: int = 1) -> None:
        from carecli.desk.competitors.comparison import set_figures

        self._session.context.check_may_decide()
        with self._session.transaction() as db:
            set_figures(db, self._session.context, profile, day, told, days)

    def forget_figures(self, profile: str, day: str) -> int:
        from carecli.desk.competitors.comparison import forget_figures

        self._session.context.check_may_decide()
        with self._session.transaction() as db:
            return forget_figures(db, self._session.context, profile, day)
