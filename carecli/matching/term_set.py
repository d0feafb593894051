"""A rule's or list's terms, compiled once, and where they occur in a message.

A message is looked at chunk by chunk (what stands between spaces). What a chunk holds is
remembered, as most of what people write was written before; so a message in which nothing is found
costs a dictionary look-up a chunk, for ten terms as for ten thousand.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from carecli.matching.disguises import (
    WORD,
    Disguise,
    PossibleWord,
    is_settled,
    join_letters,
    readings,
)
from carecli.matching.folded_text import Folded, fold
from carecli.matching.index import Index, IndexEntry, Means
from carecli.matching.stems import LANGUAGES
from carecli.matching.terms import Piece, WordTerm

REMEMBERED = 16_000
"""Chunks whose meaning is kept in memory, and as many that were before: about two megabytes."""
REMEMBERED_LONGEST = 48
"""Characters of a chunk that is worth remembering."""
JOINED_LEAST = 7
"""Letters of a phrase that is also found written without its spaces."""
OWN_LETTERS_MOST = 5
"""Letters of a short term, which diacritics make another word: `año` is not `ano`."""
OWN_LETTERS = {"es": "ñ", "pl": "ąćęłńóśźż", "en": ""}
"""Letters with marks that are letters of their own in a language, not disguises."""

_AROUND = ".,;:?!…()\"'«»“”¿¡"
"""Punctuation around a word that hides nothing."""
_LONE_SIGNS = frozenset("@$€")
_CHUNK = re.compile(r"\S+")
_REPEATED = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True, slots=True)
class Hit:
    """A term in a message.

    `start` and `end` are places in the text that was written, `words` what it was read as, `means`
    how that is the term, and `disguise` how it was hidden, empty when it was not.
    """

    term: WordTerm
    start: int
    end: int
    words: str
    means: Means
    disguise: Disguise


class _Edge(NamedTuple):
    """A reading that is a piece of some term."""

    reading: PossibleWord
    entries: tuple[IndexEntry, ...]


class _Chunk(NamedTuple):
    """What is remembered of a chunk.

    Its edges; whether it holds a term by itself; the numbers of its pieces, and of those that may
    follow them in a phrase; its only letter.
    """

    edges: tuple[_Edge, ...]
    is_term: bool
    numbers: frozenset[int]
    followers: frozenset[int]
    lone: PossibleWord | None


class _Node:
    """A place in the tree of terms, after some of their pieces."""

    __slots__ = ("ends", "next")

    def __init__(self) -> None:
        self.next: dict[int, _Node] = {}
        self.ends: list[int] = []


class _Remembered(dict[str, "_Chunk | None"]):
    """Chunks met before, by their text.

    When they are too many they become the older ones, and what was older is forgotten; an older
    one that is met again is young again.
    """

    def __init__(self, terms: TermSet) -> None:
        super().__init__()
        self._terms = terms
        self._older: dict[str, _Chunk | None] = {}

    def __missing__(self, chunk: str) -> _Chunk | None:
        if len(chunk) > REMEMBERED_LONGEST:
            return self._terms.read(chunk)
        if chunk in self._older:
            seen = self._older[chunk]
        else:
            word = chunk.strip(_AROUND)
            if word.isalpha():
                seen = _shifted(self._terms.read_word(word), chunk.index(word))
            else:
                seen = self._terms.read(chunk)
        if len(self) >= REMEMBERED:
            self._older = dict(self)
            self.clear()
        self[chunk] = seen
        return seen


class TermSet:
    """Terms compiled for search. Make one by `TermSet.compile`."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.terms: list[WordTerm] = []
        self._index = Index(languages)
        self._root = _Node()
        self._signs: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._except: TermSet | None = None
        self._own_letters = {one: frozenset(letters) for one, letters in OWN_LETTERS.items()}
        every = (self._own_letters.get(language, frozenset()) for language in languages)
        self._own_letters[""] = frozenset[str]().union(*every)
        self._seen = _Remembered(self)

    @classmethod
    def compile(
        cls,
        terms: Iterable[WordTerm],
        *,
        languages: Sequence[str] = tuple(LANGUAGES),
        exceptions: Iterable[WordTerm] = (),
    ) -> TermSet:
        """The terms, ready to be found.

        `languages` are those a term without a language may be inflected in. A hit inside one of
        the `exceptions` (`año`, `pinche de cocina`) is none.
        """
        made = cls(languages)
        for term in dict.fromkeys(terms):
            made._add(term)
        kept = list(exceptions)
        if kept:
            made._except = cls.compile(kept, languages=languages)
        return made

    def _add(self, term: WordTerm) -> None:
        number = len(self.terms)
        self.terms.append(term)
        pieces = term.pieces()
        if not pieces:
            signs = fold(term.text)
            self._signs[signs[0]].append((signs, number))
            return
        self._add_path(pieces, term, number, is_exact=term.is_exact)
        joined = "".join(piece.word for piece in pieces)
        is_plain = all(piece.where == "whole" for piece in pieces)
        if len(pieces) > 1 and is_plain and len(joined) >= JOINED_LEAST:
            self._add_path((Piece(joined, joined, "whole"),), term, number, is_exact=True)

    def _add_path(
        self, pieces: Iterable[Piece], term: WordTerm, number: int, *, is_exact: bool
    ) -> None:
        node = self._root
        for piece in pieces:
            entry = self._index.add(piece, term.language, is_exact=is_exact)
            node = node.next.setdefault(entry, _Node())
        node.ends.append(number)

    def find(self, text: str | Folded) -> list[Hit]:
        """Where the terms stand, in the order of places; empty for most messages."""
        folded = text if isinstance(text, Folded) else Folded(text)
        chunks = list(map(self._seen.__getitem__, folded.chunks))
        hits: list[Hit] = []
        if chunks.count(None) < len(chunks) and _may_hold(folded.chunks, chunks):
            hits += self._walk(folded, chunks)
        if not self._signs.keys().isdisjoint(folded.text):
            hits += self._find_signs(folded)
        if hits and self._except:
            spared = [(one.start, one.end) for one in self._except.find(folded)]
            hits = [hit for hit in hits if not _is_within(hit, spared)]
        return _longest(hits) if hits else hits

    def read_word(self, word: str) -> _Chunk | None:
        """What a chunk that is one word of letters holds."""
        if len(word) > 1 and is_settled(word) and self._index.is_strange(word):
            return None
        return self.read(word)

    def read(self, chunk: str) -> _Chunk | None:
        """What a chunk of folded text holds; None for nothing that matters."""
        found = readings(chunk)
        edges = tuple(edge for reading in found for edge in self._edges(reading))
        is_lone = len(chunk) == 1 or sum(not one.disguise for one in found) == 1
        lone = next((one for one in found if len(one.word) == 1), None) if is_lone else None
        if chunk in _LONE_SIGNS:
            lone = PossibleWord(0, 1, chunk, "")
        if not edges and lone is None:
            return None
        numbers = frozenset(entry.number for edge in edges for entry in edge.entries)
        nodes = [self._root.next[number] for number in numbers & self._root.next.keys()]
        followers = frozenset(number for node in nodes for number in node.next)
        return _Chunk(edges, any(node.ends for node in nodes), numbers, followers, lone)

    def _edges(self, reading: PossibleWord) -> Iterator[_Edge]:
        words = {reading.word}
        if reading.disguise == "masked":
            words = set(self._index.unmask(reading.word))
        for word in sorted(words):
            entries = self._index.look_up(word)
            if reading.disguise in ("masked", "apart"):
                entries = [entry for entry in entries if entry.means != "wildcard"]
            if entries:
                yield _Edge(reading._replace(word=word), tuple(entries))

    def _walk(self, folded: Folded, chunks: Sequence[_Chunk | None]) -> Iterator[Hit]:
        """Follow the tree of terms from each place where one begins."""
        edges = sorted(self._placed(folded, chunks), key=lambda edge: edge.reading.start)
        starts = [edge.reading.start for edge in edges]
        words = [found.start() for found in WORD.finditer(folded.text)]
        for edge in edges:
            path: list[tuple[_Edge, _Node, tuple[_Edge, ...]]] = [(edge, self._root, (edge,))]
            while path:
                edge, node, taken = path.pop()
                for entry in edge.entries:
                    after = node.next.get(entry.number)
                    if after is None or not self._has_own_letters(folded, edge.reading, entry):
                        continue
                    for number in after.ends:
                        yield self._hit(folded, number, taken, entry)
                    if after.next:
                        end = edge.reading.end
                        place = bisect_left(words, end)
                        last = words[place] if place < len(words) else -1
                        for at in range(bisect_left(starts, end), len(edges)):
                            if starts[at] > last:
                                break
                            path.append((edges[at], after, (*taken, edges[at])))

    def _placed(self, folded: Folded, chunks: Sequence[_Chunk | None]) -> Iterator[_Edge]:
        """All edges at their places in the message, with those of letters set apart by spaces."""
        row: list[PossibleWord] = []
        for found, chunk in zip(_CHUNK.finditer(folded.text), chunks, strict=True):
            start = found.start()
            if chunk is not None:
                for edge in chunk.edges:
                    yield _Edge(_moved(edge.reading, start), edge.entries)
                if chunk.lone:
                    row.append(_moved(chunk.lone, start))
                    continue
            elif row and _is_signs(found[0]):
                continue
            yield from self._spelled(row)
            row = []
        yield from self._spelled(row)

    def _spelled(self, row: list[PossibleWord]) -> Iterator[_Edge]:
        """What single letters in a row spell; a wider gap may be one between words."""
        if len(row) < 3:
            return
        rows: list[list[PossibleWord]] = [[row[0]]]
        for before, letter in pairwise(row):
            if letter.start - before.end > 1:
                rows.append([])
            rows[-1].append(letter)
        for letters in [row, *rows] if len(rows) > 1 else [row]:
            if len(letters) >= 3:
                for reading in join_letters(letters):
                    yield from self._edges(reading)

    def _has_own_letters(self, folded: Folded, reading: PossibleWord, entry: IndexEntry) -> bool:
        """Whether no letter of its own makes the written word another one than a short term."""
        typed = self._index.typed[entry.number]
        is_hidden = reading.disguise not in ("", "repeated")
        if entry.means == "wildcard" or len(typed) > OWN_LETTERS_MOST or is_hidden:
            return True
        start, end = folded.span(reading.start, reading.end)
        written = folded.original[start:end]
        if written.isascii():
            return True
        seen = "".join(one for one in written if unicodedata.category(one) != "Cf")
        written = unicodedata.normalize("NFC", seen).casefold()
        if reading.disguise:
            written = _REPEATED.sub(r"\1", written)
        own = self._own_letters[self._index.spoken[entry.number]]
        return not any(
            mine != theirs and theirs in own and fold(theirs) == fold(mine)
            for mine, theirs in zip(typed[: entry.letters], written, strict=False)
        )

    def _hit(self, folded: Folded, number: int, taken: Sequence[_Edge], last: IndexEntry) -> Hit:
        readings_ = [edge.reading for edge in taken]
        start, end = folded.span(readings_[0].start, readings_[-1].end)
        disguise: Disguise = next((one.disguise for one in readings_ if one.disguise), "")
        words = " ".join(one.word for one in readings_)
        return Hit(self.terms[number], start, end, words, last.means, disguise)

    def _find_signs(self, folded: Folded) -> Iterator[Hit]:
        for first in self._signs.keys() & set(folded.text):
            for signs, number in self._signs[first]:
                at = folded.text.find(signs)
                while at >= 0:
                    start, end = folded.span(at, at + len(signs))
                    yield Hit(self.terms[number], start, end, signs, "plain", "")
                    at = folded.text.find(signs, at + len(signs))


