"""Windows to read: before something is done, and about somebody."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events

from carecli.i18n import _
from carecli.tui.cells import Line
from carecli.tui.content import Painter
from carecli.tui.widgets.dialogs import Reader


class ReviewReader(Reader):
    """What is about to be done: Enter does it, anything that leaves does not."""

    def __init__(
        self, painter: Painter, title: str, write: Callable[[int], Sequence[Line]]
    ) -> None:
        super().__init__(painter, title, write)
        self._hint = _("Enter does it · Esc leaves · j k ctrl-d ctrl-u")

    def on_key(self, event: events.Key) -> None:
        """Enter is yes; the rest is reading."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.dismiss("yes")


class HistoryReader(Reader):
    """A person's history; `i` asks for a note about them, which is the answer `note`."""

    def __init__(
        self, painter: Painter, title: str, write: Callable[[int], Sequence[Line]]
    ) -> None:
        super().__init__(painter, title, write)
        self._hint = _("j k · i note about the person · Esc leaves")

    def on_key(self, event: events.Key) -> None:
        """A note, or reading."""
        if event.key == "i":
            event.stop()
            event.prevent_default()
            self.dismiss("note")
