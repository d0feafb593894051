"""The part of the desk that concerns the work as a whole: shares, views, campaigns, the shift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from carecli.desk.research import Research
from carecli.domain.model import Millis
from carecli.domain.text import one_line
from carecli.store import presence

if TYPE_CHECKING:
    from carecli.desk.competitor_files import FiguresRead
    from carecli.desk.competitors import Competition
    from carecli.desk.issuing import IssuedMonth
    from carecli.desk.opened import Receipt
    from carecli.desk.plans import CampaignRow, CaseRow, Handover, MacroRow, Today, ViewRow
    from carecli.desk.report_sheet import ReportSheet
    from carecli.desk.reports import Report, ReportAsked
    from carecli.domain.completion import Completions
    from carecli.domain.split import Divided, Method, Person, Plan
    from carecli.store.kpis import Progress


class Planning(Research):
    """See `face.Desk` for what each method does; each is carried out by a module of its own."""

    # ---- splitting a backlog

    def people(self) -> dict[str, str]:
        office = self._office
        with self._reader.read() as db:
            seen = [one.moderator for one in presence.present(db, self.now())]
        keys = list(office.workers if office.people else (office.me, *seen))
        return {key: one_line(office.name_of(key), 80) for key in keys}

    def teams(self) -> dict[str, str]:
        return {key: one_line(title or key, 80) for key, title in self._office.teams.items()}

    def split_preview(
        self,
        filter_text: str,
        people: Sequence[Person],
        method: Method,
        since: str = "",
        until: str = "",
        brand: str = "",
    ) -> Plan:
        from carecli.desk.splitting import preview

        self._office.check_may_lead()
        with self._finder.read() as db:
            return preview(db, self._office, filter_text, people, method, since, until, brand)

    def split(self, plan: Plan) -> Divided:
        self._office.check_may_lead()
        from carecli.desk.splitting import assign

        with self._writing() as desktop:
            return assign(desktop, plan)

    # ---- filters and views

    def complete(self, text: str, column: int) -> Completions:
        from carecli.desk.views import vocabulary
        from carecli.domain.completion import complete

        with self._reader.read() as db:
            return complete(text, column, vocabulary(db, self._office))

    def views(self, brand: str = "", *, counted: bool = True) -> Sequence[ViewRow]:
        from carecli.desk.views import views

        with self._finder.read() as db:
            return views(db, self._office, self._office.asking(brand), is_counted=counted)

    def save_view(self, key: str, filter_text: str, sort: str = "queue", title: str = "") -> None:
        from carecli.desk.views import save

        with self._writing() as desktop:
            save(desktop, key, filter_text, sort, title)

    def forget_view(self, key: str) -> None:
        from carecli.desk.views import forget

        with self._writing() as desktop:
            forget(desktop, key)

    # ---- macros

    def macros(self) -> Sequence[MacroRow]:
        from carecli.desk.plans import MacroRow
        from carecli.store import macros

        with self._reader.read() as db:
            return [MacroRow(*one) for one in macros.saved(db, self.me)]

    def save_macro(self, name: str, steps: Sequence[str], key: str = "") -> None:
        from carecli.desk.macros import save

        with self._writing() as desktop:
            save(desktop, name, steps, key)

    def forget_macro(self, name: str) -> None:
        from carecli.desk.macros import forget

        with self._writing() as desktop:
            forget(desktop, name)

    # ---- campaigns

    def campaigns(self) -> Sequence[CampaignRow]:
        from carecli.desk.campaigns import campaigns

        with self._reader.read() as db:
            return campaigns(db, self._office)

    def switch_campaign(self, key: str, *, on: bool, until: Millis | None = None) -> Receipt:
        from carecli.desk.campaigns import switch

        with self._writing() as desktop:
            return switch(desktop, key, on=on, until=until)

    # ---- what other teams were asked

    def case_teams(self) -> dict[str, str]:
        office = self._office
        return {key: one_line(office.teams.get(key) or key, 80) for key in office.case_desks}

    def cases(self) -> Sequence[CaseRow]:
        from carecli.desk.cases import awaited

        with self._reader.read() as db:
            return awaited(db, self._office)

    # ---- the shift

    def today(self, since: str = "", brand: str = "") -> Today:
        from carecli.desk.shift import today

        with self._finder.read() as db:
            return today(db, self._office, self._abilities, since, brand)

    def report(
        self,
        asked: ReportAsked,
        rows_of: str = "",
        group: str | None = None,
        progress: Progress | None = None,
    ) -> Report:
        from carecli.desk.report_queries import report
        from carecli.desk.reports import untold

        with self._reading() as db:
            return report(db, self._office, asked, rows_of, group, progress or untold)

    def reports(
        self, asked: ReportAsked, groupings: Sequence[str], progress: Progress | None = None
    ) -> dict[str, Report]:
        from carecli.desk.report_queries import reports
        from carecli.desk.reports import untold

        with self._reading() as db:
            return reports(db, self._office, asked, groupings, progress=progress or untold)

    def report_sheet(
        self, asked: ReportAsked, by: str, progress: Progress | None = None
    ) -> ReportSheet:
        from carecli.desk.report_sheet import report_sheet
        from carecli.desk.reports import untold

        with self._reading() as db:
            return report_sheet(db, self._office, asked, by, progress or untold)

    def issue(self, asked: ReportAsked, progress: Progress | None = None) -> IssuedMonth:
        self._office.check_may_lead()
        from carecli.desk.issuing import keep, parts_of
        from carecli.desk.monthly import computed
        from carecli.desk.monthly import keep as keep_paper
        from carecli.desk.reports import untold

        with self._reading() as db:
            parts = parts_of(db, self._office, asked, progress or untold)
            paper = computed(db, self._office, asked)
        with self._noting() as db:
            done = keep(db, self._office, asked, parts)
            keep_paper(db, self._office, asked, paper)
        return done

    def export_report(self, asked: ReportAsked, kind: str, spoken: str) -> str:
        from carecli.desk.paper.exporting import export

        with self._reading() as db:
            return export(db, self._office, asked, kind, spoken)

    def issued(self) -> Sequence[IssuedMonth]:
        from carecli.desk.issuing import months

        with self._reader.read() as db:
            return months(db)

    # ---- competitors

    def competition(self, asked: ReportAsked) -> Competition:
        from carecli.desk.competitors import competition

        with self._finder.read() as db:
            return competition(db, self._office, asked)

    def import_figures(self, text: str, *, dry_run: bool = False) -> FiguresRead:
        from carecli.desk.competitors import import_figures

        self._office.check_may_decide()
        with self._noting() as db:
            return import_figures(db, self._office, text, dry_run=dry_run)

    def set_figures(self, profile: str, day: str, told: Mapping[str, int], days: int = 1) -> None:
        from carecli.desk.competitors import set_figures

        self._office.check_may_decide()
        with self._noting() as db:
            set_figures(db, self._office, profile, day, told, days)

    def forget_figures(self, profile: str, day: str) -> int:
        from carecli.desk.competitors import forget_figures

        self._office.check_may_decide()
        with self._noting() as db:
            return forget_figures(db, self._office, profile, day)

    # ---- the end of a shift

    def handover(self) -> Handover:
        from carecli.desk.shift import handover

        with self._finder.read() as db:
            return handover(db, self._office, self._abilities)

    def hand_back(self) -> Receipt:
        from carecli.desk.shift import hand_back

        with self._writing() as desktop:
            return hand_back(desktop)

    def leave_word(self, text: str) -> Receipt:
        from carecli.desk.shift import leave_word

        with self._writing() as desktop:
            return leave_word(desktop, text)

    def keep_handover(self, text: str, at: Millis) -> str:
        from carecli.desk.shift import keep_handover

        self._office.check_may_decide()
        return keep_handover(self._office, text, at)
