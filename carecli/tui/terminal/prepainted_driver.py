"""A terminal driver that takes over a terminal on which the first page already stands."""

from __future__ import annotations

import os
import selectors
import socket
import threading
import time
from codecs import getincrementaldecoder
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, TextIO, cast

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from carecli.tui.style.widths import PROBES, widths_of
from carecli.tui.terminal.first_page import LAST_ANSWER
from carecli.tui.terminal.input_parser import Arrival, Arrivals, Measured, Typed
from carecli.tui.terminal.screen_buffer import WidthsKnown
from carecli.tui.terminal.terminal_app import Burst

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.message import Message

    from carecli.tui.terminal.screen_buffer import ScreenBuffer

ALTERNATE_SCREEN = "\x1b[?1049h"

MOST_RECENT = 3.0
"""Seconds after the start in which the terminal may still answer what it was asked."""

ATTENTIVE = 0.5
"""Seconds after a key in which the rest of an escape sequence may still come."""


class Outlet:
    """A terminal that may go away: what is written to one that has gone is dropped.

    Otherwise whoever writes would end, or wait for ever, before what was typed is kept.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write, if anybody is there."""
        with suppress(OSError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        """Likewise."""
        with suppress(OSError):
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _App(Protocol):
    """The program that this driver is made for."""

    shown: ScreenBuffer | None
    """What stands on the screen already; None where nothing does."""


class PrepaintedDriver(LinuxDriver):
    """Leaves out the switch to the alternate screen while the first page stands on it.

    Every later switch clears the screen, so nothing of it is known any more.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        """As Textual's own; the pair of sockets that wakes the reader lives as long."""
        super().__init__(*args, **named)
        self._file = cast("Any", Outlet(cast("TextIO", self._file)))
        self._asleep, self._waker = socket.socketpair()
        self._asleep.setblocking(False)
        self._arrivals = Arrivals()
        self._answered = threading.Event()
        self._answered.set()
        self._started_at = time.monotonic()

    def start_application_mode(self) -> None:
        """Take the terminal; what woke an earlier reader is forgotten."""
        with suppress(BlockingIOError):
            self._asleep.recv(1024)
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual says no types here

    def write(self, data: str) -> None:
        """Pass on to the terminal."""
        if data == ALTERNATE_SCREEN:
            shown = cast("_App", self._app).shown
            if shown is not None and shown.is_first_page:
                shown.is_first_page = False
                self._arrivals.expect(len(PROBES))
                self._answered.clear()
                return
            if shown is not None:
                shown.forget(self._get_terminal_size())
        super().write(data)

    def run_input_thread(self) -> None:
        """Pass on what is typed, asleep until then; Textual's own looks ten times a second."""
        parser, arrivals = XTermParser(self._debug), self._arrivals
        decode = getincrementaldecoder("utf-8")("replace").decode
        typed_at = 0.0
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._asleep, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                now = time.monotonic()
                rest = 0.1 if now - typed_at < ATTENTIVE else None
                if arrivals.due is not None:
                    rest = min(rest or 0.1, max(0.0, arrivals.due - now))
                ready = {key.fd for key, _ in selector.select(rest)}
                found: list[Arrival] = []
                if self.fileno in ready:
                    typed = self._read()
                    if not typed:
                        break
                    typed_at = time.monotonic()
                    found += arrivals.feed(decode(typed), typed_at)
                found += arrivals.tick(time.monotonic())
                for arrival in found:
                    for event in self._events(arrival, parser):
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)

    def _read(self) -> bytes:
        """What is there to read; nothing where the terminal has gone."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    def _events(self, arrival: Arrival, parser: XTermParser) -> Iterable[Message]:
        """What arrived, as Textual tells it."""
        if isinstance(arrival, Typed):
            return parser.feed(arrival.text)
        if isinstance(arrival, Measured):
            self._answered.set()
            return (WidthsKnown(widths_of(arrival.columns)),)
        if arrival.is_marked:
            return (events.Paste(arrival.text),)
        pressed = XTermParser(self._debug).feed(arrival.text)
        keys = tuple(event for event in pressed if isinstance(event, events.Key))
        return (Burst(arrival.text, keys),)

    def disable_input(self) -> None:
        """Wake whoever reads, to let them end.

        Whoever leaves at once waits for what the terminal was asked at the start: the shell would
        have it as typed text.
        """
        if time.monotonic() - self._started_at < MOST_RECENT:
            self._answered.wait(LAST_ANSWER)
        self._waker.send(b".")
        super().disable_input()
