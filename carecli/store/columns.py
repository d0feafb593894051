"""Select lists and inserts by the names of columns, so that no value ends in another's place."""

from __future__ import annotations

from collections.abc import Sequence


def columns_of(row: type[tuple[object, ...]], table: str = "", **expressions: str) -> str:
    """The select list for a NamedTuple: one expression a field, in the order of its fields.

    A field without an expression is the column of its name, in `table` where that is given. Rows
    of such a select are made by `row._make`. Raises TypeError for an expression without a field.
    """
    fields: Sequence[str] = row._fields  # type: ignore[attr-defined]  # of every NamedTuple
    if unknown := expressions.keys() - set(fields):
        raise TypeError(f"{row.__name__} has no field {', '.join(sorted(unknown))}")
    prefix = f"{table}." if table else ""
    return ", ".join(f"{expressions.get(name, prefix + name)} AS {name}" for name in fields)


def insert_into(table: str, columns: Sequence[str], *, instead: str = "") -> str:
    """An INSERT with a parameter a column; `instead` is empty, `OR IGNORE` or `OR REPLACE`."""
    marks = ",".join("?" * len(columns))
    return f"INSERT {instead} INTO {table} ({', '.join(columns)}) VALUES ({marks})"
