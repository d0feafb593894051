"""Completion of a filter while it is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.completion import Completions, Vocabulary, complete
from carecli.domain.errors import FilterError
from carecli.domain.filter import CHOICES, FIELDS, parse_filter

HERE = Vocabulary(
    channels=("avon-fb", "avon-ig", "lrp-fb"),
    brands=("avon", "La Roche-Posay"),
    people=("ana", "łukasz"),
    teams=("care", "communication"),
    labels=("delivery", "spam", "vip, gold"),
    campaigns=("contest",),
)


def at_end(text: str) -> Completions:
    return complete(text, len(text), HERE)


@pytest.mark.parametrize(
    ("text", "start", "items"),
    [
        ("ch", 0, ("channel:",)),
        ("is:waiting col", 11, ("colour:",)),
        ("-la", 1, ("label:",)),
        ("du", 0, ("due<",)),
        ("colour:", 7, ("green", "yellow", "red")),
        ("colour:red,", 11, ("green", "yellow")),
        ("COLOR:r", 6, ("red", "green")),
        ("is:waiting,sn", 11, ("snoozed",)),
        ("channel:avon", 8, ("avon-fb", "avon-ig")),
        ("channel:avon-fb,fb", 16, ("lrp-fb",)),
        ("brand:roche", 6, ('"La Roche-Posay"',)),
        ('brand:"La R', 6, ('"La Roche-Posay"',)),
        ("assignee:", 9, ("me", "none", "ana", "łukasz")),
        ("assignee:LU", 9, ("łukasz",)),
        ("label:v", 6, ('"vip, gold"', "delivery")),
        ("team:com", 5, ("communication",)),
        ("campaign:c", 9, ("contest",)),
        ("since:to", 6, ("today",)),
        ("on:fri..mo", 8, ("monday",)),
        ("due<3", 4, ("30m",)),
        ("since:today,", 12, ()),
        ("due:3", 5, ()),
        ("nosuch:x", 8, ()),
        ("from:A", 5, ()),
        ('"is:wai', 7, ()),
        ("paczka 12:3", 11, ()),
        ('"a b" is:wai', 9, ("waiting",)),
        ('-"a","b', 7, ()),
    ],
)
def test_what_may_be_typed_next(text: str, start: int, items: tuple[str, ...]) -> None:
    assert at_end(text) == Completions(start, items)


def test_an_empty_place_offers_every_field() -> None:
    offered = {item.rstrip(":<") for item in at_end("is:waiting ").items}
    assert offered == set(FIELDS)
    assert at_end("").start == 0


def test_only_what_is_left_of_the_cursor_counts() -> None:
    assert complete("is:wa colour:red", 5, HERE) == Completions(3, ("waiting",))
    assert complete("is:wa", 99, HERE) == Completions(3, ("waiting",))
    assert complete("is:wa", -1, HERE).start == 0


@given(st.text('is:aon"colur,- due<', max_size=30), st.integers(-1, 31))
def test_whatever_is_offered_can_be_put_there(text: str, column: int) -> None:
    typed = text[: max(0, column)]
    found = complete(text, column, HERE)
    assert 0 <= found.start <= len(typed)
    for item in found.items:
        now = typed[: found.start] + item
        if item.endswith((":", "<")):
            continue
        assert item.strip('"') in now
        assert at_end(now).start <= found.start


@pytest.mark.parametrize("field", [field for field in FIELDS if field not in ("from", "post")])
def test_a_completed_value_is_read(field: str) -> None:
    sign = "<" if field == "due" else ":"
    items = at_end(f"{field}{sign}").items
    assert items
    for item in items:
        [term] = parse_filter(f"{field}{sign}{item}").terms
        assert term.field == field
    if field in CHOICES:
        assert items == CHOICES[field]
        with pytest.raises(FilterError):
            parse_filter(f"{field}:{items[0]}x")
