"""Suggestions by meaning, made soon after arrival: colours and the safety flag.

It costs too much for ingestion, where words suggest at once: so it goes over what still waits, some
messages at a time, in a thread of the engine, and puts its own suggestions in place of those. What
is being stored does not wait for it: texts are encoded outside of any transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from carecli.desk.commands.unit_of_work import UnitOfWork
from carecli.desk.context import Abilities, DeskContext
from carecli.desk.replies.snippet_library import Library
from carecli.desk.rules.colour_suggestions import LABELS
from carecli.desk.rules.learner import Learner
from carecli.domain.commands import Safety
from carecli.domain.model import Actor, Millis, ThreadId
from carecli.store import feed, rule_facts, suggestions
from carecli.store.db import Database
from carecli.store.derive import refresh
from carecli.store.policies import Policies

if TYPE_CHECKING:
    from carecli.matching.semantic import Encoder, SemanticSuggester
    from carecli.matching.suggester import Example

COLOURS = "colour by meaning"
SAFETY = "safety by meaning"

PORTION = 64
"""Messages encoded at once, in about one and a half seconds: an engine that stops waits no more."""
LATEST = 1_000
"""Messages that are gone over again after a start."""
RAISES = 0.5
"""How sure it must be to raise the safety flag: a miss costs more than a look in vain."""

BY = Actor("suggestion", "safety")


class Meanings:
    """Makes suggesters that go by meaning; nothing is loaded before the first text."""

    def __init__(self) -> None:
        self._encoder: Encoder | None = None

    @property
    def encoder(self) -> Encoder:
        """The one encoder they share."""
        if self._encoder is None:
            from carecli.matching.semantic import Encoder

            self._encoder = Encoder()
        return self._encoder

    def learned(self, examples: Sequence[Example], labels: Sequence[str]) -> SemanticSuggester:
        from carecli.matching.semantic import SemanticSuggester

        return SemanticSuggester.learned(examples, labels, self.encoder)

    def from_bytes(self, kept: bytes) -> SemanticSuggester:
        from carecli.matching.semantic import SemanticSuggester

        return SemanticSuggester.from_bytes(kept, self.encoder)

    def is_prepared(self, texts: Sequence[str]) -> bool:
        unknown = self.encoder.unknown(texts)
        self.encoder.vectors(unknown[:PORTION])
        return len(unknown) <= PORTION


class MeaningTriage:
    """The suggesters of one database that go by meaning; for one thread at a time."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context
        self._abilities = Abilities(context)
        self._library = Library(context)
        school = Meanings()
        self._school = school
        self._colours: Learner[SemanticSuggester] = Learner(
            COLOURS, LABELS, school, suggestions.corrections
        )
        self._safety: Learner[SemanticSuggester] = Learner(
            SAFETY, ("none", "safety"), school, suggestions.safety_verdicts
        )
        self._seen: int | None = None

    def look(self, database: Database, now: Millis) -> int:
        """Learn what people decided, then suggest for a portion of what waits; how many."""
        self._colours.learn(database, now)
        self._safety.learn(database, now)
        if self._colours.ready is None and self._safety.ready is None:
            return 0
        db = database.connection
        newest = suggestions.newest_message(db)
        if self._seen is None:
            self._seen = max(newest - LATEST, suggestions.newest(db, "semantic"))
        waiting = suggestions.waiting_since(db, self._seen, PORTION)
        if not waiting:
            self._seen = newest
            return 0
        self._school.encoder.vectors([text for _, text in waiting])
        self._suggest(database, dict(waiting), now)
        self._seen = waiting[-1][0]
        return len(waiting)

    def _suggest(self, database: Database, texts: dict[int, str], now: Millis) -> None:
        """Suggest for messages that are known by now; those that changed meanwhile are left out."""
        colours, alarms = self._of_colours(texts), self._of_safety(texts)
        rows: list[tuple[int, int, str, float, int]] = []
        suggester = self._colours.suggester
        examples = suggester.counts.total() if suggester is not None else 0
        with database.write() as db:
            unit = UnitOfWork(db, self._context, self._abilities, self._library, BY, now)
            for told in rule_facts.told(db, list(texts)):
                if told.text != texts[told.message]:
                    continue
                if told.message in colours and not told.colour_by.startswith("moderator:"):
                    label, probability = colours[told.message]
                    rows.append((told.message, told.thread, label, probability, examples))
                if (
                    told.message in alarms
                    and not told.safety
                    and not suggestions.is_safety_decided(db, told.message)
                ):
                    unit.do(Safety(ThreadId(told.thread)))
            suggestions.suggest(db, rows, now, "semantic")
            if unit.touched:
                refresh(db, unit.touched, now, Policies(db))
            feed.announce(db, unit.touched | {row[1] for row in rows})

    def _of_colours(self, texts: dict[int, str]) -> dict[int, tuple[str, float]]:
        suggester = self._colours.ready
        if suggester is None:
            return {}
        found = suggester.suggest_all(list(texts.values()))
        return {
            message: (one.label, round(one.probability, 4))
            for message, one in zip(texts, found, strict=True)
        }

    def _of_safety(self, texts: dict[int, str]) -> set[int]:
        """Messages that may tell of an adverse reaction."""
        suggester = self._safety.ready
        if suggester is None:
            return set()
        found = suggester.suggest_all(list(texts.values()))
        return {
            message
            for message, one in zip(texts, found, strict=True)
            if one.probabilities["safety"] >= RAISES
        }
