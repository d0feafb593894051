"""Work planning: splits, views, campaigns, the shift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from carecli.desk.research.service import StoreResearchService
from carecli.domain.model import Millis
from carecli.domain.text import one_line
from carecli.store import presence

if TYPE_CHECKING:
    from carecli.desk.competitors.comparison import Competition
    from carecli.desk.competitors.figure_files import FiguresRead
    from carecli.desk.conversations.rows import Receipt
    from carecli.desk.planning.rows import CampaignRow, CaseRow, Handover, MacroRow, Today, ViewRow
    from carecli.desk.reports.issued_months import IssuedMonth
    from carecli.desk.reports.kpi_report import KpiReport, ReportAsked
    from carecli.desk.reports.sheet import ReportSheet
    from carecli.domain.completion import Completions
    from carecli.domain.split import Method, Plan, ShiftPerson, SplitResult
    from carecli.store.kpis import Progress


class Planning(StoreResearchService):
    """See `face.Desk` for what each method does; each is carried out by a module of its own."""

    # ---- splitting a backlog

    def people(self) -> dict[str, str]:
        context = self._context
        with self._reader.read() as db:
            seen = [one.moderator for one in presence.present(db, self.now())]
        keys = list(context.workers if context.people else (context.me, *seen))
        return {key: one_line(context.name_of(key), 80) for key in keys}

    def teams(self) -> dict[str, str]:
        return {key: one_line(title or key, 80) for key, title in self._context.teams.items()}

    def split_preview(
        self,
        filter_text: str,
        people: Sequence[ShiftPerson],
        method: Method,
        since: str = "",
        until: str = "",
        brand: str = "",
    ) -> Plan:
        from carecli.desk.planning.split import preview

        self._context.check_may_lead()
        with self._finder.read() as db:
            return preview(db, self._context, filter_text, people, method, since, until, brand)

    def split(self, plan: Plan) -> SplitResult:
        self._context.check_may_lead()
        from carecli.desk.planning.split import assign

        with self._command_transaction() as unit:
            return assign(unit, plan)

    # ---- filters and views

    def complete(self, text: str, column: int) -> Completions:
        from carecli.desk.threads.views import vocabulary
        from carecli.domain.completion import complete

        with self._reader.read() as db:
            return complete(text, column, vocabulary(db, self._context))

    def views(self, brand: str = "", *, counted: bool = True) -> Sequence[ViewRow]:
        from carecli.desk.threads.views import views

        with self._finder.read() as db:
            return views(db, self._context, self._context.asking(brand), is_counted=counted)

    def save_view(self, key: str, filter_text: str, sort: str = "queue", title: str = "") -> None:
        from carecli.desk.threads.views import save

        with self._command_transaction() as unit:
            save(unit, key, filter_text, sort, title)

    def forget_view(self, key: str) -> None:
        from carecli.desk.threads.views import forget

        with self._command_transaction() as unit:
            forget(unit, key)

    # ---- macros

    def macros(self) -> Sequence[MacroRow]:
        from carecli.desk.planning.rows import MacroRow
        from carecli.store import macros

        with self._reader.read() as db:
            return [MacroRow(*one) for one in macros.saved(db, self.me)]

    def save_macro(self, name: str, steps: Sequence[str], key: str = "") -> None:
        from carecli.desk.commands.macros import save

        with self._command_transaction() as unit:
            save(unit, name, steps, key)

    def forget_macro(self, name: str) -> None:
        from carecli.desk.commands.macros import forget

        with self._command_transaction() as unit:
            forget(unit, name)

    # ---- campaigns

    def campaigns(self) -> Sequence[CampaignRow]:
        from carecli.desk.planning.campaigns import campaigns

        with self._reader.read() as db:
            return campaigns(db, self._context)

    def switch_campaign(self, key: str, *, on: bool, until: Millis | None = None) -> Receipt:
        from carecli.desk.planning.campaigns import switch

        with self._command_transaction() as unit:
            return switch(unit, key, on=on, until=until)

    # ---- what other teams were asked

    def case_teams(self) -> dict[str, str]:
        context = self._context
        return {key: one_line(context.teams.get(key) or key, 80) for key in context.case_desks}

    def cases(self) -> Sequence[CaseRow]:
        from carecli.desk.planning.cases import awaited

        with self._reader.read() as db:
            return awaited(db, self._context)

    # ---- the shift

    def today(self, since: str = "", brand: str = "") -> Today:
        from carecli.desk.planning.shift import today

        with self._finder.read() as db:
            return today(db, self._context, self._abilities, since, brand)

    def report(
        self,
        asked: ReportAsked,
        rows_of: str = "",
        group: str | None = None,
        progress: Progress | None = None,
    ) -> KpiReport:
        from carecli.desk.reports.kpi_report import untold
        from carecli.desk.reports.queries import report

        with self._reading() as db:
            return report(db, self._context, asked, rows_of, group, progress or untold)

    def reports(
        self, asked: ReportAsked, groupings: Sequence[str], progress: Progress | None = None
    ) -> dict[str, KpiReport]:
        from carecli.desk.reports.kpi_report import untold
        from carecli.desk.reports.queries import reports

        with self._reading() as db:
            return reports(db, self._context, asked, groupings, progress=progress or untold)

    def report_sheet(
        self, asked: ReportAsked, by: str, progress: Progress | None = None
    ) -> ReportSheet:
        from carecli.desk.reports.kpi_report import untold
        from carecli.desk.reports.sheet import report_sheet

        with self._reading() as db:
            return report_sheet(db, self._context, asked, by, progress or untold)

    def issue(self, asked: ReportAsked, progress: Progress | None = None) -> IssuedMonth:
        self._context.check_may_lead()
        from carecli.desk.reports.issued_months import keep, parts_of
        from carecli.desk.reports.kpi_report import untold
        from carecli.desk.reports.monthly import computed
        from carecli.desk.reports.monthly import keep as keep_paper

        with self._reading() as db:
            parts = parts_of(db, self._context, asked, progress or untold)
            paper = computed(db, self._context, asked)
        with self._transaction() as db:
            done = keep(db, self._context, asked, parts)
            keep_paper(db, self._context, asked, paper)
        return done

    def export_report(self, asked: ReportAsked, kind: str, spoken: str) -> str:
        from carecli.desk.report_page.export import export

        with self._reading() as db:
            return export(db, self._context, asked, kind, spoken)

    def issued(self) -> Sequence[IssuedMonth]:
        from carecli.desk.reports.issued_months import months

        with self._reader.read() as db:
            return months(db)

    # ---- competitors

    def competition(self, asked: ReportAsked) -> Competition:
        from carecli.desk.competitors.comparison import competition

        with self._finder.read() as db:
            return competition(db, self._context, asked)

    def import_figures(self, text: str, *, dry_run: bool = False) -> FiguresRead:
        from carecli.desk.competitors.comparison import import_figures

        self._context.check_may_decide()
        with self._transaction() as db:
            return import_figures(db, self._context, text, dry_run=dry_run)

    def set_figures(self, profile: str, day: str, told: Mapping[str, int], days: int = 1) -> None:
        from carecli.desk.competitors.comparison import set_figures

        self._context.check_may_decide()
        with self._transaction() as db:
            set_figures(db, self._context, profile, day, told, days)

    def forget_figures(self, profile: str, day: str) -> int:
        from carecli.desk.competitors.comparison import forget_figures

        self._context.check_may_decide()
        with self._transaction() as db:
            return forget_figures(db, self._context, profile, day)

    # ---- the end of a shift

    def handover(self) -> Handover:
        from carecli.desk.planning.shift import handover

        with self._finder.read() as db:
            return handover(db, self._context, self._abilities)

    def hand_back(self) -> Receipt:
        from carecli.desk.planning.shift import hand_back

        with self._command_transaction() as unit:
            return hand_back(unit)

    def leave_word(self, text: str) -> Receipt:
        from carecli.desk.planning.shift import leave_word

        with self._command_transaction() as unit:
            return leave_word(unit, text)

    def keep_handover(self, text: str, at: Millis) -> str:
        from carecli.desk.planning.shift import keep_handover

        self._context.check_may_decide()
        return keep_handover(self._context, text, at)
