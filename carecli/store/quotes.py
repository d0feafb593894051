"""Kept quotes, and what is needed to make one."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis
from carecli.store.columns import columns_of


class StoredQuote(NamedTuple):
    """A quote with where it was said; `at` is when it was written."""

    message: int
    thread: int
    text: str
    brand: str
    channel: str
    point: str
    at: Millis
    by: str


class Quotable(NamedTuple):
    """A contact's message that may be quoted; `kept` is the quote, '' where it is none."""

    message: int
    text: str
    kept: str


_QUOTE = columns_of(
    StoredQuote,
    "q",
    message="q.message_id",
    thread="q.thread_id",
    brand="c.brand",
    channel="c.key",
    point="t.point",
    at="m.created_at",
)
_QUOTABLE = columns_of(Quotable, "m", message="m.id", kept="coalesce(q.text, '')")


def quotes(db: Connection, since: Millis, until: Millis, brand: str) -> list[StoredQuote]:
    """Quotes of what was written in a period, oldest first; of one brand or ('') of all."""
    rows = db.execute(
        f"SELECT {_QUOTE} FROM quotes q CROSS JOIN messages m ON m.id = q.message_id "
        "JOIN threads t ON t.id = q.thread_id JOIN channels c ON c.id = t.channel_id "
        "WHERE m.created_at >= ? AND m.created_at < ? AND ? IN ('', c.brand) ORDER BY 7, 1",
        (since, until, brand),
    )
    return [StoredQuote._make(row) for row in rows]


def quotable(db: Connection, message: int) -> Quotable | None:
    """A message of a contact, and the quote it is by now."""
    row = db.execute(
        f"SELECT {_QUOTABLE} FROM messages m "
        "LEFT JOIN quotes q ON q.message_id = m.id WHERE m.id = ? AND m.contact_id IS NOT NULL",
        (message,),
    ).fetchone()
    return Quotable._make(row) if row is not None else None


def of_thread(db: Connection, thread: int) -> set[int]:
    """The messages of a thread that are quotes."""
    rows = db.execute("SELECT message_id FROM quotes WHERE thread_id = ?", (thread,))
    return {message for (message,) in rows}


def names(db: Connection, thread: int) -> list[str]:
    """The names and handles of everybody who wrote in a thread; an id of digits is no handle."""
    found: list[str] = []
    for name, handle in db.execute(
        "SELECT DISTINCT k.name, k.platform_id FROM messages m "
        "JOIN contacts k ON k.id = m.contact_id WHERE m.thread_id = ?",
        (thread,),
    ):
        found += [one for one in (name, handle) if one.strip("0123456789?_-")]
    return found


def erase(db: Connection, thread: int, message: int) -> None:
    """Forget every quote there ever was of a message: its author took it back."""
    db.execute(
        "UPDATE decisions SET args = json_set(args, '$.text', '') "
        "WHERE thread_id = ? AND message_id = ? AND verb = 'pick_quote'",
        (thread, message),
    )
    db.execute("DELETE FROM quotes WHERE message_id = ?", (message,))
