"""Finds words behind disguised spellings (l33t, masked letters).

People hide a word by digits and signs for letters (`m1erd@`), repeated letters (`puuuta`), letters
set apart (`p.u.t.a`, `ch.u.j`, `(p)uta`), masked ones (`k*rwa`, `f@#k`) and `v` for `u` (`kvrwa`).
Every reading is as long as the whole disguise, never a piece of it: that keeps `reputation` and
`a b c d` innocent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Literal, NamedTuple

Disguise = Literal["", "signs", "repeated", "apart", "masked"]
"""How a word is hidden; empty when it is not."""

LONGEST = 64
"""Letters of a word that may be disguised; in a longer run only plain words are read."""
CHUNK_LONGEST = 256
"""Characters without a space in which disguises are looked for."""
MASKS_MOST = 6
"""Masked letters of a word."""

WORD = re.compile(r"[^\W_]+")
"""A word of a folded text, digits included."""


class PossibleWord(NamedTuple):
    """A word that a part of a text may stand for; in a masked word `*` is one letter."""

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
"""Signs between letters that belong together; any other sign, an emoji too, may set them apart."""
_PIECE = 4
"""Letters of a piece of a word that is set apart."""
_MASKED = re.compile(
    r"[^\W\d_][^\W_]*(?:(?:[*#%_@$&]{2,}|[*#%_]|-{2,})[^\W_]+)+|[^\W\d_][^\W_]+[*#]{2,}"
)
_MASK = re.compile(r"[*#%_@$&-]")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_V = re.compile(r"(?<=[b-df-hj-np-tw-z])v(?=[b-df-hj-np-tw-z])")
_BRACKET = re.compile(r"[()\[\]{}\"]")
_ADDRESS = re.compile(r"(?:https?|ftp|hxxps?)://|^www\.|[^@]@[^@]+\.[a-z]{2}")
_FILLING = re.compile(r"[\W_]{9,}")
"""A row of signs that only makes what stands beside it too long to be looked at."""


def readings(chunk: str) -> list[PossibleWord]:
    """All readings of a folded text without white space, plain words first."""
    if chunk.isalpha():
        word = PossibleWord(0, len(chunk), chunk, "")
        return [word, *_loosened(word)]
    if len(chunk) > CHUNK_LONGEST and (parts := _unfilled(chunk)):
        return parts
    plain = [PossibleWord(*found.span(), found[0], "") for found in WORD.finditer(chunk)]
    if not plain or len(chunk) > CHUNK_LONGEST or _ADDRESS.search(chunk):
        return plain
    hidden: list[PossibleWord] = []
    if not chunk.isalnum():
        hidden += _apart(chunk, plain)
        hidden += _bracketed(chunk, plain)
        hidden += _masked(chunk)
    if not _SIGNS.isdisjoint(chunk):
        hidden += _signed(chunk)
    for reading in [*plain, *hidden]:
        hidden += _loosened(reading)
    return plain + list(dict.fromkeys(hidden))


def _unfilled(chunk: str) -> list[PossibleWord]:
    """What stands between long rows of signs, read piece by piece; empty where there is no row."""
    found: list[PossibleWord] = []
    start = 0
    for filling in _FILLING.finditer(chunk):
        found += _moved(readings(chunk[start : filling.start()]), start)
        start = filling.end()
    return found + _moved(readings(chunk[start:]), start) if start else found


def _moved(possible_words: list[PossibleWord], by: int) -> list[PossibleWord]:
    return [one._replace(start=one.start + by, end=one.end + by) for one in possible_words]


def is_settled(word: str) -> bool:
    """Whether a word of letters has no other reading."""
    is_plain = "v" not in word or ("vv" not in word and _V.search(word) is None)
    return is_plain and _REPEATED.search(word) is None


def join_letters(letters: list[PossibleWord]) -> Iterator[PossibleWord]:
    """What single letters in a row, each a reading of its own, spell together.

    The whole row, or all but a first or last letter that is a word by itself (`y p u t a`).
    """
    rows = [letters]
    if letters[0].word in "aeiouwyz":
        rows.append(letters[1:])
    if letters[-1].word in "aeiouwyz":
        rows.append(letters[:-1])
    for row in rows:
        word = "".join(one.word for one in row)
        if 3 <= len(row) <= LONGEST and sum(map(str.isalpha, word)) >= 2:
            reading = PossibleWord(row[0].start, row[-1].end, word, "apart")
            yield from _unsigned(reading)
            yield reading
            yield from _loosened(reading)


def _apart(chunk: str, words: list[PossibleWord]) -> Iterator[PossibleWord]:
    """Short pieces with nothing but signs between them, joined."""
    row: list[PossibleWord] = []
    for word in words:
        is_next = not row or _TOGETHER.isdisjoint(chunk[row[-1].end : word.start])
        if not is_next or len(word.word) > _PIECE:
            yield from _joined(row)
            row = []
        if len(word.word) <= _PIECE:
            row.append(word)
    yield from _joined(row)


def _joined(row: list[PossibleWord]) -> Iterator[PossibleWord]:
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
    """A word with some of its letters in brackets."""
    if len(words) < 2 or _BRACKET.search(chunk) is None:
        return
    start, end = words[0].start, words[-1].end
    word = _BRACKET.sub("", chunk[start:end])
    if word.isalpha() and len(word) <= LONGEST:
        yield PossibleWord(start, end, word, "apart")


def _masked(chunk: str) -> Iterator[PossibleWord]:
    for found in _MASKED.finditer(chunk):
        word = _MASK.sub("*", found[0])
        masks = word.count("*")
        if masks <= MASKS_MOST and 2 <= len(word) - masks <= LONGEST:
            reading = PossibleWord(*found.span(), word, "masked")
            yield reading
            for other in _unsigned(reading):
                yield other._replace(disguise="masked")


def _signed(chunk: str) -> Iterator[PossibleWord]:
    """Words with digits or signs in place of letters, or digits stuck to them."""
    for found in _SIGNED.finditer(chunk):
        word = found[0].lstrip(_PUNCTUATION)
        start = found.end() - len(word)
        word = word.rstrip(_PUNCTUATION)
        reading = PossibleWord(start, start + len(word), word, "signs")
        yield from _unsigned(reading)
        bare = word.strip(_DIGITS)
        if bare != word and len(bare) >= 4 and bare.isalpha():
            at = start + word.index(bare)
            yield PossibleWord(at, at + len(bare), bare, "signs")


def _unsigned(reading: PossibleWord) -> Iterator[PossibleWord]:
    """With letters for the digits and signs; `A55` and other numbers of things are left alone."""
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


def _loosened(reading: PossibleWord) -> Iterator[PossibleWord]:
    """With `u` for a `v` between consonants, `w` for `vv`, and fewer of letters in a row."""
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
        for place, many in enumerate(times):
            pieces[2 * place + 1] *= many
        squeezed = "".join(pieces)
        if len(squeezed) <= LONGEST:
            yield reading._replace(word=squeezed, disguise=reading.disguise or "repeated")
