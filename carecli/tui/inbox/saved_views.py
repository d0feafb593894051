"""Saved views beside the list, with counts that are read where they may take their time."""

from __future__ import annotations

import asyncio
import time

from textual import work

from carecli.desk.services import InboxServices
from carecli.tui.inbox.bars import ListView, saved_view, views
from carecli.tui.inbox.batches import Marking
from carecli.tui.settings import Settings

COUNT_EVERY = 2.0
"""Seconds between two countings."""


class SavedViews(Marking):
    """Panes with a desk behind them, marks, and the moderator's own views."""

    def __init__(self, desk: InboxServices, settings: Settings) -> None:
        super().__init__(desk, settings)
        self._counted_at = 0.0
        self._is_counting = False

    def on_mount(self) -> None:
        """Count once the first page stands (Textual calls the parents' handler as well)."""
        self.call_after_refresh(self.count_views)

    def refresh_overview(self) -> None:
        """Read the counts again, those of saved views soon after."""
        super().refresh_overview()
        if time.monotonic() - self._counted_at >= COUNT_EVERY and not self._is_counting:
            self.count_views()

    @work(group="views", exit_on_error=False)
    async def count_views(self) -> None:
        """Read the saved views and how many threads each takes in."""
        self._is_counting = True
        brand = self.brand
        try:
            read = asyncio.get_running_loop().run_in_executor
            self.saved = await read(self._reader, lambda: self.desk.threads.views(brand))
        except Exception as error:  # noqa: BLE001  whatever the desk raises is told, not thrown
            self.complain(error)
        self._is_counting, self._counted_at = False, time.monotonic()
        self.paint_side()

    def views_changed(self, said: str) -> None:
        """A view was kept or dropped: say so, and count anew."""
        self.say(said)
        self.count_views()

    def view_number(self, number: int) -> ListView | None:
        """The n-th saved view (from 1), or where there are not so many, the n-th line beside."""
        if number <= len(self.saved):
            return saved_view(self.saved[number - 1])
        beside = views(self.overview)
        return beside[number - 1] if number <= len(beside) else None

    def all_views(self) -> list[ListView]:
        """Every view in the order of the left pane."""
        return [*views(self.overview), *map(saved_view, self.saved)]
