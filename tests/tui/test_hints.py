"""The hint bar: what can be done as things stand, what may follow a key, and clicks on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carecli.domain.commands import Recolour
from carecli.domain.model import Colour, OutboxState, Outcome, ThreadId
from carecli.tui.inbox.bars import ListView
from carecli.tui.inbox.hint_bar import HintContext, following, key_at, present_keys
from carecli.tui.keys.matcher import KeyMap
from carecli.tui.keys.table import TABLE
from tests.tui.memory_desk import busy_desk
from tests.tui.memory_rows import NOW, row
from tests.tui.pilot import driven

pytestmark = pytest.mark.anyio
KEYMAP = KeyMap(TABLE)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def _keys(context: str, present: HintContext) -> dict[str, str]:
    return dict(present_keys(KEYMAP, context, present))


def test_what_cannot_be_done_now_is_not_offered() -> None:
    waits = _keys("list", HintContext(row(1)))
    assert {"Enter", "r", "d", "z"} <= waits.keys()
    nothing = _keys("list", HintContext())
    assert not {"Enter", "r", "d", "1", "f"} & nothing.keys()
    closed = _keys("list", HintContext(row(1, is_waiting=False, outcome=Outcome.REPLIED)))
    assert "d" not in closed
    assert closed["D"] == "reopen"
    aside = _keys("list", HintContext(row(1, snoozed_until=NOW)))
    assert "z" not in aside
    assert aside["Z"] == "end snooze"
    stuck = _keys("list", HintContext(row(1, sending=OutboxState.FAILED)))
    assert list(stuck)[:2] == ["t", "T"]
    marked = _keys("list", HintContext(row(1), leave="unmark", is_marked=True))
    assert next(iter(marked.items())) == ("Esc", "unmark")
    assert "Enter" not in marked


def test_a_conversation_offers_what_the_platform_takes() -> None:
    desk = busy_desk()
    talk = desk.conversation(ThreadId(2))
    assert talk is not None
    offered = _keys("thread", HintContext(talk.row, talk, "list"))
    assert offered["Esc"] == "list"
    assert "r" in offered
    aside = replace(talk, can_reply=False)
    assert _keys("thread", HintContext(talk.row, aside))["R"] == "private reply"
    assert "r" not in _keys("thread", HintContext(talk.row, aside))


def test_what_may_follow_a_key_is_told() -> None:
    after_o = dict(following(KEYMAP, "list", "o"))
    assert {"q", "o", "n", "d", "w", "t", "X"} == after_o.keys()
    after_g = dict(following(KEYMAP, "list", "g"))
    assert after_g["r"] == "Report"
    assert after_g["1…9"] == "views"
    assert "1" not in after_g


def test_the_key_of_a_hint_is_found_by_its_cell() -> None:
    line = [
        (" ", "text"),
        ("Enter", "key"),
        (" open  ", "text"),
        ("r", "key"),
        (" reply  ", "text"),
    ]
    assert [key_at(line, cell) for cell in (0, 1, 7, 13, 15, 40)] == [
        "",
        "Enter",
        "Enter",
        "r",
        "r",
        "",
    ]


async def test_a_sequence_shows_what_may_follow_and_esc_only_takes_it_back() -> None:
    async with driven(busy_desk()) as one:
        await one.press("enter", "o")
        await one.sees("o …", "Esc cancel", "d By deadline", "n Newest first")
        await one.press("escape")
        await one.sees("Esc list")
        assert one.inbox.layout.context == "thread", (
            "Esc took the sequence back and did nothing else"
        )


async def test_esc_in_a_search_and_with_marks_says_what_it_does() -> None:
    async with driven(busy_desk()) as one:
        await one.press("space")
        await one.sees("Esc unmark")
        await one.press("escape")
        await one.until(lambda: "Esc unmark" not in one.text)
        one.inbox.loader.show_view(ListView("Found", '"paczka"', is_typed=True))
        await one.sees("Esc leave the search")


async def test_a_click_on_a_hint_does_what_its_key_does() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.sees("2 yellow")
        at = one.lines[-1].index("2 yellow")
        await one.pilot.click(one.inbox_screen.parts.widgets.foot, offset=(at + 3, 0))
        await one.until(lambda: desk.submitted == [Recolour(ThreadId(1), Colour.YELLOW)])
        await one.press("g")
        await one.sees("t Today")
        at = one.lines[-1].index("t Today")
        await one.pilot.click(one.inbox_screen.parts.widgets.foot, offset=(at, 0))
        await one.until(lambda: one.app.screen is not one.inbox_screen)
