"""Backlogs divided between people: decided set by set, and kept for what arrives late.

A split is a decision of its own, the first of its batch; its arguments say who has which part of
the period. While it is in force and young, a thread that only now turns out to wait since then
goes to who has that moment, by a decision of carecli's that is taken back with the split.
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
from carecli.store.derive import CHUNK
from carecli.store.filtering import Asking
from carecli.store.journal import LATE
from carecli.store.policies import Policies

IN_FORCE = 7 * DAY
"""How long a split looks after late arrivals: longer than any backlog takes."""


@dataclass(frozen=True, slots=True)
class Part:
    """Waits that started from `start` until before `end`, and whose they are."""

    person: str
    start: Millis
    end: Millis


@dataclass(frozen=True, slots=True)
class Split:
    """What was split, as it was asked for, and between whom."""

    filter: str
    asking: Asking
    parts: tuple[Part, ...]


def divide(
    db: Connection, split: Split, by: Actor, now: Millis, policies: Policies
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
        counts[part.person] = counts.get(part.person, 0) + count
        before = last
        last += db.execute(
            "INSERT INTO decisions (at, actor, verb, thread_id, args, batch) "
            f"SELECT ?, ?, 'assign', t.id, ?, ? {found} AND t.assignee <> ?",
            (now, str(by), _assigned_to(part), head, *params, part.person),
        ).rowcount
        assigned(db, part.person, before + 1, last, policies)
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
        for part in split.parts:
            for start in range(0, len(wanted), CHUNK):
                late = _late(db, split, part, decision, wanted[start : start + CHUNK])
                db.executemany(
                    "INSERT INTO decisions (at, actor, verb, thread_id, args, batch) "
                    "VALUES (?,?,'assign',?,?,?)",
                    [(now, str(LATE), id_, _assigned_to(part), decision) for id_ in late],
                )
                found += late
    return found


def _late(db: Connection, split: Split, part: Part, decision: int, ids: Sequence[int]) -> list[int]:
    where, params = waiting_in(parse_filter(split.filter), split.asking, part.start, part.end)
    rows = db.execute(
        f"SELECT t.id FROM threads t WHERE t.id IN ({','.join('?' * len(ids))}) "
        f"AND t.assignee = '' AND {where} AND NOT EXISTS (SELECT 1 FROM decisions d "
        "WHERE d.thread_id = t.id AND d.id > ? AND d.verb = 'assign')",
        (*ids, *params, decision),
    )
    return [id_ for (id_,) in rows]


def _in_force(db: Connection, now: Millis) -> Sequence[tuple[int, str, str, Millis]]:
    """Splits that look after late arrivals, newest first."""
    return db.execute(
        "SELECT id, args, actor, at FROM decisions "
        "WHERE verb = 'split' AND undone = 0 AND at > ? ORDER BY at DESC, id DESC",
        (now - IN_FORCE,),
    ).fetchall()


def _assigned_to(part: Part) -> str:
    return json.dumps({"assignee": part.person, "team": ""}, ensure_ascii=False)


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
    return Split(told["filter"], asking, tuple(Part(*part) for part in told["parts"]))
