"""Folds messages for searching to plain lower-case Latin letters, and maps places back.

Each letter is folded by itself. So folding costs one table look-up for each non-ASCII letter, and
each place in the folded text has one place in the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from carecli.domain.text import fold as fold_letters
from carecli.matching.lookalikes import LOOK_ALIKES

LOOKED_AT = 20_000
"""How many characters of a message are searched."""

LETTERS_KEPT = 20_000
"""How many folded non-ASCII letters are cached."""

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
"""Blank letters, and the replacement character."""

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
"""The pictures by which `domain.text.printable` replaces control characters."""

_FOREIGN = re.compile(r"[^\x09-\x0d\x20-\x7f]")
_OVERRIDE = re.compile(r"<U\+20(?:2[A-E]|6[6-9])>")
"""The tokens by which `domain.text.printable` replaces direction overrides."""
_BACKWARDS = re.compile(r"(?:<U\+202E>|\u202e)(.*?)(?=<U\+202[CD]>|[\u202c\u202d\n]|\Z)")
"""Text shown from right to left, which is searched in both directions."""
_FLAGS = re.compile("[\U0001f1e6-\U0001f1ff]+")
"""Regional indicators: two of them are a flag, a single one is a letter."""


def fold(text: str) -> str:
    """The text in lower case, without diacritics, full width, look-alikes and invisible characters.

    Folding is idempotent.

    >>> fold("ＰúＴа ŁÓDŹ ⓕⓤⓒⓚ so\u00adft")
    'puta lodz fuck soft'
    """
    return _FOREIGN.sub(_folded_letter, _prepared(text)).lower()


def _prepared(text: str) -> str:
    """Replace direction tokens and single flag letters by characters, keeping the length."""
    if "<U+20" in text:
        text = _OVERRIDE.sub(lambda match: "\u200b" * len(match[0]), text)
    return text if text.isascii() else _FLAGS.sub(_flag_letters, text)


def _flag_letters(match: re.Match[str]) -> str:
    run = match[0]
    return run if len(run) % 2 == 0 else "".join(chr(ord(char) - 0x1F1E6 + 0x61) for char in run)


class _Letters(dict[str, str]):
    """A cache of folded letters."""

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


def _folded_letter(match: re.Match[str]) -> str:
    return _LETTERS[match[0]]


def _plainer(letter: str) -> str:
    """One step of folding a letter."""
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
    name_match = _NAMED.search(unicodedata.name(letter, "")) if code > 0x7F else None
    if name_match:
        return name_match[1].lower()
    plain = unicodedata.normalize("NFKD", letter).casefold()
    return fold_letters("".join(char for char in plain if not unicodedata.combining(char)))


class Folded:
    """A message that is folded once for many searches."""

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
        """The folded text, split at white space."""
        if self._chunks is None:
            self._chunks = self.text.split()
        return self._chunks

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of a part of the folded text, including combining marks."""
        if self._origins is None:
            self._origins = _origins(self.original[:LOOKED_AT])
        places = self._origins[start:end]
        first, last = min(places), max(places) + 1
        while last < len(self.original) and unicodedata.combining(self.original[last]):
            last += 1
        return first, last


def _backwards(text: str) -> Iterator[tuple[str, range]]:
    """Parts of a text shown from right to left: as displayed, and the places of their letters."""
    for match in _BACKWARDS.finditer(text):
        yield match[1][::-1], range(match.start(1), match.end(1))[::-1]


def _runs_backwards(text: str) -> bool:
    return "\u202e" in text or "<U+202E>" in text


def _origins(text: str) -> Sequence[int]:
    """For each character of the folded text, its place in the original."""
    origins = _places(text, range(len(text)))
    if not _runs_backwards(text):
        return origins
    all_origins = list(origins)
    for part, places in _backwards(text):
        all_origins += [places[0] if places else 0, *_places(part, places)]
    return all_origins


def _places(text: str, places: range) -> Sequence[int]:
    if text.isascii() and "<U+20" not in text:
        return places
    origins: list[int] = []
    end = 0
    for letter in _FOREIGN.finditer(_prepared(text)):
        place = letter.start()
        origins += places[end:place]
        origins += [places[place]] * len(_LETTERS[letter[0]])
        end = place + 1
    return [*origins, *places[end:]]
