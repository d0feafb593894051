"""Days, date ranges and spans as a person types them, in the moderator's time zone."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from carecli.domain.model import DAY, HOUR, MINUTE, Millis

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""Each is also known by its first three letters."""

NEAR = {"today": 0, "yesterday": -1, "tomorrow": 1}
"""Days named by how far they are from today."""

DAY_WORDS = ("today", "yesterday", *WEEKDAYS)
"""What is offered while a day is typed: what waits came by today."""

RANGE = ".."
"""Between the first and the last day of a range; both belong to it."""

_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_YEARS = range(1990, 2200)
_DIGITS = 4
"""Of a span: longer ones reach beyond any calendar."""


def parse_span(value: str) -> Millis | None:
    """`30m`, `2h`, `1d`, `1w` in milliseconds; None for anything else."""
    number, unit = value[:-1], value[-1:]
    if unit in _UNITS and number.isascii() and number.isdigit() and len(number) <= _DIGITS:
        return int(number) * _UNITS[unit]
    return None


def is_day(value: str) -> bool:
    """Whether `parse_moment` knows what it means."""
    word = value.lower()
    if word in NEAR or word == "now" or _weekday(word) is not None or parse_span(value) is not None:
        return True
    try:
        return datetime.fromisoformat(value).year in _YEARS
    except ValueError:
        return False


def is_range(value: str) -> bool:
    """Whether it is a day, or two days with `..` between that are in order as far as they tell."""
    first, dots, last = value.partition(RANGE)
    if not dots:
        return is_day(value)
    if not (is_day(first) and is_day(last)):
        return False
    ends = [_stated(day) for day in (first, last)]
    return None in ends or ends[0] <= ends[1]  # type: ignore[operator]  # neither is None here


def _stated(value: str) -> date | None:
    """The day of a value that says it by itself."""
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None


def parse_moment(value: str, now: Millis, zone: str) -> Millis:
    """The start of a day, or the moment, that a value means.

    A weekday is the last one before now, today included. `3d` is three times 24 hours ago.
    """
    back = parse_span(value)
    if back is not None:
        return now - back
    here = ZoneInfo(zone)
    today = datetime.fromtimestamp(now / 1000, here).date()
    word = value.lower()
    if word == "now":
        return now
    weekday = _weekday(word)
    if weekday is not None:
        return _start(today - timedelta(days=(today.weekday() - weekday) % 7), here)
    if word in NEAR:
        return _start(today + timedelta(days=NEAR[word]), here)
    told = datetime.fromisoformat(value)
    if told.tzinfo is None:
        told = told.replace(tzinfo=here)
    return round(told.timestamp() * 1000)


CLOCK = re.compile(r"(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?")
"""`9`, `14:30` or `14.30`."""

MORNING = time(9)
"""When a day that is named without a time of day begins, of what is to come."""


def parse_future_moment(value: str, now: Millis, zone: str) -> Millis | None:
    """A span, a time of day, a day, or a day and a time, as a moment to come; None: it is none.

    `2h`, `14:30` (tomorrow, where today's is over), `tomorrow`, `friday 9:30` (the next one),
    `2026-12-24 10:00`. A day alone means nine in the morning.
    """
    words = value.lower().split()
    length = parse_span(words[0]) if len(words) == 1 else None
    if length is not None:
        return now + length if length else None
    here = ZoneInfo(zone)
    today = datetime.fromtimestamp(now / 1000, here).date()
    clock = CLOCK.fullmatch(words[-1]) if words else None
    at = time(int(clock["hour"]), int(clock["minute"] or 0)) if clock else MORNING
    named = words[:-1] if clock else words
    if not named and clock:
        moment = _at(today, at, here)
        return moment if moment > now else _at(today + timedelta(days=1), at, here)
    if len(named) != 1:
        return None
    weekday = _weekday(named[0])
    if weekday is not None:
        ahead = (weekday - today.weekday()) % 7
        moment = _at(today + timedelta(days=ahead), at, here)
        return moment if moment > now else _at(today + timedelta(days=ahead + 7), at, here)
    day = today + timedelta(days=NEAR[named[0]]) if named[0] in NEAR else _stated(named[0])
    moment = _at(day, at, here) if day is not None and day.year in _YEARS else 0
    return moment if moment > now else None


def _at(day: date, at: time, zone: ZoneInfo) -> Millis:
    return round(datetime.combine(day, at, zone).timestamp() * 1000)


def format_moment(moment: Millis, zone: str) -> str:
    """A moment as `parse_moment` reads it back, to the millisecond: `2026-11-01T18:00:00+01:00`."""
    return datetime.fromtimestamp(moment / 1000, ZoneInfo(zone)).isoformat()


def end_of_day(value: str, now: Millis, zone: str) -> Millis:
    """The end of the day that a value means, exclusive."""
    return _next_day(parse_moment(value, now, zone), zone)


def parse_period(value: str, now: Millis, zone: str) -> tuple[Millis, Millis]:
    """The days that a day or a range means, from the first one's start to the last one's end.

    A range of weekdays is the last one that has begun: on a Tuesday `fri..mon` is the weekend
    that is over, on a Saturday the one under way. Days in the wrong order are a range without
    any moment.
    """
    first, dots, last = value.partition(RANGE)
    start = parse_moment(first, now, zone)
    if not dots:
        return start, _next_day(start, zone)
    begins, ends = _weekday(first.lower()), _weekday(last.lower())
    if begins is not None and ends is not None:
        here = ZoneInfo(zone)
        day = datetime.fromtimestamp(start / 1000, here).date()
        return start, _start(day + timedelta(days=(ends - begins) % 7 + 1), here)
    return start, max(start, end_of_day(last, now, zone))


def _weekday(word: str) -> int | None:
    for number, name in enumerate(WEEKDAYS):
        if word in (name, name[:3]):
            return number
    return None


def _next_day(moment: Millis, zone: str) -> Millis:
    here = ZoneInfo(zone)
    return _start(datetime.fromtimestamp(moment / 1000, here).date() + timedelta(days=1), here)


def _start(day: date, zone: ZoneInfo) -> Millis:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
