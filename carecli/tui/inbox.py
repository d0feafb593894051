"""The inbox: keys to commands, and the application around it.

Start it with `run_inbox(desk, settings)`; `splash` may have painted the first page before this
module was even imported.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.worker import Worker, WorkerState

from carecli.desk.face import Desk
from carecli.domain.text import printable
from carecli.tui.commands import HANDLERS
from carecli.tui.content import textual_theme
from carecli.tui.keys import Match, key_name, match
from carecli.tui.settings import Settings
from carecli.tui.stage import Stage
from carecli.tui.theme import PALETTES
from carecli.tui.widgets.board import LineClicked
from carecli.tui.widgets.thread_list import ThreadClicked

if TYPE_CHECKING:
    from textual.driver import Driver


class InboxScreen(Stage):
    """Stage with keys and mouse."""

    def on_key(self, event: events.Key) -> None:
        """Find the command of the keys pressed; what is none goes on to whoever has the focus."""
        if self.focused is self.filter_line:
            if event.key == "escape":
                event.stop()
                self.end_filter()
            return
        keys = (*self.pressed, key_name(event.key, event.character))
        bindings = self.keymap.bindings(self.context)
        found, command = match(keys, bindings)
        if found is Match.NOT_FOUND and len(keys) > 1:
            keys = keys[-1:]
            found, command = match(keys, bindings)
        if found is Match.NOT_FOUND:
            self._press(())
            return
        event.stop()
        event.prevent_default()
        if found is Match.INCOMPLETE:
            self._press(keys)
            return
        self._press(())
        self.command_keys = keys
        HANDLERS[command](self)

    def _press(self, keys: tuple[str, ...]) -> None:
        if keys != self.pressed:
            self.pressed = keys
            self.paint_foot()

    def on_line_clicked(self, event: LineClicked) -> None:
        """The mouse on the left pane, the top bar or the conversation."""
        if event.board == "side":
            view = self.side_view(event.line)
            if view is not None:
                self.side_cursor = event.line
                self.show_view(view)
                self.focus_on(self.threads)
        elif event.board == "talk":
            self.click_message(event.line)
        elif event.board == "top":
            HANDLERS["view.brand"](self)

    def on_thread_clicked(self, event: ThreadClicked) -> None:
        """The mouse on the list: a second click opens."""
        if event.again:
            self.open_thread(event.thread)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A worker that failed is told of, and ends nothing."""
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, Exception):
            self.complain(event.worker.error)


class InboxApp(App[None]):
    """The terminal inbox."""

    CSS_PATH = "inbox.tcss"
    TITLE = "carecli"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self, desk: Desk, settings: Settings, *, driver_class: type[Driver] | None = None
    ) -> None:
        """`desk` is asked for everything; it is not closed when the inbox ends."""
        super().__init__(driver_class=driver_class)
        self.animation_level = "none"
        self._inbox = InboxScreen(desk, settings)
        for palette in PALETTES.values():
            self.register_theme(textual_theme(palette))
        self.theme = self._inbox.painter.palette.name

    async def on_event(self, event: events.Event) -> None:
        """What is pasted may come from anybody: make it printable before a line shows it."""
        if isinstance(event, events.Paste):
            event.text = printable(event.text)
        await super().on_event(event)

    def get_default_screen(self) -> InboxScreen:
        """The inbox, from the first paint on."""
        return self._inbox

    @property
    def inbox(self) -> InboxScreen:
        """The one screen under all dialogs."""
        return self._inbox


def run_inbox(desk: Desk, settings: Settings, *, is_painted: bool = False) -> None:
    """Open the inbox and stay until it is left.

    `is_painted`: `splash` painted the first page already, so the terminal is not cleared.
    """
    driver: type[Driver] | None = None
    if is_painted and sys.platform != "win32":
        from carecli.tui.driver import StandingDriver

        driver = StandingDriver
    InboxApp(desk, settings, driver_class=driver).run()
