"""Opens the database: pragmas with their reasons, transactions, and errors in plain words."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import compress
from operator import ne
from pathlib import Path

from carecli.domain.errors import (
    CareError,
    QueryCancelled,
    StoreBroken,
    StoreBusy,
    StoreError,
    StoreFull,
)
from carecli.file_rights import make_file

SCHEMA_VERSION = 14
"""Number of migrations; in `PRAGMA user_version`, so that opening needs no further look."""
APPLICATION_ID = 0x63617265
"""`care` in the file's header, so that another program's file is refused."""

INDEX_BYTES = 64 * 1024
"""Room that SQLite's index of the log needs beside the database."""

CHUNK = 500
"""Ids in one statement; more go in several."""

PRAGMAS = (
    "busy_timeout = 8000",  # a writer waits for another process's page of ingest, not fails
    "cache_size = -32000",  # 32 MB: the hot part of a million threads' indexes
    "temp_store = memory",  # sorting a page must not touch the disk
    "foreign_keys = off",  # rows are written set by set; `carecli verify` checks them instead
    "wal_autocheckpoint = 4000",  # 16 MB of log: a reader that starts has little to look up
)

INGEST_PRAGMAS = (
    "cache_size = -96000",  # 96 MB: pages of comments touch a dozen indexes all over
    "wal_autocheckpoint = 16000",  # 64 MB of log: pages written again and again are copied once
)
"""For the one process that takes in what the platforms tell."""


class Database:
    """One connection to the store, with its own lock; open one per thread that waits.

    `durable`: every commit reaches the disk before it returns (the sender's and the desk's);
    otherwise a power cut may lose the last pulls, which the cursor then repeats. `ingests`: it
    writes much, and may have the memory for it.
    """

    def __init__(self, path: str | Path, *, durable: bool = False, ingests: bool = False) -> None:
        self.path = str(path)
        self.lock = threading.RLock()
        with suppress(OSError):  # SQLite tells what is wrong
            make_file(self.path)
        try:
            self.connection = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False
            )
            with translated(self.path):
                self._prepare((*PRAGMAS, *(INGEST_PRAGMAS if ingests else ())), durable=durable)
        except sqlite3.Error as error:
            raise _in_our_words(error, self.path) from error

    def _prepare(self, pragmas: Iterable[str], *, durable: bool) -> None:
        run = self.connection.execute
        for pragma in pragmas:
            run(f"PRAGMA {pragma}")
        version = run("PRAGMA user_version").fetchone()[0]
        if version != SCHEMA_VERSION:
            self._migrate(version)
        run(f"PRAGMA synchronous = {'full' if durable else 'normal'}")

    def _migrate(self, version: int) -> None:
        run = self.connection.execute
        if version > SCHEMA_VERSION:
            raise StoreBroken(
                f"{self.path} was written by a newer carecli.", hint="Update carecli."
            )
        application = run("PRAGMA application_id").fetchone()[0]
        if application != APPLICATION_ID and run("SELECT 1 FROM sqlite_master").fetchone():
            raise StoreBroken(
                f"{self.path} is a database of another program.", hint="Choose another --db."
            )
        run("PRAGMA journal_mode = wal")
        from carecli.store.migrations import create_schema, upgrade_schema

        run("BEGIN IMMEDIATE")
        try:
            if run("SELECT 1 FROM sqlite_master").fetchone():
                upgrade_schema(self.connection)
            else:
                create_schema(self.connection)
            run(f"PRAGMA application_id = {APPLICATION_ID}")
            run(f"PRAGMA user_version = {SCHEMA_VERSION}")
            run("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                run("ROLLBACK")
            raise

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: everything in it is stored, or nothing."""
        with self.lock, translated(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    @contextmanager
    def rehearse(self) -> Iterator[sqlite3.Connection]:
        """One transaction that is always undone: to see what something would do."""
        with self.lock, translated(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Queries that see one moment's state."""
        with self.lock, translated(self.path):
            self.connection.execute("BEGIN")
            try:
                yield self.connection
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            self.connection.close()


@contextmanager
def translated(path: str) -> Iterator[None]:
    """SQLite's errors in our words."""
    try:
        yield
    except sqlite3.Error as error:
        raise _in_our_words(error, path) from error


def _in_our_words(error: sqlite3.Error, path: str) -> CareError | sqlite3.Error:
    text = str(error)
    if text == "interrupted":
        return QueryCancelled(f"{path} was not read to the end.", hint="Ask again.")
    if "locked" in text or "busy" in text:
        return StoreBusy(
            f"{path} is held by another program.", hint="Close it, or try again in a moment."
        )
    if "full" in text or ("disk I/O" in text and _is_full(path)):
        return StoreFull(f"The disk is full: {path}.", hint="Make room; nothing is lost.")
    if "malformed" in text or "not a database" in text:
        return StoreBroken(
            f"{path} is damaged: {text}.",
            hint="Restore a copy, or move it away and sync again.",
        )
    if "unable to open" in text or "readonly" in text or "disk I/O" in text:
        return StoreError(f"{path} cannot be used: {text}.", hint="Check the path and its rights.")
    return error


def _is_full(path: str) -> bool:
    """Whether the disk is full: SQLite says so of its file, but not of the index beside it."""
    try:
        place = os.statvfs(Path(path).parent)
    except OSError:
        return False
    return place.f_bavail * place.f_frsize < INDEX_BYTES


def rewrite(
    db: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[tuple[tuple[object, ...], tuple[object, ...]]],
) -> None:
    """Store rows, each beside the one that stands, naming only the columns that differ.

    The first column is the id. An index that no differing column is in is left alone: with ten
    indexes that is half the time.
    """
    alike: dict[tuple[str, ...], list[tuple[object, ...]]] = defaultdict(list)
    for before, after in rows:
        differs = tuple(map(ne, before, after))
        alike[tuple(compress(columns, differs))].append((*compress(after, differs), after[0]))
    for changed, values in alike.items():
        assignments = ",".join(f"{name}=?" for name in changed)
        db.executemany(f"UPDATE {table} SET {assignments} WHERE id=?", values)
