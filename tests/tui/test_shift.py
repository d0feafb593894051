"""The start of a day and the end of a shift on the screen."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from carecli import i18n
from carecli.domain.commands import Assign
from tests.tui.memory_desk import MemoryDesk, busy_desk
from tests.tui.pilot import NARROW, driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_line_of_the_start_of_a_day_shows_its_list() -> None:
    async with driven(busy_desk()) as one:
        await one.press("g", "t")
        await one.sees("Today, Thu 1 Jan 2026", "WAITING", "Rules did nothing.")
        await one.press("j", "j", "j", "j", "enter")
        await one.until(lambda: one.inbox.views.current.filter == "is:waiting colour:red")
        assert one.inbox.views.current.title == "Red"
        assert one.inbox.layout.context == "list"


@pytest.mark.parametrize(("language", "red"), [("en", "Red"), ("pl", "Czerwony"), ("es", "Rojo")])
async def test_colours_keep_their_shapes_in_every_language(language: str, red: str) -> None:
    desk = busy_desk()
    i18n.use(language)
    try:
        async with driven(desk, size=NARROW) as one:
            today = replace(
                found := desk.today(), colours=tuple(replace(t, title="x") for t in found.colours)
            )
            desk.today = lambda since="", brand="": today  # type: ignore[method-assign]  # what this desk says
            await one.press("g", "t")
            await one.until(lambda: re.search(rf"●  {red} .* 3", one.text))
            await one.press("down", "down", "down", "down", "enter")
            await one.until(lambda: one.inbox.views.current.title == red)
    finally:
        i18n.use("en")


async def test_the_note_of_the_shift_is_there_after_a_new_start() -> None:
    desk = busy_desk()
    desk.leave_word("Watch María")
    async with driven(desk, size=NARROW) as one:
        await one.press("g", "h")
        await one.sees("Watch María", "ASSIGNED TO ME")


async def test_what_goes_wrong_while_counting_is_told_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = busy_desk()
    desk.broken = RuntimeError("disk I/O error")
    async with driven(desk) as one:
        await one.press("g", "t")
        await one.sees("disk I/O error")
        assert [one.exc_info for one in caplog.records if one.name.endswith("link_rows_screen")]


async def test_a_click_goes_where_the_line_leads_in_either_column() -> None:
    async with driven(busy_desk()) as one:
        await one.press("g", "t")
        await one.sees("DUE WITHIN TWO HOURS", "Karla Ruiz")
        lines = one.text.splitlines()
        row = next(y for y, line in enumerate(lines) if "Karla Ruiz" in line[50:])
        await one.pilot.click(offset=(lines[row].rindex("Karla Ruiz"), row))
        await one.until(lambda: one.inbox.conversation.opened is not None)
        assert one.inbox.conversation.opened is not None
        assert one.inbox.conversation.opened.row.author == "Karla Ruiz"
        await one.press("escape", "g", "t")
        await one.sees("WAITING")
        lines = one.text.splitlines()
        row = next(y for y, line in enumerate(lines) if "Unassigned" in line)
        await one.pilot.click(offset=(lines[row].index("Unassigned"), row))
        await one.until(lambda: one.inbox.views.current.filter == "is:waiting assignee:none")


async def test_a_thread_due_soon_and_a_promise_are_opened_at_once() -> None:
    async with driven(busy_desk()) as one:
        await one.press("g", "t")
        await one.sees("DUE WITHIN TWO HOURS", "Karla Ruiz")
        await one.press("right", "down", "enter")
        await one.until(lambda: one.inbox.conversation.opened is not None)
        assert one.inbox.conversation.opened is not None
        assert one.inbox.conversation.opened.row.author == "Karla Ruiz"
        await one.press("g", "t")
        await one.sees("call back by Friday")
        await one.press("G", "enter")
        await one.until(
            lambda: (
                one.inbox.conversation.opened is not None
                and one.inbox.conversation.opened.row.id == 3
            )
        )


async def test_the_note_to_whoever_comes_next_goes_into_the_file() -> None:
    desk = busy_desk()
    async with driven(desk, size=NARROW) as one:
        await one.press("g", "h")
        await one.sees("Handover, Thu 1 Jan 2026", "No note yet.", "ASSIGNED TO ME")
        await one.press("n", *"Watch", "space", *"María", "enter")
        await one.until(lambda: desk.kept)
        await one.until(lambda: "Saved to /srv/care/handovers/" in one.toasts)
        assert "Handover of Ana, Thu 1 Jan 2026" in desk.kept[0]
        assert "Watch María" in desk.kept[0]
        assert "call back by Friday" in desk.kept[0]
        await one.sees("Watch María", "ASSIGNED TO ME")
        await one.press("escape", "g", "h")
        await one.sees("Watch María")
        await one.press("escape", "g", "t")
        await one.sees("NOTES FOR YOU", "Ana", "Watch María")


async def test_what_is_mine_goes_back_to_the_pool_after_a_look_at_it() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("g", "h")
        await one.sees("ASSIGNED TO ME")
        await one.press("R")
        await one.sees("Review", "Unassign", "APPLIES TO")
        await one.press("escape")
        await one.sees("ASSIGNED TO ME")
        assert "hand_back" not in desk.asked
        await one.press("R")
        await one.sees("Unassign")
        await one.press("enter")
        await one.until(lambda: "hand_back" in desk.asked)
        await one.until(lambda: "unassigned" in one.toasts and "u undoes it." in one.toasts)
        assert len(desk.kept) == 1


async def test_giving_back_when_nothing_is_mine_says_so() -> None:
    desk = MemoryDesk(me="Nobody")
    async with driven(desk) as one:
        await one.press("g", "h")
        await one.sees("Nothing is waiting.")
        await one.press("R")
        await one.until(lambda: "You have no waiting threads." in one.toasts)
        assert not any(isinstance(command, Assign) for command in desk.submitted)
