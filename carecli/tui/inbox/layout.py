"""Where the panes are, for a terminal's size; shared by the first page and the inbox."""

from __future__ import annotations

from dataclasses import dataclass

SIDE = 24
"""Cells of the left pane."""

FOLD = 120
"""Below so many columns one pane is shown after another."""


@dataclass(frozen=True, slots=True)
class Panes:
    """Cells of each pane; 0 is not shown. `middle` and `right` are the list and the thread."""

    side: int
    middle: int
    right: int

    @property
    def is_folded(self) -> bool:
        """Whether list and thread take turns."""
        return not (self.middle and self.right)


def panes(width: int, *, reading: bool = False, side_wanted: bool = False) -> Panes:
    """The panes at `width` columns.

    Folded, `reading` shows the thread alone, else the list, with the left pane beside it when
    it is asked for.
    """
    if width < FOLD:
        if reading:
            return Panes(0, 0, width)
        side = SIDE if side_wanted else 0
        return Panes(side, width - side, 0)
    right = max(50, min(100, round((width - SIDE) * 0.44)))
    return Panes(SIDE, width - SIDE - right, right)
