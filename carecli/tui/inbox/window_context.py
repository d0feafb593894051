"""What a window over the inbox may use of it."""

from __future__ import annotations

from typing import Protocol

from textual.app import App

from carecli.desk.services import InboxServices
from carecli.tui.inbox.desk_runner import DeskRunner
from carecli.tui.inbox.preferences import Preferences
from carecli.tui.inbox.view_store import ViewStore


class WindowContext(Protocol):
    """The desk and those parts of the inbox that a window needs, no more."""

    @property
    def app(self) -> App[object]:
        """Shows further windows."""
        ...

    @property
    def desk(self) -> InboxServices:
        """Is asked for what the window shows."""
        ...

    @property
    def runner(self) -> DeskRunner:
        """Runs reads and writes, and says what came of them."""
        ...

    @property
    def preferences(self) -> Preferences:
        """The palette, the keys and the time zone."""
        ...

    @property
    def views(self) -> ViewStore:
        """The counts, and which brand is shown."""
        ...
