"""Command output: a table for people, tab-separated lines for pipes, JSON on request.

People's text is harmless everywhere: for eyes and pipes it is printable and on one line, in JSON
every character beyond ASCII is escaped.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence

from carecli.domain.canonical import to_plain
from carecli.domain.errors import CareError, ConfigError, FilterError
from carecli.domain.text import join_sentences, one_line, printable

INTERRUPTED = 130
"""The exit code of a program that ctrl-c ended, as shells have it."""


def write_json(value: object) -> None:
    """One JSON document and a line feed, on standard output."""
    print(json.dumps(to_plain(value), indent=2 if sys.stdout.isatty() else None))


def say(text: str, *, to_errors: bool = False) -> None:
    """A sentence on standard output, or on standard error, as it may be shown."""
    print(printable(text), file=sys.stderr if to_errors else sys.stdout)


def error_line(error: CareError) -> str:
    """One line for an error: what went wrong, and what to do about it."""
    if isinstance(error, ConfigError | FilterError):
        return f"carecli: {printable(str(error))}"
    return f"carecli: {printable(join_sentences(error.what, error.hint))}"


def write_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns for eyes where a terminal listens, else tab-separated lines without headings."""
    if sys.stdout.isatty():
        _for_eyes(headings, rows)
        return
    for row in rows:
        print("\t".join(one_line(cell) for cell in row))


def _for_eyes(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    lines = [[one_line(cell) for cell in row] for row in rows]
    console = Console(markup=False, highlight=False, emoji=False)
    widths = [
        max(cell_len(cell) for cell in column) for column in zip(headings, *lines, strict=True)
    ]
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold underline")
    for heading, width in zip(headings, fitting(widths, console.width), strict=True):
        table.add_column(heading, width=width, no_wrap=True, overflow="ellipsis")
    for line in lines:
        table.add_row(*(Text(cell) for cell in line))
    console.print(table)


def fitting(widths: Sequence[int], screen: int) -> list[int]:
    """Column widths that fit the screen: the widest give way first, none below 4 cells.

    >>> fitting([4, 30, 90], 80)
    [4, 30, 42]
    """
    found = list(widths)
    room = screen - GAP * (len(found) - 1)
    while sum(found) > room and max(found) > 4:
        found[found.index(max(found))] -= 1
    return found


GAP = 2
"""Cells between two columns."""
