"""Parses terms: a word, a phrase, a prefix `word*`, a suffix `*word`, a part `*word*`.

Words match as whole words in any inflected form; `=word` matches that form only. Terms of signs
alone, such as emoji, match anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, NamedTuple

from carecli.matching.folded_text import fold
from carecli.matching.stems import LANGUAGES

WORDS_MOST = 12
"""The most words of a phrase."""
WILDCARD_LEAST = 3
"""The fewest letters beside a `*`."""

_PIECE = re.compile(r"\*?[^\W_]+\*?")
_INNER_STAR = re.compile(r"[^\W_]\*+[^\W_]")

Where = Literal["whole", "beginning", "ending", "part"]


class Piece(NamedTuple):
    """One word of a term: folded, as typed, and where in a word of the text it must be."""

    word: str
    typed: str
    where: Where


@dataclass(frozen=True, slots=True)
class WordTerm:
    """A term to search for. Create one by `WordTerm.parse`.

    `kind` is the meaning of a hit (`insult`, …), `severity` is from 1 to 3; `language` empty: any
    language of the set. `is_exact`: other inflected forms do not match.
    """

    text: str
    language: str = ""
    kind: str = ""
    severity: int = 1
    is_exact: bool = False

    @classmethod
    def parse(
        cls, typed: str, *, language: str = "", kind: str = "", severity: int = 1
    ) -> WordTerm:
        """Parse a term as typed; raises ValueError that says what is wrong."""
        text = " ".join(typed.split())
        is_exact = text.startswith("=")
        term = cls(text.removeprefix("=").strip(), language, kind, severity, is_exact)
        if language not in ("", *LANGUAGES):
            raise ValueError(f"the language {language!r} is not known: {', '.join(LANGUAGES)}")
        term.pieces()
        return term

    def pieces(self) -> tuple[Piece, ...]:
        """The words of the term; empty for a term of signs alone."""
        text = unicodedata.normalize("NFC", self.text)
        if not fold(text).replace("*", "").strip():
            raise ValueError("nothing to look for")
        typed = text.casefold().split()
        pieces = tuple(piece for word in typed for piece in _pieces(word))
        if len(pieces) > WORDS_MOST:
            raise ValueError(f"a phrase of more than {WORDS_MOST} words")
        if not pieces and "*" in fold(text):
            raise ValueError("a `*` stands before or after letters")
        return pieces


def _pieces(typed: str) -> list[Piece]:
    folded = fold(typed)
    if _INNER_STAR.search(folded):
        raise ValueError("a `*` inside a word: masked letters are seen through without it")
    words = _PIECE.findall(folded)
    if len(words) == 1:
        return [_piece(words[0], "".join(filter(str.isalnum, typed)))]
    return [_piece(word, word.strip("*")) for word in words]


def _piece(folded: str, typed: str) -> Piece:
    word = folded.strip("*")
    where: Where = "whole"
    if folded != word:
        if len(word) < WILDCARD_LEAST:
            raise ValueError(
                f"`{folded}` would hit nearly everything: give {WILDCARD_LEAST} letters"
            )
        where = "beginning" if not folded.startswith("*") else "ending"
        where = "part" if folded.startswith("*") and folded.endswith("*") else where
    return Piece(word, typed, where)
