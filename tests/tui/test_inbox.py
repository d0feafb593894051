"""The inbox driven by keys, on a desk in memory that records what it was asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carecli.domain.commands import (
    AnsweredOutside,
    Assign,
    Done,
    Flag,
    Label,
    Moderate,
    Recolour,
    Snooze,
)
from carecli.domain.errors import StoreBusy
from carecli.domain.model import (
    HOUR,
    SECOND,
    Colour,
    ContactPoint,
    Direction,
    MessageId,
    NoReplyReason,
    OutboxVerb,
    ThreadId,
)
from tests.tui.memory_desk import NOW, MemoryDesk, busy_desk, row
from tests.tui.pilot import NARROW, driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_the_first_page_stands_with_counts_and_keys() -> None:
    async with driven(busy_desk()) as one:
        await one.sees("María González", "-00:12:00", "Waiting", "60 threads", "3 red", "r reply")


async def test_the_cursor_moves_by_lines_pages_and_ends() -> None:
    async with driven(busy_desk()) as one:
        threads = one.inbox.threads
        await one.press("j", "j", "k")
        assert threads.cursor == 1
        await one.press("G")
        assert threads.cursor == len(threads) - 1
        await one.sees("Person 60")
        await one.press("g", "g")
        assert threads.cursor == 0
        await one.press("ctrl+d")
        assert threads.cursor > 5


async def test_the_title_stands_again_after_a_conversation_had_the_whole_width() -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        await one.press("enter")
        await one.until(lambda: one.inbox.layout.context == "thread")
        one.inbox_screen.parts.lines.paint_title()  # as when another thread came in meanwhile
        await one.press("escape")
        await one.sees("Waiting · most urgent first")


async def test_a_cursor_move_asks_the_desk_nothing_and_repaints_two_lines() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.sees("Person 18")
        painted: list[int] = []
        paint = one.inbox.threads.render_line
        one.inbox.threads.render_line = lambda y: (painted.append(y), paint(y))[1]  # type: ignore[method-assign,func-returns-value]  # counts the lines painted
        desk.asked.clear()
        await one.press("j")
        await one.until(lambda: one.text and painted)
        assert sorted(set(painted)) == [0, 2]
        assert not [what for what in desk.asked if what.startswith("rows")]


async def test_the_list_turns_a_page_when_the_cursor_leaves_it() -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        for _ in range(9):
            await one.press("j")
        before = one.inbox.threads.scroll_y
        await one.press("j")
        assert one.inbox.threads.scroll_y - before > 10


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        (["1"], Recolour(ThreadId(1), Colour.GREEN)),
        (["2"], Recolour(ThreadId(1), Colour.YELLOW)),
        (["3"], Recolour(ThreadId(1), Colour.RED)),
        (["0"], Recolour(ThreadId(1), None)),
        (["a"], Assign(ThreadId(1), "Ana")),
        (["f"], Flag(ThreadId(1), on=False)),
        (["d", "t"], Done(ThreadId(1), NoReplyReason.THANKS)),
        (["z", "h"], Snooze(ThreadId(1), NOW + HOUR)),
        (["Z"], Snooze(ThreadId(1), None)),
        (["x"], Moderate(ThreadId(1), 104, OutboxVerb.HIDE)),  # type: ignore[arg-type]  # an id
        (["+"], Moderate(ThreadId(1), 104, OutboxVerb.LIKE)),  # type: ignore[arg-type]  # an id
        (["X", "y"], Moderate(ThreadId(1), 104, OutboxVerb.DELETE)),  # type: ignore[arg-type]  # an id
        (["o", "X", "y"], Moderate(ThreadId(1), 104, OutboxVerb.BLOCK)),  # type: ignore[arg-type]  # an id
        (["A", *"care", "enter"], Assign(ThreadId(1), team="care")),
        (["A", *"Zuzia", "enter"], Assign(ThreadId(1), "Zuzia")),
        (["l", *"vip -spam", "enter"], Label(ThreadId(1), ("vip",), ("spam",))),
    ],
)
async def test_keys_decide(keys: list[str], command: object) -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press(*(key if key != " " else "space" for key in keys))
        await one.until(lambda: desk.submitted == [command])


async def test_delete_asks_and_anything_but_y_is_no() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("X")
        await one.sees("Delete on the platform?", "cannot be restored", "55 1234")
        assert "waits again" not in one.text
        await one.press("n")
        await one.until(lambda: one.app.screen is one.inbox_screen)
        assert not desk.submitted


async def test_to_delete_our_own_answer_says_that_the_person_waits_again() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        talk = desk.conversation(ThreadId(1))
        assert talk is not None
        ours = [m.id for m in talk.messages if m.direction is Direction.OUTBOUND]
        await one.press("enter")
        one.inbox.conversation.select(ours[-1])
        await one.press("X")
        await one.sees("Delete on the platform?", "The person it answered will be waiting again.")


async def test_a_delete_that_would_be_refused_does_not_ask() -> None:
    desk = busy_desk()
    desk.refused[ThreadId(1)] = "On Messenger it is not possible to delete a private message."
    async with driven(desk) as one:
        await one.press("X")
        await one.until(lambda: "it is not possible to delete" in one.toasts)
        assert one.app.screen is one.inbox_screen
        assert not desk.submitted


async def test_a_done_thread_leaves_and_the_cursor_keeps_its_place() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("j", "d", "s")
        await one.until(lambda: len(one.inbox.threads) == 59)
        assert one.inbox.threads.cursor == 1
        assert one.inbox.threads.thread == ThreadId(4)


async def test_the_last_decision_is_repeated_elsewhere() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("3", "j", "full_stop")
        await one.until(lambda: len(desk.submitted) == 2)
        assert desk.submitted[1] == Recolour(ThreadId(2), Colour.RED)


async def test_undo_and_redo_say_what() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("u")
        await one.sees("Undone: flag")
        await one.press("U")
        await one.sees("Redone: flag")
        assert "Undone" not in one.text
        assert desk.undone == ["undo", "redo"]


async def test_changes_keep_the_cursor_on_its_thread_and_never_take_the_keys() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("j", "j")
        under = one.inbox.threads.thread
        await one.press("r", "H", "i")
        desk.table[ThreadId(99)] = row(99, deadline=NOW - HOUR, author="Newcomer")
        desk.touch(ThreadId(99))
        await one.until(lambda: len(one.inbox.threads) == 61)
        assert one.inbox.threads.thread == under
        await one.press("!")
        assert one.inbox.composer.text.text == "Hi!"
        await one.sees("Newcomer")


async def test_a_second_repaints_only_what_counts_down() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        desk.clock += SECOND
        await one.sees("00:41:06", "6h 11m")
        painted: list[int] = []
        paint = one.inbox.threads.render_line
        one.inbox.threads.render_line = lambda y: (painted.append(y), paint(y))[1]  # type: ignore[method-assign,func-returns-value]  # counts the lines painted
        desk.clock += SECOND
        await one.sees("00:41:05")
        assert set(painted) == {0, 2}


async def test_pause_is_told_in_the_top_bar() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("P")
        await one.sees("PAUSED: nothing is sent")
        await one.press("P")
        await one.until(lambda: not desk.paused and "PAUSED" not in one.text)


async def test_a_desk_in_trouble_is_told_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = busy_desk()

    def busy(*_: object) -> None:
        raise StoreBusy("The database is held.", hint="Wait a little.")

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    async with driven(desk) as one:
        monkeypatch.setattr(desk, "conversation", busy)
        await one.press("enter")
        await one.sees("The database is held.", "Wait a little.")
        monkeypatch.setattr(desk, "submit", broken)
        await one.press("f")
        await one.sees("Something went wrong")
        monkeypatch.undo()
        await one.press("enter")
        await one.sees("55 1234 5678")


async def test_an_empty_list_says_so_and_takes_every_key() -> None:
    desk = MemoryDesk(table={})
    async with driven(desk) as one:
        await one.sees("Nothing is waiting here.")
        for key in (
            "enter",
            "r",
            "d",
            "x",
            "X",
            "1",
            "j",
            "G",
            "tab",
            "p",
            "y",
            "w",
            "e",
            "c",
            "t",
        ):
            await one.press(key)
        await one.until(lambda: one.app.screen is one.inbox_screen)
        assert not desk.submitted


def test_contact_points_have_icons() -> None:
    from carecli.tui.inbox.list_rows import ICONS

    assert set(ICONS) == set(ContactPoint)


async def test_people_of_one_name_are_told_apart_by_what_they_wrote() -> None:
    desk = busy_desk()
    first, *_rest, last = desk.talks[ThreadId(1)]
    twice = [
        replace(one, author="Bea Nowak", is_unanswered=True, contact=contact, text=text)
        for one, contact, text in ((first, 1, "Gdzie paczka?"), (last, 2, "A moja?"))
    ]
    desk.talks[ThreadId(1)] = (*twice,)
    async with driven(desk) as one:
        await one.press("d", "a")
        await one.sees("María González: Who was answered outside?", "Gdzie paczka?", "A moja?")
        await one.press("down", "enter")
        about = [AnsweredOutside(ThreadId(1), last.id)]
        await one.until(lambda: desk.submitted == about)


@pytest.mark.parametrize(
    ("keys", "title"),
    [
        ("d", "No reply needed: why?"),
        ("A", "Assign to whom?"),
        ("l", "Labels"),
        ("z", "Snooze until when? The deadline stays the same."),
        ("za", "Snooze until when?"),
        ("h", "Safety flag"),
        ("=", "What does it express?"),
        ("=t", "Which theme?"),
        ("s", "Saved replies"),
    ],
)
async def test_a_window_names_whom_it_acts_on(keys: str, title: str) -> None:
    pressed = ["equals_sign" if key == "=" else key for key in keys]
    async with driven(busy_desk(), size=NARROW) as one:
        await one.press("j", *pressed)
        await one.sees(f"Karla Ruiz: {title}")
    async with driven(busy_desk(), size=NARROW) as one:
        await one.press("space", "space", "space", *pressed)
        await one.sees(f"3 threads: {title}")


async def test_what_cannot_be_taken_back_asks_by_name() -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        await one.press("j", "X")
        await one.sees("Karla Ruiz: Delete on the platform?")


@pytest.mark.parametrize(
    ("keys", "message"), [(["B", "e", "a", "enter"], 102), (["E", "v", "e", "r", "enter"], None)]
)
async def test_of_several_who_wait_one_was_answered_outside(
    keys: list[str], message: int | None
) -> None:
    desk = busy_desk()
    asked = [one for one in desk.talks[ThreadId(1)] if one.id in (102, 104)]
    desk.talks[ThreadId(1)] = (
        replace(asked[0], author="Bea Nowak", is_unanswered=True),
        replace(asked[1], is_unanswered=True),
    )
    async with driven(desk) as one:
        await one.press("d", "a")
        await one.sees("Who was answered outside?")
        await one.press(*keys)
        about = MessageId(message) if message is not None else None
        await one.until(lambda: desk.submitted == [AnsweredOutside(ThreadId(1), about)])


async def test_nothing_offers_to_take_back_what_was_deleted_from_several_threads() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("space", "space", "f")
        await one.until(lambda: "undoes it" in one.toasts)
        one.app.clear_notifications()
        await one.press("space", "space", "X")
        await one.sees("Review")
        await one.press("enter")
        await one.until(lambda: ": 2 threads." in one.toasts)
        assert "takes it back" not in one.toasts
