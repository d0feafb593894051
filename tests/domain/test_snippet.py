"""Placeholders, filling them in, and how far a reply strayed from its snippet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.snippet import (
    KNOWN,
    PLACEHOLDER,
    Placeholder,
    Snippet,
    placeholders,
    shortest_text,
    similarity,
)


def snippet(text: str, **fallbacks: str) -> Snippet:
    return Snippet("s", "S", text, fallbacks=fallbacks)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{contact.first_name}", Placeholder("contact.first_name", False, "")),
        ("{ contact.first_name | there }", Placeholder("contact.first_name", False, "there")),
        ("{product?}", Placeholder("product", True, "")),
        ("{fecha de entrega?|pronto}", Placeholder("fecha de entrega", True, "pronto")),
        ("{imię}", Placeholder("imię", False, "")),
    ],
)
def test_a_placeholder_is_read(text: str, expected: Placeholder) -> None:
    assert list(placeholders(f"a {text} b")) == [expected]


@pytest.mark.parametrize("text", ["{}", "{1}", "{{", "{a\nb}", "{a|b|c}", "{a{b}", "{:)}"])
def test_other_braces_are_text(text: str) -> None:
    assert [placeholder.name for placeholder in placeholders(text)] in ([], ["b"])
    assert snippet(text).filled({}) == text


def test_filling_takes_what_is_known_then_the_fallback() -> None:
    one = snippet("{contact.first_name|you} {brand} {post|it} {moderator}", moderator="we")
    known = {"contact.first_name": "Ana", "brand": "", "post": ""}
    assert one.filled(known) == "Ana {brand} it we"


def test_answers_fill_what_is_asked_for() -> None:
    one = snippet("{product?} {shade?|red} {x?}")
    assert one.prompts() == ("product", "shade", "x")
    assert one.filled({"product": "never"}) == "{product?} {shade?|red} {x?}"
    assert one.filled({}, {"product": "Balm", "x": ""}) == "Balm red {x?}"


@given(st.dictionaries(st.sampled_from(KNOWN), st.text(max_size=40)), st.text(max_size=80))
def test_what_is_filled_in_is_never_expanded(known: dict[str, str], around: str) -> None:
    """Whoever calls themselves {moderator} is greeted as {moderator}."""
    hostile = {name: f"{value}{{moderator}}{{brand?}}\\1\\g<0>" for name, value in known.items()}
    plain = PLACEHOLDER.sub("", around)
    for name, value in hostile.items():
        filled = snippet(f"<{{{name}}}>").filled(hostile)
        assert filled == f"<{value}>"
    assert snippet(plain).filled(hostile) == PLACEHOLDER.sub(
        lambda found: hostile.get(found["name"].strip()) or found.group(), plain
    )


@given(st.text(max_size=300), st.dictionaries(st.text(max_size=10), st.text(max_size=10)))
def test_any_text_can_be_filled(text: str, known: dict[str, str]) -> None:
    one = snippet(text)
    assert PLACEHOLDER.search(shortest_text(one)) is None or "{" in text
    one.filled(known, known)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text", ["{a" + " " * 50_000, "{" * 50_000, "{a|" * 20_000, "{a b" * 20_000, "{ " * 20_000]
)
def test_no_text_takes_long(text: str) -> None:
    assert snippet(text).filled({"a": "b"}) == text


def test_similarity_looks_at_words() -> None:
    filled = "Dzień dobry, Zofia. Już sprawdzamy {numer?} i odpiszemy."
    assert similarity(filled, filled.replace("{numer?}", "zamówienie 123")) == 1
    assert similarity(filled, filled.replace("{numer?}", "")) == 1
    edited = similarity(filled, "Dzień dobry, Zofia. Proszę o numer i odpiszemy.")
    assert 0.5 < edited < 1
    assert similarity(filled, "¡Gracias!") == 0
    assert similarity("", "") == 1


@given(st.text(max_size=200), st.text(max_size=200))
def test_similarity_is_a_share(filled: str, sent: str) -> None:
    assert 0 <= similarity(filled, sent) <= 1
    without = PLACEHOLDER.sub("", filled)
    assert similarity(without, without) == 1
