"""Reports: every KPI over a period, in groups, and the rows behind each figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from carecli.desk.office import Office
from carecli.domain.days import is_day, moment_of
from carecli.domain.errors import Refusal
from carecli.domain.kpi import Basis, Fact, Kpi, behind, figure
from carecli.domain.kpis import KPIS
from carecli.domain.model import MINUTE, Millis
from carecli.domain.protocol import Protocol, midnight
from carecli.store.kpis import Facts, Span

GROUPS = (
    *("day", "week", "month", "hour"),
    *("channel", "point", "colour", "campaign", "team", "moderator"),
)
"""What figures can be told by. `hour` is weekday and hour, as a heat map shows them."""


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """What a report is about. Days are as filters take them; `until` is the first one after it.

    Empty: `since` the first of this month, `until` now, `as_of` now, `by` no groups, `brand` all.
    `month` (2026-10) goes before `since` and `until`. `protocol` judges by another one.
    """

    since: str = ""
    until: str = ""
    month: str = ""
    by: str = ""
    as_of: str = ""
    brand: str = ""
    protocol: Protocol | None = None


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A KPI's figure for one group, or for all (``).

    `n` facts are counted. A share tells of how many (`of`); a measure tells `median`, `p90` and
    `mean` in its `unit`. `is_small` warns of a small sample.
    """

    kpi: str
    basis: Basis
    group: str
    n: int
    of: int | None
    share: float | None
    median: float | None
    p90: float | None
    mean: float | None
    unit: str
    is_small: bool


@dataclass(frozen=True, slots=True)
class BehindRow:
    """One fact behind a figure: a wait, message, decision or item of the outbox, by its id.

    `is_counted` tells of a share's rows which are in its numerator. `began` and `at` (null while
    open) are its times, `value` what it measures.
    """

    kind: str
    id: int
    thread: int
    group: str
    is_counted: bool
    began: Millis
    at: Millis | None
    channel: str
    point: str
    colour: str
    moderator: str
    outcome: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """Figures over a period, half open, as known at `as_of`. `rows` are those of one KPI, if asked.

    Figures of different bases count different things and are never to be added up.
    """

    since: Millis
    until: Millis
    as_of: Millis
    zone: str
    by: str
    figures: tuple[FigureRow, ...]
    rows: tuple[BehindRow, ...]


def report(db: Connection, office: Office, asked: ReportAsked, rows_of: str = "") -> Report:
    """Every KPI, and the rows of one; raises Refusal for what cannot be read."""
    span = span_of(asked, office)
    _check(rows_of, KPIS, "KPI")
    _check(asked.by, GROUPS, "group")
    facts = Facts(db, span)
    grouping = Grouping(asked.by, office.zone)
    found = tuple(row for one in KPIS.values() for row in _figures(one, facts, grouping))
    rows = tuple(_rows(KPIS[rows_of], facts, grouping)) if rows_of else ()
    return Report(span.since, span.until, span.moment, office.zone, asked.by, found, rows)


class Grouping:
    """Which group a fact is in; days and hours are those of a zone."""

    def __init__(self, by: str, zone: str) -> None:
        self.by = by
        self._zone = ZoneInfo(zone)
        self._known: dict[int, str] = {}
        self._word = _WORDS.get(by)

    def of(self, fact: Fact, basis: Basis) -> str:
        """The group; '' is nobody, nothing, or everything when there are no groups."""
        if self._word is None:
            return str(getattr(fact, self.by)) if self.by else ""
        moment = fact.began if basis == Basis.ARRIVAL else fact.at
        if basis == Basis.STANDING or moment is None:
            moment = fact.began
        quarter = moment // (15 * MINUTE)  # no zone is shifted by less
        found = self._known.get(quarter)
        if found is None:
            found = self._word(datetime.fromtimestamp(quarter * 900, self._zone))
            self._known[quarter] = found
        return found


def _week(when: datetime) -> str:
    year, week, _ = when.isocalendar()
    return f"{year}-W{week:02}"


_WORDS: dict[str, Callable[[datetime], str]] = {
    "day": lambda when: f"{when:%Y-%m-%d}",
    "week": _week,
    "month": lambda when: f"{when:%Y-%m}",
    "hour": lambda when: f"{when.isoweekday()} {when:%H}",
}


def _figures(kpi: Kpi, facts: Facts, grouping: Grouping) -> Iterable[FigureRow]:
    whole = behind(kpi, facts.of(kpi.kind, kpi.basis))
    yield _row(kpi, "", whole)
    if grouping.by:
        groups: dict[str, list[tuple[Fact, bool]]] = defaultdict(list)
        for row in whole:
            groups[grouping.of(row[0], kpi.basis)].append(row)
        for group in sorted(groups):
            yield _row(kpi, group or NOBODY, groups[group])


NOBODY = "-"
"""The group of facts that have none: no campaign, no moderator."""


def _row(kpi: Kpi, group: str, rows: list[tuple[Fact, bool]]) -> FigureRow:
    n, of, share, median, p90, mean, is_small = figure(kpi, rows)
    return FigureRow(kpi.key, kpi.basis, group, n, of, share, median, p90, mean, kpi.unit, is_small)


def _rows(kpi: Kpi, facts: Facts, grouping: Grouping) -> Iterable[BehindRow]:
    for fact, is_counted in behind(kpi, facts.of(kpi.kind, kpi.basis)):
        yield BehindRow(
            fact.kind.value,
            fact.id,
            fact.thread,
            (grouping.of(fact, kpi.basis) or NOBODY) if grouping.by else "",
            is_counted,
            fact.began,
            fact.at,
            fact.channel,
            fact.point,
            fact.colour,
            fact.moderator,
            fact.outcome,
            kpi.measures(fact) if kpi.measures else None,
        )


def span_of(asked: ReportAsked, office: Office) -> Span:
    """The period that is asked for; raises Refusal for days that cannot be read."""
    now = office.clock()
    moment = min(now, _day(asked.as_of, now, office.zone)) if asked.as_of else now
    if asked.month:
        first = _month(asked.month)
        since, until = first.isoformat(), (first + timedelta(days=31)).replace(day=1).isoformat()
        asked = replace(asked, since=since, until=until)
    here = datetime.fromtimestamp(midnight(now, office.zone) / 1000, ZoneInfo(office.zone))
    span = Span(
        _day(asked.since or here.date().replace(day=1).isoformat(), now, office.zone),
        _day(asked.until, now, office.zone) if asked.until else now,
        moment,
        asked.brand,
        asked.protocol,
    )
    if span.since >= span.until:
        raise Refusal("The period ends before it begins.", hint="`until` is the first day after.")
    return span


def _day(value: str, now: Millis, zone: str) -> Millis:
    if not is_day(value):
        raise Refusal(f"{value!r} is no day.", hint="Write it as 2026-10-01, monday or 30d.")
    return moment_of(value, now, zone)


def _month(value: str) -> date:
    try:
        return datetime.strptime(value, "%Y-%m").date()  # noqa: DTZ007  # a month, not a moment
    except ValueError as error:
        raise Refusal(f"{value!r} is no month.", hint="Write it as 2026-10.") from error


def _check(name: str, among: Iterable[str], what: str) -> None:
    if name and name not in among:
        raise Refusal(f"There is no {what} {name!r}.", hint=f"Known: {', '.join(among)}.")
