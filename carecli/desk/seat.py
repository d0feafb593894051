"""A moderator's place at a database: its connections, and the one way to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from carecli.desk.deeds import Desktop
from carecli.desk.library import Library
from carecli.desk.office import Abilities, Office
from carecli.domain.model import Actor, Millis, moderator
from carecli.store import feed
from carecli.store.db import Database
from carecli.store.derive import refresh
from carecli.store.filtering import Asking
from carecli.store.policies import Policies

PRUNE_EVERY = 200
"""Writes after which old changes are forgotten."""


class Seat:
    """What every part of the desk stands on.

    Three connections, so that none waits for another: lists that may take long, quick reads,
    and writes, each of which is on the disk when its method returns.
    """

    def __init__(self, database: str | Path, office: Office) -> None:
        self._office = office
        self._abilities = Abilities(office)
        self._writer = Database(database, durable=True)
        self._reader = Database(database)
        self._finder = Database(database)
        self._writes = 0
        self._library = Library(office)

    @property
    def me(self) -> str:
        return self._office.me

    def now(self) -> Millis:
        return self._office.clock()

    def _asking(self, brand: str = "") -> Asking:
        return Asking(self.me, self.now(), self._office.zone, brand)

    @contextmanager
    def _writing(self, by: Actor | None = None) -> Iterator[Desktop]:
        """One transaction; threads it touched are derived again and announced at its end."""
        with self._writer.write() as db:
            actor = by or moderator(self.me)
            desktop = Desktop(db, self._office, self._abilities, self._library, actor, self.now())
            yield desktop
            if desktop.touched:
                refresh(db, desktop.touched, desktop.now, Policies(db))
                feed.announce(db, desktop.touched)
            self._writes += 1
            if self._writes % PRUNE_EVERY == 0:
                feed.prune(db)

    def close(self) -> None:
        for database in (self._finder, self._reader, self._writer):
            database.close()
