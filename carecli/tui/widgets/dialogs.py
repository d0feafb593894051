"""Small windows over the inbox: choose, type a line, confirm, read.

Each is a modal screen that is dismissed with its answer, or with None on Esc.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.timer import Timer
from textual.widgets import Input

from carecli.domain.text import search_form
from carecli.i18n import _
from carecli.tui.style.cells import Line, cells, cut, fill, fit, wrap
from carecli.tui.style.content import Painter
from carecli.tui.widgets.board import Banner, Board, LineClicked


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to pick: its key (the answer), what is shown, and a letter that picks it.

    `text` is what picking it brings, shown whole below the choices while the cursor is on it.
    """

    key: str
    label: str
    hint: str = ""
    letter: str = ""
    text: str = ""


Answer = TypeVar("Answer")


class ShowWindow(Protocol):
    """Shows a window over the inbox."""

    def __call__(
        self,
        window: Screen[Answer],
        answered: Callable[[Answer | None], None] | None = None,
        /,
    ) -> object:
        """Show it; `answered` is called with what it was dismissed with."""
        ...


Find = Callable[[str], Sequence[Choice]]

MOST = 16
"""Choices in view at once."""

MOST_PREVIEWED = 10
"""Lines of the preview at most; it scrolls."""

NARROW = 70
"""Cells a preview has in the narrowest terminal."""

AROUND = 5
"""Lines of a picker around its choices: two of the frame, the title, what is typed, the keys."""


def among(choices: Sequence[Choice]) -> Find:
    """Search in fixed choices: every word typed occurs, else the letters in their order.

    What is called just that comes first, then what begins so.
    """

    def find(typed: str) -> Sequence[Choice]:
        words = search_form(typed).split()
        texts = [
            (choice, search_form(f"{choice.label} {choice.hint} {choice.key}"))
            for choice in choices
        ]
        whole = [choice for choice, text in texts if all(word in text for word in words)]
        if whole or not words:
            begins = " ".join(words)

            def rank(one: Choice) -> tuple[bool, bool]:
                label = search_form(one.label)
                return label != begins, not label.startswith(begins)

            return sorted(whole, key=rank)
        letters = "".join(words)
        return [choice for choice, text in texts if _in_order(letters, text)]

    return find


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def dialog_frame(painter: Painter, title: str, hint: str) -> tuple[Banner, Banner]:
    """The lines above and below what a window holds."""
    above = Banner(painter, id="dialog-title", surface="head")
    above.show([[(f" {title}", "title")]])
    below = Banner(painter, id="dialog-hint", surface="head")
    below.show([[(f" {hint}", "dim")]])
    return above, below


