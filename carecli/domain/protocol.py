"""The response protocol: deadlines and teams of colours, and calendars of working time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from carecli.domain.model import DAY, HOUR, Colour, Millis

Span = tuple[Millis, Millis]
"""Start (included) and end (excluded), in ms."""

WINDOW = 32 * DAY
"""Working time is computed and cached for windows of this length."""

SEARCHED = 24
"""How many windows `Calendar.add` searches for working time: about two years."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time: intervals of each weekday (0 is Monday) in a time zone, without days off.

    A moment is working time if its local time is inside an interval of its day. An interval whose
    end is not after its start ends on the next day, and belongs to the day it begins on: a night
    shift goes on into a day off, and none begins on a day off. Intervals may be in any order and
    overlap; each moment counts once. When clocks go forward, the skipped hour does not exist; when
    they go back, the repeated hour counts twice.
    """

    zone: str
    hours: Mapping[int, tuple[tuple[time, time], ...]]
    days_off: frozenset[date] = frozenset()
    _windows: dict[int, tuple[Span, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def add(self, start: Millis, span: Millis) -> Millis:
        """The moment when `span` ms of working time have passed since `start`.

        If there is no working time within two years, every hour counts instead.
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
        """A clock that measures working time between any moments from `start` to `end`."""
        windows = range(start // WINDOW, end // WINDOW + 1)
        spans = [span for window in windows for span in self._worked(window)]
        return Clock([begin for begin, _ in spans], [end for _, end in spans])

    def _worked(self, window: int) -> tuple[Span, ...]:
        """The working time of a window, in order and without overlaps."""
        spans = self._windows.get(window)
        if spans is None:
            window_span = (window * WINDOW, (window + 1) * WINDOW)
            spans = self._windows[window] = _merged(self._intervals(window_span))
        return spans

    def _intervals(self, whole: Span) -> Iterator[Span]:
        """All intervals between two moments, split where the zone's UTC offset changes."""
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
    """The parts of a span with a constant UTC offset, each with that offset in ms."""
    since, until = whole
    at = since
    while at < until:
        offset = _offset(at, zone)
        next_day = min(at + DAY, until)
        if _offset(next_day, zone) == offset:
            at = next_day
            if at == until:
                yield (since, until), offset
            continue
        before, after = at, next_day
        while after - before > 1:
            middle = (before + after) // 2
            before, after = (middle, after) if _offset(middle, zone) == offset else (before, middle)
        yield (since, after), offset
        since = at = after


def _offset(moment: Millis, zone: ZoneInfo) -> Millis:
    distance = datetime.fromtimestamp(moment / 1000, zone).utcoffset()
    return 0 if distance is None else distance // timedelta(milliseconds=1)


def _as_utc(day: date, at: time) -> Millis:
    """The moment of this day and time in UTC."""
    return int(datetime.combine(day, at, UTC).timestamp() * 1000)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, with touching or overlapping ones merged."""
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return tuple(merged)


class Clock:
    """Measures working time, given the beginnings and ends of its intervals.

    A look-up costs O(log intervals): the time since all intervals begun by then, minus the time
    since all intervals that ended by then.
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
        """The working time between two moments, in ms."""
        return max(0, self._passed(end) - self._passed(start))


@dataclass(frozen=True, slots=True)
class ColourRule:
    """The rule of a colour: answer within a time (ms), by a team, on a clock.

    `calendar` None: the clock always runs.
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
        """The moment by which a wait of this colour must end."""
        rule = self.rules[colour]
        if rule.calendar is None:
            return started_at + rule.within
        return rule.calendar.add(started_at, rule.within)

    def team(self, colour: Colour) -> str:
        """The team responsible for a colour."""
        return self.rules[colour].team


def midnight(now: Millis, zone: str) -> Millis:
    """The last midnight before `now` in a time zone."""
    local = datetime.fromtimestamp(now / 1000, ZoneInfo(zone))
    start = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return int(start.timestamp() * 1000)


def next_midnight(now: Millis, zone: str) -> Millis:
    """The next midnight in a time zone, also across clock changes."""
    return midnight(midnight(now, zone) + DAY + 2 * HOUR, zone)
