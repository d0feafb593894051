"""The parts of the inbox on their own: each with a desk in memory, and none with a screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, cast

import pytest
from textual.worker import Worker

from carecli.desk.conversations.rows import Draft
from carecli.domain.commands import Command, Flag, Note, OpenCase
from carecli.domain.errors import CareError, ConfigError, FilterError, Refusal
from carecli.domain.model import DraftKind, OutboxId, OutboxState, ThreadId
from carecli.tui.inbox.alerts import AlertWatcher
from carecli.tui.inbox.bars import WAITING, ListView
from carecli.tui.inbox.batches import BatchSends, commands_for
from carecli.tui.inbox.desk_runner import DeskRunner
from carecli.tui.inbox.drafts import DraftKeeper
from carecli.tui.inbox.key_input import KeyInput
from carecli.tui.inbox.macros import MacroRecorder
from carecli.tui.inbox.preferences import Preferences
from carecli.tui.inbox.sent_replies import SentReplies
from carecli.tui.inbox.view_store import ViewStore
from carecli.tui.settings import Alerts, Settings
from tests.tui.memory_desk import MemoryDesk, busy_desk, outbox

MARIA = ThreadId(1)


@dataclass
class Background:
    """Starts coroutines in the loop of the test, and remembers what was said."""

    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    toasts: list[tuple[str, str]] = field(default_factory=list)
    writes: int = 0

    def start(
        self, work: Callable[[], Coroutine[Any, Any, None]], *, group: str, exclusive: bool = False
    ) -> Worker[None]:
        self.tasks.append(asyncio.get_running_loop().create_task(work(), name=group))
        return cast("Worker[None]", self.tasks[-1])

    def notify(self, text: str, *, title: str = "", severity: str) -> None:
        self.toasts.append((title, text))

    def wrote(self) -> None:
        self.writes += 1

    async def done(self) -> None:
        """Wait until nothing is under way."""
        while pending := [task for task in self.tasks if not task.done()]:
            await asyncio.gather(*pending)


@contextmanager
def runner_of(desk: MemoryDesk, background: Background) -> Iterator[DeskRunner]:
    runner = DeskRunner(
        background.start, background.notify, after_write=background.wrote, give_up=desk.give_up
    )
    try:
        yield runner
    finally:
        runner.end()


def alone(test: Callable[[MemoryDesk, DeskRunner, Background], Coroutine[Any, Any, None]]) -> None:
    """Run a test in a loop of its own, with a desk and a runner."""

    async def run() -> None:
        desk, background = busy_desk(), Background()
        with runner_of(desk, background) as runner:
            await test(desk, runner, background)
            await background.done()

    asyncio.run(run())


# the desk runner


def test_writes_keep_their_order_and_each_is_followed_by_a_look_at_what_changed() -> None:
    async def test(_desk: MemoryDesk, runner: DeskRunner, background: Background) -> None:
        results: list[int] = []
        for number in range(5):
            runner.do(partial(int, number), results.append)
        await background.done()
        assert results == [0, 1, 2, 3, 4]
        assert background.writes == 5

    alone(test)


def test_an_error_is_shown_with_its_hint_and_the_same_one_only_once() -> None:
    async def test(_desk: MemoryDesk, runner: DeskRunner, background: Background) -> None:
        def fail() -> None:
            raise CareError("The disk is full.", hint="Free some space.")

        ended: list[str] = []
        runner.do(fail, otherwise=lambda: ended.append("otherwise"), about="María")
        await background.done()
        assert runner.ask(fail, "default", "María") == "default"
        assert background.toasts == [("María: The disk is full.", "Free some space.")]
        assert ended == ["otherwise"]

    alone(test)


def test_keys_wait_for_a_write_that_moves_the_cursor_until_it_succeeds_or_fails() -> None:
    async def test(_desk: MemoryDesk, runner: DeskRunner, background: Background) -> None:
        def fail() -> str:
            raise Refusal("Somebody was quicker.")

        for write in (lambda: "done", fail):
            runner.do(write, *runner.moving(lambda _result: None))
            assert not runner.is_settled
            await background.done()
            assert runner.is_settled

    alone(test)


def test_a_write_asked_for_before_the_end_is_done_and_none_is_taken_after_it() -> None:
    desk, background, written = busy_desk(), Background(), list[str]()
    with runner_of(desk, background) as runner:
        assert runner.submit(lambda: written.append("draft")) is not None
    assert written == ["draft"]
    assert runner.submit(lambda: written.append("late")) is None


# views


def views_of(desk: MemoryDesk, runner: DeskRunner, background: Background) -> ViewStore:
    return ViewStore(
        desk.services,
        runner,
        background.start,
        overview_changed=lambda: None,
        saved_changed=lambda: None,
    )


def test_another_view_is_the_present_one_and_the_one_before_can_be_gone_back_to() -> None:
    async def test(desk: MemoryDesk, runner: DeskRunner, background: Background) -> None:
        views = views_of(desk, runner, background)
        search = ListView("Search: alergia", '"alergia"', "newest", is_typed=True)
        assert views.switch(search, "") == (WAITING, "")
        assert (views.current, views.previous, views.untyped) == (search, WAITING, WAITING)
        assert views.searched
        views.switch(replace(search, sort="oldest"), "")
        assert views.untyped == WAITING
        with pytest.raises(FilterError):
            views.switch(replace(search, filter="colour:mauve"), "")

    alone(test)


def test_a_view_that_names_its_threads_has_those_whatever_the_filter_says() -> None:
    async def test(desk: MemoryDesk, runner: DeskRunner, background: Background) -> None:
        views = views_of(desk, runner, background)
        named = ListView("Behind a figure", "", threads=(MARIA, ThreadId(99)))
        assert list(views.ids(named, "").ids) == [1, 99]
        assert views.matching(named, [MARIA, ThreadId(3)], "") == {MARIA}

    alone(test)


# macros and keys


def test_what_is_decided_is_recorded_as_steps_and_what_no_macro_holds_is_refused() -> None:
    async def test(desk: MemoryDesk, runner: DeskRunner, background: Background) -> None:
        changes: list[str] = []
        preferences = Preferences(Settings(theme="dark"))
        macros = MacroRecorder(
            desk.services, runner, preferences, changed=lambda: changes.append("changed")
        )

        def commands() -> Sequence[Command]:
            return [Flag(MARIA, True), OpenCase(MARIA, "legal", "May we?")]

        macros.record_made(commands)
        assert not background.toasts
        macros.begin()
        macros.record_made(commands)
        assert macros.note == "● recording: 1"
        assert macros.end() == ["thread.flag"]
        assert macros.note == ""
        assert (
            "This is not recorded.",
            "Macros can contain decisions, notes and saved replies.",
        ) in (background.toasts)
        with pytest.raises(ConfigError):
            macros.check_key("hot", "not a key", ["flag"])

    alone(test)


def test_a_sequence_of_keys_runs_its_command_and_esc_only_cancels_it() -> None:
    ran: list[str] = []
    keys = KeyInput(
        Preferences(Settings(theme="dark")),
        context=lambda: "list",
        run=ran.append,
        changed=lambda: None,
    )
    assert keys.press("g")
    assert [*keys.pressed] == ["g"]
    assert keys.press("Esc")
    assert [*keys.pressed, *ran] == []
    assert keys.press("g")
    assert keys.press("t")
    assert ran == ["app.today"]
    assert keys.command_keys == ("g", "t")
    assert not keys.press("é")
    assert keys.note.startswith("é does nothing here")


# drafts and what is sent


def test_a_draft_is_held_until_it_is_written_and_the_newest_text_wins() -> None:
    async def test(desk: MemoryDesk, runner: DeskRunner, background: Background) -> None:
        drafts = DraftKeeper(desk.services, runner, background.start, saved=lambda: None)
        for text in ("H", "Ho", "Hola"):
            drafts.keep(Draft(MARIA, text, DraftKind.NOTE))
        begun = drafts.begun(MARIA, DraftKind.NOTE)
        assert begun is not None
        assert begun.text == "Hola"
        await background.done()
        assert [draft.text for draft in desk.drafts(MARIA)] == ["Hola"]
        drafts.keep(Draft(MARIA, "", DraftKind.NOTE))
        assert drafts.begun(MARIA, DraftKind.NOTE) is None

    alone(test)


def test_an_answer_is_followed_until_it_was_sent() -> None:
    async def test(desk: MemoryDesk, runner: DeskRunner, background: Background) -> None:
        desk.stuck = [outbox(MARIA, state=OutboxState.SENDING)]
        replies = SentReplies(desk.services, runner, Preferences(Settings(theme="dark")), "Ana")
        replies.follow(OutboxId(MARIA), MARIA, "María")
        replies.notice({MARIA})
        assert not background.toasts
        desk.stuck = [outbox(MARIA, state=OutboxState.FAILED)]
        replies.notice({ThreadId(2)})
        assert not background.toasts
        replies.notice(None)
        replies.notice(None)
        assert [title for title, _text in background.toasts] == ["María: The answer was not sent."]

    alone(test)


def test_a_batch_says_once_how_much_of_it_was_sent() -> None:
    async def test(desk: MemoryDesk, runner: DeskRunner, background: Background) -> None:
        desk.stuck = [outbox(1), outbox(2, state=OutboxState.SENDING)]
        sends = BatchSends(desk.services, runner, Preferences(Settings(theme="dark")))
        sends.follow([OutboxId(1), OutboxId(2)])
        background.toasts.clear()
        sends.tick()
        assert not background.toasts
        desk.stuck = []
        sends.tick()
        sends.tick()
        assert background.toasts == [("", "All 2 were sent.")]

    alone(test)


def test_a_thread_that_refuses_is_left_out_of_a_batch() -> None:
    def make(thread: ThreadId) -> Sequence[Command]:
        if thread == 2:
            raise Refusal("Not this one.")
        return [Note(thread, "called")]

    commands, refused = commands_for([MARIA, ThreadId(2), ThreadId(3)], make)
    assert [command.thread for command in commands] == [1, 3]
    assert [*refused] == [2]


# alerts


def test_alerts_are_switched_off_and_on_unless_the_configuration_has_none() -> None:
    async def test(desk: MemoryDesk, runner: DeskRunner, background: Background) -> None:
        for by, words in (("bell", "Alerts are off."), ("off", "Alerts are turned off in")):
            alerts = AlertWatcher(
                desk.services,
                runner,
                background.start,
                Alerts(by=by),
                "UTC",
                write=lambda _text: None,
            )
            alerts.switch()
            assert not alerts.is_on
            assert background.toasts[-1][1].startswith(words)

    alone(test)
