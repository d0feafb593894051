"""Macros recorded on the screen: named, kept in the database, taken by a key, forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carecli.desk.planning.rows import MacroRow
from carecli.domain.commands import Assign, Done, Label, Note, Recolour, Snooze
from carecli.domain.macro import StepContext, format_step, parse_step
from carecli.domain.model import HOUR, Colour, NoReplyReason, ThreadId
from tests.desk.conftest import Shop, open_shop
from tests.tui.memory_desk import NOW
from tests.tui.pilot import driven


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    for name in ("Zofia", "Jan", "Ewa"):
        shop.says(name, "Gdzie paczka?")
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


@pytest.mark.anyio
async def test_what_is_decided_becomes_a_macro(shop: Shop, anyio_backend: str) -> None:
    desk = shop.desk()
    async with driven(desk) as one:
        await one.press("Q")
        await one.sees("● recording: 0")
        await one.press("2", "l", *"parcel", "enter")
        await one.sees("● recording: 2")
        await one.press("Q")
        await one.until(lambda: "● recording" not in one.text)
        await one.sees("thread.yellow, thread.labels parcel")
        await one.press(*"parcel", "enter")
        await one.sees("A key for parcel?")
        await one.press("j", "enter")
        await one.until(lambda: "j is already in use" in one.toasts and not desk.commands.macros())
        await one.press(*"m p", "enter")
        await one.until(lambda: len(desk.commands.macros()) == 1)
        steps = ("thread.yellow", "thread.labels parcel")
        assert desk.commands.macros() == [MacroRow("parcel", "m p", steps)]
        await one.until(lambda: "was saved" in one.toasts)
        await one.press("j", "m", "p")
        await one.until(
            lambda: len(desk.threads.ids("label:parcel colour:yellow", "queue").ids) == 2
        )
        await one.press("g", "m", *"delete", "enter")
        await one.until(lambda: not desk.commands.macros())
    async with driven(desk) as one:
        assert "parcel" not in one.inbox.macros.macros


@pytest.mark.anyio
async def test_a_kept_macro_is_there_again_with_its_key(shop: Shop, anyio_backend: str) -> None:
    desk = shop.desk()
    desk.commands.save_macro("red", ["thread.red", "thread.flag"], "m r")
    assert shop.desk("ola").commands.macros() == []
    async with driven(desk) as one:
        await one.until(lambda: "red" in one.inbox.macros.macros)
        await one.press("V", "m", "r")
        await one.until(lambda: len(desk.threads.ids("is:flagged colour:red", "queue").ids) == 3)
        await one.press("u")
        await one.until(lambda: not desk.threads.ids("is:flagged", "queue").ids)


@pytest.mark.parametrize(
    "command",
    [
        Recolour(ThreadId(1), Colour.RED),
        Assign(ThreadId(1), "ana"),
        Assign(ThreadId(1), team="care"),
        Label(ThreadId(1), ("a", "b"), ("c",)),
        Done(ThreadId(1), NoReplyReason.SPAM),
        Snooze(ThreadId(1), NOW + 4 * HOUR),
        Snooze(ThreadId(1), None),
        Note(ThreadId(1), "sent to the warehouse"),
    ],
)
def test_a_step_says_what_was_decided(command: object) -> None:
    said = format_step(command, NOW, "ana")  # type: ignore[arg-type]  # one of the commands
    assert parse_step(said)(StepContext(ThreadId(1), NOW, "ana")) == command
