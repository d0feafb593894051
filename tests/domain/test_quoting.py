"""Quotes: names and what else tells who somebody is are removed; nothing is put into mouths."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.domain.anonymous_quotes import OMITTED, anonymise, is_excerpt_of
from carecli.domain.text import fold

HOSTILE = json.loads((Path(__file__).parents[1] / "payloads" / "hostile-text.json").read_text())


@pytest.mark.parametrize(
    ("text", "names", "kept"),
    [
        ("Anna here: it helped!", ["Anna Nowak"], "[…] here: it helped!"),
        ("it helped — ANNA NOWAK", ["Anna Nowak"], "it helped — […]"),
        ("od Anny, dla Anno Nowaku", ["Anna Nowak"], "od […], dla […]"),
        ("pisze olanowak92 i @ola.nowak", ["Ola Nowak"], "pisze […] i […]"),
        ("Zoła i Zola to ja", ["Zoła"], "[…] i […] to ja"),
        ("jestem Łukasz, dla lukasza", ["Łukasz"], "jestem […], dla […]"),
        ("la crema de noche", ["María de la Cruz"], "la crema de noche"),
        ("olej i woda", ["Ola"], "olej i woda"),
        ("王小明很喜欢", ["王小明"], OMITTED),
        ("thanks @larocheposay!", [], "thanks […]!"),
        ("write to ana.b+c@mail.example or ana (at) example.com", [], "write to […] or […]"),
        ("see https://x.test/a?b=c&d and www.shop.example.", [], "see […] and […]"),
        ("bit.co/x y avon.pl", [], "[…] y […]"),
        ("tel. +48 600 700 800 or (55) 1234-5678", [], "tel. […] or […]"),
        ("zamówienie nr 12/34 nie przyszło", [], "[…] nie przyszło"),
        ("pedido #A77 y folio 4411", [], "[…] y […]"),
        (
            "code AB12345C, number 1 cream, SPF 50, 2026",
            [],
            "code […], number 1 cream, SPF 50, 2026",
        ),
        ("bueno.es muy rico, no 10 veces", [], "bueno.es muy rico, no 10 veces"),
        ("", ["Anna"], ""),
    ],
)
def test_what_tells_who_it_is_is_removed(text: str, names: list[str], kept: str) -> None:
    assert anonymise(text, names) == kept
    assert anonymise(kept, names) == kept, "once is enough"
    assert is_excerpt_of(kept, text)


LETTERS = st.text(st.characters(categories=("L", "M", "Nd")), min_size=2, max_size=12)
WORDS = st.text(st.characters(categories=("L", "N", "P", "Z", "M", "Cf", "So")), max_size=20)


@settings(deadline=None)
@given(
    st.lists(LETTERS, min_size=1, max_size=3),
    st.lists(WORDS, max_size=6),
    st.data(),
)
def test_no_part_of_a_name_stands_in_what_is_kept(
    parts: list[str], words: list[str], data: st.DataObject
) -> None:
    """However it is spelt: small, capital, without accents, glued to others, with an ending."""
    said = list(words)
    for part in parts:
        spelt = data.draw(
            st.sampled_from([part, part.upper(), part.lower(), fold(part), f"#{part}", f"{part}!"])
        )
        said.insert(data.draw(st.integers(0, len(said))), spelt)
    name = " ".join(parts)
    kept = anonymise(" ".join(said), [name])
    left = _words(kept.replace(OMITTED, " "))
    for part in _words(name):
        if len(part) > 1:
            assert part not in left
        if len(part) > 3:
            assert not any(part in word for word in left)


PARTICLES = {"de", "del", "la", "las", "los", "el", "da", "di", "do", "van", "von", "y"}


def _words(text: str) -> list[str]:
    folded = fold(text)
    words = "".join(char if char.isalnum() else " " for char in folded).split()
    return [word for word in words if word not in PARTICLES]


@pytest.mark.parametrize("case", HOSTILE["cases"] if isinstance(HOSTILE, dict) else HOSTILE)
def test_hostile_text_is_quoted_without_harm(case: object) -> None:
    text = json.dumps(case, ensure_ascii=False)
    kept = anonymise(text, ["Anna"])
    assert is_excerpt_of(kept, text)


@pytest.mark.parametrize(
    ("kept", "original"),
    [
        ("it helped […] a lot", "it really helped me, believe me, a lot"),
        ("helped a lot", "it helped me a lot"),
        ("a lot.", "it helped, a lot.\nThanks"),
        ("[…] lot", "a, lot!"),
        ("", "anything"),
    ],
)
def test_words_may_be_left_out(kept: str, original: str) -> None:
    assert is_excerpt_of(kept, original)


@pytest.mark.parametrize(
    ("kept", "original"),
    [
        ("it helped a lot", "it did not help a lot"),
        ("a lot it helped", "it helped a lot"),
        ("do love it", "I don't love it"),
        ("love it!!", "love it!"),
        ("loves", "I love s it"),
        ("it it", "it"),
        ("❤ love", "love"),
    ],
)
def test_nothing_is_put_in_and_no_word_is_changed(kept: str, original: str) -> None:
    assert not is_excerpt_of(kept, original)


@settings(deadline=None)
@given(st.text(max_size=80), st.sets(st.integers(0, 30)))
def test_any_words_of_a_text_may_go(text: str, gone: set[int]) -> None:
    words = text.split()
    kept = " ".join(OMITTED if n in gone else word for n, word in enumerate(words))
    assert is_excerpt_of(kept, text) or OMITTED in text
