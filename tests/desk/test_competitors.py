"""Competitors beside ours: what is computed from the store, what people told by file or hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.desk.competitors.comparison import ABSENT, Competition, ProfileRow, SourcedFigure
from carecli.desk.competitors.figure_files import COLUMNS, Mistake, read_file
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.services import InboxServices
from carecli.domain.competition import API, AUDIENCE, CSV, HAND, DayFigure, Profile, PublicPost
from carecli.domain.errors import Refusal
from carecli.domain.model import DAY, HOUR, Millis
from carecli.domain.teamwork import Role
from carecli.store import profiles
from tests.desk.conftest import NOW, Shop

PROFILES = (
    Profile("avon-fb", "Avon Polska", "facebook", "", "avon-fb", "Avon", is_ours=True),
    Profile("lrp-fb", "La Roche-Posay MX", "facebook", "", "lrp-fb", "LRP", is_ours=True),
    Profile("bursztyn-fb", "Bursztyn", "facebook", "bursztyn", "avon-fb", "Avon"),
    Profile("lumira-ig", "Lumira", "instagram", "lumira", "lrp-ig", "LRP"),
    Profile("nopalia-fb", "Nopalia", "facebook"),
)
SEPTEMBER = ReportAsked(month="2026-09")  # NOW is 2026-09-21, 14:13 UTC
HOSTILE = "=cmd|'/c calc'!A1\x1b[2J[@click=app.quit]x[/]\u202e"


@pytest.fixture
def desk(shop: Shop) -> InboxServices:
    return shop.desk(profiles=PROFILES)


def seen(shop: Shop, key: str, *told: DayFigure | PublicPost, at: Millis = NOW) -> None:
    with shop.database.write() as db:
        figures = [one for one in told if isinstance(one, DayFigure)]
        profiles.keep_figures(db, key, figures, at)
        profiles.keep_posts(db, key, [one for one in told if isinstance(one, PublicPost)], at)


def row_of(found: Competition, key: str) -> ProfileRow:
    return next(row for row in found.profiles if row.key == key)


def told(row: ProfileRow) -> dict[str, SourcedFigure]:
    names = [name for name in row.__slots__ if isinstance(getattr(row, name), SourcedFigure)]
    return {name: getattr(row, name) for name in names}


def test_without_anything_every_figure_is_absent_and_ours_come_first(
    desk: InboxServices,
) -> None:
    found = desk.competitors.competition(SEPTEMBER)
    assert [row.key for row in found.profiles] == [one.key for one in PROFILES]
    for row in found.profiles:
        assert set(told(row).values()) == {ABSENT}
        assert row.seen_until == ""
    assert found.best == ()


def test_figures_come_with_their_origins_and_posts_with_their_rates(
    shop: Shop, desk: InboxServices
) -> None:
    audience = [
        DayFigure(AUDIENCE, date(2026, 9, 1), 1_000, CSV),
        DayFigure(AUDIENCE, date(2026, 9, 21), 1_100, API),
    ]
    posts = [
        PublicPost(f"p{n}", NOW - n * DAY, HOSTILE, "https://example.org/1", 10 * n, n, None)
        for n in range(1, 6)
    ]
    old = PublicPost("old", NOW - 40 * DAY, "", "", 999, 999)
    seen(shop, "lumira-ig", *audience, *posts, old)
    with shop.database.write() as db:
        profiles.read_to_end(db, "lumira-ig", NOW - 60 * DAY, NOW)
    found = desk.competitors.competition(SEPTEMBER)
    row = row_of(found, "lumira-ig")
    assert row.audience == SourcedFigure(1_100, API)
    assert row.growth == SourcedFigure(100, CSV, 20)
    assert row.growth_share == SourcedFigure(0.1, CSV, 20)
    assert row.posts_per_week == SourcedFigure(5 / 20 * 7, API, 20)
    assert row.reactions_per_post == SourcedFigure(30.0, API, 5)
    assert row.engagement.value == pytest.approx(33 / 1_100)
    assert row.answers_within == ABSENT
    assert row.seen_until == "2026-09-21"
    assert [post.reactions for post in found.best] == [50, 40, 30]  # three of one profile
    assert found.best[0].engagement == pytest.approx(55 / 1_100)
    assert found.best[0].text.isprintable()


def test_a_brand_has_its_own_profiles_its_competitors_and_those_of_nobody(
    desk: InboxServices,
) -> None:
    found = desk.competitors.competition(replace(SEPTEMBER, brand="LRP"))
    assert [row.key for row in found.profiles] == ["lrp-fb", "lumira-ig", "nopalia-fb"]


def test_as_of_an_earlier_day_nothing_later_is_told(shop: Shop, desk: InboxServices) -> None:
    counts = [DayFigure(AUDIENCE, date(2026, 9, n), 100 + n, API) for n in range(1, 22)]
    seen(shop, "nopalia-fb", *counts)
    found = desk.competitors.competition(replace(SEPTEMBER, as_of="2026-09-11"))
    assert row_of(found, "nopalia-fb").audience.value == 110
    assert row_of(found, "nopalia-fb").growth == SourcedFigure(9, API, 9)


def test_days_are_those_of_the_moderators_zone(shop: Shop) -> None:
    desk = shop.desk(profiles=PROFILES, zone="America/Mexico_City")
    midnight = 1_789_970_400_000  # 2026-09-21 00:00 in Mexico City
    seen(shop, "nopalia-fb", PublicPost("1", midnight - HOUR, "", "", 1, 1))
    [post] = desk.competitors.competition(ReportAsked(since="2026-09-20", until="2026-09-21")).best
    assert post.day == "2026-09-20"


def test_a_period_that_cannot_be_read_is_refused(desk: InboxServices) -> None:
    with pytest.raises(Refusal, match="not a month"):
        desk.competitors.competition(ReportAsked(month="October"))


# ---- by file


FILE = """\
profile,day,days,audience,posts,reactions,comments,shares,link,text
bursztyn-fb,2026-09-01,,734000,,,,,,
bursztyn-fb,2026-09-14,14,,12,2400,,,,
bursztyn-fb,2026-09-20,,,,100,7,,https://www.facebook.com/bursztyn/posts/1,"Rano, czy wieczorem?"
nopalia-fb,2026-09-20,,0,0,,,,,
"""


def test_a_file_is_kept_and_twice_is_as_once(desk: InboxServices) -> None:
    dry = desk.competitors.import_figures(FILE, dry_run=True)
    assert (dry.rows, dry.figures, dry.posts, dry.mistakes, dry.is_kept) == (4, 5, 1, (), False)
    assert row_of(desk.competitors.competition(SEPTEMBER), "bursztyn-fb").audience == ABSENT
    for _ in range(2):
        assert desk.competitors.import_figures(FILE).is_kept
    found = desk.competitors.competition(SEPTEMBER)
    row = row_of(found, "bursztyn-fb")
    assert row.audience == SourcedFigure(734_000, CSV)
    assert row.posts_per_week == SourcedFigure(6.0, CSV, 14)
    # twelve posts with 200 each, and one with 100
    assert row.reactions_per_post == SourcedFigure(2_500 / 13, CSV, 13)
    assert row.comments_per_post == SourcedFigure(7.0, CSV, 1, is_small=True)
    [post] = found.best
    assert (post.text, post.day, post.shares) == ("Rano, czy wieczorem?", "2026-09-20", None)
    # a written 0 is zero, and an empty cell is not
    none = row_of(found, "nopalia-fb")
    assert none.audience == SourcedFigure(0.0, CSV)
    assert none.posts_per_week == SourcedFigure(0.0, CSV, 1, is_small=True)
    assert none.reactions_per_post == ABSENT


def test_a_spreadsheets_semicolons_and_byte_order_mark_are_read(desk: InboxServices) -> None:
    text = "\ufeffprofile;day;audience\r\nbursztyn-fb;2026-09-01;734000\r\n\r\n"
    assert desk.competitors.import_figures(text).figures == 1


HEAD = "profile,day,audience,posts,reactions,link,text,days\n"


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("profil,day\n", 1, "profil", "did you mean profile?"),
        ("day,audience\n", 1, "profile", "missing"),
        ("profile,day,day\n", 1, "", "twice"),
        (f"{HEAD}bursztyn,2026-09-01,1,,,,,\n", 2, "profile", "did you mean bursztyn-fb?"),
        (f"{HEAD}nopalia-fb,1.9.2026,1,,,,,\n", 2, "day", "expected a day such as 2026-09-21"),
        (f"{HEAD}nopalia-fb,20260901,1,,,,,\n", 2, "day", "expected a day"),
        (f"{HEAD}nopalia-fb,2026-10-01,1,,,,,\n", 2, "day", "in the future"),
        (f'{HEAD}nopalia-fb,2026-09-01,"1,200",,,,,\n', 2, "audience", "whole number"),
        (f"{HEAD}nopalia-fb,2026-09-01,-5,,,,,\n", 2, "audience", "whole number"),
        (f"{HEAD}nopalia-fb,2026-09-01,–,,,,,\n", 2, "audience", "or an empty cell"),
        (f"{HEAD}nopalia-fb,2026-09-01,,2,,,,0\n", 2, "days", "the number of days"),
        (f"{HEAD}nopalia-fb,2026-09-01,5,,,,,7\n", 2, "days", "a single day"),
        (f"{HEAD}nopalia-fb,2026-09-01,,,9,,,\n", 2, "posts", "the number of posts"),
        (f"{HEAD}nopalia-fb,2026-09-01,,,,,,\n", 2, "audience", "no figure"),
        (f"{HEAD}nopalia-fb,2026-09-01,5,,,,Hola,\n", 2, "text", "one post"),
        (f"{HEAD}nopalia-fb,2026-09-01,,1,5,https://x.test/1,,\n", 2, "posts", "that post only"),
        (f"{HEAD}nopalia-fb,2026-09-01,,,5,javascript:x,,\n", 2, "link", "https://"),
        (f"{HEAD}nopalia-fb,2026-09-01,5,,,,,,,9\n", 2, "", "more cells"),
        (f'{HEAD}nopalia-fb,2026-09-01,"5\n', 2, "", "not a CSV"),
        (
            f"{HEAD}nopalia-fb,2026-09-01,5,,,,,\nnopalia-fb,2026-09-01,6,,,,,\n",
            3,
            "audience",
            "two different values",
        ),
    ],
)
def test_every_mistake_is_told_by_line_and_column_and_nothing_is_kept(
    desk: InboxServices, text: str, line: int, column: str, said: str
) -> None:
    found = desk.competitors.import_figures(
        text + "bursztyn-fb,2026-09-02,734000,,,,,\n" * (line > 1)
    )
    assert not found.is_kept
    mistake = found.mistakes[0]
    assert (mistake.line, mistake.column) == (line, column)
    assert said in mistake.what
    assert row_of(desk.competitors.competition(SEPTEMBER), "bursztyn-fb").audience == ABSENT


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    text = f"{HEAD}x,y,z,,,,,\nnopalia-fb,2026-09-01,5,,,,,\nnopalia-fb,2026-09-02,q,,,,,\n"
    entries, mistakes = read_file(text, PROFILES, date(2026, 9, 21), "UTC")
    places = [(one.line, one.column) for one in mistakes]
    assert places == [(2, "profile"), (2, "day"), (2, "audience"), (4, "audience")]
    assert len(entries) == 1


@given(st.text() | st.text('\n\r,;"0129x-').map(lambda rest: ",".join(COLUMNS) + "\n" + rest))
def test_no_file_breaks_the_reader(text: str) -> None:
    entries, mistakes = read_file(text, PROFILES, date(2026, 9, 21), "UTC")
    assert all(isinstance(one, Mistake) and one.line >= 1 for one in mistakes)
    assert all(one.figures or one.post is not None for one in entries)


# ---- by hand


def test_figures_by_hand_replace_what_was_told_and_can_be_dropped(desk: InboxServices) -> None:
    desk.competitors.import_figures("profile,day,audience\nnopalia-fb,2026-09-20,900\n")
    desk.competitors.set_figures("nopalia-fb", "2026-09-20", {AUDIENCE: 1_000, "posts": 3}, 7)
    row = row_of(desk.competitors.competition(SEPTEMBER), "nopalia-fb")
    assert row.audience == SourcedFigure(1_000, HAND)
    assert row.posts_per_week == SourcedFigure(3.0, HAND, 7)
    assert desk.competitors.forget_figures("nopalia-fb", "2026-09-20") == 2
    assert row_of(desk.competitors.competition(SEPTEMBER), "nopalia-fb").audience == ABSENT


@pytest.mark.parametrize(
    ("key", "day", "figures", "days"),
    [
        ("nobody", "2026-09-20", {AUDIENCE: 1}, 1),
        ("nopalia-fb", "yesterday", {AUDIENCE: 1}, 1),
        ("nopalia-fb", "2026-09-20", {}, 1),
        ("nopalia-fb", "2026-09-20", {"reactions": 5}, 1),
        ("nopalia-fb", "2027-01-01", {AUDIENCE: 1}, 1),
        ("nopalia-fb", "2026-09-20", {AUDIENCE: 10**15}, 1),
    ],
)
def test_what_cannot_be_is_refused(
    desk: InboxServices, key: str, day: str, figures: dict[str, int], days: int
) -> None:
    with pytest.raises(Refusal):
        desk.competitors.set_figures(key, day, figures, days)
    with pytest.raises(Refusal):
        desk.competitors.forget_figures("nobody", "2026-09-20")


def test_who_may_only_look_tells_nothing(shop: Shop) -> None:
    desk = shop.desk(profiles=PROFILES, roles={"ana": Role.READ_ONLY})
    with pytest.raises(Refusal):
        desk.competitors.import_figures(FILE)
    with pytest.raises(Refusal):
        desk.competitors.set_figures("nopalia-fb", "2026-09-20", {AUDIENCE: 1})
    with pytest.raises(Refusal):
        desk.competitors.forget_figures("nopalia-fb", "2026-09-20")
    assert len(desk.competitors.competition(SEPTEMBER).profiles) == len(PROFILES)
