"""The parts of the inbox, made and connected: what one of them does that others must follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual.app import App
from textual.widget import Widget

from carecli.desk.services import InboxServices
from carecli.desk.threads.rows import ThreadRow
from carecli.domain.model import ThreadId
from carecli.tui.commands.context import CommandContext, ScreenActions
from carecli.tui.inbox.alerts import AlertWatcher
from carecli.tui.inbox.bars import ListView
from carecli.tui.inbox.batches import BatchRunner, BatchSends
from carecli.tui.inbox.change_poller import ChangePoller
from carecli.tui.inbox.composer import Composer, ComposerActions
from carecli.tui.inbox.conversation_pane import ConversationPane
from carecli.tui.inbox.desk_runner import DeskRunner, StartWork
from carecli.tui.inbox.drafts import DraftKeeper
from carecli.tui.inbox.extension import ScreenExtension
from carecli.tui.inbox.filter_line import FilterBar
from carecli.tui.inbox.key_input import KeyInput
from carecli.tui.inbox.list_loader import ListLoader
from carecli.tui.inbox.macros import MacroRecorder
from carecli.tui.inbox.pane_layout import PaneLayout
from carecli.tui.inbox.preferences import Preferences
from carecli.tui.inbox.selection import Selection
from carecli.tui.inbox.sent_replies import SentReplies
from carecli.tui.inbox.side_pane import SidePane
from carecli.tui.inbox.status_lines import StatusLines
from carecli.tui.inbox.view_store import ViewStore
from carecli.tui.inbox.widgets import InboxWidgets
from carecli.tui.settings import Settings
from carecli.tui.style.content import Severity, toast
from carecli.tui.style.theme import Palette
from carecli.tui.terminal.driver import write_sequence


@dataclass(frozen=True, slots=True)
class Host:
    """What the parts need of Textual; the screen gives it.

    `after_refresh` calls something once the screen has been laid out.
    """

    app: Callable[[], App[object]]
    focused: Callable[[], Widget | None]
    set_focus: Callable[[Widget], None]
    start: StartWork
    after_refresh: Callable[[Callable[[], None]], Any]


class InboxParts:
    """Makes the parts, and carries what happens in one of them to the others."""

    def __init__(
        self,
        host: Host,
        desk: InboxServices,
        settings: Settings,
        extension: ScreenExtension | None,
        run: Callable[[CommandContext, str], None],
    ) -> None:
        """`extension` stands beside the panes; `run` does a command by its id."""
        self._host = host
        self._desk = desk
        self._run = run
        self.extension = extension
        self.preferences = preferences = Preferences(settings)
        self.runner = runner = DeskRunner(
            host.start,
            self._toast,
            after_write=self._poll,
            give_up=desk.threads.give_up,
        )
        self.widgets = widgets = InboxWidgets(
            preferences.painter, settings, self._read_rows, desk.now, desk.me
        )
        self.threads = threads = widgets.threads
        name = settings.name or desk.me
        self._make_list(name)
        self.conversation = ConversationPane(
            widgets.head,
            widgets.board,
            desk,
            runner,
            preferences,
            self.layout,
            self,
            searched=lambda: self.views.searched,
            selected=lambda: threads.thread,
            after_refresh=host.after_refresh,
        )
        self.selection = Selection(
            runner,
            host.start,
            self.views,
            threads,
            self.conversation,
            self.layout,
            marks_changed=self._marks_changed,
        )
        self._make_writers(name)
        self.alerts = AlertWatcher(
            desk,
            runner,
            host.start,
            settings.alerts,
            settings.zone,
            write=lambda text: write_sequence(host.app(), text),
        )
        self.poller = ChangePoller(
            desk,
            runner,
            self.views,
            self.loader,
            threads,
            self.conversation,
            self.layout,
            listeners=(self.alerts.notice, self.sent_replies.notice),
            list_changed=self._paint_title,
            is_writing=lambda: self.composer.is_writing,
        )
        self.keys = KeyInput(
            preferences,
            context=lambda: self.layout.context,
            run=self._run_command,
            changed=self._paint_foot,
        )
        self.lines = StatusLines(
            widgets.top,
            widgets.title_bar,
            widgets.foot,
            desk,
            preferences,
            self.layout,
            self.views,
            threads,
            self.conversation,
            self.selection,
            self.batches,
            self.macros,
            self.keys,
            name,
        )
        self.context = self._make_context()
        if extension is not None:
            self.views.brand = extension.brand
            extension.attach(self.context)

    def _make_list(self, name: str) -> None:
        """The layout, the views, the left pane, and what fills the list."""
        host, widgets = self._host, self.widgets
        self.layout = PaneLayout(
            side=widgets.side,
            threads=widgets.threads,
            board=widgets.board,
            text=widgets.text,
            middle=widgets.middle,
            right=widgets.right,
            compose_box=widgets.compose_box,
            size=lambda: host.app().size,
            focused=host.focused,
            set_focus=host.set_focus,
            is_writing=lambda: self.composer.is_writing,
            focus_moved=self._focus_moved,
        )
        self.views = ViewStore(
            self._desk,
            self.runner,
            host.start,
            overview_changed=self._overview_changed,
            saved_changed=self._paint_side,
        )
        self.side = SidePane(
            widgets.side,
            self.views,
            name,
            self._desk.now,
            width=lambda: self.layout.widths.side,
            has_focus=lambda: host.focused() is widgets.side,
        )
        self.loader = ListLoader(
            self.runner,
            host.start,
            self.views,
            widgets.threads,
            before_show=self._before_show,
            view_shown=self._view_shown,
            list_changed=self._paint_title,
            after_show=lambda: host.after_refresh(self.poller.poll),
            give_up=self._desk.threads.give_up,
        )
        self.filter_bar = FilterBar(
            widgets.filter_line,
            widgets.filter_below,
            self._desk,
            self.runner,
            self.views,
            self.loader,
            self.layout,
            focused=host.focused,
            set_focus=host.set_focus,
            closed=self._paint_foot,
        )

    def _make_writers(self, name: str) -> None:
        """Batches, macros, drafts, and the reply pane."""
        desk, runner, start = self._desk, self.runner, self._host.start
        self.macros = MacroRecorder(desk, runner, self.preferences, changed=self._paint_foot)
        self.batch_sends = BatchSends(desk, runner, self.preferences)
        self.batches = BatchRunner(
            desk,
            runner,
            start,
            self.selection,
            self.preferences,
            self.batch_sends,
            leave=self.leave_thread,
            record=self.macros.record_made,
            progressed=self._paint_title,
            refresh=self._poll,
            show_window=self._show_window,
        )
        self.drafts = DraftKeeper(desk, runner, start, saved=self._poll)
        self.sent_replies = SentReplies(desk, runner, self.preferences, name)
        self.composer = Composer(
            self.widgets.text,
            self.widgets.reply_head,
            desk,
            runner,
            self.preferences,
            self.layout,
            self.conversation,
            self.selection,
            self.drafts,
            self.sent_replies,
            ComposerActions(
                submit=self.batches.submit,
                record=self.macros.record,
                leave=self.leave_thread,
                show_window=self._show_window,
                open_url=lambda link: self._host.app().open_url(link),
            ),
        )

    def _make_context(self) -> CommandContext:
        return CommandContext(
            desk=self._desk,
            runner=self.runner,
            preferences=self.preferences,
            layout=self.layout,
            views=self.views,
            loader=self.loader,
            threads=self.threads,
            side=self.side,
            conversation=self.conversation,
            selection=self.selection,
            batches=self.batches,
            drafts=self.drafts,
            composer=self.composer,
            macros=self.macros,
            alerts=self.alerts,
            filter_bar=self.filter_bar,
            keys=self.keys,
            screen=ScreenActions(
                learn=self._learn,
                leave=self._leave,
                paint_all=self.paint_all,
                recolour=self.recolour,
                app=self._host.app,
                start=self._host.start,
            ),
        )

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way that moves cursor or focus: the next key may act on it."""
        return self.runner.is_settled and self.loader.is_settled and self.batches.is_settled

    # Textual

    def _toast(self, text: str, *, title: str = "", severity: Severity) -> None:
        toast(self._host.app(), text, title=title, severity=severity)

    def _show_window(self, window: Any, answered: Callable[[Any], None] | None = None) -> None:
        self._host.app().push_screen(window, answered)

    def _read_rows(self, ids: Sequence[ThreadId]) -> dict[ThreadId, ThreadRow]:
        return self.runner.ask(lambda: self._desk.threads.rows(ids, self.views.current.filter), {})

    def _run_command(self, command: str) -> None:
        """Do a command that was asked for by key, and show what it is about now."""
        self._run(self.context, command)
        self.conversation.paint_head()
        self.lines.paint_foot()
        if self.selection.marks.anchor is not None:
            self.selection.show_marks()

    def _poll(self) -> None:
        self.poller.poll()

    # painting

    def _paint_title(self) -> None:
        self.lines.paint_title()

    def _paint_foot(self) -> None:
        self.lines.paint_foot()

    def _paint_side(self) -> None:
        self.side.paint()

    def show_target(self) -> None:
        """Light what keys act on: the cursor of the list, or the head of the conversation."""
        thread = self.conversation.thread
        is_open = self.layout.is_in_thread
        if is_open and thread is not None:
            self.threads.move_onto(thread)
        is_lit = self.layout.context == "list" and not self.filter_bar.has_focus
        self.threads.light(on=is_lit)
        self.threads.show_open(thread)
        self.widgets.head.set_surface("select" if is_open else "head")
        self.conversation.paint_head()
        self.lines.paint_foot()

    def paint_all(self) -> None:
        """Paint every line around the list."""
        self.lines.paint_top()
        self.side.paint()
        self.lines.paint_title()
        self.conversation.paint()
        self.composer.paint()
        self.lines.paint_foot()
        if self.extension is not None:
            self.extension.paint()

    def place(self) -> None:
        """Show and size the panes, and the panels of the extension."""
        if self.extension is not None:
            self.layout.reserved = self.extension.place(self.layout.columns)
        self.layout.place()

    def recolour(self, palette: Palette) -> None:
        """Change to another palette."""
        self.preferences.use_palette(palette)
        self.widgets.repaint(self.preferences.painter)
        if self.extension is not None:
            self.extension.recolour()
        self._host.app().theme = palette.name

    def tick(self) -> None:
        """A second went by: repaint what counts down."""
        self.poller.tick()
        self.lines.paint_top()
        self.threads.tick()
        self.conversation.tick()
        self.composer.paint()
        self.batch_sends.tick()

    # what others must follow

    def _focus_moved(self) -> None:
        self.side.paint()
        self.lines.paint_title()
        self.lines.paint_foot()

    def _marks_changed(self) -> None:
        self.lines.paint_title()
        self.lines.paint_foot()

    def _overview_changed(self) -> None:
        self.threads.empty = self.views.empty_text
        self.lines.paint_top()
        self.side.paint()

    def _before_show(self) -> None:
        """Another view is asked for: the list gets the keys."""
        if self.layout.context == "thread":
            self.layout.focus_list()

    def _view_shown(self, view: ListView, brand: str) -> None:
        """Another view stands, after this one: marks go with the view they were made in."""
        if (view.asks, brand) != (self.views.current.asks, self.views.brand):
            self.selection.clear_marks()
        self.filter_bar.hide()
        self.lines.paint_foot()
        if self.extension is not None:
            self.extension.view_shown()
        if brand == self.views.brand:
            self.side.paint()
        else:
            self.views.refresh_overview()
        self.lines.paint_title()

    def before_open(self, thread: ThreadId) -> None:
        """Another thread is about to be opened."""
        self.composer.before_open(thread)

    def thread_opened(self, thread: ThreadId) -> None:
        """A thread was opened and has the keys."""
        self.show_target()
        if self.extension is not None:
            self.extension.thread_opened(thread)

    def conversation_changed(self) -> None:
        """The open conversation was read again."""
        self.composer.paint()

    def leave_thread(self, thread: ThreadId) -> None:
        """A thread is done with: it is open no more, and the cursor goes on from it.

        Whatever else is open or under the cursor by now stays so.
        """
        self.composer.leave(thread)
        self.conversation.leave(thread)
        if self.threads.thread == thread:
            self.threads.move(1)
        self.show_target()

    def _learn(self) -> None:
        """Lend the terminal to the lessons, or show those that are under way."""
        from carecli.domain.errors import CareError
        from carecli.tui.reply.editor import lend

        if self.extension is not None:
            self.extension.learn()
            return
        try:
            lend(self._host.app(), self.preferences.settings.lessons)
        except CareError as error:
            self.runner.complain(error)

    def _leave(self) -> None:
        """End the inbox; an extension goes back to what it came from."""
        if self.extension is not None:
            self.extension.leave()
        else:
            self._host.app().exit()
