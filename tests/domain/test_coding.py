"""Codes fold from decisions, and Cohen's kappa is what it is by hand."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.domain.codes import CodeRow, Codes, cohens_kappa

ANA, OLA, RULE = "moderator:ana", "moderator:ola", "rule:anger"


def folded(*decisions: tuple[str, Mapping[str, object]]) -> list[tuple[str, str, str]]:
    """What stands after decisions about message 1: (kind, value, by)."""
    codes = Codes()
    for at, (by, args) in enumerate(decisions):
        codes.take({"message": 1, **args}, by, at)
    return sorted((code.kind, code.value, code.by) for code in codes.in_force())


def test_a_person_goes_before_a_rule_whichever_came_later() -> None:
    person, rule = (ANA, {"sentiment": "neutral"}), (RULE, {"sentiment": "negative"})
    for order in permutations([person, rule]):
        assert folded(*order) == [("sentiment", "neutral", ANA)]


def test_none_gives_the_rules_code_back() -> None:
    decisions: list[tuple[str, Mapping[str, object]]] = [
        (RULE, {"stage": "loyalty"}),
        (ANA, {"stage": "purchase"}),
        (OLA, {"stage": "none"}),
    ]
    assert folded(*decisions) == [("stage", "loyalty", RULE)]


def test_a_theme_a_person_took_off_stays_off_until_they_take_that_back() -> None:
    rule: tuple[str, Mapping[str, object]] = (RULE, {"themes": ["price", "delivery"]})
    off: tuple[str, Mapping[str, object]] = (ANA, {"without": ["price"]})
    assert folded(rule, off, rule) == [("theme", "delivery", RULE)]
    assert folded(rule, off, (ANA, {"without": ["none"]})) == folded(rule)


def test_themes_are_put_on_beside_each_other() -> None:
    themes = folded((ANA, {"themes": ["price"]}), (OLA, {"themes": ["packaging"]}))
    assert themes == [("theme", "packaging", OLA), ("theme", "price", ANA)]


def test_what_no_decision_could_say_is_passed_over() -> None:
    assert folded((ANA, {"sentiment": "angry", "stage": 7, "themes": "x", "without": None})) == []
    codes = Codes()
    codes.take({"message": None, "sentiment": "negative"}, ANA, 0)
    codes.take({"sentiment": "negative"}, ANA, 0)
    assert list(codes.in_force()) == []


def test_messages_have_codes_of_their_own() -> None:
    codes = Codes()
    codes.take({"message": 1, "sentiment": "negative"}, ANA, 5)
    codes.take({"message": 2, "sentiment": "positive"}, ANA, 6)
    assert sorted(codes.in_force()) == [
        CodeRow(1, "sentiment", "negative", ANA, 5),
        CodeRow(2, "sentiment", "positive", ANA, 6),
    ]


def pairs(table: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    return [pair for pair, n in table.items() for _ in range(n)]


def test_kappa_of_two_codes_by_hand() -> None:
    """50 items: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no.

    Alike: 35 of 50, p_o = 0.7. By chance: 25/50 * 30/50 + 25/50 * 20/50 = 0.3 + 0.2, p_e = 0.5.
    kappa = (0.7 - 0.5) / (1 - 0.5) = 0.4.
    """
    table = {("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15}
    assert cohens_kappa(pairs(table)) == pytest.approx(0.4)


def test_kappa_of_three_codes_by_hand() -> None:
    """100 items; the rows are the first coder's, the columns the second's.

    |   | p | u | n | sum |
    | p | 30 | 5 | 5 | 40 |
    | u | 5 | 20 | 5 | 30 |
    | n | 0 | 10 | 20 | 30 |
    | sum | 35 | 35 | 30 | 100 |

    p_o = 70 / 100. p_e = (40*35 + 30*35 + 30*30) / 10000 = (1400 + 1050 + 900) / 10000 = 0.335.
    kappa = (0.7 - 0.335) / 0.665 = 0.365 / 0.665 = 73 / 133.
    """
    counts = [[30, 5, 5], [5, 20, 5], [0, 10, 20]]
    table = {
        (one, other): counts[row][column]
        for row, one in enumerate("pun")
        for column, other in enumerate("pun")
    }
    assert cohens_kappa(pairs(table)) == pytest.approx(73 / 133)


def test_kappa_is_told_only_where_it_is_defined() -> None:
    assert cohens_kappa([]) is None
    assert cohens_kappa([("a", "a")] * 9) is None, "chance alone explains it"
    assert cohens_kappa([("a", "a"), ("b", "b")]) == 1
    assert cohens_kappa([("a", "b"), ("b", "a")]) == -1
    assert cohens_kappa([("a", "b")] * 4) == 0


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
def test_kappa_is_the_same_whoever_comes_first(found: list[tuple[str, str]]) -> None:
    one, other = cohens_kappa(found), cohens_kappa([(b, a) for a, b in found])
    assert one == (other if other is None else pytest.approx(other))
    assert one is None or one <= 1
