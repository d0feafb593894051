"""What `carecli doctor` asks of the database."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple


class Size(NamedTuple):
    """How much is kept."""

    threads: int
    messages: int


def damage(db: Connection) -> str:
    """What SQLite itself finds wrong with the file; empty when nothing is. Reads all of it."""
    (told,) = db.execute("PRAGMA quick_check(1)").fetchone()
    return "" if told == "ok" else str(told)


def size(db: Connection) -> Size:
    """How much is kept."""
    (threads,) = db.execute("SELECT count(*) FROM threads").fetchone()
    (messages,) = db.execute("SELECT count(*) FROM messages").fetchone()
    return Size(threads, messages)


def unread(db: Connection, channel: int, limit: int = 5) -> list[tuple[str, int]]:
    """The commonest kinds of payloads that no reader knew, with how many of each."""
    return db.execute(
        "SELECT unrecognised, count(*) FROM raw_payloads "
        "WHERE channel_id = ? AND unrecognised <> '' GROUP BY 1 ORDER BY 2 DESC LIMIT ?",
        (channel, limit),
    ).fetchall()
