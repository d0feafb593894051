"""Which view the list shows, the counts beside it, and the moderator's saved views."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from carecli.desk.services import InboxServices
from carecli.desk.threads.rows import Overview, ThreadIds
from carecli.domain.filter import parse_filter
from carecli.domain.hits import Phrase, search_phrases
from carecli.domain.model import Colour, ThreadId
from carecli.i18n import _
from carecli.tui.inbox.bars import WAITING, ListView, empty_words, saved_view, views
from carecli.tui.inbox.desk_runner import DeskRunner, StartWork
from carecli.tui.inbox.list_ids import mentioned
from carecli.tui.inbox.outcome_words import engine_stopped

if TYPE_CHECKING:
    from carecli.desk.planning.rows import ViewRow

EMPTY = Overview(dict.fromkeys(Colour, 0), 0, None, 0, 0, (), (), (), (), (), (), None, False)
"""What is shown before the desk was asked."""

COUNT_EVERY = 2.0
"""Seconds between two counts of the saved views."""


class ViewStore:
    """Holds the view and brand that are shown, the overview and the saved views.

    `previous` is the view before, `untyped` the last one that was not typed as a filter or search.
    `return_to` opens again what led to the threads that are listed, e.g. a report.
    """

    def __init__(
        self,
        desk: InboxServices,
        runner: DeskRunner,
        start: StartWork,
        *,
        overview_changed: Callable[[], None],
        saved_changed: Callable[[], None],
    ) -> None:
        self.current = self.previous = self.untyped = WAITING
        self.brand = ""
        self.overview = EMPTY
        self.saved: Sequence[ViewRow] = ()
        self.searched: tuple[Phrase, ...] = ()
        """The words that the view searches for."""
        self.return_to: Callable[[], None] | None = None
        self._desk = desk
        self._runner = runner
        self._start = start
        self._overview_changed = overview_changed
        self._saved_changed = saved_changed
        self._mentions: tuple[str | None, int] = (None, 0)
        self._counted_at = 0.0
        self._is_counting = False

    # queries

    def ids(self, view: ListView, brand: str, limit: int | None = None) -> ThreadIds:
        """The threads of a view in its order; a view that names its threads has all of those."""
        if view.threads is not None:
            return ThreadIds(view.threads, True)
        return self._desk.threads.ids(view.filter, view.sort, brand, limit)

    def matching(self, view: ListView, ids: Sequence[ThreadId], brand: str) -> set[ThreadId]:
        """Those of `ids` that the view takes in."""
        if view.threads is not None:
            return {*ids} & {*view.threads}
        return self._desk.threads.matching(view.filter, ids, brand)

    # the view shown

    def switch(self, view: ListView, brand: str) -> tuple[ListView, str]:
        """Show another view; returns the view and the brand before."""
        if view.asks != self.current.asks:
            self.previous = self.current
        if not self.current.is_typed:
            self.untyped = self.current
        before = self.current, self.brand
        self.current, self.brand = view, brand
        self.searched = search_phrases(parse_filter(view.filter)) if view.threads is None else ()
        return before

    @property
    def empty_text(self) -> str:
        """What an empty list says."""
        return empty_words(self.overview, self.current, is_search=bool(self.searched))

    # counts

    def read_overview(self) -> None:
        """Read the counts, and show nothing of them yet."""
        self.overview = self._runner.ask(
            lambda: self._desk.threads.overview(self.brand), self.overview
        )

    def refresh_overview(self) -> None:
        """Read the counts again, and say what needs attention: a stopped engine, a mention.

        The saved views are counted soon after.
        """
        failure = self.overview.engine_failure
        self.read_overview()
        if self.overview.engine_failure and not failure:
            self._runner.complain(engine_stopped(self.overview.engine_failure))
        before, self._mentions = self._mentions, (self.brand, mentioned(self.overview))
        if before[0] == self.brand and self._mentions[1] > before[1]:
            self._runner.say(_("A colleague mentioned you in a note: see Mentioned."))
        self._overview_changed()
        if time.monotonic() - self._counted_at >= COUNT_EVERY and not self._is_counting:
            self.count_saved()

    # saved views

    def count_saved(self) -> None:
        """Read the saved views and how many threads each takes in, in the background."""
        self._start(self._count_saved, group="views")

    async def _count_saved(self) -> None:
        self._is_counting = True
        brand = self.brand
        try:
            self.saved = await self._runner.read(lambda: self._desk.threads.views(brand))
        except Exception as error:  # noqa: BLE001  shown, not raised
            self._runner.complain(error)
        self._is_counting, self._counted_at = False, time.monotonic()
        self._saved_changed()

    def announce(self, message: str) -> None:
        """A view was saved or deleted: say so, and count anew."""
        self._runner.say(message)
        self.count_saved()

    def numbered(self, number: int) -> ListView | None:
        """The n-th saved view (from 1); where there are not so many, the n-th of the left pane."""
        if number <= len(self.saved):
            return saved_view(self.saved[number - 1])
        fixed = views(self.overview)
        return fixed[number - 1] if number <= len(fixed) else None

    def all(self) -> list[ListView]:
        """Every view in the order of the left pane."""
        return [*views(self.overview), *map(saved_view, self.saved)]
