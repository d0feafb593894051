"""Configuration of monthly reports that are made and mailed automatically.

Like `config.model`: the paragraph under a field is the documentation of its key.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from carecli.config.values import TimeOfDay


class ReportSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A report of each month, made when the month is over, by the engine; docs/reports.md tells."""

    day: int = 1
    """The day of the month it is made on, about the month before: 1 to 28. Later, when the engine
    did not run then."""

    at: TimeOfDay = TimeOfDay(7 * 60)
    """From when on that day, in `inbox.zone`."""

    brands: tuple[str, ...] = ()
    """The brands, by key: a page each. Left out: every brand."""

    languages: tuple[Literal["en", "pl", "es"], ...] = ()
    """The languages, a page each. Left out, the one under `language`, or English for `auto`."""

    to: tuple[str, ...] = ()
    """Who gets it by mail: one mail a month for each address, with all its pages."""

    mailbox: str = ""
    """The channel that sends these mails, by key: one on the platform `mail`."""

    folder: str = ""
    """The folder it is written into as well; a relative path counts from the configuration's
    folder. A file that is there already is left as it is."""

    files: tuple[Literal["html", "xlsx"], ...] = ("html",)
    """What is made: `html`, a page for a browser or the printer, `xlsx`, a workbook, or both."""

    issue: bool = True
    """Whether the month is issued as well, so that all its figures stay as they were told."""
