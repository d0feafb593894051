"""Several labelled input lines in one window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input

from carecli.tui.style.content import Painter
from carecli.tui.widgets.board import Banner


@dataclass(frozen=True, slots=True)
class FormField:
    """One line to fill in: its key in the answer, what stands above it, what is told beside."""

    key: str
    label: str
    hint: str = ""
    value: str = ""


class Form(ModalScreen[Mapping[str, str] | None]):
    """Asks for all of them; the answer holds a text by key, and is None after Esc.

    Enter and the arrows go from line to line, Enter on the last one is the end.
    """

    def __init__(
        self, painter: Painter, title: str, fields: Sequence[FormField], hint: str
    ) -> None:
        super().__init__()
        self.painter = painter
        self._title = title
        self._fields = list(fields)
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Title, the lines with their labels, hint."""
        above = Banner(self.painter, id="dialog-title", surface="head")
        above.show([[(f" {self._title}", "title")]])
        below = Banner(self.painter, id="dialog-hint", surface="head")
        below.show([[(f" {self._hint}", "dim")]])
        with Vertical(id="dialog"):
            yield above
            with VerticalScroll(id="form", can_focus=False):
                for place, one in enumerate(self._fields):
                    label = Banner(self.painter, id=f"label-{place}", surface="panel")
                    told = [(f"  {one.hint}", "dim")] if one.hint else []
                    label.show([[(f" {one.label}", "strong"), *told]])
                    yield label
                    line = Input(
                        one.value,
                        id=f"field-{place}",
                        compact=True,
                        classes="entry",
                        select_on_focus=False,
                    )
                    line.cursor_blink = False
                    yield line
            yield below

    def on_mount(self) -> None:
        """Begin with the first line."""
        self._line(0).focus()

    def _line(self, place: int) -> Input:
        return self.query_one(f"#field-{place}", Input)

    @property
    def _place(self) -> int:
        lines = [self._line(place) for place in range(len(self._fields))]
        return next((n for n, line in enumerate(lines) if line.has_focus), 0)

    def _step(self, by: int) -> None:
        self._line(max(0, min(self._place + by, len(self._fields) - 1))).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """On to the next line, or done."""
        event.stop()
        if self._place < len(self._fields) - 1:
            self._step(1)
            return
        self.dismiss(
            {one.key: self._line(place).value.strip() for place, one in enumerate(self._fields)}
        )

    def on_key(self, event: events.Key) -> None:
        """Arrows and tabs move between the lines, Esc leaves."""
        steps = {"down": 1, "tab": 1, "up": -1, "shift+tab": -1}
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif event.key in steps:
            event.stop()
            event.prevent_default()
            self._step(steps[event.key])
