"""Calling a colleague in a note, on the screen of the one who calls and of the one called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carecli.desk.conversations.rows import DecisionView
from carecli.tui.conversation.lines import _decision
from tests.desk.conftest import Shop, open_shop
from tests.tui.memory_desk import NOW
from tests.tui.pilot import driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    shop.says("Zofia", "Gdzie paczka?")
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


async def test_a_name_is_completed_and_the_one_called_is_told(shop: Shop) -> None:
    ana, ola = shop.desk(), shop.desk("ola")
    async with driven(ola) as hers:
        await hers.sees("Mentioned", "1 thread")
        async with driven(ana) as mine:
            await mine.press("i", *"please @O")
            await mine.sees("Tab inserts @ola")
            await mine.press("tab", *"call", "ctrl+s")
            await mine.sees("please @ola call")
        await hers.until(lambda: "mentioned you" in hers.toasts)
        await hers.press("F", *"is:mentioned", "enter")
        await hers.sees("1 thread")
        await hers.press("enter")
        await hers.sees("Ana please @ola call")
        await hers.press("@")
        await hers.until(lambda: not ola.threads.ids("is:mentioned", "queue").ids)
        await hers.press("u")
        await hers.until(lambda: len(ola.threads.ids("is:mentioned", "queue").ids) == 1)


async def test_a_call_is_emphasised_and_an_undone_one_is_not() -> None:
    note = DecisionView(1, NOW, "Ana", "see @ola now", False, True, ("ola",))
    [line] = _decision(note, 60, "UTC")
    assert ("@ola", "chosen") in line
    undone = DecisionView(1, NOW, "Ana", "see @ola now", True, True, ("ola",))
    assert all(role != "chosen" for text, role in _decision(undone, 60, "UTC")[0])
