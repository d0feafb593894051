"""The filter line: what may stand at the cursor, where a mistake is, and what it shows."""

from __future__ import annotations

from textual.widgets import Input

from carecli.domain.completion import Completions
from carecli.domain.errors import CareError, FilterError
from carecli.domain.filter import parse_filter
from carecli.i18n import _
from carecli.tui.inbox.bars import ListView
from carecli.tui.inbox.controller import InboxController
from carecli.tui.style.cells import Line, cells, cut, fit, wrap


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


TOLD = 4
"""Lines a mistake may take."""


class FilterStage(InboxController):
    """Stage with a filter line that completes what is typed."""

    _offer = Completions(0)
    _chosen = 0
    _opened_with = ""
    _is_told = False
    """Whether what stands there is the answer to Enter, until something is typed."""

    def type_filter(self, value: str, *, is_search: bool, column: int | None = None) -> None:
        """Open the line, with the candidates under it where a filter is typed."""
        super().type_filter(value, is_search=is_search, column=column)
        self._opened_with = self.filter_line.value
        self._is_told = column is not None
        self._offer = Completions(0)
        self.filter_error.display = not is_search
        if not is_search and not self._is_told:
            self._show_offer()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what may stand there; quick at any number of threads."""
        if event.input is not self.filter_line or self._is_search:
            return
        if event.value == self._opened_with and (self._is_told or not self._offer.items):
            return
        self._is_told = False
        self._look_up()
        self._show_offer()

    def _look_up(self) -> None:
        text, column = self.filter_line.value, self.filter_line.cursor_position
        nothing = Completions(column)
        self._offer = self.ask(lambda: self.desk.threads.complete(text, column), nothing)
        if text[self._offer.start : column] in self._offer.items:
            self._offer = nothing
        self._chosen = 0

    def _show_offer(self) -> None:
        width, line = self.panes.middle, self.filter_line
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
        self._below([first, [(fit(keys, width), "dim")]])

    def _below(self, lines: list[Line]) -> None:
        self.filter_error.styles.height = len(lines)
        self.filter_error.show(lines)

    def _point_at(self, wrong: FilterError) -> None:
        """Point at a mistake and say what was expected, however long that takes."""
        width = self.panes.middle
        caret = " " * min(wrong.column + 1, width - 2) + "^"
        words = wrap(str(wrong), width - 2)[:TOLD]
        self._below(
            [[(fit(line, width), "bad")] for line in (caret, *(f" {one}" for one in words))]
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Show what was asked for, or where the mistake is."""
        if event.input is not self.filter_line:
            return
        typed = event.value.strip()
        if self._is_search:
            words = " ".join(f'"{word}"' for word in typed.replace('"', " ").split())
            view = (
                ListView(_("Search: {words}").format(words=typed), words, "newest", is_typed=True)
                if words
                else self.last_view
            )
        else:
            known = next((one for one in self.all_views() if one.filter == typed), None)
            title = known.title if known is not None else _("Filter")
            view = ListView(title, typed, self.view.sort, is_typed=True)
        self.set_focus(self.threads)
        self.show_view(view, failed=lambda error: self._filter_failed(event.value, error))

    def _filter_failed(self, typed: str, error: CareError) -> None:
        if not isinstance(error, FilterError):
            self.hide_filter()
            self.complain(error)
            return
        self.type_filter(typed, is_search=self._is_search, column=error.column)
        self._point_at(error)
        self.filter_error.display = True

    def take_candidate(self) -> bool:
        """Put the chosen one where the cursor is; False when there is none."""
        line = self.filter_line
        if not self._offer.items and line.value == self._opened_with and not self._is_told:
            self._look_up()
        if self._is_search or not self._offer.items:
            return False
        item = self._offer.items[self._chosen]
        before, after = line.value[: self._offer.start], line.value[line.cursor_position :]
        line.value = before + item + after
        line.cursor_position = len(before) + len(item)
        self._look_up()
        self._show_offer()
        return True

    def filter_key(self, key: str) -> bool:
        """A key in the filter line that is no text; whether it meant something."""
        line = self.filter_line
        if key == "escape":
            if self._offer.items:
                self._offer = Completions(0)
                self._show_offer()
            else:
                self.end_filter()
        elif key == "tab":
            self.take_candidate()
        elif key in ("up", "down") and self._offer.items:
            step = 1 if key == "down" else -1
            self._chosen = (self._chosen + step) % len(self._offer.items)
            self._show_offer()
        elif key == "right" and line.cursor_at_end and line.selection.is_empty:
            begun = line.cursor_position > self._offer.start
            return begun and self.take_candidate()
        else:
            return key == "shift+tab"
        return True
