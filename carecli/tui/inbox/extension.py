"""Something beside the inbox that follows what the moderator does there, such as a lesson."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from textual.widget import Widget

from carecli.domain.model import ThreadId
from carecli.tui.commands.context import CommandContext


class ScreenExtension(Protocol):
    """Panels of its own, and hooks that the screen calls.

    The screen calls `attach` once its parts exist, and before anything else.
    """

    brand: str
    """The brand that is shown first."""

    @property
    def side_panel(self) -> Widget:
        """Stands at the right of all panes."""
        ...

    @property
    def bottom_panel(self) -> Widget:
        """Stands above the hint bar."""
        ...

    def attach(self, context: CommandContext) -> None:
        """Make the panels; `context` holds the parts of the inbox."""
        ...

    def start(self, every: Callable[[float, Callable[[], None]], object]) -> None:
        """The screen is mounted: begin; `every` calls something each so many seconds."""
        ...

    def stop(self) -> None:
        """The screen goes away."""
        ...

    def place(self, columns: int) -> int:
        """Size the panels for the terminal's width; returns the columns the side panel takes."""
        ...

    def paint(self) -> None:
        """Paint the panels."""
        ...

    def recolour(self) -> None:
        """Paint the panels with the palette of the preferences."""
        ...

    def press(self, key: str, character: str | None) -> bool:
        """A key is pressed (Textual's name and character); True where it is the extension's."""
        ...

    def thread_opened(self, thread: ThreadId) -> None:
        """A thread was opened."""
        ...

    def view_shown(self) -> None:
        """Another view stands in the list."""
        ...

    def learn(self) -> None:
        """The lessons were asked for."""
        ...

    def leave(self) -> None:
        """The inbox was left by the key for going back."""
        ...
