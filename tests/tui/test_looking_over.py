"""What comes back from $EDITOR is looked over before it is sent."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from carecli.domain.commands import Reply
from carecli.tui.commands import reply as answering
from tests.tui.memory_desk import MemoryDesk, busy_desk
from tests.tui.pilot import NARROW, WIDE, driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def desk() -> MemoryDesk:
    return busy_desk()


def edits(monkeypatch: pytest.MonkeyPatch, texts: Sequence[str]) -> None:
    """The terminal of these tests cannot be lent to an editor: its answers stand ready."""
    left = iter(texts)
    monkeypatch.setattr(answering, "edit", lambda *_: next(left))


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_misspelt_placeholder_is_told_and_edited_again(
    desk: MemoryDesk, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    edits(monkeypatch, ["Hola {contact.frist_name}", "Hola María"])
    async with driven(desk, size=size) as one:
        await one.press("e")
        await one.sees(
            "What will be sent", "Did you mean", "{contact.first_name}?", "only they see"
        )
        await one.press("enter")
        await one.until(lambda: one.app.screen is one.inbox_screen)
        assert desk.submitted == []
        await one.press("ctrl+g")
        await one.sees("Hola María", "Enter or ctrl-s send", "To María González", "490 left")
        await one.press("enter")
        await one.until(lambda: len(desk.submitted) == 1)
        [reply] = desk.submitted
        assert isinstance(reply, Reply)
        assert reply.text == "Hola María"


async def test_it_goes_back_to_the_editor_and_to_the_composer(
    desk: MemoryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits(monkeypatch, ["one", "two"])
    async with driven(desk) as one:
        await one.press("e")
        await one.sees("What will be sent", "one")
        await one.press("e")
        await one.sees("two")
        await one.press("escape")
        await one.until(lambda: one.app.screen is one.inbox_screen)
        assert one.inbox.composer.text.text == "two"
        assert desk.submitted == []
