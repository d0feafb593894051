"""The single lines around the list: the top bar, the list's title and the hint bar."""

from __future__ import annotations

from carecli.desk.services import InboxServices
from carecli.i18n import pgettext
from carecli.tui.inbox.bars import list_title, top_bar
from carecli.tui.inbox.batches import BatchRunner
from carecli.tui.inbox.conversation_pane import ConversationPane
from carecli.tui.inbox.hint_bar import HintContext, foot_line, key_at
from carecli.tui.inbox.key_input import KeyInput
from carecli.tui.inbox.macros import MacroRecorder
from carecli.tui.inbox.pane_layout import PaneLayout
from carecli.tui.inbox.preferences import Preferences
from carecli.tui.inbox.selection import Selection
from carecli.tui.inbox.view_store import ViewStore
from carecli.tui.keys.matcher import sequence
from carecli.tui.widgets.board import Banner
from carecli.tui.widgets.thread_list import ThreadList


class StatusLines:
    """Paints what the other parts hold; holds nothing itself."""

    def __init__(
        self,
        top: Banner,
        title: Banner,
        foot: Banner,
        desk: InboxServices,
        preferences: Preferences,
        layout: PaneLayout,
        views: ViewStore,
        threads: ThreadList,
        conversation: ConversationPane,
        selection: Selection,
        batches: BatchRunner,
        macros: MacroRecorder,
        keys: KeyInput,
        name: str,
    ) -> None:
        """`name` is how colleagues know the moderator."""
        self._top, self._title, self._foot = top, title, foot
        self._desk = desk
        self._preferences = preferences
        self._layout = layout
        self._views = views
        self._threads = threads
        self._conversation = conversation
        self._selection = selection
        self._batches = batches
        self._macros = macros
        self._keys = keys
        self._name = name

    def paint_top(self) -> None:
        """The top bar."""
        views, width = self._views, self._layout.columns
        self._top.show([top_bar(views.overview, views.brand, self._name, self._desk.now(), width)])

    def paint_title(self) -> None:
        """The line above the list; marks of threads that left it are gone first."""
        self._selection.drop_gone_marks()
        note = self._batches.progress or self._selection.note
        count = len(self._threads) if self._threads.is_whole else None
        width = self._layout.widths.middle
        self._title.show([list_title(self._views.current, count, width, note)])

    def paint_foot(self) -> None:
        """The keys that apply now; while a macro is recorded that is said first."""
        line = foot_line(
            self._preferences.keymap,
            self._layout.context,
            self._layout.columns,
            " ".join(self._keys.pressed),
            self._keys.note or self._macros.note,
            self._hint_context(),
        )
        self._foot.show([line])

    def _hint_context(self) -> HintContext:
        """What the hint bar goes by; in the list Esc stops, unmarks, or leaves a search."""
        context = self._layout.context
        conversation = self._conversation.opened if context == "thread" else None
        thread = self._threads.thread
        row = self._threads.row(thread) if thread is not None else None
        if conversation is not None:
            row = conversation.row
        leave = pgettext("footer", "list") if context in ("thread", "side") else ""
        if context != "list":
            return HintContext(row, conversation, leave)
        marked = bool(self._selection.marks.all)
        if self._batches.is_running:
            leave = pgettext("footer", "stop")
        elif marked:
            leave = pgettext("footer", "unmark")
        elif self._views.current.is_typed:
            leave = pgettext("footer", "leave the search")
        return HintContext(row, conversation, leave, marked)

    def keys_at(self, cell: int) -> tuple[str, ...]:
        """The keys of the hint at a cell of the hint bar; none where it names a range of keys."""
        if not self._foot.lines:
            return ()
        keys = sequence(key_at(self._foot.lines[0], cell))
        return tuple(key for key in keys if key != "1…9")
