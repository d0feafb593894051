"""Review windows before an action."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events

from carecli.i18n import _
from carecli.tui.style.cells import Line
from carecli.tui.style.content import Painter
from carecli.tui.widgets.dialogs import TextWindow


class ReviewReader(TextWindow):
    """What is about to be done: Enter does it, anything that leaves does not."""

    def __init__(
        self, painter: Painter, title: str, write: Callable[[int], Sequence[Line]]
    ) -> None:
        super().__init__(painter, title, write)
        self._hint = _("Enter confirm · Esc cancel · j k ctrl-d ctrl-u scroll")

    def on_key(self, event: events.Key) -> None:
        """Enter is yes; the rest is reading."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.dismiss("yes")


class SendReader(TextWindow):
    """What would be sent: Enter sends it, `e` edits it again, what leaves goes back to the text.

    The answer is `send` or `edit`. Without `can_send` Enter only goes back.
    """

    def __init__(
        self,
        painter: Painter,
        title: str,
        write: Callable[[int], Sequence[Line]],
        *,
        can_send: bool,
    ) -> None:
        super().__init__(painter, title, write)
        self._can_send = can_send
        self._hint = _("e edit again · Esc back to the text · j k scroll")
        if can_send:
            self._hint = _(
                "Enter or ctrl-s send · e edit again · Esc back to the text · j k scroll"
            )

    def on_key(self, event: events.Key) -> None:
        """Send or edit; the rest is reading."""
        answers = {"e": "edit"}
        if self._can_send:
            answers |= {"enter": "send", "ctrl+s": "send"}
        if event.key in answers:
            event.stop()
            event.prevent_default()
            self.dismiss(answers[event.key])
