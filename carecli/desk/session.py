"""A moderator's connections to a database, and the one way to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING

from carecli.desk.context import Abilities, DeskContext
from carecli.domain.model import Actor, Millis, moderator
from carecli.store import feed
from carecli.store.db import Database

if TYPE_CHECKING:
    from carecli.desk.commands.unit_of_work import UnitOfWork
    from carecli.desk.replies.snippet_library import Library

PRUNE_EVERY = 200
"""Writes after which old changes are forgotten."""


class DeskSession:
    """What every service of the desk is given.

    Three connections, so that none waits for another: lists that may take long, quick reads,
    and writes, each of which is on the disk when its method returns. What only writing needs is
    loaded when something is written for the first time.
    """

    def __init__(self, database: str | Path, context: DeskContext) -> None:
        self.context = context
        self.abilities = Abilities(context)
        self.writer = Database(database, durable=True)
        self.reader = Database(database)
        self.finder = Database(database)
        self._writes = 0
        self.file = database

    @cached_property
    def library(self) -> Library:
        """The saved replies; their files are read when it is refreshed."""
        from carecli.desk.replies.snippet_library import Library

        return Library(self.context)

    @property
    def me(self) -> str:
        """The moderator using carecli."""
        return self.context.me

    def now(self) -> Millis:
        """The present moment."""
        return self.context.clock()

    @contextmanager
    def own_connection(self) -> Iterator[Connection]:
        """A connection of its own for what reads so long that nobody shall wait for it."""
        with closing(Database(self.file)) as database, database.read() as db:
            yield db

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction for what no thread is derived from, open to those who may only look."""
        with self.writer.write() as db:
            yield db
            self._writes += 1
            if self._writes % PRUNE_EVERY == 0:
                feed.prune(db)

    @contextmanager
    def command_transaction(self, by: Actor | None = None) -> Iterator[UnitOfWork]:
        """One transaction; threads it touched are derived again and announced at its end.

        Raises Refusal for who may only look.
        """
        self.context.check_may_decide()
        from carecli.desk.commands.unit_of_work import UnitOfWork
        from carecli.store.derive import refresh
        from carecli.store.policies import Policies

        with self.transaction() as db:
            actor = by or moderator(self.me)
            unit = UnitOfWork(db, self.context, self.abilities, self.library, actor, self.now())
            yield unit
            if unit.touched:
                refresh(db, unit.touched, unit.now, Policies(db))
                feed.announce(db, unit.touched)

    def close(self) -> None:
        """Let go of the database."""
        for database in (self.finder, self.reader, self.writer):
            database.close()
