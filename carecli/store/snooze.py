"""Wakes snoozed threads whose time has come."""

from __future__ import annotations

from sqlite3 import Connection
from typing import TYPE_CHECKING

from carecli.domain.model import Millis
from carecli.store.feed import announce

if TYPE_CHECKING:
    from carecli.store.policies import Policies


def is_due(db: Connection, now: Millis) -> bool:
    """Whether any snooze has passed; one index look-up."""
    row = db.execute(
        "SELECT 1 FROM threads WHERE snoozed = 1 AND snoozed_until <= ? LIMIT 1", (now,)
    ).fetchone()
    return row is not None


def wake_snoozed(db: Connection, now: Millis, policies: Policies) -> list[int]:
    """Bring threads back whose snooze has passed; their ids. Belongs into a write transaction."""
    rows = db.execute(
        "SELECT id FROM threads WHERE snoozed = 1 AND snoozed_until <= ?", (now,)
    ).fetchall()
    from carecli.store.derive import refresh  # every start looks here, few wake a thread

    woken = [id_ for (id_,) in rows]
    refresh(db, woken, now, policies)
    announce(db, woken)
    return woken


def is_put_aside(db: Connection, thread: int) -> bool:
    """Whether a thread is snoozed now."""
    found = db.execute("SELECT 1 FROM threads WHERE id = ? AND snoozed = 1", (thread,)).fetchone()
    return found is not None
