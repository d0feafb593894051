"""Which saved reply fits the message at hand: an index of words, asked in a few milliseconds.

A snippet is known by two bags of word stems: its own (name, title and text) and those of the
messages it has answered. How well it fits is the cosine between the message's stems and each bag,
rare stems weighing more; language, contact point, channel, team and past use add to that.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p, sqrt

from carecli.domain.model import ContactPoint
from carecli.domain.snippet import PLACEHOLDER, Snippet
from carecli.domain.text import fold

STEM = 5
"""Letters of a word that count: `paczka`, `paczki` and `paczkę` are one."""
SHORTEST = 3
"""Letters a word must have to count."""
LOOKED_AT = 2_000
"""Characters of a message that are looked at."""
TITLE = 3
"""How often a word of the name or title counts."""

OWN = 1.0
"""Weight of the likeness with the snippet itself, a cosine from 0 to 1."""
ANSWERED = 1.5
"""Weight of the likeness with the messages it has answered."""
LANGUAGE = 2.0
"""More for the message's language than for none named, and for none than for another."""
PLACE = 0.3
"""More for a snippet meant for this contact point, channel or team; as much less for others."""
USED = 0.3
"""At most so much for being used often."""

Stems = tuple[str, ...]

_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST},}}")


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is to be answered: the message's text and language, and where it came in."""

    text: str
    language: str = ""
    channel: str = ""
    point: ContactPoint | None = None
    team: str = ""


def stems(text: str) -> Stems:
    """The stems of a text's words, in order.

    >>> stems("Paczki? Gdzie jest moja PACZKA?!")
    ('paczk', 'gdzie', 'jest', 'moja', 'paczk')
    """
    return tuple(word[:STEM] for word in _WORD.findall(fold(text[:LOOKED_AT])))


class _Bags:
    """For every stem, the bags it is in with its share of each bag's length."""

    def __init__(self, bags: Sequence[Mapping[str, int]]) -> None:
        seen: Counter[str] = Counter()
        for bag in bags:
            seen.update(bag.keys())
        filled = sum(1 for bag in bags if bag)
        self._rarity = {stem: log(1 + filled / count) for stem, count in seen.items()}
        self._places: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, bag in enumerate(bags):
            weights = [(stem, (1 + log(count)) * self._rarity[stem]) for stem, count in bag.items()]
            length = sqrt(sum(weight * weight for _, weight in weights))
            for stem, weight in weights:
                self._places[stem].append((number, weight / length))

    def likeness(self, asked: Stems) -> dict[int, float]:
        """The cosine with each bag that has anything in common, by the bag's number."""
        weights = {
            stem: (1 + log(count)) * self._rarity[stem]
            for stem, count in Counter(asked).items()
            if stem in self._rarity
        }
        length = sqrt(sum(weight * weight for weight in weights.values()))
        found: dict[int, float] = defaultdict(float)
        for stem, weight in weights.items():
            share = weight / length
            for number, own in self._places[stem]:
                found[number] += share * own
        return found


class Ranking:
    """Snippets in the order in which they fit an occasion. Made once, asked often."""

    def __init__(self, snippets: Sequence[Snippet]) -> None:
        self.snippets = tuple(snippets)
        self._own = _Bags([_own_words(one) for one in self.snippets])
        self.learn({})

    def learn(self, answered: Mapping[str, Sequence[Stems]]) -> None:
        """Take in what was answered with each snippet (by name): the messages' stems."""
        self.uses = {name: len(messages) for name, messages in answered.items()}
        self._most = log1p(max(self.uses.values(), default=0)) or 1.0
        bags: list[Counter[str]] = []
        for one in self.snippets:
            bag: Counter[str] = Counter()
            for message in answered.get(one.name, ()):
                bag.update(message)
            bags.append(bag)
        self._answered = _Bags(bags)

    def scores(self, occasion: Occasion) -> list[float]:
        """How well each snippet fits, in the order of `snippets`; more is better."""
        asked = stems(occasion.text)
        own, answered = self._own.likeness(asked), self._answered.likeness(asked)
        return [
            OWN * own.get(number, 0.0)
            + ANSWERED * answered.get(number, 0.0)
            + self._suits(one, occasion)
            for number, one in enumerate(self.snippets)
        ]

    def _suits(self, one: Snippet, occasion: Occasion) -> float:
        worth = USED * log1p(self.uses.get(one.name, 0)) / self._most
        if one.languages and occasion.language:
            worth += LANGUAGE if occasion.language in one.languages else -LANGUAGE
        if one.points and occasion.point is not None:
            worth += PLACE if occasion.point in one.points else -PLACE
        if one.channels and occasion.channel:
            worth += PLACE if occasion.channel in one.channels else -PLACE
        if one.teams and occasion.team:
            worth += PLACE if occasion.team in one.teams else -PLACE
        return worth


def _own_words(one: Snippet) -> Counter[str]:
    bag = Counter(stems(PLACEHOLDER.sub(" ", one.text)))
    for stem in stems(f"{one.name} {one.title}"):
        bag[stem] += TITLE
    return bag
