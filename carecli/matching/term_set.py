"""Compiles the terms of a rule or word list, and finds them in messages.

A message is searched chunk by chunk (a chunk is the text between spaces). Results of chunks are
cached, as most chunks have occurred before; so a message without a hit costs one dictionary
look-up per chunk, for ten terms as for ten thousand.
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
    is_unambiguous,
    join_letters,
    readings,
)
from carecli.matching.folded_text import Folded, fold
from carecli.matching.index import Index, IndexEntry, Means
from carecli.matching.stems import LANGUAGES
from carecli.matching.terms import Piece, WordTerm

REMEMBERED = 16_000
"""Chunks in the cache, and as many in the older generation: about two megabytes."""
REMEMBERED_LONGEST = 48
"""Longer chunks are not cached."""
JOINED_LEAST = 7
"""A phrase of at least so many letters is also found written without spaces."""
OWN_LETTERS_MOST = 5
"""In terms of at most so many letters diacritics matter: `año` is not `ano`."""
OWN_LETTERS = {"es": "ñ", "pl": "ąćęłńóśźż", "en": ""}
"""Letters with diacritics that are separate letters of a language, not disguises."""

_AROUND = ".,;:?!…()\"'«»“”¿¡"
"""Punctuation around a word, which does not disguise it."""
_LONE_SIGNS = frozenset("@$€")
_CHUNK = re.compile(r"\S+")
_REPEATED = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found in a message.

    `start` and `end` are places in the original text, `words` is the reading that matched, `means`
    how it matched, and `disguise` how the word was disguised, empty if it was not.
    """

    term: WordTerm
    start: int
    end: int
    words: str
    means: Means
    disguise: Disguise


class _Edge(NamedTuple):
    """A reading that matches a piece of a term."""

    reading: PossibleWord
    entries: tuple[IndexEntry, ...]


class _Chunk(NamedTuple):
    """The cached result of a chunk.

    Its edges; whether it contains a whole term; the numbers of its pieces, and of those that may
    follow them in a phrase; and its letter, if it is a single one.
    """

    edges: tuple[_Edge, ...]
    is_term: bool
    numbers: frozenset[int]
    followers: frozenset[int]
    lone: PossibleWord | None


class _Node:
    """A node in the tree of terms, reached by some of their pieces."""

    __slots__ = ("ends", "next")

    def __init__(self) -> None:
        self.next: dict[int, _Node] = {}
        self.ends: list[int] = []


class _ChunkCache(dict[str, "_Chunk | None"]):
    """A cache of chunks by their text, with two generations.

    When the younger generation is full it becomes the older one, which is dropped; a chunk of the
    older generation that occurs again moves to the younger.
    """

    def __init__(self, terms: TermSet) -> None:
        super().__init__()
        self._terms = terms
        self._older: dict[str, _Chunk | None] = {}

    def __missing__(self, chunk: str) -> _Chunk | None:
        if len(chunk) > REMEMBERED_LONGEST:
            return self._terms.read(chunk)
        if chunk in self._older:
            result = self._older[chunk]
        else:
            word = chunk.strip(_AROUND)
            if word.isalpha():
                result = _shifted_chunk(self._terms.read_word(word), chunk.index(word))
            else:
                result = self._terms.read(chunk)
        if len(self) >= REMEMBERED:
            self._older = dict(self)
            self.clear()
        self[chunk] = result
        return result


