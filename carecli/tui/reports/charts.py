"""Charts in cells: bars in eighths, and heat maps in shades. Pure.

They are painted in lines of runs like everything else here, so that they follow every palette,
also of 16 colours and of none, stay within their cells, and each line can lead to its rows.
Plotting libraries for the terminal smear thirty bars into each other at 80 columns, and tell
their heat maps by true colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from carecli.tui.style.cells import Line

SHADES = ("·", "░", "▒", "▓", "█")
"""None, few, some, many, most: told by shape, in one ink."""


def bar(value: float, most: float, room: int, role: str = "accent") -> Line:
    """A bar in eighths of a cell, exactly `room` cells with its blanks; `most` fills them.

    >>> bar(3, 8, 4)
    [('█▌', 'accent'), ('  ', 'text')]
    """
    if room < 1:
        return []
    share = min(1.0, value / most) if most else 0.0
    eighths = max(1 if value else 0, round(8 * room * share))
    whole, rest = divmod(eighths, 8)
    text = "█" * whole + " ▏▎▍▌▋▊▉"[rest].strip()
    return [(text, role), (" " * (room - len(text)), "text")]


def shade(value: float, most: float) -> str:
    """How dark a cell of a heat map is.

    >>> [shade(n, 8) for n in (0, 1, 3, 8)]
    ['·', '░', '▒', '█']
    """
    if not value or not most:
        return SHADES[0]
    return SHADES[max(1, min(4, round(4 * value / most)))]


def heat_row(values: Sequence[float], most: float, cell: int) -> Line:
    """A row of a heat map, `cell` cells each."""
    line: Line = []
    for value in values:
        sign = shade(value, most)
        line.append((sign * cell, "dim" if sign == SHADES[0] else "accent"))
    return line
