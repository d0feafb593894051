"""Ranks snippets for a message with an index of word stems, in a few milliseconds.

A snippet has two bags of word stems: its own words (name, title and text), and the words of the
messages it has answered. Its score is the cosine similarity of the message with each bag, with rare
stems weighing more; language, contact point, channel, team and past use add to that.
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
"""How many letters of a word count: `paczka`, `paczki` and `paczkę` are the same."""
SHORTEST = 3
"""Shorter words are ignored."""
LOOKED_AT = 2_000
"""How many characters of a message are used."""
TITLE = 3
"""How many times a word of the name or title counts."""

OWN = 1.0
"""Weight of the similarity (0 to 1) to the snippet's own words."""
ANSWERED = 1.5
"""Weight of the similarity to the messages it has answered."""
LANGUAGE = 2.0
"""Added for the message's language, subtracted for another one."""
PLACE = 0.1
"""Added for this contact point, channel or team, subtracted for others."""
USED = 0.15
"""The most that is added for frequent use."""

Stems = tuple[str, ...]

_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST},}}")


@dataclass(frozen=True, slots=True)
class RankingContext:
    """The message to answer: its text and language, and where it came in."""

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
    """Bags of stems by name, and for every stem the weight in each bag that contains it.

    The weighting is lnc.ltc: weights in a bag depend on that bag alone, and the rarity of stems
    is applied when searching, so one bag can change without the others.
    """

    def __init__(self) -> None:
        self._bags: dict[str, Counter[str]] = {}
        self._places: dict[str, dict[str, float]] = defaultdict(dict)

    def put(self, name: str, bag: Counter[str]) -> None:
        """Replace the bag of this name; an empty one removes it."""
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

    def similarity(self, wanted: Stems) -> dict[str, float]:
        """The cosine similarity with each bag that shares a stem, by name."""
        counts = Counter(stem for stem in wanted if stem in self._places)
        weights = {
            stem: (1 + log(count)) * log(1 + len(self._bags) / len(self._places[stem]))
            for stem, count in counts.items()
        }
        length = sqrt(sum(weight * weight for weight in weights.values()))
        cosines: dict[str, float] = defaultdict(float)
        for stem, weight in weights.items():
            share = weight / length
            for name, bag_weight in self._places[stem].items():
                cosines[name] += share * bag_weight
        return cosines


class Ranking:
    """Scores snippets for a message; snippets and answers can be changed at any time.

    >>> ranking = Ranking()
    >>> ranking.keep({"hi": Snippet("hi", "Hi", "Hello"), "eta": Snippet("eta", "Parcel", "Soon")})
    >>> scores = ranking.scores(RankingContext("where is my parcel?"))
    >>> max(scores, key=scores.__getitem__)
    'eta'
    """

    def __init__(self) -> None:
        self.snippets: dict[str, Snippet] = {}
        self.uses: Counter[str] = Counter()
        self._own = _Bags()
        self._answered = _Bags()

    def keep(self, snippets: Mapping[str, Snippet]) -> None:
        """Set the snippets, by name."""
        for name in self.snippets.keys() - snippets.keys():
            self._own.put(name, Counter())
        for name, snippet in snippets.items():
            if self.snippets.get(name) != snippet:
                self._own.put(name, _own_words(snippet))
        self.snippets = dict(snippets)

    def learn(self, answered: Iterable[tuple[str, Stems]], *, unlearn: bool = False) -> None:
        """Learn (or unlearn) answers: pairs of a snippet's name and the message's stems."""
        by_name: dict[str, list[Stems]] = defaultdict(list)
        for name, message in answered:
            by_name[name].append(message)
        for name, messages in by_name.items():
            bag = self._answered.of(name)
            for message in messages:
                (bag.subtract if unlearn else bag.update)(message)
            self._answered.put(name, +bag)
            self.uses[name] += -len(messages) if unlearn else len(messages)

    def scores(self, context: RankingContext) -> dict[str, float]:
        """The score of each snippet, by name; higher is better."""
        wanted = stems(context.text)
        own, answered = self._own.similarity(wanted), self._answered.similarity(wanted)
        most = log1p(max(self.uses.values(), default=0)) or 1.0
        used = {name: USED * log1p(count) / most for name, count in self.uses.items()}
        return {
            name: OWN * own.get(name, 0.0)
            + ANSWERED * answered.get(name, 0.0)
            + used.get(name, 0.0)
            + _context_score(snippet, context)
            for name, snippet in self.snippets.items()
        }


def _context_score(snippet: Snippet, context: RankingContext) -> float:
    points = 0.0
    if snippet.languages and context.language:
        points += LANGUAGE if context.language in snippet.languages else -LANGUAGE
    if snippet.points and context.point is not None:
        points += PLACE if context.point in snippet.points else -PLACE
    if snippet.channels and context.channel:
        points += PLACE if context.channel in snippet.channels else -PLACE
    if snippet.teams and context.team:
        points += PLACE if context.team in snippet.teams else -PLACE
    return points


def _own_words(snippet: Snippet) -> Counter[str]:
    bag = Counter(stems(PLACEHOLDER.sub(" ", snippet.text)))
    for stem in stems(f"{snippet.name} {snippet.title}"):
        bag[stem] += TITLE
    return bag
