"""A terminal to read programs' screens with: pyte, and what pyte lacks of a modern terminal."""

from __future__ import annotations

import re
from typing import Any

import pyte

_UNREADABLE = re.compile(
    rb"\x1b\[[<=>][0-9;:]*[ -/]*[@-~]"  # private markers
    rb"|\x1b\[\??[0-9;]*\$[a-z]"  # DECRQM
    rb"|\x1b\[\?[0-9;]*u"  # kitty keyboard
    rb"|\x1b\[[0-9;]* q"  # cursor style
    rb"|\x1b\[[0-9;]*t"  # window operations
    rb"|\x1b[P_^X][^\x1b\x07]*(?:\x1b\\|\x07)"  # DCS, APC, PM, SOS strings
    rb"|\x1b\[[?0-9;]*[nc]"  # reports, attributes
    rb"|\x1b[=>]"  # keypad modes
)
_COLON_COLOURS = re.compile(rb"\x1b\[([0-9;:]*:[0-9;:]*)m")
_SYNCHRONISED = re.compile(rb"\x1b\[\?2026([hl])")
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;:?<=>$ ]*|\][^\x07\x1b]*|[P_^X][^\x1b]*|)$")

QUERIES = re.compile(
    rb"(?P<da1>\x1b\[0?c)"
    rb"|(?P<da2>\x1b\[>0?c)"
    rb"|(?P<cursor>\x1b\[\??6n)"
    rb"|(?P<status>\x1b\[5n)"
    rb"|(?P<kitty>\x1b\[\?u)"
    rb"|(?P<version>\x1b\[>0?q)"
    rb"|\x1b\[\?(?P<mode>[0-9]+)\$p"
    rb"|\x1b\](?P<colour>10|11|12);\?(?:\x07|\x1b\\)"
    rb"|(?P<capability>\x1bP\+q[0-9A-Fa-f;]*\x1b\\)"
    rb"|\x1b\[(?P<window>14|16|18)t"
)
"""What programs ask a terminal."""

_KNOWN_MODES = (b"2026", b"2004", b"1004", b"1006")


class _Screen(pyte.Screen):
    """pyte's screen with three staples of ncurses it lacks: repeat, scroll up, scroll down."""

    _last = " "

    def draw(self, data: str) -> None:
        super().draw(data)
        self._last = data[-1:] or self._last

    def repeat_last(self, count: int = 1, **_: Any) -> None:
        super().draw(self._last * max(1, count or 1))

    def scroll_up(self, count: int = 1, **_: Any) -> None:
        self._scroll(count, up=True)

    def scroll_down(self, count: int = 1, **_: Any) -> None:
        self._scroll(count, up=False)

    def _scroll(self, count: int, *, up: bool) -> None:
        x, y = self.cursor.x, self.cursor.y
        top, bottom = self.margins or (0, self.lines - 1)
        self.cursor.y = bottom if up else top
        for _ in range(count or 1):
            if up:
                self.index()
            else:
                self.reverse_index()
        self.cursor.x, self.cursor.y = x, y

    def select_graphic_rendition(self, *attrs: int, **kind: Any) -> None:
        if not kind.get("private"):
            super().select_graphic_rendition(*attrs)

    def set_margins(self, top: int | None = None, bottom: int | None = None, **_: Any) -> None:
        super().set_margins(top, bottom)

    def debug(self, *_: Any, **__: Any) -> None:
        """Pass over what pyte does not know."""


_STAPLES = {"b": "repeat_last", "S": "scroll_up", "T": "scroll_down"}


class _Stream(pyte.ByteStream):
    def __init__(self, screen: _Screen) -> None:
        self.csi = {**pyte.ByteStream.csi, **_STAPLES}
        self.events = pyte.ByteStream.events | set(_STAPLES.values())
        super().__init__(screen)


class Terminal:
    """A screen of so many columns and lines, fed with what a program writes."""

    def __init__(self, columns: int, lines: int) -> None:
        self.columns, self.lines = columns, lines
        self._screen = _Screen(columns, lines)
        self._stream = _Stream(self._screen)
        self._is_synchronised = False
        self._unfinished = b""

    def feed(self, written: bytes) -> bool:
        """Take bytes in; True when a frame is complete (not inside a synchronised update)."""
        written = self._unfinished + written
        unfinished = _UNFINISHED.search(written[-256:])
        self._unfinished = unfinished.group() if unfinished else b""
        if unfinished:
            written = written[: len(written) - len(self._unfinished)]
        for switch in _SYNCHRONISED.finditer(written):
            self._is_synchronised = switch.group(1) == b"h"
        written = _COLON_COLOURS.sub(_with_semicolons, _UNREADABLE.sub(b"", written))
        self._stream.feed(written)
        return not self._is_synchronised

    @property
    def rows(self) -> list[str]:
        """The text on the screen, line by line."""
        rows: list[str] = self._screen.display
        return rows

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and line of the cursor, from 0."""
        return self._screen.cursor.x, self._screen.cursor.y

    def picture(self) -> object:
        """Everything a person can see: characters, colours, cursor; comparable."""
        screen = self._screen
        blank = screen.default_char
        cells = tuple(
            tuple(screen.buffer[y].get(x, blank) for x in range(self.columns))
            for y in range(self.lines)
        )
        return cells, None if screen.cursor.hidden else self.cursor


def _with_semicolons(found: re.Match[bytes]) -> bytes:
    plain = re.sub(rb"(38|48):2::?", rb"\1;2;", found.group(1)).replace(b":", b";")
    return b"\x1b[" + plain + b"m"


def answer(query: re.Match[bytes], terminal: Terminal) -> bytes:
    """What a modern terminal answers to one of QUERIES."""
    columns, lines = terminal.columns, terminal.lines
    match query.lastgroup:
        case "da1":
            return b"\x1b[?62;22c"
        case "da2":
            return b"\x1b[>1;10;0c"
        case "cursor":
            x, y = terminal.cursor
            return b"\x1b[%s%d;%dR" % (b"?" if b"?" in query.group() else b"", y + 1, x + 1)
        case "status":
            return b"\x1b[0n"
        case "kitty":
            return b"\x1b[?0u"
        case "version":
            return b"\x1bP>|benchmarks(1)\x1b\\"
        case "mode":
            mode = query.group("mode")
            return b"\x1b[?%s;%d$y" % (mode, 2 if mode in _KNOWN_MODES else 0)
        case "colour":
            shade = b"0000/0000/0000" if query.group("colour") == b"11" else b"ffff/ffff/ffff"
            return b"\x1b]%s;rgb:%s\x1b\\" % (query.group("colour"), shade)
        case "capability":
            return b"\x1bP0+r\x1b\\"
        case "window":
            sizes = {
                b"14": b"\x1b[4;%d;%dt" % (lines * 16, columns * 8),
                b"16": b"\x1b[6;16;8t",
                b"18": b"\x1b[8;%d;%dt" % (lines, columns),
            }
            return sizes[query.group("window")]
        case _:
            return b""
