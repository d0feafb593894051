"""The inbox's dealings with the desk: reading, doing, views, the open thread, the feed of changes.

Quick reads happen where they are needed; whatever may take long runs in a thread of its own, one
for reads and one for writes, so that deeds keep their order. Nothing the desk raises gets out:
it becomes a toast that says what happened and what to do, and what was typed stays.
"""

from __future__ import annotations

import asyncio
import logging
import time
from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from textual import work
from textual.worker import Worker

from carecli.desk.conversations.rows import Conversation, MessageView, Receipt
from carecli.desk.services import InboxServices
from carecli.desk.threads.rows import ThreadIds, ThreadRow
from carecli.domain.commands import Command
from carecli.domain.errors import CareError, GivenUp
from carecli.domain.filter import parse_filter
from carecli.domain.hits import hits, phrases
from carecli.domain.model import Direction, MessageId, ThreadId
from carecli.i18n import _
from carecli.tui.inbox.bars import ListView, empty_words
from carecli.tui.inbox.frame import Frame
from carecli.tui.inbox.list_ids import ahead, mentioned
from carecli.tui.inbox.outcome_words import ENDING, concerning
from carecli.tui.settings import Settings
from carecli.tui.style.cells import steady
from carecli.tui.style.content import toast
from carecli.tui.widgets.thread_list import place_of

T = TypeVar("T")
D = TypeVar("D")

FIRST_PAGE = 200
"""Threads read before the first paint; the whole order follows."""

FEED_EVERY = 0.25
"""Seconds between two looks at what changed."""

SEEN_EVERY = 30.0
"""Seconds between two signs of life for the colleagues."""

REST = 20
"""Times its own length that a reading of a whole order rests before the next one."""

_log = logging.getLogger(__name__)


