"""The first page as plain escape codes, shown before Textual is imported.

It stands where the inbox will stand and looks the same, so that nothing jumps when Textual takes
the screen over a quarter of a second later. Keys typed meanwhile wait in the terminal.
"""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable, Mapping
from colorsys import rgb_to_hls
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TextIO

from carecli.tui.inbox.bars import WAITING, list_title, side_lines, top_bar
from carecli.tui.inbox.hint_bar import foot_line, unopened_lines
from carecli.tui.inbox.layout import Panes, panes
from carecli.tui.inbox.list_rows import thread_lines
from carecli.tui.keys.matcher import KeyMap
from carecli.tui.keys.table import with_macros
from carecli.tui.settings import Settings
from carecli.tui.style.cells import (
    Line,
    clusters,
    cut,
    is_disputed,
    is_plain,
    line_cells,
    merged,
    placed,
)
from carecli.tui.style.theme import Palette, Shade
from carecli.tui.style.widths import ANSWER, PROBES, question

if TYPE_CHECKING:
    from carecli.desk.services import InboxServices

ENTER = "\x1b[?2026h\x1b[?1049h\x1b[?25l\x1b[2J"
LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l"

LAST_ANSWER = 0.3
"""Seconds in which whoever leaves at once waits for what the terminal was asked."""


