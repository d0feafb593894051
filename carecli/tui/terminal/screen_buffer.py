"""What the terminal shows, cell by cell, so that only changes are sent.

Textual sends every cell of each region it paints again. A cursor that moves changes a background,
a page that turns leaves its edges, a start paints what the first page shows already: over a slow
line the difference is felt. So each paint is compared with what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol
from unicodedata import category

import rich.cells
from rich._unicode_data import load
from rich.cells import CellTable, cell_len
from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from carecli.tui.style.cells import clusters, is_disputed, placed, use
from carecli.tui.style.widths import Widths


@lru_cache(maxsize=8)
def _table(widths: Widths) -> CellTable:
    """Rich's table of cells, with what the terminal takes otherwise."""
    known = load()
    changed: dict[int, int] = {}
    if widths.vowel_sign:
        for start, end, wide in known.widths:
            if not wide:
                marks = (at for at in range(start, end + 1) if category(chr(at)) == "Mc")
                changed |= dict.fromkeys(marks, widths.vowel_sign)
    if widths.flag == 4:
        changed |= dict.fromkeys(range(0x1F1E6, 0x1F200), 2)
    rows: list[tuple[int, int, int]] = [(at, at, wide) for at, wide in changed.items()]
    for start, end, wide in known.widths:
        begin = start
        for at in (*(at for at in range(start, end + 1) if at in changed), end + 1):
            if at > begin:
                rows.append((begin, at - 1, wide))
            begin = at + 1
    widened = known.narrow_to_wide if widths.heart == 2 else frozenset[str]()
    return CellTable(known.unicode_version, sorted(rows), widened)


def follow(widths: Widths) -> None:
    """Count cells as the terminal does, here, in rich and in Textual, which asks rich."""
    table = _table(widths)
    use(widths, table.narrow_to_wide)
    vars(rich.cells)["load_cell_table"] = lambda _="auto": table
    for cached in (rich.cells.get_character_cell_size, rich.cells.cached_cell_len, _cells):
        cached.cache_clear()


class WidthsKnown(Message):
    """The terminal told how it counts cells."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        self.widths = widths


Piece = tuple[int, int, Strip]
"""Column, line and what stands there."""

UNKNOWN = "\0"
GAP = 4
"""Cells written again rather than skipped: a move costs more bytes."""

_SENT = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[(?:0;)?([\d;]*)m|([^\x1b]+)|\x1b[^\x1b]*?[a-zA-Z]")


class InkCodes(NamedTuple):
    """The codes of a style, apart: what is no colour, the text's colour, the background's."""

    other: str
    fore: str
    back: str


@lru_cache(maxsize=512)
def _ink(codes: str) -> InkCodes:
    """The parts of `1;38;2;r;g;b;48;5;n`."""
    other: list[str] = []
    colours = {"3": "", "4": ""}
    left = iter(codes.split(";") if codes else ())
    for code in left:
        kind = {"9": "3", "10": "4"}.get(code[:-1], code[:-1])
        if kind not in colours:
            other.append(code)
            continue
        parts = [code]
        if code.endswith("8") and len(code) == 2:
            space = next(left)
            parts += [space, *(next(left) for _ in range(1 if space == "5" else 3))]
        colours[kind] = ";".join(parts)
    return InkCodes(";".join(other), colours["3"], colours["4"])


@lru_cache(maxsize=4096)
def _switch(before: str | None, after: str) -> str:
    """What turns one ink into the other."""
    old, new = _ink(before) if before is not None else None, _ink(after)
    if old == new:
        return ""
    if old is None or old.other != new.other or not (new.fore and new.back):
        return f"\x1b[0;{after}m" if after else "\x1b[0m"
    changed = [code for had, code in ((old.fore, new.fore), (old.back, new.back)) if had != code]
    return f"\x1b[{';'.join(changed)}m"


@lru_cache(maxsize=4096)
def _cells(text: str) -> tuple[str, ...]:
    """One character a cell; the second cell of a wide one is empty.

    Text that rich measures otherwise stands as one piece in its first cell.
    """
    if text.isascii():
        return tuple(text)
    found: list[str] = []
    for char, wide in clusters(text):
        found += (char, *[""] * (wide - 1))
    width = cell_len(text)
    return tuple(found) if len(found) == width else (text, *[""] * (width - 1))


class Touch(NamedTuple):
    """Cells of a widget, from its column and line on, that read otherwise now."""

    x: int
    y: int
    old: Strip
    new: Strip


class TouchUp(Protocol):
    """An application that repaints parts of a widget's lines."""

    def touch_up(self, widget: Widget, touches: Iterable[Touch]) -> None:
        """Repaint them."""
        ...

    def redraw(self) -> None:
        """Paint the whole screen anew."""
        ...


