"""What each command of the key table does, by its id."""

from __future__ import annotations

from carecli.tui.commands import (
    cases,
    choices,
    codes,
    competitors,
    cursor,
    decisions,
    lists,
    lookup,
    macros,
    marks,
    moderation,
    reply,
    reports,
    rules,
    shift,
    snooze,
    split,
)
from carecli.tui.commands.registry import HANDLERS, run

__all__ = [
    "HANDLERS",
    "cases",
    "choices",
    "codes",
    "competitors",
    "cursor",
    "decisions",
    "lists",
    "lookup",
    "macros",
    "marks",
    "moderation",
    "reply",
    "reports",
    "rules",
    "run",
    "shift",
    "snooze",
    "split",
]