def has_true_colour(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal says it shows any colour, as rich asks it."""
    return environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit")


def _of_256(red: int, green: int, blue: int) -> int:
    """The nearest of the 256 colours, chosen as rich does, so that nothing changes later."""
    _, light, saturation = rgb_to_hls(red / 255, green / 255, blue / 255)
    if saturation < 0.15:
        grey = round(light * 25)
        return {0: 16, 25: 231}.get(grey, 231 + grey)
    six = [part / 95 if part < 95 else 1 + (part - 95) / 40 for part in (red, green, blue)]
    return 16 + 36 * round(six[0]) + 6 * round(six[1]) + round(six[2])


@lru_cache(maxsize=256)
def _sgr(shade: Shade, *, back: bool, true_colour: bool) -> str:
    base = 48 if back else 38
    if shade is None:
        return f"{base + 1}"
    if isinstance(shade, int):
        return str((90 if shade > 7 else 30) + shade % 8 + (10 if back else 0))
    red, green, blue = (int(shade[at : at + 2], 16) for at in (1, 3, 5))
    if not true_colour:
        return f"{base};5;{_of_256(red, green, blue)}"
    return f"{base};2;{red};{green};{blue}"


def ansi(
    line: Line,
    width: int,
    surface: str,
    look: Palette,
    *,
    true_colour: bool = True,
    at: tuple[int, int] = (0, 0),
    columns: int = 1 << 20,
) -> str:
    """A line of runs in exactly `width` cells, as a terminal wants it.

    `at` is its column and line on a screen of so many `columns`.
    """
    parts = []
    left = width
    x, y = at
    for text, role in merged([*line, (" " * max(0, width - line_cells(line)), "text")]):
        short = cut(text, left, end="")
        if not short:
            continue
        left -= line_cells([(short, role)])
        ink = look.painted(role, surface)
        other = ("1;" if ink.bold else "") + ("7;" if ink.reverse else "")
        front = _sgr(ink.fore, back=False, true_colour=true_colour)
        behind = _sgr(ink.back, back=True, true_colour=true_colour)
        parts.append(f"\x1b[0;{other}{front};{behind}m")
        if is_plain(short):
            parts.append(short)
            x += len(short)
            continue
        for part, wide in clusters(short):
            parts.append(placed(part, wide, x, y, columns) if is_disputed(part) else part)
            x += wide
    return "".join(parts)


def first_page(desk: InboxServices, size: tuple[int, int], settings: Settings) -> str:
    """The first page's bytes for a terminal of `size` columns and lines."""
    width, height = size
    look, keymap, now = (
        settings.palette(),
        KeyMap(with_macros(settings.macros), settings.keys),
        desk.now(),
    )
    per = 1 if settings.compact else 2
    body = max(1, height - 2)
    at, overview = panes(width), desk.threads.overview()
    found = desk.threads.ids(WAITING.filter, WAITING.sort, "", 200)
    ids = found.ids[: (body - 1) // per + 1]
    rows = desk.threads.rows(ids)
    scrolls = len(found.ids) * per > body - 1 or not found.is_whole
    written: list[str] = []
    true_colour = has_true_colour()

    def put(x: int, y: int, line: Line, wide: int, surface: str) -> None:
        painted = ansi(line, wide, surface, look, true_colour=true_colour, at=(x, y), columns=width)
        written.append(f"\x1b[{y + 1};{x + 1}H{painted}")

    put(0, 0, top_bar(overview, "", settings.name or desk.me, now, width), width, "panel")
    if at.side:
        side = side_lines(overview, WAITING, now, at.side, settings.name or desk.me)
        for y in range(body):
            line = side[y].line if y < len(side) else []
            put(0, y + 1, line, at.side, "panel")
    total = len(found.ids) if found.is_whole else None
    put(at.side, 1, list_title(WAITING, total, at.middle), at.middle, "head")
    wide = at.middle - (1 if scrolls else 0)
    lines: list[tuple[Line, str]] = []
    for place, thread in enumerate(ids):
        if thread in rows:
            made = thread_lines(
                rows[thread],
                wide,
                now,
                me=desk.me,
                selected=place == 0,
                compact=per == 1,
                zone=settings.zone if settings.times else "",
            )
            lines += [
                (line, "select" if place == 0 and part == 0 else "base")
                for part, line in enumerate(made)
            ]
    for y in range(body - 1):
        line, surface = lines[y] if y < len(lines) else ([], "base")
        put(at.side, y + 2, line, wide, surface)
        if scrolls:
            put(at.side + wide, y + 2, [], 1, "panel")
    _right(put, at, body, keymap)
    put(0, height - 1, foot_line(keymap, "list", width), width, "head")
    return "".join(written)


def _right(
    put: Callable[[int, int, Line, int, str], None], at: Panes, body: int, keymap: KeyMap
) -> None:
    if not at.right:
        return
    x = at.side + at.middle
    unopened = unopened_lines(keymap, at.right - 1)
    for y in range(body):
        put(x, y + 1, [("▏", "dim")], 1, "panel")
        surface = "head" if y < len(unopened) else "panel"
        put(x + 1, y + 1, unopened[y] if y < len(unopened) else [], at.right - 1, surface)


@dataclass(frozen=True, slots=True)
class FirstPage:
    """What was sent to a terminal of `size` columns and lines, and how to put that back.

    Call `put_back` at the very end, with True when the inbox never took over the screen.
    """

    sent: str
    size: tuple[int, int]
    put_back: Callable[[bool], None]


def splash(
    desk: InboxServices, settings: Settings, *, size: tuple[int, int], out: TextIO | None = None
) -> FirstPage:
    """Paint the first page. Until it is put back the terminal does not echo what is typed.

    The terminal is asked how it counts cells; it answers to whoever reads the keys next.
    """
    stream = out or sys.stdout
    restore = _hush()
    page = first_page(desk, size, settings)
    stream.write(f"{ENTER}{question()}{page}\x1b[0m\x1b[?2026l")
    stream.flush()

    def put_back(leave_screen: bool) -> None:
        if leave_screen:
            _read_answers()
            stream.write(LEAVE)
            stream.flush()
        restore()

    return FirstPage(page, size, put_back)


def _read_answers() -> None:
    """Take what the terminal answers out of it, or the shell would have it as typed text."""
    if not sys.stdin.isatty():
        return
    text, until = "", time.monotonic() + LAST_ANSWER
    while len(ANSWER.findall(text)) < len(PROBES):
        ready = select.select([sys.stdin], [], [], max(0.0, until - time.monotonic()))[0]
        if not ready:
            return
        text += os.read(sys.stdin.fileno(), 4096).decode(errors="replace")


def _hush() -> Callable[[], None]:
    """Turn off echo and line mode of the keyboard; returns what turns them on again.

    Enter and ctrl-s stay what was typed: the line neither makes a line feed of the one nor obeys
    the other.
    """
    try:
        import termios

        keyboard = sys.stdin.fileno()
        before = termios.tcgetattr(keyboard)
    except (ImportError, OSError, ValueError, AttributeError):
        return lambda: None
    except termios.error:
        return lambda: None
    quiet = termios.tcgetattr(keyboard)
    quiet[0] &= ~(termios.ICRNL | termios.IXON)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(keyboard, termios.TCSANOW, quiet)

    def restore() -> None:
        with suppress(termios.error):  # the terminal may be gone by now
            termios.tcsetattr(keyboard, termios.TCSANOW, before)

    return restore
