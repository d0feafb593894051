"""The filter line: what it offers while typing, and how it points at mistakes."""

from __future__ import annotations

import pytest

from carecli.tui.inbox.filter_line import candidate_line, mistake
from tests.tui.memory_desk import busy_desk
from tests.tui.pilot import NARROW, driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_tab_takes_the_first_candidate_and_goes_on_to_its_values() -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        await one.press("F", "c", "o")
        await one.sees("colour:", "Tab completes")
        await one.press("tab")
        await one.until(lambda: one.inbox.filter_bar.line.value == "colour:")
        await one.sees("green", "yellow", "red")
        await one.press("r", "tab", "enter")
        await one.until(lambda: one.inbox.views.current.filter == "colour:red")
        await one.until(lambda: not one.inbox.filter_bar.below.display)


async def test_the_arrows_choose_and_the_right_arrow_takes_at_the_end() -> None:
    async with driven(busy_desk()) as one:
        await one.press("F", *"colour", "colon")
        await one.sees(" green ", " yellow ")
        await one.press("down", "right")
        await one.until(lambda: one.inbox.filter_bar.line.value == "colour:")
        await one.press("tab")
        await one.until(lambda: one.inbox.filter_bar.line.value == "colour:yellow")
        await one.press("space", "a", "s", "right")
        await one.until(lambda: one.inbox.filter_bar.line.value == "colour:yellow assignee:")
        await one.press("k", "right")
        await one.until(lambda: one.inbox.filter_bar.line.value.endswith("assignee:kasia"))


async def test_escape_closes_only_the_list_then_the_line() -> None:
    async with driven(busy_desk()) as one:
        await one.press("F", "c", "o")
        await one.sees("colour:", "Tab completes")
        await one.press("escape")
        await one.until(lambda: "Tab completes" not in one.text)
        assert one.inbox_screen.focused is one.inbox.filter_bar.line
        assert one.inbox.filter_bar.line.value == "co"
        await one.press("escape")
        await one.until(lambda: one.inbox_screen.focused is one.inbox.threads)
        await one.until(lambda: not one.inbox.filter_bar.line.display)


async def test_a_mistake_is_pointed_at_once_its_word_is_finished() -> None:
    async with driven(busy_desk()) as one:
        await one.press("F", *"is", "colon", *"waitin")
        await one.sees("waiting")
        assert "unknown value" not in one.text
        await one.press("x", "space")
        await one.sees("is: unknown value 'waitinx'", "did you mean waiting?")
        caret = next(line for line in one.lines if line.rstrip().endswith("^") or " ^ " in line)
        [typed] = [line for line in one.lines if "is:waitinx" in line]
        assert caret.index("^") == typed.index("waitinx")
        await one.press("backspace", "backspace", "g", "space")
        await one.until(lambda: "unknown value" not in one.text)


async def test_what_was_expected_is_told_whole_on_a_small_terminal() -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        await one.press("F")
        await one.sees("type to replace, → to edit")
        await one.press(*"foo", "colon", "x", "space")
        await one.sees("unknown field 'foo'; expected one of is, colour,", "on, done, due")
        [typed] = [y for y, line in enumerate(one.lines) if "foo:x" in line]
        assert one.lines[typed + 1].index("^") == one.lines[typed].index("foo")
        await one.press("ctrl+u", *"is", "colon", "x", "space")
        await one.sees(
            "is: unknown value 'x'; expected one of waiting,", "boosted, draft,", "reopened, case"
        )


async def test_words_to_find_are_not_completed() -> None:
    async with driven(busy_desk()) as one:
        await one.press("slash", "c", "o")
        await one.until(lambda: one.inbox.filter_bar.line.value == "co")
        assert "colour:" not in one.text
        await one.press("escape")
        await one.until(lambda: one.inbox_screen.focused is one.inbox.threads)


def test_a_mistake_in_the_word_being_typed_is_not_told() -> None:
    assert mistake("is:wait", 7) is None
    assert mistake("is:wait ", 8) is not None
    assert mistake('"half a', 7) is None
    assert mistake("is:nope colour:red", 18) is not None


def test_the_chosen_candidate_is_always_in_sight() -> None:
    items = tuple(f"candidate-{n}" for n in range(20))
    for chosen in range(20):
        line = candidate_line(items, chosen, 40)
        assert (f" candidate-{chosen} ", "chosen") in line
        assert sum(len(text) for text, _ in line) <= 40
