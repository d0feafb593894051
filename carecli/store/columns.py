"""Select lists and inserts by the names of columns, so that no value ends in another's place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any


def columns_of(row: type[Any], table: str = "", **expressions: str) -> str:
    """The select list for a NamedTuple or a dataclass: one expression a field, in their order.

    A field without an expression is the column of its name, in `table` where that is given. So a
    row of such a select is made by `row._make`, or `row(*values)`. Raises TypeError for an
    expression without a field.
    """
    names: Sequence[str] = getattr(row, "_fields", ()) or [one.name for one in fields(row)]
    if unknown := expressions.keys() - set(names):
        raise TypeError(f"{row.__name__} has no field {', '.join(sorted(unknown))}")
    prefix = f"{table}." if table else ""
    return ", ".join(f"{expressions.get(name, prefix + name)} AS {name}" for name in names)


def insert_into(table: str, columns: Sequence[str], *, instead: str = "") -> str:
    """An INSERT with a parameter a column; `instead` is empty, `OR IGNORE` or `OR REPLACE`."""
    marks = ",".join("?" * len(columns))
    how = f"INSERT {instead}".rstrip()
    return f"{how} INTO {table} ({', '.join(columns)}) VALUES ({marks})"
