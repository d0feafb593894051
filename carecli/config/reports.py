"""Configuration of monthly reports that are made and mailed automatically.

Like `config.model`: the paragraph under a field is the documentation of its key.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from carecli.config.values import TimeOfDay


class ReportSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A report that the engine makes after the end of each month; see docs/reports.md."""

    day: int = 1
    """The day of the month on which it is made, 1 to 28; it covers the month before. If the engine
    is not running then, the report is made later."""

    at: TimeOfDay = TimeOfDay(7 * 60)
    """The time of day from which it is made, in the time zone `inbox.zone`."""

    brands: tuple[str, ...] = ()
    """The keys of the brands; each gets its own page. The default is every brand."""

    languages: tuple[Literal["en", "pl", "es"], ...] = ()
    """The languages; each gets its own page. The default is `language`, or English if that is
    `auto`."""

    to: tuple[str, ...] = ()
    """The mail addresses that get it: one mail a month to each, with all pages."""

    mailbox: str = ""
    """The key of the channel that sends these mails, on the platform `mail`."""

    folder: str = ""
    """A folder in which it is saved as well. A relative path starts at the configuration's folder.
    A file that already exists is not overwritten."""

    files: tuple[Literal["html", "xlsx"], ...] = ("html",)
    """The formats: `html` (a page for a browser or the printer), `xlsx` (a workbook), or both."""

    issue: bool = True
    """Whether the month is issued as well, so that its reported figures never change."""
