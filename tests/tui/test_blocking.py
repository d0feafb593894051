"""`o X` blocks who wrote the message, once that was asked; once more lets them write again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from carecli.desk.rules.rule_writer import OFFERED
from carecli.domain.events import AuthorBlocked
from carecli.domain.model import HOUR, ContactPoint, ThreadId
from carecli.domain.rule import DeedKind
from carecli.tui.conversation.lines import head_lines
from carecli.tui.rules.new_rule import DOES
from carecli.tui.rules.words import deed_words
from carecli.tui.style.cells import line_cells
from tests.desk.conftest import Shop, open_shop
from tests.tui.memory_desk import NOW, busy_desk
from tests.tui.pilot import driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    shop.says("Zofia", "Tanie zegarki", ago=25 * HOUR)
    shop.says("Zofia", "Jeszcze zegarki", ago=2 * HOUR)
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


def ordered(shop: Shop) -> list[tuple[object, ...]]:
    return shop.all("SELECT verb, state FROM outbox WHERE state <> 'cancelled' ORDER BY id")


def happened(shop: Shop, *, is_blocked: bool) -> None:
    with shop.database.write() as db:
        db.execute("UPDATE outbox SET state = 'sent' WHERE state = 'queued'")
    shop.take("avon-fb", AuthorBlocked("Zofia", is_blocked=is_blocked))


async def test_it_asks_with_name_and_page_and_anything_but_y_is_no(shop: Shop) -> None:
    async with driven(shop.desk()) as one:
        await one.press("o", "X")
        await one.sees("Block Zofia?", "Zofia · Avon Polska", "Tanie zegarki", "no longer be able")
        await one.press("n")
        await one.until(lambda: one.app.screen is one.inbox_screen)
        assert ordered(shop) == []


async def test_a_block_shows_in_all_threads_and_is_taken_back(shop: Shop) -> None:
    async with driven(shop.desk()) as one:
        await one.press("enter", "o", "X", "y")
        await one.sees("Ana blocked a person", "↑ block in 5 s · u undoes it")
        assert ordered(shop) == [("block", "queued")]
        happened(shop, is_blocked=True)
        await one.sees("Zofia (blocked)")
        await one.press("escape", "j", "enter")
        await one.sees("Jeszcze zegarki", "Zofia (blocked)")
        await one.press("u")
        await one.sees("Undone: blocked a person (Zofia)")
        assert ordered(shop) == [("block", "sent"), ("unblock", "queued")]
        happened(shop, is_blocked=False)
        await one.until(lambda: "Zofia (blocked)" not in one.text)


async def test_who_is_blocked_is_unblocked_without_a_question(shop: Shop) -> None:
    shop.take("avon-fb", AuthorBlocked("Zofia", is_blocked=True))
    async with driven(shop.desk()) as one:
        await one.press("o", "X")
        await one.sees("Zofia: unblocked a person")
        assert ordered(shop) == [("unblock", "queued")]


async def test_where_it_cannot_be_it_does_not_ask(shop: Shop) -> None:
    shop.says("Jan", "?", channel="rooms", point=ContactPoint.GROUP_POST, ago=100 * HOUR)
    async with driven(shop.desk()) as one:
        await one.press("o", "o", "o", "X")
        await one.until(lambda: "not possible to block a person" in one.toasts)
        assert one.app.screen is one.inbox_screen
        assert ordered(shop) == []


async def test_blocking_several_is_looked_at_and_one_person_is_blocked_once(shop: Shop) -> None:
    async with driven(shop.desk()) as one:
        await one.press("V", "o", "X")
        await one.sees("Block the author", "2 threads", "Zofia")
        await one.press("enter")
        await one.until(lambda: ordered(shop) == [("block", "queued")])


@pytest.mark.parametrize("kind", DeedKind)
async def test_each_deed_of_a_rule_has_a_name(kind: DeedKind) -> None:
    assert deed_words(kind.value, "")


async def test_a_rule_of_the_form_can_block() -> None:
    assert DeedKind.BLOCK in OFFERED
    assert set(OFFERED) == set(DOES)


@pytest.mark.parametrize("width", [54, 80, 140])
def test_a_long_name_never_hides_that_a_person_is_blocked(width: int) -> None:
    talk = busy_desk().conversation(ThreadId(1))
    assert talk is not None
    blocked = replace(talk.contact, name="María " * 40, is_blocked=True)
    claimed = replace(
        talk.row,
        claimed_by="kasia-" * 20,
        assignee="ana",
        assignee_name="Ana " * 40,
        is_flagged=True,
    )
    for row in (talk.row, claimed):
        lines = head_lines(replace(talk, contact=blocked, row=row), width, NOW, "ana")
        assert {line_cells(line) for line in lines} == {width}
        first = "".join(text for text, _ in lines[0])
        assert "… (blocked)" in first
    assert "is answering" in first
    assert "⚑" in "".join(text for text, _ in lines[2])
