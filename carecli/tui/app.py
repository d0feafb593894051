"""The application: start and end of the inbox.

Start it with `run_inbox(desk, settings)`; `first_page` may have painted the list before this
module was even imported.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType

from carecli.desk.services import InboxServices
from carecli.domain.errors import CareError
from carecli.i18n import _
from carecli.tui.inbox.drafts import TextHolder
from carecli.tui.inbox.extension import ScreenExtension
from carecli.tui.inbox.screen import InboxScreen
from carecli.tui.settings import Settings
from carecli.tui.style.content import Painter, textual_theme
from carecli.tui.style.theme import PALETTES
from carecli.tui.style.widths import Widths
from carecli.tui.terminal.screen_buffer import ScreenBuffer, WidthsKnown, follow
from carecli.tui.terminal.terminal_app import TerminalApp

if TYPE_CHECKING:
    from textual.driver import Driver

    from carecli.tui.terminal.first_page import FirstPage


TWICE = 3.0
"""Seconds within which ctrl-c pressed again leaves."""

LEAVING = (signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))
"""Signals at which the inbox is left."""

STILL_TYPED = 0.1
"""Seconds after such a signal in which what was typed before it still comes out of the terminal."""

LAST_KEYS = 1.0
"""Seconds that the keys typed before such a signal have to reach the text being written."""

_log = logging.getLogger(__name__)

SETTLED = 0.3
"""Seconds after the first frame in which nothing else shall take the processor from the keys."""


class InboxApp(TerminalApp):
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
        extension: ScreenExtension | None = None,
        driver_class: type[Driver] | None = None,
        shown: ScreenBuffer | None = None,
        settle: Callable[[], None] | None = None,
    ) -> None:
        """`desk` is asked for everything; it is not closed when the inbox ends.

        `extension` stands beside the panes, such as the lessons. `shown` is what the terminal
        shows, where the driver keeps it true. `settle` is called once the first keys had their
        time.
        """
        self._settle = settle
        self._inbox = InboxScreen(desk, settings, extension)
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
        self.set_timer(STILL_TYPED, partial(self._start_to_leave, number))

    def _start_to_leave(self, number: int) -> None:
        """Leave in a task of its own: a key that is being handled may need this app's messages."""
        self._leaving = asyncio.create_task(self._leave_for(number))

    async def _leave_for(self, number: int) -> None:
        await self.finish_typing(LAST_KEYS)
        self.take_typed()
        self.exit(return_code=128 + number)
        self._save_now()

    def _save_now(self) -> None:
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
        self._inbox.parts.runner.say(_("Press ctrl-c again to quit. Drafts are saved."))

    def exit(self, *args: Any, **named: Any) -> None:
        """Leave; what is being written in any window is kept first."""
        for screen in self.screen_stack:
            if isinstance(screen, TextHolder):
                screen.keep_written()
        super().exit(*args, **named)

    def on_widths_known(self, event: WidthsKnown) -> None:
        """Count cells as the terminal does, and paint what reads otherwise then."""
        if event.widths != Widths():
            follow(event.widths)
            self._inbox.parts.recolour(self._inbox.painter.palette)
            self._inbox.parts.paint_all()

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
    extension: ScreenExtension | None = None,
) -> int:
    """Open the inbox and stay until it is left; the exit code.

    SIGTERM and SIGHUP leave it too: what is being written is on the disk then.

    `first`: the page that `first_page` painted already, so the terminal is not cleared.
    `settle`: what shall happen soon after the start. `extension`: what stands beside the panes.
    """
    driver: type[Driver] | None = None
    shown: ScreenBuffer | None = None
    if sys.platform != "win32":
        from carecli.tui.terminal.prepainted_driver import PrepaintedDriver

        driver, shown = PrepaintedDriver, ScreenBuffer()
        if first is not None:
            shown.learn(first.sent, first.size)
    app = InboxApp(
        desk,
        settings,
        extension=extension,
        driver_class=driver,
        shown=shown,
        settle=settle,
    )
    app.heeds_signals = True
    try:
        app.run()
    finally:
        app.inbox.end()
    return app.return_code or 0
