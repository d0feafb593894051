"""The part of the desk that concerns the work as a whole: shares, views, campaigns, the shift."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from carecli.desk.seat import Seat
from carecli.domain.model import Millis
from carecli.domain.text import one_line
from carecli.store import presence

if TYPE_CHECKING:
    from carecli.desk.opened import Receipt
    from carecli.desk.plans import CampaignRow, Handover, MacroRow, Today, ViewRow
    from carecli.desk.reports import Report, ReportAsked
    from carecli.domain.completion import Completions
    from carecli.domain.split import Divided, Method, Person, Plan


class Planning(Seat):
    """See `face.Desk` for what each method does; each is carried out by a module of its own."""

    # ---- splitting a backlog

    def people(self) -> dict[str, str]:
        office = self._office
        with self._reader.read() as db:
            seen = [one.moderator for one in presence.present(db, self.now())]
        keys = [*office.people] or [office.me, *seen]
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
            return views(db, self._office, self._asking(brand), is_counted=counted)

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

    # ---- the shift

    def today(self, since: str = "", brand: str = "") -> Today:
        from carecli.desk.shift import today

        with self._finder.read() as db:
            return today(db, self._office, self._abilities, since, brand)

    def report(self, asked: ReportAsked, rows_of: str = "") -> Report:
        from carecli.desk.reports import report

        with self._finder.read() as db:
            return report(db, self._office, asked, rows_of)

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

        return keep_handover(self._office, text, at)
