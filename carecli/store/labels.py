"""Labels as rows: `thread_labels` follows from the decisions, as thread rows do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from sqlite3 import Connection


def settle_labels(db: Connection, labels: Mapping[int, set[str]]) -> set[int]:
    """Store the labels of these threads, at most 500; those whose labels differed."""
    marks = ",".join("?" * len(labels))
    stored: dict[int, set[str]] = defaultdict(set)
    for label, thread in db.execute(
        f"SELECT label, thread_id FROM thread_labels WHERE thread_id IN ({marks})", [*labels]
    ):
        stored[thread].add(label)
    gone = [(label, id_) for id_, now in labels.items() for label in stored[id_] - now]
    new = [(label, id_) for id_, now in labels.items() for label in now - stored[id_]]
    db.executemany("DELETE FROM thread_labels WHERE label = ? AND thread_id = ?", gone)
    db.executemany("INSERT INTO thread_labels VALUES (?,?)", new)
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
