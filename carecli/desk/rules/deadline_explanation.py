"""How a deadline came about, and who set the colour behind it."""

from __future__ import annotations

import json
from datetime import datetime
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from carecli.desk.context import DeskContext
from carecli.desk.rules.rows import ColourStep, DeadlineSum, WorkingDay
from carecli.desk.wording import actor_name
from carecli.domain.model import Colour, Millis
from carecli.domain.protocol import Calendar
from carecli.store import rule_facts
from carecli.store.policies import Policies


def deadline_sum(db: Connection, thread: int) -> DeadlineSum | None:
    """The whole sum, by the protocol that is in force, or was when the wait was judged."""
    wait = rule_facts.judged_wait(db, thread)
    if wait is None:
        return None
    rule = Policies(db).at(wait.noticed_at).rules[Colour(wait.colour)]
    calendar = rule.calendar
    return DeadlineSum(
        started_at=wait.started_at,
        colour=wait.colour,
        within=rule.within,
        zone=calendar.zone if calendar is not None else "",
        working=_working(calendar) if calendar is not None else [],
        days_off=_days_off(calendar, wait.started_at, wait.deadline) if calendar else 0,
        deadline=wait.deadline,
        ended_at=wait.ended_at,
        outcome=wait.outcome,
    )


def _working(calendar: Calendar) -> list[WorkingDay]:
    return [
        WorkingDay(day + 1, [f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in spans])
        for day, spans in sorted(calendar.hours.items())
        if spans
    ]


def _days_off(calendar: Calendar, start: Millis, end: Millis) -> int:
    zone = ZoneInfo(calendar.zone)
    first, last = (datetime.fromtimestamp(at / 1000, zone).date() for at in (start, end))
    return sum(first <= day <= last for day in calendar.days_off)


def colour_steps(db: Connection, thread: int, context: DeskContext) -> list[ColourStep]:
    """Who set the colour, oldest first."""
    return [
        ColourStep(
            at, actor_name(actor, context), json.loads(args).get("colour") or "", bool(undone)
        )
        for at, actor, args, undone in rule_facts.recolourings(db, thread)
    ]
