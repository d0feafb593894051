"""What is highlighted with focus is what keys act on: every key of the table, in every state."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from textual.events import Callback, Key
from textual.keys import _character_to_key

from carecli.desk.conversations.rows import Draft, OutboxView, Receipt
from carecli.desk.replies.rows import History, SnippetMade
from carecli.desk.research.codes import QuoteDraft
from carecli.domain.commands import Command, Flag, Note, Reply
from carecli.domain.model import Actor, MessageId, ThreadId
from carecli.tui.commands import reply as answering
from carecli.tui.inbox.bars import WAITING, ListView
from carecli.tui.inbox.list_rows import CURSOR, OPENED, PLACE_KEPT
from carecli.tui.keys.table import TABLE
from carecli.tui.rules.rule_log import WhyScreen
from tests.tui.memory_desk import MemoryDesk, busy_desk
from tests.tui.pilot import Driven, driven

pytestmark = pytest.mark.anyio

MARIA, KARLA, AGNIESZKA, NEWEST = (ThreadId(one) for one in (1, 2, 4, 60))


@dataclass
class Watched(MemoryDesk):
    """A desk that changes nothing and remembers whom it was asked to act on."""

    acted: list[ThreadId] = field(default_factory=list)
    is_frozen: bool = True
    begun: ThreadId | None = None
    """Whose reply is begun already: its claim is renewed now and then."""

    def submit(self, command: Command, by: Actor | None = None) -> Receipt:
        self.acted.append(command.thread)
        if not self.is_frozen:
            return super().submit(command, by)
        self.submitted.append(command)
        return Receipt(1, said="did it")

    def submit_all(
        self, commands: Sequence[Command], by: Actor | None = None, *, batch: int = 0
    ) -> Sequence[Receipt]:
        return [self.submit(one, by) for one in commands]

    def claim(self, thread: ThreadId) -> str:
        if thread != self.begun:
            self.acted.append(thread)
        return self.me

    def release(self, thread: ThreadId) -> None:
        """Nothing: whoever leaves a reply for another thread lets go of the first, rightly."""

    def history(self, thread: ThreadId) -> History | None:
        self.acted.append(thread)
        return super().history(thread)

    def outbox(self, thread: ThreadId | None = None, limit: int = 200) -> Sequence[OutboxView]:
        if thread is not None:
            self.acted.append(thread)
        return super().outbox(thread, limit)

    def save_draft(self, draft: Draft) -> None:
        if not self.is_frozen:
            super().save_draft(draft)

    def make_snippet(
        self, name: str, thread: ThreadId, title: str = "", text: str = ""
    ) -> SnippetMade:
        self.acted.append(thread)
        return super().make_snippet(name, thread, title, text)

    def quotable(self, thread: ThreadId, message: MessageId | None = None) -> QuoteDraft:
        self.acted.append(thread)
        return super().quotable(thread, message)

    def case_teams(self) -> dict[str, str]:
        return {"care": "Care"}


def watched() -> Watched:
    desk = busy_desk()
    return Watched(talks=desk.talks, decisions=desk.decisions)


LOW, LOW_AND_NARROW = (120, 12), (80, 12)
"""Sizes that are quick to paint."""

COMMENTS = ListView("Comments", "is:waiting at:comment")
NOBODYS = ListView("Nobody's", 'from:"Nobody"')


@dataclass(frozen=True)
class State:
    """How somebody came to where keys act on `on` (for what reads, on `read`)."""

    keys: tuple[str, ...]
    """Keys pressed first; then `view` is shown, then `more` are pressed."""
    on: tuple[ThreadId, ...]
    read: tuple[ThreadId, ...] | None = None
    size: tuple[int, int] = LOW
    view: ListView | None = None
    more: tuple[str, ...] = ()
    leaves_by_mouse: bool = False


STATES = {
    "nothing is open": State((), (MARIA,)),
    "the thread under the cursor is open": State(("enter", "escape"), (MARIA,)),
    "another thread is open than the cursor's": State(("enter", "escape", "j"), (KARLA,)),
    "the conversation": State(("enter",), (MARIA,)),
    "the conversation of what the list has not": State(
        ("enter",), (MARIA,), view=COMMENTS, more=("right",)
    ),
    "a filter after a thread was open": State(("enter",), (KARLA,), view=COMMENTS),
    "another order after a thread was open": State(("enter", "o", "n"), (NEWEST,)),
    "the list while a reply is begun": State(("r", "H", "i"), (KARLA,), leaves_by_mouse=True),
    "marks": State(("space", "space"), (MARIA, KARLA), (AGNIESZKA,)),
    "marks and the conversation": State(("space", "space", "enter"), (AGNIESZKA,)),
    "the left pane": State(("enter", "escape", "left"), ()),
    "an empty list": State((), (), view=NOBODYS),
    "folded": State(("j",), (KARLA,), size=LOW_AND_NARROW),
    "folded, the conversation": State(("enter",), (MARIA,), size=LOW_AND_NARROW),
}

DEEDS = {
    "thread.green": "1",
    "thread.yellow": "2",
    "thread.red": "3",
    "thread.uncolour": "0",
    "thread.assign_me": "a",
    "thread.assign": ("A", *"care", "enter"),
    "thread.flag": "f",
    "thread.done": "dt",
    "thread.reopen": "D",
    "thread.seen": "@",
    "thread.labels": ("l", *"vip", "enter"),
    "thread.snooze": "zh",
    "thread.wake": "Z",
    "thread.safety": "hr",
    "thread.claim": "c",
    "thread.ask": (">", *"why?", "enter"),
    "message.hide": "x",
    "message.like": "+",
    "message.delete": "Xy",
    "message.block": ("o", "X", "y"),
    "message.code": "=p",
    "app.repeat": ".",
    "outbox.retry": "ty",
    "outbox.drop": "T",
}
"""Keys that act on what is at hand, or on all that is marked."""

WRITTEN = {
    "reply.public": ("r", *"Hola", "ctrl+s"),
    "reply.private": ("R", *"Hola", "ctrl+s"),
    "reply.note": ("i", *"hm", "ctrl+s"),
    "reply.snippet": ("s", *"gra", "enter", "ctrl+s"),
    "reply.editor": ("e", "ctrl+s"),
    "compose.card": ("K", "enter", "ctrl+s"),
}
"""Keys that lead to something written, and sent: to one person."""

READ = {
    "thread.history": "p",
    "thread.why": "W",
    "thread.other": ("g", "o"),
    "reply.keep": ("ctrl+k", *"name", "enter"),
    "message.copy": "y",
    "message.copy_link": "Y",
    "message.picture": "I",
}
"""Keys that show or copy something of the thread under the cursor or open."""

ELSEWHERE = {
    "app.undo": "what was done last, wherever that was: its toast names the person",
    "app.redo": "likewise",
    "move.open": "opens the thread under the cursor: below",
    "message.unfold": "shows more of the conversation that is open, and acts on nobody",
    "message.browse": "leaves for the browser: below",
    "message.quote": "a window of its own: below",
}

ABOUT_NOBODY = ("move.", "view.", "mark.", "app.", "compose.", "macro.")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def editor(monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that writes one word, which is sent as it is."""
    monkeypatch.setattr(answering, "edit", lambda *_: "Hola")
    monkeypatch.setattr(answering, "look_over", lambda *_: None)


