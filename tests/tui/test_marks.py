"""Marks and batches: what is marked, what is looked at first, and what one undo takes back."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from carecli.desk.conversations.rows import Receipt
from carecli.domain.commands import Assign, Command, Done, Flag, Moderate, Recolour
from carecli.domain.errors import Refusal
from carecli.domain.model import (
    HOUR,
    Actor,
    Colour,
    NoReplyReason,
    OutboxState,
    OutboxVerb,
    ThreadId,
)
from carecli.tui.inbox.batches import LOT
from tests.desk.conftest import Shop, open_shop
from tests.tui.memory_desk import NOW, MemoryDesk, busy_desk, outbox, row
from tests.tui.pilot import NARROW, driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_space_marks_and_goes_on_and_deeds_are_about_the_marked() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("space", "j", "space")
        await one.sees("2 marked", "✓")
        await one.press("a")
        await one.until(lambda: len(desk.submitted) == 2)
        assert desk.submitted == [Assign(ThreadId(1), "Ana"), Assign(ThreadId(4), "Ana")]
        assert desk.batches == [2]
        await one.sees("Assign to Ana: 2 threads. u undoes it.")
        await one.until(lambda: "marked" not in one.text)


async def test_a_range_follows_the_cursor_until_it_is_ended() -> None:
    async with driven(busy_desk()) as one:
        await one.press("j", "v", "j", "j")
        await one.sees("3 marked")
        await one.press("k", "v", "G")
        await one.sees("2 marked")
        await one.press("escape")
        await one.until(lambda: "marked" not in one.text)
        await one.press("semicolon")
        await one.sees("2 marked")


async def test_marks_go_with_the_filter_and_come_back_where_they_match() -> None:
    async with driven(busy_desk()) as one:
        await one.press("space", "space", "g", "2")
        await one.sees("Mine · ")
        assert "marked" not in one.text
        await one.press("semicolon")
        await one.sees("1 marked")
        await one.press("minus")
        await one.sees("60 threads")
        assert "marked" not in one.text


async def test_all_are_marked_and_more_than_twenty_are_looked_at_first() -> None:
    desk = busy_desk()
    desk.refused = {ThreadId(3): "That is Kasia's."}
    async with driven(desk) as one:
        await one.press("V")
        await one.sees("60 marked")
        await one.press("3")
        await one.sees("Set the colour to red", "59 threads", "▲ 3 yellow", "SKIPPED  1")
        await one.sees("diario_belleza", "That is Kasia's.", "APPLIES TO  59", "María González")
        await one.press("escape")
        await one.until(lambda: one.app.screen is one.inbox_screen)
        assert not desk.submitted
        await one.press("3")
        await one.sees("Set the colour to red")
        await one.press("enter")
        await one.until(lambda: len(desk.submitted) == 59)
        assert desk.batches == [59]
        assert Recolour(ThreadId(3), Colour.RED) not in desk.submitted


async def test_a_refusal_is_looked_at_also_among_few() -> None:
    desk = busy_desk()
    desk.refused = {ThreadId(1): "No wait was ended here."}
    async with driven(desk) as one:
        await one.press("space", "space", "D")
        await one.sees("SKIPPED  1", "No wait was ended here.")
        await one.press("enter")
        await one.until(lambda: len(desk.submitted) == 1)


async def test_nothing_is_submitted_when_all_is_refused() -> None:
    desk = busy_desk()
    desk.refused = {ThreadId(1): "No wait was ended here."}
    async with driven(desk) as one:
        await one.press("space", "D")
        await one.until(lambda: "No wait was ended here." in one.toasts)
        assert not desk.batches


async def test_a_choice_made_in_a_window_is_for_all_marked() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("space", "space", "d", "s")
        await one.until(lambda: len(desk.submitted) == 2)
        spam = NoReplyReason.SPAM
        assert desk.submitted == [Done(ThreadId(1), spam), Done(ThreadId(2), spam)]
        await one.until(lambda: len(one.inbox.threads) == 58)


async def test_hiding_the_marked_takes_the_newest_message_of_each() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("space", "space", "x")
        await one.until(lambda: len(desk.submitted) == 2)
        assert desk.submitted[1] == Moderate(ThreadId(2), None, OutboxVerb.HIDE)


async def test_deleting_marked_threads_is_always_looked_at() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("space", "X")
        await one.sees("Delete the message on the platform: cannot be undone")
        await one.press("escape")
        await one.until(lambda: one.app.screen is one.inbox_screen)
        assert not desk.submitted


async def test_the_last_deed_is_done_again_to_what_is_marked() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("3", "j", "space", "space", "full_stop")
        await one.until(lambda: len(desk.submitted) == 3)
        assert desk.batches == [2]


async def test_claiming_the_marked_leaves_out_what_a_colleague_has() -> None:
    desk = busy_desk()
    taken = next(one for one, row in desk.table.items() if row.claimed_by == "Kasia")
    async with driven(desk) as one:
        await one.press("v", "j", "j", "j", "j", "v", "c")
        await one.sees("1 of 5 are no longer yours: Kasia is answering.")
        mine = {thread for thread, row in desk.table.items() if row.claimed_by == "Ana"}
        assert len(mine) == 4
        assert taken not in mine
        await one.press("c")
        await one.until(lambda: not any(r.claimed_by == "Ana" for r in desk.table.values()))


async def test_more_than_twenty_are_claimed_only_after_a_question() -> None:
    desk = busy_desk()
    async with driven(desk, size=NARROW) as one:
        await one.press("V", "c")
        await one.sees("Claim 60 threads?", "y yes")
        await one.press("n")
        await one.until(lambda: one.app.screen is one.inbox_screen)
        assert not any(row.claimed_by == "Ana" for row in desk.table.values())
        await one.press("c", "y")
        await one.until(lambda: any(row.claimed_by == "Ana" for row in desk.table.values()))


async def test_several_unsent_replies_are_tried_again_only_after_a_question() -> None:
    desk = busy_desk()
    desk.stuck = [outbox(1, state=OutboxState.FAILED, error="The token expired.")]
    async with driven(desk) as one:
        await one.press("space", "space", "t")
        await one.sees("Try to send again in 2 threads?")
        await one.press("y")
        await one.sees("Trying to send it again.")


async def test_a_thread_that_leaves_loses_its_mark() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("space", "space")
        await one.sees("2 marked")
        del desk.table[ThreadId(60)]
        desk.submit(Done(ThreadId(2)))
        await one.sees("1 marked")


class SlowDesk(MemoryDesk):
    """Takes each lot when it is let."""

    def __init__(self, count: int) -> None:
        rows = [row(n, deadline=NOW + HOUR + n) for n in range(1, count + 1)]
        super().__init__(table={one.id: one for one in rows})
        self.let = threading.Semaphore(0)

    def submit_all(
        self, commands: Sequence[Command], by: Actor | None = None, *, batch: int = 0
    ) -> Sequence[Receipt]:
        self.let.acquire()
        return super().submit_all(commands, by, batch=batch)


async def test_a_large_batch_says_how_far_it_is_and_stops_between_lots() -> None:
    desk = SlowDesk(2 * LOT + 100)
    async with driven(desk, size=NARROW) as one:
        await one.press("V", "f")
        await one.sees("Raise the flag", "2,100 threads", "APPLIES TO  2,100")
        await one.press("enter")
        await one.sees("0 of 2,100 done")
        desk.let.release()
        await one.sees("1,000 of 2,100 done · Esc stops")
        await one.press("escape")
        desk.let.release(3)
        await one.until(lambda: "Stopped at 2,000 of 2,100" in one.toasts)
        assert desk.batches == [LOT, LOT]
        assert all(isinstance(command, Flag) for command in desk.submitted)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    for n in range(25):
        shop.says(f"Ewa{n}", f"Gdzie paczka {n}?", ago=HOUR + n)
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


async def test_a_batch_on_the_real_desk_is_one_undo(shop: Shop) -> None:
    before = shop.derived()
    desk = shop.desk()
    async with driven(desk) as one:
        await one.press("V", "d", "s")
        await one.sees("No reply needed: spam", "25 threads")
        await one.press("enter")
        await one.sees(" 0 threads")
        await one.press("u")
        await one.sees("25 threads", "and 24 more")
        assert shop.derived() == before
        await one.press("semicolon", "x")
        await one.sees("Hide the message", "25 threads")
        await one.press("enter")
        await one.until(lambda: len(desk.commands.outbox()) == 25)
        await one.sees("25 are being sent one by one")
        with shop.database.write() as db:
            db.execute("UPDATE outbox SET state = 'sent'")
        await one.until(lambda: "All 25 were sent." in one.toasts)


async def test_what_the_platform_would_refuse_is_left_out(shop: Shop) -> None:
    desk = shop.desk()
    ids = desk.threads.ids("is:waiting", "queue").ids
    with pytest.raises(Refusal):
        desk.commands.submit_all([Moderate(ids[0], None, OutboxVerb.UNHIDE)])
    desk.commands.submit(Moderate(ids[0], None, OutboxVerb.HIDE))
    async with driven(desk) as one:
        await one.press("space", "space", "x")
        await one.sees("SKIPPED  1", "already has a pending")
        await one.press("enter")
        await one.until(lambda: len(desk.commands.outbox()) == 2)
