"""Notices a list of pages that never ends."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_EMPTY_PAGES = 20
"""After this many empty pages in a row a list is given up."""


@dataclass(slots=True)
class RepeatGuard:
    """Watches the pages of one list, because some servers go on with pages they sent before."""

    _seen: set[str] = field(default_factory=set)
    _empty: int = 0

    def is_stuck(self, names: set[str]) -> bool:
        """Count a page with these items; whether it brings nothing new, or too many were empty."""
        self._empty = 0 if names else self._empty + 1
        if (names and names <= self._seen) or self._empty >= MAX_EMPTY_PAGES:
            return True
        self._seen |= names
        return False
