"""What hooks are told: decisions and messages after the last ones they know."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis


class HookProgress(NamedTuple):
    """How far a hook was told."""

    decision: int
    message: int
    failures: int
    retry_at: Millis


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


_THREAD = (
    "t.id, c.key, c.brand, t.point, t.colour, t.team, t.assignee, t.deadline, coalesce(k.name, '') "
)
_JOIN = "JOIN channels c ON c.id = t.channel_id LEFT JOIN contacts k ON k.id = t.contact_id "


def known(db: Connection, name: str) -> HookProgress | None:
    """How far a hook was told; None for one that was never told anything."""
    row = db.execute(
        "SELECT decision_id, message_id, failures, retry_at FROM hooks WHERE name = ?", (name,)
    ).fetchone()
    return HookProgress._make(row) if row is not None else None


def newest(db: Connection) -> tuple[int, int]:
    """The newest decision and the newest message: where a new hook begins."""
    decision, message = db.execute(
        "SELECT (SELECT coalesce(max(id), 0) FROM decisions), "
        "(SELECT coalesce(max(id), 0) FROM messages)"
    ).fetchone()
    return int(decision), int(message)


def told(db: Connection, name: str, decision: int, message: int) -> None:
    """A hook knows everything up to here."""
    db.execute(
        "INSERT OR REPLACE INTO hooks (name, decision_id, message_id) VALUES (?,?,?)",
        (name, decision, message),
    )


def failed(db: Connection, name: str, error: str, retry_at: Millis) -> None:
    """A hook could not be told; it is tried again."""
    db.execute(
        "UPDATE hooks SET failures = failures + 1, error = ?, retry_at = ? WHERE name = ?",
        (error, retry_at, name),
    )


def retire(db: Connection, names: Sequence[str]) -> None:
    """There are no hooks but these: that others could not be told is no trouble any more."""
    marks = ",".join("?" * len(names))
    db.execute(
        f"UPDATE hooks SET failures = 0, error = '', retry_at = 0 "
        f"WHERE failures > 0 AND name NOT IN ({marks})",
        names,
    )


class Troubled(NamedTuple):
    """A hook that could not be told, how often in a row, and why."""

    name: str
    failures: int
    error: str


def troubled(db: Connection) -> list[Troubled]:
    """Hooks that wait to be told again."""
    rows = db.execute("SELECT name, failures, error FROM hooks WHERE failures > 0 ORDER BY name")
    return [Troubled._make(row) for row in rows]


def decisions(db: Connection, verbs: Sequence[str], after: int, limit: int) -> list[Happened]:
    """Decisions about threads after one, oldest first, of these verbs."""
    marks = ",".join("?" * len(verbs))
    rows = db.execute(
        f"SELECT d.id, d.at, d.verb, d.actor, d.args, {_THREAD} FROM decisions d "
        f"JOIN threads t ON t.id = d.thread_id {_JOIN} WHERE d.id > ? AND d.verb IN ({marks}) "
        "ORDER BY d.id LIMIT ?",
        (after, *verbs, limit),
    )
    return [Happened._make(row) for row in rows]


def messages(db: Connection, after: int, limit: int) -> list[Happened]:
    """Contacts' messages after one, in the order they came in."""
    rows = db.execute(
        f"SELECT m.id, m.created_at, 'message', '', m.text, {_THREAD} FROM messages m "
        f"JOIN threads t ON t.id = m.thread_id {_JOIN} WHERE m.id > ? "
        "AND m.contact_id IS NOT NULL ORDER BY m.id LIMIT ?",
        (after, limit),
    )
    return [Happened._make(row) for row in rows]
