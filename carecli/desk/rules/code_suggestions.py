"""Suggests sentiment and funnel stage, learned from moderators' codes.

A suggestion is nobody's code: it is kept apart, shown with how likely it is, and counted apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from sqlite3 import Connection
from typing import TYPE_CHECKING

from carecli.desk.rules.learner import Learner, School
from carecli.domain.codes import VALUES, CodeKind
from carecli.domain.model import Millis
from carecli.store import codes, rule_facts, suggestions
from carecli.store.db import Database
from carecli.store.suggestions import Correction

if TYPE_CHECKING:
    from carecli.matching.suggester import Suggester

LEAST = 2
"""Values with enough examples from which there is something to tell apart."""


class CodeTriage:
    """The suggesters of one database, a kind each."""

    def __init__(self, school: School[Suggester]) -> None:
        self._learners: Mapping[CodeKind, Learner[Suggester]] = {
            kind: Learner(kind.value, values, school, _decided(kind))
            for kind, values in VALUES.items()
        }

    def learn(self, database: Database, now: Millis) -> int:
        """Learn what people coded since; how many codes that were."""
        return sum(one.learn(database, now) for one in self._learners.values())

    def restore(self, db: Connection) -> None:
        """Take up what was learned and kept before."""
        for one in self._learners.values():
            one.restore(db)

    def suggest(self, db: Connection, messages: Sequence[int], now: Millis) -> None:
        """Suggest codes for each of these messages; belongs into their transaction."""
        ready = {
            kind: made
            for kind, one in self._learners.items()
            if (made := one.suggester) is not None and known_values(made)
        }
        if not ready:
            return
        rows: list[tuple[int, str, int, str, float, int]] = []
        for told in rule_facts.told(db, messages):
            for kind, made in ready.items():
                found = made.suggest(told.text)
                if told.text and found.label in known_values(made):
                    likely = round(found.probability, 4)
                    examples = made.counts.total()
                    row = (told.message, kind.value, told.thread, found.label, likely, examples)
                    rows.append(row)
        codes.suggest(db, rows, now)


def known_values(suggester: Suggester) -> frozenset[str]:
    """The values that are worth suggesting; none before enough was learned to tell any apart.

    Of five stages some are rare: those with too few examples are never suggested, and need not be
    waited for.
    """
    from carecli.matching.suggester import READY, READY_EACH

    counts = suggester.counts
    known = frozenset(value for value, n in counts.items() if n >= READY_EACH)
    return known if counts.total() >= READY and len(known) >= LEAST else frozenset()


def _decided(kind: CodeKind) -> Callable[[Connection, int], list[Correction]]:
    return partial(_codes, kind.value)


def _codes(kind: str, db: Connection, after: int) -> list[Correction]:
    return suggestions.codes(db, kind, after)
