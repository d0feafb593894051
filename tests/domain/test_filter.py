"""The filter language: what it reads, and how it points at a mistake."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.days import end_of_day, format_moment, parse_moment, parse_period
from carecli.domain.errors import FilterError
from carecli.domain.filter import FIELDS, NAMES, PERIODS, FilterTerm, Query, parse_filter

WARSAW = "Europe/Warsaw"


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


NOW = ms("2026-11-19T15:30:00+01:00")  # a Thursday


def test_it_reads_the_example_of_its_own_description() -> None:
    query = parse_filter(
        "is:waiting colour:red,yellow channel:avon-fb at:dm,ad due<30m since:2026-11-01 "
        'until:2026-11-04 assignee:me -label:spam "uszkodzona paczka"'
    )
    assert [term.field for term in query.terms] == [
        *("is", "colour", "channel", "at", "due", "since", "until", "assignee", "label", "text")
    ]
    assert query.terms[1].values == ("red", "yellow")
    assert query.terms[8].is_negated
    assert query.terms[9].is_phrase


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("is:wating", 3, "waiting"),
        ("colour:red,gren", 11, "green"),
        ("chanel:avon", 0, "channel"),
        ("due:30m", 3, "< or >"),
        ("due<soon", 4, "30m"),
        ("since:tuseday", 6, "monday"),
        ('is:flagged "never ends', 11, '"'),
        ("label:", 6, "name"),
        ("until:2026-13-01", 6, "2026-11-01"),
        ("since:99999w", 6, "3d"),
        ("done:9999-12-31", 5, "fri..mon"),
        ("on:sat..sunda", 8, "fri..mon"),
        ("on:..mon", 3, "fri..mon"),
        ("on:2026-11-04..2026-11-01", 3, "fri..mon"),
        ('paczka "a",""', 11, "words"),
    ],
)
def test_a_mistake_is_pointed_at(text: str, column: int, hint: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text)
    assert caught.value.column == column
    assert hint in caught.value.hint


def test_words_that_only_look_like_fields_are_searched() -> None:
    query = parse_filter("https://example.org/x 12:30 a-b")
    assert [term.field for term in query.terms] == ["text", "text", "text"]


@pytest.mark.parametrize(
    ("value", "start"),
    [
        ("today", "2026-11-19T00:00:00+01:00"),
        ("yesterday", "2026-11-18T00:00:00+01:00"),
        ("tomorrow", "2026-11-20T00:00:00+01:00"),
        ("thursday", "2026-11-19T00:00:00+01:00"),
        ("friday", "2026-11-13T00:00:00+01:00"),
        ("2026-11-01", "2026-11-01T00:00:00+01:00"),
        ("2026-11-01T08:30", "2026-11-01T08:30:00+01:00"),
        ("2h", "2026-11-19T13:30:00+01:00"),
    ],
)
def test_days_start_in_the_moderators_zone(value: str, start: str) -> None:
    assert parse_moment(value, NOW, WARSAW) == ms(start)


def test_a_day_of_25_hours_ends_where_the_next_begins() -> None:
    autumn = int(datetime(2026, 10, 25, 12, tzinfo=UTC).timestamp() * 1000)
    length = end_of_day("today", autumn, WARSAW) - parse_moment("today", autumn, WARSAW)
    assert length == 25 * 3_600_000


@pytest.mark.parametrize(
    ("value", "start", "end"),
    [
        ("today", "2026-11-19", "2026-11-20"),
        ("sat", "2026-11-14", "2026-11-15"),
        ("fri..mon", "2026-11-13", "2026-11-17"),
        ("wed..fri", "2026-11-18", "2026-11-21"),
        ("thu..wed", "2026-11-19", "2026-11-26"),
        ("monday..today", "2026-11-16", "2026-11-20"),
        ("2026-11-01..2026-11-03", "2026-11-01", "2026-11-04"),
        ("2026-11-01..yesterday", "2026-11-01", "2026-11-19"),
        ("today..yesterday", "2026-11-19", "2026-11-19"),
    ],
)
def test_periods_are_whole_days_both_ends_in(value: str, start: str, end: str) -> None:
    found = parse_period(value, NOW, WARSAW)
    assert found == tuple(ms(f"{day}T00:00:00+01:00") for day in (start, end))


days = st.one_of(
    st.sampled_from(
        ["today", "yesterday", "tomorrow", "now", "mon", "Tuesday", "3d", "2h", "9999w"]
    ),
    st.dates(date(1990, 1, 1), date(2199, 12, 31)).map(date.isoformat),
)


@given(days, days, st.integers(NOW, NOW + 400 * 86_400_000))
def test_any_day_that_is_read_means_something(first: str, last: str, now: int) -> None:
    for value in (first, f"{first}..{last}"):
        try:
            parse_filter(f"on:{value}")
        except FilterError:
            continue
        start, end = parse_period(value, now, WARSAW)
        assert parse_moment(format_moment(start, WARSAW), now, WARSAW) == start
        assert start <= end < 1 << 62
        assert start == parse_moment(first, now, WARSAW)


ODD = ["two words", "tab\tand comma,", " ", "no\u00a0break", "a:b", "-x", "..", "12"]
names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
terms = st.one_of(
    st.builds(
        lambda field, values, negated: FilterTerm(field, tuple(values), negated),
        st.sampled_from(NAMES),
        st.lists(names | st.sampled_from(ODD), min_size=1, max_size=3),
        st.booleans(),
    ),
    st.builds(
        lambda words, negated: FilterTerm("text", tuple(words), negated, is_phrase=True),
        st.lists(
            st.text(st.characters(categories=["L", "N", "Zs"], exclude_characters='"'), min_size=1)
            .map(str.strip)
            .filter(bool),
            min_size=1,
            max_size=3,
        ),
        st.booleans(),
    ),
    st.builds(
        lambda field, values, negated: FilterTerm(field, tuple(values), negated),
        st.sampled_from(PERIODS),
        st.lists(st.sampled_from(["today", "fri..mon", "2026-11-01..now"]), min_size=1, max_size=3),
        st.booleans(),
    ),
    st.builds(lambda sign: FilterTerm("due", ("30m",), False, sign), st.sampled_from("<>")),
)


@given(st.lists(terms, max_size=5))
def test_what_is_printed_reads_back_the_same(filter_terms: list[FilterTerm]) -> None:
    printed = str(Query(tuple(filter_terms)))
    assert str(parse_filter(printed)) == printed
    assert [(t.field, t.values, t.is_negated) for t in parse_filter(printed).terms] == [
        (t.field, t.values, t.is_negated) for t in filter_terms
    ]


def mistake_in(text: str) -> FilterError | None:
    try:
        parse_filter(text)
    except FilterError as error:
        return error
    return None


@given(st.text(max_size=40) | st.text('is:wng "a,b-<d ue', max_size=20))
def test_whatever_is_read_is_printed_and_read_back(text: str) -> None:
    if mistake_in(text) is None:
        query = parse_filter(text)
        again = parse_filter(str(query))
        assert [replace(term, column=0) for term in again.terms] == [
            replace(term, column=0) for term in query.terms
        ]


@given(st.text(max_size=40))
def test_anything_typed_is_read_or_pointed_at(text: str) -> None:
    error = mistake_in(text)
    assert error is None or (0 <= error.column <= len(text) and error.hint)


def test_every_field_says_what_it_expects() -> None:
    for field in FIELDS:
        with pytest.raises(FilterError) as caught:
            parse_filter(f"{field}{'<' if field == 'due' else ':'}")
        assert caught.value.hint
