"""A message folded for searching to plain lower-case Latin letters, with the way back.

Folding goes letter by letter, without regard to neighbours. So it costs one table look-up for each
letter that is not ASCII, and a place in the folded text has one place in the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from carecli.domain.text import fold as fold_letters
from carecli.matching.lookalikes import LOOK_ALIKES

LOOKED_AT = 20_000
"""Characters of a message that are searched; more is a flood."""

LETTERS_KEPT = 20_000
"""Letters that are not ASCII whose folding is kept in memory: more than people write in."""

_SIGNS = {
    "c": "¢₡",
    "k": "₭",
    "n": "₦п",
    "p": "₱",
    "t": "₮",
    "u": "цЦиИ",
    "w": "₩",
    "*": "∗✱✲✳⁎●•∙■█▓▒░",
    "'": "’‘ʼ`´",
    "-": "‐‑‒–—―−",
    "!": "ǃ",
    "x": "×",
    " ": "\u2800",
}
_UNSEEN = "\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufffd"
"""Blank letters, and what undecodable bytes became."""

_LIKE = {
    ord(like): plain
    for table in (_SIGNS, LOOK_ALIKES)
    for plain, alike in table.items()
    for like in alike
}
_NAMED = re.compile(
    r"LATIN (?:SMALL |CAPITAL )?LETTER (?:SMALL CAPITAL |DOTLESS )?([A-Z])(?: WITH .*)?$"
)
_PICTURES = range(0x2400, 0x2427)
"""What `domain.text.printable` shows control characters as."""

_FOREIGN = re.compile(r"[^\x09-\x0d\x20-\x7f]")
_OVERRIDE = re.compile(r"<U\+20(?:2[A-E]|6[6-9])>")
"""What `domain.text.printable` shows direction overrides as."""
_BACKWARDS = re.compile(r"(?:<U\+202E>|\u202e)(.*?)(?=<U\+202[CD]>|[\u202c\u202d\n]|\Z)")
"""What is shown from right to left: it is read in both directions."""
_FLAGS = re.compile("[\U0001f1e6-\U0001f1ff]+")
"""Regional indicators: two of them are a flag, one by itself is a letter."""


def fold(text: str) -> str:
    """The text without case, diacritics, width, look-alike letters and invisible characters.

    Folding what is folded changes nothing.

    >>> fold("ＰúＴа ŁÓDŹ ⓕⓤⓒⓚ so\u00adft")
    'puta lodz fuck soft'
    """
    return _FOREIGN.sub(_looked_up, _prepared(text)).lower()


def _prepared(text: str) -> str:
    """As many characters; what is only told by more than one of them is one now."""
    if "<U+20" in text:
        text = _OVERRIDE.sub(lambda found: "\u200b" * len(found[0]), text)
    return text if text.isascii() else _FLAGS.sub(_unflagged, text)


def _unflagged(found: re.Match[str]) -> str:
    run = found[0]
    return run if len(run) % 2 == 0 else "".join(chr(ord(one) - 0x1F1E6 + 0x61) for one in run)


class _Letters(dict[str, str]):
    """Each letter folded, filled as letters are met."""

    def __missing__(self, letter: str) -> str:
        plain = letter
        for _ in range(6):  # a styled Greek letter is Greek first, and Latin then
            before, plain = plain, "".join(map(_plainer, plain)).lower()
            if plain == before:
                break
        if len(self) < LETTERS_KEPT:
            self[letter] = plain
        return plain


_LETTERS = _Letters()


def _looked_up(found: re.Match[str]) -> str:
    return _LETTERS[found[0]]


def _plainer(letter: str) -> str:
    """One step nearer to a plain letter."""
    code = ord(letter)
    if code in _LIKE:
        return _LIKE[code]
    if letter in _UNSEEN or code in _PICTURES:
        return ""
    category = unicodedata.category(letter)
    if category in ("Cf", "Mn", "Me", "Cs") or (category == "Cc" and not letter.isspace()):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    named = _NAMED.search(unicodedata.name(letter, "")) if code > 0x7F else None
    if named:
        return named[1].lower()
    plain = unicodedata.normalize("NFKD", letter).casefold()
    return fold_letters("".join(one for one in plain if not unicodedata.combining(one)))


class Folded:
    """A message folded once, for all that is looked for in it."""

    __slots__ = ("_chunks", "_origins", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        text = original[:LOOKED_AT]
        self.text = fold(text)
        if _runs_backwards(text):
            self.text += "".join(" " + fold(part) for part, _ in _backwards(text))
        self._chunks: list[str] | None = None
        self._origins: Sequence[int] | None = None

    @property
    def chunks(self) -> list[str]:
        """What stands between white space, folded."""
        if self._chunks is None:
            self._chunks = self.text.split()
        return self._chunks

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the folded text stands in the original, with the marks on its letters."""
        if self._origins is None:
            self._origins = _origins(self.original[:LOOKED_AT])
        places = self._origins[start:end]
        first, last = min(places), max(places) + 1
        while last < len(self.original) and unicodedata.combining(self.original[last]):
            last += 1
        return first, last


def _backwards(text: str) -> Iterator[tuple[str, range]]:
    """Parts of a text that are shown the other way round, as shown, and where their letters are."""
    for found in _BACKWARDS.finditer(text):
        yield found[1][::-1], range(found.start(1), found.end(1))[::-1]


def _runs_backwards(text: str) -> bool:
    return "\u202e" in text or "<U+202E>" in text


def _origins(text: str) -> Sequence[int]:
    """For each character of the folded text, the place in the text it comes from."""
    origins = _places(text, range(len(text)))
    if not _runs_backwards(text):
        return origins
    every = list(origins)
    for part, places in _backwards(text):
        every += [places[0] if places else 0, *_places(part, places)]
    return every


def _places(text: str, places: range) -> Sequence[int]:
    if text.isascii() and "<U+20" not in text:
        return places
    found: list[int] = []
    after = 0
    for letter in _FOREIGN.finditer(_prepared(text)):
        place = letter.start()
        found += places[after:place]
        found += [places[place]] * len(_LETTERS[letter[0]])
        after = place + 1
    return [*found, *places[after:]]
