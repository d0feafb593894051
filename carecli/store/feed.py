"""The change feed: which threads changed, for every process that looks."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection

ELSEWHERE = 0
"""Instead of a thread's id: counts, channels, colleagues or settings changed."""

KEPT = 20_000
"""Changes kept; whoever did not look for longer reads everything anew."""

MOST = 2_000
"""More changes at once are not worth naming."""


def announce(db: Connection, ids: Iterable[int]) -> None:
    """Tell every reader which threads changed."""
    db.executemany("INSERT INTO changes (thread_id) VALUES (?)", [(id_,) for id_ in ids])


def last_change(db: Connection) -> int:
    """The number of the newest change."""
    row = db.execute("SELECT seq FROM changes ORDER BY seq DESC LIMIT 1").fetchone()
    if row is None:
        row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'changes'").fetchone()
    return int(row[0]) if row is not None else 0


def commits_elsewhere(db: Connection) -> int:
    """A number that is another one once any other connection has committed; microseconds."""
    (version,) = db.execute("PRAGMA data_version").fetchone()
    return int(version)


def changed_since(db: Connection, seen: int) -> tuple[set[int] | None, int]:
    """Threads changed after change number `seen`, None for too many; and the newest number."""
    rows = db.execute(
        "SELECT seq, thread_id FROM changes WHERE seq > ? ORDER BY seq LIMIT ?", (seen, MOST + 1)
    ).fetchall()
    if not rows:
        return set(), seen
    if len(rows) > MOST or rows[0][0] > seen + 1:
        return None, last_change(db)
    return {thread for _, thread in rows}, rows[-1][0]


def prune(db: Connection) -> None:
    """Forget old changes; belongs into a write transaction, now and then."""
    db.execute("DELETE FROM changes WHERE seq <= ?", (last_change(db) - KEPT,))
