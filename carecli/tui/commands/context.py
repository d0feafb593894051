"""The parts of the inbox that commands use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.app import App

from carecli.desk.services import InboxServices
from carecli.tui.inbox.alerts import AlertWatcher
from carecli.tui.inbox.batches import BatchRunner
from carecli.tui.inbox.composer import Composer
from carecli.tui.inbox.conversation_pane import ConversationPane
from carecli.tui.inbox.desk_runner import DeskRunner, StartWork
from carecli.tui.inbox.drafts import DraftKeeper
from carecli.tui.inbox.filter_line import FilterBar
from carecli.tui.inbox.key_input import KeyInput
from carecli.tui.inbox.list_loader import ListLoader
from carecli.tui.inbox.macros import MacroRecorder
from carecli.tui.inbox.pane_layout import PaneLayout
from carecli.tui.inbox.preferences import Preferences
from carecli.tui.inbox.selection import Selection
from carecli.tui.inbox.side_pane import SidePane
from carecli.tui.inbox.view_store import ViewStore
from carecli.tui.style.theme import Palette
from carecli.tui.widgets.thread_list import ThreadList


@dataclass(frozen=True, slots=True)
class ScreenActions:
    """What concerns the screen as a whole.

    `learn` goes to the lessons; `leave` ends the inbox, or goes back to what is below it.
    """

    learn: Callable[[], None]
    leave: Callable[[], None]
    paint_all: Callable[[], None]
    recolour: Callable[[Palette], None]
    app: Callable[[], App[object]]
    start: StartWork


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Every command is a function of this; it uses the parts it needs."""

    desk: InboxServices
    runner: DeskRunner
    preferences: Preferences
    layout: PaneLayout
    views: ViewStore
    loader: ListLoader
    threads: ThreadList
    side: SidePane
    conversation: ConversationPane
    selection: Selection
    batches: BatchRunner
    drafts: DraftKeeper
    composer: Composer
    macros: MacroRecorder
    alerts: AlertWatcher
    filter_bar: FilterBar
    keys: KeyInput
    screen: ScreenActions

    @property
    def app(self) -> App[object]:
        """The running application, which shows windows and leaves."""
        return self.screen.app()
