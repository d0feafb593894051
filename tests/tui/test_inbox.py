"""The inbox driven by keys, on a desk in memory that records what it was asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carecli.desk.rows import Draft
from carecli.domain.commands import (
    AnsweredByHand,
    Assign,
    Done,
    Flag,
    Label,
    Moderate,
    Note,
    Recolour,
    Reply,
    Snooze,
)
from carecli.domain.errors import StoreBusy
from carecli.domain.model import (
    HOUR,
    SECOND,
    Colour,
    ContactPoint,
    NoReplyReason,
    OutboxState,
    OutboxVerb,
    ThreadId,
)
from carecli.tui.settings import Settings
from tests.tui.memory_desk import NOW, MemoryDesk, busy_desk, message, outbox, row
from tests.tui.pilot import NARROW, WIDE, driven

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


async def test_a_cursor_move_asks_the_desk_nothing_and_repaints_two_lines() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.sees("Person 18")
        painted: list[int] = []
        paint = one.inbox.threads.render_line
        one.inbox.threads.render_line = lambda y: (painted.append(y), paint(y))[1]  # type: ignore[method-assign,func-returns-value]  # counts the lines painted
        desk.asked.clear()
        await one.press("j")
        await one.until(lambda: painted)
        assert sorted(set(painted)) == [0, 2]
        assert not [what for what in desk.asked if what.startswith("rows")]


async def test_the_list_turns_a_page_when_the_cursor_leaves_it() -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        for _ in range(9):
            await one.press("j")
        before = one.inbox.threads.scroll_y
        await one.press("j")
        assert one.inbox.threads.scroll_y - before > 10


async def test_open_reply_and_send() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("enter")
        await one.sees("55 1234 5678", "Ana took the thread", "ayer usé el Anthelios")
        await one.press("r", "H", "o", "l", "a")
        await one.sees("REPLY", "496 left")
        await one.until(lambda: desk.table[ThreadId(1)].claimed_by == "Ana")
        await one.press("ctrl+s")
        await one.until(lambda: desk.submitted)
        reply = desk.submitted[0]
        assert isinstance(reply, Reply)
        assert (reply.text, reply.target, reply.head, reply.private) == ("Hola", 104, 104, False)
        await one.sees("reply in 5 s · u takes it back")
        await one.until(lambda: desk.table[ThreadId(1)].claimed_by == "")
        assert ThreadId(1) not in desk.drafts


async def test_letters_typed_at_once_after_r_are_text_and_decide_nothing() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("r", "d", "x", "1", "q")
        assert one.inbox.text.text == "dx1q"
        assert not desk.submitted


async def test_a_draft_is_kept_on_a_pause_and_on_leaving_and_comes_back() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("r", "H", "o", "l", "a")
        await one.until(lambda: ThreadId(1) in desk.drafts)
        await one.press("!", "escape")
        await one.until(lambda: desk.drafts[ThreadId(1)].text == "Hola!")
        await one.until(lambda: desk.table[ThreadId(1)].claimed_by == "")
        await one.press("escape", "j", "k", "r")
        assert one.inbox.text.text == "Hola!"


@pytest.mark.parametrize(("typed", "said"), [("{phone}", "{phone}"), ("x" * 501, "Too long by 1")])
async def test_what_cannot_be_sent_is_refused_and_kept(typed: str, said: str) -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("r")
        one.inbox.text.put(typed)
        await one.until(lambda: one.inbox.writing and one.inbox.writing.text == typed)
        await one.press("ctrl+s")
        await one.sees(said)
        assert not desk.submitted
        assert one.inbox.text.text == typed


async def test_a_refusal_of_the_desk_is_told_and_the_text_kept() -> None:
    desk = busy_desk()
    desk.refuse = "The comment is gone."
    async with driven(desk) as one:
        await one.press("r", "H", "i", "ctrl+s")
        await one.sees("The comment is gone.", "Try something else.", "The text is kept")
        assert one.inbox.text.text == "Hi"
        desk.refuse = ""
        await one.press("ctrl+s")
        await one.until(lambda: desk.submitted)


async def test_something_new_stops_the_send_until_it_was_seen() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("r", "H", "i")
        desk.talks[ThreadId(1)] += (message(105, "¿hola?", NOW),)
        desk.touch(ThreadId(1))
        await one.sees("¿hola?")
        await one.press("ctrl+s")
        await one.sees("read it, then send again")
        assert not desk.submitted
        await one.press("ctrl+s")
        await one.until(lambda: desk.submitted)
        assert getattr(desk.submitted[0], "head", None) == 105


async def test_a_colleagues_claim_blocks_the_reply_and_not_the_note() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("j", "j", "j")
        await one.sees("Kasia writes")
        await one.press("r")
        await one.sees("Kasia is answering this thread.")
        assert one.inbox.writing is None
        await one.press("i", "h", "m", "ctrl+s")
        await one.until(lambda: desk.submitted == [Note(ThreadId(3), "hm")])


async def test_a_claim_lost_while_writing_is_told() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("r", "H", "i")
        await one.until(lambda: desk.table[ThreadId(1)].claimed_by == "Ana")
        desk.table[ThreadId(1)] = replace(desk.table[ThreadId(1)], claimed_by="Kasia")
        desk.touch(ThreadId(1))
        await one.sees("Kasia is answering")
        await one.press("ctrl+s")
        assert not desk.submitted
        assert one.inbox.text.text == "Hi"


async def test_snippets_are_picked_called_and_their_placeholders_shown() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("s")
        await one.sees("Saved replies", "Reacción adversa")
        await one.press("g", "r", "a", "enter")
        await one.until(lambda: one.inbox.text.text == "¡Gracias, María!")
        await one.press("space", *";;alergia", "space")
        await one.until(lambda: "Teléfono? {phone}" in one.inbox.text.text)
        await one.sees("fill in {phone}", "from")
        assert one.inbox.text.selected_text == "{phone}"


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
        (["X", "y"], Moderate(ThreadId(1), 104, OutboxVerb.DELETE)),  # type: ignore[arg-type]
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
        await one.sees("Delete on the platform?", "cannot be brought back", "55 1234")
        await one.press("n")
        await one.until(lambda: one.app.screen is one.inbox)
        assert not desk.submitted


async def test_a_delete_that_would_be_refused_does_not_ask() -> None:
    desk = busy_desk()
    desk.refused[ThreadId(1)] = "Messenger offers no way to delete a private message."
    async with driven(desk) as one:
        await one.press("X")
        await one.sees("offers no way to delete")
        assert one.app.screen is one.inbox
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
        await one.press("u", "U")
        await one.sees("Taken back: flag", "Done again: flag")
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
        assert one.inbox.text.text == "Hi!"
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


async def test_views_sorts_and_brands() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("g", "2")
        await one.sees("Mine · ", "is:waiting assignee:me", "2 threads")
        await one.press("minus")
        await one.sees("60 threads")
        await one.press("o", "n")
        await one.sees("newest first")
        await one.press("L")
        await one.sees("Mine ·")
        await one.press("H", "B")
        await one.sees("All brands", "20 waiting")
        await one.press(*"vic", "enter")
        await one.until(lambda: one.inbox.brand == "vichy")


async def test_the_left_pane_is_reached_and_used_by_keys() -> None:
    async with driven(busy_desk()) as one:
        await one.press("left", "j", "enter")
        await one.sees("Mine · ", "is:waiting assignee:me")
        assert one.inbox.context == "list"


async def test_a_mistake_in_a_filter_is_pointed_at() -> None:
    async with driven(busy_desk()) as one:
        await one.press("F", "end", *" bad", "enter")
        await one.sees("no such word", "try is:waiting")
        typed = one.inbox.filter_line.value
        caret = next(line for line in one.lines if line[24:].strip().startswith("^"))
        entered = next(line for line in one.lines if typed in line)
        assert caret.index("^") == entered.index("bad")
        await one.press("escape")
        await one.sees("60 threads")


async def test_search_finds_words_literally_and_the_last_view_comes_back() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("slash", *"alergia", "enter")
        await one.sees("Found: alergia", "1 thread ")
        assert any('ids "alergia" newest' in what for what in desk.asked)
        await one.press("minus")
        await one.sees("60 threads")


async def test_tab_goes_to_mine_by_deadline_and_then_to_the_unassigned() -> None:
    async with driven(busy_desk()) as one:
        await one.press("j", "j", "j", "tab")
        await one.until(lambda: one.inbox.opened and one.inbox.opened.row.id == 1)
        await one.press("tab")
        await one.until(lambda: one.inbox.opened and one.inbox.opened.row.id == 5)
        await one.press("tab")
        await one.until(lambda: one.inbox.opened and one.inbox.opened.row.id == 2)
        await one.press("shift+tab")
        await one.until(lambda: one.inbox.opened and one.inbox.opened.row.id == 5)


async def test_a_failed_reply_is_red_with_what_to_do_and_is_tried_again() -> None:
    desk = busy_desk()
    desk.stuck = [
        outbox(5, state=OutboxState.FAILED, error="The token expired.", hint="Run carecli init.")
    ]
    async with driven(desk) as one:
        await one.sees("✗ not sent")
        await one.press("j", "j", "j", "j", "enter")
        await one.sees("reply not done: The token expired.", "Run carecli init.", "t tries again")
        await one.press("t")
        await one.until(lambda: "retry 5" in desk.asked)
        await one.press("T")
        await one.until(lambda: not desk.stuck)


async def test_a_manual_entry_is_pasted_and_answered_by_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        opened: list[str] = []
        monkeypatch.setattr(one.app, "open_url", opened.append)
        await one.press("M", *"https", "enter", *"Zosia", "enter", *"Hej", "enter")
        await one.until(lambda: ThreadId(61) in desk.table)
        desk.can_reply, desk.why_not = False, {"reply": "No API reaches this place."}
        await one.press("r")
        await one.sees("Did you answer it by hand?")
        assert opened == ["https://example.org/m/104"]
        await one.press("y")
        await one.until(lambda: desk.submitted == [AnsweredByHand(ThreadId(1))])


async def test_without_a_manual_channel_there_is_nowhere_for_entries() -> None:
    desk = busy_desk()
    desk.channels = tuple(one for one in desk.channels if one.platform != "manual")
    async with driven(desk) as one:
        await one.press("M")
        await one.sees("No channel takes manual entries")
        assert one.app.screen is one.inbox


async def test_what_stands_against_a_channel_is_told_whole() -> None:
    desk = busy_desk()
    first, club = desk.channels
    error = "Error validating access token: Session has expired on Friday at noon, or thereabouts."
    hint = "The token has expired: make a new page token with `carecli init`."
    desk.channels = (
        replace(first, error=error, hint=hint),
        replace(club, error="A reply landed wrong.", is_frozen=True, unrecognised=3),
    )
    async with driven(desk, size=(140, 40)) as one:
        await one.sees("! 2 channels: Error validating acce…")
        await one.press("S")
        await one.sees("! needs you", error[:60], hint[:60], "carecli resume", "3 payloads")
        desk.channels = (replace(first, parked_until=NOW, usage=96.0, possible_loss="a gap"), club)
        one.inbox.refresh_overview()
        await one.press("escape", "S")
        await one.sees("asked for silence until", "96 % used", "missed: a gap", "✓ synced just now")


async def test_where_no_answer_is_taken_it_says_why() -> None:
    desk = busy_desk()
    desk.can_reply = False
    desk.why_not["reply"] = "The window closed yesterday."
    async with driven(desk) as one:
        await one.press("r")
        await one.sees("The window closed yesterday.")
        assert one.inbox.writing is None


async def test_private_and_public_and_note_are_switched_while_writing() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("j", "r", "ctrl+r")
        await one.sees("PRIVATE REPLY", "only they see it")
        await one.press("ctrl+r")
        await one.sees("everybody sees it")
        await one.press("ctrl+n")
        await one.sees("NOTE", "the contact never does")


async def test_the_palette_finds_and_runs_commands() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("colon", *"assign to me", "enter")
        await one.until(lambda: desk.submitted == [Assign(ThreadId(1), "Ana")])


async def test_the_help_shows_every_group_and_closes() -> None:
    async with driven(busy_desk()) as one:
        await one.press("question_mark")
        await one.sees("MOVING", "g g")
        await one.press("q")
        await one.until(lambda: one.app.screen is one.inbox)


async def test_history_shows_the_contacts_threads() -> None:
    async with driven(busy_desk()) as one:
        await one.press("p")
        await one.sees("Everything with María González", "(this one)")


async def test_panes_fold_one_after_another() -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        await one.sees("Karla Ruiz")
        assert "QUEUES" not in one.text
        await one.press("enter")
        await one.sees("55 1234 5678", "overdue")
        assert "Karla Ruiz" not in one.text
        await one.press("r", "x")
        await one.sees("REPLY", "ctrl-s send", "55 1234 5678")
        await one.press("escape", "escape")
        await one.sees("Karla Ruiz")
        await one.press("left")
        await one.sees("QUEUES", "CONTACT POINTS")
        await one.press("escape")
        await one.until(lambda: "QUEUES" not in one.text)


async def test_it_follows_the_terminals_size() -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        await one.press("enter")
        await one.pilot.resize_terminal(*WIDE)
        await one.sees("QUEUES", "Karla Ruiz", "55 1234 5678")


async def test_compact_rows_and_themes() -> None:
    async with driven(busy_desk()) as one:
        await one.sees("Person 18")
        assert "Person 30" not in one.text
        await one.press("C")
        await one.sees("Person 30")
        for name in ("carecli-light", "carecli-16", "carecli-plain", "carecli-dark"):
            await one.press("colon", *"next theme", "enter")
            await one.until(lambda name=name: one.app.theme == name)  # type: ignore[misc]  # bound now


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


async def test_own_keys_are_obeyed_and_shown() -> None:
    desk = busy_desk()
    settings = Settings(theme="dark", keys={"thread.flag": ("ctrl-x",)})
    async with driven(desk, settings=settings) as one:
        await one.sees("ctrl-x flag")
        await one.press("f", "ctrl+x")
        await one.until(lambda: desk.submitted == [Flag(ThreadId(1), on=False)])


async def test_an_empty_list_says_so_and_takes_every_key() -> None:
    desk = MemoryDesk(table={})
    async with driven(desk) as one:
        await one.sees("Nothing waits here.")
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
        await one.until(lambda: one.app.screen is one.inbox)
        assert not desk.submitted


async def test_the_mouse_opens_threads_and_views() -> None:
    async with driven(busy_desk()) as one:
        await one.pilot.click("#threads", offset=(30, 4))
        await one.pilot.click("#threads", offset=(30, 4))
        await one.until(lambda: one.inbox.opened and one.inbox.opened.row.id == 4)
        await one.pilot.click("#side", offset=(4, 2))
        await one.sees("Mine ·")


async def test_a_draft_from_before_is_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = busy_desk()
    desk.drafts[ThreadId(1)] = Draft(ThreadId(1), "half a sen")
    async with driven(desk) as one:
        await one.press("r")
        assert one.inbox.text.text == "half a sen"


async def test_the_editor_is_lent_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = busy_desk()
    monkeypatch.setenv("VISUAL", "no-such-editor-anywhere")
    async with driven(desk) as one:
        await one.press("e")
        await one.sees("cannot be lent")
        assert one.inbox.writing is not None


def test_contact_points_have_icons() -> None:
    from carecli.tui.paint import ICONS

    assert set(ICONS) == set(ContactPoint)
