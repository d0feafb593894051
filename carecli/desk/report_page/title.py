"""The title and the file name of a report."""

from __future__ import annotations

from carecli.desk.reports.monthly import Monthly
from carecli.i18n import _


def title(found: Monthly) -> str:
    """The brand by its title, or all of them."""
    return found.title or found.brand or _("All brands")


def file_name(found: Monthly, spoken: str, ending: str) -> str:
    """`care-2026-10-vichy-pl.html`; a period that is no month by its first and last day."""
    when = f"{found.first:%Y-%m}" if found.is_month else f"{found.first}-{found.last}"
    parts = ("care", when, found.brand, spoken)
    return "-".join(part for part in parts if part) + f".{ending}"
