"""Months as text (2026-10), and the months that are due for a monthly job."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from carecli.domain.model import Millis


def latest_due_month(day: int, minute: int, now: Millis, zone: str) -> str:
    """The newest month that is due: from this day and minute (of the day) of the next month on.

    >>> last_over(1, 420, 1793516400000, "UTC")  # 2026-11-01 07:00
    '2026-10'
    >>> last_over(1, 420, 1793516399000, "UTC")
    '2026-09'
    """
    local = datetime.fromtimestamp(now / 1000, ZoneInfo(zone))
    is_due = (local.day, local.hour * 60 + local.minute) >= (day, minute)
    return shift_month(f"{local:%Y-%m}", -1 if is_due else -2)


def due_moment(month: str, day: int, minute: int, zone: str) -> datetime:
    """The moment at which a month is due."""
    year, number = map(int, shift_month(month, 1).split("-"))
    midnight = datetime(year, number, day, tzinfo=ZoneInfo(zone))
    return midnight + timedelta(minutes=minute)


def shift_month(month: str, by: int) -> str:
    """The month so many months later (negative: earlier).

    >>> shifted("2026-12", 1), shifted("2026-01", -1)
    ('2027-01', '2025-12')
    """
    year, number = map(int, month.split("-"))
    year, number = divmod(year * 12 + number - 1 + by, 12)
    return f"{year:04}-{number + 1:02}"


def months_after(month: str, until: str) -> list[str]:
    """All months after `month`, up to and including `until`.

    >>> after("2026-11", "2027-01")
    ['2026-12', '2027-01']
    """
    months = []
    while month < until:
        month = shift_month(month, 1)
        months.append(month)
    return months
