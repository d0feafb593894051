"""Samples that several people code blindly, as rows derived from the decisions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from sqlite3 import Connection
from typing import Any, NamedTuple

from carecli.domain.model import Millis
from carecli.store.columns import columns_of


class Sample(NamedTuple):
    """A sample that was drawn: what it is of, who codes it, and when it was drawn by whom."""

    id: int
    kind: str
    coders: tuple[str, ...]
    seed: str
    since: Millis
    until: Millis
    brand: str
    by: str
    at: Millis


class BlindTask(NamedTuple):
    """A message somebody is asked to code blindly; `value` '' until they did."""

    sample: int
    message: int
    thread: int
    kind: str
    value: str


def population(db: Connection, since: Millis, until: Millis, brand: str) -> list[tuple[int, str]]:
    """First messages of waits that began in a period and say something: (id, stable name)."""
    rows = db.execute(
        "SELECT m.id, c.key || ' ' || m.platform_id FROM waits w "
        "JOIN messages m ON m.id = w.first_message_id JOIN channels c ON c.id = m.channel_id "
        "WHERE w.started_at >= ? AND w.started_at < ? AND ? IN ('', c.brand) AND m.text <> '' "
        "AND m.visibility IN ('visible', 'hidden')",
        (since, until, brand),
    )
    return rows.fetchall()


def samples(db: Connection) -> list[Sample]:
    """Every sample whose decision is in force, oldest first."""
    rows = db.execute(
        "SELECT id, args, actor, at FROM decisions WHERE verb = 'draw_sample' AND undone = 0 "
        "ORDER BY id"
    )
    return [_sample(id_, json.loads(args), by, at) for id_, args, by, at in rows]


def _sample(id_: int, args: dict[str, Any], by: str, at: Millis) -> Sample:
    coders = tuple(args["coders"])
    return Sample(
        id_,
        args["kind"],
        coders,
        args["seed"],
        args["since"],
        args["until"],
        args["brand"],
        by,
        at,
    )


def settle_samples(db: Connection) -> set[int]:
    """Make every sample in force ask exactly its coders; the samples that differed.

    What they said follows with their threads (`codes.settle_codes`).
    """
    wanted: set[tuple[int, int, str, str]] = set()
    for id_, args in db.execute(
        "SELECT id, args FROM decisions WHERE verb = 'draw_sample' AND undone = 0"
    ):
        told = json.loads(args)
        wanted |= {
            (id_, message, coder, told["kind"])
            for message in told["messages"]
            for coder in told["coders"]
        }
    stored = set(db.execute("SELECT sample_id, message_id, coder, kind FROM blind_codes"))
    there = {message for _, message, _, _ in wanted - stored}
    threads = {message: _thread(db, message) for message in there}
    new = [(*one[:3], threads[one[1]], one[3]) for one in sorted(wanted - stored)]
    new = [one for one in new if one[3] is not None]
    gone = stored - wanted
    db.executemany(
        "DELETE FROM blind_codes WHERE sample_id = ? AND message_id = ? AND coder = ?",
        [one[:3] for one in gone],
    )
    db.executemany(
        "INSERT INTO blind_codes (sample_id, message_id, coder, thread_id, kind, "
        "value) "
        "VALUES (?,?,?,?,?,'')",
        new,
    )
    return {one[0] for one in [*gone, *new]}


def _thread(db: Connection, message: int) -> int | None:
    row = db.execute("SELECT thread_id FROM messages WHERE id = ?", (message,)).fetchone()
    return row[0] if row is not None else None


def threads(db: Connection, messages: Iterable[int]) -> set[int]:
    """The threads of these messages."""
    found = (_thread(db, message) for message in messages)
    return {thread for thread in found if thread is not None}


_TASK = columns_of(BlindTask, sample="sample_id", message="message_id", thread="thread_id")


def awaited(db: Connection, thread: int, coder: str) -> list[BlindTask]:
    """What somebody is still asked to code in a thread, oldest sample first."""
    rows = db.execute(
        f"SELECT {_TASK} FROM blind_codes "
        "WHERE coder = ? AND thread_id = ? AND value = '' ORDER BY sample_id, message_id",
        (coder, thread),
    )
    return [BlindTask._make(row) for row in rows]


def task(db: Connection, sample: int, message: int, coder: str) -> BlindTask | None:
    """One message of a sample for one of its coders."""
    row = db.execute(
        f"SELECT {_TASK} FROM blind_codes WHERE sample_id = ? AND message_id = ? AND coder = ?",
        (sample, message, coder),
    ).fetchone()
    return BlindTask._make(row) if row is not None else None


def said(db: Connection, sample: int) -> dict[str, dict[int, str]]:
    """What each coder of a sample said so far, by message."""
    found: dict[str, dict[int, str]] = {}
    for coder, message, value in db.execute(
        "SELECT coder, message_id, value FROM blind_codes WHERE sample_id = ?", (sample,)
    ):
        codes = found.setdefault(coder, {})
        if value:
            codes[message] = value
    return found


def size(db: Connection, sample: int) -> int:
    """How many messages a sample has."""
    (n,) = db.execute(
        "SELECT count(DISTINCT message_id) FROM blind_codes WHERE sample_id = ?", (sample,)
    ).fetchone()
    return int(n)


def texts(db: Connection, messages: Iterable[int]) -> dict[int, tuple[int, str]]:
    """The thread and the text of each of these messages."""
    found: dict[int, tuple[int, str]] = {}
    for message in messages:
        row = db.execute("SELECT thread_id, text FROM messages WHERE id = ?", (message,)).fetchone()
        if row is not None:
            found[message] = (row[0], row[1])
    return found
