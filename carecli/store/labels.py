"""Labels and mentions as rows derived from the decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from sqlite3 import Connection

from carecli.store.subjects import DerivedThread


def settle_names(db: Connection, subjects: Iterable[DerivedThread]) -> set[int]:
    """Store the labels and the mentions of these threads, at most 500; those that differed."""
    standings = {one.id: one.standing for one in subjects}
    labels = {id_: standing.labels for id_, standing in standings.items()}
    mentioned = {id_: standing.mentioned for id_, standing in standings.items()}
    changed = _settle(db, "thread_labels", "label", labels)
    return changed | _settle(db, "mentions", "moderator", mentioned)


def _settle(db: Connection, table: str, column: str, names: Mapping[int, set[str]]) -> set[int]:
    marks = ",".join("?" * len(names))
    stored: dict[int, set[str]] = defaultdict(set)
    for name, thread in db.execute(
        f"SELECT {column}, thread_id FROM {table} WHERE thread_id IN ({marks})", [*names]
    ):
        stored[thread].add(name)
    gone = [(name, id_) for id_, now in names.items() for name in stored[id_] - now]
    new = [(name, id_) for id_, now in names.items() for name in now - stored[id_]]
    db.executemany(f"DELETE FROM {table} WHERE {column} = ? AND thread_id = ?", gone)
    db.executemany(f"INSERT INTO {table} ({column}, thread_id) VALUES (?,?)", new)
    return {id_ for _, id_ in gone + new}


def known(db: Connection, limit: int = 500) -> list[str]:
    """Labels in use, in order; steps from one to the next in the index, O(labels)."""
    rows = db.execute(
        "WITH RECURSIVE one(label) AS (SELECT min(label) FROM thread_labels UNION ALL "
        "SELECT (SELECT min(label) FROM thread_labels WHERE label > one.label) FROM one "
        "WHERE one.label IS NOT NULL) SELECT label FROM one WHERE label IS NOT NULL LIMIT ?",
        (limit,),
    )
    return [label for (label,) in rows]


def is_mentioned(db: Connection, thread: int, moderator: str) -> bool:
    """Whether a note in a thread asks somebody who has not answered since."""
    row = db.execute(
        "SELECT 1 FROM mentions WHERE moderator = ? AND thread_id = ?", (moderator, thread)
    ).fetchone()
    return row is not None
