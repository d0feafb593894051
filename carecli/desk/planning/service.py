"""The work as a whole: each method is carried out by a module of its own, loaded then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carecli.domain.text import one_line
from carecli.store import presence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carecli.desk.conversations.rows import Receipt
    from carecli.desk.planning.rows import CampaignRow, CaseRow, Handover, Today
    from carecli.desk.planning.staffing import Staffing, StaffingAsked
    from carecli.desk.session import DeskSession
    from carecli.domain.model import Millis
    from carecli.domain.split import Method, Plan, ShiftPerson, SplitResult


class StorePlanningService:
    """Implements `PlanningService` over one database."""

    def __init__(self, session: DeskSession) -> None:
        self._session = session

    def people(self) -> dict[str, str]:
        context = self._session.context
        with self._session.reader.read() as db:
            seen = [one.moderator for one in presence.present(db, self._session.now())]
        keys = list(context.workers if context.people else (context.me, *seen))
        return {key: one_line(context.name_of(key), 80) for key in keys}

    def teams(self) -> dict[str, str]:
        return {
            key: one_line(title or key, 80) for key, title in self._session.context.teams.items()
        }

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

        self._session.context.check_may_lead()
        with self._session.finder.read() as db:
            return preview(
                db, self._session.context, filter_text, people, method, since, until, brand
            )

    def split(self, plan: Plan) -> SplitResult:
        self._session.context.check_may_lead()
        from carecli.desk.planning.split import assign

        with self._session.command_transaction() as unit:
            return assign(unit, plan)

    def campaigns(self) -> Sequence[CampaignRow]:
        from carecli.desk.planning.campaigns import campaigns

        with self._session.reader.read() as db:
            return campaigns(db, self._session.context)

    def switch_campaign(self, key: str, *, on: bool, until: Millis | None = None) -> Receipt:
        from carecli.desk.planning.campaigns import switch

        with self._session.command_transaction() as unit:
            return switch(unit, key, on=on, until=until)

    def case_teams(self) -> dict[str, str]:
        context = self._session.context
        return {key: one_line(context.teams.get(key) or key, 80) for key in context.case_desks}

    def cases(self) -> Sequence[CaseRow]:
        from carecli.desk.planning.cases import awaited

        with self._session.reader.read() as db:
            return awaited(db, self._session.context)

    def today(self, since: str = "", brand: str = "") -> Today:
        from carecli.desk.planning.shift import today

        with self._session.finder.read() as db:
            return today(db, self._session.context, self._session.abilities, since, brand)

    def handover(self) -> Handover:
        from carecli.desk.planning.shift import handover

        with self._session.finder.read() as db:
            return handover(db, self._session.context, self._session.abilities)

    def hand_back(self) -> Receipt:
        from carecli.desk.planning.shift import hand_back

        with self._session.command_transaction() as unit:
            return hand_back(unit)

    def leave_word(self, text: str) -> Receipt:
        from carecli.desk.planning.shift import leave_word

        with self._session.command_transaction() as unit:
            return leave_word(unit, text)

    def keep_handover(self, text: str, at: Millis) -> str:
        from carecli.desk.planning.shift import keep_handover

        self._session.context.check_may_decide()
        return keep_handover(self._session.context, text, at)

    def staffing(self, asked: StaffingAsked) -> Staffing:
        from carecli.desk.planning.staffing import staff

        with self._session.finder.read() as db:
            return staff(db, self._session.context, asked)
