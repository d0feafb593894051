"""Suggests colours, learned on this machine from moderators' choices.

The suggester can always be made again from the journal; it is only kept so that a start need not
wait. It suggests, and sets nothing. What it says is judged by what people choose next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import TYPE_CHECKING

from carecli.desk.rules.code_suggestions import CodeTriage
from carecli.desk.rules.learner import Learner
from carecli.domain.model import Colour, Millis
from carecli.store import rule_facts, suggestions
from carecli.store.db import Database

if TYPE_CHECKING:
    from carecli.matching.suggester import Example, Suggester

NAME = "colour"
LABELS = tuple(colour.value for colour in Colour)

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


class Words:
    """Makes suggesters that go by words and pieces of them."""

    def learned(self, examples: Sequence[Example], labels: Sequence[str]) -> Suggester:
        from carecli.matching.suggester import Suggester

        return Suggester.learned(examples, labels)

    def from_bytes(self, kept: bytes) -> Suggester:
        from carecli.matching.suggester import Suggester

        return Suggester.from_bytes(kept)

    def is_prepared(self, _texts: Sequence[str]) -> bool:
        return True


class Triage:
    """The suggesters of one database that suggest at once, in the engine."""

    def __init__(self) -> None:
        self._colours: Learner[Suggester] = Learner(NAME, LABELS, Words(), suggestions.corrections)
        self._codes = CodeTriage(Words())

    def restore(self, db: Connection) -> None:
        """Take up what was learned and kept before; without it, `learn` does so."""
        self._colours.restore(db)
        self._codes.restore(db)

    def suggest(self, db: Connection, messages: Sequence[int], now: Millis) -> None:
        """Suggest a colour and codes for each of these messages; belongs into their transaction."""
        self._codes.suggest(db, messages, now)
        suggester = self._colours.ready
        if suggester is None:
            return
        examples = suggester.counts.total()
        rows: list[tuple[int, int, str, float, int]] = []
        for told in rule_facts.told(db, messages):
            if told.text:
                found = suggester.suggest(told.text)
                probability = round(found.probability, 4)
                rows.append((told.message, told.thread, found.label, probability, examples))
        suggestions.suggest(db, rows, now, "words")

    def learn(self, database: Database, now: Millis) -> int:
        """Learn what people chose and coded since; how many of both that were."""
        return self._colours.learn(database, now) + self._codes.learn(database, now)


def judgement(db: Connection) -> Judgement:
    """How good suggestions were, by the moderators' last choices after one was made."""
    from carecli.matching.suggester import READY

    verdicts = suggestions.verdicts(db, JUDGED)
    kept = suggestions.learned(db, NAME)
    examples = kept.examples if kept is not None else 0
    right = sum(suggested == chosen for suggested, _, chosen in verdicts)
    return Judgement(len(verdicts), right, examples, examples >= READY)
