"""Reads which threads the list shows: a first page at once, the whole order in the background."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Collection
from functools import partial

from textual.worker import Worker

from carecli.domain.errors import CareError, QueryCancelled
from carecli.domain.model import ThreadId
from carecli.tui.inbox.bars import ListView
from carecli.tui.inbox.desk_runner import DeskRunner, StartWork
from carecli.tui.inbox.list_ids import ahead
from carecli.tui.inbox.view_store import ViewStore
from carecli.tui.widgets.thread_list import ThreadList, place_of

FIRST_PAGE = 200
"""Threads read before the first paint; the whole order follows."""

REST = 20
"""Times its own length that a reading of a whole order rests before the next one."""


class ListLoader:
    """Fills the list with the threads of the view, and keeps their order up to date."""

    def __init__(
        self,
        runner: DeskRunner,
        start: StartWork,
        views: ViewStore,
        threads: ThreadList,
        *,
        before_show: Callable[[], None],
        view_shown: Callable[[ListView, str], None],
        list_changed: Callable[[], None],
        after_show: Callable[[], None],
        give_up: Callable[[], None],
    ) -> None:
        """`before_show`: another view is asked for. `view_shown` gets the view and brand before it.

        `list_changed`: ids were read anew. `after_show`: the view is painted. `give_up` ends a read
        that takes long.
        """
        self._runner = runner
        self._start = start
        self._views = views
        self._threads = threads
        self._before_show = before_show
        self._view_shown = view_shown
        self._list_changed = list_changed
        self._after_show = after_show
        self._give_up = give_up
        self._is_loading = False
        self._is_stale = False
        self._rested_at = 0.0
        self._switching: Worker[None] | None = None

    @property
    def is_settled(self) -> bool:
        """Whether no other view is being read."""
        return self._switching is None or self._switching.is_finished

    def load_first_page(self) -> None:
        """Read the first page here and now."""
        views = self._views
        first = self._runner.ask(lambda: views.ids(views.current, views.brand, FIRST_PAGE), None)
        if first is not None:
            self._threads.put(first.ids, whole=first.is_whole, keep=False)
            self._is_stale = not first.is_whole

    # another view

    def show_view(
        self,
        view: ListView,
        *,
        brand: str | None = None,
        failed: Callable[[CareError], None] | None = None,
    ) -> None:
        """Show another view, once it is known to be readable; keys typed meanwhile act on it."""
        self._before_show()
        switch = partial(self._switch, view, brand, failed or self._runner.complain)
        self._switching = self._start(switch, group="view", exclusive=True)

    async def _switch(
        self, view: ListView, brand: str | None, failed: Callable[[CareError], None]
    ) -> None:
        views = self._views
        wanted = views.brand if brand is None else brand
        self._give_up()
        try:
            first = await self._runner.read(lambda: views.ids(view, wanted, FIRST_PAGE))
        except CareError as error:
            failed(error)
            return
        except Exception as error:  # noqa: BLE001  shown, not raised
            self._runner.complain(error)
            return
        before = views.switch(view, wanted)
        self._threads.look_for(views.searched)
        self._threads.empty = views.empty_text
        self._threads.put(first.ids, whole=first.is_whole, keep=False)
        self._is_stale = not first.is_whole
        self._rested_at = 0.0
        self._view_shown(*before)
        self._after_show()

    def leave_search(self) -> None:
        """From a search or a typed filter back to the view before, or to what led there."""
        views = self._views
        if views.current.is_typed:
            return_to = views.return_to if views.current.threads is not None else None
            self.show_view(views.untyped)
            if return_to is not None:
                return_to()

    # the order

    def mark_stale(self) -> None:
        """The order may have changed: read it again when it is time to."""
        self._is_stale = True

    def catch_up(self, *, is_changed: bool) -> None:
        """Read the whole order if that is due, else the first page where something changed."""
        is_due = self._is_stale and time.monotonic() >= self._rested_at
        if is_due and not self._is_loading:
            self._start(self._reload, group="order")
        elif is_changed:
            self.freshen()

    async def _reload(self) -> None:
        """Read the whole order again, the cursor staying on its thread."""
        if self._is_loading:
            self._is_stale = True
            return
        self._is_loading, self._is_stale = True, False
        views, began = self._views, time.monotonic()
        view, brand = views.current, views.brand
        under, near = self._threads.thread, self._threads.cursor

        def read() -> tuple[array[int], int | None]:
            ids = array("q", views.ids(view, brand).ids)
            return ids, place_of(ids, under, near) if under is not None else None

        try:
            ids, place = await self._runner.read(read)
        except QueryCancelled:
            self._is_stale = True
        except Exception as error:  # noqa: BLE001  shown, not raised
            self._runner.complain(error)
        else:
            if (view, brand) == (views.current, views.brand):
                self._threads.put(ids, whole=True, at=place)
                self._list_changed()
                now = time.monotonic()
                self._rested_at = now + REST * (now - began) if now - began > 0.02 else now
            else:
                self._is_stale = True
        finally:
            self._is_loading = False

    def freshen(self) -> None:
        """Bring the first page up to date, and leave the rest until the order is read again."""
        self._start(self._freshen, group="first", exclusive=True)

    async def _freshen(self) -> None:
        views, old = self._views, self._threads.ids
        view, brand = views.current, views.brand

        def read() -> array[int]:
            first = views.ids(view, brand, FIRST_PAGE)
            return array("q", first.ids) if first.is_whole else ahead(first.ids, old)

        try:
            ids = await self._runner.read(read)
        except Exception as error:  # noqa: BLE001  shown, not raised
            self._runner.complain(error)
            return
        if (view, brand) == (views.current, views.brand) and self._threads.ids is old:
            self._threads.put(ids, whole=self._threads.is_whole)
            self._list_changed()

    def remove_gone(self, changed: Collection[ThreadId]) -> None:
        """Take threads off the screen that the view no longer takes in."""
        views = self._views
        shown = [thread for thread in self._threads.shown() if thread in changed]
        if shown:
            kept = self._runner.ask(
                lambda: views.matching(views.current, shown, views.brand), set(shown)
            )
            self._threads.without({thread for thread in shown if thread not in kept})