def test_every_key_about_somebody_is_tried() -> None:
    tried = {*DEEDS, *WRITTEN, *READ, *ELSEWHERE}
    for command in TABLE:
        if command.keys and {"list", "thread"} & {*command.contexts}:
            assert command.id in tried or command.id.startswith(ABOUT_NOBODY), command.id


async def _type(one: Driven, keys: Sequence[str]) -> None:
    """Keys as fast as a terminal hands them on, until each had its effect."""
    named = {"enter": "\r", "space": " "}
    for key in keys:
        char = key if len(key) == 1 else named.get(key)
        name = _character_to_key(key) if len(key) == 1 else key
        one.app.post_message(Key(name, char))
    taken = asyncio.Event()
    one.app.post_message(Callback(callback=taken.set))
    await taken.wait()
    await one.until(lambda: not one.app._typed and one.app._typing is None)
    await one.until(lambda: one.inbox_screen.is_settled)
    await one.app.workers.wait_for_complete()


async def _arrange(one: Driven, desk: Watched, state: State) -> None:
    """Bring the inbox into a state from whatever the key before left."""
    inbox = one.inbox
    for _window in range(3):
        if one.app.screen is not one.inbox_screen:
            await _type(one, ["escape"])
    assert one.app.screen is one.inbox_screen, f"a window that Esc does not leave: {one.app.screen}"
    inbox.composer.end()
    inbox.conversation.opened = inbox.conversation.message = None
    inbox.selection.clear_marks()
    inbox.layout.focus_on(inbox.threads)
    inbox.loader.show_view(WAITING)
    await one.until(lambda: one.inbox_screen.is_settled and len(inbox.threads) == 60)
    inbox.threads.move_to(0)
    inbox.screen.paint_all()
    inbox.batches.last = lambda thread: [Flag(thread)]
    await _type(one, state.keys)
    if state.view is not None:
        inbox.loader.show_view(state.view)
        await one.until(lambda: one.inbox_screen.is_settled)
        await _type(one, state.more)
    if state.leaves_by_mouse:
        one.inbox_screen.set_focus(inbox.threads)
        await _type(one, ["j"])
    one.app.clear_notifications()
    desk.begun = inbox.composer.writing.thread if inbox.composer.writing is not None else None
    desk.acted.clear()
    desk.submitted.clear()


