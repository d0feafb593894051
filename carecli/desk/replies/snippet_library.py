"""The saved replies in memory: reloaded when files change, ranked by use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime
from sqlite3 import Connection
from typing import NamedTuple
from zoneinfo import ZoneInfo

from carecli.desk.context import DeskContext, Guidance
from carecli.desk.conversations.rows import SnippetView
from carecli.desk.replies.rows import SnippetUsage
from carecli.desk.replies.snippet_files import Shelf, by_name
from carecli.domain import fuzzy
from carecli.domain.errors import Refusal
from carecli.domain.language import guess_language
from carecli.domain.model import Colour, ContactPoint, Millis
from carecli.domain.snippet import Snippet
from carecli.domain.snippet_ranking import Ranking, RankingContext, Stems, stems
from carecli.domain.text import search_form
from carecli.i18n import _
from carecli.store import snippet_uses

LEARNT = 2_000
"""Newest replies from snippets that the ranking learns from."""

PREFERRED = 3.0
"""More for a snippet that the thread's colour prefers: it comes before what only fits by words."""

MOST = 200
"""Snippets offered for a thread; a search finds the others."""

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

    def __init__(self, context: DeskContext) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._shelf = Shelf(context.snippets)
        self._ranking = Ranking()
        self._searched: dict[str, _Searched] = {}
        self._languages: set[str] = set()
        self._uses: list[tuple[int, str, int]] = []
        self._learnt: dict[int, tuple[str, Stems]] = {}

    def refresh(self) -> Shelf:
        """Read what changed in the folders; what stands on the shelf now."""
        with self._lock:
            if self._shelf.refresh():
                before, found = self._ranking.snippets, by_name(self._shelf.all)
                self._searched = {
                    name: self._searched[name] if before.get(name) == one else _searched(one)
                    for name, one in found.items()
                }
                self._languages = {lang for one in found.values() for lang in one.languages}
                self._ranking.keep(found)
            return self._shelf

    def find(self, name: str) -> Snippet | None:
        """A snippet by its name."""
        return self._ranking.snippets.get(name)

    def named(self, name: str) -> Snippet:
        """A snippet by its name; raises Refusal when there is none."""
        found = self.find(name)
        if found is None:
            raise Refusal(_("There is no snippet {name!r}.").format(name=name))
        return found

    def listed(self, db: Connection, search: str = "") -> list[SnippetView]:
        """All snippets that answer to a search, by name; those no longer offered too."""
        with self._lock:
            self._learn(db)
            return [
                _view(self.named(name), self._ranking.uses[name]) for name in self._found(search)
            ]

    def fitting(self, db: Connection, thread: int, search: str = "") -> list[SnippetView]:
        """The best of those a thread's channel takes today; with a search, those it finds.

        What is meant for other contact points is offered only to who searches for it.
        """
        at = snippet_uses.occasion(db, thread)
        if at is None:
            raise Refusal(_("There is no thread {thread}.").format(thread=thread))
        usual = self._context.languages.get(at.channel, "")
        today = day(self._context.clock(), self._context.zone)
        with self._lock:
            self._learn(db)
            among = [usual, *sorted(self._languages - {usual})]
            occasion = RankingContext(
                at.text,
                guess_language(at.text, among) or usual,
                at.channel,
                ContactPoint(at.point),
                at.team,
            )
            fits, uses = self._ranking.scores(occasion), self._ranking.uses
            for name in self._context.guidance.get(Colour(at.colour), Guidance()).snippets:
                fits[name] = fits.get(name, 0.0) + PREFERRED
            ordered = sorted(
                (-found, -fits[name], name)
                for name, found in self._found(search).items()
                if (one := self.named(name)).takes(at.channel, today)
                and (search.strip() or not one.points or occasion.point in one.points)
            )
            return [_view(self.named(name), uses[name], -fit) for _, fit, name in ordered[:MOST]]

    def _learn(self, db: Connection) -> None:
        """Take in the messages answered from snippets since the last time."""
        uses, known = snippet_uses.newest(db, LEARNT), self._learnt
        if uses == self._uses:
            return
        now: dict[int, tuple[str, Stems]] = {}
        fresh: list[tuple[str, Stems]] = []
        for decision, name, message in uses:
            one = known.get(decision)
            if one is None:
                one = (name, stems(snippet_uses.text_of(db, message)))
                fresh.append(one)
            now[decision] = one
        self._ranking.learn(fresh)
        gone = [one for decision, one in known.items() if decision not in now]
        self._ranking.learn(gone, unlearn=True)
        self._learnt, self._uses = now, uses

    def _found(self, search: str) -> dict[str, int]:
        """Names of the snippets that hold every word searched for, with how well they do."""
        words = search_form(search).split()
        return self._holding(words, _worth) or self._holding(words, _worth_at_a_stretch)

    def _holding(
        self, words: Sequence[str], worth: Callable[[str, _Searched], int]
    ) -> dict[str, int]:
        if not words:
            return dict.fromkeys(self._searched, 0)
        found: dict[str, int] = {}
        for name, one in self._searched.items():
            total = 0
            for word in words:
                value = worth(word, one)
                if not value:
                    break
                total += value
            else:
                found[name] = total
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


def _searched(one: Snippet) -> _Searched:
    return _Searched(search_form(one.name), search_form(one.title), search_form(one.text))


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
