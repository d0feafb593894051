"""The guess of a message's language."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.language import SMALL_WORDS, guess_language

PRACTICE = Path(__file__).parents[2] / "carecli/practice"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Dzień dobry, kiedy przyjdzie moja paczka?", "pl"),
        ("dzien dobry kiedy bedzie moja paczka", "pl"),
        ("ile kosztuje?", "pl"),
        ("¿Dónde lo puedo comprar?", "es"),
        ("donde lo puedo comprar, y cual es el precio", "es"),
        ("Hi, where is my order?", "en"),
        ("THANK YOU SO MUCH", "en"),
        ("👍👍", ""),
        ("", ""),
        ("ok", ""),
        ("@maria.lopez", ""),
    ],
)
def test_short_messages(text: str, language: str) -> None:
    assert guess_language(text) == language


def test_only_named_languages_are_guessed() -> None:
    assert guess_language("Where is my order?", ["es", "pl"]) in ("", "es")
    assert guess_language("¿Dónde está?", ["de"]) == ""
    assert guess_language("¿Dónde está?", []) == ""


@pytest.mark.parametrize("language", ["es", "pl"])
def test_what_people_write_on_the_practice_platform(language: str) -> None:
    """Whole sentences are told apart nearly always, and hardly ever taken for another language."""
    said = list(_texts(yaml.safe_load((PRACTICE / f"texts_{language}.yaml").read_text("utf-8"))))
    said = [text for text in said if len(text.split()) >= 6]
    assert len(said) > 60
    guesses = [guess_language(text) for text in said]
    assert guesses.count(language) / len(said) > 0.93
    assert sum(guess not in (language, "") for guess in guesses) / len(said) < 0.02


def _texts(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    items = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [text for item in items for text in _texts(item)]


@given(st.text(max_size=300))
def test_any_text_has_a_guess(text: str) -> None:
    assert guess_language(text) in {"", *SMALL_WORDS}
    assert guess_language(text) == guess_language(text, reversed(SMALL_WORDS))
