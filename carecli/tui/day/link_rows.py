"""Lines that open something, in one or two columns, with a cursor. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from carecli.domain.figures import number
from carecli.domain.model import ThreadId
from carecli.tui.inbox.bars import ListView
from carecli.tui.style.cells import Line, cut, fill, fit

GAP = 3
"""Cells between two columns."""


@dataclass(frozen=True, slots=True)
class DrillDown:
    """Figures of a report, by their KPIs: those of a whole period, or of some groups of it."""

    title: str
    kpis: tuple[str, ...]
    by: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A line; Enter on it shows `view`, opens `thread`, or lists what is `behind` figures."""

    line: Line
    view: ListView | None = None
    thread: ThreadId | None = None
    behind: DrillDown | None = None

    @property
    def is_target(self) -> bool:
        """Whether the cursor can stand on it."""
        return any(one is not None for one in (self.view, self.thread, self.behind))


Column = Sequence[LinkRow]

BLANK = LinkRow([])


def targets(columns: Sequence[Column]) -> list[tuple[int, int]]:
    """Where the cursor can stand, as column and row, in reading order."""
    return [
        (x, y)
        for x, column in enumerate(columns)
        for y, stop in enumerate(column)
        if stop.is_target
    ]


def beside(columns: Sequence[Column], at: tuple[int, int], by: int) -> tuple[int, int]:
    """The nearest target in the column to the left or right; `at` where there is none."""
    x, y = at
    rows = [row for column, row in targets(columns) if column == x + by]
    return (x + by, min(rows, key=lambda row: abs(row - y))) if rows else at


def column_at(widths: Sequence[int], cell: int) -> int:
    """Which column a cell of a line is in; the gap before a column is that column's."""
    end, x = widths[0], 0
    while cell >= end and x + 1 < len(widths):
        x += 1
        end += GAP + widths[x]
    return x


def laid_out(
    columns: Sequence[Column], widths: Sequence[int], chosen: tuple[int, int] | None
) -> list[Line]:
    """The columns side by side, each line cut or padded to its column's cells."""
    lines: list[Line] = []
    for y in range(max(map(len, columns), default=0)):
        line: Line = []
        for x, (column, width) in enumerate(zip(columns, widths, strict=True)):
            stop = column[y] if y < len(column) else BLANK
            if x:
                line.append((f" {'│':<{GAP - 1}}", "dim"))
            line += _cell(stop.line, width, is_lit=(x, y) == chosen)
        lines.append(line)
    return lines


def _cell(line: Line, width: int, *, is_lit: bool) -> Line:
    edge = ("▌" if is_lit else " ", "accent")
    whole = fill([edge, *line], [], width)
    return [(text, f"{role}@select") for text, role in whole] if is_lit else whole


def heading(
    title: str, more: str, width: int, view: ListView | None = None, role: str = "dim"
) -> LinkRow:
    """A section's first line: what it is about, and how many at the right end."""
    right = [(f"  {more}", role)] if more else []
    return LinkRow(fill([(title, "title")], right, width - 1), view)


def counted(
    shape: str,
    role: str,
    title: str,
    count: int,
    most: int,
    width: int,
    view: ListView,
) -> LinkRow:
    """A count with its name, its share as a bar where there is room, and its number."""
    figure = f"{number(count):>7}"
    name = max(12, min(24, width - 2 - len(figure) - 3))
    room = max(0, width - 1 - 3 - name - 1 - len(figure))
    left: Line = [(f"{shape:<2} " if shape else "   ", role), (fit(title, name), "text")]
    left += [(" ", "text"), *_bar(count, most, min(room, 40), role)]
    return LinkRow(fill(left, [(figure, "strong" if count else "dim")], width - 1), view)


def _bar(count: int, most: int, room: int, role: str) -> Line:
    """A bar in eighths of a cell, `most` as long as there is room."""
    if room < 4 or not most:
        return []
    eighths = max(1 if count else 0, round(8 * room * min(count, most) / most))
    whole, rest = divmod(eighths, 8)
    return [("█" * whole + " ▏▎▍▌▋▊▉"[rest].strip(), role)]


def said(text: str, width: int, role: str = "dim") -> LinkRow:
    """A line that only tells."""
    return LinkRow([("   ", "text"), (cut(text, width - 5), role)])


def plain(lines: Sequence[Line]) -> str:
    """Lines as text."""
    return "\n".join("".join(text for text, _role in line).rstrip() for line in lines) + "\n"
