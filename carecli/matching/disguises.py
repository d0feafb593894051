"""Finds words behind disguised spellings (l33t, masked letters).

People disguise words by digits and signs for letters (`m1erd@`), repeated letters (`puuuta`),
separated letters (`p.u.t.a`, `ch.u.j`, `(p)uta`), masked letters (`k*rwa`, `f@#k`) and `v` for `u`
(`kvrwa`). A reading always covers the whole disguise, never a part of it, so that `reputation` and
`a b c d` are not hits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Literal, NamedTuple

Disguise = Literal["", "signs", "repeated", "apart", "masked"]
"""How a word is disguised; empty if it is not."""

LONGEST = 64
"""The most letters of a disguised word."""
CHUNK_LONGEST = 256
"""Disguises are not searched in longer texts without spaces."""
MASKS_MOST = 6
"""The most masked letters of a word."""

WORD = re.compile(r"[^\W_]+")
"""A word of a folded text, digits included."""


class PossibleWord(NamedTuple):
    """A possible reading of a part of a text; in a masked word `*` stands for one letter."""

    start: int
    end: int
    word: str
    disguise: Disguise


_FIRST_GUESS = str.maketrans("0123456789@$!|+€£¡", "oizeasgtbgasiiteli")
_SECOND_GUESS = str.maketrans("1!|¡", "llll")
_SIGNS = frozenset("0123456789@$!|+€£¡")
_SIGNED = re.compile(r"(?:[^\W_]|[@$!|+€£¡])+")
_PUNCTUATION = "!¡|+"
_DIGITS = "0123456789"
_TOGETHER = frozenset("'\"@&$%()[]{}<>")
"""Signs that do not separate the letters of a word; other signs and emoji may."""
_PIECE = 4
"""The most letters of a separated piece of a word."""
_MASKED = re.compile(
    r"[^\W\d_][^\W_]*(?:(?:[*#%_@$&]{2,}|[*#%_]|-{2,})[^\W_]+)+|[^\W\d_][^\W_]+[*#]{2,}"
)
_MASK = re.compile(r"[*#%_@$&-]")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_V = re.compile(r"(?<=[b-df-hj-np-tw-z])v(?=[b-df-hj-np-tw-z])")
_BRACKET = re.compile(r"[()\[\]{}\"]")
_ADDRESS = re.compile(r"(?:https?|ftp|hxxps?)://|^www\.|[^@]@[^@]+\.[a-z]{2}")
_FILLING = re.compile(r"[\W_]{9,}")
"""A long row of signs, which would only make the chunk too long to be searched."""


def readings(chunk: str) -> list[PossibleWord]:
    """All readings of a folded text without white space, plain words first."""
    if chunk.isalpha():
        word = PossibleWord(0, len(chunk), chunk, "")
        return [word, *_simplified(word)]
    if len(chunk) > CHUNK_LONGEST and (parts := _between_fillings(chunk)):
        return parts
    plain = [PossibleWord(*match.span(), match[0], "") for match in WORD.finditer(chunk)]
    if not plain or len(chunk) > CHUNK_LONGEST or _ADDRESS.search(chunk):
        return plain
    hidden: list[PossibleWord] = []
    if not chunk.isalnum():
        hidden += _separated(chunk, plain)
        hidden += _bracketed(chunk, plain)
        hidden += _masked(chunk)
    if not _SIGNS.isdisjoint(chunk):
        hidden += _with_signs(chunk)
    for reading in [*plain, *hidden]:
        hidden += _simplified(reading)
    return plain + list(dict.fromkeys(hidden))


def _between_fillings(chunk: str) -> list[PossibleWord]:
    """The readings of the parts between long rows of signs; empty if there is no such row."""
    words: list[PossibleWord] = []
    start = 0
    for filling in _FILLING.finditer(chunk):
        words += _shifted(readings(chunk[start : filling.start()]), start)
        start = filling.end()
    return words + _shifted(readings(chunk[start:]), start) if start else words


def _shifted(words: list[PossibleWord], by: int) -> list[PossibleWord]:
    return [word._replace(start=word.start + by, end=word.end + by) for word in words]


def is_unambiguous(word: str) -> bool:
    """Whether a word of letters has only the plain reading."""
    is_plain = "v" not in word or ("vv" not in word and _V.search(word) is None)
    return is_plain and _REPEATED.search(word) is None


def join_letters(letters: list[PossibleWord]) -> Iterator[PossibleWord]:
    """The words that single letters in a row spell.

    The whole row, or without a first or last letter that is a word itself (`y p u t a`).
    """
    rows = [letters]
    if letters[0].word in "aeiouwyz":
        rows.append(letters[1:])
    if letters[-1].word in "aeiouwyz":
        rows.append(letters[:-1])
    for row in rows:
        word = "".join(letter.word for letter in row)
        if 3 <= len(row) <= LONGEST and sum(map(str.isalpha, word)) >= 2:
            reading = PossibleWord(row[0].start, row[-1].end, word, "apart")
            yield from _with_letters(reading)
            yield reading
            yield from _simplified(reading)


def _separated(chunk: str, words: list[PossibleWord]) -> Iterator[PossibleWord]:
    """Words joined from short pieces with only signs between them."""
    row: list[PossibleWord] = []
    for word in words:
        is_next = not row or _TOGETHER.isdisjoint(chunk[row[-1].end : word.start])
        if not is_next or len(word.word) > _PIECE:
            yield from _join_pieces(row)
            row = []
        if len(word.word) <= _PIECE:
            row.append(word)
    yield from _join_pieces(row)


def _join_pieces(row: list[PossibleWord]) -> Iterator[PossibleWord]:
    if len(row) < 2:
        return
    lone: list[PossibleWord] = []
    for piece in [*row, None]:
        if piece and len(piece.word) == 1:
            lone.append(piece)
            continue
        if len(lone) >= 3:
            yield from join_letters(lone)
        lone = []
    word = "".join(piece.word for piece in row)
    has_short = min(len(piece.word) for piece in row) <= 3
    if has_short and 4 <= len(word) <= LONGEST and word.isalpha():
        yield PossibleWord(row[0].start, row[-1].end, word, "apart")


def _bracketed(chunk: str, words: list[PossibleWord]) -> Iterator[PossibleWord]:
    """The word if some of its letters are in brackets."""
    if len(words) < 2 or _BRACKET.search(chunk) is None:
        return
    start, end = words[0].start, words[-1].end
    word = _BRACKET.sub("", chunk[start:end])
    if word.isalpha() and len(word) <= LONGEST:
        yield PossibleWord(start, end, word, "apart")


def _masked(chunk: str) -> Iterator[PossibleWord]:
    for match in _MASKED.finditer(chunk):
        word = _MASK.sub("*", match[0])
        masks = word.count("*")
        if masks <= MASKS_MOST and 2 <= len(word) - masks <= LONGEST:
            reading = PossibleWord(*match.span(), word, "masked")
            yield reading
            for other in _with_letters(reading):
                yield other._replace(disguise="masked")


def _with_signs(chunk: str) -> Iterator[PossibleWord]:
    """Words with digits or signs instead of letters, or with digits attached."""
    for match in _SIGNED.finditer(chunk):
        word = match[0].lstrip(_PUNCTUATION)
        start = match.end() - len(word)
        word = word.rstrip(_PUNCTUATION)
        reading = PossibleWord(start, start + len(word), word, "signs")
        yield from _with_letters(reading)
        bare = word.strip(_DIGITS)
        if bare != word and len(bare) >= 4 and bare.isalpha():
            at = start + word.index(bare)
            yield PossibleWord(at, at + len(bare), bare, "signs")


def _with_letters(reading: PossibleWord) -> Iterator[PossibleWord]:
    """The reading with letters for digits and signs, unless it is a number such as `A55`."""
    word = reading.word
    if _SIGNS.isdisjoint(word) or len(word) > LONGEST:
        return
    letters = sum(map(str.isalpha, word))
    is_word = letters >= sum(map(str.isdigit, word)) or (letters >= 2 and len(word) >= 6)
    if letters and is_word:
        first = word.translate(_FIRST_GUESS)
        second = word.translate(_SECOND_GUESS).translate(_FIRST_GUESS)
        for guess in dict.fromkeys((first, second)):
            yield reading._replace(word=guess, disguise="signs")


def _simplified(reading: PossibleWord) -> Iterator[PossibleWord]:
    """Readings with `u` for a `v` between consonants, `w` for `vv`, and fewer repeated letters."""
    word = reading.word
    if "v" in word and (other := _V.sub("u", word.replace("vv", "w"))) != word:
        yield reading._replace(word=other, disguise=reading.disguise or "signs")
    if len(word) > CHUNK_LONGEST or "*" in word:
        return
    parts = _REPEATED.split(word)
    # split gives: between, letter, between, letter, ... between
    repeats = len(parts) // 2
    if not repeats:
        return
    counts = product((1, 2), repeat=repeats) if repeats <= 3 else [(n,) * repeats for n in (1, 2)]
    for times in counts:
        pieces = list(parts)
        for place, count in enumerate(times):
            pieces[2 * place + 1] *= count
        squeezed = "".join(pieces)
        if len(squeezed) <= LONGEST:
            yield reading._replace(word=squeezed, disguise=reading.disguise or "repeated")
