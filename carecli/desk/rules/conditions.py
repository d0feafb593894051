"""A rule's conditions, compiled to be tested on thousands of messages.

A condition becomes a list of questions, cheapest first; the first that is answered with no ends
it. The text is folded once for all rules, and only when a rule looks at it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from sqlite3 import Connection

from carecli.domain.errors import ConfigError
from carecli.domain.filter import Query, parse_filter
from carecli.domain.language import SMALL_WORDS, guess_language
from carecli.domain.rule import Condition, Rule, RuleHit
from carecli.matching.folded_text import Folded
from carecli.matching.patterns import Pattern
from carecli.matching.signs import (
    has_link,
    has_mail,
    is_only_emoji,
    is_only_mentions,
    is_question,
    mentions,
)
from carecli.matching.stems import LANGUAGES
from carecli.matching.term_set import TermSet
from carecli.matching.terms import WordTerm
from carecli.matching.words import WordList, read_words
from carecli.store import rule_facts
from carecli.store.filter_sql import Asking, compile_filter
from carecli.store.rule_facts import RuleMessage

Evidence = Sequence[RuleHit]
"""Why a rule hit."""

NO_EVIDENCE: Evidence = ()

_PHONE = re.compile(r"(?<!\d)\+?\d(?:[ .()-]?\d){7,14}(?!\d)")


class MessageFacts:
    """One message as rules see it; what costs a query is looked up when a rule asks."""

    def __init__(
        self,
        db: Connection | None,
        told: RuleMessage,
        campaigns: frozenset[str],
        languages: Mapping[str, Sequence[str]],
        zone: str = "UTC",
    ) -> None:
        self.told = told
        self.campaigns = campaigns
        self.colour = told.colour
        self.has_safety = told.safety != ""
        self._db = db
        self._languages = languages
        self._zone = zone

    @cached_property
    def folded(self) -> Folded:
        """The text as it is searched."""
        return Folded(self.told.text)

    @cached_property
    def labels(self) -> frozenset[str]:
        """The labels of its thread."""
        return frozenset() if self._db is None else rule_facts.labels(self._db, self.told.thread)

    @cached_property
    def author(self) -> frozenset[str]:
        """What is known of who wrote it."""
        if self._db is None:
            return frozenset({"new"})
        found = rule_facts.author_traits(self._db, self.told.contact, self.told.message)
        return found | {"allowed"} if self.told.is_allowed else found

    def is_shown_by(self, query: Query) -> bool:
        """Whether its thread is one that a filter shows; a sentence by itself always is."""
        if self._db is None:
            return True
        where, params = compile_filter(query, Asking("", self.told.at, self._zone)).where()
        return rule_facts.is_shown(self._db, self.told.thread, where, params)

    @cached_property
    def language(self) -> str:
        """The language it is in, of those of its channel; else what is mostly written there."""
        spoken = self._languages.get(self.told.channel, ())
        usual = spoken[0] if spoken else ""
        return guess_language(self.told.text, spoken if len(spoken) > 1 else SMALL_WORDS) or usual


Question = Callable[[MessageFacts], "Evidence | None"]
"""Asked of a message: why it is so, or None when it is not."""


@dataclass(frozen=True, slots=True)
class CompiledCondition:
    """A condition ready to be asked."""

    questions: tuple[Question, ...]

    def hit(self, facts: MessageFacts) -> Evidence | None:
        """Why the message is what the rule looks for; None: it is not."""
        found: list[RuleHit] = []
        for question in self.questions:
            evidence = question(facts)
            if evidence is None:
                return None
            found += evidence
        return found


@dataclass(frozen=True, slots=True)
class WordLists:
    """Word lists of a folder, and the text they were read from, by the name of their file."""

    lists: Mapping[str, WordList] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = tuple(LANGUAGES)
    """In which words without a language of their own are inflected."""

    @classmethod
    def read(cls, folder: Path) -> WordLists:
        """Every list of a folder; raises ConfigError naming file and line."""
        files = sorted(folder.glob("*.txt")) if folder.is_dir() else []
        lists = {file.stem: read_words(file) for file in files}
        return cls(lists, {file.stem: file.read_text("utf-8-sig") for file in files})


def compile_condition(
    rule: Rule, lists: WordLists, languages: Mapping[str, Sequence[str]] | None = None
) -> CompiledCondition:
    """A rule's condition; raises ConfigError for a term or a pattern that cannot be.

    `languages` are what is written on channels: words are inflected in those of the
    channels that the rule looks at, which tells short words apart better than all languages do.
    """
    told = languages or {}
    places = (told.get(channel) or ("",) for channel in rule.when.channels or told)
    spoken = {language for some in places for language in some}
    known = tuple(sorted(spoken & set(LANGUAGES))) if "" not in spoken else ()
    try:
        return _compiled(rule.condition, replace(lists, languages=known or lists.languages))
    except ValueError as error:
        raise ConfigError(
            str(error), file=rule.file, line=rule.line, key=f"{rule.name}.if"
        ) from error


def _compiled(one: Condition, lists: WordLists) -> CompiledCondition:
    return CompiledCondition(tuple(_questions(one, lists)))


def _questions(one: Condition, lists: WordLists) -> Iterable[Question]:
    if one.colours:
        yield _wears(frozenset(one.colours))
    if one.has:
        yield _has(one.has)
    if one.words or one.lists:
        own = WordList(tuple(map(_term, one.words)))
        wanted = sum((lists.lists[name] for name in one.lists), own)
        yield _holds(wanted.compiled(lists.languages))
    if one.patterns:
        yield _matches([Pattern(typed) for typed in one.patterns])
    if one.any:
        yield _any([_compiled(each, lists) for each in _together(one.any)])
    for each in one.every:
        yield _compiled(each, lists).hit
    if one.languages:
        yield _speaks(frozenset(one.languages))
    if one.labels:
        yield _labelled(frozenset(one.labels))
    if one.authors:
        yield _written_by(frozenset(one.authors))
    if one.filter:
        yield _shown_by(one.filter)
    if one.none:
        yield _none([_compiled(each, lists) for each in one.none])


def _term(typed: str) -> WordTerm:
    try:
        return WordTerm.parse(typed)
    except ValueError as error:
        raise ValueError(f"{typed!r}: {error}") from error


def _together(conditions: Sequence[Condition]) -> list[Condition]:
    """Alternatives that ask for words only are one list of words: a text is searched once."""
    alike = [one for one in conditions if one.is_words_only]
    others = [one for one in conditions if not one.is_words_only]
    if len(alike) < 2:
        return list(conditions)
    words = tuple(dict.fromkeys(word for one in alike for word in one.words))
    names = tuple(dict.fromkeys(name for one in alike for name in one.lists))
    return [Condition(words=words, lists=names), *others]


def _wears(colours: frozenset[str]) -> Question:
    return lambda facts: [RuleHit(facts.colour)] if facts.colour in colours else None


def _labelled(labels: frozenset[str]) -> Question:
    return lambda facts: _named(sorted(facts.labels & labels))


def _written_by(authors: frozenset[str]) -> Question:
    return lambda facts: _named(sorted(facts.author & authors))


def _shown_by(filter_text: str) -> Question:
    query = parse_filter(filter_text)
    return lambda facts: [RuleHit(filter_text)] if facts.is_shown_by(query) else None


def _named(found: Sequence[str]) -> Evidence | None:
    return [RuleHit(name) for name in found] or None


def _holds(terms: TermSet) -> Question:
    def ask(facts: MessageFacts) -> Evidence | None:
        hits = terms.find(facts.folded)
        return [RuleHit(hit.term.text, hit.words, hit.start, hit.end) for hit in hits] or None

    return ask


def _matches(patterns: Sequence[Pattern]) -> Question:
    def ask(facts: MessageFacts) -> Evidence | None:
        for pattern in patterns:
            found = pattern.find(facts.folded)
            if found is not None:
                return [RuleHit(pattern.typed, found.words, found.start, found.end)]
        return None

    return ask


def _any(each: Sequence[CompiledCondition]) -> Question:
    def ask(facts: MessageFacts) -> Evidence | None:
        return next((e for one in each if (e := one.hit(facts)) is not None), None)

    return ask


def _none(each: Sequence[CompiledCondition]) -> Question:
    def ask(facts: MessageFacts) -> Evidence | None:
        return None if any(one.hit(facts) is not None for one in each) else NO_EVIDENCE

    return ask


def _speaks(languages: frozenset[str]) -> Question:
    def ask(facts: MessageFacts) -> Evidence | None:
        return [RuleHit(facts.language)] if facts.language in languages else None

    return ask


def _attached(facts: MessageFacts, kind: str = "") -> bool:
    if not facts.told.attachments:
        return False
    return any(kind in ("", item[0]) for item in json.loads(facts.told.attachments))


TRAIT: Mapping[str, Callable[[MessageFacts], bool]] = {
    "link": lambda facts: has_link(facts.folded) or _attached(facts, "link"),
    "mention": lambda facts: bool(facts.told.mentions) or bool(mentions(facts.folded)),
    "attachment": _attached,
    "email": lambda facts: has_mail(facts.folded),
    "phone": lambda facts: _PHONE.search(facts.folded.text) is not None,
    "question": lambda facts: is_question(facts.folded),
    "emoji_only": lambda facts: is_only_emoji(facts.folded),
    "tag_only": lambda facts: is_only_mentions(facts.folded),
}
"""What `has` asks, by its words."""


def _has(traits: Sequence[str]) -> Question:
    def ask(facts: MessageFacts) -> Evidence | None:
        found = next((trait for trait in traits if TRAIT[trait](facts)), "")
        return [RuleHit(found)] if found else None

    return ask
