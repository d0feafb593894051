"""Replies written from a snippet: which message each answered, and how much was edited.

A use is written with the decision to reply and goes when that is undone.
"""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis
from carecli.store.columns import columns_of


class StoredUsage(NamedTuple):
    """How one snippet was used. Shares are from 0 to 1; `at` is the last time."""

    snippet: str
    times: int
    as_it_is: int
    similarity: float
    at: Millis


_USAGE = columns_of(
    StoredUsage,
    snippet="u.snippet",
    times="count(*)",
    as_it_is="sum(u.similarity = 1)",
    similarity="avg(u.similarity)",
    at="max(u.at)",
)


class ReplyContext(NamedTuple):
    """Where a thread is, and what its contact said that waits for an answer."""

    channel: str
    point: str
    team: str
    text: str
    colour: str


def count(
    db: Connection,
    decision: int,
    snippet: str,
    message: int,
    similarity: float,
    now: Millis,
) -> None:
    """A decision to reply came from a snippet; belongs into the decision's transaction."""
    db.execute(
        "INSERT OR REPLACE INTO snippet_uses (decision_id, snippet, message_id, similarity, at) "
        "VALUES (?,?,?,?,?)",
        (decision, snippet, message, similarity, now),
    )


def forget(db: Connection, decision: int) -> None:
    """The reply was undone."""
    db.execute("DELETE FROM snippet_uses WHERE decision_id = ?", (decision,))


def newest(db: Connection, limit: int) -> list[tuple[int, str, int]]:
    """The newest uses, newest first: decision, snippet, message answered."""
    return db.execute(
        "SELECT decision_id, snippet, message_id FROM snippet_uses WHERE decision_id > 0 "
        "ORDER BY decision_id DESC LIMIT ?",
        (limit,),
    ).fetchall()


def text_of(db: Connection, message: int) -> str:
    """What a message says now: nothing, once its author has withdrawn it."""
    row = db.execute("SELECT text FROM messages WHERE id = ?", (message,)).fetchone()
    return str(row[0]) if row is not None else ""


def usage(db: Connection) -> list[StoredUsage]:
    """Every snippet of which a reply was sent, the most used first."""
    rows = db.execute(
        f"SELECT {_USAGE} FROM snippet_uses u JOIN decisions d ON d.id = u.decision_id "
        "JOIN outbox o ON o.thread_id = d.thread_id AND o.decision_id = d.id "
        "WHERE o.state = 'sent' GROUP BY u.snippet ORDER BY count(*) DESC, u.snippet"
    )
    return [StoredUsage._make(row) for row in rows]


SAID = 5
"""Messages of a contact that are looked at together."""


def occasion(db: Connection, thread: int) -> ReplyContext | None:
    """What is to be answered in a thread; None when there is no such thread."""
    row = db.execute(
        "SELECT c.key, t.point, t.team, t.colour FROM threads t "
        "JOIN channels c ON c.id = t.channel_id WHERE t.id = ?",
        (thread,),
    ).fetchone()
    if row is None:
        return None
    told = db.execute(
        "SELECT contact_id IS NULL, text FROM messages WHERE thread_id = ? "
        "AND visibility IN ('visible', 'hidden') ORDER BY created_at DESC, id DESC LIMIT ?",
        (thread, SAID),
    ).fetchall()
    texts: list[str] = []
    for is_ours, text in told:
        if not is_ours:
            texts.append(text)
        elif texts:
            break
    channel, point, team, colour = row
    return ReplyContext(channel, point, team, "\n".join(reversed(texts)), colour)


def last_reply(db: Connection, thread: int, actor: str) -> str:
    """The text of somebody's newest reply in a thread that was not cancelled; empty for none."""
    row = db.execute(
        "SELECT text FROM outbox WHERE thread_id = ? AND actor = ? AND text <> '' "
        "AND state <> 'cancelled' ORDER BY id DESC LIMIT 1",
        (thread, actor),
    ).fetchone()
    return str(row[0]) if row is not None else ""
