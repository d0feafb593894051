"""A moderator's connections to a database, and the one way to write."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING

from carecli.desk.context import Abilities, DeskContext
from carecli.domain.errors import Refusal
from carecli.domain.model import Actor, Millis, moderator
from carecli.i18n import _
from carecli.store import feed
from carecli.store.db import Database

if TYPE_CHECKING:
    from carecli.desk.commands.unit_of_work import UnitOfWork
    from carecli.desk.records import Records
    from carecli.desk.replies.snippet_library import Library
    from carecli.desk.rules.protocol import RuleService
    from carecli.desk.rules.service import StoreRuleService

PRUNE_EVERY = 200
"""Writes after which old changes are forgotten."""


class DeskSession:
    """What every part of the desk stands on.

    Three connections, so that none waits for another: lists that may take long, quick reads,
    and writes, each of which is on the disk when its method returns. What only writing needs is
    loaded when something is written for the first time.
    """

    def __init__(self, database: str | Path, context: DeskContext) -> None:
        self._context = context
        self._abilities = Abilities(context)
        self._writer = Database(database, durable=True)
        self._reader = Database(database)
        self._finder = Database(database)
        self._writes = 0
        self._file = database
        self._rules: StoreRuleService | None = None
        self._loading_rules = threading.Lock()

    @cached_property
    def _library(self) -> Library:
        from carecli.desk.replies.snippet_library import Library

        return Library(self._context)

    @property
    def me(self) -> str:
        return self._context.me

    def now(self) -> Millis:
        return self._context.clock()

    @property
    def ruling(self) -> RuleService:
        from carecli.desk.rules.service import StoreRuleService

        with self._loading_rules:
            if self._rules is None:
                if self._context.rulebook is None:
                    raise Refusal(_("There are no rules here."))
                self._rules = StoreRuleService(self._file, self._context, self._context.rulebook())
            return self._rules

    @property
    def records(self) -> Records:
        from carecli.desk.records import Records

        return Records(self._finder, self._writer, self._context)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A connection of its own for what reads so long that nobody shall wait for it."""
        with closing(Database(self._file)) as database, database.read() as db:
            yield db

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """One transaction for what no thread is derived from, open to those who may only look."""
        with self._writer.write() as db:
            yield db
            self._writes += 1
            if self._writes % PRUNE_EVERY == 0:
                feed.prune(db)

    @contextmanager
    def _command_transaction(self, by: Actor | None = None) -> Iterator[UnitOfWork]:
        """One transaction; threads it touched are derived again and announced at its end.

        Raises Refusal for who may only look.
        """
        self._context.check_may_decide()
        from carecli.desk.commands.unit_of_work import UnitOfWork
        from carecli.store.derive import refresh
        from carecli.store.policies import Policies

        with self._transaction() as db:
            actor = by or moderator(self.me)
            unit = UnitOfWork(db, self._context, self._abilities, self._library, actor, self.now())
            yield unit
            if unit.touched:
                refresh(db, unit.touched, unit.now, Policies(db))
                feed.announce(db, unit.touched)

    def close(self) -> None:
        if self._rules is not None:
            self._rules.close()
        for database in (self._finder, self._reader, self._writer):
            database.close()
