"""The open conversation: its head, its messages, and the cursor among them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from carecli.desk.conversations.rows import Conversation, MessageView
from carecli.desk.services import InboxServices
from carecli.domain.hits import Phrase, find_hits
from carecli.domain.model import Direction, MessageId, ThreadId
from carecli.i18n import _
from carecli.tui.conversation.lines import UNDER_WAY, ConversationLines, head_lines, talk_lines
from carecli.tui.inbox.desk_runner import DeskRunner
from carecli.tui.inbox.hint_bar import unopened_lines
from carecli.tui.inbox.pane_layout import PaneLayout
from carecli.tui.inbox.preferences import Preferences
from carecli.tui.widgets.board import Banner, Board


class ConversationEvents(Protocol):
    """What the pane asks of the parts beside it."""

    def before_open(self, thread: ThreadId) -> None:
        """Another thread is about to be opened."""
        ...

    def thread_opened(self, thread: ThreadId) -> None:
        """A thread was opened and has the keys."""
        ...

    def conversation_changed(self) -> None:
        """The open conversation was read again."""
        ...


class ConversationPane:
    """Shows one thread's conversation on `head` and `board`.

    `opened` is what is shown, `message` the one under the cursor.
    """

    def __init__(
        self,
        head: Banner,
        board: Board,
        desk: InboxServices,
        runner: DeskRunner,
        preferences: Preferences,
        layout: PaneLayout,
        events: ConversationEvents,
        *,
        searched: Callable[[], tuple[Phrase, ...]],
        selected: Callable[[], ThreadId | None],
        after_refresh: Callable[[Callable[[], None]], object],
    ) -> None:
        """`searched` are the words to mark; `selected` is the thread under the list's cursor.

        `after_refresh` calls something once the screen has been laid out.
        """
        self.head, self.board = head, board
        self.opened: Conversation | None = None
        self.message: MessageId | None = None
        self._unfolded: ThreadId | None = None
        """The thread whose mails are shown with what they quote."""
        self._desk = desk
        self._runner = runner
        self._preferences = preferences
        self._layout = layout
        self._events = events
        self._searched = searched
        self._selected = selected
        self._after_refresh = after_refresh
        self._lines = ConversationLines()

    # what is open

    @property
    def thread(self) -> ThreadId | None:
        """The open thread."""
        return self.opened.row.id if self.opened is not None else None

    def of(self, thread: ThreadId) -> Conversation | None:
        """A thread's conversation, the open one when it is that."""
        if self.opened is not None and self.opened.row.id == thread:
            return self.opened
        return self._runner.ask(lambda: self._desk.conversations.conversation(thread), None)

    def message_of(self, conversation: Conversation) -> MessageView | None:
        """The message commands are about: under the cursor, else the newest of the contact."""
        if self._layout.context != "list" and self.message is not None:
            for message in conversation.messages:
                if message.id == self.message:
                    return message
        inbound = [one for one in conversation.messages if one.direction is Direction.INBOUND]
        return inbound[-1] if inbound else None

    def open(self, thread: ThreadId) -> bool:
        """Show a thread's conversation and give it the keys; False when it cannot be read."""
        self._events.before_open(thread)
        conversation = self._runner.ask(lambda: self._desk.conversations.conversation(thread), None)
        if conversation is None:
            return False
        self.opened = conversation
        self._layout.focus_on(self.board)
        self._events.thread_opened(thread)
        self.paint()
        self.select(self._first_message(conversation))
        self._after_refresh(self._to_newest)
        return True

    def _first_message(self, conversation: Conversation) -> MessageId | None:
        """The newest message that was searched for, or that waits, or that the contact wrote."""
        searched = self._searched()
        messages = conversation.messages
        chosen = (
            [one for one in messages if find_hits(one.searched, searched)]
            or [one for one in messages if one.is_unanswered]
            or [one for one in messages if one.direction is Direction.INBOUND]
        )
        return chosen[-1].id if chosen else None

    def _to_newest(self) -> None:
        self.paint()
        self.board.to_end()
        self.select(self.message)

    def reopen(self) -> None:
        """Read the open thread again after it changed; stay at the end if it was in sight."""
        if self.opened is None:
            return
        thread = self.opened.row.id
        conversation = self._runner.ask(lambda: self._desk.conversations.conversation(thread), None)
        if conversation is None:
            return
        was_at_end = self.board.is_vertical_scroll_end
        self.opened = conversation
        self.paint()
        self.select(self.message)
        self._events.conversation_changed()
        if was_at_end:
            self._after_refresh(self.board.to_end)

    def leave(self, thread: ThreadId) -> None:
        """Close a thread that is done with, and give the keys back to the list."""
        if self.thread == thread:
            self.opened = self.message = None
            self.paint()
            if self._layout.is_in_thread:
                self._layout.focus_list()

    def toggle_quotes(self) -> None:
        """Show what mails quote, or fold it again."""
        self._unfolded = None if self._unfolded == self.thread else self.thread
        self.paint()

    # the cursor

    def select(self, message: MessageId | None) -> None:
        """Put the cursor on a message."""
        self.message = message
        lines = self._lines.places.get(message) if message is not None else None
        self.board.light(lines if lines is not None else range(0))

    def step(self, by: int) -> None:
        """Move the cursor by so many messages."""
        order = list(self._lines.places)
        if not order:
            return
        place = order.index(self.message) + by if self.message in order else len(order) - 1
        self.select(order[max(0, min(place, len(order) - 1))])

    def select_line(self, line: int) -> None:
        """Put the cursor on the message at a line of the board."""
        for message, lines in self._lines.places.items():
            if line in lines:
                self.select(message)

    # painting

    def paint_head(self) -> None:
        """The lines above the conversation, or how to open one."""
        width = self._layout.right_width
        if width <= 1:
            return
        if self.opened is None:
            self.head.show(unopened_lines(self._preferences.keymap, width))
            return
        aside = ""
        if self._layout.context == "list" and self.opened.row.id != self._selected():
            aside = _("{key} selects this").format(key=self._preferences.key("move.right"))
        now, me = self._desk.now(), self._desk.me
        self.head.show(head_lines(self.opened, width, now, me, aside))

    def paint(self) -> None:
        """The open conversation, with its head."""
        self.paint_head()
        width = self._layout.right_width
        if width <= 1:
            return
        self._lines = ConversationLines()
        if self.opened is not None:
            self._lines = talk_lines(
                self.opened,
                width - 1,
                self._desk.now(),
                self._preferences.zone,
                self._preferences.key,
                is_unfolded=self._unfolded == self.thread,
                wanted=self._searched(),
            )
        self.board.show(self._lines.lines)

    def tick(self) -> None:
        """A second went by: repaint what counts down."""
        if self.opened is not None:
            self.paint_head()
            if any(item.state in UNDER_WAY for item in self.opened.outbox):
                self.paint()
