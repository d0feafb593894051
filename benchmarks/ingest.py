"""Builds a corpus's database through the real ingestion, and times it beside plain SQL.

Page by page, alternating: `take_in` in one write transaction, then `executemany` of the very rows
that page left behind, in one transaction, into a second database of the same schema. So whatever
disturbs the machine disturbs both. Folding texts for the full-text index, reading the rows back
and making events up are not part of either time.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from benchmarks.corpus import Channel, Page, channels, decisions, pages
from carecli.domain.model import Millis
from carecli.domain.text import fold
from carecli.store.db import Database
from carecli.store.derive import refresh
from carecli.store.feed import announce
from carecli.store.intake import take_in
from carecli.store.policies import Policies

Row = Sequence[object]

GROWING = ("contacts", "posts", "messages", "changes")
"""Tables a page only adds to; of the others it also changes rows."""

DECISIONS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Ingested:
    """What building a database took, in seconds of wall clock; `busy` of the processor."""

    threads: int
    messages: int
    take_in: float
    plain: float
    busy: float

    @property
    def rate(self) -> float:
        """Messages per second, as carecli takes them in."""
        return self.messages / self.take_in

    @property
    def undisturbed_rate(self) -> float:
        """Messages per second of processor time: what a machine with nothing else to do gives."""
        return self.messages / self.busy

    @property
    def plain_rate(self) -> float:
        """Messages per second, by `executemany` of the same rows."""
        return self.messages / self.plain

    @property
    def share(self) -> float:
        """How near to `executemany` the ingestion comes: 1 is as fast."""
        return self.plain / self.take_in


def build(path: Path, threads: int, now: Millis) -> Ingested:
    """Write the corpus's database, timed; then what moderators decided, not timed."""
    shadow = path.with_suffix(".plain")
    for file in (path, shadow):
        forget(file)
    database, plain = Database(path, ingests=True), Database(shadow, ingests=True)
    _connect(database)
    _connect(plain)
    copy = _Copy(database.connection, plain)
    policies = Policies(database.connection)
    taken = busy = messages = 0.0
    for channel, page in pages(threads, now):
        start, used = time.perf_counter(), time.process_time()
        with database.write() as db:
            done = take_in(db, channel.id, page, observed_at=now, now=now, policies=policies)
        taken += time.perf_counter() - start
        busy += time.process_time() - used
        messages += done.new_messages
        copy.follow(done.threads)
    copy.compare()
    plain.close()
    forget(shadow)
    _decide(database, threads, now, policies)
    database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return Ingested(threads, int(messages), taken, copy.seconds, busy)


def forget(path: Path) -> None:
    """Remove a database with its log."""
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").unlink()


def _connect(database: Database) -> None:
    with database.write() as db:
        db.executemany(
            "INSERT INTO channels (id, key, brand, platform, title) VALUES (?,?,?,?,?)",
            [(one.id, one.key, one.brand, one.platform, one.title) for one in channels()],
        )


class _Copy:
    """Writes into a second database what a page left behind in the first, with plain SQL."""

    def __init__(self, source: Connection, target: Database) -> None:
        self.seconds = 0.0
        self._source = source
        self._target = target
        self._last = dict.fromkeys((*GROWING, "contact_names"), 0)
        self._counts: set[Row] = set()
        self._marks = {
            table: ",".join("?" * len(source.execute(f"PRAGMA table_info({table})").fetchall()))
            for table in (*GROWING, "threads", "waits", "waiting_counts")
        }

    def follow(self, threads: Sequence[int]) -> None:
        """Copy the newest page, given the threads it changed."""
        added = {table: self._added(table) for table in GROWING}
        lots: list[tuple[str, Sequence[Row]]] = [
            (f"INSERT INTO {table} VALUES ({self._marks[table]})", rows)
            for table, rows in added.items()
        ]
        for table, column in (("threads", "id"), ("waits", "thread_id")):
            sql = f"INSERT OR REPLACE INTO {table} VALUES ({self._marks[table]})"
            lots.append((sql, self._of(table, column, threads)))
        counts = set(self._source.execute("SELECT * FROM waiting_counts"))
        marks = self._marks["waiting_counts"]
        changed = list(counts - self._counts)
        self._counts = counts
        lots += [
            (f"INSERT OR REPLACE INTO waiting_counts VALUES ({marks})", changed),
            (
                "INSERT INTO message_words (rowid, text) VALUES (?,?)",
                [(row[0], fold(str(row[7]))) for row in added["messages"]],
            ),
            (
                "INSERT INTO contact_names (rowid, name) VALUES (?,?)",
                [(row[0], fold(str(row[4]))) for row in added["contacts"]],
            ),
        ]
        start = time.perf_counter()
        with self._target.write() as db:
            for sql, rows in lots:
                db.executemany(sql, rows)
        self.seconds += time.perf_counter() - start

    def compare(self) -> None:
        """Both databases hold the same rows, or the two times mean nothing."""
        for table in (*GROWING, "threads", "waits"):
            said = [
                db.execute(f"SELECT count(*) FROM {table}").fetchone()
                for db in (self._source, self._target.connection)
            ]
            if said[0] != said[1]:
                raise RuntimeError(f"{table}: {said[0]} rows taken in, {said[1]} copied")

    def _added(self, table: str) -> list[Row]:
        key = "seq" if table == "changes" else "id"
        rows: list[Row] = self._source.execute(
            f"SELECT * FROM {table} WHERE {key} > ? ORDER BY {key}", (self._last[table],)
        ).fetchall()
        if rows:
            self._last[table] = int(str(rows[-1][0]))
        return rows

    def _of(self, table: str, column: str, threads: Sequence[int]) -> list[Row]:
        marks = ",".join("?" * len(threads))
        return self._source.execute(
            f"SELECT * FROM {table} WHERE {column} IN ({marks}) ORDER BY id", tuple(threads)
        ).fetchall()


def _decide(database: Database, threads: int, now: Millis, policies: Policies) -> None:
    taken = decisions(database.connection, threads, now)
    for start in range(0, len(taken), DECISIONS_AT_ONCE):
        some = taken[start : start + DECISIONS_AT_ONCE]
        ids = sorted({thread for _, _, _, thread, _ in some})
        with database.write() as db:
            db.executemany(
                "INSERT INTO decisions (at, actor, verb, thread_id, args) VALUES (?,?,?,?,?)", some
            )
            refresh(db, ids, now, policies)
            announce(db, ids)


__all__ = ["Channel", "Ingested", "Page", "build", "forget"]
