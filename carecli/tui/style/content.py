"""The one place where text becomes Textual content.

Textual reads a plain `str` as markup in most widgets: a stranger's `[@click=app.quit]` would run.
So text reaches the screen as segments (`Painter.strip`), and toasts go through `toast` with
markup off; nothing else in the screen may build a Static or call notify (a test looks).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.strip import Strip
from textual.theme import BUILTIN_THEMES, Theme

from carecli.domain.text import printable
from carecli.tui.style.cells import Line, merged
from carecli.tui.style.theme import Palette, Shade

Severity = Literal["information", "warning", "error"]


def _color(shade: Shade) -> Color:
    if shade is None:
        return Color.default()
    return Color.from_ansi(shade) if isinstance(shade, int) else Color.parse(shade)


class Painter:
    """Turns lines of runs into strips, in one palette."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self._styles: dict[tuple[str, str], Style] = {}

    def style(self, role: str, surface: str) -> Style:
        """The style of a role on a surface; `role@surface` brings its own surface."""
        style = self._styles.get((role, surface))
        if style is None:
            ink = self.palette.painted(role, surface)
            style = Style(
                color=_color(ink.fore),
                bgcolor=_color(ink.back),
                bold=ink.bold or None,
                reverse=ink.reverse or None,
                strike=ink.struck or None,
            )
            self._styles[role, surface] = style
        return style

    def strip(self, line: Line, width: int, surface: str) -> Strip:
        """The line in exactly `width` cells."""
        segments = [Segment(text, self.style(role, surface)) for text, role in merged(line)]
        total = sum(cell_len(segment.text) for segment in segments)
        strip = Strip(segments, total)
        if total != width:
            strip = strip.adjust_cell_length(width, self.style("text", surface))
        return strip

    def pixels(
        self, pair: Sequence[Sequence[tuple[int, int, int]]], width: int, surface: str
    ) -> Strip:
        """Two rows of pixels as one line: the upper one in front, the lower one behind."""
        blank = Strip.blank(width, self.style("text", surface))
        if len(pair) < 2:
            return blank
        cells = [
            Segment("▀", Style(color=Color.from_rgb(*above), bgcolor=Color.from_rgb(*below)))
            for above, below in zip(*pair, strict=True)
        ]
        return Strip(cells, len(cells)).adjust_cell_length(width, self.style("text", surface))

    def blank(self, width: int, surface: str) -> Strip:
        """An empty line."""
        return Strip.blank(width, self.style("text", surface))


def toast(app: App[object], text: str, *, title: str = "", severity: Severity) -> None:
    """Say something in passing, as it stands: never as markup."""
    app.notify(
        printable(text),
        title=printable(title),
        severity=severity,
        timeout=8 if severity == "error" else 4,
        markup=False,
    )


def _css(shade: Shade) -> str:
    names = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
    if shade is None:
        return "ansi_default"
    if isinstance(shade, int):
        return f"ansi_{'bright_' if shade > 7 else ''}{names[shade % 8]}"
    return shade


def textual_theme(palette: Palette) -> Theme:
    """The palette as Textual's own widgets (inputs, toasts, scroll bars) use it."""
    s = palette.surfaces
    accent, text = _css(palette.ink("accent").fore), _css(palette.ink("text").fore)
    base, field = _css(s["base"]), _css(s["field"])
    track = _css(s["panel"])
    selected = {} if palette.is_ansi else {"input-selection-background": _css(s["select"])}
    return Theme(
        name=palette.name,
        primary=accent,
        accent=accent,
        success=_css(palette.ink("green").fore),
        warning=_css(palette.ink("yellow").fore),
        error=_css(palette.ink("red").fore),
        foreground=text,
        background=base,
        surface=field,
        panel=_css(s["head"]),
        dark=palette.is_dark,
        ansi=palette.is_ansi,
        variables={
            **(BUILTIN_THEMES["ansi-dark"].variables if palette.is_ansi else {}),
            **selected,
            "side": track,
            "head": _css(s["head"]),
            "dim": _css(palette.ink("dim").fore),
            "scrollbar": _css(palette.ink("dim").fore) if palette.is_ansi else _css(s["select"]),
            "scrollbar-hover": accent,
            "scrollbar-active": accent,
            "scrollbar-background": track,
            "scrollbar-background-hover": track,
            "scrollbar-background-active": track,
            "scrollbar-corner-color": track,
        },
    )
