"""The journal of decisions: append-only; an undo is a row of it too.

Taking back sets `undone` on the decision and adds a row `undo` that names it; doing it again
clears `undone`, adds a row `redo`, and sets `undone` on the `undo` row it answers. So `undone`
always follows from the rows, and `rebuild` can prove it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from carecli.domain.commands import (
    Code,
    CodeBlind,
    Command,
    DropQuote,
    Moderate,
    PickQuote,
    Reply,
    args_of,
    verb_of,
)
from carecli.domain.model import Actor, Millis

TURNING = ("undo", "redo")
"""Verbs that are no commands: they turn decisions off and on again."""


APPLIED = "apply_rule"
"""The verb of who applies a rule to what waits: the first decision of a batch of the rule's."""

WHOLE = ("split", APPLIED)
"""Verbs of decisions that are only undone with all that followed from them."""

LATE = Actor("carecli", "split")
"""Who assigns what arrives late to a split backlog, as part of the split's batch."""


class JournalEntry(NamedTuple):
    """A row of the journal."""

    id: int
    at: Millis
    actor: str
    verb: str
    thread: int | None
    message: int | None
    args: dict[str, Any]
    batch: int
    is_undone: bool


_COLUMNS = "id, at, actor, verb, thread_id, message_id, args, batch, undone"


def record(db: Connection, command: Command, by: Actor, now: Millis) -> int:
    """Write a decision down; its id. Waits and thread rows follow by `derive.refresh`."""
    return _insert(db, now, by, verb_of(command), command.thread, _about(command), args_of(command))


def _about(command: Command) -> int | None:
    """The message a command is about."""
    if isinstance(command, Reply):
        return command.target
    named = (Moderate, Code, CodeBlind, PickQuote, DropQuote)
    return command.message if isinstance(command, named) else None


def record_whole(db: Connection, verb: str, args: dict[str, object], by: Actor, now: Millis) -> int:
    """Write a decision down that is about no one thread; its id."""
    return _insert(db, now, by, verb, None, None, args)


def complete(db: Connection, decision: int, args: dict[str, object]) -> None:
    """Write down what a decision of the present transaction came to."""
    db.execute("UPDATE decisions SET args = ? WHERE id = ?", (_encoded(args), decision))


def _insert(
    db: Connection,
    now: Millis,
    by: Actor,
    verb: str,
    thread: int | None,
    message: int | None,
    args: dict[str, object],
) -> int:
    found = db.execute(
        "INSERT INTO decisions (at, actor, verb, thread_id, message_id, args) VALUES (?,?,?,?,?,?)",
        (now, str(by), verb, thread, message, _encoded(args)),
    )
    assert found.lastrowid is not None
    return found.lastrowid


class Plain(NamedTuple):
    """A decision about a thread, yet to be written; `args` are JSON."""

    verb: str
    thread: int
    message: int | None
    args: str


def plain(command: Command) -> Plain:
    """What is written down of a command that need not know how its thread stands."""
    return Plain(verb_of(command), command.thread, _about(command), _encoded(args_of(command)))


def record_all(db: Connection, decisions: Sequence[Plain], by: Actor, now: Millis) -> Sequence[int]:
    """Write decisions down, many at once; their ids."""
    (last,) = db.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'decisions'").fetchone()
    ids = range((last or 0) + 1, (last or 0) + 1 + len(decisions))
    actor = str(by)
    db.executemany(
        "INSERT INTO decisions (id, at, actor, verb, thread_id, message_id, args) "
        "VALUES (?,?,?,?,?,?,?)",
        [
            (id_, now, actor, one.verb, one.thread, one.message, one.args)
            for id_, one in zip(ids, decisions, strict=True)
        ],
    )
    return ids


def _encoded(args: dict[str, object]) -> str:
    return json.dumps(args, ensure_ascii=False)


def entry(db: Connection, id_: int) -> JournalEntry | None:
    """One decision."""
    row = db.execute(f"SELECT {_COLUMNS} FROM decisions WHERE id = ?", (id_,)).fetchone()
    return _entry(row) if row is not None else None


