"""KPI reports: every KPI over a period, by groups, and the rows behind each figure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from carecli.desk.context import DeskContext
from carecli.domain.days import is_day, parse_moment
from carecli.domain.errors import Refusal
from carecli.domain.kpi import Basis, Fact, FactGroup, Kpi, compute_figure, group_facts
from carecli.domain.kpis import KPIS
from carecli.domain.model import MINUTE, Millis
from carecli.domain.protocol import Protocol, midnight
from carecli.i18n import _
from carecli.store.kpis import KpiFacts, Span

GROUPS = (
    *("day", "week", "month", "hour"),
    *("brand", "channel", "point", "colour", "campaign", "team", "moderator", "rule"),
)
"""What figures can be told by. `hour` is weekday and hour, as a heat map shows them."""


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """What a report is about. Days are as filters take them; `until` is the first one after it.

    Empty: `since` the first of this month, `until` now, `as_of` now, `by` no groups, `brand` all.
    `month` (2026-10) goes before `since` and `until`. `protocol` judges by another one. A month
    that was issued is told as it was issued, unless `live`, `as_of` or `protocol` asks anew.
    """

    since: str = ""
    until: str = ""
    month: str = ""
    by: str = ""
    as_of: str = ""
    brand: str = ""
    protocol: Protocol | None = None
    live: bool = False


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A KPI's figure for one group, or for all (``).

    `n` facts are counted. A share tells of how many (`of`); a measure tells `median`, `p90`,
    `mean` and `most` in its `unit`. `is_small` warns of a small sample.
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
    most: float | None = None


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
class ChangedFigure:
    """A figure of an issued month that would be another one now; null: it was, or is, not told."""

    kpi: str
    group: str
    issued: FigureRow | None
    live: FigureRow | None


@dataclass(frozen=True, slots=True)
class KpiReport:
    """Figures over a period, half open, as known at `as_of`. `rows` are those of one KPI, if asked.

    Figures of different bases count different things and are never to be added up. `issued_at` and
    `issued_by` tell when and by whom the month was issued, null and empty where it was not; of an
    issued month that is computed again, `differences` are what changed since.
    """

    since: Millis
    until: Millis
    as_of: Millis
    zone: str
    by: str
    figures: tuple[FigureRow, ...]
    rows: tuple[BehindRow, ...]
    brand: str = ""
    month: str = ""
    issued_at: Millis | None = None
    issued_by: str = ""
    differences: tuple[ChangedFigure, ...] = ()


def untold(_read: int, _of: int) -> bool:
    """Progress that nobody is told of."""
    return True


class Grouping:
    """Which group a fact is in; days and hours are those of a zone."""

    def __init__(self, by: str, zone: str) -> None:
        self.by = by
        self._zone = ZoneInfo(zone)
        self._known: dict[int, str] = {}
        self._word = _WORDS.get(by)

    def of(self, fact: Fact, basis: Basis) -> str:
        """The group; NOBODY where there is none, '' when there are no groups."""
        if self._word is not None:
            moment = fact.at if basis is Basis.REPLY else fact.began
            return self._time(fact.began if moment is None else moment)
        if not self.by:
            return ""
        where = fact.place if self.by in PLACES else fact
        return str(getattr(where, self.by)) or NOBODY

    def _time(self, moment: Millis) -> str:
        quarter = moment // (15 * MINUTE)  # no zone is shifted by less
        found = self._known.get(quarter)
        if found is None:
            assert self._word is not None
            found = self._word(datetime.fromtimestamp(quarter * 900, self._zone))
            self._known[quarter] = found
        return found


PLACES = ("brand", "channel", "point", "team", "campaign")
"""Groups that are told by where a thread is."""

NOBODY = "-"
"""The group of facts that have none: no campaign, no moderator."""


def _week(when: datetime) -> str:
    year, week, _ = when.isocalendar()
    return f"{year}-W{week:02}"


_WORDS: dict[str, Callable[[datetime], str]] = {
    "day": lambda when: f"{when:%Y-%m-%d}",
    "week": _week,
    "month": lambda when: f"{when:%Y-%m}",
    "hour": lambda when: f"{when.isoweekday()} {when:%H}",
}


def figure_rows(
    facts: KpiFacts, grouping: Grouping, groups_of: Collection[str] | None = None
) -> Iterable[FigureRow]:
    """Every KPI as a whole, then by group; or only by group, of these KPIs."""
    piled: dict[tuple[object, Basis], Mapping[str, list[FactGroup]]] = {}
    for kpi in KPIS.values():
        if groups_of is not None and kpi.key not in groups_of:
            continue
        key = (kpi.kind, kpi.basis)
        if key not in piled:
            piled[key] = _piled(facts, kpi, grouping)
        groups = piled[key]
        if groups_of is None:
            yield _row(kpi, "", [pile for piles in groups.values() for pile in piles])
        if grouping.by:
            for group in sorted(groups):
                row = _row(kpi, group, groups[group])
                if row.n or row.of:
                    yield row


def _piled(facts: KpiFacts, kpi: Kpi, grouping: Grouping) -> Mapping[str, list[FactGroup]]:
    of, basis = grouping.of, kpi.basis
    return group_facts(facts.of(kpi.kind, basis), lambda fact: of(fact, basis))


def _row(kpi: Kpi, group: str, piles: Iterable[FactGroup]) -> FigureRow:
    n, of, share, median, p90, mean, is_small, most = compute_figure(kpi, piles)
    return FigureRow(
        *(kpi.key, kpi.basis, group, n, of, share, median, p90, mean, kpi.unit, is_small, most)
    )


def behind_rows(
    pairs: Iterable[tuple[Fact, bool]],
    basis: Basis,
    measures: str,
    grouping: Grouping,
    only: str | None = None,
) -> Iterable[BehindRow]:
    """Facts as rows, those of one group or all (None)."""
    for fact, is_counted in pairs:
        group = grouping.of(fact, basis)
        if only is None or group == only:
            yield BehindRow(
                fact.kind.value,
                fact.id,
                fact.thread,
                group,
                is_counted,
                fact.began,
                fact.at,
                fact.place.channel,
                fact.place.point,
                fact.colour,
                fact.moderator,
                fact.trait.outcome,
                getattr(fact, measures) if measures else None,
            )


def span_of(asked: ReportAsked, context: DeskContext) -> Span:
    """The period that is asked for; raises Refusal."""
    now = context.clock()
    moment = min(now, _day(asked.as_of, now, context.zone)) if asked.as_of else now
    if asked.month:
        first = _month(asked.month)
        since, until = first.isoformat(), (first + timedelta(days=31)).replace(day=1).isoformat()
        asked = replace(asked, since=since, until=until)
    here = datetime.fromtimestamp(midnight(now, context.zone) / 1000, ZoneInfo(context.zone))
    span = Span(
        _day(asked.since or here.date().replace(day=1).isoformat(), now, context.zone),
        _day(asked.until, now, context.zone) if asked.until else now,
        moment,
        asked.brand,
        asked.protocol,
        context.scope(),
    )
    if span.since >= span.until:
        raise Refusal(
            _("The period ends before it begins."),
            hint=_("`until` must be the day after the last one."),
        )
    return span


def _day(value: str, now: Millis, zone: str) -> Millis:
    if not is_day(value):
        raise Refusal(
            _("{day!r} is not a date.").format(day=value),
            hint=_("Use the form 2026-10-01, monday or 30d."),
        )
    return parse_moment(value, now, zone)


def _month(value: str) -> date:
    try:
        return datetime.strptime(value, "%Y-%m").date()  # noqa: DTZ007  # a month, not a moment
    except ValueError as error:
        raise Refusal(
            _("{month!r} is not a month.").format(month=value), hint=_("Use the form 2026-10.")
        ) from error


def check(name: str, among: Iterable[str], what: str) -> None:
    """Whether a name is one of these, or ''; raises Refusal."""
    if name and name not in among:
        raise Refusal(f"There is no {what} {name!r}.", hint=f"Known: {', '.join(among)}.")
