"""Stems of words by the Snowball stemmers.

Folded texts are stemmed, as people write without diacritics. Polish endings that need diacritics
are tried with them, so `pierdole` and `pierdolę` have the same stem.
"""

from __future__ import annotations

from functools import lru_cache
from threading import local
from typing import Protocol

import snowballstemmer

from carecli.matching.folded_text import fold

LANGUAGES = {"en": "english", "es": "spanish", "pl": "polish"}
"""Languages with a stemmer, and the stemmer's name for each."""

SHORTEST = {"en": 3, "es": 4, "pl": 3}
"""The fewest letters of a stem: Spanish `coño` would be `con`, which is another word."""

LONGEST = 40
"""Longer words are not stemmed."""

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
"""Polish endings as written without diacritics, and what they may stand for."""

_GUESSED_LEAST = 4
"""The fewest letters of a stem that is found only with another ending."""


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str:  # noqa: N802  the package's name
        ...


_thread_stemmers = local()
"""The stemmers of the current thread, as they are not thread-safe."""


def _stemmer(language: str) -> _Stemmer:
    stemmer: _Stemmer | None = getattr(_thread_stemmers, language, None)
    if stemmer is None:
        stemmer = snowballstemmer.stemmer(LANGUAGES[language])
        setattr(_thread_stemmers, language, stemmer)
    return stemmer


@lru_cache(maxsize=16_384)
def stems(word: str, language: str) -> tuple[str, ...]:
    """The possible stems of a word in a language of `LANGUAGES`, folded; sorted.

    Cached, as the rules of a brand look up the same words one after another.
    """
    if len(word) > LONGEST:
        return ()
    stemmer = _stemmer(language)
    folded_stems = {fold(stemmer.stemWord(word))}
    if language == "pl":
        for plain, other in _ENDINGS:
            if word.endswith(plain):
                stem = fold(stemmer.stemWord(word[: -len(plain)] + other))
                if len(stem) >= _GUESSED_LEAST:
                    folded_stems.add(stem)
    return tuple(sorted(folded_stems))


def plurals(word: str) -> tuple[str, ...]:
    """The plural of a short Spanish word, for which the stem is too short."""
    return (word + "s",) if word[-1] in "aeiou" else (word + "es",)
