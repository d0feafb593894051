"""The library of saved replies: in memory, read again when files change, wiser with every reply."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from sqlite3 import Connection
from typing import NamedTuple
from zoneinfo import ZoneInfo

from carecli.desk.knowledge import SnippetUsage
from carecli.desk.office import Office
from carecli.desk.rows import SnippetView
from carecli.desk.snippets import Shelf, by_name
from carecli.domain import fuzzy
from carecli.domain.errors import Refusal
from carecli.domain.language import guess
from carecli.domain.model import ContactPoint, Millis
from carecli.domain.ranking import Occasion, Ranking, Stems, stems
from carecli.domain.snippet import Snippet
from carecli.domain.text import fold
from carecli.store import snippet_uses

LEARNT = 2_000
"""Newest replies from snippets that the ranking learns from."""

NAME, TITLE, TEXT = 4, 3, 1
"""Weights of letters found in a snippet's name, title and text."""


class _Searched(NamedTuple):
    """A snippet as it is searched, folded."""

    name: str
    title: str
    text: str


class Library:
    """Saved replies of a desk. Calls from several threads are safe.

    `refresh` reads files and must come before the others, outside of any transaction; they take a
    connection and read only what happened since.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lock = threading.Lock()
        self._shelf = Shelf(office.snippets)
        self._learnt: list[tuple[str, int]] | None = None
        self._said: dict[int, Stems] = {}
        self._keep({})

    def _keep(self, found: dict[str, Snippet]) -> None:
        self._by_name = found
        self._ranking = Ranking(list(found.values()))
        self._searched = [
            _Searched(fold(one.name), fold(one.title), fold(one.text)) for one in found.values()
        ]
        self._languages = {language for one in found.values() for language in one.languages}
        self._learnt = None

    def refresh(self) -> Shelf:
        """Read what changed in the folders; what stands on the shelf now."""
        with self._lock:
            if self._shelf.refresh():
                self._keep(by_name(self._shelf.all))
            return self._shelf

    def find(self, name: str) -> Snippet | None:
        """A snippet by its name."""
        return self._by_name.get(name)

    def named(self, name: str) -> Snippet:
        """A snippet by its name; raises Refusal when there is none."""
        found = self.find(name)
        if found is None:
            raise Refusal(f"There is no snippet {name!r}.")
        return found

    def listed(self, db: Connection, search: str = "") -> list[SnippetView]:
        """All snippets that answer to a search, by name; those no longer offered too."""
        with self._lock:
            self._learn(db)
            found, uses = self._found(search), self._ranking.uses
            return [
                _view(one, uses.get(one.name, 0))
                for number, one in enumerate(self._ranking.snippets)
                if number in found
            ]

    def fitting(self, db: Connection, thread: int, search: str = "") -> list[SnippetView]:
        """Those a thread's channel takes today, best first; with a search, those it finds."""
        at = snippet_uses.occasion(db, thread)
        if at is None:
            raise Refusal(f"There is no thread {thread}.")
        usual = self._office.languages.get(at.channel, "")
        today = day(self._office.clock(), self._office.zone)
        with self._lock:
            self._learn(db)
            among = [usual, *sorted(self._languages - {usual})]
            occasion = Occasion(
                at.text, guess(at.text, among) or usual, at.channel, ContactPoint(at.point), at.team
            )
            fits, found = self._ranking.scores(occasion), self._found(search)
            ordered = sorted(
                (-found[number], -fits[number], one.name, number)
                for number, one in enumerate(self._ranking.snippets)
                if number in found and one.takes(at.channel, today)
            )
            uses = self._ranking.uses
            return [
                _view(self._ranking.snippets[number], uses.get(name, 0), -fit)
                for _, fit, name, number in ordered
            ]

    def _learn(self, db: Connection) -> None:
        """Take in the messages that were answered from snippets since the last time."""
        uses = snippet_uses.newest(db, LEARNT)
        if uses == self._learnt:
            return
        answered: dict[str, list[Stems]] = defaultdict(list)
        said: dict[int, Stems] = {}
        for name, message in uses:
            if message not in said:
                known = self._said.get(message)
                said[message] = stems(snippet_uses.text_of(db, message)) if known is None else known
            answered[name].append(said[message])
        self._ranking.learn(answered)
        self._said, self._learnt = said, uses

    def _found(self, search: str) -> dict[int, int]:
        """Numbers of the snippets that hold every word searched for, with how well they do."""
        words = fold(search).split()
        found = self._holding(words, _worth)
        return found or self._holding(words, _worth_at_a_stretch)

    def _holding(
        self, words: Sequence[str], worth: Callable[[str, _Searched], int]
    ) -> dict[int, int]:
        found: dict[int, int] = {}
        for number, one in enumerate(self._searched):
            total = 0
            for word in words:
                value = worth(word, one)
                if not value:
                    break
                total += value
            else:
                found[number] = total
        return found

    def usage(self, db: Connection) -> list[SnippetUsage]:
        """How often each snippet was sent, and how much it was edited before."""
        return [
            SnippetUsage(
                name=one.snippet,
                title=snippet.title if (snippet := self.find(one.snippet)) is not None else "",
                times=one.times,
                unedited=one.as_it_is,
                edited=round(1 - one.similarity, 4),
                last_at=one.at,
            )
            for one in snippet_uses.usage(db)
        ]


def _worth(word: str, one: _Searched) -> int:
    """How well a word is answered by a name or a title, or by being part of the text."""
    beside = TEXT * fuzzy.LETTER * len(word) if word in one.text else 0
    return max(NAME * fuzzy.score(word, one.name), TITLE * fuzzy.score(word, one.title), beside)


def _worth_at_a_stretch(word: str, one: _Searched) -> int:
    """Likewise, where letters are missing from a word of the text."""
    return _worth(word, one) or TEXT * fuzzy.score_of_words(word, one.text)


def _view(one: Snippet, uses: int, fit: float = 0.0) -> SnippetView:
    return SnippetView(
        name=one.name,
        title=one.title,
        text=one.text,
        languages=one.languages,
        channels=one.channels,
        teams=one.teams,
        points=one.points,
        group=one.group,
        until=one.until.isoformat() if one.until is not None else "",
        prompts=one.prompts(),
        uses=uses,
        fit=round(fit, 4),
    )


def day(moment: Millis, zone: str) -> date:
    """The day a moment is on in a time zone."""
    return datetime.fromtimestamp(moment / 1000, ZoneInfo(zone)).date()
