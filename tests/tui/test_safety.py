"""The safety flag and suggested colours, on the list, in the conversation and by their keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from carecli.domain.commands import Safety, SafetyStep
from carecli.domain.model import HOUR, Colour, ThreadId
from carecli.tui.inbox.list_rows import TIME, badge, remaining, thread_lines
from carecli.tui.style.cells import line_cells
from tests.desk.conftest import Shop, open_shop
from tests.tui.memory_desk import NOW, MemoryDesk, row
from tests.tui.pilot import NARROW, driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


async def test_the_flag_is_raised_confirmed_and_lowered_by_one_key(shop: Shop) -> None:
    shop.says("Zofia", "Mam wysypkę")
    desk = shop.desk()
    async with driven(desk) as one:
        assert "Safety" not in one.text
        await one.press("h")
        await one.sees("Safety flag", "it may be an adverse reaction")
        await one.press("r")
        await one.sees("✚ S? Zofia", "Safety")
        await one.press("enter")
        await one.sees("✚ S? safety flag raised", "Ana raised the safety flag")
        await one.press("h")
        await one.sees("it is an adverse reaction", "it is not an adverse reaction")
        await one.press("c")
        await one.sees("✚ S safety flag confirmed")
        await one.press("h", "l")
        await one.until(lambda: "safety flag confirmed" not in one.text)
        await one.press("u")
        await one.sees("✚ S safety flag confirmed")


async def test_the_flagged_have_a_queue_of_their_own(shop: Shop) -> None:
    thread, _other = shop.says("Zofia", "Mam wysypkę"), shop.says("Ewa", "Ile kosztuje?")
    desk = shop.desk()
    desk.commands.submit(Safety(thread))
    async with driven(desk, size=NARROW) as one:
        await one.press("left", "down", "down", "down", "down", "enter")
        await one.until(lambda: one.inbox.views.current.filter == "is:safety")
        await one.sees("1 thread", "Zofia")
        assert "Ewa" not in one.text


@pytest.mark.parametrize(
    ("typed", "step"),
    [
        ("Raise the", SafetyStep.RAISE),
        ("Confirm the", SafetyStep.CONFIRM),
        ("Remove the", SafetyStep.LOWER),
    ],
)
async def test_each_step_is_in_the_palette(typed: str, step: SafetyStep) -> None:
    desk = MemoryDesk()
    async with driven(desk) as one:
        await one.press("colon", *typed, "enter")
        await one.until(lambda: desk.submitted == [Safety(ThreadId(1), step)])


def test_a_suggestion_is_small_and_in_doubt_and_leaves_the_countdown_its_place() -> None:
    likely = row(1, colour_by="", suggested=Colour.RED, deadline=NOW + HOUR)
    assert badge(likely) == ("(r?)", "red")
    assert badge(replace(likely, colour_by="moderator:ana")) == (" G ", "green.badge")
    assert badge(replace(likely, deadline=None)) == ("(G)", "green")
    for width in (60, 80, 140):
        for one in (likely, replace(likely, safety="raised")):
            for compact in (False, True):
                lines = thread_lines(one, width, NOW, compact=compact)
                assert {line_cells(line) for line in lines} == {width}
    text = "".join(part for part, _ in thread_lines(likely, 90, NOW)[0])
    assert text[TIME].lstrip(")").strip() == remaining(likely, NOW)[0].strip() == "1h 00m"


async def test_a_suggestion_is_shown_where_it_is_sure_enough(shop: Shop) -> None:
    sure, unsure = shop.says("Zofia", "Mam wysypkę"), shop.says("Ewa", "Ile kosztuje?")
    with shop.database.write() as db:
        for thread, probability in ((sure, 0.6), (unsure, 0.59)):
            db.execute(
                "INSERT INTO suggestions SELECT id, thread_id, 'red', ?, 60, 0, 'words' "
                "FROM messages WHERE thread_id = ?",
                (probability, thread),
            )
    desk = shop.desk()
    rows = desk.threads.rows([sure, unsure])
    assert (rows[sure].suggested, rows[unsure].suggested) == (Colour.RED, None)
    async with driven(desk) as one:
        await one.sees("(r?)", "(G)")
        await one.press("home", "3")
        await one.until(lambda: "(r?)" not in one.text or "R " in one.text)
        assert {row.colour_by for row in desk.threads.rows([sure, unsure]).values()} >= {
            "moderator:ana"
        }
