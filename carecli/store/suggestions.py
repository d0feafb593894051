"""Colours people chose, to learn from; what was learned; and what was suggested since."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis


class Correction(NamedTuple):
    """A colour a person chose, and the message they had before them."""

    decision: int
    text: str
    colour: str


class Learned(NamedTuple):
    """What was learned, as bytes; `decision` is the newest that it knows."""

    model: bytes
    examples: int
    decision: int
    at: Millis


class StoredSuggestion(NamedTuple):
    """What was suggested of a message."""

    message: int
    colour: str
    probability: float
    examples: int
    at: Millis


def corrections(db: Connection, after: int = 0) -> list[Correction]:
    """Colours that people chose and that stand, oldest first; `after` a decision's id.

    A machine's colours are never among them. The message is the newest of a contact that carecli
    had seen by then.
    """
    rows = db.execute(
        "SELECT d.id, (SELECT m.text FROM messages m WHERE m.thread_id = d.thread_id "
        "AND m.contact_id IS NOT NULL AND m.seen_at <= d.at "
        "ORDER BY m.created_at DESC, m.id DESC LIMIT 1), json_extract(d.args, '$.colour') "
        "FROM decisions d WHERE d.verb = 'recolour' AND d.id > ? AND d.undone = 0 "
        "AND d.actor >= 'moderator:' AND d.actor < 'moderator;' ORDER BY d.id",
        (after,),
    )
    return [Correction(*row) for row in rows if row[1] and row[2]]


def learned(db: Connection, name: str) -> Learned | None:
    """What was learned last."""
    row = db.execute(
        "SELECT model, examples, decision_id, at FROM learned WHERE name = ?", (name,)
    ).fetchone()
    return Learned._make(row) if row is not None else None


def keep(db: Connection, name: str, one: Learned) -> None:
    """Keep what was learned."""
    db.execute("INSERT OR REPLACE INTO learned VALUES (?,?,?,?,?)", (name, *one))


def suggest(db: Connection, rows: Sequence[tuple[int, int, str, float, int]], now: Millis) -> None:
    """Keep suggestions: (message, thread, colour, probability, examples learned)."""
    db.executemany(
        "INSERT OR REPLACE INTO suggestions VALUES (?,?,?,?,?,?)", [(*row, now) for row in rows]
    )


def of_thread(db: Connection, thread: int) -> StoredSuggestion | None:
    """What was suggested of the newest message of a thread that anything was suggested of."""
    row = db.execute(
        "SELECT message_id, colour, probability, examples, at FROM suggestions "
        "WHERE thread_id = ? ORDER BY message_id DESC LIMIT 1",
        (thread,),
    ).fetchone()
    return StoredSuggestion._make(row) if row is not None else None


def verdicts(db: Connection, most: int) -> list[tuple[str, float, str]]:
    """The newest colours that people chose after a suggestion: (suggested, probability, chosen)."""
    return db.execute(
        "SELECT s.colour, s.probability, json_extract(d.args, '$.colour') FROM decisions d "
        "JOIN suggestions s ON s.message_id = (SELECT max(message_id) FROM suggestions "
        "WHERE thread_id = d.thread_id AND at <= d.at) WHERE d.verb = 'recolour' "
        "AND d.undone = 0 AND d.actor >= 'moderator:' AND d.actor < 'moderator;' "
        "AND json_extract(d.args, '$.colour') IS NOT NULL ORDER BY d.id DESC LIMIT ?",
        (most,),
    ).fetchall()