class Dialog(ModalScreen[str | None]):
    """A window with a title; Esc leaves it without an answer."""

    def __init__(self, painter: Painter, title: str, hint: str) -> None:
        super().__init__()
        self.painter = painter
        self._title = title
        self._hint = hint

    def frame(self) -> tuple[Banner, Banner]:
        """The lines above and below what the dialog holds."""
        return dialog_frame(self.painter, self._title, self._hint)

    def on_key(self, event: events.Key) -> None:
        """Esc leaves; Textual calls this after a dialog's own handler."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)


class Picker(Dialog):
    """Pick one of several: by typing, by cursor, or by its letter when all have one."""

    def __init__(
        self,
        painter: Painter,
        title: str,
        find: Find,
        *,
        typed: str = "",
        free: bool = False,
        read: Callable[[str], str] | None = None,
    ) -> None:
        """`free`: what was typed is an answer too, when nothing is found.

        Where choices have a text, that of the one under the cursor is shown under them, as `read`
        tells it by its key.
        """
        choices = find("")
        self._by_letter = bool(choices) and all(choice.letter for choice in choices)
        hint = (
            _("a letter, or ↑↓ Enter") if self._by_letter else _("type to find · ↑↓ · Enter · Esc")
        )
        super().__init__(painter, title, hint)
        self._find = find
        self._typed = typed
        self._free = free
        self._read = read
        self._cursor = 0
        self._choices: Sequence[Choice] = find(typed)
        texts = [len(_previewed(one.text, NARROW)) for one in choices if one.text]
        self._longest = min(MOST_PREVIEWED, max(texts, default=0))

    def compose(self) -> ComposeResult:
        """Title, line to type in, choices, hint."""
        above, below = self.frame()
        with Vertical(id="dialog"):
            yield above
            if not self._by_letter:
                line = Input(
                    value=self._typed, id="dialog-input", compact=True, select_on_focus=False
                )
                line.cursor_blink = False
                yield line
            yield Board(self.painter, id="choices", surface="panel")
            if self._longest:
                yield Board(self.painter, id="preview", surface="field")
            yield below

    def on_mount(self) -> None:
        """Show the choices."""
        if self._by_letter:
            self.query_one("#choices", Board).focus()
        self._show()

    def on_resize(self) -> None:
        """Share the height anew between the choices and the preview."""
        self._show()

    def _show(self) -> None:
        board = self.query_one("#choices", Board)
        room = self.app.size.height * 9 // 10 - AROUND
        previewed = min(self._longest, room // 2)
        for preview in self.query("#preview"):
            preview.styles.height = previewed
        most = min(MOST, room - previewed) if previewed else MOST
        board.styles.height = max(1, min(len(self._choices), most))
        board.lay_out(self._lines)
        self._light()

    def _light(self) -> None:
        """Put the cursor on its choice, and show what that one would bring."""
        lit = range(self._cursor, self._cursor + 1) if self._choices else range(0)
        self.query_one("#choices", Board).light(lit)
        if self._longest:
            text = self._text_of(self._choices[self._cursor]) if self._choices else ""
            preview = self.query_one("#preview", Board)
            preview.lay_out(lambda width: _previewed(text, max(20, width)))
            preview.scroll_to(y=0, animate=False, force=True)

    def _text_of(self, choice: Choice) -> str:
        return self._read(choice.key) if self._read is not None else choice.text

    def _lines(self, cells_across: int) -> Sequence[Line]:
        width = max(20, cells_across)
        lines: list[Line] = []
        for choice in self._choices:
            letter = f" {choice.letter} " if choice.letter else " "
            hint = cut(choice.hint, max(0, width - 3 - cells(choice.label) - len(letter)))
            left: Line = [(letter, "key"), (choice.label, "text")]
            lines.append(fill(left, [("  " + hint + " ", "dim")] if hint else [], width))
        return lines or [[(fit(" " + _("no results"), width), "dim")]]

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while typing."""
        self._search(event.value)

    def _search(self, typed: str) -> None:
        if typed != self._typed:
            self._typed = typed
            self._choices = self._find(typed)
            self._cursor = 0
            self._show()

    def on_input_submitted(self) -> None:
        """Enter picks."""
        self._pick()

    def on_line_clicked(self, event: LineClicked) -> None:
        """A click picks."""
        event.stop()
        if event.board == "choices" and event.line < len(self._choices):
            self._cursor = event.line
            self._pick()

    def _pick(self) -> None:
        if self._choices:
            self.dismiss(self._choices[min(self._cursor, len(self._choices) - 1)].key)
        elif self._free:
            typed = self.query_one(Input).value.strip()
            self.dismiss(typed or None)

    def on_key(self, event: events.Key) -> None:
        """Move, pick, leave."""
        steps = {"down": 1, "up": -1, "ctrl+n": 1, "ctrl+p": -1, "pagedown": 10, "pageup": -10}
        if self._by_letter:
            steps |= {"j": 1, "k": -1}
            for choice in self._choices:
                if event.character == choice.letter:
                    event.stop()
                    self.dismiss(choice.key)
                    return
        if event.key in steps or event.key == "enter":
            self._catch_up()
        if event.key in steps and self._choices:
            event.stop()
            self._cursor = max(0, min(self._cursor + steps[event.key], len(self._choices) - 1))
            self._light()
        elif event.key == "enter":
            event.stop()
            self._pick()

    def _catch_up(self) -> None:
        """Search for what was typed: Enter and the arrows may be faster than the line tells."""
        for line in self.query(Input):
            self._search(line.value)