class TermSet:
    """Terms compiled for search. Create one by `TermSet.compile`."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.terms: list[WordTerm] = []
        self._index = Index(languages)
        self._root = _Node()
        self._signs: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._except: TermSet | None = None
        self._own_letters = {
            language: frozenset(letters) for language, letters in OWN_LETTERS.items()
        }
        every = (self._own_letters.get(language, frozenset()) for language in languages)
        self._own_letters[""] = frozenset[str]().union(*every)
        self._seen = _ChunkCache(self)

    @classmethod
    def compile(
        cls,
        terms: Iterable[WordTerm],
        *,
        languages: Sequence[str] = tuple(LANGUAGES),
        exceptions: Iterable[WordTerm] = (),
    ) -> TermSet:
        """Compile terms for search.

        `languages` are those in which terms without a language may be inflected. Hits inside one of
        the `exceptions` (`año`, `pinche de cocina`) do not count.
        """
        term_set = cls(languages)
        for term in dict.fromkeys(terms):
            term_set._add(term)
        excluded = list(exceptions)
        if excluded:
            term_set._except = cls.compile(excluded, languages=languages)
        return term_set

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
        """All hits of the terms, in the order of their places."""
        folded = text if isinstance(text, Folded) else Folded(text)
        chunks = list(map(self._seen.__getitem__, folded.chunks))
        hits: list[Hit] = []
        if chunks.count(None) < len(chunks) and _may_hold(folded.chunks, chunks):
            hits += self._walk(folded, chunks)
        if not self._signs.keys().isdisjoint(folded.text):
            hits += self._find_signs(folded)
        if hits and self._except:
            excluded = [(hit.start, hit.end) for hit in self._except.find(folded)]
            hits = [hit for hit in hits if not _is_within(hit, excluded)]
        return _longest(hits) if hits else hits

    def read_word(self, word: str) -> _Chunk | None:
        """The result of a chunk that is one word of letters; None if it is irrelevant."""
        if len(word) > 1 and is_unambiguous(word) and self._index.matches_nothing(word):
            return None
        return self.read(word)

    def read(self, chunk: str) -> _Chunk | None:
        """The result of a chunk of folded text; None if it is irrelevant."""
        readings_ = readings(chunk)
        edges = tuple(edge for reading in readings_ for edge in self._edges(reading))
        is_lone = len(chunk) == 1 or sum(not reading_.disguise for reading_ in readings_) == 1
        lone = (
            next((reading_ for reading_ in readings_ if len(reading_.word) == 1), None)
            if is_lone
            else None
        )
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
        """Follow the tree of terms from each edge where a term begins."""
        edges = sorted(self._placed(folded, chunks), key=lambda edge: edge.reading.start)
        starts = [edge.reading.start for edge in edges]
        words = [match.start() for match in WORD.finditer(folded.text)]
        for edge in edges:
            path: list[tuple[_Edge, _Node, tuple[_Edge, ...]]] = [(edge, self._root, (edge,))]
            while path:
                edge, node, used_edges = path.pop()
                for entry in edge.entries:
                    next_node = node.next.get(entry.number)
                    if next_node is None or not self._letters_agree(folded, edge.reading, entry):
                        continue
                    for number in next_node.ends:
                        yield self._hit(folded, number, used_edges, entry)
                    if next_node.next:
                        end = edge.reading.end
                        place = bisect_left(words, end)
                        last = words[place] if place < len(words) else -1
                        for at in range(bisect_left(starts, end), len(edges)):
                            if starts[at] > last:
                                break
                            path.append((edges[at], next_node, (*used_edges, edges[at])))

    def _placed(self, folded: Folded, chunks: Sequence[_Chunk | None]) -> Iterator[_Edge]:
        """All edges at their places in the message, including words spelled with spaces."""
        row: list[PossibleWord] = []
        for match, chunk in zip(_CHUNK.finditer(folded.text), chunks, strict=True):
            start = match.start()
            if chunk is not None:
                for edge in chunk.edges:
                    yield _Edge(_shifted(edge.reading, start), edge.entries)
                if chunk.lone:
                    row.append(_shifted(chunk.lone, start))
                    continue
            elif row and _is_signs(match[0]):
                continue
            yield from self._spelled(row)
            row = []
        yield from self._spelled(row)

    def _spelled(self, row: list[PossibleWord]) -> Iterator[_Edge]:
        """Edges of words spelled by single letters in a row; a wider gap may separate words."""
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

    def _letters_agree(self, folded: Folded, reading: PossibleWord, entry: IndexEntry) -> bool:
        """Whether no separate letter of the language makes the word differ from the term."""
        typed = self._index.typed[entry.number]
        is_hidden = reading.disguise not in ("", "repeated")
        if entry.means == "wildcard" or len(typed) > OWN_LETTERS_MOST or is_hidden:
            return True
        start, end = folded.span(reading.start, reading.end)
        written = folded.original[start:end]
        if written.isascii():
            return True
        visible = "".join(char for char in written if unicodedata.category(char) != "Cf")
        written = unicodedata.normalize("NFC", visible).casefold()
        if reading.disguise:
            written = _REPEATED.sub(r"\1", written)
        own = self._own_letters[self._index.spoken[entry.number]]
        return not any(
            mine != theirs and theirs in own and fold(theirs) == fold(mine)
            for mine, theirs in zip(typed[: entry.letters], written, strict=False)
        )

    def _hit(self, folded: Folded, number: int, edges: Sequence[_Edge], last: IndexEntry) -> Hit:
        readings_ = [edge.reading for edge in edges]
        start, end = folded.span(readings_[0].start, readings_[-1].end)
        disguise: Disguise = next(
            (reading.disguise for reading in readings_ if reading.disguise), ""
        )
        words = " ".join(reading.word for reading in readings_)
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
    """Whether the text has no letters and digits, so it may be between the letters of a word."""
    return not any(map(str.isalnum, text))


def _may_hold(texts: Sequence[str], chunks: Sequence[_Chunk | None]) -> bool:
    """Whether there may be a hit.

    There is one only if a chunk contains a term, or two contain pieces of one, or three single
    letters follow each other.
    """
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


def _shifted_chunk(chunk: _Chunk | None, by: int) -> _Chunk | None:
    if chunk is None or not by:
        return chunk
    edges = tuple(_Edge(_shifted(edge.reading, by), edge.entries) for edge in chunk.edges)
    return chunk._replace(edges=edges, lone=chunk.lone and _shifted(chunk.lone, by))


def _shifted(reading: PossibleWord, by: int) -> PossibleWord:
    return reading._replace(start=reading.start + by, end=reading.end + by)


def _is_within(hit: Hit, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= hit.start and hit.end <= end for start, end in spans)


def _longest(hits: list[Hit]) -> list[Hit]:
    """For each term and place the longest hit, and of equally long ones the plainest."""
    order = {"plain": 0, "inflected": 1, "wildcard": 2}
    hits.sort(key=lambda hit: (hit.start, -hit.end, bool(hit.disguise), order[hit.means]))
    longest: list[Hit] = []
    ends: dict[WordTerm, int] = {}
    for hit in hits:
        if hit.end > ends.get(hit.term, -1) and hit.start >= ends.get(hit.term, -1):
            ends[hit.term] = hit.end
            longest.append(hit)
    return longest
