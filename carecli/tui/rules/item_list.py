"""A full screen of items of several lines each, with a cursor."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from carecli.domain.errors import CareError
from carecli.i18n import _
from carecli.tui.style.cells import Line, wrap
from carecli.tui.widgets.board import Banner, Board, LineClicked
from carecli.tui.widgets.dialogs import dialog_frame

if TYPE_CHECKING:
    from carecli.desk.rules.protocol import RuleService
    from carecli.tui.inbox.window_context import WindowContext

Item = TypeVar("Item")
Found = TypeVar("Found")


class ItemListScreen(ModalScreen[str | None], Generic[Item]):
    """Things read in a thread; subclasses say how each looks and what a key does to it.

    Dismissed with `thread 17` where a thread is to be opened.
    """

    def __init__(self, context: WindowContext, title: str, hint: str) -> None:
        super().__init__()
        self.painter = context.preferences.painter
        self._title = title
        self._hint = hint
        self.context = context
        self.items: Sequence[Item] = ()
        self.cursor = 0
        self._problem = ""
        self._is_read = False
        self._places: list[range] = []

    # what subclasses say

    def read(self) -> Sequence[Item]:
        """What is listed; runs in a thread."""
        return ()

    def key_of(self, item: Item) -> object:
        """What stays the same of a thing when it is read again."""
        return item

    @abstractmethod
    def draw(self, item: Item, width: int) -> list[Line]:
        """A thing as lines."""

    def above(self, _width: int) -> list[Line]:
        """Lines before the first thing."""
        return []

    def empty(self) -> str:
        """Said where there is nothing."""
        return _("Nothing.")

    def keys(self) -> dict[str, Callable[[], None]]:
        """What each key does, by Textual's name of it or its character."""
        return {}

    # what is common

    @property
    def rules(self) -> RuleService:
        """The rules; only in a thread, until something was read."""
        return self.context.desk.rules

    @property
    def item(self) -> Item | None:
        """The thing under the cursor."""
        return self.items[self.cursor] if self.cursor < len(self.items) else None

    def compose(self) -> ComposeResult:
        """Title, lines, keys."""
        above, below = dialog_frame(self.painter, self._title, self._hint)
        with Vertical(id="dialog", classes="whole"):
            yield above
            yield Board(self.painter, id="reading", surface="panel")
            yield below

    def on_mount(self) -> None:
        """Read it."""
        self.query_one(Board).focus()
        self.load()
        self.call_after_refresh(self.paint)

    def on_resize(self) -> None:
        """Lay it out anew."""
        self.call_after_refresh(self.paint)

    @work(group="listing", exclusive=True, exit_on_error=False)
    async def load(self) -> None:
        """Read it again; the cursor stays on the thing it is on."""
        try:
            items = await asyncio.to_thread(self.read)
        except CareError as error:
            self._problem = str(error)
        else:
            self.put(items)
        self._is_read = True
        self.paint()

    def put(self, items: Sequence[Item]) -> None:
        """List these."""
        before = self.key_of(self.item) if self.item is not None else None
        self.items = items
        at = next((n for n, one in enumerate(items) if self.key_of(one) == before), self.cursor)
        self.cursor = max(0, min(at, len(items) - 1))

    def paint(self) -> None:
        """Show it as it is now."""
        if not self.is_mounted:
            return
        board = self.query_one(Board)
        width = max(40, board.size.width - 1)  # the scroll bar takes one
        self._paint_hint()
        lines = self.above(width)
        self._places = []
        for item in self.items:
            start = len(lines)
            lines += self.draw(item, width)
            self._places.append(range(start, len(lines)))
            lines.append([])
        if not self.items:
            role = "warn" if self._problem else "dim"
            said = self._problem or (self.empty() if self._is_read else _("Loading …"))
            lines += [[], *([("  " + text, role)] for text in wrap(said, width - 4))]
        board.show(lines)
        self._light()

    def _paint_hint(self) -> None:
        banner = self.query_one("#dialog-hint", Banner)
        lines = wrap(self._hint, max(40, self.app.size.width - 2))
        banner.styles.height = len(lines)
        banner.show([[(f" {line}", "dim")] for line in lines])

    def _light(self) -> None:
        board = self.query_one(Board)
        board.light(self._places[self.cursor] if self.cursor < len(self._places) else range(0))
        if not self.cursor and self._places:
            board.reveal(range(self._places[0].stop))

    def move_to(self, place: int) -> None:
        """Put the cursor on a thing."""
        self.cursor = max(0, min(place, len(self.items) - 1))
        self._light()

    def do(self, deed: Callable[[], Found], said: Callable[[Found], str] | None = None) -> None:
        """Do something at the desk, say what came of it, and read all again."""

        def told(result: Found) -> None:
            if said is not None:
                self.context.runner.say(said(result))
            self.context.views.refresh_overview()
            if self.is_mounted:
                self.load()

        self.context.runner.do(deed, told)

    def on_line_clicked(self, event: LineClicked) -> None:
        """A click puts the cursor there."""
        event.stop()
        for place, lines in enumerate(self._places):
            if event.line in lines:
                self.move_to(place)

    def on_key(self, event: events.Key) -> None:
        """Move, or do what the key says."""
        found = self.keys()
        page = max(1, self.query_one(Board).size.height // 4)
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": page, "pageup": -page}
        steps |= {"ctrl+d": page, "ctrl+u": -page, "home": -len(self.items), "g": -len(self.items)}
        steps |= {"end": len(self.items), "G": len(self.items)}
        act = found.get(event.key) or found.get(event.character or "")
        if act is not None:
            act()
        elif event.key in steps:
            self.move_to(self.cursor + steps[event.key])
        elif event.key in ("q", "escape"):
            self.dismiss(None)
        else:
            return
        event.stop()
        event.prevent_default()
