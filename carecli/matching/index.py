"""An index of the words of terms: looking up a word of a text costs a few hashes.

Each piece has a number. Equal pieces of different terms share it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from carecli.matching.stems import LANGUAGES, SHORTEST, plurals, stems
from carecli.matching.terms import Piece

SURE_STEM = 4
"""The fewest letters of a stem for terms without a language; shorter ones match other words."""

_SPANISH_ENDS = frozenset("aeioudjlnrsxyz")

Means = Literal["plain", "inflected", "wildcard"]


class IndexEntry(NamedTuple):
    """A match of a word of a text: the number of the piece, and how it matched."""

    number: int
    means: Means
    letters: int
    """How many letters at the start of piece and word are equal, to compare diacritics."""


class Index:
    """An index of all pieces of a set of terms."""

    def __init__(self, languages: Iterable[str]) -> None:
        self.languages = tuple(language for language in languages if language in LANGUAGES)
        self.typed: list[str] = []
        self.spoken: list[str] = []
        self._numbers: dict[tuple[str, str, str], int] = {}
        self._whole: dict[str, list[IndexEntry]] = defaultdict(list)
        self._stems: dict[str, dict[str, list[IndexEntry]]] = defaultdict(lambda: defaultdict(list))
        self._heads: dict[str, set[str]] = defaultdict(set)
        self._head_lengths: set[int] = set()
        self._openings: set[str] = set()
        self._opening_lengths: list[int] = []
        self._wild: dict[str, dict[str, list[IndexEntry]]] = defaultdict(lambda: defaultdict(list))
        self._lengths: dict[str, set[int]] = defaultdict(set)
        # by length, first and last letter; the last is empty where it may be any
        self._masked: dict[tuple[int, str, str], list[str]] = defaultdict(list)
        self._masked_stems: dict[tuple[str, int, str], list[str]] = defaultdict(list)

    def add(self, piece: Piece, language: str, *, is_exact: bool) -> int:
        """Add a piece and return its number; `language` empty: any of the set's."""
        how = "=" if is_exact else language
        key = (f"{piece.where} {language} {how}", piece.word, piece.typed)
        if key in self._numbers:
            return self._numbers[key]
        number = self._numbers[key] = len(self.typed)
        self.typed.append(piece.typed)
        self.spoken.append(language)
        if piece.where != "whole":
            self._wild[piece.where][piece.word].append(IndexEntry(number, "wildcard", 0))
            self._lengths[piece.where].add(len(piece.word))
            if piece.where == "beginning":
                self._add_opening(piece.word)
            return number
        self._add_whole(piece.word, IndexEntry(number, "plain", len(piece.word)))
        if not is_exact and piece.word.isalpha():
            for spoken in (language,) if language else self.languages:
                fewest = SHORTEST[spoken] if language or len(self.languages) == 1 else SURE_STEM
                self._add_stems(piece, number, spoken, fewest)
        return number

    def _add_whole(self, word: str, entry: IndexEntry) -> None:
        if word not in self._whole:
            for last in (word[-1], ""):
                self._masked[len(word), word[0], last].append(word)
        self._whole[word].append(entry)

    def _add_stems(self, piece: Piece, number: int, language: str, fewest: int) -> None:
        piece_stems = {*stems(piece.word, language), *stems(piece.typed, language)}
        for stem in sorted(piece_stems):
            if len(stem) < fewest:
                continue
            if stem not in self._stems[language]:
                self._masked_stems[language, len(stem), stem[0]].append(stem)
            self._stems[language][stem].append(IndexEntry(number, "inflected", len(stem)))
            head = _head(stem)
            self._heads[language].add(head)
            self._head_lengths.add(len(head))
            self._add_opening(head)
        if language == "es" and all(len(stem) < fewest for stem in piece_stems):
            for form in plurals(piece.word):
                self._add_whole(form, IndexEntry(number, "inflected", len(piece.word)))

    def _add_opening(self, start: str) -> None:
        if start not in self._openings:
            self._openings.add(start)
            if len(start) not in self._opening_lengths:
                self._opening_lengths.append(len(start))

    def matches_nothing(self, word: str) -> bool:
        """Whether a folded word certainly matches nothing, as most words do."""
        if word in self._whole:
            return False
        for length in self._opening_lengths:
            if word[:length] in self._openings:
                return False
        has_others = self._lengths["ending"] or self._lengths["part"]
        return not has_others or not any(self._look_up_wild(word))

    def look_up(self, word: str) -> list[IndexEntry]:
        """All pieces that a folded word matches."""
        entries = list(self._whole.get(word, ()))
        if word.isalpha():
            begins = {word[:length] for length in self._head_lengths}
            for language, heads in self._heads.items():
                if not begins.isdisjoint(heads):
                    entries_of = self._stems[language]
                    for stem in stems(word, language):
                        if stem in entries_of and (stem != word or _may_be_bare(stem, language)):
                            entries += entries_of[stem]
        if self._wild:
            entries += self._look_up_wild(word)
        return entries

    def _look_up_wild(self, word: str) -> Iterator[IndexEntry]:
        size = len(word)
        for length in self._lengths["beginning"]:
            if length <= size:
                yield from self._wild["beginning"].get(word[:length], ())
        for length in self._lengths["ending"]:
            if length <= size:
                yield from self._wild["ending"].get(word[-length:], ())
        parts = self._wild["part"]
        for length in self._lengths["part"]:
            for start in range(size - length + 1):
                yield from parts.get(word[start : start + length], ())

    def unmask(self, masked: str) -> Iterator[str]:
        """The words, inflected as the visible letters show, for a word with `*` for letters."""
        size = len(masked)
        for word in self._masked.get((size, masked[0], masked[-1].strip("*")), ()):
            if _fits(masked, word):
                yield word
        shown = masked.rindex("*") + 1
        for language in self._heads:
            for length in range(shown, size):
                for stem in self._masked_stems.get((language, length, masked[0]), ()):
                    if _fits(masked[:length], stem):
                        word = stem + masked[length:]
                        if stem in stems(word, language):
                            yield word


def _head(stem: str) -> str:
    """The beginning of all words with this stem; a stemmer may change its last letter."""
    return stem[:-1] if len(stem) > 4 or stem.endswith("i") else stem


def _may_be_bare(stem: str, language: str) -> bool:
    """Whether a stem alone may be a form of its word.

    A short stem is another word: `put` is not `puta`. No Spanish word ends like `pinch`.
    """
    return len(stem) >= SURE_STEM and (language != "es" or stem[-1] in _SPANISH_ENDS)


def _fits(masked: str, word: str) -> bool:
    return all(mask in ("*", letter) for mask, letter in zip(masked, word, strict=True))
