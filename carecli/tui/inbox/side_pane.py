"""The left pane: every view with its count, and the cursor among them."""

from __future__ import annotations

from collections.abc import Callable

from carecli.domain.model import Millis
from carecli.tui.inbox.bars import ListView, SideLine, side_lines
from carecli.tui.inbox.view_store import ViewStore
from carecli.tui.widgets.board import Board


class SidePane:
    """Paints the views on `board`, and moves its cursor from view to view."""

    def __init__(
        self,
        board: Board,
        views: ViewStore,
        name: str,
        now: Callable[[], Millis],
        *,
        width: Callable[[], int],
        has_focus: Callable[[], bool],
    ) -> None:
        """`name` is how colleagues know the moderator; `width` is 0 while the pane is hidden."""
        self.board = board
        self.cursor = 0
        self._views = views
        self._name = name
        self._now = now
        self._width = width
        self._has_focus = has_focus
        self._lines: list[SideLine] = []

    def paint(self) -> None:
        """Show the views as they are now."""
        width = self._width()
        if not width:
            return
        views = self._views
        self._lines = side_lines(
            views.overview, views.current, self._now(), width, self._name, views.saved
        )
        self.board.show([line.line for line in self._lines])
        cursor = self.cursor if self._has_focus() else -1
        self.board.light(range(cursor, cursor + 1) if cursor >= 0 else range(0))

    def view_at(self, line: int) -> ListView | None:
        """The view of a line, if it has one."""
        return self._lines[line].view if 0 <= line < len(self._lines) else None

    @property
    def chosen(self) -> ListView | None:
        """The view under the cursor."""
        return self.view_at(self.cursor)

    def step(self, by: int) -> None:
        """Move the cursor to the next line that is a view."""
        line = self.cursor
        while 0 <= line + by < len(self._lines):
            line += by
            if self._lines[line].view is not None:
                self.cursor = line
                break
        self.paint()
