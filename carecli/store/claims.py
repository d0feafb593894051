"""Claims: expiring leases that tell colleagues who is writing in a thread."""

from __future__ import annotations

from sqlite3 import Connection

from carecli.domain.model import MINUTE, Millis

LEASE: Millis = 3 * MINUTE
"""How long a claim holds; whoever writes renews it sooner."""


def take(db: Connection, thread: int, moderator: str, now: Millis) -> bool:
    """Take or renew the lease, in one conditional write; False while it is somebody else's."""
    done = db.execute(
        "INSERT INTO claims (thread_id, moderator, since, expires_at) VALUES (?,?,?,?) "
        "ON CONFLICT DO UPDATE SET moderator = excluded.moderator, "
        "since = CASE WHEN moderator = excluded.moderator THEN since ELSE excluded.since END, "
        "expires_at = excluded.expires_at "
        "WHERE moderator = excluded.moderator OR expires_at <= ?",
        (thread, moderator, now, now + LEASE, now),
    )
    return done.rowcount == 1


def holder(db: Connection, thread: int, now: Millis) -> str:
    """Who holds a thread now; empty for nobody."""
    row = db.execute(
        "SELECT moderator FROM claims WHERE thread_id = ? AND expires_at > ?", (thread, now)
    ).fetchone()
    return str(row[0]) if row is not None else ""


def release(db: Connection, thread: int, moderator: str) -> bool:
    """Give up one's own lease; False when there was none."""
    done = db.execute(
        "DELETE FROM claims WHERE thread_id = ? AND moderator = ?", (thread, moderator)
    )
    return done.rowcount == 1
