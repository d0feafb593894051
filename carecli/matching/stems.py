"""Stems of words by the Snowball stemmers.

Texts are stemmed folded, as people write without diacritics. A Polish ending that only diacritics
tell is tried with them: so `pierdole` and `pierdolę` have one stem.
"""

from __future__ import annotations

from functools import lru_cache
from threading import local
from typing import Protocol

import snowballstemmer

from carecli.matching.folded_text import fold

LANGUAGES = {"en": "english", "es": "spanish", "pl": "polish"}
"""Languages that can be inflected, and what the stemmers call them."""

SHORTEST = {"en": 3, "es": 4, "pl": 3}
"""Letters a stem must have to be compared: Spanish `coño` would be `con`, which is a word."""

LONGEST = 40
"""Letters of a word that is stemmed at all."""

_ENDINGS = (
    ("nac", "nąć"),
    ("sc", "ść"),
    ("zc", "źć"),
    ("ow", "ów"),
    ("c", "ć"),
    ("e", "ę"),
    ("a", "ą"),
    ("li", "l"),
    ("l", "ł"),
)
"""How a Polish word may end that seems to end otherwise: without diacritics, or as a verb does."""

_GUESSED_LEAST = 4
"""Letters of a stem that is found only with another ending."""


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str:  # noqa: N802  the package's name
        ...


_own = local()
"""Stemmers of the thread that asks: one keeps the word it works on in itself."""


def _stemmer(language: str) -> _Stemmer:
    made: _Stemmer | None = getattr(_own, language, None)
    if made is None:
        made = snowballstemmer.stemmer(LANGUAGES[language])
        setattr(_own, language, made)
    return made


@lru_cache(maxsize=16_384)
def stems(word: str, language: str) -> tuple[str, ...]:
    """The folded stems a word may have in a language of `LANGUAGES`; it may carry diacritics.

    Remembered, as the rules of a brand ask for the same words one after another.
    """
    if len(word) > LONGEST:
        return ()
    stemmer = _stemmer(language)
    found = {fold(stemmer.stemWord(word))}
    if language == "pl":
        for plain, other in _ENDINGS:
            if word.endswith(plain):
                stem = fold(stemmer.stemWord(word[: -len(plain)] + other))
                if len(stem) >= _GUESSED_LEAST:
                    found.add(stem)
    return tuple(sorted(found))


def plurals(word: str) -> tuple[str, ...]:
    """The plural of a short Spanish word, whose stem says too little."""
    return (word + "s",) if word[-1] in "aeiou" else (word + "es",)
