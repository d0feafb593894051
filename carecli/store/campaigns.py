"""Campaigns lift the threads of their posts over the rest of the queue while they run."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection

from carecli.domain.model import Millis
from carecli.store.derive import refresh
from carecli.store.feed import announce
from carecli.store.policies import Policies


def lift(db: Connection, posts: Iterable[str], now: Millis, policies: Policies) -> list[int]:
    """Boost exactly the threads of these posts (platform ids); the threads that changed.

    Belongs into a write transaction. Costs nothing but a look at the posts while nothing changes.
    """
    wanted = sorted(set(posts))
    marks = ",".join("?" * len(wanted))
    changed = db.execute(
        f"SELECT id, NOT boosted FROM posts WHERE boosted <> (platform_id IN ({marks})) "
        f"AND (boosted = 1 OR platform_id IN ({marks}))",
        (*wanted, *wanted),
    ).fetchall()
    if not changed:
        return []
    threads: list[int] = []
    for post, boosted in changed:
        db.execute("UPDATE posts SET boosted = ? WHERE id = ?", (boosted, post))
        threads += [
            id_ for (id_,) in db.execute("SELECT id FROM threads WHERE post_id = ?", (post,))
        ]
    refresh(db, threads, now, policies)
    announce(db, threads)
    return threads
