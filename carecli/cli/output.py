"""What a command says: a table for eyes, tab-separated lines for pipes, JSON on request.

People's text is harmless everywhere: for eyes and pipes it is printable and on one line, in JSON
every character beyond ASCII is escaped.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from enum import Enum

from carecli.domain.errors import CareError, ConfigError
from carecli.domain.text import one_line, printable


def plain(value: object) -> object:
    """A value as JSON knows it: dataclasses as objects, sets sorted, enums by their value."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def write_json(value: object) -> None:
    """One JSON document and a line feed, on standard output."""
    print(json.dumps(plain(value), indent=2 if sys.stdout.isatty() else None))


def say(text: str, *, to_errors: bool = False) -> None:
    """A sentence on standard output, or on standard error, as it may be shown."""
    print(printable(text), file=sys.stderr if to_errors else sys.stdout)


def error_line(error: CareError) -> str:
    """One line for an error: what went wrong, and what to do about it."""
    if isinstance(error, ConfigError):
        return f"carecli: {printable(str(error))}"
    stop = "" if error.what.endswith((".", "!", "?")) or not error.hint else "."
    return f"carecli: {printable(f'{error.what}{stop} {error.hint}'.rstrip())}"


def write_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns for eyes where a terminal listens, else tab-separated lines without headings."""
    if sys.stdout.isatty():
        _for_eyes(headings, rows)
        return
    for row in rows:
        print("\t".join(one_line(cell) for cell in row))


def _for_eyes(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    last = len(headings) - 1
    for number, heading in enumerate(headings):
        table.add_column(heading, no_wrap=True, overflow="ellipsis", ratio=(number == last) or None)
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    Console(markup=False, highlight=False, emoji=False).print(table)
