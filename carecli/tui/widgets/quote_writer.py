"""The window in which a quote is shown and shortened before it is kept."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import TextArea

from carecli.desk.research.codes import QuoteDraft
from carecli.domain.anonymous_quotes import OMITTED, is_excerpt_of
from carecli.i18n import _
from carecli.tui.style.cells import Line, cut, steady, wrap
from carecli.tui.style.content import Painter
from carecli.tui.widgets.board import Banner
from carecli.tui.widgets.composer import ReplyText, TypingPaused

SHOWN = 5
"""Lines of what was said that stand above the quote."""


class QuoteWriter(ModalScreen[str | None]):
    """Cut it; the text to keep is the answer, or None when it is left."""

    def __init__(self, painter: Painter, draft: QuoteDraft) -> None:
        super().__init__()
        self.painter = painter
        self._draft = draft

    def compose(self) -> ComposeResult:
        """What was said, the quote, the keys."""
        with Vertical(id="dialog", classes="quote"):
            yield Banner(self.painter, id="dialog-title", surface="head")
            yield Banner(self.painter, id="body", surface="panel", height=SHOWN + 1)
            yield ReplyText()
            yield Banner(self.painter, id="dialog-hint", surface="head", height=2)

    def on_mount(self) -> None:
        """Begin with what is left without names."""
        self.text.put(self._draft.text)
        self.text.focus()
        self.call_after_refresh(self.show)

    def on_resize(self) -> None:
        """Fit the lines to the window."""
        self.call_after_refresh(self.show)

    @property
    def text(self) -> ReplyText:
        """Where it is cut."""
        return self.query_one(ReplyText)

    def show(self) -> None:
        """Paint the lines around the text."""
        title, said, hint = self.query(Banner)
        width = max(20, said.size.width)
        title.show([[(cut(" " + _("An outstanding quote, without names"), width), "title")]])
        lines = wrap(steady(self._draft.original), width - 4)
        if len(lines) > SHOWN:
            lines = [*lines[: SHOWN - 1], cut(lines[SHOWN - 1], width - 6) + " …"]
        shown: list[Line] = [[("  ", "text"), (one, "dim")] for one in lines]
        said.show([*shown, *[[("", "text")]] * (SHOWN + 1 - len(shown))])
        keys = " " + _("ctrl-s keep · Esc leave")
        hint.show([self._objection(width), [(cut(keys, width), "dim")]])

    def _objection(self, width: int) -> Line:
        if self.can_keep:
            told = _("Remove words or replace them with {mark}. Check it for other names.")
            return [(cut(" " + told.format(mark=OMITTED), width), "text")]
        wrong = _("A quote can only contain words from the message.")
        if not self._says_something:
            wrong = _("Nothing is left to quote.")
        return [(cut(f" ▲ {wrong}", width), "bad")]

    @property
    def can_keep(self) -> bool:
        """Whether it says nothing else, and something at all."""
        text = self.text.text.strip()
        return self._says_something and is_excerpt_of(text, self._draft.original)

    @property
    def _says_something(self) -> bool:
        return any(char.isalnum() for char in self.text.text.replace(OMITTED, ""))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Look at it again."""
        event.stop()
        self.show()

    def on_typing_paused(self, event: TypingPaused) -> None:
        """Nothing is kept before it is wanted."""
        event.stop()

    def on_key(self, event: events.Key) -> None:
        """Keep, or leave."""
        match event.key:
            case "ctrl+s" if self.can_keep:
                self.dismiss(self.text.text.strip())
            case "ctrl+s":
                pass
            case "escape":
                self.dismiss(None)
            case _:
                return
        event.stop()
        event.prevent_default()
