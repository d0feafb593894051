"""Finds the words of a search in a text, as the search index matches them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from carecli.domain.filter import Query
from carecli.domain.text import search_form

Span = tuple[int, int]
"""Index of the first character, and of the one after the last."""

PREFIX_LETTERS = 3
"""An unquoted last word of at least so many letters also matches the beginning of a word."""

_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f\u0483-\u0487])+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Consecutive words in their search form; with `is_prefix` the last one is a prefix."""

    words: tuple[str, ...]
    is_prefix: bool


def search_phrases(query: Query) -> tuple[Phrase, ...]:
    """The phrases a filter searches for; empty if it searches for no words."""
    phrases: list[Phrase] = []
    for term in query.terms:
        if term.field not in ("text", "from") or term.is_negated:
            continue
        for value in term.values:
            words = tuple(search_form(word[0]) for word in _WORD.finditer(value))
            if words:
                is_prefix = not term.is_phrase and len(words[-1]) >= PREFIX_LETTERS
                phrases.append(Phrase(words, is_prefix))
    return tuple(phrases)


def find_hits(text: str, phrases: Sequence[Phrase]) -> list[Span]:
    """The places of the phrases in a text, in order, without overlaps."""
    if not phrases or not text:
        return []
    words = [(search_form(word[0]), word.start(), word.end()) for word in _WORD.finditer(text)]
    spans: list[Span] = []
    for phrase in phrases:
        length = len(phrase.words)
        for first in range(len(words) - length + 1):
            forms = tuple(form for form, _, _ in words[first : first + length])
            is_last = forms[-1] == phrase.words[-1] or (
                phrase.is_prefix and forms[-1].startswith(phrase.words[-1])
            )
            if is_last and forms[:-1] == phrase.words[:-1]:
                spans.append((words[first][1], words[first + length - 1][2]))
    return _merge(sorted(spans))


def _merge(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
