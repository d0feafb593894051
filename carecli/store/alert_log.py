"""Alerts already shown to a moderator, so that only one of their inboxes shows each."""

from __future__ import annotations

from sqlite3 import Connection


def tell(db: Connection, moderator: str, kind: str, thread: int, wait: int) -> bool:
    """Note that an inbox tells of a wait, in one conditional write; False if one did before.

    `wait` is when the wait began (ms UTC): the next wait of a thread is told of again.
    """
    done = db.execute(
        "INSERT INTO told (moderator, kind, thread_id, wait) "
        "VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET wait = excluded.wait "
        "WHERE wait <> excluded.wait",
        (moderator, kind, thread, wait),
    )
    return done.rowcount == 1


def forget(db: Connection, moderator: str, kind: str, thread: int) -> None:
    """They are called anew: whichever inbox notices first tells it once more."""
    db.execute(
        "DELETE FROM told WHERE moderator = ? AND kind = ? AND thread_id = ?",
        (moderator, kind, thread),
    )
