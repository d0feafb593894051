"""Suggestions learned by what messages mean, with the real encoder."""

from __future__ import annotations

import pytest

from carecli.matching.semantic import SIZE, Encoder, SemanticSuggester
from carecli.matching.suggester import Example

SAID = {
    "red": [
        "My lawyer will sue you",
        "I will see you in court",
        "My attorney is preparing a lawsuit",
        "You will hear from my solicitor",
    ],
    "green": [
        "How much is this cream?",
        "What does the lotion cost?",
        "Is there a discount on shampoo?",
        "Which price has the big bottle?",
    ],
}
EXAMPLES = [Example(text, label) for label, texts in SAID.items() for text in texts]
LABELS = ("green", "red")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture
def semantic_suggester(encoder: Encoder) -> SemanticSuggester:
    return SemanticSuggester.learned(EXAMPLES, LABELS, encoder)


def test_it_understands_a_language_it_never_learned(semantic_suggester: SemanticSuggester) -> None:
    asked = ["Mój prawnik złoży pozew", "¿Cuánto cuesta esta crema?"]
    assert [suggestion.label for suggestion in semantic_suggester.suggest_all(asked)] == [
        "red",
        "green",
    ]


def test_probabilities_add_up(semantic_suggester: SemanticSuggester) -> None:
    found = semantic_suggester.suggest("a parcel")
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.probability == max(found.probabilities.values())


def test_the_order_of_examples_makes_no_difference(encoder: Encoder) -> None:
    first = SemanticSuggester.learned(EXAMPLES, LABELS, encoder)
    again = SemanticSuggester.learned(EXAMPLES[::-1], LABELS, encoder)
    assert first.to_bytes() == again.to_bytes()


def test_what_is_kept_answers_the_same_and_learns_on(
    semantic_suggester: SemanticSuggester, encoder: Encoder
) -> None:
    kept = SemanticSuggester.from_bytes(semantic_suggester.to_bytes(), encoder)
    for text in ("My lawyer will sue you", "a parcel"):
        assert kept.suggest(text) == semantic_suggester.suggest(text)
    for one in (semantic_suggester, kept):
        one.learn("a parcel", "red")
    assert kept.counts == semantic_suggester.counts == {"green": 4, "red": 5}
    assert kept.suggest("a parcel").label == semantic_suggester.suggest("a parcel").label == "red"


def test_a_label_it_does_not_know_is_refused(semantic_suggester: SemanticSuggester) -> None:
    with pytest.raises(ValueError, match="blue"):
        semantic_suggester.learn("a parcel", "blue")


def test_it_is_ready_and_calibrated_after_enough_examples(encoder: Encoder) -> None:
    made = SemanticSuggester.learned(EXAMPLES * 6, LABELS, encoder)
    assert (made.is_ready, made.counts.total()) == (False, 48)
    for one in EXAMPLES[3:5]:
        made.learn(*one)
    assert made.is_ready
    assert made.suggest("My lawyer will sue you").probability > 0.8
    assert made.temperature != 1


@pytest.mark.parametrize("kept", [b"", b"carecli semantic suggester 1\n{}\nxyz", b"\x00" * 50])
def test_other_bytes_are_refused(kept: bytes, encoder: Encoder) -> None:
    with pytest.raises(ValueError, match="not a suggester"):
        SemanticSuggester.from_bytes(kept, encoder)


def test_odd_texts_have_a_suggestion(semantic_suggester: SemanticSuggester) -> None:
    odd = ["", "👍", "\ud800", "x" * 100_000, "\u200b"]
    assert {suggestion.label for suggestion in semantic_suggester.suggest_all(odd)} <= set(LABELS)
    assert semantic_suggester.suggest_all([]) == []


def test_embeddings_are_remembered_and_do_not_depend_on_the_company(encoder: Encoder) -> None:
    alone = Encoder().vectors(["a parcel"])[0]
    together = encoder.vectors(["How much is this cream?", "a parcel"])
    assert together.shape == (2, SIZE)
    assert abs(float(alone @ together[1]) - 1) < 1e-4
    assert encoder.unknown(["a parcel", "never seen", "never seen"]) == ["never seen"]
