"""What kind of post a message is under."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection

from carecli.store.batch import chunks


def plain(db: Connection, channel: int, names: Iterable[str]) -> set[str]:
    """Those of these posts, by the platform's id, under which each top comment is a thread.

    Under a visitor's post, a mention or a review, the post itself is the thread.
    """
    found: set[str] = set()
    for marks, some in chunks(names):
        rows = db.execute(
            f"SELECT platform_id FROM posts WHERE platform_id IN ({marks}) AND channel_id = ? "
            "AND kind IN ('post', 'ad', 'media')",
            (*some, channel),
        )
        found |= {name for (name,) in rows}
    return found