async def _try(
    one: Driven, desk: Watched, state: State, keys: Sequence[str]
) -> tuple[set[ThreadId], str]:
    await _arrange(one, desk, state)
    await _type(one, keys)
    if type(one.app.screen).__name__ == "ReviewReader":
        await _type(one, ["enter"])
    found = set(desk.acted)
    if isinstance(one.app.screen, WhyScreen):
        found.add(one.app.screen._row.id)
    assert one.text  # it can be painted, whatever the keys led to
    return found, one.toasts


@pytest.mark.parametrize("name", STATES)
async def test_every_key_acts_on_what_is_highlighted(name: str) -> None:
    state, desk = STATES[name], watched()
    read = state.on if state.read is None else state.read
    asked = {**dict.fromkeys(DEEDS, state.on), **dict.fromkeys(READ, read)}
    if state.read is None:
        asked |= dict.fromkeys(WRITTEN, state.on)
    async with driven(desk, size=state.size) as one:
        for command, expected in asked.items():
            keys = (DEEDS | WRITTEN | READ)[command]
            acted, said = await _try(one, desk, state, keys)
            others = {row.author for row in desk.table.values() if row.id not in expected}
            assert not [each for each in others if f"{each}:" in said], (command, said)
            if not acted and expected and command not in DEEDS:
                assert desk.table[expected[0]].author in said, (command, said)
            else:
                assert acted == set(expected), (command, acted, said)


LIT = {
    "nothing is open": (CURSOR, MARIA),
    "the thread under the cursor is open": (CURSOR, MARIA),
    "another thread is open than the cursor's": (CURSOR, KARLA),
    "the conversation": (PLACE_KEPT, MARIA),
    "another order after a thread was open": (CURSOR, NEWEST),
    "the conversation of what the list has not": (PLACE_KEPT, KARLA),
}


@pytest.mark.parametrize("name", LIT)
async def test_the_cursor_shows_whether_the_list_has_the_keys(name: str) -> None:
    """The full edge stands on what keys act on; else the head of the conversation is lit."""
    desk, (edge, thread) = watched(), LIT[name]
    async with driven(desk) as one:
        await _arrange(one, desk, STATES[name])
        drawn = [line for line in one.lines if line[24:25] in (CURSOR, PLACE_KEPT)]
        assert [line[24] for line in drawn] == [edge]
        assert desk.table[thread].author in drawn[0]
        assert one.inbox.conversation.head.surface == ("head" if edge == CURSOR else "select")
        if "open" in name and one.inbox.conversation.opened is not None:
            open_row = desk.table[one.inbox.conversation.opened.row.id]
            assert [open_row.author in line for line in one.lines if line[25:26] == OPENED] in (
                [True],
                [],
            )


async def test_the_open_thread_is_marked_and_says_how_to_get_there() -> None:
    async with driven(watched()) as one:
        await one.press("enter", "escape", "j")
        await one.sees(f"{OPENED} R ", "Right selects this")
        await one.press("right")
        await one.until(lambda: "selects this" not in one.text)
        assert one.inbox.threads.thread == MARIA


async def test_after_an_answer_nothing_is_open_and_the_cursor_goes_on() -> None:
    desk = watched()
    async with driven(desk) as one:
        await one.press("enter", "r", *"Hola", "ctrl+s")
        await one.until(lambda: one.inbox.layout.context == "list")
        assert one.inbox.conversation.opened is None
        assert one.inbox.threads.thread == KARLA
        assert "María González: did it. u undoes it." in one.toasts


async def test_send_and_next_opens_the_next_one() -> None:
    desk = watched()
    desk.table[KARLA] = replace(desk.table[KARLA], assignee="Ana")
    async with driven(desk) as one:
        await one.press("enter", "r", *"Hola", "ctrl+t")
        await one.until(
            lambda: (
                one.inbox.conversation.opened is not None
                and one.inbox.conversation.opened.row.id != MARIA
            )
        )
        assert one.inbox.conversation.opened is not None
        assert one.inbox.threads.thread == one.inbox.conversation.opened.row.id
        assert one.inbox.layout.context == "thread"


