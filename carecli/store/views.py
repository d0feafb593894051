"""Saved views, and how many threads a filter matches."""

from __future__ import annotations

from sqlite3 import Connection, OperationalError
from time import monotonic
from typing import NamedTuple

from carecli.domain.filter import Query
from carecli.domain.queue import SORTS
from carecli.store.columns import columns_of
from carecli.store.filter_sql import Asking
from carecli.store.threads import count_waiting, find

STEPS = 1_000
"""Steps of SQLite's machine between two looks at the clock: well under a millisecond."""


class SavedView(NamedTuple):
    """A filter with an order under a short key."""

    key: str
    title: str
    filter: str
    sort: str


class Count(NamedTuple):
    """A number of threads; with `is_more` at least so many."""

    n: int
    is_more: bool


def saved(db: Connection, moderator: str) -> list[SavedView]:
    """Somebody's views, in the order they were first saved."""
    rows = db.execute(
        f"SELECT {columns_of(SavedView)} FROM views WHERE moderator = ? ORDER BY id", (moderator,)
    )
    return [SavedView._make(row) for row in rows]


def save(db: Connection, moderator: str, view: SavedView) -> None:
    """Keep a view; one of the same key is replaced where it stands."""
    db.execute(
        "INSERT INTO views (moderator, key, title, filter, sort) VALUES (?,?,?,?,?) "
        "ON CONFLICT (moderator, key) DO UPDATE SET title = excluded.title, "
        "filter = excluded.filter, sort = excluded.sort",
        (moderator, *view),
    )


def forget(db: Connection, moderator: str, key: str) -> bool:
    """Drop a view; False when there was none."""
    done = db.execute("DELETE FROM views WHERE moderator = ? AND key = ?", (moderator, key))
    return done.rowcount == 1


def count(db: Connection, query: Query, asking: Asking, most: int, seconds: float) -> Count | None:
    """How many threads a filter takes in, counted up to `most`; None when time runs out.

    Exact where the counts of who waits tell it.
    """
    exact = count_waiting(db, query, asking)
    if exact is not None:
        return Count(exact, False)
    end = monotonic() + seconds
    db.set_progress_handler(lambda: int(monotonic() > end), STEPS)
    try:
        found = find(db, query, asking, SORTS["deadline"], most)
    except OperationalError as error:
        if "interrupted" in str(error):
            return None
        raise
    finally:
        db.set_progress_handler(None, 0)
    return Count(len(found.ids), not found.is_whole)
