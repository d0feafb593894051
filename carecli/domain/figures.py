"""Numbers, days and spans formatted for the current language.

The names of weekdays and months and the signs within numbers come from the Unicode CLDR: they
stand in the catalogues, where `make words` puts them, so that nothing is imported to know them.
"""

from __future__ import annotations

from datetime import date, datetime

from carecli.domain.model import DAY, HOUR, MINUTE, SECOND, Millis
from carecli.i18n import _, ngettext, pgettext

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FULL_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
THOUSANDS, DECIMAL = ",", "."


def number(n: int) -> str:
    """A whole number: `1,214`, in Polish `1 214` with a space where no line breaks."""
    digits = f"{n:,}"
    return digits.replace(",", pgettext("thousands", ",")) if len(digits) > 3 else digits


def percent(share: float) -> str:
    """A share of 1 in hundredths: `93%`."""
    return _("{n}%").format(n=round(100 * share))


def decimal(value: float, places: int = 1) -> str:
    """A number with so many decimal places: `3.4`, in Polish `3,4`."""
    whole, _point, rest = f"{abs(value):.{places}f}".partition(".")
    sign = "−" if value < 0 and (whole.strip("0") or rest.strip("0")) else ""
    return f"{sign}{number(int(whole))}{pgettext('decimal', '.')}{rest}"


def exact_percent(share: float) -> str:
    """A share of 1 in hundredths, `0%` or `100%` only if exact: `99.7%`, `93%`."""
    hundredths = 100 * share
    if round(hundredths) in (0, 100) and hundredths not in (0, 100):
        if round(hundredths, 1) in (0, 100):
            return _("{n}%").format(n=decimal(min(max(hundredths, 0.01), 99.99), 2))
        return _("{n}%").format(n=decimal(hundredths))
    return percent(share)


def month_and_year(when: date) -> str:
    """A month as a heading: `October 2026`, in Spanish `Octubre de 2026`."""
    name = pgettext("full month", FULL_MONTHS[when.month - 1])
    heading = pgettext("heading", "{month} {year}").format(month=name, year=when.year)
    return heading[:1].upper() + heading[1:]


def short_month(when: date) -> str:
    """A short month with its year: `Oct 2026`."""
    return f"{pgettext('month', MONTHS[when.month - 1])} {when.year}"


def weekday(when: date) -> str:
    """A short weekday: `Thu`."""
    return pgettext("weekday", WEEKDAYS[when.weekday()])


def weekday_and_day(when: date) -> str:
    """A short weekday with the day of the month: `Thu 1`."""
    return _("{weekday} {day}").format(weekday=weekday(when), day=when.day)


def day_and_month(when: date) -> str:
    """A day with its short month: `1 Jan`."""
    return _("{day} {month}").format(day=when.day, month=pgettext("month", MONTHS[when.month - 1]))


def whole_day(when: date) -> str:
    """A full date: `Thu 1 Jan 2026`."""
    return _("{weekday} {date} {year}").format(
        weekday=weekday(when), date=day_and_month(when), year=when.year
    )


def clock(when: datetime) -> str:
    """A time of day, the same in all languages: `14:02`."""
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


def exact_span(length: Millis) -> str:
    """A span in its two largest units: `1 h 48 min`, `2 d 3 h`, `12 min`."""
    for larger, smaller in ((DAY, HOUR), (HOUR, MINUTE)):
        if length >= larger * (2 if larger == DAY else 1):
            rest = length % larger // smaller * smaller
            first = span(length) if larger == DAY else _hours(length)
            return f"{first} {span(rest)}" if rest else first
    return span(length)


def _hours(length: Millis) -> str:
    return ngettext("{n} h", "{n} h", length // HOUR).format(n=length // HOUR)


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
