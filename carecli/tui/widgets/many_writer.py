"""The window in which one text is written to many threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import TextArea

from carecli.domain.figures import number
from carecli.domain.model import DraftKind
from carecli.domain.snippet import placeholders
from carecli.i18n import _, ngettext, pgettext
from carecli.tui.keys.matcher import KeyMap, key_name
from carecli.tui.reply.checks import CALL, spelling
from carecli.tui.style.cells import Line, fill
from carecli.tui.style.content import Painter
from carecli.tui.widgets.board import Banner
from carecli.tui.widgets.composer import ReplyText, TypingPaused


@dataclass(frozen=True, slots=True)
class MassReplyDraft:
    """One text to many threads, its placeholders filled in for each.

    `key` tells it from another one with the same words; `answers` are to what the text asks for.
    """

    text: str = ""
    kind: DraftKind = DraftKind.REPLY
    snippet: str = ""
    key: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        """Whether it answers in private what was said in public."""
        return self.kind is DraftKind.PRIVATE

    @property
    def is_note(self) -> bool:
        """Whether only colleagues see it."""
        return self.kind is DraftKind.NOTE


Pick = Callable[["MassReplyWindow"], None]


class MassReplyWindow(ModalScreen[MassReplyDraft | None]):
    """Write it; what was written is the answer, or None when it is left for later."""

    def __init__(
        self,
        painter: Painter,
        keymap: KeyMap,
        count: int,
        start: MassReplyDraft,
        keep: Callable[[MassReplyDraft], None],
        pick: Pick,
        edit: Pick,
    ) -> None:
        """Write to `count` threads, by the keys of the reply pane; `keep` keeps a draft.

        `pick` and `edit` put text in: a snippet, or what the moderator's own editor made of it.
        """
        super().__init__()
        self.painter = painter
        self._keymap = keymap
        self._count = count
        self._written = start
        self._keep = keep
        self._pick = pick
        self._edit = edit

    def compose(self) -> ComposeResult:
        """What it is, the text, the keys."""
        with Vertical(id="dialog", classes="tall"):
            yield Banner(self.painter, id="dialog-title", surface="head", height=2)
            yield ReplyText()
            yield Banner(self.painter, id="dialog-hint", surface="head")

    def on_mount(self) -> None:
        """Go on with what was begun."""
        self.text.put(self._written.text)
        self.text.focus()
        self.call_after_refresh(self.show)

    def on_resize(self) -> None:
        """Fit the lines to the window."""
        self.call_after_refresh(self.show)

    @property
    def text(self) -> ReplyText:
        """Where it is written."""
        return self.query_one(ReplyText)

    @property
    def written(self) -> MassReplyDraft:
        """It, to the last letter."""
        self._written = replace(self._written, text=self.text.text)
        return self._written

    def insert(self, text: str, snippet: str) -> None:
        """Put a saved reply in at the cursor, its placeholders as they are."""
        self._written = replace(self._written, snippet=snippet)
        self.text.add(text)
        self.show()

    def show(self) -> None:
        """Paint the lines around the text."""
        above, below = self.query(Banner)
        above.show(self._heading(max(20, above.size.width)))
        words = {
            "compose.send": pgettext("footer", "save")
            if self._written.is_note
            else pgettext("footer", "review"),
            "compose.snippet": "" if self._written.is_note else pgettext("footer", "snippet"),
            "compose.editor": pgettext("footer", "editor"),
            "compose.private": "" if self._written.is_note else pgettext("footer", "private"),
            "compose.leave": pgettext("footer", "save draft") if self._written.is_note else "",
        }
        shown = {name: self._keymap.keys[name][:1] for name in words}
        keys = " · ".join(
            f"{key} {words[name]}".strip()
            for name, first in shown.items()
            for key in first
            if words[name] or name == "compose.leave"
        )
        below.show([[(f" {keys}", "dim")]])

    def keep_written(self) -> None:
        """Keep what is written, for whoever ends the program."""
        self._keep(self.written)

    def _change_kind(self, written: MassReplyDraft) -> None:
        """In public or privately; the draft goes along."""
        kind = DraftKind.REPLY if written.is_private else DraftKind.PRIVATE
        self._written = replace(written, kind=kind)
        self._keep(self._written)
        self._keep(replace(written, text=""))
        self.show()

    def _heading(self, width: int) -> list[Line]:
        n, written = self._count, self._written
        if written.is_note:
            said = ngettext("NOTE in {n} thread", "NOTE in {n} threads", n)
        elif written.is_private:
            said = ngettext("PRIVATE REPLY to {n} thread", "PRIVATE REPLY to {n} threads", n)
        else:
            said = ngettext("REPLY to {n} thread", "REPLY to {n} threads", n)
        first: Line = [(f" {said.format(n=number(n))}", "title")]
        text = self.text.text
        names = dict.fromkeys(f"{{{one.name}}}" for one in placeholders(text))
        second: Line = [(_(" {n} written").format(n=number(len(text))), "dim")]
        if names and not written.is_note:
            second += [(_(" · filled in for each: "), "dim"), (" ".join(names), "accent")]
            second += spelling(text)
        elif not written.is_note:
            second.append((_(" · {contact.first_name} is filled in for each"), "dim"))
        return [fill(first, [], width), fill(second, [], width)]

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Count, and insert a snippet called by `;;name `."""
        event.stop()
        called = CALL.search(self.text.before_cursor())
        if called is not None and not self._written.is_note:
            self._pick(self)
        self.show()

    def on_typing_paused(self, event: TypingPaused) -> None:
        """Keep the draft whenever typing pauses."""
        event.stop()
        self._keep(self.written)

    def on_key(self, event: events.Key) -> None:
        """Review, snippet, editor, private, or leave."""
        written = self.written
        pressed = (key_name(event.key, event.character),)
        match self._keymap.bindings("compose").get(pressed):
            case "compose.send" if written.text.strip():
                self.dismiss(written)
            case "compose.snippet" if not written.is_note:
                self._pick(self)
            case "compose.editor":
                self._edit(self)
            case "compose.private" if not written.is_note:
                self._change_kind(written)
            case "compose.leave":
                self._keep(written)
                self.dismiss(None)
            case _:
                return
        event.stop()
        event.prevent_default()
