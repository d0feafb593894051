"""The options of a Facebook or Instagram channel."""

from __future__ import annotations

from carecli.domain.model import DAY, Millis
from carecli.platforms.base import Account

BACKFILL_DAYS = 30


def says_yes(account: Account, option: str) -> bool:
    """Whether an option of the channel is switched on."""
    return account.options.get(option, "").lower() in {"yes", "true", "on", "1"}


def backfill(account: Account) -> Millis:
    """How far back the first pull reads, in ms: `backfill_days`, or 30 days."""
    days = account.options.get("backfill_days", "")
    return (int(days) if days.isascii() and days.isdigit() else BACKFILL_DAYS) * DAY
