"""The list of threads: a million cost what a screenful costs.

Ids stand in an `array('q')` in display order; rows are read for the visible window and a page
around it, and kept for a while. A cursor move repaints two threads, a second of countdown only
the cells whose text changed, and the list scrolls by the page.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from textual import events
from textual.message import Message
from textual.strip import Strip

from carecli.desk.threads.rows import ThreadRow
from carecli.domain.hits import Phrase
from carecli.domain.model import Millis, ThreadId
from carecli.i18n import _
from carecli.tui.inbox.list_rows import TIME, remaining, thread_lines
from carecli.tui.style.cells import Line, cells, fit
from carecli.tui.style.content import Painter
from carecli.tui.terminal.lines import Lines
from carecli.tui.terminal.screen_buffer import Touch, TouchUp

KEPT_ROWS = 2_000
NEAR = 5_000

ReadRows = Callable[[Sequence[ThreadId]], Mapping[ThreadId, ThreadRow]]


def place_of(ids: array[int], thread: int, near: int) -> int | None:
    """Where a thread stands in the list; quick where it is near, None when it is not in it."""
    for start, stop in ((near, near + 1), (max(0, near - NEAR), near + NEAR), (0, len(ids))):
        try:
            return ids.index(thread, start, stop)
        except ValueError:
            continue
    return None


@dataclass(slots=True)
class ThreadClicked(Message):
    """A thread was clicked; `again` when it was under the cursor already."""

    thread: ThreadId
    again: bool


class RowCache:
    """Rows that were read, by thread: the newest 2,000 of them."""

    def __init__(self, read: ReadRows) -> None:
        self._read = read
        self._rows: dict[ThreadId, ThreadRow] = {}

    def get(self, thread: ThreadId) -> ThreadRow | None:
        """A row, if it was read."""
        return self._rows.get(thread)

    def read(self, thread: ThreadId) -> ThreadRow | None:
        """A row, read now if it was not."""
        self.load([thread])
        return self._rows.get(thread)

    def load(self, threads: Sequence[ThreadId]) -> None:
        """Read the rows of these threads that were not read."""
        missing = [thread for thread in threads if thread not in self._rows]
        if not missing:
            return
        self._rows.update(self._read(missing))
        while len(self._rows) > KEPT_ROWS:
            del self._rows[next(iter(self._rows))]

    def at(self, ids: array[int], place: int, page: int) -> ThreadRow | None:
        """The row at a place of the list, read with a page around it."""
        thread = ThreadId(ids[place])
        if thread not in self._rows:
            around = ids[max(0, place - page) : place + 2 * page]
            self.load([ThreadId(one) for one in around])
        return self._rows.get(thread)

    def forget(self, threads: Collection[ThreadId] | None) -> None:
        """These rows (None: all) may have changed."""
        if threads is None:
            self._rows.clear()
        else:
            for thread in threads:
                self._rows.pop(thread, None)


class ThreadList(Lines, can_focus=True):
    """The middle pane. `empty` is what it says when there is no thread."""

    def __init__(
        self, painter: Painter, read: ReadRows, now: Callable[[], Millis], me: str, *, compact: bool
    ) -> None:
        super().__init__(id="threads")
        self.painter = painter
        self.empty = _("Nothing is waiting here.")
        self.is_whole = False
        self._wanted: tuple[Phrase, ...] = ()
        self._now = now
        self._me = me
        self._per = 1 if compact else 2
        self._ids = array("q")
        self._cursor = 0
        self._rows = RowCache(read)
        self._at = now()
        self._times: dict[ThreadId, tuple[str, str]] = {}
        self._marked: frozenset[ThreadId] = frozenset()
        self._is_lit = True
        self._zone = ""
        self._opened: ThreadId | None = None

    # what stands in it

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def cursor(self) -> int:
        """Index of the thread under the cursor."""
        return self._cursor

    @property
    def thread(self) -> ThreadId | None:
        """The thread under the cursor, or None in an empty list."""
        return ThreadId(self._ids[self._cursor]) if self._ids else None

    def row(self, thread: ThreadId) -> ThreadRow | None:
        """A thread's row, read when it is not at hand."""
        return self._rows.read(thread)

    def shown(self) -> list[ThreadId]:
        """Threads on the screen now."""
        first = self._top
        return [ThreadId(one) for one in self._ids[first : first + self._page + 1]]

    @property
    def ids(self) -> array[int]:
        """All threads in display order, not to be changed."""
        return self._ids

    def put(
        self, ids: Sequence[int], *, whole: bool, keep: bool = True, at: int | None = None
    ) -> None:
        """Show these threads in this order; with `keep` the cursor stays on its thread.

        A thread that is gone leaves the cursor on its place in the list. `at` is where the thread
        under the cursor stands now, if that was looked up already.
        """
        under = self.thread
        was_at_top = self._top == 0
        offset = self._cursor - self._top
        fresh = array("q", ids)
        if fresh == self._ids and keep:
            self.is_whole = whole
            return
        place = 0
        if keep and under is not None:
            place = min(self._cursor, max(0, len(fresh) - 1))
            near = place_of(fresh, under, place if at is None else at)
            place = near if near is not None else place
        self._ids, self.is_whole = fresh, whole
        self._cursor = place
        stays = was_at_top and place < self._page
        self._resize()
        self._scroll(max(0, place - offset) if keep and not stays else 0)
        self.refresh()

    def look_for(self, wanted: tuple[Phrase, ...]) -> None:
        """Mark these words in what is listed from now on."""
        if wanted != self._wanted:
            self._wanted = wanted
            self._rows.forget(None)
            self.refresh()

    def without(self, gone: Collection[ThreadId]) -> None:
        """Take threads on the screen out of the list, the cursor staying where it can."""
        if gone:
            first, last = self._top, self._top + self._page + 1
            left = array("q", (one for one in self._ids[first:last] if one not in gone))
            self.put(self._ids[:first] + left + self._ids[last:], whole=self.is_whole)

    def renew(self, threads: Collection[ThreadId] | None) -> None:
        """Read these threads (None: all) again and repaint those on the screen that changed."""
        shown = self.shown()
        old = {one: self._rows.get(one) for one in shown}
        self._rows.forget(threads)
        self._rows.load(shown)
        for place, one in enumerate(shown, self._top):
            if self._rows.get(one) != old[one]:
                self._repaint(place)

    # marks

    def mark(self, threads: frozenset[ThreadId]) -> None:
        """Show these threads as marked."""
        before, self._marked = self._marked, threads
        for place, one in enumerate(self.shown(), self._top):
            if (one in before) != (one in threads):
                self._repaint(place)

    # where the keys are

    def light(self, *, on: bool) -> None:
        """Show the cursor as the place keys act on, or only as a place that is kept."""
        if on != self._is_lit:
            self._is_lit = on
            self._repaint(self._cursor, 1)

    def show_open(self, thread: ThreadId | None) -> None:
        """Show which thread's conversation is open."""
        before, self._opened = self._opened, thread
        for place, one in enumerate(self.shown(), self._top):
            if (one == before) != (one == thread):
                self._repaint(place, 1)

    # moving

    @property
    def _top(self) -> int:
        return round(self.scroll_y) // self._per

    @property
    def _page(self) -> int:
        return max(1, self.size.height // self._per)

    def move(self, by: int) -> None:
        """Move the cursor by so many threads."""
        self.move_to(self._cursor + by)

    def turn(self, pages: float) -> None:
        """Move by pages or parts of one."""
        self.move(round(pages * self._page))

    def move_to(self, place: int) -> None:
        """Put the cursor on a place; the list turns a page when it leaves the window."""
        old = self._cursor
        new = max(0, min(place, len(self._ids) - 1))
        if new == old:
            return
        self._cursor = new
        top, page = self._top, self._page
        if top <= new < top + page:
            self._repaint(old, 1)
            self._repaint(new, 1)
            return
        if new < top:
            self._scroll(new - page + 1 if old - new == 1 else new - page // 2)
        else:
            self._scroll(new if new - old == 1 else new - page // 2)
        self.refresh()

    def move_onto(self, thread: ThreadId) -> bool:
        """Put the cursor on a thread; False when it is not in the list."""
        place = place_of(self._ids, thread, self._cursor)
        if place is None:
            return False
        self.move_to(place)
        return True

    def _scroll(self, top: int) -> None:
        self.scroll_to(y=max(0, top) * self._per, animate=False, force=True)

    # painting

    def tick(self) -> None:
        """A second went by: repaint the countdowns on the screen that read differently now."""
        self._at = self._now()
        shown = self.shown()
        self._times = {one: self._times[one] for one in shown if one in self._times}
        touches: list[Touch] = []
        for place, one in enumerate(shown, self._top):
            row, before = self._rows.get(one), self._times.get(one)
            if row is None or row.deadline is None or before is None:
                continue
            reads = remaining(row, self._at)
            if reads != before:
                self._times[one] = reads
                y = place * self._per - round(self.scroll_y)
                surface = "select" if place == self._cursor and self._is_lit else "base"
                wide = max(cells(before[0]), cells(reads[0]))
                old, new = (self.painter.strip([run], wide, surface) for run in (before, reads))
                touches.append(Touch(TIME.stop - wide, y, old, new))
        if touches:
            cast("TouchUp", self.app).touch_up(self, touches)

    def set_compact(self, compact: bool) -> None:
        """One line a thread, or two."""
        top = self._top
        self._per = 1 if compact else 2
        self._resize()
        self._scroll(min(top, self._cursor))
        self.refresh()

    def show_times(self, zone: str) -> None:
        """Show in each row when its message was written, by the clock of a zone; empty: do not."""
        self._zone = zone
        self.refresh()

    def repaint(self, painter: Painter) -> None:
        """Paint in another palette."""
        self.painter = painter
        self.refresh()

    def on_resize(self) -> None:
        """Keep whole threads at the top, and the cursor in sight."""
        self._resize()
        if not self._top <= self._cursor < self._top + self._page:
            self._scroll(self._cursor - self._page // 2)

    def _resize(self) -> None:
        lines = len(self._ids) * self._per + self.size.height % self._per
        self.reach(lines)

    def _repaint(self, place: int, lines: int | None = None) -> None:
        """All lines of a thread; the first one alone shows the cursor and what is open."""
        for line in range(lines or self._per):
            self.refresh_line(place * self._per + line)

    def render_line(self, y: int) -> Strip:
        """One line, as Textual asks for it."""
        width = self.scrollable_content_region.width
        place, part = divmod(y + round(self.scroll_y), self._per)
        if place >= len(self._ids):
            if not self._ids and y == 1:
                return self.painter.strip([(fit(f"   {self.empty}", width), "dim")], width, "base")
            return self.painter.blank(width, "base")
        row = self._rows.at(self._ids, place, self._page)
        selected = place == self._cursor
        surface = "select" if selected and self._is_lit and part == 0 else "base"
        if row is None:
            return self.painter.blank(width, surface)
        if part == 0:
            self._times[row.id] = remaining(row, self._at)
        lines: list[Line] = thread_lines(
            row,
            width,
            self._at,
            me=self._me,
            selected=selected,
            lit=self._is_lit,
            opened=row.id == self._opened,
            is_marked=row.id in self._marked,
            compact=self._per == 1,
            wanted=self._wanted,
            zone=self._zone,
        )
        return self.painter.strip(lines[part], width, surface)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; a second click opens."""
        place = (event.y + round(self.scroll_y)) // self._per
        if place < len(self._ids):
            again = place == self._cursor
            self.move_to(place)
            self.post_message(ThreadClicked(ThreadId(self._ids[place]), again))
