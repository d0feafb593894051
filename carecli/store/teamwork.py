"""Reads and writes of team automation: waits that are due, and each person's load."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Actor, Millis
from carecli.domain.teamwork import EscalationStep
from carecli.store.columns import columns_of


class Late(NamedTuple):
    """A thread with a wait for which a step is due."""

    thread: int
    colour: str
    started_at: Millis


_LATE = columns_of(Late, "t", thread="t.id", started_at="t.wait_started_at")


def due(db: Connection, step: EscalationStep, since: Millis, now: Millis, limit: int) -> list[Late]:
    """Threads whose most urgent wait came to a step, and was not taken there yet.

    A wait from before `since`, when escalation was switched on, is taken only to what is still to
    come then: a backlog is not escalated all at once.
    """
    moment = "t.wait_started_at + (t.deadline - t.wait_started_at) * :percent / 100"
    colours = ",".join(f"'{colour.value}'" for colour in sorted(step.colours))
    limits = f"AND t.colour IN ({colours})" if colours else ""
    rows = db.execute(
        f"SELECT {_LATE} FROM threads t WHERE t.waiting = 1 "
        f"AND t.wait_started_at <= :now AND {moment} <= :now {limits} "
        f"AND (t.wait_started_at >= :since OR {moment} >= :since) "
        "AND NOT EXISTS (SELECT 1 FROM escalations e WHERE e.thread_id = t.id "
        "AND e.started_at = t.wait_started_at AND e.percent = :percent) "
        "ORDER BY t.deadline LIMIT :limit",
        {"percent": step.percent, "now": now, "since": since, "limit": limit},
    )
    return [Late._make(row) for row in rows]


def taken(db: Connection, late: Late, percent: int, now: Millis) -> None:
    """A step was taken for a wait."""
    db.execute(
        "INSERT OR IGNORE INTO escalations (thread_id, started_at, percent, at) VALUES (?,?,?,?)",
        (late.thread, late.started_at, percent, now),
    )


def nobodys(db: Connection, team: str, since: Millis, limit: int) -> dict[int, str]:
    """Waiting threads of a team that nobody has, most urgent first, and who shall not get each.

    That is who gave it back since a moment, or from whom it was undone; empty: nobody.
    """
    rows = db.execute(
        "SELECT t.id, d.actor, d.undone, json_extract(d.args, '$.assignee') FROM threads t "
        f"LEFT JOIN decisions d ON d.id = ({_LAST_ASSIGNED}) AND d.at >= ? "
        "WHERE t.waiting = 1 AND t.assignee = '' AND t.team = ? AND t.snoozed = 0 "
        "ORDER BY t.deadline, t.id LIMIT ?",
        (since, team, limit),
    )
    found: dict[int, str] = {}
    for id_, actor, is_undone, assignee in rows:
        by = Actor.parse(actor or "")
        found[id_] = assignee if is_undone else by.name if by.kind == "moderator" else ""
    return found


_LAST_ASSIGNED = "SELECT max(id) FROM decisions WHERE thread_id = t.id AND verb = 'assign'"


def team_given(db: Connection, thread: int) -> str:
    """The team that a thread was given to; empty where its colour tells the team."""
    row = db.execute(
        "SELECT json_extract(args, '$.team') FROM decisions WHERE thread_id = ? "
        "AND verb = 'assign' AND undone = 0 ORDER BY id DESC LIMIT 1",
        (thread,),
    ).fetchone()
    return str(row[0] or "") if row is not None else ""


def has_nobodys(db: Connection, team: str) -> bool:
    """Whether there are any; answered from the counts."""
    row = db.execute(
        "SELECT 1 FROM waiting_counts WHERE team = ? AND assignee = '' AND snoozed = 0 LIMIT 1",
        (team,),
    ).fetchone()
    return row is not None


def loads(db: Connection, people: Sequence[str]) -> dict[str, int]:
    """How many waiting threads each of these people has."""
    found = dict.fromkeys(people, 0)
    for person, n in db.execute(
        "SELECT assignee, sum(n) FROM waiting_counts WHERE assignee <> '' GROUP BY 1"
    ):
        if person in found:
            found[person] = n
    return found


def waiting_of(db: Connection, person: str, limit: int) -> list[int]:
    """Waiting threads that somebody has."""
    rows = db.execute(
        "SELECT id FROM threads WHERE assignee = ? AND waiting = 1 ORDER BY deadline, id LIMIT ?",
        (person, limit),
    )
    return [id_ for (id_,) in rows]
