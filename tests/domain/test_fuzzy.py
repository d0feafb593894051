"""Fuzzy search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.fuzzy import score, score_of_words

LETTERS = st.text("abcde ", max_size=12)


def is_in_order(wanted: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in wanted)


@given(LETTERS, LETTERS)
def test_letters_in_order_are_found_and_nothing_else(wanted: str, text: str) -> None:
    assert (score(wanted, text) > 0) == is_in_order(wanted, text)


@given(st.text("abc", min_size=1, max_size=5), LETTERS)
def test_nothing_beats_the_very_word(wanted: str, text: str) -> None:
    assert score(wanted, wanted) >= score(wanted, text)


@pytest.mark.parametrize(
    ("wanted", "better", "worse"),
    [
        ("pacz", "gdzie jest paczka", "pokaz czolo"),
        ("pacz", "paczka", "opaczka"),
        ("gp", "gdzie paczka", "grupa"),
        ("rek", "reklamacja", "przerekl"),
        ("abc", "abc", "abcd"),
    ],
)
def test_closer_and_nearer_to_beginnings_is_better(wanted: str, better: str, worse: str) -> None:
    assert score(wanted, better) > score(wanted, worse) > 0


def test_words_of_a_text() -> None:
    text = "prosimy o zdjecie uszkodzonej paczki"
    assert score_of_words("uszkdz", text) > 0
    assert score_of_words("uszx", text) == 0
    assert score_of_words("(", text) == 0
