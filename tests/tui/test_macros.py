"""Macros: several decisions under one name, read strictly, taken by a key or from the palette."""

from __future__ import annotations

import pytest

from carecli.config import parse
from carecli.domain.commands import Assign, Label, Recolour, Snooze
from carecli.domain.errors import ConfigError
from carecli.domain.macro import ACTIONS
from carecli.domain.model import HOUR, Colour, ThreadId
from carecli.tui.key_table import BY_ID
from carecli.tui.settings import Settings
from tests.tui.memory_desk import NOW, busy_desk
from tests.tui.pilot import driven

STEPS = ("thread.yellow", "thread.labels parcel -spam", "thread.assign me", "thread.snooze 4h")
SETTINGS = Settings(theme="dark", macros={"parcel": STEPS}, keys={"macro.parcel": ("m p",)})


def decided(thread: ThreadId) -> list[object]:
    return [
        Recolour(thread, Colour.YELLOW),
        Label(thread, ("parcel",), ("spam",)),
        Assign(thread, "Ana"),
        Snooze(thread, NOW + 4 * HOUR),
    ]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_a_macro_is_one_batch_by_its_key_from_the_palette_and_again(
    anyio_backend: str,
) -> None:
    desk = busy_desk()
    async with driven(desk, settings=SETTINGS) as one:
        await one.press("m", "p")
        await one.until(lambda: desk.submitted == decided(ThreadId(1)))
        await one.press("j", "colon", *"parcel", "enter")
        await one.until(lambda: desk.batches == [4, 4])
        await one.press("space", "space", "full_stop")
        await one.until(lambda: desk.batches == [4, 4, 8])


def test_every_action_of_a_macro_is_a_command() -> None:
    assert set(ACTIONS) <= set(BY_ID)


@pytest.mark.parametrize(
    ("steps", "what"),
    [
        ("[]", "at least one step"),
        ("[thread.yelow]", "no such action"),
        ("[thread.yellow now]", "takes no argument"),
        ("[thread.labels]", "needs an argument"),
        ("[thread.done boredom]", "expected one of thanks"),
        ("[thread.snooze 4 hours]", "expected a span"),
        ("['thread.assign group:care']", "team:"),
        ("[thread.labels -]", "after the minus"),
    ],
)
def test_mistakes_are_told_with_their_place(steps: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what) as told:
        parse(f"channels: {{a: {{platform: manual}}}}\nmacros:\n  parcel: {steps}\n")
    assert told.value.line == 3
    assert told.value.key.startswith("macros.parcel")
