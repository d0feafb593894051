"""The reply pane: two lines about the reply, and the text area."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea

from carecli.domain.text import printable


@dataclass(slots=True)
class TypingPaused(Message):
    """Something was typed a moment ago: time to keep the draft."""


class ReplyText(TextArea):
    """Plain text, soft wrapped, no blinking cursor; what is pasted becomes printable."""

    PAUSE = 0.4
    """Seconds after the first key not kept yet, in which more keys are waited for."""

    def __init__(self) -> None:
        super().__init__(
            id="text",
            soft_wrap=True,
            show_line_numbers=False,
            tab_behavior="focus",
            compact=True,
            highlight_cursor_line=False,
        )
        self.cursor_blink = False
        self._wait: Timer | None = None

    def put(self, text: str) -> None:
        """Start from this text, cursor at its end."""
        self.load_text(printable(text))
        self.move_cursor(self.document.end)

    def add(self, text: str) -> None:
        """Insert at the cursor, in place of what is selected."""
        self.replace(printable(text), *self.selection)

    def drop_before_cursor(self, count: int) -> None:
        """Take away so many characters before the cursor, on its line."""
        row, column = self.cursor_location
        self.replace("", (row, column - count), (row, column))

    def before_cursor(self) -> str:
        """The cursor's line up to the cursor."""
        row, column = self.cursor_location
        return self.document.get_line(row)[:column]

    def on_text_area_changed(self) -> None:
        """Have it kept soon, however fast more is typed."""
        if self._wait is None:
            self._wait = self.set_timer(self.PAUSE, self._have_it_kept)

    def on_blur(self) -> None:
        """Have it kept at once: the keys go elsewhere."""
        self._have_it_kept()

    def _have_it_kept(self) -> None:
        if self._wait is not None:
            self._wait.stop()
            self._wait = None
        self.post_message(TypingPaused())

    def on_paste(self, event: events.Paste) -> None:
        """Insert what is pasted, made printable."""
        event.stop()
        event.prevent_default()
        self.add(event.text)
