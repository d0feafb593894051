"""How rows of `waits` are written."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from carecli.store.db import rewrite

Row = tuple[Any, ...]

COLUMNS = (
    *("thread_id", "contact_id", "ordinal", "started_at", "first_message_id", "last_message_id"),
    *("colour", "deadline", "ended_at", "outcome", "reason", "ended_by", "answer_id", "noticed_at"),
)
"""Columns of `waits`, but for the id."""

STARTED_AT = COLUMNS.index("started_at")
DEADLINE = COLUMNS.index("deadline")
ENDED_AT = COLUMNS.index("ended_at")
"""An open wait has only the columns before this one; the rest are defaults, and not binding a
NULL saves as much time as writing half the row takes."""


def write_waits(
    db: Connection,
    changed: Sequence[tuple[Row, Row]],
    fresh: Sequence[Row],
    stale: Sequence[Row],
) -> None:
    """Write rows of COLUMNS, and delete those with `stale` ids.

    Those of `changed` have their id in place of the thread's, each beside the one that stands.
    """
    db.executemany("DELETE FROM waits WHERE id = ?", stale)
    rewrite(db, "waits", ("id", *COLUMNS[1:]), changed)
    _put(db, COLUMNS, [row for row in fresh if row[ENDED_AT] is not None])
    begun = COLUMNS[:ENDED_AT]
    _put(db, begun, [row[:ENDED_AT] for row in fresh if row[ENDED_AT] is None])


def _put(db: Connection, columns: Sequence[str], rows: Sequence[Row]) -> None:
    names, marks = ",".join(columns), ",".join("?" * len(columns))
    db.executemany(f"INSERT INTO waits ({names}) VALUES ({marks})", rows)
