"""The result of one doctor check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `about` is a channel's key or another subject; `hint` says what to do."""

    about: str
    is_ok: bool
    text: str
    hint: str = ""
