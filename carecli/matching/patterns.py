r"""Regular expressions of rules, matched in time linear in the text.

The engine is RE2: without back-references and look-around, but always fast. As its `\b` and `\w`
know ASCII only, patterns and texts are folded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol, cast

import re2

from carecli.matching.folded_text import Folded, fold

LONGEST = 1_000
"""The most characters of an expression."""
MEMORY = 8 << 20
"""The most bytes RE2 may use for one expression."""


@dataclass(frozen=True, slots=True)
class PatternMatch:
    """The place of a match in the original text, and the folded text that matched."""

    start: int
    end: int
    words: str


class _Re2Match(Protocol):
    def start(self) -> int: ...

    def end(self) -> int: ...


class _Re2Pattern(Protocol):
    def search(self, text: str) -> _Re2Match | None: ...


class Pattern:
    """A regular expression; raises ValueError if it is not accepted.

    Case, diacritics and look-alike letters are ignored: `Żółw` is found in `ZOLW`.
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
        match = self._compiled.search(folded.text)
        if match is None or match.start() == match.end():
            return None
        start, end = folded.span(match.start(), match.end())
        return PatternMatch(start, end, folded.text[match.start() : match.end()])


@cache
def _options() -> object:
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = MEMORY
    options.log_errors = False
    return options


def _compiled(typed: str) -> _Re2Pattern:
    # ASCII may be syntax (`\\S` is not `\\s`), so only other letters are folded
    plain = "".join(letter if letter.isascii() else fold(letter) for letter in typed)
    try:
        return cast("_Re2Pattern", re2.compile(plain, _options()))
    except re2.error as error:
        reason = error.args[0] if error.args else error
        message = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise ValueError(f"not an expression RE2 takes: {message}") from error
