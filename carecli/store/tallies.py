"""Counters for the top bar and the side bar; none is O(threads)."""

from __future__ import annotations

from collections.abc import Mapping
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Colour, Millis, ThreadId
from carecli.store.columns import columns_of
from carecli.store.scope import Scope

MOST_OVERDUE = 20_000
"""Overdue threads are counted up to here."""


class WaitingCount(NamedTuple):
    """How many threads wait that are equal in all of this. `colour` without its `?`."""

    channel_id: int
    point: str
    colour: str
    team: str
    assignee: str
    flagged: int
    snoozed: int
    n: int


_COLOUR = "rtrim(colour, '?')"
"""A colour, whoever chose it."""


def waiting(db: Connection) -> list[WaitingCount]:
    """Everybody who waits, in few cells."""
    rows = db.execute(
        f"SELECT {columns_of(WaitingCount, colour=_COLOUR)} FROM waiting_counts WHERE n > 0"
    )
    return [WaitingCount._make(row) for row in rows]


def ended(db: Connection, since: Millis, scope: Scope) -> tuple[int, int, int]:
    """Waits answered since a moment, those of them in time, and threads with any wait ended."""
    within, params = scope.where("t.")
    theirs = f"CROSS JOIN threads t ON t.id = w.thread_id{within} " if within else ""
    answered, in_time, threads = db.execute(
        "SELECT coalesce(sum(w.outcome IN ('replied', 'replied_elsewhere')), 0), "
        "coalesce(sum(w.outcome IN ('replied', 'replied_elsewhere') "
        "AND w.ended_at <= w.deadline), 0), count(DISTINCT w.thread_id) "
        f"FROM waits w INDEXED BY waits_ended {theirs}WHERE w.ended_at >= ?",
        (*params, since),
    ).fetchone()
    return answered, in_time, threads


class SetApart(NamedTuple):
    """How many threads are set apart; `check`: answered outside, and nobody can tell whom."""

    flagged: int
    snoozed: int
    sending: int
    safety: int
    check: int


def set_apart(db: Connection, scope: Scope) -> SetApart:
    """Counts of what stands in queues of its own."""
    within, params = scope.where()
    counts = [
        db.execute(f"SELECT count(*) FROM threads WHERE {state}{within}", params).fetchone()[0]
        for state in ("flagged = 1", "snoozed = 1", "sending <> ''", "safety <> ''", "unclear = 1")
    ]
    return SetApart(*counts)


def rules_waiting(db: Connection) -> int:
    """Deeds of rules that wait for a person's approval."""
    (count,) = db.execute("SELECT count(*) FROM rule_deeds WHERE state = 'waiting'").fetchone()
    return int(count)


def mentioned(db: Connection, moderator: str, scope: Scope) -> int:
    """Threads in which a note asks somebody."""
    within, params = scope.where("t.")
    (count,) = db.execute(
        "SELECT count(*) FROM mentions m CROSS JOIN threads t ON t.id = m.thread_id "
        f"WHERE m.moderator = ?{within}",
        (moderator, *params),
    ).fetchone()
    return int(count)


class Deadlines(NamedTuple):
    """How many who wait are overdue, and what comes next.

    `next_breach` is the nearest deadline still ahead and `next_thread` whose it is;
    `next_pressing` is when the next thread becomes pressing.
    """

    overdue: int
    next_breach: Millis | None
    next_thread: ThreadId | None
    next_pressing: Millis | None


def deadlines(
    db: Connection, now: Millis, scope: Scope, pressing: Mapping[Colour, Millis]
) -> Deadlines:
    """What is overdue and what comes next, among the threads that are counted.

    `pressing` tells for each colour the time left (ms) from which on a thread is pressing.
    """
    within, params = scope.where()
    overdue = 0
    ahead: list[tuple[Millis, int]] = []
    moments: list[Millis] = []
    for snoozed, colour, boosted, point in _cells(db):
        cell = (snoozed, colour, boosted, point)
        (late,) = db.execute(
            f"SELECT count(*) FROM (SELECT 1 {_RANGE} AND deadline <= ?{within} LIMIT ?)",
            (*cell, now, *params, MOST_OVERDUE - overdue),
        ).fetchone()
        overdue += late
        sql = f"SELECT deadline, id {_RANGE} AND deadline > ?{within} ORDER BY deadline, id LIMIT 1"
        first = db.execute(sql, (*cell, now, *params)).fetchone()
        if first is None:
            continue
        ahead.append(first)
        margin = pressing[Colour(colour)]
        if first[0] - margin <= now:
            first = db.execute(sql, (*cell, now + margin, *params)).fetchone()
        if first is not None:
            moments.append(first[0] - margin)
    breach, thread = min(ahead, default=(None, None))
    return Deadlines(
        overdue,
        breach,
        ThreadId(thread) if thread is not None else None,
        min(moments, default=None),
    )


def _cells(db: Connection) -> list[tuple[int, str, int, str]]:
    """Ranges of the queue's index in which anybody waits."""
    rows = db.execute(
        "SELECT DISTINCT snoozed, rtrim(colour, '?'), boosted, point FROM waiting_counts "
        "WHERE n > 0 ORDER BY 1, 2, 3, 4"
    )
    return rows.fetchall()


_RANGE = (
    "FROM threads INDEXED BY threads_queue "
    "WHERE waiting = 1 AND snoozed = ? AND colour = ? AND boosted = ? AND point = ?"
)
