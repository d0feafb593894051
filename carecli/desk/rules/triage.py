"""Colours suggested for what comes in, learned on this machine from what moderators chose.

The suggester can always be made again from the journal; it is only kept so that a start need not
wait. It suggests, and sets nothing. What it says is judged by what people choose next.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import TYPE_CHECKING

from carecli.domain.model import Colour, Millis
from carecli.store import rule_facts, suggestions
from carecli.store.db import Database
from carecli.store.suggestions import Learned

if TYPE_CHECKING:
    from carecli.matching.suggester import Suggester

log = logging.getLogger(__name__)

NAME = "colour"
LABELS = tuple(colour.value for colour in Colour)

AFRESH = 200
"""Corrections learned one by one after which all is learned again, in its best order."""

JUDGED = 200
"""Corrections by which suggestions are judged."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How good suggestions were lately: `right` of `judged`; 0 of 0 before there was any."""

    judged: int
    right: int
    examples: int
    """Corrections learned so far."""
    is_ready: bool
    """Whether there are enough for suggestions to be shown."""


class Triage:
    """The suggester of one database, in the engine."""

    def __init__(self) -> None:
        self._suggester: Suggester | None = None
        self._decision = 0
        self._since_afresh = 0

    def suggest(self, db: Connection, messages: Sequence[int], now: Millis) -> None:
        """Suggest a colour for each of these messages; belongs into their transaction."""
        suggester = self._suggester
        if suggester is None or not suggester.is_ready:
            return
        examples = suggester.counts.total()
        rows: list[tuple[int, int, str, float, int]] = []
        for told in rule_facts.told(db, messages):
            if told.text:
                found = suggester.suggest(told.text)
                probability = round(found.probability, 4)
                rows.append((told.message, told.thread, found.label, probability, examples))
        suggestions.suggest(db, rows, now)

    def learn(self, database: Database, now: Millis) -> int:
        """Learn what people chose since; how many corrections that were."""
        if self._suggester is None:
            self._begin(database)
        fresh = suggestions.corrections(database.connection, self._decision)
        if not fresh and self._suggester is not None:
            return 0
        if self._suggester is None or self._since_afresh + len(fresh) >= AFRESH:
            self._learn_afresh(database)
        else:
            for one in fresh:
                self._suggester.learn(one.text, one.colour)
            self._since_afresh += len(fresh)
        if fresh:
            self._decision = fresh[-1].decision
        self._keep(database, now)
        return len(fresh)

    def _begin(self, database: Database) -> None:
        from carecli.matching.suggester import Suggester

        kept = suggestions.learned(database.connection, NAME)
        if kept is None:
            return
        try:
            self._suggester = Suggester.from_bytes(kept.model)
            self._decision = kept.decision
        except ValueError:
            log.info("what was learned is of another version; it is learned again")

    def _learn_afresh(self, database: Database) -> None:
        from carecli.matching.suggester import Example, Suggester

        known = suggestions.corrections(database.connection)
        examples = [Example(one.text, one.colour) for one in known]
        self._suggester = Suggester.learned(examples, LABELS)
        self._since_afresh = 0

    def _keep(self, database: Database, now: Millis) -> None:
        assert self._suggester is not None
        kept = Learned(
            self._suggester.to_bytes(), self._suggester.counts.total(), self._decision, now
        )
        with database.write() as db:
            suggestions.keep(db, NAME, kept)


def judgement(db: Connection) -> Judgement:
    """How good suggestions were, by the moderators' last choices after one was made."""
    from carecli.matching.suggester import READY

    verdicts = suggestions.verdicts(db, JUDGED)
    kept = suggestions.learned(db, NAME)
    examples = kept.examples if kept is not None else 0
    right = sum(suggested == chosen for suggested, _, chosen in verdicts)
    return Judgement(len(verdicts), right, examples, examples >= READY)
