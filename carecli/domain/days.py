"""Parses days, date ranges and time spans as a person types them, in a time zone."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from carecli.domain.model import DAY, HOUR, MINUTE, Millis

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""Their first three letters are understood too."""

NEAR = {"today": 0, "yesterday": -1, "tomorrow": 1}
"""Words for days, with their distance from today in days."""

DAY_WORDS = ("today", "yesterday", *WEEKDAYS)
"""Completions for a day."""

RANGE = ".."
"""Separates the first and the last day of a range; both are included."""

_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_YEARS = range(1990, 2200)
_DIGITS = 4
"""The most digits of a span's number."""


def parse_span(value: str) -> Millis | None:
    """`30m`, `2h`, `1d`, `1w` in milliseconds; None for anything else."""
    number, unit = value[:-1], value[-1:]
    if unit in _UNITS and number.isascii() and number.isdigit() and len(number) <= _DIGITS:
        return int(number) * _UNITS[unit]
    return None


def is_day(value: str) -> bool:
    """Whether `parse_moment` understands the value."""
    word = value.lower()
    if word in NEAR or word == "now" or _weekday(word) is not None or parse_span(value) is not None:
        return True
    try:
        return datetime.fromisoformat(value).year in _YEARS
    except ValueError:
        return False


def is_range(value: str) -> bool:
    """Whether it is a day, or two days with `..` between; two dates must be in order."""
    first, dots, last = value.partition(RANGE)
    if not dots:
        return is_day(value)
    if not (is_day(first) and is_day(last)):
        return False
    ends = [_iso_date(day) for day in (first, last)]
    return None in ends or ends[0] <= ends[1]  # type: ignore[operator]  # neither is None here


def _iso_date(value: str) -> date | None:
    """The date of a value in ISO format, None for others."""
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None


def parse_moment(value: str, now: Millis, zone: str) -> Millis:
    """The moment a value means, in ms: for a day, its start.

    A weekday is the last one before now, today included. `3d` is three times 24 hours ago.
    """
    length = parse_span(value)
    if length is not None:
        return now - length
    tz = ZoneInfo(zone)
    today = datetime.fromtimestamp(now / 1000, tz).date()
    word = value.lower()
    if word == "now":
        return now
    weekday = _weekday(word)
    if weekday is not None:
        return _start(today - timedelta(days=(today.weekday() - weekday) % 7), tz)
    if word in NEAR:
        return _start(today + timedelta(days=NEAR[word]), tz)
    parsed = datetime.fromisoformat(value)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=tz)
    return round(parsed.timestamp() * 1000)


CLOCK = re.compile(r"(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?")
"""`9`, `14:30` or `14.30`."""

MORNING = time(9)
"""The time meant by a future day without a time of day."""


def parse_future_moment(value: str, now: Millis, zone: str) -> Millis | None:
    """The future moment (ms) meant by a span, a time of day, a day, or a day and a time, or None.

    `2h`, `14:30` (tomorrow, where today's is over), `tomorrow`, `friday 9:30` (the next one),
    `2026-12-24 10:00`. A day alone means nine in the morning.
    """
    words = value.lower().split()
    length = parse_span(words[0]) if len(words) == 1 else None
    if length is not None:
        return now + length if length else None
    tz = ZoneInfo(zone)
    today = datetime.fromtimestamp(now / 1000, tz).date()
    clock = CLOCK.fullmatch(words[-1]) if words else None
    at = time(int(clock["hour"]), int(clock["minute"] or 0)) if clock else MORNING
    day_words = words[:-1] if clock else words
    if not day_words and clock:
        moment = _at(today, at, tz)
        return moment if moment > now else _at(today + timedelta(days=1), at, tz)
    if len(day_words) != 1:
        return None
    weekday = _weekday(day_words[0])
    if weekday is not None:
        ahead = (weekday - today.weekday()) % 7
        moment = _at(today + timedelta(days=ahead), at, tz)
        return moment if moment > now else _at(today + timedelta(days=ahead + 7), at, tz)
    day = (
        today + timedelta(days=NEAR[day_words[0]])
        if day_words[0] in NEAR
        else _iso_date(day_words[0])
    )
    moment = _at(day, at, tz) if day is not None and day.year in _YEARS else 0
    return moment if moment > now else None


def _at(day: date, at: time, zone: ZoneInfo) -> Millis:
    return round(datetime.combine(day, at, zone).timestamp() * 1000)


def format_moment(moment: Millis, zone: str) -> str:
    """A moment in ISO format, as `parse_moment` reads it: `2026-11-01T18:00:00+01:00`."""
    return datetime.fromtimestamp(moment / 1000, ZoneInfo(zone)).isoformat()


def end_of_day(value: str, now: Millis, zone: str) -> Millis:
    """The end of the day that a value means, which is the start of the next day."""
    return _next_day(parse_moment(value, now, zone), zone)


def parse_period(value: str, now: Millis, zone: str) -> tuple[Millis, Millis]:
    """The period (ms) of a day or a range: from the first day's start to the last day's end.

    A range of weekdays is the last one that has begun: on a Tuesday `fri..mon` is the weekend
    that is over, on a Saturday the current one. Days in the wrong order are an empty period.
    """
    first, dots, last = value.partition(RANGE)
    start = parse_moment(first, now, zone)
    if not dots:
        return start, _next_day(start, zone)
    begins, ends = _weekday(first.lower()), _weekday(last.lower())
    if begins is not None and ends is not None:
        tz = ZoneInfo(zone)
        day = datetime.fromtimestamp(start / 1000, tz).date()
        return start, _start(day + timedelta(days=(ends - begins) % 7 + 1), tz)
    return start, max(start, end_of_day(last, now, zone))


def _weekday(word: str) -> int | None:
    for number, name in enumerate(WEEKDAYS):
        if word in (name, name[:3]):
            return number
    return None


def _next_day(moment: Millis, zone: str) -> Millis:
    tz = ZoneInfo(zone)
    return _start(datetime.fromtimestamp(moment / 1000, tz).date() + timedelta(days=1), tz)


def _start(day: date, zone: ZoneInfo) -> Millis:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
