"""Ranks saved replies for a message with an index of words, in a few milliseconds.

A snippet is known by two bags of word stems: its own (name, title and text) and those of the
messages it has answered. How well it fits is the cosine between the message's stems and each bag,
rare stems weighing more; language, contact point, channel, team and past use add to that.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log, log1p, sqrt

from carecli.domain.model import ContactPoint
from carecli.domain.snippet import PLACEHOLDER, Snippet
from carecli.domain.text import search_form

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
PLACE = 0.1
"""More for a snippet meant for this contact point, channel or team; as much less for others."""
USED = 0.15
"""At most so much for being used often."""

Stems = tuple[str, ...]

_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST},}}")


@dataclass(frozen=True, slots=True)
class RankingContext:
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
    return tuple(word[:STEM] for word in _WORD.findall(search_form(text[:LOOKED_AT])))


class _Bags:
    """Bags of stems by name, and for every stem the bags it is in with its share of each.

    A bag's shares are made from the bag alone, and how rare a stem is, is looked at when asked
    (in the words of information retrieval: lnc.ltc), so that one bag changes without the others.
    """

    def __init__(self) -> None:
        self._bags: dict[str, Counter[str]] = {}
        self._places: dict[str, dict[str, float]] = defaultdict(dict)

    def put(self, name: str, bag: Counter[str]) -> None:
        """Another bag of this name; an empty one takes it away."""
        for stem in self._bags.pop(name, ()):
            places = self._places[stem]
            del places[name]
            if not places:
                del self._places[stem]
        if not bag:
            return
        self._bags[name] = bag
        weights = {stem: 1 + log(count) for stem, count in bag.items()}
        length = sqrt(sum(weight * weight for weight in weights.values()))
        for stem, weight in weights.items():
            self._places[stem][name] = weight / length

    def of(self, name: str) -> Counter[str]:
        """A copy of a bag."""
        return Counter(self._bags.get(name, ()))

    def likeness(self, asked: Stems) -> dict[str, float]:
        """The cosine with each bag that has anything in common, by the bag's name."""
        known = Counter(stem for stem in asked if stem in self._places)
        weights = {
            stem: (1 + log(count)) * log(1 + len(self._bags) / len(self._places[stem]))
            for stem, count in known.items()
        }
        length = sqrt(sum(weight * weight for weight in weights.values()))
        found: dict[str, float] = defaultdict(float)
        for stem, weight in weights.items():
            share = weight / length
            for name, own in self._places[stem].items():
                found[name] += share * own
        return found


class Ranking:
    """Snippets by how well they fit an occasion. Asked often; what changes is taken in by itself.

    >>> ranking = Ranking()
    >>> ranking.keep({"hi": Snippet("hi", "Hi", "Hello"), "eta": Snippet("eta", "Parcel", "Soon")})
    >>> scores = ranking.scores(Occasion("where is my parcel?"))
    >>> max(scores, key=scores.__getitem__)
    'eta'
    """

    def __init__(self) -> None:
        self.snippets: dict[str, Snippet] = {}
        self.uses: Counter[str] = Counter()
        self._own = _Bags()
        self._answered = _Bags()

    def keep(self, snippets: Mapping[str, Snippet]) -> None:
        """These are the snippets now, by name."""
        for name in self.snippets.keys() - snippets.keys():
            self._own.put(name, Counter())
        for name, one in snippets.items():
            if self.snippets.get(name) != one:
                self._own.put(name, _own_words(one))
        self.snippets = dict(snippets)

    def learn(self, answered: Iterable[tuple[str, Stems]], *, unlearn: bool = False) -> None:
        """Messages, by their stems, were answered with snippets, by name; or were not after all."""
        by_name: dict[str, list[Stems]] = defaultdict(list)
        for name, message in answered:
            by_name[name].append(message)
        for name, messages in by_name.items():
            bag = self._answered.of(name)
            for message in messages:
                (bag.subtract if unlearn else bag.update)(message)
            self._answered.put(name, +bag)
            self.uses[name] += -len(messages) if unlearn else len(messages)

    def scores(self, occasion: RankingContext) -> dict[str, float]:
        """How well each snippet fits; more is better."""
        asked = stems(occasion.text)
        own, answered = self._own.likeness(asked), self._answered.likeness(asked)
        most = log1p(max(self.uses.values(), default=0)) or 1.0
        used = {name: USED * log1p(count) / most for name, count in self.uses.items()}
        return {
            name: OWN * own.get(name, 0.0)
            + ANSWERED * answered.get(name, 0.0)
            + used.get(name, 0.0)
            + _suits(one, occasion)
            for name, one in self.snippets.items()
        }


def _suits(snippet: Snippet, occasion: RankingContext) -> float:
    worth = 0.0
    if snippet.languages and occasion.language:
        worth += LANGUAGE if occasion.language in snippet.languages else -LANGUAGE
    if snippet.points and occasion.point is not None:
        worth += PLACE if occasion.point in snippet.points else -PLACE
    if snippet.channels and occasion.channel:
        worth += PLACE if occasion.channel in snippet.channels else -PLACE
    if snippet.teams and occasion.team:
        worth += PLACE if occasion.team in snippet.teams else -PLACE
    return worth


def _own_words(snippet: Snippet) -> Counter[str]:
    bag = Counter(stems(PLACEHOLDER.sub(" ", snippet.text)))
    for stem in stems(f"{snippet.name} {snippet.title}"):
        bag[stem] += TITLE
    return bag
