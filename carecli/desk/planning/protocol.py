"""The work as a whole, as the screen and the command line see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carecli.desk.conversations.rows import Receipt
    from carecli.desk.planning.rows import CampaignRow, CaseRow, Handover, Today
    from carecli.desk.planning.staffing import Staffing, StaffingAsked
    from carecli.domain.model import Millis
    from carecli.domain.split import Method, Plan, ShiftPerson, SplitResult


class PlanningService(Protocol):
    """Who does what: shares of a backlog, campaigns, cases of other teams, the shift."""

    def people(self) -> Mapping[str, str]:
        """Who can be given work, by key, with their names: the moderators, else who was here."""
        ...

    def teams(self) -> Mapping[str, str]:
        """Which teams can be given work, by key, with their titles."""
        ...

    def split_preview(
        self,
        filter_text: str,
        people: Sequence[ShiftPerson],
        method: Method,
        since: str = "",
        until: str = "",
        brand: str = "",
    ) -> Plan:
        """Who could get which part of what waits since a period; see `planning.split`.

        `since` and `until` (exclusive) are days as in a filter. Belongs into a thread. Raises
        FilterError, and Refusal for people or periods that cannot be, and for who may not split.
        """
        ...

    def split(self, plan: Plan) -> SplitResult:
        """Assign a plan, whose borders may have been moved: one decision, one undo."""
        ...

    def campaigns(self) -> Sequence[CampaignRow]:
        """The configured campaigns by key, and which jump the queue now."""
        ...

    def switch_campaign(self, key: str, *, on: bool, until: Millis | None = None) -> Receipt:
        """Let a campaign's threads jump the queue, or stop it, at once and until a moment.

        Goes before the configuration until then; without `until` it stays on until the campaign's
        configured end, and off for good. A decision: `undo` takes it back.
        """
        ...

    def case_teams(self) -> Mapping[str, str]:
        """Which teams can be asked by mail (`OpenCase`), by key, with their titles."""
        ...

    def cases(self) -> Sequence[CaseRow]:
        """What other teams were asked and have not answered, the first due first."""
        ...

    def today(self, since: str = "", brand: str = "") -> Today:
        """The start of a day: what waits, breaches soon, came in over night, was done by rules.

        Since my last decision before today, or last evening; or since a day as a filter takes it
        (FilterError). Belongs into a thread.
        """
        ...

    def handover(self) -> Handover:
        """The end of a shift: what waits with me, was begun, put aside, promised, or expires."""
        ...

    def hand_back(self) -> Receipt:
        """Give everything of mine that waits back to the pool: one undo. Refusal if nothing is."""
        ...

    def leave_word(self, text: str) -> Receipt:
        """Leave a word that others' start of day shows, in place of my last; empty ends it."""
        ...

    def keep_handover(self, text: str, at: Millis) -> str:
        """Write what I leave behind into a file for whoever comes next; its path.

        One file a moderator and minute: writing it again for the same `at` replaces it. Refusal
        where it cannot be written.
        """
        ...

    def staffing(self, asked: StaffingAsked) -> Staffing:
        """A day that is over, worked again by other teams; see `planning/staffing.py`. Slow."""
        ...
