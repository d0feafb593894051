"""What is told of public profiles is kept once, the newest stands, and gaps are known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from carecli.domain.competition import (
    API,
    AUDIENCE,
    CSV,
    HAND,
    DayFigure,
    PublicComment,
    PublicPost,
    Record,
)
from carecli.domain.model import DAY, HOUR, Millis
from carecli.store import profiles
from tests.store.conftest import NOW, Shop

TODAY = datetime.fromtimestamp(NOW / 1000, UTC).date()


def day_of(at: Millis) -> date:
    return datetime.fromtimestamp(at / 1000, UTC).date()


def kept(shop: Shop) -> Record:
    with shop.database.read() as db:
        days, span = (date(2000, 1, 1), date(2100, 1, 1)), (0, 10 * NOW)
        return profiles.records(db, ["lumira"], days, span, day_of)["lumira"]


def test_the_newest_figure_of_a_day_stands(shop: Shop) -> None:
    def tell(value: int, origin: str, at: Millis) -> None:
        with shop.database.write() as db:
            counted = DayFigure(AUDIENCE, TODAY, value, origin)
            profiles.keep_figures(db, "lumira", [counted], at)

    tell(900, HAND, NOW)
    tell(1_000, API, NOW + HOUR)
    tell(800, CSV, NOW - HOUR)  # an older one that came late
    assert kept(shop).figures == [DayFigure(AUDIENCE, TODAY, 1_000, API)]
    tell(1_001, HAND, NOW + 2 * HOUR)
    assert kept(shop).figures == [DayFigure(AUDIENCE, TODAY, 1_001, HAND)]


def test_the_same_told_twice_is_told_once_and_counts_follow(shop: Shop) -> None:
    post = PublicPost("1_2", NOW - DAY, "Hola", "https://example.org", 4, 1, day=day_of(NOW - DAY))
    asked = PublicComment(NOW - HOUR, None, "1_2/7")
    for n in range(3):
        with shop.database.write() as db:
            profiles.keep_posts(db, "lumira", [replace(post, reactions=4 + n)], NOW + n)
            profiles.keep_comments(db, "lumira", [asked], NOW + n)
    found = kept(shop)
    assert found.posts == [replace(post, reactions=6)]
    assert found.comments == [PublicComment(NOW - HOUR)]
    with shop.database.write() as db:
        profiles.keep_posts(db, "lumira", [replace(post, reactions=None)], NOW + 9)
        answered = replace(asked, answered_at=NOW)
        profiles.keep_comments(db, "lumira", [answered], NOW + 9)
        profiles.keep_comments(db, "lumira", [asked], NOW + 10)
    found = kept(shop)
    assert found.posts[0].reactions is None  # hidden now, and not zero
    assert found.comments == [PublicComment(NOW - HOUR, NOW)]


def test_reading_goes_on_where_it_ended_and_begins_anew_after_a_gap(shop: Shop) -> None:
    def read(since: Millis, until: Millis) -> tuple[date | None, date | None]:
        with shop.database.write() as db:
            profiles.read_to_end(db, "lumira", since, until)
        found = kept(shop)
        return found.known_since, found.known_until

    midnight = NOW // DAY * DAY
    assert kept(shop).known_since is None
    # whole days only: of those in which it began and ended, some posts are not known
    begun = midnight - 60 * DAY + HOUR
    first = day_of(midnight - 59 * DAY)
    assert read(begun, midnight + HOUR) == (first, TODAY)
    assert read(midnight - 28 * DAY, midnight + DAY) == (first, day_of(midnight + DAY))
    later = midnight + 90 * DAY
    assert read(later - 28 * DAY, later) == (day_of(later - 28 * DAY), day_of(later))


def test_trouble_is_kept_until_it_is_over_and_what_was_known_stays(shop: Shop) -> None:
    with shop.database.write() as db:
        profiles.read_to_end(db, "lumira", NOW - 9 * DAY, NOW)
        profiles.tried(db, "lumira", NOW)
        profiles.tried(db, "lumira", NOW + DAY, "permission", "no")
    assert kept(shop).trouble == "permission"
    assert kept(shop).known_until == TODAY
    with shop.database.write() as db:
        profiles.tried(db, "lumira", NOW + 2 * DAY)
    assert kept(shop).trouble == ""


def test_what_people_told_of_a_day_can_be_dropped_and_what_the_api_told_not(shop: Shop) -> None:
    with shop.database.write() as db:
        told = [DayFigure("posts", TODAY, 3, HAND), DayFigure("reactions", TODAY, 9, CSV)]
        profiles.keep_figures(db, "lumira", told, NOW)
        profiles.keep_figures(db, "lumira", [DayFigure(AUDIENCE, TODAY, 9, API)], NOW)
        assert profiles.forget_figures(db, "lumira", TODAY.isoformat()) == 2
    assert [one.figure for one in kept(shop).figures] == [AUDIENCE]