def _previewed(text: str, width: int) -> Sequence[Line]:
    return [[(f" {line}", "text")] for line in wrap(text, width - 2)]


class Ask(Dialog):
    """Type one line; `keep` is handed what was typed, soon after it was and when it is left."""

    KEPT_AFTER = 0.4
    """Seconds after the first key not kept yet, in which more keys are waited for."""

    def __init__(
        self,
        painter: Painter,
        title: str,
        *,
        value: str = "",
        hint: str = "",
        keep: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(painter, title, hint or "Enter · Esc")
        self._value = value
        self._keep = keep
        self._wait: Timer | None = None

    def compose(self) -> ComposeResult:
        """Title, line, hint."""
        above, below = self.frame()
        with Vertical(id="dialog"):
            yield above
            line = Input(value=self._value, id="dialog-input", compact=True, select_on_focus=False)
            line.cursor_blink = False
            yield line
            yield below

    def on_input_changed(self) -> None:
        """Have it kept soon, however fast more is typed."""
        if self._keep is not None and self._wait is None:
            self._wait = self.set_timer(self.KEPT_AFTER, self.keep_written)

    def keep_written(self) -> None:
        """Hand on what is typed, where it shall be kept."""
        if self._wait is not None:
            self._wait.stop()
            self._wait = None
        if self._keep is not None:
            self._keep(self.query_one(Input).value)

    def dismiss(self, result: str | None = None) -> AwaitComplete:
        """Keep what was typed until then."""
        self.keep_written()
        return super().dismiss(result)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter answers."""
        self.dismiss(event.value)


class Confirm(Dialog):
    """Yes with `y`; anything else is no."""

    def __init__(self, painter: Painter, title: str, lines: Sequence[Line]) -> None:
        super().__init__(painter, title, _("y yes · any other key no"))
        self._lines = lines

    def compose(self) -> ComposeResult:
        """Title, what would happen, hint."""
        above, below = self.frame()
        with Vertical(id="dialog"):
            yield above
            body = Banner(self.painter, id="body", surface="panel", height=len(self._lines))
            body.show(self._lines)
            yield body
            yield below

    def on_key(self, event: events.Key) -> None:
        """Only y is yes."""
        event.stop()
        event.prevent_default()
        self.dismiss("y" if event.character == "y" else None)


class TextWindow(ModalScreen[str | None]):
    """Something to read: the help, a contact's history; Esc leaves."""

    def __init__(
        self, painter: Painter, title: str, write: Callable[[int], Sequence[Line]]
    ) -> None:
        """`write` makes the lines for a width."""
        super().__init__()
        self.painter = painter
        self._title = title
        self._hint = _("j k ctrl-d ctrl-u scroll · Esc close")
        self._write = write

    def compose(self) -> ComposeResult:
        """Title, lines, hint."""
        above, below = dialog_frame(self.painter, self._title, self._hint)
        with Vertical(id="dialog", classes="tall"):
            yield above
            yield Board(self.painter, id="reading", surface="panel")
            yield below

    def on_mount(self) -> None:
        """Show the lines."""
        self.query_one(Board).focus()
        self.paint()

    def paint(self) -> None:
        """Show the lines as they are now."""
        self.query_one(Board).lay_out(lambda width: self._write(max(20, width)))

    def on_key(self, event: events.Key) -> None:
        """Scroll or leave."""
        board = self.query_one(Board)
        page = max(1, board.size.height)
        steps = {"j": 1, "down": 1, "k": -1, "up": -1, "ctrl+d": page // 2, "ctrl+u": -page // 2}
        steps |= {"pagedown": page, "pageup": -page, "space": page, "G": len(board.lines)}
        steps |= {"g": -len(board.lines), "home": -len(board.lines), "end": len(board.lines)}
        if event.key in steps:
            event.stop()
            board.turn(steps[event.key])
        elif event.key in ("q", "question_mark", "enter", "escape"):
            event.stop()
            self.dismiss(None)
