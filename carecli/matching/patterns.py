r"""A rule's regular expressions, matched in time linear in the text.

The engine is RE2: no back-references, no look-around, no expression that takes for ever. It runs
on the folded text, as its `\b` and `\w` know ASCII only; so a pattern is folded too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol, cast

import re2

from carecli.matching.folded_text import Folded, fold

LONGEST = 1_000
"""Characters of an expression."""
MEMORY = 8 << 20
"""Bytes RE2 may use for one expression."""


@dataclass(frozen=True, slots=True)
class PatternMatch:
    """Where a pattern matched in the text that was written, and the folded text it matched."""

    start: int
    end: int
    words: str


class _Found(Protocol):
    def start(self) -> int: ...

    def end(self) -> int: ...


class _Compiled(Protocol):
    def search(self, text: str) -> _Found | None: ...


class Pattern:
    """A regular expression; ValueError says why one is refused.

    Case, diacritics and look-alikes make no difference: `Żółw` is found in `ZOLW`.
    """

    __slots__ = ("_compiled", "typed")

    def __init__(self, typed: str) -> None:
        self.typed = typed
        if len(typed) > LONGEST:
            raise ValueError(f"an expression of more than {LONGEST:,} characters")
        self._compiled = _compiled(typed)
        if self._compiled.search("") is not None:
            raise ValueError("the expression matches an empty text, so it would match every text")

    def find(self, text: str | Folded) -> PatternMatch | None:
        """The first match, or None."""
        folded = text if isinstance(text, Folded) else Folded(text)
        found = self._compiled.search(folded.text)
        if found is None or found.start() == found.end():
            return None
        start, end = folded.span(found.start(), found.end())
        return PatternMatch(start, end, folded.text[found.start() : found.end()])


@cache
def _options() -> object:
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = MEMORY
    options.log_errors = False
    return options


def _compiled(typed: str) -> _Compiled:
    # what is ASCII may be syntax (`\\S` is not `\\s`); letters with marks are letters
    plain = "".join(letter if letter.isascii() else fold(letter) for letter in typed)
    try:
        return cast("_Compiled", re2.compile(plain, _options()))
    except re2.error as error:
        told = error.args[0] if error.args else error
        why = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
        raise ValueError(f"not an expression RE2 takes: {why}") from error
