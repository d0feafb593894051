"""What lesson goals are judged on: the desk's data and what the platform received."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from carecli.desk.conversations.rows import OutboxView
from carecli.desk.services import InboxServices
from carecli.desk.threads.rows import ThreadRow
from carecli.domain.model import OutboxState, ThreadId, Visibility
from carecli.tui.inbox.bars import ListView

MOST = 500
"""Threads looked at; the world of the lessons has fewer."""


@dataclass(frozen=True, slots=True)
class Received:
    """One write that took effect on the platform: a text that was said, or a comment hidden."""

    text: str
    is_hiding: bool


Hear = Callable[[], Sequence[Received]]
"""Asks the platform for everything it received."""


@dataclass(frozen=True, slots=True)
class OnScreen:
    """Where the learner is. `opened` is the open thread while it has the keys, else None.

    `opened_since` are the threads opened since the step began, in order.
    """

    place: str
    opened: ThreadId | None
    cursor: int
    count: int
    view: ListView
    opened_since: tuple[ThreadId, ...] = ()


@dataclass(frozen=True, slots=True)
class LessonState:
    """A moment of a lesson. `orders` and `hidden` are by the authors the lesson is about."""

    me: str
    screen: OnScreen
    rows: tuple[ThreadRow, ...]
    orders: Mapping[str, tuple[OutboxView, ...]] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    received: tuple[Received, ...] = ()
    views: tuple[str, ...] = ()
    """The filters of the views the learner keeps."""
    snippets: Mapping[str, int] = field(default_factory=dict)
    """How often each saved reply was sent."""

    def row(self, author: str) -> ThreadRow | None:
        """The thread of a person; None when there is none."""
        return next((one for one in self.rows if one.author == author), None)


def see(
    desk: InboxServices, brand: str, cast: Sequence[str], screen: OnScreen, hear: Hear
) -> LessonState:
    """Look now. Asks the platform too, so it belongs into a thread."""
    rows = tuple(desk.threads.rows(desk.threads.ids("", "newest", brand, MOST).ids).values())
    threads = {one.author: one.id for one in rows if one.author in cast}
    orders: dict[str, tuple[OutboxView, ...]] = {}
    hidden: set[str] = set()
    for author, thread in threads.items():
        orders[author] = tuple(desk.commands.outbox(thread))
        talk = desk.conversations.conversation(thread)
        if talk is not None and any(
            one.visibility is Visibility.HIDDEN and one.deed in (None, OutboxState.SENT)
            for one in talk.messages
        ):
            hidden.add(author)
    return LessonState(
        me=desk.me,
        screen=screen,
        rows=rows,
        orders=orders,
        hidden=frozenset(hidden),
        received=tuple(hear()),
        views=tuple(
            one.filter for one in desk.threads.views(brand, counted=False) if not one.is_configured
        ),
        snippets={one.name: one.times for one in desk.replies.snippet_usage()},
    )
