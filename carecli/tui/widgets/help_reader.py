"""The help window: every key, and a line to search them."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from carecli.domain.figures import number
from carecli.i18n import _, ngettext
from carecli.tui.keys.help import HelpLine, help_lines
from carecli.tui.style.cells import Line
from carecli.tui.style.content import Painter
from carecli.tui.widgets.board import Banner, Board
from carecli.tui.widgets.dialogs import TextWindow, dialog_frame


class HelpReader(TextWindow):
    """`/` filters the keys by what is typed; Esc shows all of them again, then leaves."""

    def __init__(self, painter: Painter, entries: Sequence[HelpLine]) -> None:
        super().__init__(painter, _("Keys"), self._lines)
        self._entries = entries
        self._typed = ""
        self._is_typing = False

    def compose(self) -> ComposeResult:
        """Title, the line to type in, keys, hint."""
        above, below = dialog_frame(self.painter, self._title, self._hint)
        with Vertical(id="dialog", classes="tall"):
            yield above
            line = Input(id="dialog-input", compact=True, select_on_focus=False)
            line.cursor_blink = False
            line.display = False
            yield line
            yield Board(self.painter, id="reading", surface="panel")
            yield below

    def on_mount(self) -> None:
        """Say how to find some."""
        self._say()

    @property
    def _found(self) -> list[HelpLine]:
        return [entry for entry in self._entries if entry.is_found(self._typed)]

    def _lines(self, width: int) -> Sequence[Line]:
        return help_lines(self._found, width, self._typed)

    def _say(self) -> None:
        """How many were found, and what the keys do now."""
        if self._is_typing:
            hint = _("type to find · ↑↓ · Enter keep results · Esc show all")
        elif self._typed:
            hint = _("/ find · j k · ctrl-d ctrl-u · Esc show all")
        else:
            hint = _("/ find · j k · ctrl-d ctrl-u · Esc close")
        self.query_one("#dialog-hint", Banner).show([[(f" {hint}", "dim")]])
        title: Line = [(f" {self._title}", "title")]
        if self._typed:
            many = len(self._found)
            found = ngettext("{n} found", "{n} found", many).format(n=number(many))
            title += [(" · ", "dim"), (found, "accent")]
        self.query_one("#dialog-title", Banner).show([title])

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find while typing."""
        self._find(event.value)

    def _find(self, typed: str) -> None:
        if typed.strip() != self._typed:
            self._typed = typed.strip()
            self.paint()
            self.query_one(Board).scroll_to(y=0, animate=False, force=True)
            self._say()

    def _to_keys(self, *, keep: bool) -> None:
        """Give the keys back to the lines; what was typed stays with `keep`."""
        line = self.query_one(Input)
        if not keep:
            line.value = ""
        self._is_typing = False
        self._find(line.value)
        line.display = bool(self._typed)
        self.query_one(Board).focus()
        self._say()

    def on_key(self, event: events.Key) -> None:
        """Find, scroll, leave."""
        line = self.query_one(Input)
        if event.key == "escape" and (line.display or self._typed):
            self._to_keys(keep=False)
        elif event.key == "enter" and self._is_typing:
            self._to_keys(keep=True)
        elif event.key == "slash" and not self._is_typing:
            self._is_typing = line.display = True
            line.focus()
            self._say()
        else:
            return
        event.stop()
        event.prevent_default()
