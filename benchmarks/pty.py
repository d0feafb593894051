"""A program in a pseudo-terminal, watched from outside.

A thread drains the terminal at once and stamps every chunk with its time, so that the program is
never held up by us; chunks are parsed afterwards. The moment of a frame is when the chunk that
completed it arrived, and a frame inside a synchronised update counts when the update ends.
"""

from __future__ import annotations

import fcntl
import os
import re
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from benchmarks.emulator import QUERIES, Terminal, answer

Sight = Callable[[Terminal], object]
"""What of a screen is looked at: comparable."""

KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pgup": "\x1b[5~",
    "pgdn": "\x1b[6~",
}
SETTLED = 0.04
"""Seconds without a byte after which a redraw is over."""

COALESCED = 0.003
"""Chunks so near to each other are looked at together while a program starts."""


class TimedOut(Exception):
    """The screen never showed what was waited for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a key brought about: moments in seconds of the performance counter.

    `changed`: the first complete frame with a visible change; `matched`: the first that showed
    what was waited for; `last`: the last byte of the redraw. `written`: bytes until then.
    """

    changed: float
    matched: float
    last: float
    written: int


def encoded(keys: str) -> bytes:
    """Keys such as `j`, `<enter>`, `<c-d>` or `l~A<enter>` as a terminal sends them."""

    def one(found: re.Match[str]) -> str:
        name = found.group(1)
        return chr(ord(name[2]) & 0x1F) if name.startswith("c-") else KEYS[name]

    return re.sub(r"<([a-z-]+)>", one, keys).encode()


def picture(terminal: Terminal) -> object:
    """The whole screen."""
    return terminal.picture()


class Program:
    """A program running in a terminal of its own; `close` ends it."""

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], size: tuple[int, int]
    ) -> None:
        self.terminal = Terminal(*size)
        self.written = 0
        self._has_ended = False
        self._question = b""
        self._arrived: list[tuple[float, bytes]] = []
        self._news = threading.Condition()
        self._end, slave = os.openpty()
        columns, lines = size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        own = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        own |= {"COLUMNS": str(columns), "LINES": str(lines)}
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, **own, **environ},
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509  # runs before any thread of ours exists
        )
        os.close(slave)
        self.pid = self._process.pid
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                chunk = os.read(self._end, 65536)
            except OSError:
                chunk = b""
            at = time.perf_counter()
            with self._news:
                if not chunk:
                    self._has_ended = True
                else:
                    self._arrived.append((at, chunk))
                    self.written += len(chunk)
                self._news.notify()
            if not chunk:
                return
            self._answer(chunk)

    def _answer(self, chunk: bytes) -> None:
        asked = self._question + chunk
        over = 0
        for query in QUERIES.finditer(asked):
            over = query.end()
            os.write(self._end, answer(query, self.terminal))
        rest = asked[over:][-64:]
        self._question = rest if b"\x1b" in rest else b""

    def send(self, keys: str) -> float:
        """Press keys; the moment they were written."""
        at = time.perf_counter()
        os.write(self._end, encoded(keys))
        return at

    def _collect(self, until: float, quiet: float) -> list[tuple[float, bytes]]:
        """Chunks, once nothing came for `quiet` seconds after one, or half a second's worth."""
        with self._news:
            while True:
                now = time.perf_counter()
                left = until - now
                if self._arrived:
                    pause = self._arrived[-1][0] + quiet
                    left = min(pause - now, left, self._arrived[0][0] + 0.5 - now)
                if left <= 0 or self._has_ended:
                    got, self._arrived = self._arrived, []
                    return got
                self._news.wait(left)

    def settle(self, quiet: float = SETTLED, limit: float = 20.0) -> None:
        """Wait until nothing has come for `quiet` seconds."""
        end = time.perf_counter() + limit
        while time.perf_counter() < end:
            got = self._collect(min(end, time.perf_counter() + quiet), quiet)
            for _, chunk in got:
                self.terminal.feed(chunk)
            if not got or self._has_ended:
                return

    def watch(
        self,
        sight: Sight,
        before: object,
        *,
        until: Callable[[Terminal], bool] | None = None,
        timeout: float = 30.0,
        quiet: float = SETTLED,
        is_starting: bool = False,
    ) -> Seen:
        """Wait for a change of what is looked at and, if asked, for `until`; then for quiet."""
        end = time.perf_counter() + timeout
        changed = matched = last = 0.0
        written = 0
        while not matched:
            got = self._collect(end, quiet)
            for at, chunk in _coalesced(got) if is_starting else got:
                written += len(chunk)
                last = at
                if not self.terminal.feed(chunk):
                    continue
                if not changed and sight(self.terminal) != before:
                    changed = at
                if not matched and changed and (until is None or until(self.terminal)):
                    matched = at
            if not matched and (self._has_ended or time.perf_counter() >= end):
                screen = "\n".join(row.rstrip() for row in self.terminal.rows)
                raise TimedOut(f"nothing came within {timeout} s; the screen:\n{screen}")
        return Seen(changed, matched, last, written)

    def close(self, keys: str, timeout: float = 10.0) -> None:
        """Leave with these keys, or else by signals."""
        with suppress(OSError):
            for part in keys.split(" "):
                self.send(part)
                self.settle(0.1, 1.0)
        end = time.perf_counter() + timeout
        while self._process.poll() is None and time.perf_counter() < end:
            self._collect(time.perf_counter() + 0.1, 0.05)
            if self._has_ended:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(1.0)
        for sign in (signal.SIGHUP, signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is not None:
                break
            with suppress(ProcessLookupError):
                os.killpg(self.pid, sign)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(2.0)
        self._reader.join(2.0)
        os.close(self._end)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _coalesced(chunks: list[tuple[float, bytes]]) -> list[tuple[float, bytes]]:
    """Chunks written in one go, as one at the time of the last."""
    merged: list[tuple[float, bytes]] = []
    since = 0.0
    for at, chunk in chunks:
        if merged and at - since <= COALESCED:
            merged[-1] = (at, merged[-1][1] + chunk)
        else:
            merged.append((at, chunk))
            since = at
    return merged
