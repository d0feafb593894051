"""Configuration of working hours.

Like `config.model`: the paragraph under a field is the documentation of its key.
"""

from __future__ import annotations

from datetime import date

import msgspec

from carecli.config.values import Interval, Zone


class CalendarSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Working time, for colours whose clock does not always run."""

    zone: Zone = Zone("UTC")
    """The time zone its hours are in, e.g. `America/Mexico_City`."""

    monday: tuple[Interval, ...] = ()
    """Working hours of Mondays, any number of intervals: `[08:00-12:00, 13:00-18:00]`. Left out:
    none. `22:00-06:00` ends on the day after, also when that is a day off. Intervals may overlap;
    each minute counts once."""

    tuesday: tuple[Interval, ...] = ()
    """Working hours of Tuesdays."""

    wednesday: tuple[Interval, ...] = ()
    """Working hours of Wednesdays."""

    thursday: tuple[Interval, ...] = ()
    """Working hours of Thursdays."""

    friday: tuple[Interval, ...] = ()
    """Working hours of Fridays."""

    saturday: tuple[Interval, ...] = ()
    """Working hours of Saturdays."""

    sunday: tuple[Interval, ...] = ()
    """Working hours of Sundays."""

    holidays: str = ""
    """The country whose public holidays are days off, as two letters: `MX`, `PL`; with a part of it
    where they differ: `ES-MD`."""

    days_off: tuple[date, ...] = ()
    """Further days on which no working hours begin, e.g. `[2026-12-24]`."""
