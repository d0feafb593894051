"""Terms: a word, a phrase, a prefix `word*`, a suffix `*word`, a part `*word*`.

Words are whole words in any inflected form; `=word` is that form only. A term of signs alone, such
as an emoji, is found anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, NamedTuple

from carecli.matching.folded_text import fold
from carecli.matching.stems import LANGUAGES

WORDS_MOST = 12
"""Words of a phrase."""
WILDCARD_LEAST = 3
"""Letters beside a `*`: fewer would hit everything."""

_PIECE = re.compile(r"\*?[^\W_]+\*?")
_INNER_STAR = re.compile(r"[^\W_]\*+[^\W_]")

Where = Literal["whole", "beginning", "ending", "part"]


class Piece(NamedTuple):
    """One word of a term: folded, as it was typed, and where in a word of a text it must stand."""

    word: str
    typed: str
    where: Where


@dataclass(frozen=True, slots=True)
class WordTerm:
    """What is looked for. Make one by `WordTerm.parse`.

    `kind` is what a hit means (`insult`, …), `severity` from 1 to 3; `language` is empty when it
    may be any of the set's. `is_exact`: no other inflected form counts.
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
        """The term a person typed; ValueError says what is wrong with it."""
        text = " ".join(typed.split())
        is_exact = text.startswith("=")
        term = cls(text.removeprefix("=").strip(), language, kind, severity, is_exact)
        if language not in ("", *LANGUAGES):
            raise ValueError(f"the language {language!r} is not known: {', '.join(LANGUAGES)}")
        term.pieces()
        return term

    def pieces(self) -> tuple[Piece, ...]:
        """The words of the term; none for a term of signs alone."""
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
    found = _PIECE.findall(folded)
    if len(found) == 1:
        return [_piece(found[0], "".join(filter(str.isalnum, typed)))]
    return [_piece(one, one.strip("*")) for one in found]


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
