"""Keeps a suggester up to date with people's decisions and stores it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from sqlite3 import Connection
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from carecli.domain.model import Millis
from carecli.store import suggestions
from carecli.store.db import Database
from carecli.store.suggestions import Correction, Learned

if TYPE_CHECKING:
    from carecli.matching.suggester import Example

log = logging.getLogger(__name__)

AFRESH = 200
"""Corrections learned one by one after which all is learned again, in its best order."""


class Learns(Protocol):
    """A suggester of any kind."""

    counts: Counter[str]

    @property
    def is_ready(self) -> bool:
        """Whether enough was learned for suggestions to be shown."""

    def learn(self, text: str, label: str) -> None:
        """Learn one correction."""

    def to_bytes(self) -> bytes:
        """Everything learned."""


Pupil = TypeVar("Pupil", bound=Learns)
Pupil_co = TypeVar("Pupil_co", bound=Learns, covariant=True)


class School(Protocol[Pupil_co]):
    """Makes suggesters of one kind."""

    def learned(self, examples: Sequence[Example], labels: Sequence[str]) -> Pupil_co:
        """One that learned these."""

    def from_bytes(self, kept: bytes) -> Pupil_co:
        """The one that was kept; ValueError for anything else."""

    def is_prepared(self, texts: Sequence[str]) -> bool:
        """Get ready to learn from these texts, some of them a call; whether that is done."""


class Learner(Generic[Pupil]):
    """One suggester by its name; `decided` tells what people decided after a decision's id."""

    def __init__(
        self,
        name: str,
        labels: Sequence[str],
        school: School[Pupil],
        decided: Callable[[Connection, int], list[Correction]],
    ) -> None:
        self.suggester: Pupil | None = None
        """None before there was anything to learn."""
        self._name = name
        self._labels = labels
        self._school = school
        self._decided = decided
        self._decision = 0
        self._since_afresh = 0

    @property
    def ready(self) -> Pupil | None:
        """The suggester, once it learned enough."""
        made = self.suggester
        return made if made is not None and made.is_ready else None

    def learn(self, database: Database, now: Millis) -> int:
        """Learn what people decided since; how many corrections that were.

        0 also while the texts are still being prepared.
        """
        if self.suggester is None:
            self.restore(database.connection)
        fresh = self._decided(database.connection, self._decision)
        if not fresh:
            return 0
        if self.suggester is None or self._since_afresh + len(fresh) >= AFRESH:
            if not self._learn_afresh(database):
                return 0
        else:
            if not self._school.is_prepared([one.text for one in fresh]):
                return 0
            for one in fresh:
                self.suggester.learn(one.text, one.label)
            self._since_afresh += len(fresh)
        self._decision = fresh[-1].decision
        self._keep(database, now)
        return len(fresh)

    def restore(self, db: Connection) -> None:
        """Take up what was learned and kept before."""
        kept = suggestions.learned(db, self._name)
        if kept is None:
            return
        try:
            self.suggester = self._school.from_bytes(kept.model)
            self._decision = kept.decision
        except ValueError:
            log.info("what was learned is of another version; it is learned again")

    def _learn_afresh(self, database: Database) -> bool:
        from carecli.matching.suggester import MOST, Example

        known = self._decided(database.connection, 0)[-MOST:]
        if not self._school.is_prepared([one.text for one in known]):
            return False
        examples = [Example(one.text, one.label) for one in known]
        self.suggester = self._school.learned(examples, self._labels)
        self._since_afresh = 0
        return True

    def _keep(self, database: Database, now: Millis) -> None:
        assert self.suggester is not None
        examples = self.suggester.counts.total()
        kept = Learned(self.suggester.to_bytes(), examples, self._decision, now)
        with database.write() as db:
            suggestions.keep(db, self._name, kept)
