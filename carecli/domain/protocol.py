"""Colours with their deadlines: the response protocol, and the calendars its clocks run by."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from carecli.domain.model import DAY, HOUR, Colour, Millis


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time: intervals of each weekday (0 is Monday) in a time zone, less days off."""

    zone: str
    hours: Mapping[int, tuple[tuple[time, time], ...]]
    days_off: frozenset[date] = frozenset()

    def add(self, start: Millis, span: Millis) -> Millis:
        """The moment at which `span` ms of working time after `start` have passed.

        A calendar without any working time in two years counts every hour instead.
        """
        zone = ZoneInfo(self.zone)
        left = span
        day = datetime.fromtimestamp(start / 1000, zone).date()
        for _ in range(800):
            if day not in self.days_off:
                for opens, closes in self.hours.get(day.weekday(), ()):
                    begin = max(start, _moment(day, opens, zone))
                    end = _moment(day, closes, zone)
                    if closes <= opens:
                        end = _moment(day + timedelta(days=1), closes, zone)
                    if end > begin:
                        if left <= end - begin:
                            return begin + left
                        left -= end - begin
            day += timedelta(days=1)
        return start + span

    def clock(self, start: Millis, end: Millis) -> Clock:
        """What tells how much working time lies in spans between two moments."""
        zone = ZoneInfo(self.zone)
        day = datetime.fromtimestamp(start / 1000, zone).date() - timedelta(days=1)
        last = datetime.fromtimestamp(end / 1000, zone).date()
        begins: list[Millis] = []
        ends: list[Millis] = []
        while day <= last:
            if day not in self.days_off:
                for opens, closes in self.hours.get(day.weekday(), ()):
                    closing = day + timedelta(days=1) if closes <= opens else day
                    begins.append(_moment(day, opens, zone))
                    ends.append(_moment(closing, closes, zone))
            day += timedelta(days=1)
        return Clock(begins, ends)


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


def _moment(day: date, at: time, zone: ZoneInfo) -> Millis:
    return int(datetime.combine(day, at, zone).astimezone(UTC).timestamp() * 1000)


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
    return int(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


def next_midnight(now: Millis, zone: str) -> Millis:
    """The coming midnight in a time zone; right over a change of the clocks too."""
    return midnight(midnight(now, zone) + DAY + 2 * HOUR, zone)
