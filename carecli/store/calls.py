"""Calls to the contact centre as people entered them, derived from their decisions."""

from __future__ import annotations

import json
from sqlite3 import Connection


def settle_calls(db: Connection) -> set[tuple[str, str]]:
    """Make the table hold what the decisions in force say; the days and brands that differed.

    What was entered last for a day and a brand counts.
    """
    wanted: dict[tuple[str, str], tuple[object, ...]] = {}
    for id_, args, by, at in db.execute(
        "SELECT id, args, actor, at FROM decisions WHERE verb = 'enter_calls' AND undone = 0 "
        "ORDER BY id"
    ):
        for day, brand, n in json.loads(args)["days"]:
            wanted[day, brand] = (day, brand, n, by, at, id_)
    stored = {
        row[:2]: row for row in db.execute("SELECT day, brand, n, by, at, decision_id FROM calls")
    }
    changed = {key for key in {*wanted, *stored} if wanted.get(key) != stored.get(key)}
    db.executemany("DELETE FROM calls WHERE day = ? AND brand = ?", sorted(changed))
    db.executemany(
        "INSERT INTO calls (day, brand, n, by, at, decision_id) VALUES (?,?,?,?,?,?)",
        [wanted[key] for key in changed if key in wanted],
    )
    return changed


def calls(db: Connection, first: str, last: str, brand: str) -> dict[str, int]:
    """Calls a day, from one day to another, both counted; of one brand, or ('') of all together.

    Days of which nobody entered anything are left out.
    """
    rows = db.execute(
        "SELECT day, sum(n) FROM calls WHERE day >= ? AND day <= ? AND ? IN ('', brand) "
        "GROUP BY day",
        (first, last, brand),
    )
    return dict(rows.fetchall())


def entered(db: Connection, day: str, brand: str) -> int | None:
    """What stands for a day and a brand; None: nothing."""
    row = db.execute("SELECT n FROM calls WHERE day = ? AND brand = ?", (day, brand)).fetchone()
    return int(row[0]) if row is not None else None
