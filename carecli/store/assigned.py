"""Updates the assignee of many threads at once, faster than `derive.refresh`.

Only for decisions that give threads to a person and leave their teams: then just one column of
their rows changes, and no wait does.
"""

from __future__ import annotations

from sqlite3 import Connection

from carecli.store.subjects import CELL

_CELL = (
    "channel_id, point, CASE colour_by WHEN '' THEN colour || '?' ELSE colour END, "
    "team, assignee, flagged, snoozed, boosted"
)
"""The values for CELL of a thread."""


def assigned(db: Connection, person: str, first: int, last: int) -> None:
    """Give the threads of these decisions, ids `first` to `last`, to a person."""
    these = "id IN (SELECT thread_id FROM decisions WHERE id BETWEEN ? AND ?)"
    count = (
        f"INSERT INTO waiting_counts ({', '.join(CELL)}, n) SELECT {_CELL}, %s FROM threads "
        f"WHERE waiting = 1 AND {these} "
        "GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ON CONFLICT DO UPDATE SET n = n + excluded.n"
    )
    db.execute(count % "-count(*)", (first, last))
    db.execute(f"UPDATE threads SET assignee = ? WHERE {these}", (person, first, last))
    db.execute(count % "count(*)", (first, last))
    db.execute("DELETE FROM waiting_counts WHERE n = 0")
