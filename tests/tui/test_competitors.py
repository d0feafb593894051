"""Competitors on the screen: one table that folds, sorted by any column, best posts below."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carecli.desk.competitors.comparison import ABSENT, Competition, ProfileRow, SourcedFigure
from carecli.domain.errors import Refusal
from carecli.tui.competitors.lines import best_lines, profile_lines
from carecli.tui.competitors.screen import CompetitorsScreen
from carecli.tui.competitors.table import COLUMNS, MARKS, CompetitorTable, Sorting, legend, ordered
from carecli.tui.style.cells import line_cells
from tests.tui.memory_competitors import town
from tests.tui.memory_desk import MemoryDesk, busy_desk
from tests.tui.pilot import Driven, driven
from tests.tui.test_hostile import MARKUP, TEXTS

ROWS = town().profiles


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


pytestmark = pytest.mark.anyio


def desk(found: Competition | Exception | None = None) -> MemoryDesk:
    made = busy_desk()
    made.compared = found if found is not None else town()
    return made


def text_of(line: list[tuple[str, str]]) -> str:
    return "".join(text for text, _role in line)


def chosen(one: Driven) -> ProfileRow:
    screen = one.app.screen
    assert isinstance(screen, CompetitorsScreen)
    assert screen.row is not None
    return screen.row


def shown(one: Driven) -> list[str]:
    screen = one.app.screen
    assert isinstance(screen, CompetitorsScreen)
    assert screen._table is not None
    return [row.key for row in screen._table.rows]


@pytest.mark.parametrize("width", [*range(79, 132, 3), 199])
def test_the_table_fits_any_width_to_the_cell(width: int) -> None:
    for column in ("", *(one.key for one in COLUMNS)):
        table = CompetitorTable(ROWS, Sorting(column), width)
        keys = [one.key for one in table.columns]
        assert not column or column in keys  # what it is sorted by never folds
        assert "audience" in keys or column
        widths = {line_cells(table.line(n)) for n in range(len(ROWS))} | {line_cells(table.head())}
        assert len(widths) == 1
        assert widths.pop() <= width
        assert sum(wide for _key, wide in table.headings()) <= width
    assert len(CompetitorTable(ROWS, Sorting(), 130).columns) == len(COLUMNS)


@pytest.mark.parametrize("column", [one.key for one in COLUMNS])
def test_what_is_absent_comes_last_either_way(column: str) -> None:
    told = next(one.told for one in COLUMNS if one.key == column)
    for falling in (True, False):
        values = [told(row).value for row in ordered(ROWS, Sorting(column, falling))]
        known = [value for value in values if value is not None]
        assert values == [*sorted(known, reverse=falling), *[None] * (len(values) - len(known))]


def test_each_figure_has_the_letter_of_its_origin_and_the_legend_tells_it() -> None:
    table = CompetitorTable(ROWS, Sorting(), 199)
    for place, row in enumerate(table.rows):
        marks = "".join(text for text, role in table.line(place)[1:] if role == "accent")
        told = [one.told(row) for one in table.columns]
        assert marks == "".join(MARKS[one.origin] for one in told if one.value is not None)
        assert text_of(table.line(place)).count("–") == sum(one.value is None for one in told)
    key = text_of(legend(ROWS, 199))
    assert "ᵃ API" in key
    assert "ᶜ CSV" in key
    assert "ʰ by hand" in key
    assert "– no data" in key
    only = [replace(ROWS[0], audience=SourcedFigure(5, "csv"))]
    assert "ʰ" not in text_of(legend(only, 199))


def test_zero_is_shown_as_zero_and_absent_never() -> None:
    row = ROWS[0]
    absent = dict.fromkeys((one.key for one in COLUMNS), ABSENT)
    nothing = ProfileRow(row.key, row.title, row.platform, row.is_ours, **absent)  # type: ignore[arg-type]  # fields by name
    assert "0" not in text_of(CompetitorTable([nothing], Sorting(), 199).line(0))
    zero = replace(nothing, audience=SourcedFigure(0.0, "hand"))
    assert "0ʰ" in text_of(CompetitorTable([zero], Sorting(), 199).line(0))


async def test_the_comparison_is_a_key_away_and_sorted_by_keys() -> None:
    async with driven(desk(), size=(80, 24)) as one:
        await one.press("g", "k")
        await one.sees("Competitors", "January 2026", "AUDIENCE▾", "3,480,000ᵃ", "BEST POSTS OF")
        assert shown(one)[0] == "céléstine-f"
        await one.press("o")
        await one.sees("AUDIENCE▴")
        assert shown(one)[0] == "oleada-i"
        await one.press("right")
        await one.sees("GROWTH▾")
        await one.press("left", "left")
        await one.sees("PROFILE▴")
        assert shown(one)[0].startswith("agua")
        await one.press("left")  # a column that was folded is shown when it is sorted by
        await one.sees("ANSWERED▾")


async def test_the_cursor_stays_on_its_profile_and_its_posts_are_below() -> None:
    async with driven(desk(), size=(140, 40)) as one:
        await one.press("g", "k")
        await one.sees("BEST POSTS OF CÉLÉSTINE")
        await one.press("j")
        await one.sees("BEST POSTS OF LUMIRA")
        key = chosen(one).key
        await one.press("right", "o")
        assert chosen(one).key == key
        await one.press("G")
        assert shown(one).index(chosen(one).key) == len(ROWS) - 1
        await one.press("home", "pagedown", "up", "enter")
        await one.sees("Engagement rate", "Data until Wed 31 Dec 2025.", "CSV · 30 days")
        await one.press("escape", "escape")
        await one.until(lambda: one.app.screen is one.inbox_screen)


async def test_a_profile_that_is_not_permitted_says_what_to_do() -> None:
    async with driven(desk(), size=(80, 24)) as one:
        await one.press("g", "k")
        await one.sees("AUDIENCE▾")
        await one.until(lambda: shown(one))
        for _ in range(shown(one).index("bursztyn-f")):
            await one.press("j")
        await one.sees("BEST POSTS OF BURSZTYN", "Import it from CSV or enter it by hand")
        await one.press("enter")
        await one.sees("no data", "Import it from CSV or enter it by")


async def test_platform_and_month_are_a_key_away() -> None:
    made = desk()
    made.asked.clear()
    async with driven(made, size=(140, 40)) as one:
        await one.press("g", "k")
        await one.sees("Facebook and Instagram")
        await one.press("p")
        await one.until(lambda: {row.platform for row in _rows(one)} == {"facebook"})
        await one.press("p")
        await one.until(lambda: {row.platform for row in _rows(one)} == {"instagram"})
        await one.press("left_square_bracket")
        await one.sees("December 2025")
        await one.press("right_square_bracket", "right_square_bracket")
        await one.sees("January 2026")
        asked = [word for word in made.asked if word.startswith("competition")]
        assert asked == [f"competition {month}" for month in ("2026-01", "2025-12", "2026-01")]


def _rows(one: Driven) -> list[ProfileRow]:
    screen = one.app.screen
    assert isinstance(screen, CompetitorsScreen)
    return screen.rows


async def test_a_click_chooses_a_profile_and_sorts_by_a_heading() -> None:
    async with driven(desk(), size=(140, 40)) as one:
        await one.press("g", "k")
        await one.sees("AUDIENCE▾")
        await one.pilot.click("#reading", offset=(4, 3))
        await one.until(lambda: shown(one).index(chosen(one).key) == 3)
        head = next(line for line in one.lines if "ENGAGED" in line)
        await one.pilot.click("#competitors-head", offset=(head.index("ENGAGED") + 2, 1))
        await one.sees("ENGAGED▾")
        await one.pilot.click("#competitors-head", offset=(head.index("ENGAGED") + 2, 1))
        await one.sees("ENGAGED▴")


async def test_without_competitors_and_with_an_error_it_says_so() -> None:
    async with driven(desk(Competition(0, 1)), size=(80, 24)) as one:
        await one.press("g", "k")
        await one.sees("No competitors are configured.", "docs/competitors.md")
        await one.press("enter", "o", "right", "p", "j", "G")
        await one.press("escape")
    async with driven(desk(Refusal("The database is away.")), size=(80, 24)) as one:
        await one.press("g", "k")
        await one.sees("The database is away.")


@pytest.mark.parametrize("text", [MARKUP, *list(TEXTS.values())[:40]])
def test_hostile_titles_and_posts_stay_in_their_cells(text: str) -> None:
    found = town()
    row = replace(ROWS[3], title=text, key="x", trouble=text)
    best = [replace(found.best[0], profile="x", title=text, text=text, link=text)]
    table = CompetitorTable([row, ROWS[0]], Sorting(), 100)
    assert line_cells(table.line(0)) == line_cells(table.line(1)) <= 100
    for line in [*best_lines(row, best, 80, 14), *profile_lines(row, best, "", 80)]:
        assert line_cells(line) <= 80
