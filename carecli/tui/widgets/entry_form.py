"""The window for a manual entry."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from carecli.domain.days import is_day
from carecli.domain.entry import ManualEntry
from carecli.domain.model import ContactPoint
from carecli.i18n import N_, _
from carecli.tui.style.cells import Line
from carecli.tui.style.content import Painter
from carecli.tui.widgets.board import Banner

POINTS = " ".join(point.value for point in ContactPoint)


class PastedLine(Input):
    """Takes all lines of what is pasted, with blanks between; `Input` keeps the first only."""

    def on_paste(self, event: events.Paste) -> None:
        """Insert all lines as one."""
        if event.text:
            self.insert_text_at_cursor(" ".join(event.text.split()))
        event.stop()
        event.prevent_default()


class EntryForm(ModalScreen[ManualEntry | None]):
    """Asks for text, author, link, time, contact point and place of a message."""

    FIELDS = (
        ("words", N_("Text of the message")),
        ("author", N_("Who wrote it")),
        ("link", N_("Link to it (optional)")),
        ("written", N_("When: 2026-11-30 18:20, yesterday, 3h for 3 hours ago; empty: now")),
        ("point", N_("Contact point, one of: {points}")),
        ("place", N_("Place, e.g. WhatsApp, TikTok, or the name of a group")),
    )

    def __init__(self, painter: Painter, title: str) -> None:
        super().__init__()
        self.painter = painter
        self._title = title

    def compose(self) -> ComposeResult:
        """Labelled lines, one below the other."""
        above = Banner(self.painter, id="dialog-title", surface="head")
        above.show([[(f" {self._title}", "title")]])
        with Vertical(id="dialog"):
            yield above
            for name, label in self.FIELDS:
                banner = Banner(self.painter, id=f"label-{name}", surface="panel")
                banner.show([[(" " + _(label).format(points=POINTS), "dim")]])
                yield banner
                line = PastedLine(id=name, compact=True, classes="entry")
                line.cursor_blink = False
                yield line
            yield Banner(self.painter, id="dialog-hint", surface="head")

    def on_mount(self) -> None:
        """Begin with the text; most of what is entered stands in groups."""
        self._input("point").value = ContactPoint.GROUP_POST.value
        self._input("words").focus()
        self._hint("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """On to the next line; from the last one, done, or back to the line that is wrong."""
        names = [name for name, _label in self.FIELDS]
        place = names.index(event.input.id or names[0])
        if place < len(names) - 1:
            self._input(names[place + 1]).focus()
            return
        name, problem = self._wrong()
        if problem:
            self._hint(problem)
            self._input(name).focus()
            return
        self.dismiss(
            ManualEntry(
                text=self._typed("words"),
                link=self._typed("link"),
                author=self._typed("author"),
                written=self._typed("written"),
                point=ContactPoint(self._typed("point")),
                place=self._typed("place"),
            )
        )

    def on_key(self, event: events.Key) -> None:
        """Esc leaves."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)

    def _wrong(self) -> tuple[str, str]:
        """The first line that cannot stay as it is, and why; two empty words when all is well."""
        if not self._typed("words"):
            return "words", _("Enter the text of the message.")
        if not self._typed("author") and not self._typed("link"):
            return "author", _("Enter who wrote it, or a link.")
        written = self._typed("written")
        if written and not is_day(written):
            return "written", _("Write 2026-11-30 18:20, yesterday, or 3h for three hours ago.")
        if self._typed("point") not in POINTS.split():
            return "point", _("Choose one of these contact points.")
        return "", ""

    def _hint(self, problem: str) -> None:
        keys = _("Enter: next line, done on the last one · Esc close")
        line: Line = [(f" {problem}", "warn")] if problem else [(f" {keys}", "dim")]
        self.query_one("#dialog-hint", Banner).show([line])

    def _typed(self, name: str) -> str:
        return self._input(name).value.strip()

    def _input(self, name: str) -> Input:
        return self.query_one(f"#{name}", Input)
