"""Macros: several decisions under one name, read strictly, taken by a key or from the palette."""

from __future__ import annotations

import pytest

from carecli.config import parse
from carecli.domain.commands import Assign, Flag, Label, Recolour, Reply, Snooze
from carecli.domain.errors import ConfigError
from carecli.domain.macro import ACTIONS
from carecli.domain.model import HOUR, Colour, ThreadId
from carecli.tui.keys.table import BY_ID
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


REPLIES = Settings(
    theme="dark",
    macros={
        "thank": ("thread.green", "reply.snippet gracias send"),
        "begin": ("thread.flag", "reply.snippet gracias"),
    },
    keys={"macro.thank": ("m t",), "macro.begin": ("m b",)},
)


@pytest.mark.anyio
async def test_a_macro_sends_a_snippet_also_to_all_marked_after_a_review(
    anyio_backend: str,
) -> None:
    desk = busy_desk()
    async with driven(desk, settings=REPLIES) as one:
        await one.press("m", "t")
        await one.until(lambda: desk.batches == [2])
        green, reply = desk.submitted
        assert green == Recolour(ThreadId(1), Colour.GREEN)
        assert isinstance(reply, Reply)
        assert (reply.text, reply.snippet) == ("¡Gracias, María!", "gracias")
        desk.refused = {ThreadId(2): "Nobody is waiting for an answer here."}
        await one.press("space", "space", "space", "m", "t")
        await one.sees("SKIPPED  1", "Nobody is waiting for an answer here.", "APPLIES TO  2")
        await one.press("enter")
        await one.until(lambda: desk.batches == [2, 4])


@pytest.mark.anyio
async def test_a_macro_begins_a_reply_from_a_snippet(anyio_backend: str) -> None:
    desk = busy_desk()
    async with driven(desk, settings=REPLIES) as one:
        await one.press("m", "b")
        await one.until(lambda: desk.submitted == [Flag(ThreadId(1))])
        await one.until(lambda: one.inbox.composer.text.text == "¡Gracias, María!")
        await one.press("escape", "escape")
        await one.until(lambda: one.inbox.layout.context == "list")
        await one.press("space", "space", "m", "b")
        await one.sees("REPLY to 2 threads", "¡Gracias, {contact.first_name}!")


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
        ("[reply.snippet thanks now]", "nothing or send after it"),
        ("[reply.snippet thanks, thread.flag]", "must be the last step"),
    ],
)
def test_mistakes_are_told_with_their_place(steps: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what) as told:
        parse(f"channels: {{a: {{platform: manual}}}}\nmacros:\n  parcel: {steps}\n")
    assert told.value.line == 3
    assert told.value.key.startswith("macros.parcel")
