"""An index of the parts of terms: each word of a text costs a few hashes.

A piece is an entry with a number. Equal pieces of different terms share an entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from carecli.matching.stems import LANGUAGES, SHORTEST, plurals, stems
from carecli.matching.terms import Piece

SURE_STEM = 4
"""Letters of a stem that is compared in languages nobody named; a shorter one hits other words."""

_SPANISH_ENDS = frozenset("aeioudjlnrsxyz")

Means = Literal["plain", "inflected", "wildcard"]


class IndexEntry(NamedTuple):
    """What a word of a text was found to be: the number of a piece, and by which means."""

    number: int
    means: Means
    letters: int
    """Letters at the start that piece and word share, for comparing their diacritics."""


class Index:
    """All pieces of a set of terms."""

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
        """The number of a piece; `language` empty: any of the set's."""
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
                self._open(piece.word)
            return number
        self._add_whole(piece.word, IndexEntry(number, "plain", len(piece.word)))
        if not is_exact and piece.word.isalpha():
            for one in (language,) if language else self.languages:
                sure = SHORTEST[one] if language or len(self.languages) == 1 else SURE_STEM
                self._add_stems(piece, number, one, sure)
        return number

    def _add_whole(self, word: str, entry: IndexEntry) -> None:
        if word not in self._whole:
            for last in (word[-1], ""):
                self._masked[len(word), word[0], last].append(word)
        self._whole[word].append(entry)

    def _add_stems(self, piece: Piece, number: int, language: str, sure: int) -> None:
        found = {*stems(piece.word, language), *stems(piece.typed, language)}
        for stem in sorted(found):
            if len(stem) < sure:
                continue
            if stem not in self._stems[language]:
                self._masked_stems[language, len(stem), stem[0]].append(stem)
            self._stems[language][stem].append(IndexEntry(number, "inflected", len(stem)))
            head = _head(stem)
            self._heads[language].add(head)
            self._head_lengths.add(len(head))
            self._open(head)
        if language == "es" and all(len(stem) < sure for stem in found):
            for form in plurals(piece.word):
                self._add_whole(form, IndexEntry(number, "inflected", len(piece.word)))

    def _open(self, start: str) -> None:
        if start not in self._openings:
            self._openings.add(start)
            if len(start) not in self._opening_lengths:
                self._opening_lengths.append(len(start))

    def is_strange(self, word: str) -> bool:
        """Whether nothing here can begin, end or be as a folded word does: most words are so."""
        if word in self._whole:
            return False
        for length in self._opening_lengths:
            if word[:length] in self._openings:
                return False
        has_others = self._lengths["ending"] or self._lengths["part"]
        return not has_others or not any(self._look_up_wild(word))

    def look_up(self, word: str) -> list[IndexEntry]:
        """What a folded word is."""
        found = list(self._whole.get(word, ()))
        if word.isalpha():
            begins = {word[:length] for length in self._head_lengths}
            for language, heads in self._heads.items():
                if not begins.isdisjoint(heads):
                    known = self._stems[language]
                    for stem in stems(word, language):
                        if stem in known and (stem != word or _may_be_bare(stem, language)):
                            found += known[stem]
        if self._wild:
            found += self._look_up_wild(word)
        return found

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
        """The words of the index, inflected as shown, that a word with `*` for letters may be."""
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
    """How any word with this stem begins; a stemmer may change the last letter of a long one."""
    return stem[:-1] if len(stem) > 4 or stem.endswith("i") else stem


def _may_be_bare(stem: str, language: str) -> bool:
    """Whether a stem without an ending may be a form of its word.

    A short one is a word of its own: `put` is not `puta`. No Spanish word ends as `pinch` does.
    """
    return len(stem) >= SURE_STEM and (language != "es" or stem[-1] in _SPANISH_ENDS)


def _fits(masked: str, word: str) -> bool:
    return all(mask in ("*", letter) for mask, letter in zip(masked, word, strict=True))
