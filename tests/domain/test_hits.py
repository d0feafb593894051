"""What was searched for is marked where the search index found it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.filter import parse_filter
from carecli.domain.hits import find_hits, search_phrases


def found(text: str, words: str) -> list[str]:
    return [text[start:end] for start, end in find_hits(text, search_phrases(parse_filter(words)))]


@pytest.mark.parametrize(
    ("words", "text", "marked"),
    [
        ("alergia", "Me salió una ALERGIA, ¡alergias!", ["ALERGIA", "alergias"]),
        ('"alergia"', "Me salió una ALERGIA, ¡alergias!", ["ALERGIA"]),
        ('"uszkodzona paczka"', "Moja uszkodzona paczka; paczka", ["uszkodzona paczka"]),
        ("lodz", "Łódź, łodzie", ["Łódź", "łodzie"]),
        ("is:waiting paczka -zwrot", "paczka i zwrot", ["paczka"]),
        ("from:ola", "Ola Kowalska", ["Ola"]),
        ("colour:red", "red", []),
        ("ok", "ok okej", ["ok"]),
    ],
)
def test_what_is_marked(words: str, text: str, marked: list[str]) -> None:
    assert found(text, words) == marked


@pytest.mark.parametrize("word", ["ёлка", "мой", "안녕", "zażółć"])
def test_both_forms_of_unicode_are_marked(word: str) -> None:
    for written in ("NFC", "NFD"):
        text = unicodedata.normalize(written, f"a {word} b")
        for typed in ("NFC", "NFD"):
            marked = found(text, f'"{unicodedata.normalize(typed, word)}"')
            assert marked == [unicodedata.normalize(written, word)]


@given(st.text(max_size=60), st.lists(st.text("abąż ", min_size=1, max_size=6), max_size=4))
def test_marks_stand_in_order_and_none_over_another(text: str, words: list[str]) -> None:
    query = parse_filter(" ".join(f'"{word}"' for word in words if word.strip()))
    spans = find_hits(text, search_phrases(query))
    ends = [0, *(place for span in spans for place in span), len(text)]
    assert ends == sorted(ends)
