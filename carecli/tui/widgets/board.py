"""Lines on the screen: fixed ones (Banner) and a scrolling pane of them (Board)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from carecli.tui.style.cells import Line, changed_span
from carecli.tui.style.content import Painter
from carecli.tui.terminal.lines import Lines
from carecli.tui.terminal.screen_buffer import Touch, TouchUp


@dataclass(slots=True)
class LineClicked(Message):
    """A line was clicked, so many cells from the left; `board` is the widget's id."""

    board: str
    line: int
    cell: int


class Banner(Widget):
    """A few lines that stay where they are; a change repaints the cells that changed."""

    def __init__(self, painter: Painter, *, id: str, surface: str, height: int = 1) -> None:  # noqa: A002  Textual's word
        super().__init__(id=id)
        self.painter = painter
        self.surface = surface
        self.styles.height = height
        self.lines: list[Line] = []

    def show(self, lines: Sequence[Line]) -> None:
        """Paint these lines."""
        old, self.lines = self.lines, list(lines)
        if len(old) != len(self.lines):
            self.refresh()
            return
        touches: list[Touch] = []
        for y, (before, after) in enumerate(zip(old, self.lines, strict=True)):
            span = changed_span(before, after)
            if span is not None:
                was, now = (
                    self.painter.strip(line, self.size.width, self.surface).crop(*span)
                    for line in (before, after)
                )
                touches.append(Touch(span[0], y, was, now))
        if touches:
            cast("TouchUp", self.app).touch_up(self, touches)

    def set_surface(self, surface: str) -> None:
        """Stand on another ground."""
        if surface != self.surface:
            self.surface = surface
            self.refresh()

    def repaint(self, painter: Painter) -> None:
        """Paint in another palette."""
        self.painter = painter
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line, as Textual asks for it."""
        if y >= len(self.lines):
            return self.painter.blank(self.size.width, self.surface)
        return self.painter.strip(self.lines[y], self.size.width, self.surface)

    def on_click(self, event: events.Click) -> None:
        """Tell which line was clicked."""
        self.post_message(LineClicked(self.id or "", event.y, event.x))


class Board(Lines, can_focus=True):
    """A pane of lines that scrolls; `cursor` lines are lit."""

    def __init__(self, painter: Painter, *, id: str, surface: str) -> None:  # noqa: A002  Textual's word
        super().__init__(id=id)
        self.painter = painter
        self.surface = surface
        self.lines: list[Line] = []
        self.lit: range = range(0)
        self._write: Callable[[int], Sequence[Line]] | None = None

    def lay_out(self, write: Callable[[int], Sequence[Line]]) -> None:
        """Paint the lines `write` makes for a width in cells, now and whenever the size changes.

        The width is 0 for as long as the board has not been given its place.
        """
        self._write = write
        self.show(write(self.size.width))

    def show(self, lines: Sequence[Line]) -> None:
        """Paint these lines; only what changed is sent to the terminal."""
        old, self.lines = self.lines, list(lines)
        if len(old) != len(self.lines):
            self.reach(len(self.lines))
            self.refresh()
            return
        top = round(self.scroll_y)
        for y in range(top, min(len(old), top + self.size.height)):
            span = changed_span(old[y], self.lines[y])
            if span is not None:
                self.refresh(Region(span[0], y - top, span[1] - span[0], 1))

    def light(self, lines: range) -> None:
        """Move the cursor to these lines and bring them into view."""
        if lines != self.lit:
            for y in {*self.lit, *lines}:
                self.refresh_line(y)
            self.lit = lines
        if self.size.height:
            self._into_view()
        else:
            self.call_after_refresh(self._into_view)

    def _into_view(self) -> None:
        self.reveal(self.lit)

    def reveal(self, lines: range) -> None:
        """Scroll as little as it takes to have these lines in view."""
        top, height = round(self.scroll_y), self.size.height
        if not lines or not height or (lines.start >= top and lines.stop <= top + height):
            return
        to = lines.start if lines.start < top or len(lines) >= height else lines.stop - height
        self.scroll_to(y=max(0, to), animate=False, force=True)

    def turn(self, lines: int) -> None:
        """Scroll by so many lines."""
        self.scroll_to(y=max(0, round(self.scroll_y) + lines), animate=False, force=True)

    def to_end(self) -> None:
        """Scroll to the last line."""
        self.scroll_to(y=max(0, len(self.lines) - self.size.height), animate=False, force=True)

    def repaint(self, painter: Painter) -> None:
        """Paint in another palette."""
        self.painter = painter
        self.refresh()

    def on_resize(self) -> None:
        """Write the lines for the new width, keep the scroll range right and the cursor in view."""
        if self._write is not None:
            self.show(self._write(self.size.width))
            self.reveal(self.lit)
        self.reach(len(self.lines))

    def render_line(self, y: int) -> Strip:
        """One line, as Textual asks for it."""
        at = y + round(self.scroll_y)
        width = self.scrollable_content_region.width
        if at >= len(self.lines):
            return self.painter.blank(width, self.surface)
        surface = "select" if at in self.lit else self.surface
        return self.painter.strip(self.lines[at], width, surface)

    def on_click(self, event: events.Click) -> None:
        """Tell which line was clicked."""
        line = event.y + round(self.scroll_y)
        self.post_message(LineClicked(self.id or "", line, event.x))
