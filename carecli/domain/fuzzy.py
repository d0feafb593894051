"""Fuzzy matching: letters in order; closer together and nearer to a start ranks higher."""

from __future__ import annotations

import re

LETTER = 4
"""For each letter found."""
NEIGHBOUR = 6
"""For a letter right after the one before."""
BEGINNING = 8
"""For a letter that begins a word."""
GAP = 1
"""Lost for each letter passed over between the first and the last one found."""
EXACT = 1_000
"""For all of the text, letter by letter."""


def score(wanted: str, text: str) -> int:
    """How well `text` answers to `wanted`, both folded; 0 when a letter is missing or out of order.

    The last place where all letters are found first is taken, as tight as it gets from there.

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
        places = _begun(text, wanted, whole)
        return _worth(text, range(places, places + len(wanted)))
    end = -1
    for letter in wanted:
        end = text.find(letter, end + 1)
        if end < 0:
            return 0
    found: list[int] = []
    at = end + 1
    for letter in reversed(wanted):
        at = text.rfind(letter, 0, at)
        found.append(at)
    return max(1, _worth(text, found[::-1]))


def score_of_words(wanted: str, text: str) -> int:
    """How well the best single word of a long text answers, one that begins with the same letter.

    >>> score_of_words("uszkdz", "prosimy o zdjecie uszkodzonej paczki") > 0
    True
    """
    words = re.findall(rf"\b{re.escape(wanted[:1])}\w+", text)
    return max((score(wanted, word) for word in words), default=0)


def _begun(text: str, wanted: str, first: int) -> int:
    """Where `wanted` begins a word of the text, or else stands first."""
    at = first
    while at >= 0:
        if at == 0 or not text[at - 1].isalnum():
            return at
        at = text.find(wanted, at + 1)
    return first


def _worth(text: str, places: range | list[int]) -> int:
    worth, before = 0, -2
    for at in places:
        worth += LETTER
        if at == before + 1:
            worth += NEIGHBOUR
        if at == 0 or not text[at - 1].isalnum():
            worth += BEGINNING
        before = at
    return worth - GAP * (places[-1] - places[0] + 1 - len(places))
