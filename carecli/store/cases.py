"""Cases: questions to another team by mail, and whether they were answered."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.commands import Flag, Note, Snooze
from carecli.domain.events import CaseAnswered
from carecli.domain.model import Actor, Millis, ThreadId
from carecli.domain.quotes import count_quoted_lines
from carecli.domain.text import printable
from carecli.store import alert_log, feed, journal
from carecli.store.columns import columns_of
from carecli.store.derive import refresh
from carecli.store.mail_identities import is_old_case_answer
from carecli.store.policies import Policies


class StoredCase(NamedTuple):
    """A case; `answered_at` None while the team owes an answer."""

    decision: int
    thread: int
    key: str
    reference: str
    team: str
    asked: str
    opened_at: Millis
    due_at: Millis
    answered_at: Millis | None


_COLUMNS = columns_of(StoredCase, decision="decision_id", thread="thread_id")


def put_in(db: Connection, case: StoredCase) -> None:
    """Remember a case, as the decision to open it is taken, or taken again."""
    db.execute(
        "INSERT INTO cases (decision_id, thread_id, key, reference, team, asked, opened_at, "
        "due_at, answered_at) VALUES (:decision, :thread, :key, :reference, :team, :asked, "
        ":opened_at, :due_at, :answered_at)",
        case._asdict(),
    )


def forget(db: Connection, decision: int) -> StoredCase | None:
    """The decision was undone before the mail left."""
    found = of_decision(db, decision)
    db.execute("DELETE FROM cases WHERE decision_id = ?", (decision,))
    return found


def of_decision(db: Connection, decision: int) -> StoredCase | None:
    """The case that a decision opened."""
    return _one(db, "decision_id = ?", decision)


def is_asked(db: Connection, thread: int, team: str, asked: str) -> bool:
    """Whether the team owes an answer to this very question."""
    row = db.execute(
        "SELECT 1 FROM cases WHERE thread_id = ? AND team = ? AND asked = ? "
        "AND answered_at IS NULL",
        (thread, team, asked),
    ).fetchone()
    return row is not None


def owed(db: Connection, limit: int) -> list[StoredCase]:
    """Cases without an answer, the first due first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM cases WHERE answered_at IS NULL ORDER BY due_at LIMIT ?",
        (limit,),
    )
    return [StoredCase._make(row) for row in rows]


def late(db: Connection, now: Millis, limit: int) -> list[StoredCase]:
    """Cases whose answer is late, and of which nobody was reminded yet."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM cases WHERE answered_at IS NULL AND due_at <= ? "
        "AND reminded_at IS NULL AND thread_id IN (SELECT id FROM threads) "
        "ORDER BY due_at LIMIT ?",
        (now, limit),
    )
    return [StoredCase._make(row) for row in rows]


def reminded(db: Connection, decision: int, now: Millis) -> None:
    """It was told that the answer is late."""
    db.execute("UPDATE cases SET reminded_at = ? WHERE decision_id = ?", (now, decision))


def answer(db: Connection, event: CaseAnswered, now: Millis) -> bool:
    """Write another team's answer into the thread it is about; False where no case fits.

    The answer is a note by that team. It calls whoever asked, or else whoever has the thread, so
    that it is read though nobody waits there any more; with nobody to call the flag goes up. It
    wakes the thread. Told twice, it is written once.
    """
    case = _named(db, event.keys, event.reference)
    if case is None:
        return False
    mail = event.message.platform_id
    if is_answered_by(db, event):
        return True
    by = Actor("team", case.team)
    thread = ThreadId(case.thread)
    called = _whom_to_call(db, case)
    said = Note(thread, _own_lines(event.message.text or ""), (called,) if called else ())
    decision = journal.record(db, said, by, now)
    if called:
        alert_log.forget(db, called, "asked", thread)
    else:
        journal.record(db, Flag(thread), by, now)
    db.execute("INSERT INTO case_answers (platform_id, decision_id) VALUES (?,?)", (mail, decision))
    row = db.execute("SELECT snoozed FROM threads WHERE id = ?", (thread,)).fetchone()
    if row is not None and row[0]:
        journal.record(db, Snooze(thread, None), by, now)
    db.execute(
        "UPDATE cases SET answered_at = ? WHERE decision_id = ? AND answered_at IS NULL",
        (event.message.created_at, case.decision),
    )
    refresh(db, (thread,), now, Policies(db))
    feed.announce(db, (thread,))
    return True


def _own_lines(text: str) -> str:
    """An answer without the lines at its end that only quote our question."""
    lines = printable(text).split("\n")
    return "\n".join(lines[: len(lines) - count_quoted_lines("\n".join(lines), fewest=1)]).rstrip()


def _whom_to_call(db: Connection, case: StoredCase) -> str:
    """The moderator who asked, or else who has the thread; empty: nobody."""
    taken = journal.entry(db, case.decision)
    asker = Actor.parse(taken.actor) if taken is not None else None
    if asker is not None and asker.kind == "moderator":
        return asker.name
    row = db.execute("SELECT assignee FROM threads WHERE id = ?", (case.thread,)).fetchone()
    return str(row[0]) if row is not None else ""


def is_answered_by(db: Connection, event: CaseAnswered) -> bool:
    """Whether this mail is known to be another team's answer."""
    mail = event.message.platform_id
    row = db.execute("SELECT 1 FROM case_answers WHERE platform_id = ?", (mail,)).fetchone()
    return row is not None or is_old_case_answer(db, event)


def _named(db: Connection, keys: Sequence[str], reference: str) -> StoredCase | None:
    for key in keys:
        found = _one(db, "key = ?", key)
        if found is not None:
            return found
    return _one(db, "reference = ?", reference) if reference else None


def _one(db: Connection, where: str, value: object) -> StoredCase | None:
    row = db.execute(f"SELECT {_COLUMNS} FROM cases WHERE {where}", (value,)).fetchone()
    return StoredCase._make(row) if row is not None else None
