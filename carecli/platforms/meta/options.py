"""The options of a Facebook or Instagram channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from carecli.domain.model import DAY, Millis

if TYPE_CHECKING:
    from carecli.platforms.base import Account

BACKFILL_DAYS = 30


def is_enabled(options: Mapping[str, str], option: str) -> bool:
    """Whether an option of the channel is switched on."""
    return options.get(option, "").lower() in {"yes", "true", "on", "1"}


def backfill_period(account: Account) -> Millis:
    """How far back the first pull reads, in ms: `backfill_days`, or 30 days."""
    days = account.options.get("backfill_days", "")
    return (int(days) if days.isascii() and days.isdigit() else BACKFILL_DAYS) * DAY
