"""Fuzzy matching: letters in order; closer together and nearer to a start ranks higher."""

from __future__ import annotations

import re

LETTER = 4
"""Points for each letter found."""
NEIGHBOUR = 6
"""Points for a letter right after the previous one."""
BEGINNING = 8
"""Points for a letter at the beginning of a word."""
GAP = 1
"""Points lost for each letter skipped between the first and the last one found."""
EXACT = 1_000
"""Points for a text that is exactly what was typed."""


def score(wanted: str, text: str) -> int:
    """How well `text` matches `wanted`, both folded; 0 if a letter is missing or out of order.

    Searching from the left finds where the letters end, then from there backwards the tightest fit.

    >>> score("gr", "gracias") > score("gr", "alegria") > score("gr", "gotero") > 0
    True
    >>> score("rg", "gracias")
    0
    """
    if not wanted:
        return 1
    if wanted == text:
        return EXACT + LETTER * len(wanted)
    whole = text.find(wanted)
    if whole >= 0:
        # letters side by side are better than any spread of them, at a beginning best of all
        places = _best_start(text, wanted, whole)
        return _points(text, range(places, places + len(wanted)))
    end = -1
    for letter in wanted:
        end = text.find(letter, end + 1)
        if end < 0:
            return 0
    found_at: list[int] = []
    at = end + 1
    for letter in reversed(wanted):
        at = text.rfind(letter, 0, at)
        found_at.append(at)
    return max(1, _points(text, found_at[::-1]))


def score_of_words(wanted: str, text: str) -> int:
    """The best score of a single word of the text that begins with the same letter; 0: none.

    >>> score_of_words("uszkdz", "prosimy o zdjecie uszkodzonej paczki") > 0
    True
    """
    words = re.findall(rf"\b{re.escape(wanted[:1])}\w+", text)
    return max((score(wanted, word) for word in words), default=0)


def _best_start(text: str, wanted: str, first: int) -> int:
    """Where `wanted` begins a word of the text, or else stands first."""
    at = first
    while at >= 0:
        if at == 0 or not text[at - 1].isalnum():
            return at
        at = text.find(wanted, at + 1)
    return first


def _points(text: str, places: range | list[int]) -> int:
    points, previous = 0, -2
    for at in places:
        points += LETTER
        if at == previous + 1:
            points += NEIGHBOUR
        if at == 0 or not text[at - 1].isalnum():
            points += BEGINNING
        previous = at
    return points - GAP * (places[-1] - places[0] + 1 - len(places))
