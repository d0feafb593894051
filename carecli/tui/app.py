"""The inbox: keys to commands, and the application around it.

Start it with `run_inbox(desk, settings)`; `splash` may have painted the first page before this
module was even imported.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from carecli.desk.services import InboxServices
from carecli.domain.errors import CareError
from carecli.i18n import _
from carecli.tui.commands import HANDLERS, run
from carecli.tui.inbox.drafts import TextHolder
from carecli.tui.inbox.filter_line import FilterStage
from carecli.tui.inbox.hint_bar import key_at
from carecli.tui.keys.matcher import KeyMatch, key_name, match, sequence
from carecli.tui.settings import Settings
from carecli.tui.style.content import Painter, textual_theme
from carecli.tui.style.theme import PALETTES
from carecli.tui.terminal.input_queue import TypingApp
from carecli.tui.terminal.screen_buffer import CellChanges, Piece, ScreenBuffer, Touch, pieces_of
from carecli.tui.widgets.board import LineClicked
from carecli.tui.widgets.thread_list import ThreadClicked

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.driver import Driver

    from carecli.tui.terminal.first_page import FirstPage


TWICE = 3.0
"""Seconds within which ctrl-c pressed again leaves."""

LEAVING = (signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))
"""Signals at which the inbox is left."""

STILL_TYPED = 0.1
"""Seconds after such a signal in which what was typed before it still comes out of the terminal."""

_log = logging.getLogger(__name__)

SETTLED = 0.3
"""Seconds after the first frame in which nothing else shall take the processor from the keys."""


class InboxScreen(FilterStage):
    """Stage with keys and mouse."""

    def on_key(self, event: events.Key) -> None:
        """Find the command of the keys pressed; what is none goes on to whoever has the focus."""
        if self.focused is self.filter_line:
            if self.filter_key(event.key):
                event.stop()
                event.prevent_default()
            return
        self.press_key(key_name(event.key, event.character), event)

    def press_key(self, key: str, event: Message) -> None:
        """Do what a key means after those before it; Esc only takes back a sequence begun."""
        if self.pressed and key == "Esc":
            event.stop()
            event.prevent_default()
            self._press(())
            return
        keys = (*self.pressed, key)
        bindings = self.keymap.bindings(self.context)
        found, command = match(keys, bindings)
        if found is KeyMatch.NOT_FOUND and len(keys) > 1:
            keys = keys[-1:]
            found, command = match(keys, bindings)
        if found is KeyMatch.NOT_FOUND:
            self._press((), self._no_such(keys[-1]))
            return
        event.stop()
        event.prevent_default()
        if found is KeyMatch.INCOMPLETE:
            self._press(keys)
            return
        self._press(())
        self.command_keys = keys
        run(self, command)
        self.paint_head()
        self.paint_foot()
        if self.marks.anchor is not None:
            self.show_marks()

    def _press(self, keys: tuple[str, ...], note: str = "") -> None:
        if (keys, note) != (self.pressed, self.key_note):
            self.pressed, self.key_note = keys, note
            self.paint_foot()

    def _no_such(self, key: str) -> str:
        """What the footer says of a key that does nothing here, until the next key."""
        if self.context == "compose" or key == "ctrl-c":
            return ""
        helps = self.keymap.keys["app.help"]
        if not helps:
            return _("{key} does nothing here").format(key=key)
        return _("{key} does nothing here; {help} shows the keys").format(key=key, help=helps[0])

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
        elif event.board == "foot":
            self._click_hint(event)
        elif event.board == "top":
            HANDLERS["view.brand"](self)

    def _click_hint(self, event: LineClicked) -> None:
        """A click on a hint does what its keys do."""
        if self.focused is self.filter_line or not self.foot.lines:
            return
        for key in sequence(key_at(self.foot.lines[0], event.cell)):
            if key != "1…9":
                self.press_key(key, event)

    def on_thread_clicked(self, event: ThreadClicked) -> None:
        """The mouse on the list: a second click opens."""
        if event.again:
            self.open_thread(event.thread)
        else:
            self.paint_head()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A worker that failed is told of, and ends nothing."""
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, Exception):
            self.complain(event.worker.error)


