"""Keys that come in one burst, as over a slow line, each reach who the ones before called for."""

from __future__ import annotations

import pytest
from textual.events import Key
from textual.keys import _character_to_key

from tests.tui.memory_desk import MemoryDesk
from tests.tui.pilot import Driven, driven

pytestmark = pytest.mark.anyio


def burst(one: Driven, text: str) -> None:
    """All keys at once; a line feed is Enter."""
    for char in text:
        if char == "\n":
            one.app.post_message(Key("enter", "\r"))
        else:
            one.app.post_message(Key(_character_to_key(char), char))


async def test_a_filter_typed_ahead_is_a_filter_and_decides_nothing() -> None:
    desk = MemoryDesk()
    async with driven(desk) as one:
        burst(one, "Fis:flagged\n")
        await one.until(
            lambda: one.inbox_screen.focused is one.inbox.threads and "is:flagged" in one.text
        )
        assert not desk.submitted


async def test_what_follows_enter_is_for_the_list_again() -> None:
    desk = MemoryDesk()
    async with driven(desk) as one:
        burst(one, "/paczka\nj")
        await one.until(
            lambda: "paczka" in one.text and one.inbox_screen.focused is one.inbox.threads
        )
        assert "paczkaj" not in one.text


async def test_a_reply_typed_ahead_stands_in_the_composer_whole() -> None:
    desk = MemoryDesk()
    async with driven(desk) as one:
        burst(one, "\nrdzien dobry fdx")
        await one.sees("dzien dobry fdx")
        assert not desk.submitted
