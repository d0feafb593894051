"""The inbox as a Textual screen: it hands keys, clicks and messages to the parts."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.worker import Worker, WorkerState

from carecli.desk.services import InboxServices
from carecli.tui.commands import run
from carecli.tui.commands.context import CommandContext
from carecli.tui.inbox.alerts import LOOK_EVERY
from carecli.tui.inbox.change_poller import POLL_EVERY, SEEN_EVERY
from carecli.tui.inbox.composer import CLAIM_EVERY
from carecli.tui.inbox.drafts import RETRY_EVERY
from carecli.tui.inbox.extension import ScreenExtension
from carecli.tui.inbox.parts import Host, InboxParts
from carecli.tui.keys.matcher import key_name
from carecli.tui.settings import Settings
from carecli.tui.style.content import Painter
from carecli.tui.widgets.board import LineClicked
from carecli.tui.widgets.composer import TypingPaused
from carecli.tui.widgets.thread_list import ThreadClicked


class InboxScreen(Screen[None]):
    """The panes, always mounted; folded below 120 columns."""

    AUTO_FOCUS = None

    def __init__(
        self, desk: InboxServices, settings: Settings, extension: ScreenExtension | None = None
    ) -> None:
        """`desk` is asked for everything; `extension` stands beside the panes."""
        super().__init__(classes="extended" if extension is not None else None)
        host = Host(
            app=lambda: self.app,
            focused=lambda: self.focused,
            set_focus=self.set_focus,
            start=self.start_work,
            after_refresh=self.call_after_refresh,
        )
        self._desk = desk
        self.parts = InboxParts(host, desk, settings, extension, run)
        self._extension = extension

    @property
    def context(self) -> CommandContext:
        """The parts that commands use."""
        return self.parts.context

    @property
    def painter(self) -> Painter:
        """Who paints the inbox, and its windows."""
        return self.parts.preferences.painter

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way that moves cursor or focus: the next key may act on it."""
        return self.parts.is_settled

    # start and end

    def compose(self) -> ComposeResult:
        """All panes, mounted for good."""
        extension = self._extension
        if extension is None:
            yield from self.parts.widgets.compose(None, None)
        else:
            yield from self.parts.widgets.compose(extension.side_panel, extension.bottom_panel)

    def on_mount(self) -> None:
        """Show the first page at once, then start everything that goes on."""
        parts = self.parts
        parts.poller.skip()
        parts.views.read_overview()
        parts.loader.load_first_page()
        parts.place()
        self.set_focus(parts.threads)
        parts.paint_all()
        self.set_interval(1.0, parts.tick)
        self.set_interval(POLL_EVERY, parts.poller.poll)
        self.set_interval(SEEN_EVERY, parts.poller.report_presence)
        parts.poller.report_presence()
        self.call_after_refresh(parts.views.count_saved)
        self.call_after_refresh(parts.macros.load)
        if parts.alerts.is_configured:
            self.call_after_refresh(parts.alerts.look)
            self.set_interval(LOOK_EVERY, parts.alerts.look)
        self.set_interval(RETRY_EVERY, parts.drafts.retry)
        self.set_interval(CLAIM_EVERY, parts.composer.renew_claim)
        parts.runner.say(parts.preferences.settings.greeting)
        if self._extension is not None:
            self._extension.start(self.set_interval)

    def on_unmount(self) -> None:
        """Tell the extension."""
        if self._extension is not None:
            self._extension.stop()

    def start_work(
        self, work: Callable[[], Coroutine[Any, Any, None]], *, group: str, exclusive: bool = False
    ) -> Worker[None]:
        """Run a coroutine in the background; what it raises is shown."""
        return self.run_worker(work, group=group, exclusive=exclusive, exit_on_error=False)

    def keep_written(self) -> None:
        """Hand what is being written to whoever keeps drafts."""
        self.parts.composer.keep_draft()

    def save_now(self) -> None:
        """Write all drafts before returning; raises CareError where that cannot be."""
        self.keep_written()
        self.parts.drafts.save_now()

    def end(self) -> None:
        """The inbox has ended: no thread uses the desk any more, and all drafts are written.

        Raises CareError where a draft cannot be written.
        """
        self.parts.runner.end()
        self.save_now()

    # focus and size

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Give a widget the keys, by key or by mouse, and show at once whom they act on now.

        A conversation that is not there has none to give.
        """
        parts = self.parts
        if widget is parts.widgets.board and parts.conversation.opened is None:
            widget = parts.threads
        super().set_focus(widget, scroll_visible, from_app_focus)
        parts.show_target()

    def on_resize(self) -> None:
        """A new size: panes, then all lines."""
        self.parts.place()
        self.parts.paint_all()

    # keys and mouse

    def on_key(self, event: events.Key) -> None:
        """Find the command of the keys pressed; what is none goes on to whoever has the focus."""
        extension, filter_bar = self._extension, self.parts.filter_bar
        is_done = extension is not None and extension.press(event.key, event.character)
        if not is_done and filter_bar.has_focus:
            is_done = filter_bar.press_key(event.key)
        elif not is_done:
            self._press(key_name(event.key, event.character), event)
            return
        if is_done:
            event.stop()
            event.prevent_default()

    def _press(self, key: str, event: Message) -> None:
        if self.parts.keys.press(key):
            event.stop()
            event.prevent_default()

    def on_line_clicked(self, event: LineClicked) -> None:
        """The mouse on the left pane, the top bar, the conversation or the hint bar."""
        parts = self.parts
        if event.board == "side":
            view = parts.side.view_at(event.line)
            if view is not None:
                parts.side.cursor = event.line
                parts.loader.show_view(view)
                parts.layout.focus_list()
        elif event.board == "talk":
            parts.conversation.select_line(event.line)
        elif event.board == "foot" and not parts.filter_bar.has_focus:
            for key in parts.lines.keys_at(event.cell):
                self._press(key, event)
        elif event.board == "top":
            run(self.context, "view.brand")

    def on_thread_clicked(self, event: ThreadClicked) -> None:
        """The mouse on the list: a second click opens."""
        if event.again:
            self.parts.conversation.open(event.thread)
        else:
            self.parts.conversation.paint_head()

    # messages

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something is typed as a filter."""
        if event.input is self.parts.filter_bar.line:
            self.parts.filter_bar.typed(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A filter was typed to its end."""
        if event.input is self.parts.filter_bar.line:
            self.parts.filter_bar.submit(event.value)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Something is written in the reply pane."""
        self.parts.composer.typed(event.text_area.text)

    def on_typing_paused(self, event: TypingPaused) -> None:
        """Keep the draft whenever typing pauses."""
        event.stop()
        self.parts.composer.keep_draft()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A worker that failed ends nothing; its error is shown."""
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, Exception):
            self.parts.runner.complain(event.worker.error)
