"""What each command of the table does, by its id."""

from __future__ import annotations

from carecli.tui.commands import (
    answering,
    asking,
    blocking,
    choosing,
    coding,
    comparing,
    deciding,
    knowing,
    looking,
    marking,
    moving,
    recording,
    reporting,
    ruling,
    sharing,
    shift,
    snoozing,
)
from carecli.tui.commands.registry import HANDLERS, run

__all__ = [
    "HANDLERS",
    "answering",
    "asking",
    "blocking",
    "choosing",
    "coding",
    "comparing",
    "deciding",
    "knowing",
    "looking",
    "marking",
    "moving",
    "recording",
    "reporting",
    "ruling",
    "run",
    "sharing",
    "shift",
    "snoozing",
]
