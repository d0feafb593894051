"""Derives everything derived again: threads, waits, labels, counters and the search index.

Streams through the database in lots, a transaction each, so a running inbox is never locked out
for long and memory does not grow with the number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from sqlite3 import Connection, DatabaseError

from carecli.domain.model import Millis
from carecli.domain.text import search_form
from carecli.store import settings
from carecli.store.calls import settle_calls
from carecli.store.codes import settle_codes
from carecli.store.columns import insert_into
from carecli.store.db import CHUNK, Database
from carecli.store.derive import settle
from carecli.store.feed import announce
from carecli.store.labels import settle_names
from carecli.store.message_words import WORDS
from carecli.store.policies import Policies
from carecli.store.samples import settle_samples
from carecli.store.snooze import wake_snoozed
from carecli.store.subjects import CELL, DerivedThread, ThreadLine, load

MOST_TOLD = 1_000
"""Differences told in words; any more are only counted."""


@dataclass(slots=True)
class _Findings:
    told: list[str] = field(default_factory=list)
    untold: int = 0

    def tell(self, difference: str) -> None:
        if len(self.told) < MOST_TOLD:
            self.told.append(difference)
        else:
            self.untold += 1

    def all(self) -> list[str]:
        return [*self.told, f"and {self.untold} more"] if self.untold else self.told


def rebuild(database: Database, policies: Policies, now: Millis, *, fix: bool = False) -> list[str]:
    """Derive everything again and tell each difference from what is stored, one a line.

    Without `fix` the store stays as it is, but for snoozes that have passed meanwhile.
    """
    findings = _Findings()
    with database.write() as db:
        wake_snoozed(db, now, policies)
        with _kept(db, fix):
            _check_journal(db, findings)
            _check_whole(db, findings)
    last = 0
    while True:
        with database.write() as db:
            rows = db.execute(
                "SELECT id FROM threads WHERE id > ? ORDER BY id LIMIT ?", (last, CHUNK)
            ).fetchall()
            if not rows:
                break
            last = rows[-1][0]
            with _kept(db, fix):
                changed = _check_threads(db, [id_ for (id_,) in rows], now, policies, findings)
                announce(db, changed)
    with database.write() as db, _kept(db, fix):
        _check_orphans(db, findings)
        _check_counts(db, findings)
    for words in INDEXES:
        _check_words(database, *words, findings, fix=fix)
    if fix or not findings.told:
        with database.write() as db:
            settings.put(db, settings.REBUILD_WANTED, "")
    return findings.all()


@contextmanager
def _kept(db: Connection, fix: bool) -> Iterator[None]:
    """What is written inside stays only with `fix`."""
    db.execute("SAVEPOINT rebuilding")
    yield
    if not fix:
        db.execute("ROLLBACK TO rebuilding")
    db.execute("RELEASE rebuilding")


def _check_journal(db: Connection, findings: _Findings) -> None:
    """`undone` follows from the last undo or redo that names a decision."""
    turned = db.execute(
        "SELECT json_extract(args, '$.decision'), verb, max(id) FROM decisions "
        "WHERE verb IN ('undo', 'redo') GROUP BY 1"
    )
    expected = {decision for decision, verb, _ in turned if verb == "undo"}
    expected |= {
        undo
        for (undo,) in db.execute(
            "SELECT json_extract(args, '$.undo') FROM decisions WHERE verb = 'redo'"
        )
    }
    stored = {id_ for (id_,) in db.execute("SELECT id FROM decisions WHERE undone = 1")}
    for id_ in sorted(expected ^ stored):
        findings.tell(f"decision {id_}: undone is {int(id_ in stored)}, not {int(id_ in expected)}")
        db.execute("UPDATE decisions SET undone = ? WHERE id = ?", (int(id_ in expected), id_))


def _check_whole(db: Connection, findings: _Findings) -> None:
    """What follows from decisions that are about no one thread: samples and calls."""
    for sample in sorted(settle_samples(db)):
        findings.tell(f"sample {sample}: its messages or coders differ from what was drawn")
    for day, brand in sorted(settle_calls(db)):
        findings.tell(f"calls of {day} {brand or '(all brands)'}: not as they were entered")


def _check_threads(
    db: Connection, ids: Sequence[int], now: Millis, policies: Policies, findings: _Findings
) -> set[int]:
    subjects: list[DerivedThread] = []
    for subject in load(db, ids):
        if any(message.id > 0 for message in subject.said):
            subjects.append(subject)
        else:
            findings.tell(f"thread {subject.id}: has no messages")
    before = {subject.id: subject for subject in subjects}
    changed = settle(db, subjects, now, policies)
    after = {subject.id: subject for subject in load(db, changed)} if changed else {}
    for id_ in changed:
        _tell_thread(before[id_], after[id_], findings)
    labelled = settle_names(db, subjects)
    for id_ in sorted(labelled):
        findings.tell(f"thread {id_}: labels or mentions differ from what was decided")
    coded = settle_codes(db, subjects)
    for id_ in sorted(coded):
        findings.tell(f"thread {id_}: codes or quotes differ from what was decided")
    return {*changed, *labelled, *coded}


def _tell_thread(before: DerivedThread, after: DerivedThread, findings: _Findings) -> None:
    assert before.stored is not None
    assert after.stored is not None
    for column, old, new in zip(ThreadLine._fields, before.stored, after.stored, strict=True):
        if old != new:
            findings.tell(f"thread {before.id}: {column} is {old!r}, not {new!r}")
    old_waits, new_waits = ({wait[1:] for wait in one.waits} for one in (before, after))
    for wait in sorted(old_waits - new_waits, key=str):
        findings.tell(f"thread {before.id}: has a wait too many: {wait!r}")
    for wait in sorted(new_waits - old_waits, key=str):
        findings.tell(f"thread {before.id}: lacks a wait: {wait!r}")


def _check_orphans(db: Connection, findings: _Findings) -> None:
    """Rows of threads that are not there."""
    for table in ("waits", "thread_labels", "mentions", "codes", "quotes", "blind_codes"):
        lost = f"thread_id IN (SELECT thread_id FROM {table} EXCEPT SELECT id FROM threads)"
        for (id_,) in db.execute(f"SELECT DISTINCT thread_id FROM {table} WHERE {lost}").fetchall():
            findings.tell(f"{table}: has rows of thread {id_}, which is not there")
        db.execute(f"DELETE FROM {table} WHERE {lost}")


def _check_counts(db: Connection, findings: _Findings) -> None:
    stored = {
        row[:-1]: row[-1] for row in db.execute(f"SELECT {', '.join(CELL)}, n FROM waiting_counts")
    }
    counted = {
        row[:-1]: row[-1]
        for row in db.execute(
            "SELECT channel_id, point, CASE colour_by WHEN '' THEN colour || '?' ELSE colour END, "
            "team, assignee, flagged, snoozed, boosted, count(*) FROM threads WHERE waiting = 1 "
            "GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"
        )
    }
    wrong = {cell for cell in {*stored, *counted} if stored.get(cell, 0) != counted.get(cell, 0)}
    for cell in sorted(wrong, key=str):
        findings.tell(f"count of {cell!r} is {stored.get(cell, 0)}, not {counted.get(cell, 0)}")
    if wrong:
        db.execute("DELETE FROM waiting_counts")
        db.executemany(
            insert_into("waiting_counts", (*CELL, "n")),
            [(*cell, n) for cell, n in counted.items()],
        )


INDEXES = (
    ("message_words", "text", "messages", WORDS),
    ("contact_names", "name", "contacts", "name"),
)
"""The search indexes: table, its column, and the table and what of it they index, in SQL."""


def _check_words(
    database: Database,
    index: str,
    column: str,
    table: str,
    text: str,
    findings: _Findings,
    *,
    fix: bool,
) -> None:
    """Every text is in the search index, and nothing else is; a wrong index is written anew."""
    with database.write() as db:
        try:
            db.execute(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')")
            wrong = _strays(db, index, table, text)
        except DatabaseError as error:
            wrong = [f"is damaged: {error}"]
    for difference in wrong:
        findings.tell(f"{index}: {difference}")
    if not wrong or not fix:
        return
    with database.write() as db:
        db.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")
        last = 0
        while rows := db.execute(
            f"SELECT id, {text} FROM {table} WHERE id > ? ORDER BY id LIMIT ?", (last, CHUNK)
        ).fetchall():
            last = rows[-1][0]
            db.executemany(
                f"INSERT INTO {index} (rowid, {column}) VALUES (?,?)",
                [(id_, search_form(words)) for id_, words in rows if words.strip()],
            )


def _strays(db: Connection, index: str, table: str, text: str) -> list[str]:
    source = f"(SELECT id, trim({text}, ' ' || char(10)) AS words FROM {table})"
    missing = db.execute(
        f"SELECT s.id FROM {source} s LEFT JOIN {index}_docsize d ON d.id = s.id "
        f"WHERE s.words <> '' AND d.id IS NULL LIMIT {MOST_TOLD}"
    ).fetchall()
    extra = db.execute(
        f"SELECT d.id FROM {index}_docsize d LEFT JOIN {source} s ON s.id = d.id "
        f"WHERE coalesce(s.words, '') = '' AND d.sz <> x'00' LIMIT {MOST_TOLD}"
    ).fetchall()
    return [f"lacks {id_}" for (id_,) in missing] + [f"holds {id_} still" for (id_,) in extra]
