"""What holds for any text: of folding, of hits, and of what they cost."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.domain.text import printable
from carecli.matching.folded_text import LOOKED_AT, Folded, fold
from carecli.matching.patterns import Pattern
from carecli.matching.signs import has_link, has_mail, is_only_emoji, is_question, mentions
from carecli.matching.term_set import REMEMBERED, TermSet
from carecli.matching.terms import WordTerm
from carecli.matching.words import STARTERS, WordList, read_words

INVISIBLE = "\u200b\u200c\u200d\u00ad\u2060\ufeff\ufe0f\u202e\u2066\U000e0061\u034f"

ALL = WordList(())
for language in ("en", "es", "pl"):
    ALL += read_words(STARTERS / f"{language}.txt")
SOME = ALL.compiled()

PIECES = (
    "puta",
    "kurwa",
    "fuck",
    "p u t a",
    "k*rwa",
    "h1jo de",
    "puuuta",
    "año",
    "put",
    "a",
    "Dick",
)
SIGNS = (
    "🖕",
    "*",
    "@",
    "$hit",
    "s.h.i.t",
    "…",
    "\u0301",
    "ſ",
    "ß",
    "ŁÓ",
    "х",
    "\n",
    "-",
    "_",
    "1",
    ".",
)
pieces = st.sampled_from(PIECES + SIGNS)
texts = st.lists(st.one_of(pieces, st.text(max_size=8)), max_size=12).map(" ".join)


@settings(deadline=None)
@given(texts)
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_folding_is_the_same_twice_for_every_character() -> None:
    assert [chr(code) for code in range(sys.maxunicode + 1) if not _is_stable(chr(code))] == []


def _is_stable(letter: str) -> bool:
    once = fold(letter)
    return fold(once) == once == once.lower()


@settings(deadline=None)
@given(texts)
def test_hits_lie_in_the_text_and_hold_what_they_say(text: str) -> None:
    for hit in SOME.find(text):
        assert 0 <= hit.start < hit.end <= len(text)
        if not hit.disguise and hit.words.isalpha():
            assert fold(text[hit.start : hit.end]) == hit.words


@settings(deadline=None)
@given(texts, st.lists(pieces.filter(str.isalpha), max_size=4), pieces.filter(str.isalpha))
def test_another_term_removes_no_hit(text: str, words: list[str], more: str) -> None:
    terms = [WordTerm.parse(word) for word in ["puta", "puta madre", *words]]
    few = TermSet.compile(terms).find(text)
    many = TermSet.compile([*terms, WordTerm.parse(more)]).find(text)
    assert [hit for hit in few if hit not in many] == []


@settings(deadline=None)
@given(texts, st.data())
def test_invisible_characters_change_no_hit(text: str, data: st.DataObject) -> None:
    hidden = text
    for _ in range(data.draw(st.integers(0, 6))):
        place = data.draw(st.integers(0, len(hidden)))
        hidden = hidden[:place] + data.draw(st.sampled_from(INVISIBLE)) + hidden[place:]
    assert [(hit.term, hit.words) for hit in SOME.find(hidden)] == [
        (hit.term, hit.words) for hit in SOME.find(text)
    ]


@settings(deadline=None)
@given(st.sampled_from(["puta", "kurwa", "motherfucker"]), st.data())
def test_what_the_store_keeps_of_hidden_characters_changes_no_hit(
    word: str, data: st.DataObject
) -> None:
    """Messages are made printable before they are kept: overrides and controls show as signs."""
    place = data.draw(st.integers(1, len(word) - 1))
    hidden = word[:place] + data.draw(st.sampled_from(INVISIBLE + "\x00\x1b\x9b")) + word[place:]
    assert [hit.words for hit in SOME.find(printable(hidden))] == [word]


@settings(deadline=None)
@given(texts)
def test_asking_twice_or_folded_makes_no_difference(text: str) -> None:
    assert SOME.find(text) == SOME.find(Folded(text)) == ALL.compiled().find(text)


@settings(deadline=None)
@given(st.text())
def test_signs_of_any_text(text: str) -> None:
    for ask in (has_link, has_mail, is_question, is_only_emoji):
        assert ask(text) in (True, False)
    assert all(name in text for name in mentions(text))


def calls(work: Callable[[], object]) -> int:
    """How many functions, of Python and built in, some work calls."""
    count = 0

    def seen(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def made_up(number: int) -> list[WordTerm]:
    chance = random.Random(number)
    words = ["".join(chance.choice("bcdfghklmnprstwxyz") for _ in range(8)) for _ in range(number)]
    kinds = ["", "*", " nic"]
    return [WordTerm.parse(word + kinds[n % 3], language="pl") for n, word in enumerate(words)]


MESSAGE = "Dzień dobry, kiedy przyjdzie moja paczka? Zamówiłam dwa tygodnie temu i nadal nic"


def test_ten_thousand_terms_cost_what_ten_cost() -> None:
    few, many = TermSet.compile(made_up(10)), TermSet.compile(made_up(10_000))
    first = [calls(partial(terms.find, MESSAGE)) for terms in (few, many)]
    again = [calls(partial(terms.find, MESSAGE)) for terms in (few, many)]
    assert first[1] <= 2 * first[0]
    assert again[1] <= again[0] <= len(MESSAGE) / 3


FLOODS = [
    "a",
    "a ",
    "p u t a ",
    "p.u.t.a.",
    "k*",
    "k***a ",
    "aaab",
    "1a",
    "@",
    "!i",
    "🖕",
    "ñ",
    "\u0301",
    "<U+202E>",
    "hijo de ",
    "aabbbccc",
    "a-b.c_d*e@f1",
    "http://a.b.c.d.e.",
    "a@b.",
    "?",
    "-" * 9 + "a",
]


@pytest.mark.parametrize("flood", FLOODS)
def test_floods_cost_in_proportion_to_their_length(flood: str) -> None:
    """Twice the text may cost about twice the calls, never four times."""

    def work(length: int) -> int:
        text = (flood * length)[:length]
        fresh = ALL.compiled()
        patterns = [Pattern("(a|aa)+$"), Pattern(r"(\w+\s?)+x")]

        def look() -> None:
            folded = Folded(text)
            fresh.find(folded)
            for pattern in patterns:
                pattern.find(folded)
            for ask in (has_link, has_mail, is_question, is_only_emoji, mentions):
                ask(folded)

        return calls(look)

    assert work(16_000) <= 2.6 * work(8_000) + 2_000


def test_only_the_beginning_of_a_flood_is_looked_at() -> None:
    text = "x " * LOOKED_AT + "kurwa"
    assert SOME.find(text) == []


def test_what_is_remembered_is_bounded() -> None:
    found = TermSet.compile([WordTerm.parse("kurwa")])
    for number in range(REMEMBERED // 1000 + 5):
        found.find(" ".join(f"w{number}x{one}" for one in range(1000)))
    assert len(found._seen) <= REMEMBERED
