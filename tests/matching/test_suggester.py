"""Suggestions learned from what moderators decided."""

from __future__ import annotations

import random

import pytest

from benchmarks.labelled import colours, macro_f1
from carecli.matching.suggester import Example, Suggester

COLOURS = ("green", "yellow", "red")
EXAMPLES = [Example(colour.text, colour.label) for colour in colours()]


def mixed(seed: int = 1) -> list[Example]:
    return random.Random(seed).sample(EXAMPLES, len(EXAMPLES))


def test_it_learns_colours_from_few_corrections() -> None:
    learned, asked = mixed()[:100], mixed()[100:]
    made = Suggester.learned(learned, COLOURS)
    told = [made.suggest(item.text).label for item in asked]
    assert macro_f1(told, [item.label for item in asked]) > 0.55


def test_the_order_of_examples_makes_no_difference() -> None:
    first = Suggester.learned(mixed(1)[:60], COLOURS)
    again = Suggester.learned(list(reversed(mixed(1)[:60])), COLOURS)
    assert first.to_bytes() == again.to_bytes()


def test_what_is_kept_answers_the_very_same() -> None:
    made = Suggester.learned(mixed()[:60], COLOURS)
    kept = Suggester.from_bytes(made.to_bytes())
    assert [kept.suggest(example.text) for example in EXAMPLES] == [
        made.suggest(example.text) for example in EXAMPLES
    ]
    assert (kept.counts, kept.is_ready) == (made.counts, made.is_ready)


def test_a_correction_is_learned_at_once() -> None:
    made = Suggester.learned(mixed()[:60], COLOURS)
    text = "zażółć gęślą jaźń"
    before = made.suggest(text).probabilities["red"]
    made.learn(text, "red")
    assert made.suggest(text).probabilities["red"] > before
    with pytest.raises(ValueError, match="blue"):
        made.learn(text, "blue")


def test_probabilities_add_up_and_are_not_overconfident() -> None:
    made = Suggester.learned(mixed()[:120], COLOURS)
    told = [(made.suggest(text.text), text.label) for text in mixed()[120:]]
    assert all(abs(sum(one.probabilities.values()) - 1) < 1e-9 for one, _ in told)
    claimed = sum(one.probability for one, _ in told) / len(told)
    right = sum(one.label == label for one, label in told) / len(told)
    assert claimed - right < 0.15


def test_it_says_when_it_has_seen_enough() -> None:
    made = Suggester(COLOURS)
    assert not made.is_ready
    assert not Suggester.learned([e for e in EXAMPLES if e.label != "red"], COLOURS).is_ready
    assert Suggester.learned(EXAMPLES, COLOURS).is_ready


def test_examples_of_other_labels_are_left_out() -> None:
    made = Suggester.learned([*EXAMPLES[:5], Example("hm", "blue")], COLOURS)
    assert made.counts.total() == 5


@pytest.mark.parametrize("kept", [b"", b"carecli suggester 1\nxyz", b"\x00" * 50])
def test_other_bytes_are_refused(kept: bytes) -> None:
    with pytest.raises(ValueError, match="not a suggester"):
        Suggester.from_bytes(kept)


def test_odd_texts_have_a_suggestion() -> None:
    made = Suggester.learned(EXAMPLES[:60], COLOURS)
    for text in ("", "👍", "\ud800", "x" * 100_000, "\u200b"):
        assert made.suggest(text).label in COLOURS
