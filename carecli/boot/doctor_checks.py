"""The result of one doctor check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `about` is a channel's key or what else; `hint` says what to do."""

    about: str
    is_ok: bool
    text: str
    hint: str = ""
