"""Months by name (2026-10), and which of them a monthly job has reached."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from carecli.domain.model import Millis


def latest_due_month(day: int, minute: int, now: Millis, zone: str) -> str:
    """The newest month whose turn has come, on a day of the next month from a minute of it on.

    >>> last_over(1, 420, 1793516400000, "UTC")  # 2026-11-01 07:00
    '2026-10'
    >>> last_over(1, 420, 1793516399000, "UTC")
    '2026-09'
    """
    here = datetime.fromtimestamp(now / 1000, ZoneInfo(zone))
    has_come = (here.day, here.hour * 60 + here.minute) >= (day, minute)
    return shift_month(f"{here:%Y-%m}", -1 if has_come else -2)


def due_moment(month: str, day: int, minute: int, zone: str) -> datetime:
    """When a month's turn comes."""
    year, number = map(int, shift_month(month, 1).split("-"))
    midnight = datetime(year, number, day, tzinfo=ZoneInfo(zone))
    return midnight + timedelta(minutes=minute)


def shift_month(month: str, by: int) -> str:
    """A month so many later, or earlier.

    >>> shifted("2026-12", 1), shifted("2026-01", -1)
    ('2027-01', '2025-12')
    """
    year, number = map(int, month.split("-"))
    year, number = divmod(year * 12 + number - 1 + by, 12)
    return f"{year:04}-{number + 1:02}"


def months_after(month: str, until: str) -> list[str]:
    """Every month after one, up to another.

    >>> after("2026-11", "2027-01")
    ['2026-12', '2027-01']
    """
    found = []
    while month < until:
        month = shift_month(month, 1)
        found.append(month)
    return found
