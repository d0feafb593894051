"""Coding and quoting on the screen: one key more, under the cursor or on all that is marked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carecli.desk.conversations.rows import BlindView, CodeView
from carecli.domain.commands import Code, CodeBlind, DropQuote, PickQuote
from carecli.domain.model import MessageId, ThreadId
from tests.tui.memory_desk import MemoryDesk, busy_desk
from tests.tui.pilot import driven

pytestmark = pytest.mark.anyio
FIRST = ThreadId(1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ("p", {"sentiment": "positive"}),
        ("o", {"sentiment": "neutral"}),
        ("n", {"sentiment": "negative"}),
        ("a", {"stage": "awareness"}),
        ("c", {"stage": "consideration"}),
        ("b", {"stage": "purchase"}),
        ("r", {"stage": "recommendation"}),
        ("l", {"stage": "loyalty"}),
        ("0", {"sentiment": "none", "stage": "none", "without": ("none",)}),
    ],
)
async def test_two_keys_code_the_thread_under_the_cursor(
    keys: str, wanted: dict[str, str], anyio_backend: str
) -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("equals_sign", *keys)
        await one.until(lambda: desk.submitted == [Code(FIRST, **wanted)])  # type: ignore[arg-type]  # fields of it
        await one.press("j", "full_stop")
        await one.until(lambda: len(desk.submitted) == 2)
        assert desk.submitted[1] == replace(desk.submitted[0], thread=desk.submitted[1].thread)
        assert desk.submitted[1].thread != FIRST, "repeated on the next one"


async def test_the_message_under_the_cursor_is_coded(anyio_backend: str) -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("enter", "k", "k", "equals_sign", "n")
        await one.until(lambda: desk.submitted)
        assert desk.submitted == [Code(FIRST, MessageId(102), sentiment="negative")]


async def test_all_that_is_marked_is_coded_after_a_review(anyio_backend: str) -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("V", "equals_sign", "l")
        await one.sees("Code as loyalty", "APPLIES TO  60")
        await one.press("enter")
        await one.until(lambda: len(desk.submitted) == 60)
        assert {one.stage for one in desk.submitted if isinstance(one, Code)} == {"loyalty"}


async def test_a_theme_goes_on_and_off(anyio_backend: str) -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("equals_sign", "t", *"pri", "enter")
        await one.until(lambda: desk.submitted == [Code(FIRST, themes=("price",))])
        await one.press("equals_sign", "t", *"odd", "space", *"one", "enter")
        await one.until(lambda: desk.submitted[1:] == [Code(FIRST, themes=("odd one",))])
        [*before, last] = desk.talks[FIRST]
        desk.talks[FIRST] = (*before, replace(last, codes=(CodeView("theme", "price", "Kasia"),)))
        desk.touch(FIRST)
        await one.press("enter")
        await one.sees("#price by Kasia")
        await one.press("equals_sign", "t")
        await one.sees("Kasia · remove")
        await one.press(*"pri", "enter")
        await one.until(lambda: desk.submitted[2:] == [Code(FIRST, without=("price",))])


async def test_where_a_sample_asks_me_i_code_blindly(anyio_backend: str) -> None:
    desk = busy_desk()
    [*before, last] = desk.talks[FIRST]
    desk.talks[FIRST] = (*before, replace(last, blind=(BlindView(7, "stage"),)))
    async with driven(desk) as one:
        await one.press("enter")
        await one.sees("to code blind: funnel stage")
        await one.press("equals_sign")
        await one.sees("Blind coding: funnel stage")
        assert "Themes" not in one.text
        assert "positive" not in one.text
        await one.press("l")
        await one.until(lambda: desk.submitted == [CodeBlind(FIRST, 7, last.id, "loyalty")])


async def test_a_quote_is_looked_at_cut_and_kept(anyio_backend: str) -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("quotation_mark")
        await one.sees("55 1234 5678, por favor rápido", "[…], por favor rápido")
        await one.press("x")
        await one.sees("A quote can only contain words from the message.")
        await one.press("ctrl+s")
        assert desk.submitted == [], "what nobody said is not kept"
        await one.press("backspace", *["backspace"] * 7, "ctrl+s")
        await one.until(lambda: desk.submitted)
        assert desk.submitted == [PickQuote(FIRST, MessageId(104), "[…], por favor")]
        assert desk.texts == {}, "it is no reply begun"


async def test_the_same_key_drops_a_quote(anyio_backend: str) -> None:
    desk = busy_desk()
    [*before, last] = desk.talks[FIRST]
    desk.talks[FIRST] = (*before, replace(last, is_quoted=True))
    async with driven(desk) as one:
        await one.press("enter")
        await one.sees("❝ quote")
        await one.press("quotation_mark")
        await one.until(lambda: desk.submitted == [DropQuote(FIRST, MessageId(104))])


async def test_quotes_are_looked_at_one_by_one(anyio_backend: str) -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("V", "quotation_mark")
        await one.until(lambda: "one message at a time" in one.toasts)
        assert desk.submitted == []


async def test_escape_keeps_nothing(anyio_backend: str) -> None:
    desk = MemoryDesk()
    async with driven(desk) as one:
        await one.press(
            "quotation_mark", "escape", "equals_sign", "escape", "equals_sign", "t", "escape"
        )
        await one.sees("60 threads")
        assert desk.submitted == []
