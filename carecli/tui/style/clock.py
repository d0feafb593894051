"""Times and spans as the screen writes them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from carecli.domain.figures import clock, day_and_month, span, weekday, whole_day
from carecli.domain.model import MINUTE, SECOND, Millis
from carecli.i18n import _

__all__ = ["ago", "countdown", "day", "hour", "local", "span", "written"]


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


def ago(at: Millis, now: Millis) -> str:
    """How long ago, in whole minutes so that it seldom changes: `just now`, `4 min ago`."""
    return _("just now") if now - at < MINUTE else _("{span} ago").format(span=span(now - at))


@lru_cache(maxsize=4)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(at: Millis, zone: str) -> datetime:
    """The moment as a wall clock in `zone` shows it."""
    return datetime.fromtimestamp(at / 1000, _zone(zone))


def hour(at: Millis, zone: str) -> str:
    """`14:02`."""
    return clock(local(at, zone))


def written(at: Millis, now: Millis, zone: str) -> str:
    """When a message was written: `14:02` today, `Tue 14:02` within a week, else `24 Nov`.

    Of another year it is `24 Nov 2025`.
    """
    there, here = local(at, zone), local(now, zone)
    days = (here.date() - there.date()).days
    if days == 0:
        return clock(there)
    if abs(days) < 7:
        return f"{weekday(there)} {clock(there)}"
    date = day_and_month(there)
    return date if there.year == here.year else f"{date} {there.year}"


def day(at: Millis, zone: str) -> str:
    """`Thu 1 Jan 2026`."""
    return whole_day(local(at, zone))
