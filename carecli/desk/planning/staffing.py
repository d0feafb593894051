"""Replays a past day with teams of other sizes.

What came in that day, and what waited when it began, is worked off at the spans measured of this
house's own people; see `domain.staffing` for how, and docs/staffing.md for what is assumed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from carecli.desk.context import DeskContext
from carecli.domain import kpi, staffing
from carecli.domain.backlog import USUAL_SPANS
from carecli.domain.days import end_of_day, is_day, parse_moment
from carecli.domain.errors import Refusal
from carecli.domain.kpi import Basis, Fact, FactKind
from carecli.domain.model import Colour, Millis, Outcome
from carecli.i18n import _
from carecli.store.handling_times import measured
from carecli.store.kpis import KpiFacts, Span

MOST_PEOPLE = 500
"""No team is sought beyond."""

RUN_ON = 60
"""Days after the period in which what is left is still worked off."""

Hours = tuple[tuple[int, int], ...]
"""Intervals of a day in minutes since midnight, each half open; an end before its start is the
day after."""

ROUND_THE_CLOCK: Hours = ((0, 24 * 60),)


@dataclass(frozen=True, slots=True)
class StaffingAsked:
    """What to play again: from `since` to the end of the day `last`, days as filters take them.

    `last` empty: `since` alone. `people` are team sizes to show; the smallest that brings every
    colour to the share `wanted` is sought in any case. Everybody works the same `hours`.
    """

    since: str
    last: str = ""
    people: Sequence[int] = ()
    hours: Hours = ROUND_THE_CLOCK
    brand: str = ""
    wanted: float = 0.95
    seed: int = 1
    playings: int = 10


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team's size and how it gets on; `people` null is one without end.

    `shares` are answered in time, by colour and in all (`share`), means over the playings; `least`
    is the worst playing's. Null where nothing of it came in. `busy` is the share of working time
    that is worked, `longest` the longest wait (ms).
    """

    people: int | None
    shares: dict[Colour, float | None]
    share: float | None
    least: float | None
    busy: float | None
    longest: Millis


@dataclass(frozen=True, slots=True)
class Staffing:
    """A period played again by several teams.

    `arrived` counts the waits judged, by colour; `carried` those open when it began. `measured` is
    the share of all of them whose span was measured here and not assumed. `ceiling` is what no
    team can better in these hours; `smallest` null where not even that comes to `wanted`, or where
    it would take more than 500 people. `really` is the share in time as it was.
    """

    since: Millis
    until: Millis
    zone: str
    hours: tuple[str, ...]
    arrived: dict[Colour, int]
    carried: int
    measured: float | None
    really: float | None
    wanted: float
    seed: int
    playings: int
    teams: tuple[TeamRow, ...]
    ceiling: TeamRow
    smallest: TeamRow | None


def staff(db: Connection, context: DeskContext, asked: StaffingAsked) -> Staffing:
    """Play a period again; seconds for a contest's day. Refusal for one that cannot be."""
    since, until = _period(asked, context)
    came, carried = _waits(db, context, asked.brand, since, until)
    if not came:
        raise Refusal(
            _("No messages that needed an answer arrived on that day."),
            hint=_("Choose another day, or another brand."),
        )
    spans = staffing.HandlingTimes(measured(db), USUAL_SPANS)
    arrivals = sorted(
        [staffing.Arrival(one.began, one.deadline, (one.colour, one.place.point)) for one in came]
        + [
            staffing.Arrival(since, one.deadline, (one.colour, one.place.point), counts=False)
            for one in carried
        ]
    )
    day = staffing.StaffingPeriod(
        arrivals,
        _opening(asked.hours, since, until, context.zone),
        spans,
        since,
        until,
        asked.seed,
        asked.playings,
    )
    known = sum(one.kind in spans.measured for one in arrivals)
    judged = [one.trait for one in came if kpi.is_judged(one.trait)]
    smallest = day.smallest(asked.wanted, MOST_PEOPLE)
    return Staffing(
        since,
        until,
        context.zone,
        tuple(f"{_clock(begin)}-{_clock(end)}" for begin, end in asked.hours),
        {colour: n for colour, n in _by_colour(came).items() if n},
        len(carried),
        known / len(arrivals),
        sum(map(kpi.is_in_time, judged)) / len(judged) if judged else None,
        asked.wanted,
        asked.seed,
        asked.playings,
        tuple(_row(day.outlook(n)) for n in sorted(set(asked.people))),
        _row(day.outlook(None)),
        _row(smallest) if smallest else None,
    )


def _period(asked: StaffingAsked, context: DeskContext) -> tuple[Millis, Millis]:
    now = context.clock()
    for day in filter(None, (asked.since, asked.last)):
        if not is_day(day):
            raise Refusal(
                _("{day!r} is not a date.").format(day=day),
                hint=_("Use the form 2026-10-17, yesterday or monday."),
            )
    since = parse_moment(asked.since, now, context.zone)
    until = end_of_day(asked.last or asked.since, now, context.zone)
    if until > now:
        raise Refusal(_("That day is not over yet."), hint=_("Only past days can be simulated."))
    if since >= until:
        raise Refusal(_("The period ends before it begins."))
    return since, until


def _waits(
    db: Connection, context: DeskContext, brand: str, since: Millis, until: Millis
) -> tuple[list[Fact], list[Fact]]:
    """What came in and what waited at the start, but for what nobody had to work on."""
    came = KpiFacts(db, Span(since, until, context.clock(), brand)).of(FactKind.WAIT, Basis.ARRIVAL)
    before = KpiFacts(db, Span(since - 1, since, context.clock(), brand))
    return [one for one in came if _is_work(one)], before.of(FactKind.WAIT, Basis.STANDING)


def _is_work(fact: Fact) -> bool:
    return fact.trait.outcome != Outcome.WITHDRAWN and not fact.trait.is_by_rule


def _by_colour(facts: Sequence[Fact]) -> dict[Colour, int]:
    counted = Counter(one.colour for one in facts)
    return {colour: counted[colour] for colour in Colour}


def _opening(hours: Hours, since: Millis, until: Millis, zone: str) -> staffing.WorkingHours:
    """The working time from the period on; intervals that touch are one."""
    here = ZoneInfo(zone)
    day = datetime.fromtimestamp(since / 1000, here).date() - timedelta(days=1)
    last = datetime.fromtimestamp(until / 1000, here).date() + timedelta(days=RUN_ON)
    found: list[tuple[Millis, Millis]] = []
    while day <= last:
        midnight = datetime.combine(day, time(), here)
        found += [
            (
                _millis(midnight + timedelta(minutes=begin)),
                _millis(midnight + timedelta(minutes=end if end > begin else end + 24 * 60)),
            )
            for begin, end in hours
        ]
        day += timedelta(days=1)
    found.sort()
    begins: list[Millis] = []
    ends: list[Millis] = []
    for opens, closes in found:
        if ends and opens <= ends[-1]:
            ends[-1] = max(ends[-1], closes)
        else:
            begins.append(opens)
            ends.append(closes)
    return staffing.WorkingHours(begins, ends)


def _millis(when: datetime) -> Millis:
    return int(when.timestamp() * 1000)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _row(found: staffing.Outlook) -> TeamRow:
    return TeamRow(
        found.people,
        dict(found.shares),
        found.share,
        found.least,
        found.busy,
        found.longest,
    )
