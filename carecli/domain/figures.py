"""Numbers, days and spans as the language in use writes them.

The names of weekdays and months and the sign between thousands come from the Unicode CLDR: they
stand in the catalogues, where `make words` puts them, so that nothing is imported to know them.
"""

from __future__ import annotations

from datetime import date, datetime

from carecli.domain.model import DAY, HOUR, MINUTE, SECOND, Millis
from carecli.i18n import _, ngettext, pgettext

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
THOUSANDS = ","


def number(n: int) -> str:
    """A whole number: `1,214`, in Polish `1 214` with a space where no line breaks."""
    written = f"{n:,}"
    return written.replace(",", pgettext("thousands", ",")) if len(written) > 3 else written


def percent(share: float) -> str:
    """A share of 1 in hundredths: `93%`."""
    return _("{n}%").format(n=round(100 * share))


def weekday(when: date) -> str:
    """`Thu`."""
    return pgettext("weekday", WEEKDAYS[when.weekday()])


def weekday_and_day(when: date) -> str:
    """`Thu 1`."""
    return _("{weekday} {day}").format(weekday=weekday(when), day=when.day)


def day_and_month(when: date) -> str:
    """`1 Jan`."""
    return _("{day} {month}").format(day=when.day, month=pgettext("month", MONTHS[when.month - 1]))


def whole_day(when: date) -> str:
    """`Thu 1 Jan 2026`."""
    return _("{weekday} {date} {year}").format(
        weekday=weekday(when), date=day_and_month(when), year=when.year
    )


def clock(when: datetime) -> str:
    """`14:02`, everywhere."""
    return f"{when:%H:%M}"


def span(length: Millis) -> str:
    """A span in its largest unit, short: `4 s`, `12 min`, `5 h`, `3 d`."""
    length = max(0, length)
    if length < MINUTE:
        return ngettext("{n} s", "{n} s", length // SECOND).format(n=length // SECOND)
    if length < HOUR:
        return ngettext("{n} min", "{n} min", length // MINUTE).format(n=length // MINUTE)
    if length < 2 * DAY:
        return ngettext("{n} h", "{n} h", length // HOUR).format(n=length // HOUR)
    return ngettext("{n} d", "{n} d", length // DAY).format(n=number(length // DAY))


def span_in_words(length: Millis) -> str:
    """A span in its largest unit, written out: `3 days`, `1 hour`; below a minute, `a moment`."""
    if length >= DAY:
        days = length // DAY
        return ngettext("{n} day", "{n} days", days).format(n=number(days))
    if length >= HOUR:
        return ngettext("{n} hour", "{n} hours", length // HOUR).format(n=length // HOUR)
    if length >= MINUTE:
        return ngettext("{n} minute", "{n} minutes", length // MINUTE).format(n=length // MINUTE)
    return _("a moment")
