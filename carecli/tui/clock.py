"""Moments and spans as the screen writes them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from carecli.domain.model import DAY, HOUR, MINUTE, SECOND, Millis


def countdown(left: Millis) -> str:
    """Time left, to the second in the last hour and the first one overdue, else to the minute.

    >>> countdown(41 * MINUTE + 7 * SECOND), countdown(-12 * MINUTE), countdown(3 * HOUR)
    ('00:41:07', '-00:12:00', '3h 00m')
    """
    sign = "-" if left < 0 else ""
    seconds = abs(left) // SECOND
    if seconds >= 100 * 3600:
        return f"{sign}{seconds // 86400}d {seconds % 86400 // 3600:02}h"
    if seconds >= 3600:
        return f"{sign}{seconds // 3600}h {seconds % 3600 // 60:02}m"
    return f"{sign}00:{seconds // 60:02}:{seconds % 60:02}"


def span(length: Millis) -> str:
    """A span in its largest unit: `4 s`, `12 min`, `5 h`, `3 d`."""
    length = max(0, length)
    if length < MINUTE:
        return f"{length // SECOND} s"
    if length < HOUR:
        return f"{length // MINUTE} min"
    if length < 2 * DAY:
        return f"{length // HOUR} h"
    return f"{length // DAY} d"


def ago(at: Millis, now: Millis) -> str:
    """How long ago, in whole minutes so that it seldom changes: `just now`, `4 min ago`."""
    return "just now" if now - at < MINUTE else f"{span(now - at)} ago"


@lru_cache(maxsize=4)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(at: Millis, zone: str) -> datetime:
    """The moment as a wall clock in `zone` shows it."""
    return datetime.fromtimestamp(at / 1000, _zone(zone))


def hour(at: Millis, zone: str) -> str:
    """`14:02`."""
    return local(at, zone).strftime("%H:%M")


def day(at: Millis, zone: str) -> str:
    """`Thu 1 Jan 2026`."""
    when = local(at, zone)
    return f"{when:%a} {when.day} {when:%b} {when.year}"
