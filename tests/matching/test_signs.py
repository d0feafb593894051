"""Links, mentions, emoji alone, questions, and regular expressions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carecli.matching import signs
from carecli.matching.patterns import Pattern


@pytest.mark.parametrize(
    ("ask", "text", "is_so"),
    [
        (signs.has_link, "mira https://x.example", True),
        (signs.has_link, "h\u200bttps://x.example", True),
        (signs.has_link, "WWW.TIENDA", True),
        (signs.has_link, "bit․ly/abc", True),
        (signs.has_link, "sorteo.shop 🔥", True),
        (signs.has_link, "tienda [punto] com", True),
        (signs.has_link, "t.me/kanal", True),
        (signs.has_link, "gracias.me encanta", False),
        (signs.has_link, "muy bueno.es el mejor", False),
        (signs.has_link, "2.5 ml o.k.", False),
        (signs.has_link, "ana@example.com", False),
        (signs.has_mail, "ana.b@example.com.mx", True),
        (signs.has_mail, "@ana", False),
        (signs.is_only_emoji, "🤞🏽 ❤️!!", True),
        (signs.is_only_emoji, "👨‍👩‍👧‍👦 1️⃣ 🇲🇽", True),
        (signs.is_only_emoji, "ok 👍", False),
        (signs.is_only_emoji, "123", False),
        (signs.is_only_emoji, "", False),
        (signs.is_only_emoji, "!!!", False),
        (signs.is_only_mentions, "@ana @bea.lo 😍", True),
        (signs.is_only_mentions, "@ana mira", False),
        (signs.is_only_mentions, "😍", False),
        (signs.is_question, "Cena?", True),
        (signs.is_question, "¿qué", True),
        (signs.is_question, "hola, donde lo compro", True),
        (signs.is_question, "Dzień dobry, kiedy przyjdzie paczka", True),
        (signs.is_question, "how much", True),
        (signs.is_question, "what a day", False),
        (signs.is_question, "que bonito", False),
        (signs.is_question, "super krem", False),
    ],
)
def test_signs(ask: Callable[[str], bool], text: str, is_so: bool) -> None:
    assert ask(text) is is_so


def test_mentions_are_told_as_written() -> None:
    assert signs.mentions("@Ana y @bea.López. a@b.com") == ["Ana", "bea.López"]


@pytest.mark.parametrize(
    ("pattern", "text", "seen"),
    [
        (r"\bŻółw\w*", "mam ŻÓŁWIA 😀", "ŻÓŁWIA"),
        (r"wa\.me/\d+", "👍 escríbeme WA.me/52155", "WA.me/52155"),
        (r"\d{4,}\s*zł", "za 1000 ZŁ", "1000 ZŁ"),
        ("[ąę]x", "éx", "éx"),
        ("gratis", "ｇｒ\u200bаｔｉｓ", "ｇｒ\u200bаｔｉｓ"),
    ],
)
def test_patterns_see_folded_text_and_tell_the_place(pattern: str, text: str, seen: str) -> None:
    found = Pattern(pattern).find(text)
    assert found is not None
    assert text[found.start : found.end] == seen


@pytest.mark.parametrize("typed", [r"(a)\1", "(?=a)", "a{2000}", "(", "a*", "", "x" * 1001])
def test_patterns_that_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Pattern(typed)


def test_a_pattern_that_does_not_match() -> None:
    assert Pattern("krem").find("crema") is None
