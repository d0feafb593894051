"""The report screen's data: a period by several groupings, and the period before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from carecli.desk.context import DeskContext
from carecli.desk.reports.kpi_report import FigureRow, KpiReport, ReportAsked, span_of, untold
from carecli.desk.reports.names import Name, report_names
from carecli.desk.reports.period_notes import EVERYTHING_KNOWN, Circumstances, circumstances
from carecli.desk.reports.queries import reports
from carecli.domain.model import DAY, Millis
from carecli.store.kpis import Progress

SHOWN = ("", "hour", "colour", "moderator", "rule")
"""Groupings that are always shown, beside `day` (or `week`) and the chosen one."""

LONGEST_BY_DAY = 62
"""Days of a period that is still told day by day."""


@dataclass(frozen=True)
class ReportSheet:
    """Reports of a period by grouping, and the whole of the period before it, `before`.

    `asked` and `earlier` are what they answer. `over_time` is `day` or `week`; `by` is the chosen
    grouping. `about` is what must be known to read the figures, `names` how groups are called.
    """

    asked: ReportAsked
    earlier: ReportAsked
    by: str
    over_time: str
    now: Mapping[str, KpiReport]
    before: KpiReport
    about: Circumstances = EVERYTHING_KNOWN
    names: tuple[Name, ...] = ()

    @property
    def whole(self) -> KpiReport:
        """The period without groups."""
        return self.now[""]

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str, str], FigureRow]:
        return {
            (by, row.kpi, row.group): row for by, told in self.now.items() for row in told.figures
        }

    @cached_property
    def _earlier(self) -> Mapping[str, FigureRow]:
        return {row.kpi: row for row in self.before.figures}

    def figure(self, kpi: str, by: str = "", group: str = "") -> FigureRow | None:
        """A figure, None where nothing of a group is counted."""
        return self._rows.get((by, kpi, group))

    def figure_before(self, kpi: str) -> FigureRow | None:
        """The same of the period before."""
        return self._earlier.get(kpi)

    @cached_property
    def _titles(self) -> Mapping[tuple[str, str], str]:
        return {(one.of, one.key): one.title for one in self.names}

    def name(self, by: str, group: str) -> str:
        """The title of a channel, a moderator's name and so on; the key where there is none."""
        return self._titles.get((by, group), group)

    def groups(self, by: str, *kpis: str) -> list[str]:
        """Groups in which any of these KPIs counts anything, sorted."""
        found = {row.group for row in self.now[by].figures if row.group and row.kpi in kpis}
        return sorted(found)


def report_sheet(
    db: Connection, context: DeskContext, asked: ReportAsked, by: str, progress: Progress = untold
) -> ReportSheet:
    """Read both periods; raises Refusal, and GivenUp once `progress` says so."""
    span = span_of(asked, context)
    over_time = "day" if span.until - span.since <= LONGEST_BY_DAY * DAY else "week"
    groupings = tuple(dict.fromkeys((*SHOWN, over_time, by)))
    earlier = period_before(asked, span.since, span.until, span.moment, context.zone)
    now = reports(db, context, asked, groupings, progress=_half(progress, 0))
    before = reports(db, context, earlier, ("",), progress=_half(progress, 1))[""]
    about = circumstances(db, context, span)
    names = report_names(db, context, asked.brand)
    return ReportSheet(asked, earlier, by, over_time, now, before, about, names)


def _half(progress: Progress, done: int) -> Progress:
    return lambda read, of: progress(done * of + read, 2 * of)


def period_before(
    asked: ReportAsked, since: Millis, until: Millis, now: Millis, zone: str
) -> ReportAsked:
    """The period to compare with: the month before, of one that is not over as many days of it.

    Of any other period, as many days right before it.
    """
    first, after = _date(since, zone), _date(until, zone)
    if asked.month:
        before = (first - timedelta(days=1)).replace(day=1)
        if until <= now:
            return replace(asked, month=f"{before:%Y-%m}")
        days = (_date(now, zone) - first).days + 1
        end = min(before + timedelta(days=days), first)
        return replace(asked, month="", since=before.isoformat(), until=end.isoformat())
    last = after if after > first else first + timedelta(days=1)
    if until != _midnight(after, zone):
        last += timedelta(days=1)
    begin = first - (last - first)
    return replace(asked, since=begin.isoformat(), until=first.isoformat())


def _date(moment: Millis, zone: str) -> date:
    return datetime.fromtimestamp(moment / 1000, ZoneInfo(zone)).date()


def _midnight(day: date, zone: str) -> Millis:
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp() * 1000)
