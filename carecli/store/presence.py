"""Who is online, and what they work on."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import MINUTE, Millis
from carecli.store.columns import columns_of

RECENT: Millis = 5 * MINUTE
"""Somebody not seen for longer has left."""


class PresentModerator(NamedTuple):
    """A moderator at work."""

    moderator: str
    seen_at: Millis
    doing: str


def appear(db: Connection, moderator: str, doing: str, now: Millis) -> bool:
    """Tell that somebody is here; True when colleagues did not know it, or what they are on."""
    row = db.execute(
        "SELECT seen_at, doing FROM presence WHERE moderator = ?", (moderator,)
    ).fetchone()
    db.execute(
        "INSERT OR REPLACE INTO presence (moderator, seen_at, doing) VALUES (?,?,?)",
        (moderator, now, doing),
    )
    return row is None or row[0] < now - RECENT or row[1] != doing


def present(db: Connection, now: Millis) -> list[PresentModerator]:
    """Everybody seen lately, by name."""
    rows = db.execute(
        f"SELECT {columns_of(PresentModerator)} FROM presence "
        "WHERE seen_at >= ? ORDER BY moderator",
        (now - RECENT,),
    )
    return [PresentModerator._make(row) for row in rows]
