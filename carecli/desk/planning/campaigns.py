"""Campaigns: their state, and the switch that lets one jump the queue."""

from __future__ import annotations

from sqlite3 import Connection
from typing import TYPE_CHECKING

from carecli.desk.context import DeskContext
from carecli.desk.conversations.rows import Receipt
from carecli.desk.planning.rows import CampaignRow
from carecli.desk.wording import actor_name, decided
from carecli.domain.errors import Refusal
from carecli.domain.filter import quoted
from carecli.domain.model import Millis
from carecli.domain.text import one_line
from carecli.i18n import _
from carecli.store import campaigns as stored
from carecli.store import journal
from carecli.store.feed import ELSEWHERE, announce
from carecli.store.policies import Policies

if TYPE_CHECKING:
    from carecli.desk.commands.unit_of_work import UnitOfWork


def campaigns(db: Connection, context: DeskContext) -> list[CampaignRow]:
    """All campaigns of the configuration as they stand now, by key."""
    return [_row(db, one, context) for one in stored.campaigns(db, context.clock())]


def _row(db: Connection, one: stored.Campaign, context: DeskContext) -> CampaignRow:
    return CampaignRow(
        key=one.key,
        title=one_line(one.title, 80),
        is_on=one.is_on,
        until=one.until,
        since=one.since,
        over_at=one.over_at,
        boosts=one.boosts,
        switched_by=actor_name(one.switch.by, context) if one.switch is not None else "",
        switched_at=one.switch.at if one.switch is not None else None,
        posts=one.posts,
        waiting=stored.waiting(db, one.key),
        filter=f"is:waiting campaign:{quoted(one.key)}",
    )


def switch(unit: UnitOfWork, key: str, *, on: bool, until: Millis | None) -> Receipt:
    """Turn a campaign on or off until a moment, at once; raises Refusal.

    Without `until` it stays off for good, and on until its configured end, if that is to come.
    """
    db, now = unit.db, unit.now
    known = {one.key: one for one in stored.campaigns(db, now)}
    one = known.get(key)
    if one is None:
        raise Refusal(
            _("There is no campaign {key!r}.").format(key=one_line(key, 80)),
            hint=_("Available: {names}.").format(names=", ".join(known))
            if known
            else _("Campaigns are defined in the configuration."),
        )
    if until is not None and until <= now:
        raise Refusal(_("That time has already passed."), hint=_("Choose a time in the future."))
    if until is None and on and one.over_at is not None and one.over_at > now:
        until = one.over_at
    decision = stored.switch(db, key, on=on, until=until, by=unit.by, now=now)
    stored.lift(db, now, Policies(db))
    announce(db, (ELSEWHERE,))
    taken = journal.entry(db, decision)
    assert taken is not None
    return Receipt(decision, None, decided(taken, unit.context))
