"""The widgets of the inbox and the boxes they stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input

from carecli.domain.model import Millis
from carecli.tui.settings import Settings
from carecli.tui.style.content import Painter
from carecli.tui.widgets.board import Banner, Board
from carecli.tui.widgets.composer import ReplyText
from carecli.tui.widgets.thread_list import ReadRows, ThreadList


class InboxWidgets:
    """Makes every widget once; they stay mounted for good."""

    def __init__(
        self,
        painter: Painter,
        settings: Settings,
        read_rows: ReadRows,
        now: Callable[[], Millis],
        me: str,
    ) -> None:
        """`read_rows` gives rows by id, `now` the present moment, `me` is the moderator's key."""
        self.top = Banner(painter, id="top", surface="panel")
        self.side = Board(painter, id="side", surface="panel")
        self.title_bar = Banner(painter, id="title", surface="head")
        self.threads = ThreadList(painter, read_rows, now, me, compact=settings.compact)
        if settings.times:
            self.threads.show_times(settings.zone)
        self.filter_line = Input(id="filter", compact=True, select_on_focus=False)
        self.filter_line.cursor_blink = False
        self.filter_below = Banner(painter, id="filter-error", surface="head", height=2)
        self.head = Banner(painter, id="head", surface="head", height=3)
        self.board = Board(painter, id="talk", surface="panel")
        self.reply_head = Banner(painter, id="pane", surface="head", height=2)
        self.text = ReplyText()
        self.foot = Banner(painter, id="foot", surface="head")
        self.middle = Vertical(
            self.title_bar, self.threads, self.filter_line, self.filter_below, id="middle"
        )
        self.compose_box = Vertical(self.reply_head, self.text, id="compose")
        self.right = Vertical(self.head, self.board, self.compose_box, id="right")

    def compose(self, side_panel: Widget | None, bottom_panel: Widget | None) -> Iterator[Widget]:
        """All of them, top to bottom, with the panels of an extension."""
        panes = [self.side, self.middle, self.right]
        yield self.top
        yield Horizontal(*panes, *([side_panel] if side_panel is not None else []), id="body")
        if bottom_panel is not None:
            yield bottom_panel
        yield self.foot

    def repaint(self, painter: Painter) -> None:
        """Paint in another palette."""
        for board in (self.side, self.board, self.threads):
            board.repaint(painter)
        for banner in (
            self.top,
            self.title_bar,
            self.filter_below,
            self.head,
            self.reply_head,
            self.foot,
        ):
            banner.repaint(painter)