def _is_signs(text: str) -> bool:
    """Whether it is signs alone, as may stand between the letters of one word."""
    return not any(map(str.isalnum, text))


def _may_hold(texts: Sequence[str], chunks: Sequence[_Chunk | None]) -> bool:
    """Whether a chunk holds a term, or two the pieces of one, or three letters stand alone."""
    in_row = 0
    numbers: set[int] = set()
    followers: set[int] = set()
    for text, chunk in zip(texts, chunks, strict=True):
        if chunk is None:
            in_row = in_row if in_row and _is_signs(text) else 0
            continue
        if chunk.is_term:
            return True
        numbers |= chunk.numbers
        followers |= chunk.followers
        in_row = in_row + 1 if chunk.lone else 0
        if in_row == 3:
            return True
    return not numbers.isdisjoint(followers)


def _shifted(chunk: _Chunk | None, by: int) -> _Chunk | None:
    if chunk is None or not by:
        return chunk
    edges = tuple(_Edge(_moved(edge.reading, by), edge.entries) for edge in chunk.edges)
    return chunk._replace(edges=edges, lone=chunk.lone and _moved(chunk.lone, by))


def _moved(reading: PossibleWord, by: int) -> PossibleWord:
    return reading._replace(start=reading.start + by, end=reading.end + by)


def _is_within(hit: Hit, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= hit.start and hit.end <= end for start, end in spans)


def _longest(hits: list[Hit]) -> list[Hit]:
    """One hit for each term and place: the plainest of the longest."""
    order = {"plain": 0, "inflected": 1, "wildcard": 2}
    hits.sort(key=lambda hit: (hit.start, -hit.end, bool(hit.disguise), order[hit.means]))
    kept: list[Hit] = []
    ends: dict[WordTerm, int] = {}
    for hit in hits:
        if hit.end > ends.get(hit.term, -1) and hit.start >= ends.get(hit.term, -1):
            ends[hit.term] = hit.end
            kept.append(hit)
    return kept
