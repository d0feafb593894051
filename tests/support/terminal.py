"""A terminal for tests: a real program in a pseudo-terminal, what it shows, every byte it wrote."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import threading
import time
import tty
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import pyte

from tests.support.escapes import Kind, Token, complete, tokens

CARECLI = (sys.executable, "-m", "carecli")
ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds until what should happen is said never to."""

BETWEEN_KEYS = 0.04
"""Seconds between two keys of somebody who types fast."""

MARK = "CARECLI_TEST_TERMINAL"
"""The variable that all processes of one terminal share, however far they went."""

_TAKE_TERMINAL = (
    "import fcntl, os, signal, sys, termios;"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "signal.signal(signal.SIGINT, signal.SIG_DFL);"
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
_ENTER_AND_LEAVE = (b"\x1b[?1049h", b"\x1b[?1049l")

_JOINERS = re.compile("\u200c|\u200d|\ufe0e|\ufe0f".encode())
"""At these the emulator would drop the rest of the text."""

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "backspace": "\x7f",
    **{f"ctrl-{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}
"""Keys by name, as a terminal sends them."""


def until(holds: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait for a condition, or fail; for what no terminal tells."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.02)


class Terminal:
    """A program in a terminal of `size` columns and lines. Used as a context manager.

    `raw` is every byte it wrote. `words` follow `carecli`, unless `program` names another one.
    Asked where its cursor stands it answers nothing, or the next of the columns in `answers`, so
    many seconds late.
    """

    def __init__(
        self,
        *words: object,
        size: tuple[int, int] = (140, 40),
        environ: Mapping[str, str] | None = None,
        program: Sequence[str] = CARECLI,
        answers: Sequence[int] = (),
        late: float = 0.0,
    ) -> None:
        self._answers = list(answers)
        self._late = late
        self._due: list[tuple[float, str]] = []
        self._asked = 0
        self.raw = bytearray()
        self.size = size
        self.mark = uuid.uuid4().hex
        self._parsed = 0
        self._fresh = threading.Condition()
        self._after: list[Any] = []
        self._screen: Any = pyte.Screen(*size)
        self._stream: Any = pyte.ByteStream(self._screen)
        self._master, self._slave = os.openpty()
        self._set_size()
        self._before = termios.tcgetattr(self._slave)
        own = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        own |= {"LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
        command = [sys.executable, "-c", _TAKE_TERMINAL, *program, *(str(one) for one in words)]
        self.process = subprocess.Popen(
            command,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            cwd=ROOT,
            env={**(os.environ if environ is None else environ), **own, MARK: self.mark},
            start_new_session=True,
        )
        self._drain = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._drain.start()

    # what it shows

    @property
    def lines(self) -> list[str]:
        """The screen now, a line each, without the blanks at the ends."""
        with self._fresh:
            self._parse()
            rows = (self._screen.buffer[y] for y in range(self.size[1]))
            return ["".join(row[x].data for x in range(self.size[0])).rstrip() for row in rows]

    @property
    def text(self) -> str:
        """The screen now."""
        return "\n".join(self.lines)

    def line_of(self, text: str) -> str:
        """The first line with this in it; empty when there is none."""
        return next((line for line in self.lines if text in line), "")

    def wait_for(self, wanted: str | Callable[[str], object], seconds: float = PATIENCE) -> str:
        """Wait until the screen has a text, or fulfils a condition; the screen then."""
        deadline = time.monotonic() + seconds
        holds = (lambda screen: wanted in screen) if isinstance(wanted, str) else wanted
        while True:
            with self._fresh:
                seen = len(self.raw)
            screen = self.text
            if holds(screen):
                return screen
            left = deadline - time.monotonic()
            if left > 0 and (self.process.poll() is None or len(self.raw) > seen):
                self._wait_for_more(seen, min(left, 0.2))
                continue
            screen = self.text
            assert holds(screen), f"never {wanted!r} on the screen:\n{screen}"
            return screen

    def wait_until_gone(self, text: str, seconds: float = PATIENCE) -> str:
        """Wait until the screen has a text no more."""
        return self.wait_for(lambda screen: text not in screen, seconds)

    # what is done to it

    def press(self, *keys: str) -> None:
        """Press keys by name, or type the text where no key is called so, one after another.

        As a person does: what comes at once is taken for pasted.
        """
        for place, key in enumerate(keys):
            if place:
                time.sleep(BETWEEN_KEYS)
            self.send(KEYS.get(key, key))

    def send(self, text: str) -> None:
        """Send these characters as they are."""
        left = text.encode()
        while left:
            left = left[os.write(self._master, left) :]

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size; the program is told."""
        self.size = (columns, lines)
        with self._fresh:
            self._screen.resize(lines, columns)
        self._set_size()

    # its end

    def wait_for_end(self, seconds: float = PATIENCE) -> int:
        """Wait until the program ends by itself; its exit code."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it did not end:\n{self.text}") from None
        self._hang_up()
        return code

    def hang_up(self) -> None:
        """The terminal goes away, as when its window is closed."""
        master, self._master = self._master, -1
        self._drain.join(PATIENCE)
        os.close(self._slave)
        self._slave = -1
        os.close(master)

    @property
    def is_restored(self) -> bool:
        """Whether the line's settings (echo and the like) ended as they had begun."""
        return self._after == self._before

    @property
    def has_answered(self) -> bool:
        """Whether it told all that it has to answer."""
        with self._fresh:
            return self._asked >= len(self._answers) and not self._due

    def unread(self) -> bytes:
        """What was typed or answered, and the program left in the line; taken out of it."""
        tty.setraw(self._slave, termios.TCSANOW)
        size = fcntl.ioctl(self._slave, termios.FIONREAD, struct.pack("i", 0))
        return os.read(self._slave, struct.unpack("i", size)[0]) if any(size) else b""

    def processes(self) -> list[psutil.Process]:
        """Every living process that descends from this terminal's program, or is it."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == self.mark and process.status() != "zombie":
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def close(self) -> None:
        """End every process of this terminal, for sure."""
        for process in self.processes():
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self.process.kill()
        self.process.wait(PATIENCE)
        self._hang_up()
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # inside

    def _hang_up(self) -> None:
        """Let go of the program's end of the line, and read what is still in it."""
        if self._slave >= 0:
            self._after = termios.tcgetattr(self._slave)
            os.close(self._slave)
            self._slave = -1
        self._drain.join(PATIENCE)

    def _set_size(self) -> None:
        columns, lines = self.size
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def _wait_for_more(self, seen: int, seconds: float) -> None:
        """Return as soon as there are more bytes than were seen."""
        with self._fresh:
            self._fresh.wait_for(lambda: len(self.raw) > seen, seconds)

    def _read(self) -> None:
        while True:
            try:
                # asleep in a read, this thread would keep a terminal that hung up from going away
                is_ready = select.select([self._master], [], [], 0.1)[0]
                self._answer()
                if not is_ready:
                    continue
                chunk = os.read(self._master, 1 << 16)
            except (OSError, ValueError):  # nobody has the other end open any more
                chunk = b""
            with self._fresh:
                self.raw += chunk
                self._fresh.notify_all()
            if not chunk:
                return

    def _answer(self) -> None:
        """Tell the program where the cursor stands, once that is due."""
        asked = self.raw.count(b"\x1b[6n")
        for column in self._answers[self._asked : asked]:
            self._due.append((time.monotonic() + self._late, f"\x1b[2;{column}R"))
        self._asked = asked
        while self._due and self._due[0][0] <= time.monotonic():
            self.send(self._due.pop(0)[1])

    def _parse(self) -> None:
        """Let the emulator see what came, but for what it does not know."""
        new = bytes(self.raw[self._parsed :])
        new = new[: complete(new)]
        self._parsed += len(new)
        known = []
        for token in tokens(new):
            if token.raw in _ENTER_AND_LEAVE:
                known.append(b"\x1b[0m\x1b[2J\x1b[H")
            elif token.kind is Kind.TEXT:
                known.append(_JOINERS.sub(b"", token.raw))
            elif token.kind is Kind.CONTROL or _is_known(token):
                known.append(token.raw)
        self._stream.feed(b"".join(known))


def _is_known(token: Token) -> bool:
    """Whether the emulator reads a sequence rightly: no private marks, no intermediate bytes."""
    parameters = token.raw[2:-1]
    if token.kind is not Kind.CSI or any(0x20 <= byte <= 0x2F for byte in parameters):
        return False
    if parameters.startswith(b"?"):
        return token.raw[-1:] in b"hl"
    return not parameters.startswith((b"<", b"=", b">"))
