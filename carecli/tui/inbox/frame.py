"""The panes of the inbox: where they are at each size, and the lines around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from carecli.desk.conversations.rows import Conversation
from carecli.desk.threads.rows import Overview, ThreadRow
from carecli.domain.hits import Phrase
from carecli.domain.model import Colour, MessageId, Millis, ThreadId
from carecli.i18n import _, pgettext
from carecli.tui.conversation.lines import UNDER_WAY, ConversationLines, head_lines, talk_lines
from carecli.tui.inbox.bars import WAITING, ListView, SideLine, list_title, side_lines, top_bar
from carecli.tui.inbox.hint_bar import HintContext, foot_line, unopened_lines
from carecli.tui.inbox.layout import Panes, panes
from carecli.tui.keys.matcher import KeyMap
from carecli.tui.keys.table import with_macros
from carecli.tui.reply.checks import ReplyInProgress, pane_lines
from carecli.tui.settings import Settings
from carecli.tui.style.content import Painter
from carecli.tui.style.theme import Palette
from carecli.tui.widgets.board import Banner, Board
from carecli.tui.widgets.composer import ReplyText
from carecli.tui.widgets.thread_list import ThreadList

if TYPE_CHECKING:
    from carecli.desk.planning.rows import ViewRow

EMPTY = Overview(dict.fromkeys(Colour, 0), 0, None, 0, 0, (), (), (), (), (), (), None, False)
"""What is shown until the desk was asked."""

ReadRows = Callable[[Sequence[ThreadId]], Mapping[ThreadId, ThreadRow]]


class Frame(Screen[None]):
    """Panes and bars; always mounted, folded below 120 columns."""

    AUTO_FOCUS = None

    def __init__(
        self, settings: Settings, read: ReadRows, now: Callable[[], Millis], me: str
    ) -> None:
        """`read` gives rows by id, `now` the present moment, `me` is the moderator."""
        super().__init__()
        self.settings = settings
        self.keymap = KeyMap(with_macros(settings.macros), settings.keys)
        self.painter = Painter(settings.palette())
        self.me = me
        self.my_name = settings.name or me
        self.now = now
        self.view = WAITING
        self.brand = ""
        self.overview = EMPTY
        self.saved: Sequence[ViewRow] = ()
        self.opened: Conversation | None = None
        self.unfolded: ThreadId | None = None
        """The thread whose mails are shown with what they quote."""
        self.writing: ReplyInProgress | None = None
        self.warning = ""
        self.title_note = ""
        self.pressed: tuple[str, ...] = ()
        self.key_note = ""
        self.foot_note = ""
        self.command_keys: tuple[str, ...] = ()
        self.is_reading = False
        self.side_wanted = False
        self.side_cursor = 0
        self.message: MessageId | None = None
        self.wanted: tuple[Phrase, ...] = ()
        self._talk = ConversationLines()
        self._side: list[SideLine] = []
        p = self.painter
        self.top = Banner(p, id="top", surface="panel")
        self.side = Board(p, id="side", surface="panel")
        self.title_bar = Banner(p, id="title", surface="head")
        self.threads = ThreadList(p, read, now, me, compact=settings.compact)
        if settings.times:
            self.threads.show_times(settings.zone)
        self.filter_line = Input(id="filter", compact=True, select_on_focus=False)
        self.filter_line.cursor_blink = False
        self.filter_error = Banner(p, id="filter-error", surface="head", height=2)
        self.head = Banner(p, id="head", surface="head", height=3)
        self.talk = Board(p, id="talk", surface="panel")
        self.pane = Banner(p, id="pane", surface="head", height=2)
        self.text = ReplyText()
        self.foot = Banner(p, id="foot", surface="head")

    def compose(self) -> ComposeResult:
        """All panes, mounted for good."""
        yield self.top
        with Horizontal(id="body"):
            yield self.side
            with Vertical(id="middle"):
                yield self.title_bar
                yield self.threads
                yield self.filter_line
                yield self.filter_error
            with Vertical(id="right"):
                yield self.head
                yield self.talk
                with Vertical(id="compose"):
                    yield self.pane
                    yield self.text
        yield self.foot

    def key(self, command: str) -> str:
        """The first key of a command, as it is set; without one, where the command is found."""
        return next(iter(self.keymap.keys[command]), _("palette"))

    # where the focus is

    @property
    def context(self) -> str:
        """Which keys apply: list, thread, side or compose."""
        places: dict[Widget, str] = {self.talk: "thread", self.side: "side", self.text: "compose"}
        return places.get(self.focused, "list") if self.focused is not None else "list"

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Give a widget the keys, by key or by mouse, and show at once whom they act on now.

        A conversation that is not there has none to give.
        """
        if widget is self.talk and self.opened is None:
            widget = self.threads
        super().set_focus(widget, scroll_visible, from_app_focus)
        self.show_hand()

    def show_hand(self) -> None:
        """Light what keys act on: the cursor of the list, or the head of the open conversation."""
        is_open = self.context in ("thread", "compose")
        if is_open and self.opened is not None:
            self.threads.move_onto(self.opened.row.id)
        self.threads.light(on=self.context == "list" and self.focused is not self.filter_line)
        self.threads.show_open(self.opened.row.id if self.opened is not None else None)
        self.head.set_surface("select" if is_open else "head")
        self.paint_head()
        self.paint_foot()

    def focus_on(self, widget: Widget) -> None:
        """Give a pane the keys, at once, so that no key goes astray; unfold it first."""
        self.is_reading = widget in (self.talk, self.text)
        self.side_wanted = widget is self.side
        self.set_panes()
        self.set_focus(widget)
        self.paint_side()
        self.paint_title()
        self.paint_foot()

    @property
    def panes(self) -> Panes:
        """Cells of each pane now."""
        width = self.app.size.width
        return panes(width, reading=self.is_reading, side_wanted=self.side_wanted)

    def set_panes(self) -> None:
        """Put the panes where they belong at this size."""
        now = self.panes
        middle, right = self.query_one("#middle"), self.query_one("#right")
        for widget, width in ((self.side, now.side), (middle, now.middle), (right, now.right)):
            if widget.display != bool(width):
                widget.display = bool(width)
        self.side.styles.width = max(1, now.side)
        right.styles.width = max(1, now.right)
        right.set_class(not now.is_folded, "apart")
        box = self.query_one("#compose")
        box.styles.height = max(7, min(14, self.app.size.height * 2 // 5))
        box.display = self.writing is not None

    def on_resize(self) -> None:
        """A new size: panes, then all lines."""
        self.set_panes()
        self.paint_all()

    # painting

    def recolour(self, look: Palette) -> None:
        """Change to another palette."""
        self.painter = Painter(look)
        boards = (self.side, self.talk)
        banners = (self.top, self.title_bar, self.filter_error, self.head, self.pane, self.foot)
        for widget in (*boards, *banners, self.threads):
            widget.repaint(self.painter)
        self.app.theme = self.painter.palette.name

    def paint_all(self) -> None:
        """Paint every line around the list."""
        self.paint_top()
        self.paint_side()
        self.paint_title()
        self.paint_talk()
        self.paint_pane()
        self.paint_foot()

    def paint_top(self) -> None:
        """The top bar."""
        line = top_bar(self.overview, self.brand, self.my_name, self.now(), self.app.size.width)
        self.top.show([line])

    def paint_side(self) -> None:
        """The left pane."""
        width = self.panes.side
        if not width:
            return
        self._side = side_lines(
            self.overview, self.view, self.now(), width, self.my_name, self.saved
        )
        self.side.show([one.line for one in self._side])
        lit = self.side_cursor if self.focused is self.side else -1
        self.side.light(range(lit, lit + 1) if lit >= 0 else range(0))

    def side_view(self, line: int) -> ListView | None:
        """The view a line of the left pane stands for."""
        return self._side[line].view if 0 <= line < len(self._side) else None

    def side_step(self, by: int) -> None:
        """Move the left pane's cursor to the next line that is a view."""
        at = self.side_cursor
        while 0 <= at + by < len(self._side):
            at += by
            if self._side[at].view is not None:
                self.side_cursor = at
                break
        self.paint_side()

    def paint_title(self) -> None:
        """The line above the list."""
        total = len(self.threads) if self.threads.is_whole else None
        width = self.panes.middle
        self.title_bar.show([list_title(self.view, total, width, self.title_note)])

    @property
    def _right(self) -> int:
        return self.panes.right - (0 if self.panes.is_folded else 1)

    def paint_head(self) -> None:
        """The lines above the conversation, or what to do to open one."""
        width = self._right
        if width <= 1:
            return
        if self.opened is None:
            self.head.show(unopened_lines(self.keymap, width))
        else:
            aside = ""
            if self.context == "list" and self.opened.row.id != self.threads.thread:
                aside = _("{key} selects this").format(key=self.key("move.right"))
            self.head.show(head_lines(self.opened, width, self.now(), self.me, aside))

    def paint_talk(self) -> None:
        """The open conversation, with its head."""
        self.paint_head()
        width = self._right
        if width > 1:
            talk, zone = self.opened, self.settings.zone
            whole = talk is not None and self.unfolded == talk.row.id
            made = (
                talk_lines(
                    talk,
                    width - 1,
                    self.now(),
                    zone,
                    self.key,
                    is_unfolded=whole,
                    wanted=self.wanted,
                )
                if talk is not None
                else ConversationLines()
            )
            self._talk = made
            self.talk.show(self._talk.lines)

    def light_message(self, message: MessageId | None) -> None:
        """Move the conversation's cursor."""
        self.message = message
        place = self._talk.places.get(message) if message is not None else None
        self.talk.light(place if place is not None else range(0))

    def message_step(self, by: int) -> None:
        """The next or previous message."""
        order = list(self._talk.places)
        if not order:
            return
        at = order.index(self.message) + by if self.message in order else len(order) - 1
        self.light_message(order[max(0, min(at, len(order) - 1))])

    def click_message(self, line: int) -> None:
        """Put the conversation's cursor where the mouse is."""
        for message, lines in self._talk.places.items():
            if line in lines:
                self.light_message(message)

    def paint_pane(self) -> None:
        """The lines above the text being written."""
        if self.writing is None or self.opened is None:
            return
        if self.opened.row.id != self.writing.thread:
            return  # what is written for one thread is never shown as if it went to another
        now = self.now()
        switch = next(iter(self.keymap.keys["compose.private"]), "")
        lines = pane_lines(self.opened, self.writing, now, self._right, self.warning, switch)
        if len(lines) != len(self.pane.lines):
            self.pane.styles.height = len(lines)
        self.pane.show(lines)

    def present(self) -> HintContext:
        """What the hint bar goes by."""
        in_thread = self.context == "thread"
        talk = self.opened if in_thread else None
        under = self.threads.thread
        row = self.threads.row(under) if under is not None else None
        leave = pgettext("footer", "list") if self.context in ("thread", "side") else ""
        return HintContext(talk.row if talk is not None else row, talk, leave)

    def paint_foot(self) -> None:
        """The keys that apply now."""
        self.foot.show(
            [
                foot_line(
                    self.keymap,
                    self.context,
                    self.app.size.width,
                    " ".join(self.pressed),
                    self.key_note or self.foot_note,
                    self.present(),
                )
            ]
        )

    def tick(self) -> None:
        """A second went by: repaint what counts down."""
        self.paint_top()
        self.threads.tick()
        if self.opened is not None:
            self.paint_head()
            self.paint_pane()
            if any(item.state in UNDER_WAY for item in self.opened.outbox):
                self.paint_talk()