class ScreenBuffer:
    """The cells on the terminal, each with its character and its ink (codes as sent)."""

    def __init__(self) -> None:
        self.size = (0, 0)
        self.is_first_page = False
        self._chars: list[list[str]] = []
        self._inks: list[list[str]] = []
        self._codes: dict[tuple[Style, ColorSystem], str] = {}

    def forget(self, size: tuple[int, int]) -> None:
        """Nothing is known of the terminal, whose size is so many columns and lines."""
        width, height = self.size = size
        self._chars = [[UNKNOWN] * width for _ in range(height)]
        self._inks = [[""] * width for _ in range(height)]

    def learn(self, sent: str, size: tuple[int, int]) -> None:
        """Take in the first page as it was sent: moves, colours and text."""
        self.forget(size)
        self.is_first_page = True
        x = y = 0
        codes = ""
        for found in _SENT.finditer(sent):
            line, column, sgr, text = found.groups()
            if line:
                x, y = int(column) - 1, int(line) - 1
            elif sgr is not None:
                codes = sgr
            elif text and y < size[1]:
                cells = _cells(text)[: size[0] - x]
                self._chars[y][x : x + len(cells)] = cells
                self._inks[y][x : x + len(cells)] = [codes] * len(cells)
                x += len(cells)

    def _parts(self, piece: Piece, system: ColorSystem) -> tuple[list[str], list[str]]:
        """Characters and inks of a piece, as far as there is a terminal for it."""
        x, y, strip = piece
        chars: list[str] = []
        inks: list[str] = []
        if not 0 <= y < self.size[1]:
            return chars, inks
        for text, style, _ in strip:
            cells = _cells(text)
            chars += cells
            inks += [self._coded(style, system)] * len(cells)
        room = max(0, self.size[0] - x)
        return chars[:room], inks[:room]

    def _coded(self, style: Style | None, system: ColorSystem) -> str:
        if style is None:
            return ""
        codes = self._codes.get((style, system))
        if codes is None:
            sent = style.render("x", color_system=system)
            codes = sent[2 : sent.index("m")] if sent.startswith("\x1b[") else ""
            self._codes[style, system] = codes
        return codes

    def has(self, piece: Piece, console: Console) -> bool:
        """Whether the terminal shows just this."""
        x, y, strip = piece
        chars, inks = self._parts(piece, _system(console))
        end = x + len(chars)
        return (
            len(chars) == strip.cell_length
            and self._chars[y][x:end] == chars
            and self._inks[y][x:end] == inks
        )

    def show(self, pieces: Iterable[Piece], console: Console) -> str:
        """What must be sent so that the terminal shows these as well."""
        system = _system(console)
        sent: list[str] = []
        ink: str | None = None
        at = (-1, -1)

        def write(y: int, start: int, stop: int) -> int:
            """Send these cells; the column up to which they may have been written over."""
            nonlocal ink, at
            chars, inks = self._chars[y], self._inks[y]
            reached = stop
            if at != (start, y):
                sent.append(f"\x1b[{y + 1};{start + 1}H")
            for place in range(start, stop):
                if inks[place] != ink:
                    sent.append(_switch(ink, inks[place]))
                    ink = inks[place]
                char = chars[place]
                if is_disputed(char):
                    sent.append(placed(char, _wide(chars, place), place, y, self.size[0]))
                    reached = max(reached, place + 2 * len(char))
                else:
                    sent.append(char)
            at = (stop, y)
            return min(reached, self.size[0])

        for x, y, strip in pieces:
            chars, inks = self._parts((x, y, strip), system)
            if not chars:
                continue
            end = x + len(chars)
            changes = list(self._changes(x, y, chars, inks))
            self._chars[y][x:end] = chars
            self._inks[y][x:end] = inks
            for start, stop in changes:
                reached = write(y, x + start, x + stop)
            if changes and x + stop == end:
                while end < reached and UNKNOWN not in self._chars[y][end:reached]:
                    end, reached = reached, write(y, end, reached)
        if ink is not None:
            sent.append("\x1b[0m")
        return "".join(sent)

    def _changes(
        self, x: int, y: int, chars: list[str], inks: list[str]
    ) -> Iterator[tuple[int, int]]:
        """Runs of cells that read or look otherwise than what stands there.

        Where anything is not one character a cell, terminals may disagree about where the rest
        stands: all from the first change on is sent.
        """
        width = len(chars)
        if not width:
            return
        had = self._chars[y][x : x + width]
        inked = self._inks[y][x : x + width]
        if had == chars and inked == inks:
            return
        changed = [
            place
            for place in range(width)
            if had[place] != chars[place] or inked[place] != inks[place]
        ]
        start = stop = changed[0]
        if any(len(char) != 1 for char in (*had, *chars)):
            while start and not chars[start]:
                start -= 1
            yield start, width
            return
        for place in changed:
            if place - stop > GAP:
                yield start, stop
                start = place
            stop = place + 1
        yield start, stop


def _wide(chars: list[str], place: int) -> int:
    """The cells a character takes: its own, and the empty ones after it."""
    end = place + 1
    while end < len(chars) and not chars[end]:
        end += 1
    return end - place


def _system(console: Console) -> ColorSystem:
    """The colours the terminal is sent, as Textual chooses them."""
    return console._color_system or ColorSystem.TRUECOLOR


class CellChanges(CompositorUpdate):
    """Pieces to paint, as the bytes they take on what is shown."""

    def __init__(self, pieces: Iterable[Piece], shown: ScreenBuffer) -> None:
        self._pieces = pieces
        self._shown = shown

    def render_segments(self, console: Console) -> str:
        """What to send."""
        return self._shown.show(self._pieces, console)

    def __rich_console__(self, console: Console, _: ConsoleOptions) -> RenderResult:
        """The same for rich, who is not asked."""
        yield Segment(self.render_segments(console))


def pieces_of(update: LayoutUpdate | ChopsUpdate) -> Iterator[Piece]:
    """What Textual would send."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in line:
                yield x, y, strip
                x += strip.cell_length
        return
    for y, start, stop in update.spans:
        line_chops = zip(update.chop_ends[y], update.chops[y].items(), strict=False)
        for end, (x, chop) in line_chops:
            if chop is not None and x <= stop and end > start:
                yield x, y, chop if end <= stop else chop.crop(0, stop - x)
