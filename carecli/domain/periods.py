"""The previous period, and the same period a year earlier, in a time zone."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime
from zoneinfo import ZoneInfo

from carecli.domain.model import Millis

Period = tuple[Millis, Millis]
"""Start (included) and end (excluded), in ms."""


def previous_period(period: Period, zone: str) -> Period:
    """The period before: so many months earlier if it begins with a month, else equally long.

    October is compared with September, the first ten days of October with those of September,
    and ten days in the middle of a month with the ten days before.
    """
    since, until = (_local(moment, zone) for moment in period)
    if _begins_month(since):
        months = max(1, _months(since, until))
        end = min(_moment(_earlier(until, months)), period[0])
        return _moment(_earlier(since, months)), end
    return period[0] - (period[1] - period[0]), period[0]


def same_period_last_year(period: Period, zone: str) -> Period:
    """The same days of the year before; 29 February becomes the 28th."""
    since, until = (_moment(_earlier(_local(moment, zone), 12)) for moment in period)
    return since, until


def _local(moment: Millis, zone: str) -> datetime:
    return datetime.fromtimestamp(moment / 1000, ZoneInfo(zone))


def _moment(when: datetime) -> Millis:
    return round(when.timestamp() * 1000)


def _begins_month(when: datetime) -> bool:
    return (when.day, when.hour, when.minute, when.second, when.microsecond) == (1, 0, 0, 0, 0)


def _months(since: datetime, until: datetime) -> int:
    """The number of months of a period that begins with a month, rounded up."""
    full = (until.year - since.year) * 12 + until.month - since.month
    return full if _begins_month(until) else full + 1


def _earlier(when: datetime, months: int) -> datetime:
    year, month = divmod(when.year * 12 + when.month - 1 - months, 12)
    day = min(when.day, monthrange(year, month + 1)[1])
    return when.replace(year=year, month=month + 1, day=day)