class InboxApp(TypingApp):
    """The terminal inbox."""

    CSS_PATH = "app.tcss"
    TITLE = "carecli"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        desk: InboxServices,
        settings: Settings,
        *,
        screen: InboxScreen | None = None,
        driver_class: type[Driver] | None = None,
        shown: ScreenBuffer | None = None,
        settle: Callable[[], None] | None = None,
    ) -> None:
        """`desk` is asked for everything; it is not closed when the inbox ends.

        `screen` is another one than the plain inbox. `shown` is what the terminal shows, where
        the driver keeps it true. `settle` is called once the first keys had their time.
        """
        self._settle = settle
        self._inbox = screen or InboxScreen(desk, settings)
        self._typed = deque()
        self._interrupted_at = -TWICE
        super().__init__(driver_class=driver_class, ansi_color=self._inbox.painter.palette.is_ansi)
        self.shown = shown
        self.heeds_signals = False
        self.animation_level = "none"
        for palette in {
            p.name: p for p in (*PALETTES.values(), self._inbox.painter.palette)
        }.values():
            self.register_theme(textual_theme(palette))
        self.theme = self._inbox.painter.palette.name

    def on_mount(self) -> None:
        """Leave in good order when the system wants it."""
        if self.heeds_signals:
            loop = asyncio.get_running_loop()
            for number in LEAVING:
                loop.add_signal_handler(number, self.leave_for, number)

    def leave_for(self, number: int) -> None:
        """End because of a signal; what was typed until now is on the disk first."""
        self._save_now()
        self.set_timer(STILL_TYPED, partial(self._leave_for, number))

    def _leave_for(self, number: int) -> None:
        self.take_typed()
        self.exit(return_code=128 + number)
        self._save_now()

    def _save_now(self) -> None:
        self._inbox.keep_written()
        try:
            self._inbox.save_now()
        except CareError as error:
            _log.error("a draft was not kept: %s", error.what)

    @property
    def window_painter(self) -> Painter:
        """Who paints the inbox paints its windows."""
        return self._inbox.painter

    def on_ready(self) -> None:
        """The first frame stands."""
        if self._settle is not None:
            self.set_timer(SETTLED, self._settle)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send the terminal only what changed."""
        if self.shown is not None and isinstance(renderable, LayoutUpdate | ChopsUpdate):
            if self.shown.size != self.size:
                self.shown.forget(self.size)
            renderable = CellChanges(pieces_of(renderable), self.shown)
        super()._display(screen, renderable)

    def touch_up(self, widget: Widget, touches: Iterable[Touch]) -> None:
        """Repaint parts of lines of a widget, straight to the terminal where that can be.

        A countdown of a few cells is not worth a whole composition. Where something else stands
        on it, Textual is asked, who knows what.
        """
        x, y = widget.content_region.offset
        pieces: list[Piece] = []
        for touch in touches:
            region = Region(touch.x, touch.y, touch.new.cell_length, 1)
            old = (x + touch.x, y + touch.y, touch.old)
            if self.shown is None or self._batch_count or not self.shown.has(old, self.console):
                widget.refresh(region)
                continue
            # what the widget painted before must not come back with the next composition
            widget._styles_cache.set_dirty(region.translate(widget.content_offset))
            pieces.append((x + touch.x, y + touch.y, touch.new))
        if pieces and self.shown is not None:
            super()._display(self.screen, CellChanges(pieces, self.shown))

    @property
    def is_settled(self) -> bool:
        """Whether the inbox has nothing under way that moves what is at hand."""
        return self._inbox.is_settled

    def action_help_quit(self) -> None:
        """Ctrl-c: say how to leave; pressed twice, leave. What is being written is kept."""
        if time.monotonic() - self._interrupted_at < TWICE:
            self.exit()
            return
        self._interrupted_at = time.monotonic()
        self._inbox.say(_("Press ctrl-c again to quit. Drafts are saved."))

    def exit(self, *args: Any, **named: Any) -> None:
        """Leave; what is being written in any window is kept first."""
        for screen in self.screen_stack:
            if isinstance(screen, TextHolder):
                screen.keep_written()
        super().exit(*args, **named)

    def redraw(self) -> None:
        """Paint everything anew, whatever another program left on the terminal."""
        if self.shown is not None:
            self.shown.forget(self.size)
        self.screen.refresh(layout=True)

    def get_default_screen(self) -> InboxScreen:
        """The inbox, from the first paint on."""
        return self._inbox

    @property
    def inbox(self) -> InboxScreen:
        """The one screen under all dialogs."""
        return self._inbox


def run_inbox(
    desk: InboxServices,
    settings: Settings,
    first: FirstPage | None = None,
    settle: Callable[[], None] | None = None,
    *,
    screen: InboxScreen | None = None,
) -> int:
    """Open the inbox and stay until it is left; the exit code.

    SIGTERM and SIGHUP leave it too: what is being written is on the disk then.

    `first`: the page that `splash` painted already, so the terminal is not cleared. `settle`: what
    shall happen soon after the start. `screen`: another one than the plain inbox.
    """
    driver: type[Driver] | None = None
    shown: ScreenBuffer | None = None
    if sys.platform != "win32":
        from carecli.tui.terminal.prepainted_driver import PrepaintedDriver

        driver, shown = PrepaintedDriver, ScreenBuffer()
        if first is not None:
            shown.learn(first.sent, first.size)
    app = InboxApp(desk, settings, screen=screen, driver_class=driver, shown=shown, settle=settle)
    app.heeds_signals = True
    try:
        app.run()
    finally:
        app.inbox.end_keeping()
    return app.return_code or 0
