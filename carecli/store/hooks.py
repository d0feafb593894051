"""What hooks are told: decisions and messages after those they know.

The row of a hook is the delivery of one event, the next after those it knows: told, it moves on to
the one after it. So one event at a time is told, in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis
from carecli.store.columns import columns_of
from carecli.store.deliveries import Deliveries, marks

DELIVERIES = Deliveries("hooks", "name")


class HookProgress(NamedTuple):
    """The newest decision and message that a hook knows, and the delivery of the next event."""

    decision: int
    message: int
    state: str
    not_before: Millis
    attempts: int
    is_message: bool
    """Whether that event is a message; else it is a decision."""


_PROGRESS = columns_of(HookProgress, decision="decision_id", message="message_id")


class Happened(NamedTuple):
    """A decision or a message, and the thread it is in. `args` is JSON, of a message its text."""

    id: int
    at: Millis
    verb: str
    actor: str
    args: str
    thread: int
    channel: str
    brand: str
    point: str
    colour: str
    team: str
    assignee: str
    deadline: Millis | None
    contact: str


_THREAD = {
    "thread": "t.id",
    "channel": "c.key",
    "brand": "c.brand",
    "point": "t.point",
    "colour": "t.colour",
    "team": "t.team",
    "assignee": "t.assignee",
    "deadline": "t.deadline",
    "contact": "coalesce(k.name, '')",
}
_DECISION = columns_of(Happened, "d", **_THREAD)
_MESSAGE = columns_of(
    Happened, "m", at="m.created_at", verb="'message'", actor="''", args="m.text", **_THREAD
)
_JOIN = "JOIN channels c ON c.id = t.channel_id LEFT JOIN contacts k ON k.id = t.contact_id "


def known(db: Connection, name: str) -> HookProgress | None:
    """How far a hook was told; None for one that was never told anything."""
    row = db.execute(f"SELECT {_PROGRESS} FROM hooks WHERE name = ?", (name,)).fetchone()
    return HookProgress._make(row) if row is not None else None


def newest(db: Connection) -> tuple[int, int]:
    """The newest decision and the newest message: where a new hook begins."""
    decision, message = db.execute(
        "SELECT (SELECT coalesce(max(id), 0) FROM decisions), "
        "(SELECT coalesce(max(id), 0) FROM messages)"
    ).fetchone()
    return int(decision), int(message)


def knows(
    db: Connection, name: str, decision: int, message: int, *, is_message: bool = True
) -> None:
    """A hook knows everything up to here, or need not be told of it; the last was a message."""
    db.execute(
        "INSERT OR REPLACE INTO hooks (name, decision_id, message_id, is_message) VALUES (?,?,?,?)",
        (name, decision, message, is_message),
    )


def queue(db: Connection, name: str, now: Millis, *, is_message: bool) -> None:
    """There is an event after those a hook knows: a delivery begins."""
    db.execute(
        "INSERT OR REPLACE INTO hooks "
        "(name, decision_id, message_id, state, not_before, is_message) "
        "SELECT name, decision_id, message_id, 'queued', ?, ? FROM hooks WHERE name = ?",
        (now, is_message, name),
    )


def retire(db: Connection, names: Sequence[str]) -> None:
    """There are no hooks but these: that others could not be told is no trouble any more."""
    rows = db.execute(
        "SELECT name FROM hooks WHERE state IN ('queued', 'unknown') "
        f"AND name NOT IN ({marks(names)})",
        (*names,),
    ).fetchall()
    for (name,) in rows:
        DELIVERIES.cancel(db, name)


class Troubled(NamedTuple):
    """A hook that could not be told, how often in a row, and why."""

    name: str
    attempts: int
    error: str
    hint: str


def troubled(db: Connection) -> list[Troubled]:
    """Hooks that wait to be told again."""
    rows = db.execute(
        f"SELECT {columns_of(Troubled)} FROM hooks "
        "WHERE state NOT IN ('sent', 'cancelled') AND error <> '' ORDER BY name"
    )
    return [Troubled._make(row) for row in rows]


def next_decision(db: Connection, verbs: Sequence[str], after: int) -> Happened | None:
    """The first decision about a thread after one, of these verbs."""
    row = db.execute(
        f"SELECT {_DECISION} FROM decisions d JOIN threads t ON t.id = d.thread_id {_JOIN} "
        f"WHERE d.id > ? AND d.verb IN ({marks(verbs)}) ORDER BY d.id LIMIT 1",
        (after, *verbs),
    ).fetchone()
    return Happened._make(row) if row is not None else None


def next_message(db: Connection, after: int) -> Happened | None:
    """The first message of a contact after one, in the order they came in."""
    row = db.execute(
        f"SELECT {_MESSAGE} FROM messages m JOIN threads t ON t.id = m.thread_id {_JOIN} "
        "WHERE m.id > ? AND m.contact_id IS NOT NULL ORDER BY m.id LIMIT 1",
        (after,),
    ).fetchone()
    return Happened._make(row) if row is not None else None
