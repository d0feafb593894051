"""Configuration of working hours.

Like `config.model`: the paragraph under a field is the documentation of its key.
"""

from __future__ import annotations

from datetime import date

import msgspec

from carecli.config.values import Interval, Zone


class CalendarSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Working hours, for colours whose clock stops outside them."""

    zone: Zone = Zone("UTC")
    """The time zone of its hours, e.g. `America/Mexico_City`."""

    monday: tuple[Interval, ...] = ()
    """Working hours on Mondays, any number of intervals: `[08:00-12:00, 13:00-18:00]`. The default
    is none. `22:00-06:00` ends on the next day, even if that is a day off. Intervals may overlap;
    each minute counts once."""

    tuesday: tuple[Interval, ...] = ()
    """Working hours on Tuesdays."""

    wednesday: tuple[Interval, ...] = ()
    """Working hours on Wednesdays."""

    thursday: tuple[Interval, ...] = ()
    """Working hours on Thursdays."""

    friday: tuple[Interval, ...] = ()
    """Working hours on Fridays."""

    saturday: tuple[Interval, ...] = ()
    """Working hours on Saturdays."""

    sunday: tuple[Interval, ...] = ()
    """Working hours on Sundays."""

    holidays: str = ""
    """The country whose public holidays are days off, as two letters (`MX`, `PL`), or with a region
    where regions differ (`ES-MD`)."""

    days_off: tuple[date, ...] = ()
    """Other days on which no working hours begin, e.g. `[2026-12-24]`."""