class ChangePoller(Frame):
    """Panes with a desk behind them."""

    def __init__(self, desk: InboxServices, settings: Settings) -> None:
        super().__init__(settings, self._rows, desk.now, desk.me)
        self.desk = desk
        self.last_view = self.view
        self._reader = ThreadPoolExecutor(1, "desk-reads")
        self._writer = ThreadPoolExecutor(1, "desk-writes")
        self._is_loading = False
        self._is_stale = False
        self._rested_at = 0.0
        self._said: dict[str, float] = {}
        self._asked: tuple[str | None, int] = (None, 0)
        self._moving = 0
        self._turning: Worker[None] | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way that moves what is at hand: the next key may act on it."""
        return not self._moving and (self._turning is None or self._turning.is_finished)

    def on_mount(self) -> None:
        """Show the first page at once, then start everything that goes on.

        What changed until now is passed over first: what changes while the page is read is not.
        """
        self.ask(self.desk.threads.wake_snoozed, 0)
        self.ask(self.desk.threads.changes, None)
        self.overview = self.ask(lambda: self.desk.threads.overview(self.brand), self.overview)
        view = self.view
        first = self.ask(
            lambda: self.desk.threads.ids(view.filter, view.sort, self.brand, FIRST_PAGE), None
        )
        if first is not None:
            self.threads.put(first.ids, whole=first.is_whole, keep=False)
            self._is_stale = not first.is_whole
        self.set_panes()
        self.set_focus(self.threads)
        self.paint_all()
        self.set_interval(1.0, self.tick)
        self.set_interval(FEED_EVERY, self.poll)
        self.set_interval(SEEN_EVERY, self.tell_seen)
        self.tell_seen()

    def end_threads(self) -> None:
        """Wait until no thread uses the desk any more; what was asked for is done to its end."""
        self._reader.shutdown(wait=False, cancel_futures=True)
        self.desk.threads.give_up()
        self._writer.shutdown()
        self._reader.shutdown()

    # asking and doing

    def complain(self, error: Exception, about: str = "") -> None:
        """Say what went wrong, about whom, and what to do; the same not more often than in 10 s."""
        if isinstance(error, CareError):
            what, hint = error.what, error.hint
        else:
            _log.error("unexpected", exc_info=error)
            what = _("Something went wrong: {kind}.").format(kind=type(error).__name__)
            hint = _("Nothing you typed was lost. Details are in the log.")
        what = concerning(about, what)
        now = time.monotonic()
        if now - self._said.get(what, -10.0) < 10:
            return
        self._said = {text: at for text, at in self._said.items() if now - at < 10} | {what: now}
        toast(self.app, hint or " ", title=what, severity="error")

    def say(self, text: str) -> None:
        """Say something in passing."""
        if text:
            toast(self.app, text, severity="information")

    def ask(self, read: Callable[[], T], default: D, about: str = "") -> T | D:
        """Read something quick from the desk, about a person; `default` when it cannot be read."""
        try:
            return read()
        except Exception as error:  # noqa: BLE001  whatever the desk raises is told, not thrown
            self.complain(error, about)
            return default

    def hand_to_writer(self, deed: Callable[[], T]) -> Future[T] | None:
        """Have something done at the desk, after what was asked for before.

        It is done even if the inbox is left at once; None where the inbox has ended.
        """
        try:
            return self._writer.submit(deed)
        except RuntimeError:  # the executor takes nothing more
            return None

    def do(
        self,
        deed: Callable[[], T],
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[], None] | None = None,
        about: str = "",
    ) -> None:
        """Do something at the desk, after what was asked for before, then show what changed.

        `about` is the person named where it goes wrong.
        """
        future = self.hand_to_writer(deed)
        if future is not None:
            self._follow(future, then, otherwise, about)
        elif otherwise is not None:
            otherwise()

    @work(group="deeds", exit_on_error=False)
    async def _follow(
        self,
        future: Future[T],
        then: Callable[[T], None] | None,
        otherwise: Callable[[], None] | None,
        about: str,
    ) -> None:
        try:
            result = await asyncio.wrap_future(future)
        except Exception as error:  # noqa: BLE001  likewise
            self.complain(error, about)
            if otherwise is not None:
                otherwise()
        else:
            if then is not None:
                then(result)
        self.poll()

    def submit(self, command: Command) -> None:
        """Submit a command, and say about whom it was; what ends a wait leaves the thread."""
        thread, name = command.thread, self.name_of(command.thread)
        ends = isinstance(command, ENDING)

        def told(receipt: Receipt) -> None:
            if receipt.said:
                self.say(concerning(name, receipt.said))
            if ends:
                self.leave_thread(thread)

        then, otherwise = self.moving(told) if ends else (told, None)
        self.do(lambda: self.desk.commands.submit(command), then, otherwise, name)

    def moving(
        self, then: Callable[[T], None], otherwise: Callable[[], None] | None = None
    ) -> tuple[Callable[[T], None], Callable[[], None]]:
        """Both ends of a deed that moves what is at hand: keys wait for it, however fast typed."""
        self._moving += 1

        def done(result: T) -> None:
            self._moving -= 1
            then(result)

        def failed() -> None:
            self._moving -= 1
            if otherwise is not None:
                otherwise()

        return done, failed

    # what is at hand

    def _rows(self, ids: Sequence[ThreadId]) -> dict[ThreadId, ThreadRow]:
        return self.ask(lambda: self.desk.threads.rows(ids, self.view.filter), {})

    @property
    def at_hand(self) -> ThreadId | None:
        """The thread commands are about: the open one while it has the keys, else the cursor's."""
        if self.context in ("thread", "compose") and self.opened is not None:
            return self.opened.row.id
        return self.threads.thread

    def name_of(self, thread: ThreadId) -> str:
        """The person of a thread, as messages about them name them."""
        row = self.threads.row(thread)
        return (steady(row.author) if row is not None else "") or _("(no name)")

    def row_at_hand(self) -> ThreadRow | None:
        """Its row."""
        thread = self.at_hand
        return self.threads.row(thread) if thread is not None else None

    def talk_of(self, thread: ThreadId) -> Conversation | None:
        """A thread's conversation, the open one when it is that."""
        if self.opened is not None and self.opened.row.id == thread:
            return self.opened
        return self.ask(lambda: self.desk.conversations.conversation(thread), None)

    def message_of(self, talk: Conversation) -> MessageView | None:
        """The message commands are about: under the cursor, else the newest of the contact."""
        if self.context != "list" and self.message is not None:
            for message in talk.messages:
                if message.id == self.message:
                    return message
        inbound = [one for one in talk.messages if one.direction is Direction.INBOUND]
        return inbound[-1] if inbound else None

    def link_at_hand(self) -> str:
        """The link of the message commands are about, empty when it has none."""
        thread = self.at_hand
        talk = self.talk_of(thread) if thread is not None else None
        if talk is None:
            return ""
        message = self.message_of(talk)
        link = message.permalink if message is not None else ""
        return link or (talk.post.permalink if talk.post is not None else "")

    # the list

    def ids_of(self, view: ListView, brand: str, limit: int | None = None) -> ThreadIds:
        """The threads of a view, in a reading thread; of one that names them, all of those."""
        if view.threads is not None:
            return ThreadIds(view.threads, True)
        return self.desk.threads.ids(view.filter, view.sort, brand, limit)

    def still_in(self, view: ListView, ids: Sequence[ThreadId], brand: str) -> set[ThreadId]:
        """Those of `ids` that the view takes in."""
        if view.threads is not None:
            return {*ids} & {*view.threads}
        return self.desk.threads.matching(view.filter, ids, brand)

    def show_view(
        self,
        view: ListView,
        *,
        brand: str | None = None,
        failed: Callable[[CareError], None] | None = None,
    ) -> None:
        """Show another view, once it is known to be readable; keys typed meanwhile act on it."""
        if self.context == "thread":
            self.focus_on(self.threads)
        self._turning = self._turn_to_view(view, brand, failed)

    @work(group="view", exclusive=True, exit_on_error=False)
    async def _turn_to_view(
        self, view: ListView, brand: str | None, failed: Callable[[CareError], None] | None
    ) -> None:
        loop = asyncio.get_running_loop()
        of = self.brand if brand is None else brand
        self.desk.threads.give_up()
        try:
            first = await loop.run_in_executor(
                self._reader, lambda: self.ids_of(view, of, FIRST_PAGE)
            )
        except CareError as error:
            (failed or self.complain)(error)
            return
        except Exception as error:  # noqa: BLE001  likewise
            self.complain(error)
            return
        if view.asks != self.view.asks:
            self.last_view = self.view
        before, self.view, self.brand = (self.view, self.brand), view, of
        self.look_for()
        self.threads.put(first.ids, whole=first.is_whole, keep=False)
        self._is_stale = not first.is_whole
        self._rested_at = 0.0
        self.view_shown(*before)
        if of == before[1]:
            self.paint_side()
        else:
            self.refresh_overview()
        self.paint_title()
        self.call_after_refresh(self.poll)

    def look_for(self) -> None:
        """Mark what the view searches for, and say what an empty list means."""
        self.wanted = phrases(parse_filter(self.view.filter)) if self.view.threads is None else ()
        self.threads.look_for(self.wanted)
        found = self.overview, self.view
        self.threads.empty = empty_words(*found, is_search=bool(self.wanted))

    def view_shown(self, before: ListView, brand: str) -> None:
        """Another view is shown than before."""

    @work(group="order", exit_on_error=False)
    async def reload(self) -> None:
        """Read the whole order again, the cursor staying on its thread."""
        if self._is_loading:
            self._is_stale = True
            return
        self._is_loading, self._is_stale = True, False
        view, brand, began = self.view, self.brand, time.monotonic()
        under, near = self.threads.thread, self.threads.cursor

        def read() -> tuple[array[int], int | None]:
            ids = array("q", self.ids_of(view, brand).ids)
            return ids, place_of(ids, under, near) if under is not None else None

        try:
            ids, at = await asyncio.get_running_loop().run_in_executor(self._reader, read)
        except GivenUp:
            self._is_stale = True
        except Exception as error:  # noqa: BLE001  likewise
            self.complain(error)
        else:
            if (view, brand) == (self.view, self.brand):
                self.threads.put(ids, whole=True, at=at)
                self.paint_title()
                now = time.monotonic()
                self._rested_at = now + REST * (now - began) if now - began > 0.02 else now
            else:
                self._is_stale = True
        finally:
            self._is_loading = False

    @work(group="first", exclusive=True, exit_on_error=False)
    async def freshen(self) -> None:
        """Bring the first page up to date, and leave the rest until the order is read again."""
        view, brand, old = self.view, self.brand, self.threads.ids

        def read() -> array[int]:
            first = self.ids_of(view, brand, FIRST_PAGE)
            return array("q", first.ids) if first.is_whole else ahead(first.ids, old)

        try:
            ids = await asyncio.get_running_loop().run_in_executor(self._reader, read)
        except Exception as error:  # noqa: BLE001  likewise
            self.complain(error)
            return
        if (view, brand) == (self.view, self.brand) and self.threads.ids is old:
            self.threads.put(ids, whole=self.threads.is_whole)
            self.paint_title()

    # the feed

    def tick(self) -> None:
        """A second went by: a snooze may have ended, and whoever became pressing moves up."""
        self.ask(self.desk.threads.wake_snoozed, 0)
        now, known = self.now(), self.overview
        is_passed = known.next_breach is not None and now >= known.next_breach
        is_pressing = known.next_pressing is not None and now >= known.next_pressing
        if is_passed or is_pressing:
            self.refresh_overview()
        if is_pressing:
            self._is_stale = True
            self.freshen()
        super().tick()

    def poll(self) -> None:
        """See what changed; changes never move the cursor and never take the keys."""
        changed = self.ask(self.desk.threads.changes, set[ThreadId]())
        if changed is None or changed:
            self.noticed(changed)
            self.threads.renew(changed)
            self._is_stale = self._is_stale or changed is None or any(changed)
            if changed:
                view = self.view
                shown = [one for one in self.threads.shown() if one in changed]
                if shown:
                    still = self.ask(lambda: self.still_in(view, shown, self.brand), set(shown))
                    self.threads.without({one for one in shown if one not in still})
            if self.opened is not None and (changed is None or self.opened.row.id in changed):
                self.reopen()
            self.refresh_overview()
            self.paint_title()
        if self._is_stale and not self._is_loading and time.monotonic() >= self._rested_at:
            self.reload()
        elif changed is None or changed:
            self.freshen()

    def noticed(self, changed: set[ThreadId] | None) -> None:
        """Threads changed; None: too many to say."""

    def refresh_overview(self) -> None:
        """Read the counts again, and say so when a colleague's note asks for me."""
        self.overview = self.ask(lambda: self.desk.threads.overview(self.brand), self.overview)
        found = self.overview, self.view
        self.threads.empty = empty_words(*found, is_search=bool(self.wanted))
        before, self._asked = self._asked, (self.brand, mentioned(self.overview))
        if before[0] == self.brand and self._asked[1] > before[1]:
            self.say(_("A colleague mentioned you in a note: see Mentioned."))
        self.paint_top()
        self.paint_side()

    def tell_seen(self) -> None:
        """Tell colleagues that I am here, and read how the engine and they are."""
        doing = ""
        if self.opened is not None and self.context in ("thread", "compose"):
            doing = ("✎ " if self.writing else "") + self.opened.contact.name
        self.do(lambda: self.desk.threads.seen(doing), lambda _: self.refresh_overview())

    # the open thread

    def open_thread(self, thread: ThreadId) -> bool:
        """Show a thread's conversation; False when there is none."""
        talk = self.ask(lambda: self.desk.conversations.conversation(thread), None)
        if talk is None:
            return False
        self.opened = talk
        self.focus_on(self.talk)
        self.show_hand()
        self.paint_talk()
        self.light_message(self._answer_first(talk))
        self.call_after_refresh(self._to_newest)
        return True

    def _answer_first(self, talk: Conversation) -> MessageId | None:
        found = [one for one in talk.messages if hits(one.searched, self.wanted)]
        if found:
            return found[-1].id
        waiting = [one for one in talk.messages if one.is_unanswered]
        chosen = waiting or [one for one in talk.messages if one.direction is Direction.INBOUND]
        return chosen[-1].id if chosen else None

    def _to_newest(self) -> None:
        self.paint_talk()
        self.talk.to_end()
        self.light_message(self.message)

    def reopen(self) -> None:
        """Read the open thread again after it changed; stay at the end if the end was in sight."""
        if self.opened is None:
            return
        thread = self.opened.row.id
        talk = self.ask(lambda: self.desk.conversations.conversation(thread), None)
        if talk is None:
            return
        was_at_end = self.talk.is_vertical_scroll_end
        self.opened = talk
        self.paint_talk()
        self.light_message(self.message)
        self.paint_pane()
        if was_at_end:
            self.call_after_refresh(self.talk.to_end)

    def close_thread(self) -> None:
        """Back to the list."""
        self.focus_on(self.threads)

    def leave_thread(self, thread: ThreadId) -> None:
        """A thread is done with: it is open no more, and the cursor goes on from it.

        Whatever else is open or under the cursor by now stays so.
        """
        if self.opened is not None and self.opened.row.id == thread:
            self.opened = self.message = None
            self.paint_talk()
            if self.context in ("thread", "compose"):
                self.close_thread()
        if self.threads.thread == thread:
            self.threads.move(1)
        self.show_hand()
