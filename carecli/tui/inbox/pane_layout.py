"""The panes' widgets: how wide each is at the terminal's size, and which of them has the keys."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Size
from textual.widget import Widget

from carecli.tui.inbox.layout import Panes, panes


class PaneLayout:
    """Shows, hides and sizes the panes, and gives them the focus.

    `side`, `threads`, `board` and `text` are the widgets that can have the keys; `middle`, `right`
    and `compose_box` are the boxes around them. `reserved` are columns at the right that another
    widget takes.
    """

    def __init__(
        self,
        *,
        side: Widget,
        threads: Widget,
        board: Widget,
        text: Widget,
        middle: Widget,
        right: Widget,
        compose_box: Widget,
        size: Callable[[], Size],
        focused: Callable[[], Widget | None],
        set_focus: Callable[[Widget], None],
        is_writing: Callable[[], bool],
        focus_moved: Callable[[], None],
    ) -> None:
        """`size` is the terminal's; `focus_moved` is called after `focus_on` gave the focus."""
        self.side, self.threads, self.board, self.text = side, threads, board, text
        self._middle, self._right, self._compose_box = middle, right, compose_box
        self._size = size
        self._focused = focused
        self._set_focus = set_focus
        self._is_writing = is_writing
        self._focus_moved = focus_moved
        self._is_reading = False
        self._is_side_wanted = False
        self.reserved = 0

    @property
    def context(self) -> str:
        """Which keys apply: list, thread, side or compose."""
        focused = self._focused()
        if focused is None:
            return "list"
        contexts = {self.board: "thread", self.side: "side", self.text: "compose"}
        return contexts.get(focused, "list")

    @property
    def is_in_thread(self) -> bool:
        """Whether the open conversation or the reply pane has the keys."""
        return self.context in ("thread", "compose")

    @property
    def columns(self) -> int:
        """Columns of the whole terminal."""
        return self._size().width

    @property
    def widths(self) -> Panes:
        """Columns of each pane now."""
        width = self.columns - self.reserved
        return panes(width, reading=self._is_reading, side_wanted=self._is_side_wanted)

    @property
    def right_width(self) -> int:
        """Columns for the text of the conversation pane, without its border."""
        widths = self.widths
        return widths.right - (0 if widths.is_folded else 1)

    def focus_on(self, widget: Widget) -> None:
        """Show a pane and give it the keys, at once, so that no key goes elsewhere."""
        self._is_reading = widget in (self.board, self.text)
        self._is_side_wanted = widget is self.side
        self.place()
        self._set_focus(widget)
        self._focus_moved()

    def focus_list(self) -> None:
        """Give the keys to the list."""
        self.focus_on(self.threads)

    def place(self) -> None:
        """Show and size the panes for the terminal's size."""
        widths = self.widths
        for widget, width in (
            (self.side, widths.side),
            (self._middle, widths.middle),
            (self._right, widths.right),
        ):
            if widget.display != bool(width):
                widget.display = bool(width)
        self.side.styles.width = max(1, widths.side)
        self._right.styles.width = max(1, widths.right)
        self._right.set_class(not widths.is_folded, "apart")
        self._compose_box.styles.height = max(7, min(14, self._size().height * 2 // 5))
        self._compose_box.display = self._is_writing()
