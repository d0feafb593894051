"""Macros that moderators recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from sqlite3 import Connection


def saved(db: Connection, moderator: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Somebody's macros, in the order they were first saved: name, key, steps."""
    rows = db.execute(
        "SELECT name, key, steps FROM macros WHERE moderator = ? ORDER BY id", (moderator,)
    )
    return [(name, key, tuple(json.loads(steps))) for name, key, steps in rows]


def save(db: Connection, moderator: str, name: str, key: str, steps: Sequence[str]) -> None:
    """Keep a macro; one of the same name is replaced."""
    db.execute(
        "INSERT INTO macros (moderator, name, key, steps) VALUES (?,?,?,?) "
        "ON CONFLICT (moderator, name) DO UPDATE SET key = excluded.key, steps = excluded.steps",
        (moderator, name, key, json.dumps(list(steps), ensure_ascii=False)),
    )


def forget(db: Connection, moderator: str, name: str) -> bool:
    """Drop a macro; False when there was none."""
    done = db.execute("DELETE FROM macros WHERE moderator = ? AND name = ?", (moderator, name))
    return done.rowcount == 1
