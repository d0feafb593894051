"""Sentences of the screen are plain, usual English: none holds a turn of the list below."""

from __future__ import annotations

import re

import pytest

from tests.hygiene.words import read

TURNS = (
    "anew",
    "likewise",
    "whatever",
    "shall",
    "deed",
    "deeds",
    "under way",
    "what waits",
    "that waits",
    "takes it back",
    "take it back",
    "nobody's",
    "nobody is at it",
    "may only look",
    "by itself",
    "stands in",
    "where it stands",
    "held back",
    "goes first",
    "for good",
    "ends it",
    "to come",
    "is no day",
    "is no name",
    "is no time",
    "it is none",
    "be lent",
    "stumbled",
    "all the same",
    "given up",
    "put aside",
    "aside",
    "the clock goes on",
)
"""Inversions, missing subjects and old-fashioned words; each was once on the screen."""

FOUND = re.compile(r"\b(" + "|".join(map(re.escape, TURNS)) + r")\b(?! longer)", re.IGNORECASE)
FIELD = re.compile(r"\{[^}]*\}")


def odd(sentence: str) -> list[str]:
    """The odd turns of a sentence, without the names of its fields."""
    return [one.group(1).lower() for one in FOUND.finditer(FIELD.sub(" ", sentence))]


@pytest.mark.parametrize(
    "sentence",
    [
        "It is under way already.",
        "{product}: what shall stand for it?",
        "{n} deadlines can't be met whatever one does.",
        "Aside until?",
        "u takes a done deed back",
        "nobody is at it",
        "c ends it",
    ],
)
def test_an_odd_sentence_is_noticed(sentence: str) -> None:
    assert odd(sentence)


def test_a_field_is_not_read_as_a_word() -> None:
    assert odd("{deed}. {key} undoes it.") == []


def test_no_sentence_of_the_screen_is_odd() -> None:
    found = {}
    for message in read("pl"):
        sentences = [message.id] if isinstance(message.id, str) else message.id
        found.update({one: odd(one) for one in sentences if odd(one)})
    assert found == {}
