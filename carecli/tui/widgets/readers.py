"""Windows to read before something is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events

from carecli.tui.cells import Line
from carecli.tui.content import Painter
from carecli.tui.widgets.dialogs import Reader


class ReviewReader(Reader):
    """What is about to be done: Enter does it, anything that leaves does not."""

    def __init__(
        self, painter: Painter, title: str, write: Callable[[int], Sequence[Line]]
    ) -> None:
        super().__init__(painter, title, write)
        self._hint = "Enter does it · Esc leaves · j k ctrl-d ctrl-u"

    def on_key(self, event: events.Key) -> None:
        """Enter is yes; the rest is reading."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.dismiss("yes")
