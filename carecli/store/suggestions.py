"""What suggesters learn from, what they learned, and what they suggested."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis
from carecli.store.columns import columns_of


class Correction(NamedTuple):
    """What a person decided, a colour or another label, and the message they had before them."""

    decision: int
    text: str
    label: str


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
    by: str
    """Which suggester: `words` or `semantic`."""


_PERSON = "d.undone = 0 AND d.actor >= 'moderator:' AND d.actor < 'moderator;' "
_BEFORE_THEM = (
    "(SELECT m.text FROM messages m WHERE m.thread_id = d.thread_id "
    "AND m.contact_id IS NOT NULL AND m.seen_at <= d.at "
    "ORDER BY m.created_at DESC, m.id DESC LIMIT 1)"
)
"""The newest message of a contact that carecli had seen when something was decided."""


def corrections(db: Connection, after: int = 0) -> list[Correction]:
    """Colours that people chose and that stand, oldest first; `after` a decision's id.

    A machine's colours are never among them. The message is the newest of a contact that carecli
    had seen by then.
    """
    rows = db.execute(
        f"SELECT d.id, {_BEFORE_THEM}, json_extract(d.args, '$.colour') "
        f"FROM decisions d WHERE d.verb = 'recolour' AND d.id > ? AND {_PERSON} ORDER BY d.id",
        (after,),
    )
    return [Correction(*row) for row in rows if row[1] and row[2]]


def codes(db: Connection, kind: str, after: int = 0) -> list[Correction]:
    """What people coded messages as, for a kind of which each has one; `after` a decision's id.

    Neither a machine's codes are among them, nor those of blind samples.
    """
    rows = db.execute(
        "SELECT d.id, m.text, json_extract(d.args, '$.' || ?) AS value FROM decisions d "
        "JOIN messages m ON m.id = d.message_id WHERE d.verb = 'code' AND d.id > ? "
        f"AND {_PERSON} AND value NOT IN ('', 'none') ORDER BY d.id",
        (kind, after),
    )
    return [Correction(*row) for row in rows if row[1]]


def safety_verdicts(db: Connection, after: int = 0) -> list[Correction]:
    """Safety flags that people confirmed (`safety`) and lowered (`none`), likewise."""
    rows = db.execute(
        f"SELECT d.id, {_BEFORE_THEM}, "
        "CASE json_extract(d.args, '$.step') WHEN 'confirm' THEN 'safety' ELSE 'none' END "
        "FROM decisions d WHERE d.verb = 'safety' AND d.id > ? "
        f"AND json_extract(d.args, '$.step') IN ('confirm', 'lower') AND {_PERSON} ORDER BY d.id",
        (after,),
    )
    return [Correction(*row) for row in rows if row[1]]


def learned(db: Connection, name: str) -> Learned | None:
    """What was learned last."""
    row = db.execute(
        f"SELECT {columns_of(Learned, decision='decision_id')} FROM learned WHERE name = ?",
        (name,),
    ).fetchone()
    return Learned._make(row) if row is not None else None


def keep(db: Connection, name: str, one: Learned) -> None:
    """Keep what was learned."""
    db.execute(
        "INSERT OR REPLACE INTO learned (name, model, examples, decision_id, at) "
        "VALUES (?,?,?,?,?)",
        (name, one.model, one.examples, one.decision, one.at),
    )


def suggest(
    db: Connection, rows: Sequence[tuple[int, int, str, float, int]], now: Millis, by: str
) -> None:
    """Keep suggestions, in place of earlier ones of the same messages.

    Each is (message, thread, colour, probability, examples learned); `by` is which suggester.
    """
    db.executemany(
        "INSERT OR REPLACE INTO suggestions (message_id, thread_id, colour, "
        "probability, examples, at, by) "
        "VALUES (?,?,?,?,?,?,?)",
        [(*row, now, by) for row in rows],
    )


def newest(db: Connection, by: str) -> int:
    """The newest message that a suggester suggested anything of; 0 for none."""
    row = db.execute(
        "SELECT message_id FROM suggestions WHERE by = ? ORDER BY message_id DESC LIMIT 1", (by,)
    ).fetchone()
    return int(row[0]) if row is not None else 0


def waiting_since(db: Connection, after: int, limit: int) -> list[tuple[int, str]]:
    """Messages of contacts in threads that wait, in the order they came in: (id, text)."""
    return db.execute(
        "SELECT m.id, m.text FROM messages m JOIN threads t ON t.id = m.thread_id "
        "WHERE m.id > ? AND m.contact_id IS NOT NULL AND m.text <> '' AND t.waiting = 1 "
        "ORDER BY m.id LIMIT ?",
        (after, limit),
    ).fetchall()


def newest_message(db: Connection) -> int:
    """The id of the message that came in last; 0 for none."""
    (found,) = db.execute("SELECT coalesce(max(id), 0) FROM messages").fetchone()
    return int(found)


def is_safety_decided(db: Connection, message: int) -> bool:
    """Whether the safety flag of its thread was decided about since a message came in.

    What was undone counts: somebody looked.
    """
    row = db.execute(
        "SELECT 1 FROM messages m JOIN decisions d ON d.thread_id = m.thread_id "
        "WHERE m.id = ? AND d.verb = 'safety' AND d.at >= m.seen_at LIMIT 1",
        (message,),
    ).fetchone()
    return row is not None


def of_thread(db: Connection, thread: int) -> StoredSuggestion | None:
    """What was suggested of the newest message of a thread that anything was suggested of."""
    row = db.execute(
        f"SELECT {columns_of(StoredSuggestion, message='message_id')} FROM suggestions "
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
