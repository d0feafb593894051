"""What the start of a day and the end of a shift read from the store."""

from __future__ import annotations

import json
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Actor, Millis
from carecli.store.columns import columns_of
from carecli.store.scope import Scope


class RuleCount(NamedTuple):
    """How often a rule took one kind of decision that still holds.

    `did` is the decision's verb, or what was done to a message: `label`, `hide`.
    """

    rule: str
    did: str
    n: int


_RULE_COUNT = columns_of(
    RuleCount,
    rule="substr(actor, 6)",
    did="coalesce(json_extract(args, '$.deed'), verb)",
    n="count(*)",
)


class ThreadNote(NamedTuple):
    """A note somebody wrote about a thread."""

    thread: int
    at: Millis
    text: str
    author: str
    is_waiting: bool


class StoredWord(NamedTuple):
    """What somebody left to whoever comes next."""

    at: Millis
    author: str
    text: str


def first_decision_since(db: Connection, moment: Millis) -> int:
    """The id of the first decision since a moment; ids grow with time, so a few look-ups tell.

    One more than the last id when there is none.
    """
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM decisions").fetchone()
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        id_, at = db.execute(
            "SELECT id, at FROM decisions WHERE id >= ? ORDER BY id LIMIT 1", (middle,)
        ).fetchone()
        if at >= moment:
            high = middle
        else:
            low = id_ + 1
    return low


def last_decision_before(db: Connection, by: Actor, moment: Millis) -> Millis | None:
    """When somebody last decided anything before a moment."""
    row = db.execute(
        "SELECT at FROM decisions WHERE actor = ? AND id < ? ORDER BY id DESC LIMIT 1",
        (str(by), first_decision_since(db, moment)),
    ).fetchone()
    return int(row[0]) if row is not None else None


def rules_did(db: Connection, since: Millis) -> list[RuleCount]:
    """What rules decided since a moment and nobody took back, the most frequent first."""
    rows = db.execute(
        f"SELECT {_RULE_COUNT} FROM decisions WHERE id >= ? AND undone = 0 "
        "AND actor >= 'rule:' AND actor < 'rule;' "
        "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        (first_decision_since(db, since),),
    )
    return [RuleCount._make(row) for row in rows]


def came_in(db: Connection, since: Millis, scope: Scope) -> int:
    """Threads in which a contact wrote since a moment."""
    within, params = scope.where()
    (n,) = db.execute(
        "SELECT count(*) FROM threads INDEXED BY threads_newest WHERE last_message_at >= ? "
        f"AND last_inbound_at >= ?{within}",
        (since, since, *params),
    ).fetchone()
    return int(n)


def waiting_since(db: Connection, since: Millis, scope: Scope) -> dict[str, int]:
    """Threads that wait since then or later, by colour."""
    within, params = scope.where()
    rows = db.execute(
        "SELECT colour, count(*) FROM threads INDEXED BY threads_waiting WHERE waiting = 1 "
        f"AND wait_started_at >= ?{within} GROUP BY 1",
        (since, *params),
    )
    return dict(rows.fetchall())


def snoozed_by(db: Connection, moderator: str, by: Actor) -> list[int]:
    """Threads put aside that are somebody's, or nobody's but put aside by them; the next first."""
    rows = db.execute(
        "SELECT id FROM threads t WHERE snoozed = 1 AND (assignee = ? OR (assignee = '' AND "
        "(SELECT actor FROM decisions d WHERE d.thread_id = t.id AND d.verb = 'snooze' "
        "AND d.undone = 0 ORDER BY d.id DESC LIMIT 1) = ?)) ORDER BY snoozed_until, id",
        (moderator, str(by)),
    )
    return [id_ for (id_,) in rows]


def notes(db: Connection, since: Millis, by: Actor | None = None) -> list[ThreadNote]:
    """Notes of somebody, or of everybody, about threads since a moment, newest first."""
    whose, values = ("d.actor = ? AND ", [str(by)]) if by is not None else ("", [])
    rows = db.execute(
        "SELECT d.thread_id, d.at, d.args, d.actor, t.waiting FROM decisions d "
        f"JOIN threads t ON t.id = d.thread_id WHERE {whose}d.id >= ? "
        "AND d.verb = 'note' AND d.undone = 0 ORDER BY d.id DESC",
        (*values, first_decision_since(db, since)),
    )
    return [
        ThreadNote(thread, at, str(json.loads(args).get("text", "")), actor, bool(waiting))
        for thread, at, args, actor, waiting in rows
    ]


def leave_word(db: Connection, text: str, by: Actor, now: Millis) -> int:
    """Leave a word to whoever comes next; the decision. An empty one ends the one before."""
    decision = db.execute(
        "INSERT INTO decisions (at, actor, verb, args) VALUES (?,?,'leave_word',?)",
        (now, str(by), json.dumps({"text": text}, ensure_ascii=False)),
    ).lastrowid
    assert decision is not None
    return decision


def words(db: Connection, since: Millis) -> list[StoredWord]:
    """The last word of each who left one since a moment, newest first."""
    rows = db.execute(
        "SELECT at, actor, json_extract(args, '$.text'), max(id) FROM decisions "
        "WHERE verb = 'leave_word' AND undone = 0 AND at >= ? GROUP BY actor ORDER BY 4 DESC",
        (since,),
    )
    return [StoredWord(at, actor, text) for at, actor, text, _id in rows if text]
