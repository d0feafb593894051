"""Where the words of a search stand in a text, as the search index matches them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from carecli.domain.filter import Query
from carecli.domain.text import search_form

Span = tuple[int, int]
"""First character, and the one after the last."""

PREFIX_LETTERS = 3
"""A last word of so many letters, not quoted, also matches as the beginning of a word."""

_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f\u0483-\u0487])+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row, in their search form; with `is_prefix` the last is the beginning of one."""

    words: tuple[str, ...]
    is_prefix: bool


def search_phrases(query: Query) -> tuple[Phrase, ...]:
    """What a filter looks for in messages and names; empty where it searches for no words."""
    found: list[Phrase] = []
    for term in query.terms:
        if term.field not in ("text", "from") or term.is_negated:
            continue
        for value in term.values:
            words = tuple(search_form(word[0]) for word in _WORD.finditer(value))
            if words:
                is_prefix = not term.is_phrase and len(words[-1]) >= PREFIX_LETTERS
                found.append(Phrase(words, is_prefix))
    return tuple(found)


def find_hits(text: str, wanted: Sequence[Phrase]) -> list[Span]:
    """Where the phrases stand in a text, in its order, none over another."""
    if not wanted or not text:
        return []
    words = [(search_form(word[0]), word.start(), word.end()) for word in _WORD.finditer(text)]
    spans: list[Span] = []
    for phrase in wanted:
        many = len(phrase.words)
        for first in range(len(words) - many + 1):
            forms = tuple(form for form, _, _ in words[first : first + many])
            is_last = forms[-1] == phrase.words[-1] or (
                phrase.is_prefix and forms[-1].startswith(phrase.words[-1])
            )
            if is_last and forms[:-1] == phrase.words[:-1]:
                spans.append((words[first][1], words[first + many - 1][2]))
    return _apart(sorted(spans))


def _apart(spans: list[Span]) -> list[Span]:
    apart: list[Span] = []
    for start, end in spans:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart
