"""The terminal, taken over with the first page standing on it already."""

from __future__ import annotations

import os
import selectors
import socket
import time
from codecs import getincrementaldecoder
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from carecli.tui.inbox import InboxApp

ALTERNATE_SCREEN = "\x1b[?1049h"

ATTENTIVE = 0.5
"""Seconds after a key in which the rest of an escape sequence may still come."""


class StandingDriver(LinuxDriver):
    """Leaves out the switch to the alternate screen while the first page stands on it.

    Every later switch clears the screen, so nothing of it is known any more.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        """As Textual's own; the pair of sockets that wakes the reader lives as long."""
        super().__init__(*args, **named)
        self._asleep, self._waker = socket.socketpair()
        self._asleep.setblocking(False)

    def start_application_mode(self) -> None:
        """Take the terminal; what woke an earlier reader is forgotten."""
        with suppress(BlockingIOError):
            self._asleep.recv(1024)
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual says no types here

    def write(self, data: str) -> None:
        """Pass on to the terminal."""
        if data == ALTERNATE_SCREEN:
            shown = cast("InboxApp", self._app).shown
            if shown is not None and shown.is_first_page:
                shown.is_first_page = False
                return
            if shown is not None:
                shown.forget(self._get_terminal_size())
        super().write(data)

    def run_input_thread(self) -> None:
        """Pass on what is typed, asleep until then; Textual's own looks ten times a second."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")().decode
        typed_at = 0.0
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._asleep, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                is_attentive = time.monotonic() - typed_at < ATTENTIVE
                ready = {key.fd for key, _ in selector.select(0.1 if is_attentive else None)}
                if self.fileno in ready:
                    typed = os.read(self.fileno, 4096)
                    if not typed:
                        break
                    typed_at = time.monotonic()
                    for event in parser.feed(decode(typed)):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)

    def disable_input(self) -> None:
        """Wake whoever reads, to let them end."""
        self._waker.send(b".")
        super().disable_input()
