"""Looks for what changed at the desk, and brings list, conversation and counts up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from carecli.desk.services import InboxServices
from carecli.domain.model import ThreadId
from carecli.tui.inbox.conversation_pane import ConversationPane
from carecli.tui.inbox.desk_runner import DeskRunner
from carecli.tui.inbox.list_loader import ListLoader
from carecli.tui.inbox.pane_layout import PaneLayout
from carecli.tui.inbox.view_store import ViewStore
from carecli.tui.widgets.thread_list import ThreadList

POLL_EVERY = 0.25
"""Seconds between two looks at what changed."""

SEEN_EVERY = 30.0
"""Seconds between two signs of life for the colleagues."""

Notice = Callable[[set[ThreadId] | None], None]
"""Called with the threads that changed, None for too many to say."""


class ChangePoller:
    """Changes never move the cursor and never take the keys."""

    def __init__(
        self,
        desk: InboxServices,
        runner: DeskRunner,
        views: ViewStore,
        loader: ListLoader,
        threads: ThreadList,
        conversation: ConversationPane,
        layout: PaneLayout,
        *,
        listeners: Sequence[Notice],
        list_changed: Callable[[], None],
        is_writing: Callable[[], bool],
    ) -> None:
        """`listeners` are told first; `list_changed`: paint the line above the list."""
        self._desk = desk
        self._runner = runner
        self._views = views
        self._loader = loader
        self._threads = threads
        self._conversation = conversation
        self._layout = layout
        self._listeners = listeners
        self._list_changed = list_changed
        self._is_writing = is_writing

    def skip(self) -> None:
        """Pass over what changed until now: it is about to be read."""
        self._runner.ask(self._desk.threads.changes, None)

    def poll(self) -> None:
        """Read again what changed."""
        changed = self._runner.ask(self._desk.threads.changes, set[ThreadId]())
        if changed is None or changed:
            for notice in self._listeners:
                notice(changed)
            self._threads.renew(changed)
            if changed is None or any(changed):
                self._loader.mark_stale()
            if changed:
                self._loader.remove_gone(changed)
            if changed is None or self._conversation.thread in changed:
                self._conversation.reopen()
            self._views.refresh_overview()
            self._list_changed()
        self._loader.catch_up(is_changed=changed is None or bool(changed))

    def tick(self) -> None:
        """A second went by: a snooze may have ended, and whoever became pressing moves up."""
        self._runner.ask(self._desk.threads.wake_snoozed, 0)
        now, overview = self._desk.now(), self._views.overview
        is_passed = overview.next_breach is not None and now >= overview.next_breach
        is_pressing = overview.next_pressing is not None and now >= overview.next_pressing
        if is_passed or is_pressing or overview.is_starting:
            self._views.refresh_overview()
        if is_pressing:
            self._loader.mark_stale()
            self._loader.freshen()

    def report_presence(self) -> None:
        """Tell colleagues that I am here, and read how the engine and they are."""
        activity = ""
        conversation = self._conversation.opened
        if conversation is not None and self._layout.is_in_thread:
            activity = ("✎ " if self._is_writing() else "") + conversation.contact.name
        self._runner.do(
            lambda: self._desk.threads.seen(activity), lambda _: self._views.refresh_overview()
        )
