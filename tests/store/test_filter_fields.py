"""Which filters the tests of lists compare with a naive look at every thread."""

from __future__ import annotations

from carecli.domain.filter import DATES, FIELDS, STATES, parse_filter
from tests.store.test_threads import FILTERS


def test_every_field_and_state_is_among_the_filters_compared_with_a_naive_look() -> None:
    terms = [term for text in FILTERS for term in parse_filter(text).terms]
    assert {term.field for term in terms} == {*FIELDS, "text"}
    states = {value for term in terms if term.field == "is" for value in term.values}
    assert states == {*STATES}
    negated = {term.field for term in terms if term.is_negated}
    several = {term.field for term in terms if len(term.values) > 1}
    assert negated == {*FIELDS, "text"}
    assert several == {*FIELDS, "text"} - {*DATES, "due"}
