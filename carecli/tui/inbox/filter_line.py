"""The filter line: completion, where a mistake is, and live results."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget
from textual.widgets import Input

from carecli.desk.services import InboxServices
from carecli.domain.completion import Completions
from carecli.domain.errors import CareError, FilterError
from carecli.domain.filter import parse_filter
from carecli.i18n import _
from carecli.tui.inbox.bars import ListView
from carecli.tui.inbox.desk_runner import DeskRunner
from carecli.tui.inbox.list_loader import ListLoader
from carecli.tui.inbox.pane_layout import PaneLayout
from carecli.tui.inbox.view_store import ViewStore
from carecli.tui.style.cells import Line, cells, cut, fit, wrap
from carecli.tui.widgets.board import Banner


def mistake(text: str, column: int) -> FilterError | None:
    """What is wrong with a filter, unless it is in the word the cursor is still in."""
    try:
        parse_filter(text)
    except FilterError as error:
        begin = text.rfind(" ", 0, column) + 1
        is_quoted = text.count('"', 0, column) % 2 == 1
        is_unfinished = begin <= error.column and not text[error.column : column].count(" ")
        return None if is_quoted or is_unfinished else error
    return None


def candidate_line(items: tuple[str, ...], chosen: int, width: int) -> Line:
    """As many as there is room for from the first on, or from the chosen one if it is further."""
    room = width - 4
    first = 0
    while first < chosen and sum(cells(item) + 2 for item in items[first : chosen + 1]) > room:
        first += 1
    line: Line = [("‹" if first else " ", "dim")]
    for place in range(first, len(items)):
        item = cut(items[place], room)
        if cells(item) + 2 > room:
            line.append(("›", "dim"))
            break
        line.append((f" {item} ", "chosen" if place == chosen else "text"))
        room -= cells(item) + 2
    return line


MISTAKE_LINES = 4
"""Lines a mistake may take."""


class FilterBar:
    """The line under the list to type a filter or words in, with what completes it below."""

    def __init__(
        self,
        line: Input,
        below: Banner,
        desk: InboxServices,
        runner: DeskRunner,
        views: ViewStore,
        loader: ListLoader,
        layout: PaneLayout,
        *,
        focused: Callable[[], object],
        set_focus: Callable[[Widget], None],
        closed: Callable[[], None],
    ) -> None:
        """`closed`: nothing is typed any more."""
        self.line, self.below = line, below
        self._desk = desk
        self._runner = runner
        self._views = views
        self._loader = loader
        self._layout = layout
        self._focused = focused
        self._set_focus = set_focus
        self._closed = closed
        self._is_search = False
        self._offer = Completions(0)
        self._chosen = 0
        self._opened_with = ""
        self._is_rejected = False
        """Whether what stands there is the answer to Enter, until something is typed."""

    @property
    def has_focus(self) -> bool:
        """Whether somebody types there."""
        return self._focused() is self.line

    def open(self, value: str, *, is_search: bool, column: int | None = None) -> None:
        """Show the line and give it the keys.

        The value is selected: typing replaces it, the right arrow first adds to it. A `column`
        puts the cursor there instead, where `value` was rejected.
        """
        if column is None and value:
            value = f"{value} "
        self._is_search = is_search
        if self._layout.widths.is_folded:
            self._layout.focus_list()
        self.line.value = value
        self.line.placeholder = (
            _("words to find") if is_search else "is:waiting colour:red at:dm due<30m words"
        )
        self.line.display = True
        self._set_focus(self.line)
        if column is None:
            self.line.select_all()
        else:
            self.line.cursor_position = min(column, len(value))
        self._opened_with = self.line.value
        self._is_rejected = column is not None
        self._offer = Completions(0)
        self.below.display = not is_search
        if not is_search and not self._is_rejected:
            self._show_offer()

    def close(self) -> None:
        """Give the keys back to the list, and hide the line."""
        self._set_focus(self._layout.threads)
        self.hide()
        self._closed()

    def hide(self) -> None:
        """Hide the line, unless somebody types there again."""
        if not self.has_focus:
            self.line.display = False
            self.below.display = False

    # typing

    def typed(self, value: str) -> None:
        """Offer what may stand at the cursor; quick at any number of threads."""
        if self._is_search:
            return
        if value == self._opened_with and (self._is_rejected or not self._offer.items):
            return
        self._is_rejected = False
        self._complete()
        self._show_offer()

    def _complete(self) -> None:
        text, column = self.line.value, self.line.cursor_position
        nothing = Completions(column)
        self._offer = self._runner.ask(lambda: self._desk.threads.complete(text, column), nothing)
        if text[self._offer.start : column] in self._offer.items:
            self._offer = nothing
        self._chosen = 0

    def _show_offer(self) -> None:
        width, line = self._layout.widths.middle, self.line
        wrong = mistake(line.value, line.cursor_position)
        if wrong is not None:
            self._point_at(wrong)
            return
        items, keys = self._offer.items, ""
        if items:
            keys = _(" Tab completes · ↑↓ · Esc close · Enter apply")
        elif line.value == self._opened_with:
            keys = _(" type to replace, → to edit · Enter apply · Esc")
        first = candidate_line(items, self._chosen, width) if items else []
        self._show_below([first, [(fit(keys, width), "dim")]])

    def _show_below(self, lines: list[Line]) -> None:
        self.below.styles.height = len(lines)
        self.below.show(lines)

    def _point_at(self, wrong: FilterError) -> None:
        """Point at a mistake and say what was expected, however long that takes."""
        width = self._layout.widths.middle
        caret = " " * min(wrong.column + 1, width - 2) + "^"
        words = wrap(str(wrong), width - 2)[:MISTAKE_LINES]
        self._show_below(
            [[(fit(line, width), "bad")] for line in (caret, *(f" {text}" for text in words))]
        )

    # Enter

    def submit(self, value: str) -> None:
        """Show what was asked for, or where the mistake is."""
        typed = value.strip()
        if self._is_search:
            words = " ".join(f'"{word}"' for word in typed.replace('"', " ").split())
            view = (
                ListView(_("Search: {words}").format(words=typed), words, "newest", is_typed=True)
                if words
                else self._views.previous
            )
        else:
            known = next((view for view in self._views.all() if view.filter == typed), None)
            title = known.title if known is not None else _("Filter")
            view = ListView(title, typed, self._views.current.sort, is_typed=True)
        self._set_focus(self._layout.threads)
        self._loader.show_view(view, failed=lambda error: self._failed(value, error))

    def _failed(self, typed: str, error: CareError) -> None:
        if not isinstance(error, FilterError):
            self.hide()
            self._runner.complain(error)
            return
        self.open(typed, is_search=self._is_search, column=error.column)
        self._point_at(error)
        self.below.display = True

    # keys

    def take_candidate(self) -> bool:
        """Put the chosen one where the cursor is; False when there is none."""
        line = self.line
        if not self._offer.items and line.value == self._opened_with and not self._is_rejected:
            self._complete()
        if self._is_search or not self._offer.items:
            return False
        item = self._offer.items[self._chosen]
        before, after = line.value[: self._offer.start], line.value[line.cursor_position :]
        line.value = before + item + after
        line.cursor_position = len(before) + len(item)
        self._complete()
        self._show_offer()
        return True

    def press_key(self, key: str) -> bool:
        """A key in the line that is no text; whether it meant something."""
        line = self.line
        if key == "escape":
            if self._offer.items:
                self._offer = Completions(0)
                self._show_offer()
            else:
                self.close()
        elif key == "tab":
            self.take_candidate()
        elif key in ("up", "down") and self._offer.items:
            step = 1 if key == "down" else -1
            self._chosen = (self._chosen + step) % len(self._offer.items)
            self._show_offer()
        elif key == "right" and line.cursor_at_end and line.selection.is_empty:
            is_begun = line.cursor_position > self._offer.start
            return is_begun and self.take_candidate()
        else:
            return key == "shift+tab"
        return True