@pytest.mark.parametrize("keys", [("enter", "d", "t"), ("enter", "escape", "d", "t"), ("d", "t")])
async def test_after_done_nothing_is_open_and_the_cursor_goes_on(keys: Sequence[str]) -> None:
    desk = watched()
    desk.is_frozen = False
    async with driven(desk) as one:
        await one.press(*keys)
        await one.until(lambda: len(one.inbox.threads) == 59)
        assert (one.inbox.conversation.opened, one.inbox.layout.context) == (None, "list")
        assert one.inbox.threads.thread == KARLA


async def test_keys_typed_ahead_act_on_what_the_keys_before_them_left_at_hand() -> None:
    desk = watched()
    async with driven(desk) as one:
        await one.press(*"dtdtf")
        await one.until(lambda: len(desk.submitted) == 3)
        assert [command.thread for command in desk.submitted] == [MARIA, KARLA, AGNIESZKA]


async def test_a_done_that_is_refused_leaves_everything_as_it_was() -> None:
    desk = watched()
    desk.is_frozen, desk.refuse = False, "The comment is gone."
    async with driven(desk) as one:
        await one.press("enter", "d", "t")
        await one.until(lambda: "María González: The comment is gone." in one.toasts)
        assert one.inbox.conversation.opened is not None
        assert one.inbox.layout.context == "thread"
        assert one.inbox_screen.is_settled


async def test_a_reply_goes_to_whom_it_was_written_for_or_nowhere() -> None:
    """Whatever else is opened while somebody writes, by whatever way."""
    desk = watched()
    desk.is_frozen = False
    async with driven(desk) as one:
        await one.press("enter", "r", *"Hola")
        one.inbox.conversation.opened = desk.conversation(KARLA)
        await one.press("ctrl+s")
        await one.sees("This was written to María González", "saved as a draft")
        assert not [each for each in desk.submitted if isinstance(each, Reply)]
        await one.until(lambda: [draft.text for draft in desk.drafts(MARIA)] == ["Hola"])
        assert not desk.drafts(KARLA)


async def test_opening_another_thread_keeps_what_is_being_written_as_a_draft_of_the_first() -> None:
    desk = watched()
    desk.is_frozen = False
    async with driven(desk) as one:
        await one.press("enter", "r", *"Hola")
        one.inbox.conversation.open(KARLA)
        await one.until(lambda: desk.drafts(MARIA))
        assert [draft.text for draft in desk.drafts(MARIA)] == ["Hola"]
        assert one.inbox.composer.writing is None
        await one.press("r", *"Hi", "ctrl+s")
        await one.until(lambda: desk.submitted)
        [reply] = desk.submitted
        assert isinstance(reply, Reply)
        assert (reply.thread, reply.text) == (KARLA, "Hi")


async def test_a_click_beside_the_composer_and_back_goes_on_with_the_same_answer() -> None:
    desk = watched()
    async with driven(desk) as one:
        await one.press("enter", "r", *"Hol")
        one.inbox_screen.set_focus(one.inbox.conversation.board)
        await one.press("r", "a", "ctrl+s")
        await one.until(lambda: desk.submitted)
        [reply] = desk.submitted
        assert isinstance(reply, Reply)
        assert (reply.thread, reply.text) == (MARIA, "Hola")


async def test_a_note_stays_in_its_thread_and_names_the_person() -> None:
    desk = watched()
    async with driven(desk) as one:
        await one.press("j", "i", *"hm", "ctrl+s")
        await one.until(lambda: desk.submitted == [Note(KARLA, "hm")])
        await one.until(lambda: "Karla Ruiz: noted" in one.toasts)
        assert one.inbox.conversation.opened is not None


async def test_the_browser_opens_the_link_of_who_is_highlighted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = watched()
    async with driven(desk) as one:
        urls: list[str] = []
        monkeypatch.setattr(one.app, "open_url", urls.append)
        await one.press("enter", "w", "escape", "j", "w")
        assert urls == ["https://example.org/m/104", "https://example.org/m/200"]


async def test_a_quote_is_picked_from_who_is_highlighted() -> None:
    desk = watched()
    async with driven(desk) as one:
        await one.press("enter", "escape", "j", "quotation_mark")
        await one.until(lambda: type(one.app.screen).__name__ == "QuoteWriter")
        assert desk.acted == [KARLA]


async def test_a_click_on_an_empty_conversation_gives_the_list_the_keys() -> None:
    async with driven(watched()) as one:
        one.inbox_screen.set_focus(one.inbox.conversation.board)
        assert one.inbox.layout.context == "list"


async def test_who_is_refused_is_named() -> None:
    desk = watched()
    desk.is_frozen = False
    desk.refused[KARLA] = "This place has no API."
    async with driven(desk) as one:
        await one.press("j", "X")
        await one.until(lambda: "Karla Ruiz: This place has no API." in one.toasts)
