"""The response protocol: colours with their deadlines, and the calendars of their clocks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from carecli.domain.model import DAY, HOUR, Colour, Millis

Span = tuple[Millis, Millis]
"""From a moment to another one, half open."""

WINDOW = 32 * DAY
"""Working time is computed and kept for so long a stretch at a time."""

SEARCHED = 24
"""Windows (about two years) in which `Calendar.add` looks for working time."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time: intervals of each weekday (0 is Monday) in a time zone, less days off.

    A moment is working time when the local clock then shows a time inside an interval of that day.
    An interval that does not end after it begins ends on the next day, and belongs to the day it
    begins on: a night shift is worked to its end although the next day is off, and a day off has
    none that begins on it. Intervals may stand in any order and overlap; each moment counts once.
    When clocks are put forward the skipped hour does not exist; when they are put back the hour
    that comes twice counts twice.
    """

    zone: str
    hours: Mapping[int, tuple[tuple[time, time], ...]]
    days_off: frozenset[date] = frozenset()
    _windows: dict[int, tuple[Span, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def add(self, start: Millis, span: Millis) -> Millis:
        """The moment at which `span` ms of working time after `start` have passed.

        A calendar without any working time in two years counts every hour instead.
        """
        left = span
        first = start // WINDOW
        for window in range(first, first + SEARCHED):
            for begins, ends in self._worked(window):
                begin = max(start, begins)
                if ends > begin:
                    if left <= ends - begin:
                        return begin + left
                    left -= ends - begin
        return start + span

    def clock(self, start: Millis, end: Millis) -> Clock:
        """What tells how much working time lies in spans between two moments."""
        windows = range(start // WINDOW, end // WINDOW + 1)
        spans = [span for window in windows for span in self._worked(window)]
        return Clock([begin for begin, _ in spans], [end for _, end in spans])

    def _worked(self, window: int) -> tuple[Span, ...]:
        """Working time of a window, in order and without overlaps."""
        worked = self._windows.get(window)
        if worked is None:
            whole = (window * WINDOW, (window + 1) * WINDOW)
            worked = self._windows[window] = _merged(self._intervals(whole))
        return worked

    def _intervals(self, whole: Span) -> Iterator[Span]:
        """Each interval between two moments, cut where the zone's distance from UTC changes."""
        for (since, until), offset in _offsets(whole, ZoneInfo(self.zone)):
            day = datetime.fromtimestamp((since + offset) / 1000, UTC).date() - timedelta(days=1)
            last = datetime.fromtimestamp((until + offset) / 1000, UTC).date()
            while day <= last:
                intervals = () if day in self.days_off else self.hours.get(day.weekday(), ())
                for opens, closes in intervals:
                    closing = day + timedelta(days=1) if closes <= opens else day
                    begin = max(since, _as_utc(day, opens) - offset)
                    end = min(until, _as_utc(closing, closes) - offset)
                    if begin < end:
                        yield begin, end
                day += timedelta(days=1)


def _offsets(whole: Span, zone: ZoneInfo) -> Iterator[tuple[Span, Millis]]:
    """The stretches of a span in which a zone keeps one distance from UTC, in ms, with that one."""
    since, until = whole
    at = since
    while at < until:
        offset = _offset(at, zone)
        soon = min(at + DAY, until)
        if _offset(soon, zone) == offset:
            at = soon
            if at == until:
                yield (since, until), offset
            continue
        same, other = at, soon
        while other - same > 1:
            middle = (same + other) // 2
            same, other = (middle, other) if _offset(middle, zone) == offset else (same, middle)
        yield (since, other), offset
        since = at = other


def _offset(moment: Millis, zone: ZoneInfo) -> Millis:
    distance = datetime.fromtimestamp(moment / 1000, zone).utcoffset()
    return 0 if distance is None else distance // timedelta(milliseconds=1)


def _as_utc(day: date, at: time) -> Millis:
    """The moment at which a clock that keeps UTC shows this day and time."""
    return int(datetime.combine(day, at, UTC).timestamp() * 1000)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that touch or overlap as one."""
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return tuple(merged)


class Clock:
    """Working time that has passed at a moment, from the beginnings and ends of intervals.

    Each look costs O(log intervals): of the intervals begun by then, all that passed since, less
    what passed since the end of those that ended.
    """

    def __init__(self, begins: list[Millis], ends: list[Millis]) -> None:
        self._begins, self._ends = sorted(begins), sorted(ends)
        self._begun = [*accumulate(self._begins, initial=0)]
        self._ended = [*accumulate(self._ends, initial=0)]

    def _passed(self, moment: Millis) -> Millis:
        begun = bisect_right(self._begins, moment)
        ended = bisect_right(self._ends, moment)
        return moment * (begun - ended) - self._begun[begun] + self._ended[ended]

    def worked(self, start: Millis, end: Millis) -> Millis:
        """How much working time, in ms, lies between two moments."""
        return max(0, self._passed(end) - self._passed(start))


@dataclass(frozen=True, slots=True)
class ColourRule:
    """What a colour means: answered within a span (ms), by a team, on a clock.

    `calendar` None: always, 24 x 7.
    """

    within: Millis
    team: str
    calendar: Calendar | None = None


DEFAULT_RULES: Mapping[Colour, ColourRule] = {
    Colour.GREEN: ColourRule(24 * HOUR, "care"),
    Colour.YELLOW: ColourRule(6 * HOUR, "specialists"),
    Colour.RED: ColourRule(2 * HOUR, "communication"),
}


@dataclass(frozen=True, slots=True)
class Protocol:
    """The response protocol: each colour with its deadline and team."""

    rules: Mapping[Colour, ColourRule] = field(default_factory=lambda: dict(DEFAULT_RULES))

    def deadline(self, colour: Colour, started_at: Millis) -> Millis:
        """When a wait of this colour must have ended."""
        rule = self.rules[colour]
        if rule.calendar is None:
            return started_at + rule.within
        return rule.calendar.add(started_at, rule.within)

    def team(self, colour: Colour) -> str:
        """The team a colour belongs to."""
        return self.rules[colour].team


def midnight(now: Millis, zone: str) -> Millis:
    """The last midnight in a time zone."""
    local = datetime.fromtimestamp(now / 1000, ZoneInfo(zone))
    start = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return int(start.timestamp() * 1000)


def next_midnight(now: Millis, zone: str) -> Millis:
    """The coming midnight in a time zone; right over a change of the clocks too."""
    return midnight(midnight(now, zone) + DAY + 2 * HOUR, zone)