def together(db: Connection, one: JournalEntry) -> list[JournalEntry]:
    """All decisions of its batch, in order.

    Where somebody applied a rule, what it did then is part of it. A large batch is written lot by
    lot, with decisions of others in between, and what arrived late to a split follows later.
    """
    if not one.batch:
        return [one]
    others = (one.actor, str(LATE), f"rule:{one.args['rule']}" if one.verb == APPLIED else "")
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM decisions WHERE actor IN (?, ?, ?) AND id >= ? AND batch = ? "
        "ORDER BY id",
        (*others, one.batch, one.batch),
    )
    return [_entry(row) for row in rows]


def are_together(db: Connection, decision: int, one: JournalEntry) -> bool:
    """Whether a decision is of the same batch as another one."""
    found = db.execute(
        "SELECT 1 FROM decisions WHERE id = ? AND batch = ?", (decision, one.batch)
    ).fetchone()
    return bool(one.batch) and found is not None


def last_in_force(db: Connection, by: Actor) -> JournalEntry | None:
    """The newest decision of somebody that was not undone."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM decisions WHERE actor = ? AND undone = 0 "
        "AND verb NOT IN ('undo', 'redo') ORDER BY id DESC LIMIT 1",
        (str(by),),
    ).fetchone()
    return _entry(row) if row is not None else None


def last_undo(db: Connection, by: Actor) -> JournalEntry | None:
    """The newest undo of somebody that was not answered by a redo nor by a new decision."""
    for row in db.execute(
        f"SELECT {_COLUMNS} FROM decisions WHERE actor = ? AND (undone = 0 OR verb <> 'undo') "
        "AND verb <> 'redo' ORDER BY id DESC LIMIT 1",
        (str(by),),
    ):
        found = _entry(row)
        return found if found.verb == "undo" else None
    return None


def take_back(db: Connection, taken: Sequence[JournalEntry], by: Actor, now: Millis) -> list[int]:
    """Mark decisions as undone; the ids of the `undo` rows, one for each of them."""
    return [_turn(db, "undo", one, {"decision": one.id}, by, now) for one in taken]


def put_back(db: Connection, undos: Sequence[JournalEntry], by: Actor, now: Millis) -> list[int]:
    """Put decisions in force again; `undos` are the rows that took them back."""
    ids: list[int] = []
    for undo in undos:
        one = entry(db, undo.args["decision"])
        assert one is not None
        db.execute("UPDATE decisions SET undone = 1 WHERE id = ?", (undo.id,))
        args: dict[str, object] = {"decision": one.id, "undo": undo.id}
        ids.append(_turn(db, "redo", one, args, by, now))
    return ids


def _turn(
    db: Connection, verb: str, one: JournalEntry, args: dict[str, object], by: Actor, now: Millis
) -> int:
    db.execute("UPDATE decisions SET undone = ? WHERE id = ?", (int(verb == "undo"), one.id))
    return _insert(db, now, by, verb, one.thread, one.message, args)


def bind(db: Connection, ids: Sequence[int], batch: int = 0) -> None:
    """Make these rows, written one after another just now, one batch, or part of an earlier one."""
    if batch:
        db.execute("UPDATE decisions SET batch = ? WHERE id = ?", (batch, batch))
    if batch or len(ids) > 1:
        db.execute(
            "UPDATE decisions SET batch = ? WHERE id BETWEEN ? AND ?",
            (batch or ids[0], ids[0], ids[-1]),
        )


def of_thread(db: Connection, thread: int, limit: int) -> list[JournalEntry]:
    """The newest decisions about a thread, oldest first, without the rows that turn others."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM decisions WHERE thread_id = ? "
        "AND verb NOT IN ('undo', 'redo') ORDER BY id DESC LIMIT ?",
        (thread, limit),
    ).fetchall()
    return [_entry(row) for row in reversed(rows)]


def _entry(row: tuple[Any, ...]) -> JournalEntry:
    id_, at, actor, verb, thread, message, args, batch, undone = row
    return JournalEntry(
        id_, at, actor, verb, thread, message, json.loads(args), batch, bool(undone)
    )
