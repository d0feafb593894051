"""Views, filters, panes and everything that only looks, by keys on a desk in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carecli.domain.commands import (
    Assign,
    Flag,
)
from carecli.domain.model import (
    ThreadId,
)
from carecli.tui.inbox.bars import channel_name
from carecli.tui.keys.help import HelpLine, help_lines
from carecli.tui.settings import Settings
from tests.tui.memory_desk import NOW, busy_desk
from tests.tui.memory_rows import CHANNELS
from tests.tui.pilot import NARROW, WIDE, driven

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


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
        await one.until(lambda: one.inbox.views.brand == "vichy")


async def test_the_left_pane_is_reached_and_used_by_keys() -> None:
    async with driven(busy_desk()) as one:
        await one.press("left", "j", "enter")
        await one.sees("Mine · ", "is:waiting assignee:me")
        assert one.inbox.layout.context == "list"


async def test_a_mistake_in_a_filter_is_pointed_at() -> None:
    async with driven(busy_desk()) as one:
        await one.press("F", "end", *" bad", "enter")
        await one.sees("no such word", "try is:waiting")
        typed = one.inbox.filter_bar.line.value
        caret = next(line for line in one.lines if line[24:].strip().startswith("^"))
        entered = next(line for line in one.lines if typed in line)
        assert caret.index("^") == entered.index("bad")
        await one.press("escape")
        await one.sees("60 threads")


async def test_search_finds_words_literally_and_the_last_view_comes_back() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("slash", *"alergia", "enter")
        await one.sees("Search: alergia", "1 thread ")
        assert any('ids "alergia" newest' in what for what in desk.asked)
        await one.press("minus")
        await one.sees("60 threads")


async def test_tab_opens_what_the_top_bar_counts_down_to() -> None:
    async with driven(busy_desk()) as one:
        await one.sees("next breach 00:41:07")
        await one.press("j", "j", "j", "tab")
        await one.until(
            lambda: one.inbox.conversation.opened and one.inbox.conversation.opened.row.id == 2
        )
        assert one.inbox.threads.thread == 2


async def test_tab_goes_to_mine_by_deadline_and_then_to_the_unassigned() -> None:
    async with driven(busy_desk()) as one:
        await one.press("enter")
        await one.until(
            lambda: one.inbox.conversation.opened and one.inbox.conversation.opened.row.id == 1
        )
        await one.press("tab")
        await one.until(
            lambda: one.inbox.conversation.opened and one.inbox.conversation.opened.row.id == 5
        )
        await one.press("tab")
        await one.until(
            lambda: one.inbox.conversation.opened and one.inbox.conversation.opened.row.id == 2
        )
        await one.press("shift+tab")
        await one.until(
            lambda: one.inbox.conversation.opened and one.inbox.conversation.opened.row.id == 5
        )


async def test_without_a_manual_channel_there_is_nowhere_for_entries() -> None:
    desk = busy_desk()
    desk.channels = tuple(one for one in desk.channels if one.platform != "manual")
    async with driven(desk) as one:
        await one.press("M")
        await one.sees("No channel accepts manual entries")
        assert one.app.screen is one.inbox_screen


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
        await one.sees("! needs attention", error[:60], hint[:60], "carecli resume", "3 payloads")
        desk.channels = (replace(first, parked_until=NOW, usage=96.0, possible_loss="a gap"), club)
        one.inbox.views.refresh_overview()
        await one.press("escape", "S")
        await one.sees("asked us to wait until", "96% used", "missing: a gap", "✓ synced just now")


async def test_what_cannot_be_read_is_counted_in_the_top_bar_and_named() -> None:
    desk = busy_desk()
    first, club = desk.channels
    sick = "post 104_900: (#10) This requires a permission"
    desk.channels = (replace(first, failing=2, first_failing=sick), club)
    async with driven(desk, size=(140, 40)) as one:
        await one.sees("! 2 places unreadable")
        await one.press("S")
        await one.sees("2 places cannot be read", sick, "carecli doctor")
        desk.channels = (replace(first, late_at=NOW - 60_000), club)
        one.inbox.views.refresh_overview()
        await one.press("escape")
        await one.sees(": no longer r")
        await one.press("S")
        await one.sees("! needs attention", "three intervals")


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
        await one.until(lambda: one.app.screen is one.inbox_screen)


async def test_the_help_is_searched_by_key_name_and_text() -> None:
    async with driven(busy_desk()) as one:

        async def finds(typed: str, count: str, *words: str) -> None:
            await one.press("slash", *("space" if key == " " else key for key in typed))
            await one.sees(f"Keys · {count} found", *words)
            await one.press("escape")
            await one.sees("Esc close")

        await one.press("question_mark")
        await one.sees("/ find", "Esc close", "MOVING")
        assert "found" not in one.text
        await finds("snooze", "2", "Hide it until later", "End the snooze now.", "DECIDING")
        await finds("no reply", "3", "Close the thread without a reply")
        await finds("g r", "1", "A month in figures")
        await finds("g 5", "1", "View 1 to 9")
        await finds("ctrl-d", "1", "Half a page down")
        await finds("d", "1", "No reply needed")
        await finds("D", "1", "Reopen")
        await finds("jabberwock", "0", "No results.")
        await one.press("slash", *"wake", "enter", "j", "slash", "n")
        await one.sees("waken", "0 found")
        assert "MOVING" not in one.text
        await one.press("escape")
        await one.sees("MOVING", "Esc close")
        await one.press("escape")
        await one.until(lambda: one.app.screen is one.inbox_screen)


def test_the_words_searched_for_are_marked_wherever_they_stand_in_the_help() -> None:
    entry = HelpLine("Moving", ("x",), "x", "Wstrzymaj wysyłkę", "Zażółć: wysyłka SSTOI")
    _blank, _group, line = help_lines([entry], 90, "ZÓŁ sst x")
    assert [text for text, role in line if role == "chosen"] == ["żół", "SST"]
    assert "".join(text for text, _role in line).startswith("  x           Wstrzymaj wysyłkę")


async def test_history_shows_the_contacts_threads() -> None:
    async with driven(busy_desk()) as one:
        await one.press("p")
        await one.sees("All conversations with María González", "(this thread)")


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
        for letter, name in (
            ("l", "carecli-light"),
            ("h", "carecli-contrast"),
            ("t", "carecli-16"),
            ("n", "carecli-plain"),
            ("d", "carecli-dark"),
        ):
            await one.press("colon", *"theme", "enter", letter)
            await one.until(lambda name=name: one.app.theme == name)  # type: ignore[misc]  # bound now


async def test_own_keys_are_obeyed_and_shown() -> None:
    desk = busy_desk()
    settings = Settings(theme="dark", keys={"thread.flag": ("ctrl-x",)})
    async with driven(desk, settings=settings) as one:
        await one.sees("ctrl-x flag")
        await one.press("f", "ctrl+x")
        await one.until(lambda: desk.submitted == [Flag(ThreadId(1), on=False)])


async def test_the_mouse_opens_threads_and_views() -> None:
    async with driven(busy_desk()) as one:
        await one.pilot.click("#threads", offset=(30, 4))
        await one.pilot.click("#threads", offset=(30, 4))
        await one.until(
            lambda: one.inbox.conversation.opened and one.inbox.conversation.opened.row.id == 4
        )
        await one.pilot.click("#side", offset=(4, 2))
        await one.sees("Mine ·")


async def test_escape_leaves_a_search_for_the_view_before() -> None:
    async with driven(busy_desk()) as one:
        await one.press("g", "2")
        await one.until(lambda: one.inbox.views.current.title == "Mine")
        await one.press("slash", *"fraude", "enter")
        await one.until(lambda: one.inbox.views.current.title == "Search: fraude")
        await one.press("slash", *"alergia", "enter")
        await one.until(lambda: one.inbox.views.current.title == "Search: alergia")
        await one.press("escape")
        await one.until(lambda: one.inbox.views.current.title == "Mine")
        await one.press("escape")
        await one.sees("Mine")
        assert one.inbox.views.current.title == "Mine"


async def test_a_key_that_means_nothing_is_told_of_in_the_footer_until_the_next() -> None:
    async with driven(busy_desk()) as one:
        await one.press("J")
        await one.sees("J does nothing here; ? shows the keys")
        await one.press("j")
        await one.until(lambda: "no key J" not in one.text)
        assert not one.toasts


async def test_ctrl_c_says_how_to_leave_and_leaves_when_pressed_twice() -> None:
    desk = busy_desk()
    async with driven(desk) as one:
        await one.press("ctrl+c")
        await one.until(lambda: "Press ctrl-c again to quit. Drafts are saved." in one.toasts)
        assert "no key" not in one.text
        await one.press("ctrl+c")
        await one.until(lambda: not one.app.is_running or one.app._exit)


async def test_another_view_brings_a_folded_screen_back_to_the_list() -> None:
    async with driven(busy_desk(), size=NARROW) as one:
        await one.press("enter")
        await one.until(lambda: one.inbox.layout.context == "thread")
        await one.press("L")
        await one.until(lambda: one.inbox.views.current.title == "Mine")
        await one.until(lambda: one.inbox.layout.context == "list")


async def test_everything_is_painted_anew_on_a_key() -> None:
    async with driven(busy_desk()) as one:
        await one.sees("María González")
        await one.press("f5")
        await one.sees("María González", "QUEUES")
        assert "no key" not in one.text


async def test_the_bar_calls_me_as_colleagues_do() -> None:
    settings = Settings(theme="dark", name="Ana Maria")
    async with driven(busy_desk(), settings=settings) as one:
        assert one.lines[0].rstrip().endswith("Ana Maria")
        await one.sees("Ana Maria  you")


def test_a_page_and_a_profile_of_one_title_are_told_apart() -> None:
    page = replace(CHANNELS[0], title="La Roche-Posay", platform="facebook")
    profile = replace(page, platform="instagram")
    assert channel_name(page) == "FB La Roche-Posay"
    assert channel_name(profile) == "IG La Roche-Posay"
    assert channel_name(replace(page, platform="manual", title="")) == page.channel
