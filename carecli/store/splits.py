"""Backlogs divided between people: decided once, and kept for messages that arrive late.

A split is a decision of its own, the first of its batch; its arguments say who has which part of
the period. While it is in force and young, a thread that only now turns out to wait since then
goes to who has that moment, by a decision of carecli's that is undone with the split.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from carecli.domain.filter import parse_filter
from carecli.domain.model import DAY, Actor, Millis
from carecli.store.assigned import assigned
from carecli.store.backlog import BY_START, waiting_in
from carecli.store.db import CHUNK
from carecli.store.filter_sql import Asking
from carecli.store.journal import LATE

IN_FORCE = 7 * DAY
"""How long a split looks after late arrivals: longer than any backlog takes."""


@dataclass(frozen=True, slots=True)
class SplitPart:
    """Waits that started from `start` until before `end`, and whose they are."""

    person: str
    start: Millis
    end: Millis


@dataclass(frozen=True, slots=True)
class Split:
    """What was split, as it was asked for, and between whom: parts without a gap, one at least."""

    filter: str
    asking: Asking
    parts: tuple[SplitPart, ...]


ASSIGNED_TO = (
    "json_object('assignee', ?, 'team', coalesce((SELECT json_extract(d.args, '$.team') "
    "FROM decisions d WHERE d.thread_id = t.id AND d.verb = 'assign' AND d.undone = 0 "
    "ORDER BY d.id DESC LIMIT 1), ''))"
)
"""A thread's new assignee, and the team that it was given to before and keeps."""

DECIDE = (
    "INSERT INTO decisions (at, actor, verb, thread_id, args, batch) "
    f"SELECT ?, ?, 'assign', t.id, {ASSIGNED_TO}, ?"
)
"""Takes the moment, the actor, the person and the batch; wants a FROM with threads `t`."""


def divide(
    db: Connection, split: Split, by: Actor, now: Millis
) -> tuple[int, dict[str, int], list[int]]:
    """Assign every thread of every part: the decision, counts by person, threads that changed.

    One batch of the journal, led by the split itself. Threads that their person has already
    count but are not decided about.
    """
    head = db.execute(
        "INSERT INTO decisions (at, actor, verb, args) VALUES (?,?,'split',?)",
        (now, str(by), _encoded(split)),
    ).lastrowid
    assert head is not None
    last = head
    db.execute("UPDATE decisions SET batch = id WHERE id = ?", (head,))
    query = parse_filter(split.filter)
    counts: dict[str, int] = {}
    for part in split.parts:
        where, params = waiting_in(query, split.asking, part.start, part.end)
        found = f"{BY_START} WHERE {where}"
        (count,) = db.execute(f"SELECT count(*) {found}", params).fetchone()
        counts[part.person] = count
        first = last + 1
        last += db.execute(
            f"{DECIDE} {found} AND t.assignee <> ?",
            (now, str(by), part.person, head, *params, part.person),
        ).rowcount
        assigned(db, part.person, first, last)
    rows = db.execute("SELECT thread_id FROM decisions WHERE id > ?", (head,))
    return head, counts, [thread for (thread,) in rows]


def assign_late(db: Connection, ids: Iterable[int], now: Millis) -> list[int]:
    """Give those of these threads that arrived late to who has their part; the ids of those.

    Not a thread that somebody has, nor one about whose assignee anything was decided since.
    """
    wanted = list(ids)
    found: list[int] = []
    for decision, args, actor, at in _in_force(db, now):
        split = _decoded(args, Actor.parse(actor).name, at)
        for start in range(0, len(wanted), CHUNK):
            late = _late(db, split, decision, wanted[start : start + CHUNK])
            db.executemany(
                f"{DECIDE} FROM threads t WHERE t.id = ?",
                [(now, str(LATE), person, decision, id_) for id_, person in late.items()],
            )
            found += late
    return found


def _late(db: Connection, split: Split, decision: int, ids: Sequence[int]) -> dict[int, str]:
    """Threads that a split looks after, and whose they are."""
    period = split.parts[0].start, split.parts[-1].end
    where, params = waiting_in(parse_filter(split.filter), split.asking, *period)
    rows = db.execute(
        "SELECT t.id, t.wait_started_at FROM threads t "
        f"WHERE t.id IN ({','.join('?' * len(ids))}) AND t.assignee = '' AND {where} "
        "AND NOT EXISTS (SELECT 1 FROM decisions d "
        "WHERE d.thread_id = t.id AND d.id > ? AND d.verb = 'assign')",
        (*ids, *params, decision),
    )
    return {
        id_: part.person for id_, at in rows for part in split.parts if part.start <= at < part.end
    }


def _in_force(db: Connection, now: Millis) -> Sequence[tuple[int, str, str, Millis]]:
    """Splits that look after late arrivals, newest first."""
    return db.execute(
        "SELECT id, args, actor, at FROM decisions "
        "WHERE verb = 'split' AND undone = 0 AND at > ? ORDER BY at DESC, id DESC",
        (now - IN_FORCE,),
    ).fetchall()


def _encoded(split: Split) -> str:
    told = {
        "filter": split.filter,
        "brand": split.asking.brand,
        "zone": split.asking.zone,
        "parts": [[part.person, part.start, part.end] for part in split.parts],
    }
    return json.dumps(told, ensure_ascii=False)


def _decoded(args: str, me: str, at: Millis) -> Split:
    told = json.loads(args)
    asking = Asking(me, at, told["zone"], told["brand"])
    return Split(told["filter"], asking, tuple(SplitPart(*part) for part in told["parts"]))
