"""What commands are about: the marked threads, else the one under the cursor or open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from carecli.desk.threads.rows import ThreadRow
from carecli.domain.figures import number
from carecli.domain.model import ThreadId
from carecli.i18n import _, ngettext
from carecli.tui.inbox.bars import threads as count_of
from carecli.tui.inbox.conversation_pane import ConversationPane
from carecli.tui.inbox.desk_runner import DeskRunner, StartWork
from carecli.tui.inbox.list_ids import between, members
from carecli.tui.inbox.marks import Marks
from carecli.tui.inbox.outcome_words import concerning
from carecli.tui.inbox.pane_layout import PaneLayout
from carecli.tui.inbox.view_store import ViewStore
from carecli.tui.style.cells import cut, steady
from carecli.tui.widgets.thread_list import ThreadList

NAME_WIDTH = 28
"""Cells of a person's name in the title of a window."""


@dataclass(frozen=True, slots=True)
class Targets:
    """The threads a command is about: those marked, or the one under the cursor or open."""

    threads: Sequence[ThreadId]
    is_marked: bool = False


class Selection:
    """The cursor's thread, the marks on the list, and how messages name them."""

    def __init__(
        self,
        runner: DeskRunner,
        start: StartWork,
        views: ViewStore,
        threads: ThreadList,
        conversation: ConversationPane,
        layout: PaneLayout,
        *,
        marks_changed: Callable[[], None],
    ) -> None:
        self.marks = Marks()
        self._runner = runner
        self._start = start
        self._views = views
        self._threads = threads
        self._conversation = conversation
        self._layout = layout
        self._marks_changed = marks_changed
        self._order: object = None

    # the thread

    @property
    def thread(self) -> ThreadId | None:
        """The open thread while it has the keys, else the one under the list's cursor."""
        if self._layout.is_in_thread and self._conversation.opened is not None:
            return self._conversation.thread
        return self._threads.thread

    @property
    def row(self) -> ThreadRow | None:
        """Its row."""
        thread = self.thread
        return self._threads.row(thread) if thread is not None else None

    @property
    def link(self) -> str:
        """The link of the message commands are about, empty when it has none."""
        thread = self.thread
        conversation = self._conversation.of(thread) if thread is not None else None
        if conversation is None:
            return ""
        message = self._conversation.message_of(conversation)
        link = message.permalink if message is not None else ""
        return link or (conversation.post.permalink if conversation.post is not None else "")

    def name_of(self, thread: ThreadId) -> str:
        """The person of a thread, as messages about them name them."""
        row = self._threads.row(thread)
        return (steady(row.author) if row is not None else "") or _("(no name)")

    def titled(self, threads: Sequence[ThreadId], title: str) -> str:
        """The title of a window, after the person it acts on, or after how many threads."""
        if len(threads) == 1:
            return concerning(cut(self.name_of(threads[0]), NAME_WIDTH), title)
        return concerning(count_of(len(threads)), title)

    def targets(self) -> Targets | None:
        """What commands are about now; None when there is no thread."""
        if self._layout.context == "list" and self.marks.all:
            marked = members(self._threads.ids, self.marks.all)
            return Targets(marked, is_marked=True) if marked else None
        thread = self.thread
        return Targets((thread,)) if thread is not None else None

    # marks

    def show_marks(self) -> None:
        """Paint what is marked, and how many are; a range reaches to the cursor."""
        if self.marks.anchor is not None:
            span = between(self._threads.ids, self.marks.anchor, self._threads.cursor)
            if span:
                self.marks.stretch(span)
            else:
                self.marks.fix()
        self._threads.mark(self.marks.all)
        self._marks_changed()

    def clear_marks(self) -> None:
        """Unmark all."""
        if self.marks.all:
            self.marks.clear()
            self.show_marks()

    def mark_all(self, *, again: bool = False) -> None:
        """Mark all that the filter takes in, also what is not loaded; or the last marks of it."""
        self._start(partial(self._mark_all, again=again), group="marks", exclusive=True)

    async def _mark_all(self, *, again: bool) -> None:
        views, last = self._views, self.marks.last
        view, brand = views.current, views.brand

        def read() -> list[ThreadId]:
            if again:
                return [*views.matching(view, sorted(last), brand)]
            return list(views.ids(view, brand).ids)

        try:
            ids = await self._runner.read(read)
        except Exception as error:  # noqa: BLE001  shown, not raised
            self._runner.complain(error)
            return
        if (view, brand) == (views.current, views.brand):
            if not again:
                self._threads.put(ids, whole=True)
            self.marks.take(ids)
            self.show_marks()

    def drop_gone_marks(self) -> None:
        """Unmark threads that left the list."""
        threads = self._threads
        if self.marks.all and threads.is_whole and threads.ids is not self._order:
            self._order = threads.ids
            self.marks.keep(threads.ids)
            threads.mark(self.marks.all)

    @property
    def note(self) -> str:
        """How many threads are marked, empty for none."""
        marked = len(self.marks.all)
        count = ngettext("{n} marked", "{n} marked", marked).format(n=number(marked))
        return count if marked else ""
