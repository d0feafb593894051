"""One text to all marked threads: written once, filled for each, looked at, sent as one batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carecli.desk.conversations.rows import TO_MANY
from carecli.domain.commands import Note, Reply
from carecli.domain.model import HOUR, ContactPoint, ThreadId
from carecli.tui.settings import Settings
from carecli.tui.widgets.many_writer import MassReplyWindow
from tests.desk.conftest import Shop, open_shop
from tests.tui.memory_desk import busy_desk
from tests.tui.pilot import NARROW, driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    for name in ("Zofia Nowak", "Jan Kos"):
        shop.says(name, "Kiedy paczka?")
    shop.says("Ewa", "Gdzie kupię?", point=ContactPoint.PRIVATE_MESSAGE)
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


async def test_a_reply_goes_to_all_marked_once_each_and_one_undo_takes_it_back(shop: Shop) -> None:
    async with driven(shop.desk()) as one:
        await one.press("V", "r")
        await one.sees("REPLY to 3 threads", "ctrl-s review")
        await one.press(*"Hej {contact.first_name}, {co?} jutro", "ctrl+s")
        await one.sees("Fill in (the same in every reply)")
        await one.press(*"paczka", "enter")
        await one.sees("Hej Zofia, paczka jutro", "Hej Jan, paczka jutro", "Hej Ewa, paczka jutro")
        await one.sees("Everyone will see it: 2 public replies.", "one by one; the last at about")
        assert shop.all("SELECT count(*) FROM outbox") == [(0,)], "it was only looked at"
        await one.press("enter")
        await one.until(lambda: len(shop.all("SELECT id FROM outbox WHERE state = 'queued'")) == 3)
        await one.sees("u undoes it")
        await one.press("u")
        await one.until(lambda: not shop.all("SELECT id FROM outbox WHERE state = 'queued'"))
        assert not one.inbox.desk.conversations.drafts(TO_MANY)


async def test_what_is_left_out_is_told_and_the_text_stays_for_another_look(shop: Shop) -> None:
    claimed = shop.says("Iga", "Halo?", ago=2 * HOUR)
    shop.desk("ola").conversations.claim(claimed)
    async with driven(shop.desk(), size=NARROW) as one:
        await one.press("V", "r", *"Jutro, {moderatr}", "ctrl+s")
        await one.sees("SKIPPED  4", "{moderatr} is not filled in. Did you")
        await one.press("escape")
        await one.sees("REPLY to 4 threads", "did you mean {moderator}?")
        await one.press(*["backspace"] * 2, *"or}", "ctrl+s")
        await one.sees("SKIPPED  1", "Ola is writing here.", "APPLIES TO  3", "Jutro, Ana")
        await one.press("escape", "escape")
        await one.until(lambda: one.app.screen is one.inbox_screen)
        await one.press("R")
        await one.sees("PRIVATE REPLY to 4 threads", "0 written")
        await one.press("escape", "r", "ctrl+r")
        await one.sees("PRIVATE REPLY to 4 threads", "Jutro, {moderator}")


async def test_a_snippet_is_put_in_with_its_placeholders(shop: Shop) -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("space", "space", "s")
        await one.sees("Saved replies")
        await one.press("enter")
        await one.sees("¡Gracias, {contact.first_name}!", "filled in for each")
        await one.press("ctrl+s")
        await one.sees("¡Gracias, María!")
        await one.press("enter")
        await one.until(lambda: len(desk.submitted) == 2)
        first, second = desk.submitted
        assert isinstance(first, Reply)
        assert isinstance(second, Reply)
        assert (first.snippet, first.text) == ("gracias", "¡Gracias, María!")
        assert first.draft == second.draft != ""


async def test_a_note_goes_into_all_marked(shop: Shop) -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("space", "space", "i")
        await one.sees("NOTE in 2 threads")
        await one.press(*"case 12", "ctrl+s")
        await one.until(lambda: len(desk.submitted) == 2)
        assert desk.submitted == [Note(ThreadId(1), "case 12"), Note(ThreadId(2), "case 12")]
        assert not desk.drafts(TO_MANY)


async def test_what_was_written_survives_leaving(shop: Shop) -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("space", "r", *"Hola", "escape")
        await one.until(lambda: desk.drafts(TO_MANY))
        await one.press("r")
        await one.until(lambda: isinstance(one.app.screen, MassReplyWindow))
        await one.sees("REPLY to 1 thread", "Hola")


async def test_the_keys_are_those_of_the_reply_pane_as_they_are_set() -> None:
    settings = Settings(theme="dark", keys={"compose.send": ("ctrl-y",)})
    async with driven(busy_desk(), settings=settings) as one:
        await one.press("space", "space", "i", *"look", "space", "ctrl+s")
        await one.sees("NOTE in 2 threads", "ctrl-y save")
        await one.press("ctrl+y")
        await one.until(lambda: not isinstance(one.app.screen, MassReplyWindow))
