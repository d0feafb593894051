"""Searching on the screen: what was found is shown and marked, and one key goes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carecli.domain.filter import parse_filter
from carecli.domain.hits import search_phrases
from carecli.domain.model import HOUR, MINUTE, Attachment, Colour
from carecli.domain.names import colour_letter
from carecli.domain.text import search_form
from carecli.i18n import LANGUAGES, speaking
from carecli.tui.style.cells import marked
from tests.desk.conftest import Shop, open_shop
from tests.tui.pilot import driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    first = shop.says("María", "Me salió una alergia horrible", ago=3 * HOUR)
    (key,) = shop.all("SELECT platform_id FROM threads WHERE id = ?", first)[0]
    shop.says("María", "¿Hola?", thread=str(key), ago=MINUTE)
    shop.says("Ewa", "Gdzie kupię katalog?", ago=HOUR)
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


async def test_the_row_shows_the_message_that_was_found_and_it_is_lit_when_opened(
    shop: Shop,
) -> None:
    async with driven(shop.desk()) as one:
        await one.sees("2 threads", "¿Hola?")
        assert "alergia" not in one.text
        await one.press("slash", *"alergia", "enter")
        await one.sees("Search: alergia", "1 thread ", "Me salió una alergia horrible")
        assert "¿Hola?" not in one.text
        await one.press("enter")
        await one.until(lambda: one.inbox.conversation.opened is not None)
        talk = one.inbox.conversation.opened
        assert talk is not None
        lit = next(
            message for message in talk.messages if message.id == one.inbox.conversation.message
        )
        assert lit.text == "Me salió una alergia horrible"
        runs = [run for line in one.inbox.conversation.board.lines for run in line]
        assert ("alergia", "chosen") in runs


async def test_a_message_is_found_and_lit_by_what_is_attached_to_it(shop: Shop) -> None:
    files = (Attachment("file", "https://cdn.test/1", "Reklamacja.pdf"),)
    shop.says("Ola", "", ago=2 * HOUR, attachments=files, thread="ola")
    shop.says("Ola", "Halo?", ago=HOUR, thread="ola")
    async with driven(shop.desk()) as one:
        await one.press("slash", *"reklamacja", "enter")
        await one.sees("Search: reklamacja", "1 thread ", "Reklamacja.pdf")
        await one.press("enter")
        await one.until(lambda: one.inbox.conversation.opened is not None)
        talk = one.inbox.conversation.opened
        assert talk is not None
        lit = next(
            message for message in talk.messages if message.id == one.inbox.conversation.message
        )
        assert [file.name for file in lit.attachments] == ["Reklamacja.pdf"]
        runs = [run for line in one.inbox.conversation.board.lines for run in line]
        assert ("Reklamacja", "chosen") in runs


async def test_q_goes_back_from_what_was_found_and_only_then_ends_the_inbox(shop: Shop) -> None:
    async with driven(shop.desk()) as one:
        await one.press("slash", *"katalog", "enter")
        await one.sees("Search: katalog", "1 thread ")
        await one.press("q")
        await one.sees("Waiting", "2 threads")
        assert one.app.is_running


async def test_an_empty_search_does_not_say_that_nothing_waits(shop: Shop) -> None:
    async with driven(shop.desk()) as one:
        await one.press("slash", *"nosuchword", "enter")
        await one.sees("No results.")
        assert "Nothing is waiting here" not in one.text
        await one.press("q")
        await one.sees("2 threads")
        assert one.inbox.threads.empty.startswith("First sync:")  # nothing was ever pulled


async def test_an_engine_that_may_still_be_starting_is_not_called_dead(shop: Shop) -> None:
    async with driven(shop.desk()) as one:
        await one.sees("starting")
        shop.now += MINUTE
        await one.press("j")
        one.inbox.views.refresh_overview()
        await one.sees("engine not running")


async def test_an_engine_that_cannot_start_is_told_at_once_with_the_reason(shop: Shop) -> None:
    why: list[str] = []
    async with driven(shop.desk(engine_failure=lambda: "".join(why))) as one:
        await one.sees("starting")
        why.append("Nothing can listen at 127.0.0.1:80: permission denied.")
        await one.sees("engine stopped: Nothing can listen")
        await one.until(lambda: "The engine has stopped: Nothing can listen at" in one.toasts)
        assert "open the inbox again" in one.toasts


def test_what_is_wanted_is_marked_in_a_line() -> None:
    wanted = search_phrases(parse_filter("alergia"))
    assert marked("una alergia fea", "text@theirs", wanted) == [
        ("una ", "text@theirs"),
        ("alergia", "chosen"),
        (" fea", "text@theirs"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letters_of_badges_differ_also_without_their_marks(language: str) -> None:
    with speaking(language):
        letters = [colour_letter(colour) for colour in Colour]
    assert len({*letters}) == len({search_form(letter) for letter in letters}) == len(letters)
