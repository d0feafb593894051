"""Figures of public profiles: worked out by hand, and absent wherever nobody told anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.competition import (
    ABSENT,
    API,
    AUDIENCE,
    CSV,
    FIGURES,
    HAND,
    POSTED,
    REACTIONS,
    DayFigure,
    Period,
    ProfileFigures,
    PublicComment,
    PublicPost,
    Record,
    SourcedFigure,
)
from carecli.domain.model import HOUR, MINUTE

FIRST = date(2026, 10, 1)
OCTOBER = Period(FIRST, date(2026, 11, 1))


def on(day: int, month: int = 10) -> date:
    return date(2026, month, day)


def people(day: date, value: int, origin: str = API) -> DayFigure:
    return DayFigure(AUDIENCE, day, value, origin)


def post(
    day: date,
    reactions: int | None = None,
    comments: int | None = None,
    shares: int | None = None,
    origin: str = API,
) -> PublicPost:
    return PublicPost(f"{day}/{reactions}", 0, "", "", reactions, comments, shares, origin, day)


def standing(
    *told: DayFigure | PublicPost | PublicComment,
    known_since: date | None = None,
    known_until: date | None = None,
) -> ProfileFigures:
    record = Record(
        [item for item in told if isinstance(item, DayFigure)],
        [item for item in told if isinstance(item, PublicPost)],
        [item for item in told if isinstance(item, PublicComment)],
        known_since,
        known_until,
    )
    return ProfileFigures(record, OCTOBER)


def test_audience_is_the_last_count_and_growth_is_from_the_first_day() -> None:
    found = standing(
        people(on(28, 9), 900), people(on(1), 1_000), people(on(15), 1_040), people(on(30), 1_100)
    )
    assert found.audience() == SourcedFigure(1_100, API)
    assert found.growth() == (SourcedFigure(100, API, 29), SourcedFigure(0.1, API, 29))


def test_a_count_of_the_week_before_is_good_for_the_first_day_and_no_older_one() -> None:
    assert standing(people(on(25, 9), 500), people(on(31), 600)).growth()[0] == SourcedFigure(
        100, API, 36
    )
    few = standing(people(on(20, 9), 500), people(on(28), 590), people(on(31), 600)).growth()[0]
    assert few == SourcedFigure(10, API, 3, is_small=True)
    assert standing(people(on(20, 9), 500)).audience() == ABSENT
    assert standing(people(on(9), 500)).growth() == (ABSENT, ABSENT)


def test_growth_from_nobody_has_no_share() -> None:
    gained, share = standing(people(on(1), 0), people(on(31), 40)).growth()
    assert (gained.value, share) == (40, ABSENT)


def test_posts_a_week_count_only_days_that_were_read() -> None:
    told = (post(on(3)), post(on(10)), post(on(11)), post(on(30)))
    assert standing(*told).posts_per_week() == ABSENT
    read = standing(*told, known_since=on(10), known_until=on(24))
    assert read.posts_per_week() == SourcedFigure(1.0, API, 14)
    none = standing(known_since=on(10), known_until=on(17))
    assert none.posts_per_week() == SourcedFigure(0.0, API, 7)


def test_totals_stand_for_days_that_were_not_read() -> None:
    week = [
        DayFigure(POSTED, on(7), 4, HAND, days=7),
        DayFigure(REACTIONS, on(7), 400, HAND, days=7),
    ]
    read = standing(*week, post(on(20), 10, 1), known_since=on(15), known_until=on(22))
    assert read.posts_per_week() == SourcedFigure(5 / 14 * 7, HAND, 14)
    # four posts with 100 each by hand, one with 10 by API
    assert read.reactions_per_post() == SourcedFigure(82.0, HAND, 5)
    assert read.comments_per_post() == SourcedFigure(1.0, API, 1, is_small=True)
    beside = standing(*week, known_since=on(5), known_until=on(12))
    assert beside.posts_per_week() == SourcedFigure(0.0, API, 7)


def test_no_day_counts_twice() -> None:
    month = DayFigure(POSTED, on(31), 31, CSV, days=31)
    days = [DayFigure(POSTED, on(n), 2, CSV) for n in (30, 31)]
    assert standing(month).posts_per_week() == SourcedFigure(7.0, CSV, 31)
    assert standing(month, *days).posts_per_week() == SourcedFigure(14.0, CSV, 2, is_small=True)
    outside = DayFigure(POSTED, on(2), 5, CSV, days=7)
    assert standing(outside).posts_per_week() == ABSENT


def test_engagement_is_the_median_of_posts_over_the_audience_of_their_time() -> None:
    told = [people(on(1), 1_000), people(on(31), 2_000)]
    posts = [
        post(on(2), 10, 5, 5),  # 20 / 1000
        post(on(3), 30, 0),  # 30 / 1000, shares untold
        post(on(29), 80, 20),  # 100 / 2000
        post(on(30), None, 9),  # likes hidden: no rate
    ]
    found = standing(*told, *posts)
    assert found.engagement() == SourcedFigure(0.03, API, 3, is_small=True)
    assert found.engagement_of(posts[2]) == 0.05
    assert found.engagement_of(posts[3]) is None
    assert found.reactions_per_post() == SourcedFigure(40.0, API, 3, is_small=True)
    assert found.comments_per_post() == SourcedFigure(34 / 4, API, 4, is_small=True)
    assert standing(*posts).engagement() == ABSENT


def test_the_least_sure_origin_is_told() -> None:
    told = [people(on(1), 1_000, CSV), people(on(31), 1_100, API)]
    assert standing(*told).growth()[0].origin == CSV
    assert standing(*told).audience().origin == API
    assert standing(*told, post(on(2), 1, 1)).engagement().origin == CSV
    assert standing(people(on(30), 9, HAND), post(on(2), 1, 1)).engagement().origin == HAND


def test_posts_told_one_by_one_go_before_totals_and_reading_goes_before_both() -> None:
    total = [DayFigure(POSTED, on(4), 3, CSV), DayFigure(REACTIONS, on(4), 30, CSV)]
    single = post(on(4), 7, 0, origin=CSV)
    assert standing(*total, single).reactions_per_post().value == 7
    read = standing(*total, single, post(on(4), 9, 0), known_since=on(1), known_until=on(8))
    assert read.reactions_per_post() == SourcedFigure(9.0, API, 1, is_small=True)


def test_answers_tell_how_soon_how_many_in_time_and_of_how_many() -> None:
    told = [
        PublicComment(0, 10 * MINUTE),
        PublicComment(HOUR, 3 * HOUR),  # 2 h: in time
        PublicComment(HOUR, 9 * HOUR),
        PublicComment(2 * HOUR),
        PublicComment(99 * HOUR, 99 * HOUR),  # of another period
    ]
    within, in_time, answered = standing(*told).answers(0, 50 * HOUR)
    assert within == SourcedFigure(2 * HOUR, API, 3, is_small=True)
    assert in_time == SourcedFigure(2 / 3, API, 3, is_small=True)
    assert answered == SourcedFigure(0.75, API, 4, is_small=True)
    silent = standing(PublicComment(5)).answers(0, 10)
    assert silent == (ABSENT, ABSENT, SourcedFigure(0.0, API, 1, is_small=True))
    assert standing().answers(0, 10) == (ABSENT, ABSENT, ABSENT)


def every(profile_figures: ProfileFigures) -> list[SourcedFigure]:
    return [
        profile_figures.audience(),
        *profile_figures.growth(),
        profile_figures.posts_per_week(),
        profile_figures.reactions_per_post(),
        profile_figures.comments_per_post(),
        profile_figures.engagement(),
        *profile_figures.answers(0, 10**15),
    ]


DAYS = st.integers(-80, 60).map(lambda n: FIRST + timedelta(days=n))
COUNTS = st.none() | st.integers(0, 10**7)
ORIGINS = st.sampled_from([API, CSV, HAND])
DAY_FIGURES = st.builds(
    DayFigure, st.sampled_from(FIGURES), DAYS, st.integers(0, 10**7), ORIGINS, st.integers(1, 40)
)
POSTS = st.builds(post, DAYS, COUNTS, COUNTS, COUNTS, ORIGINS)
SPANS = st.none() | st.tuples(DAYS, DAYS)


@given(st.lists(DAY_FIGURES, max_size=12), st.lists(POSTS, max_size=12), SPANS)
def test_absent_is_never_zero_and_every_figure_tells_its_origin(
    figures: list[DayFigure], posts: list[PublicPost], read: tuple[date, date] | None
) -> None:
    since, until = sorted(read) if read is not None else (None, None)
    record = Record(figures, posts, (), since, until)
    for told in every(ProfileFigures(record, OCTOBER)):
        assert (told.value is None) == (told.origin == "")
        assert told.n is None or told.n > 0
    # what nobody told of at all is absent, whatever else is known
    untold = [replace(post, reactions=None) for post in posts]
    without = [figure for figure in figures if figure.figure != REACTIONS]
    found = ProfileFigures(Record(without, untold, (), since, until), OCTOBER)
    assert found.reactions_per_post() == ABSENT
    assert found.engagement() == ABSENT
    nobody = [figure for figure in figures if figure.figure != AUDIENCE]
    found = ProfileFigures(Record(nobody, posts, (), since, until), OCTOBER)
    assert found.audience() == ABSENT
    assert found.engagement() == ABSENT
    nothing = ProfileFigures(Record([], [], (), None, None), OCTOBER)
    assert set(every(nothing)) == {ABSENT}


@given(st.lists(DAY_FIGURES, max_size=12), st.lists(POSTS, max_size=12), st.randoms())
def test_the_order_of_what_was_told_changes_nothing(
    figures: list[DayFigure], posts: list[PublicPost], chance: object
) -> None:
    unique = list({(figure.figure, figure.day, figure.days): figure for figure in figures}.values())
    shuffled, others = unique[:], posts[:]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    chance.shuffle(others)  # type: ignore[attr-defined]  # likewise
    for one, other in zip(
        every(ProfileFigures(Record(unique, posts), OCTOBER)),
        every(ProfileFigures(Record(shuffled, others), OCTOBER)),
        strict=True,
    ):
        assert one.origin == other.origin
        assert one.n == other.n
        assert (one.value or 0) == pytest.approx(other.value or 0)
