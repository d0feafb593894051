"""Completes filters while they are typed: fields, their values, and known names.

Names come from a Vocabulary, the place from the cursor's column. Mistakes elsewhere in the text
do not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from carecli.domain.days import DAY_WORDS, RANGE
from carecli.domain.filter import CHOICES, DATES, FIELDS, OTHER_NAMES, PERIODS, quoted
from carecli.domain.text import search_form

MOST = 40
"""The most completions offered at once."""

SPANS = ("15m", "30m", "1h", "2h", "6h", "1d")
"""Completions for `due`."""

AGES = ("1h", "6h", "1d", "3d", "1w")
"""Completions for moments, in addition to days."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that a filter can use."""

    channels: Sequence[str] = ()
    brands: Sequence[str] = ()
    people: Sequence[str] = ()
    teams: Sequence[str] = ()
    labels: Sequence[str] = ()
    campaigns: Sequence[str] = ()
    themes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Completions:
    """Replacements for the text from column `start` to the cursor, best first.

    Items are inserted as they are: quoted if necessary, fields with their `:` or `<`.
    """

    start: int
    items: tuple[str, ...] = ()


def complete(text: str, column: int, vocabulary: Vocabulary) -> Completions:
    """Completions of the term at the cursor's column (0 is before the first character)."""
    typed = text[: max(0, column)]
    start = _term_start(typed)
    if start is None:
        return Completions(len(typed))
    term = typed[start:]
    start += term.startswith("-")
    term = term.removeprefix("-")
    place = min((place for sign in ":<>" if (place := term.find(sign)) >= 0), default=None)
    if place is None:
        return Completions(start, _matching(term, (_with_sign(field) for field in FIELDS)))
    name = term[:place].lower()
    field = OTHER_NAMES.get(name, name)
    is_due = field == "due"
    if field not in FIELDS or (term[place] in "<>") != is_due:
        return Completions(len(typed))
    given, value = _last_value(term[place + 1 :])
    if given and (is_due or field in DATES):
        return Completions(len(typed))
    begin = len(typed) - len(value)
    known = [word for word in _values(field, vocabulary) if word not in given]
    if field in PERIODS and RANGE in value:
        first, _, value = value.partition(RANGE)
        begin += len(first) + len(RANGE)
    return Completions(begin, _matching(value.removeprefix('"'), known, is_name=True))


def _term_start(typed: str) -> int | None:
    """The start of the last term; None if it is quoted text to search."""
    start = 0
    is_quoted = False
    for place, char in enumerate(typed):
        if char == '"':
            is_quoted = not is_quoted
        elif char.isspace() and not is_quoted:
            start = place + 1
    return None if typed[start:].removeprefix("-").startswith('"') else start


def _last_value(values: str) -> tuple[set[str], str]:
    """The values before the last comma, and the typed part of the last one with its quote."""
    given: list[str] = [""]
    is_quoted = False
    for char in values:
        if char == '"':
            is_quoted = not is_quoted
        if char == "," and not is_quoted:
            given.append("")
        else:
            given[-1] += char
    return {value.strip('"') for value in given[:-1]}, given[-1]


def _with_sign(field: str) -> str:
    return f"{field}<" if field == "due" else f"{field}:"


def _values(field: str, vocabulary: Vocabulary) -> Sequence[str]:
    match field:
        case "channel":
            return vocabulary.channels
        case "brand":
            return vocabulary.brands
        case "assignee":
            return ("me", "none", *vocabulary.people)
        case "mentioned":
            return ("me", *vocabulary.people)
        case "team":
            return vocabulary.teams
        case "label":
            return ("none", *vocabulary.labels)
        case "theme":
            return ("none", *vocabulary.themes)
        case "campaign":
            return vocabulary.campaigns
        case "due":
            return SPANS
        case _ if field in CHOICES:
            return CHOICES[field]
        case _ if field in DATES:
            return (*DAY_WORDS, *AGES)
        case _ if field in PERIODS:
            return DAY_WORDS
        case _:
            return ()


def _matching(typed: str, words: Iterable[str], *, is_name: bool = False) -> tuple[str, ...]:
    """The words that begin with the typed text, then those that contain it; each once."""
    needle = search_form(typed)
    matches: list[tuple[int, int, str]] = []
    for place, word in enumerate(dict.fromkeys(words)):
        at = search_form(word).find(needle)
        if at >= 0 and '"' not in word and (at == 0 or len(needle) > 1 or is_name):
            matches.append((int(at > 0), place, word))
    shown = [word for _, _, word in sorted(matches)][:MOST]
    return tuple(quoted(word) if is_name else word for word in shown)
