"""Splits a backlog: previews it from the store and assigns it in one decision.

How a screen goes about it:

1. `planning.split_preview(filter, people, method, since, until)` reads what waits in the period and
   returns a Plan. Its `backlog.histogram()` has a DayCount for every day, `shares` one Share a
   person, `unassigned` and `doomed` further DayCounts. `words_of_range` tells a share's range.
2. `plan.move(border, by)` returns another Plan without looking at the store, in about a
   millisecond, and `plan.between(people, method)` one for others on shift or by another method, in
   some ten: a key press can repaint at once. Another filter or period is another preview
   (100,000 threads: under 200 ms; do it in a worker).
3. `planning.split(plan)` assigns it: one decision, one undo (`commands.undo()`). What came or went
   since the preview is taken as it is now, so the counts it returns may differ by a little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from carecli.desk.commands.sanitise import NAME_LIMIT
from carecli.desk.commands.unit_of_work import UnitOfWork
from carecli.desk.context import DeskContext
from carecli.domain.backlog import build_backlog
from carecli.domain.days import end_of_day, is_day, parse_moment
from carecli.domain.errors import FilterError, Refusal
from carecli.domain.figures import clock, day_and_month, number, weekday, weekday_and_day
from carecli.domain.filter import parse_filter
from carecli.domain.model import Millis
from carecli.domain.protocol import midnight
from carecli.domain.split import Method, Plan, ShiftPerson, SplitResult, days_between, make_plan
from carecli.domain.text import one_line
from carecli.i18n import N_, _, ngettext
from carecli.store.backlog import count_outside, oldest, rows
from carecli.store.feed import announce
from carecli.store.filter_sql import Asking
from carecli.store.handling_times import handling
from carecli.store.splits import Split, SplitPart, divide

NOBODY = N_("Nobody is waiting there.")
ELSEWHERE = N_("Choose another period, or another filter.")

MOST_DAYS = 400
"""Days a period can have; longer ones are no backlog of a few people."""


def preview(
    db: Connection,
    context: DeskContext,
    filter_text: str,
    people: Sequence[ShiftPerson],
    method: Method,
    since: str = "",
    until: str = "",
    brand: str = "",
) -> Plan:
    """A plan for the threads of a filter that wait since a period, at the present pace.

    `since` and `until` are days as in a filter, `until` exclusive; left out, the period runs from
    the day of the longest wait to the end of today. Raises FilterError, and Refusal for people or
    periods that cannot be.
    """
    now = context.clock()
    asking = Asking(context.me, now, context.zone, brand)
    query = parse_filter(filter_text)
    for day in filter(None, (since, until)):
        if not is_day(day):
            hint = _("expected a day such as 2026-11-01, today, monday or 3d")
            raise FilterError(
                _("{day!r} is not a date").format(day=one_line(day, 40)), column=0, hint=hint
            )
    check_people([person.name for person in people], context)
    end = (
        parse_moment(until, now, context.zone) if until else end_of_day("today", now, context.zone)
    )
    if since:
        start = parse_moment(since, now, context.zone)
    else:
        start = midnight(min(oldest(db, query, asking, end) or end, end - 1), context.zone)
    if start >= end:
        raise Refusal(
            _("The period has no days."), hint=_("`until` must be the day after the last one.")
        )
    days = days_between(start, end, context.zone)
    if len(days) > MOST_DAYS:
        raise Refusal(
            ngettext("The period has {n} day.", "The period has {n} days.", len(days)).format(
                n=number(len(days))
            ),
            hint=_("Choose a shorter one."),
        )
    found = rows(db, query, asking, start, end)
    waiting = build_backlog(found, start, end, days, now, handling(db))
    planned = make_plan(waiting, people, method, filter_text=filter_text, brand=brand)
    if since or until:
        planned = replace(planned, outside=count_outside(db, query, asking, start, end))
    return planned


def check_people(names: Sequence[str], context: DeskContext) -> None:
    """Whether work can be given to these people; raises Refusal."""
    if not names:
        raise Refusal(_("Nobody is on shift."), hint=_("Choose who takes part in the split."))
    for place, name in enumerate(names):
        if name in names[:place]:
            raise Refusal(_("{name} appears twice.").format(name=one_line(name, 80)))
        if one_line(name, NAME_LIMIT) != name or not name:
            raise Refusal(_("{name!r} cannot be a person's name.").format(name=one_line(name, 80)))
        context.check_person(name)


def assign(unit: UnitOfWork, chosen: Plan) -> SplitResult:
    """Give every share to its person, in one batch of decisions; raises Refusal for none."""
    check_people([share.person.name for share in chosen.shares], unit.context)
    asking = Asking(unit.by.name, chosen.backlog.now, unit.context.zone, chosen.brand)
    parts = tuple(
        SplitPart(share.person.name, share.start, share.end)
        for share in chosen.shares
        if share.start < share.end
    )
    split = Split(chosen.filter, asking, parts)
    if not parts:
        raise Refusal(_(NOBODY), hint=_(ELSEWHERE))
    decision, counts, threads = divide(unit.db, split, unit.by, unit.now)
    if not any(counts.values()):
        raise Refusal(_(NOBODY), hint=_(ELSEWHERE))
    announce(unit.db, threads)
    shared = ", ".join(
        f"{unit.context.name_of(name)} {number(n)}" for name, n in counts.items() if n
    )
    return SplitResult(
        decision, counts, one_line(_("split the backlog: {shares}").format(shares=shared))
    )


def unassigned_reasons(chosen: Plan, zone: str) -> list[str]:
    """A sentence for each reason why threads of the filter stay without a person."""
    reasons: list[str] = []
    behind = chosen.unassigned_total
    if behind:
        where = words_of_range(chosen.borders[-1], chosen.backlog.end, zone)
        said = ngettext(
            "{n} thread stays unassigned: nobody has {range}, after the last border.",
            "{n} threads stay unassigned: nobody has {range}, after the last border.",
            behind,
        )
        reasons.append(said.format(n=number(behind), range=where))
    if chosen.outside:
        said = ngettext(
            "{n} more is waiting outside the period and is not part of the split.",
            "{n} more are waiting outside the period and are not part of the split.",
            chosen.outside,
        )
        reasons.append(said.format(n=number(chosen.outside)))
    return reasons


def words_of_moment(at: Millis, now: Millis, zone: str) -> str:
    """When something is done: `15:40` today, `Tue 10:20` within a week, else `Tue 24 Nov 10:20`."""
    there, here = (datetime.fromtimestamp(one / 1000, ZoneInfo(zone)) for one in (at, now))
    days = (there.date() - here.date()).days
    if days == 0:
        return clock(there)
    if abs(days) < 7:
        return f"{weekday(there)} {clock(there)}"
    return f"{weekday(there)} {day_and_month(there)} {clock(there)}"


def words_of_range(start: Millis, end: Millis, zone: str) -> str:
    """A range of time in few words: `Sat 3`, `Sat 3 to 16:00`, `Sat 3 from 16:00 - Sun 4`."""
    here = ZoneInfo(zone)
    first, last = (datetime.fromtimestamp(at / 1000, here) for at in (start, end))
    if start >= end:
        return _("nothing")
    at_midnight = [(one.hour, one.minute) == (0, 0) for one in (first, last)]
    since = "" if at_midnight[0] else " " + _("from {time}").format(time=clock(first))
    until = "" if at_midnight[1] else " " + _("to {time}").format(time=clock(last))
    final = last.date() if until else last.date() - timedelta(days=1)
    if final <= first.date():
        return f"{weekday_and_day(first)}{since}{until}"
    return f"{weekday_and_day(first)}{since} - {weekday_and_day(final)}{until}"
