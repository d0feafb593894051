"""The screen that splits a backlog."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from carecli.domain.model import DAY, HOUR
from carecli.domain.split import Method
from carecli.domain.teamwork import Role
from tests.desk.conftest import Shop, open_shop
from tests.tui.memory_desk import MemoryDesk
from tests.tui.pilot import NARROW, driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_backlog_is_split_by_day_with_borders_moved() -> None:
    desk = MemoryDesk()
    async with driven(desk) as one:
        await one.press("b")
        await one.sees("Split the backlog", "1,214 threads", "[x] Ana", "[ ] Ola", "214", "371")
        await one.sees("unassigned")
        await one.press("j", "j", "right", "right")
        await one.sees("to 02:00")
        await one.press("enter")
        await one.until(lambda: desk.divided)
        [plan] = desk.divided
        assert plan.method is Method.DAY
        assert plan.shares[1].end == plan.backlog.days[2] + 2 * HOUR
        assert [share.person.name for share in plan.shares] == ["Ana", "Piotr", "Marta"]
        await one.until(lambda: "split the backlog. u undoes it." in one.toasts)
        assert "431 threads stay unassigned: nobody has Wed 31 - Thu 1" in one.toasts


async def test_a_border_moves_by_an_hour_a_quarter_of_a_day_and_a_day() -> None:
    async with driven(MemoryDesk(), size=NARROW) as one:
        await one.press("b", "j", "j")
        await one.sees("1 h, shift 6 h, ctrl 1 day")
        await one.press("right")
        await one.sees("Tue 30 to 01:00")
        await one.press("shift+right")
        await one.sees("Tue 30 to 06:00")
        await one.press("shift+right", "left")
        await one.sees("Tue 30 to 11:00")
        await one.press("ctrl+right")
        await one.sees("Mon 29 - Tue 30 ")
        await one.press("shift+left")
        await one.sees("Tue 30 to 18:00")
        await one.press("ctrl+left")
        await one.sees("Mon 29  ")
        assert "The border" not in one.text
        await one.press("ctrl+left", "ctrl+left")
        await one.sees("The border cannot be moved further.")
        await one.press("up", "right")
        await one.sees("Kasia is not on shift and has no border.")


async def test_before_anything_is_assigned_it_says_what_stays_unassigned_and_why() -> None:
    async with driven(MemoryDesk(), size=NARROW) as one:
        await one.press("b")
        await one.sees("431 threads stay unassigned: nobody has Wed 31 - Thu 1, after the last")
        await one.press("j", "j", "j", "ctrl+right")
        await one.sees("187 threads stay unassigned: nobody has Thu 1,")
        await one.press("ctrl+right")
        await one.sees("Nothing stays unassigned.")


async def test_people_come_on_shift_and_methods_change_the_plan() -> None:
    desk = MemoryDesk()
    async with driven(desk, size=NARROW) as one:
        await one.press("b", "e")
        await one.sees("[x] Ana", "404")
        await one.press("j", "space")
        await one.sees("[x] Kasia", "303")
        await one.press("l", "enter")
        await one.until(lambda: desk.divided)
        assert desk.divided[0].method is Method.LOAD
        assert len(desk.divided[0].shares) == 4


async def test_somebody_stays_on_shift_and_leaving_changes_nothing() -> None:
    desk = MemoryDesk(me="Zoe")
    async with driven(desk) as one:
        await one.press("b")
        await one.sees("[x] Piotr", "[x] Marta")
        await one.press("j", "j", "space", "j", "space")
        await one.sees("[ ] Piotr", "[x] Marta")
        await one.press("escape")
        await one.until(lambda: one.app.screen is one.inbox_screen)
        assert not desk.divided


async def test_a_period_that_cannot_be_is_told() -> None:
    async with driven(MemoryDesk()) as one:
        await one.press("b", "p", *"soon", "enter")
        await one.sees("'soon' is not a date")
        await one.press("enter", "p", *["backspace"] * 4, "enter")
        await one.sees("1,214 threads")


async def test_which_deadlines_are_lost_is_told_by_day_and_colour() -> None:
    desk = MemoryDesk()
    async with driven(desk, size=NARROW) as one:
        await one.press("b")
        await one.sees("1,214 threads", "✗")
        plan = one.app.screen.split.plan  # type: ignore[attr-defined]  # the screen on top
        lost = {day.day: day.total for day in plan.doomed}
        for day in plan.backlog.histogram():
            figure = f"✗{lost[day.day]:,}" if day.day in lost else ""
            [line] = [line for line in one.lines if re.search(rf"█.* {day.total:,} ", line)]
            assert line.split()[-1] == (figure or f"{day.total:,}")
        total = f"✗ {sum(lost.values()):,} deadlines cannot be met by anyone."
        [line] = [line for line in one.lines if total in line]
        parts = line.partition(total)[2].replace(",", "").split()
        assert sum(int(part) for part in parts if part.isdecimal()) == sum(lost.values())


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    for n in range(12):
        shop.says(f"Ewa{n}", f"Gdzie paczka {n}?", ago=n // 4 * DAY + HOUR + n)
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


async def test_on_the_real_desk_everybody_has_a_share_and_one_undo_takes_it_back(
    shop: Shop,
) -> None:
    before = shop.derived()
    async with driven(shop.desk()) as one:
        await one.press("b")
        await one.sees("12 threads", "[x] Ana", "[ ] Ola")
        await one.press("j", "space", "e")
        await one.sees("[x] Ola")
        await one.press("enter")
        await one.until(
            lambda: (
                shop.all("SELECT assignee, count(*) FROM threads GROUP BY 1 ORDER BY 1")
                == [("ana", 6), ("ola", 6)]
            )
        )
        await one.press("u")
        await one.until(lambda: shop.derived() == before)


async def test_who_waits_outside_of_the_period_is_counted(shop: Shop) -> None:
    async with driven(shop.desk(), size=NARROW) as one:
        await one.press("b", "p", *"1d", "enter")
        await one.sees("4 threads", "8 more are waiting outside the period")
        await one.press("enter")
        await one.until(lambda: "8 more are waiting outside the period" in one.toasts)


async def test_who_may_not_split_is_told_before_planning(shop: Shop) -> None:
    desk = shop.desk("ana", roles={"ana": Role.MODERATOR, "ola": Role.LEAD})
    async with driven(desk) as one:
        await one.press("b")
        await one.sees("Only a lead can do that. Ask Ola.")
        await one.press("enter", "escape")
        await one.until(lambda: one.app.screen is one.inbox_screen)


async def test_a_mistake_in_the_period_is_told_whole_on_a_small_terminal(shop: Shop) -> None:
    async with driven(shop.desk(), size=NARROW) as one:
        await one.press("b", "p", *"2026-13-01", "enter")
        await one.sees("'2026-13-01' is not a date", "monday", "or 3d")
