"""Moving the cursor, between panes, and from thread to thread."""

from __future__ import annotations

from collections.abc import Callable

from carecli.domain.model import ThreadId
from carecli.i18n import _
from carecli.tui.commands.registry import HANDLERS, handles
from carecli.tui.inbox.bars import WAITING
from carecli.tui.inbox.controller import InboxController

FAR = 1 << 40
NEAREST = 100
"""How many threads by deadline are looked at for the next one."""


def _step(by: int) -> Callable[[InboxController], None]:
    def step(inbox: InboxController) -> None:
        match inbox.context:
            case "thread":
                inbox.message_step(by)
            case "side":
                inbox.side_step(by)
            case _:
                inbox.threads.move(by)

    return step


def _turn(pages: float) -> Callable[[InboxController], None]:
    def turn(inbox: InboxController) -> None:
        match inbox.context:
            case "thread":
                inbox.talk.turn(round(pages * inbox.talk.size.height))
            case "side":
                for _ in range(6):
                    inbox.side_step(1 if pages > 0 else -1)
            case _:
                inbox.threads.turn(pages)

    return turn


HANDLERS.update(
    {
        "move.down": _step(1),
        "move.up": _step(-1),
        "move.half_down": _turn(0.5),
        "move.half_up": _turn(-0.5),
        "move.page_down": _turn(1),
        "move.page_up": _turn(-1),
    }
)


def _end(*, last: bool) -> Callable[[InboxController], None]:
    def end(inbox: InboxController) -> None:
        match inbox.context:
            case "thread":
                inbox.message_step(FAR if last else -FAR)
                if last:
                    inbox.talk.to_end()
                else:
                    inbox.talk.turn(-len(inbox.talk.lines))
            case "side":
                for _ in range(100):
                    inbox.side_step(1 if last else -1)
            case _:
                inbox.threads.move_to(len(inbox.threads) - 1 if last else 0)

    return end


HANDLERS.update({"move.top": _end(last=False), "move.bottom": _end(last=True)})


@handles("move.open")
def open_at_cursor(inbox: InboxController) -> None:
    """Open the thread, or the view, under the cursor."""
    if inbox.context == "side":
        view = inbox.side_view(inbox.side_cursor)
        if view is not None:
            inbox.show_view(view)
            inbox.focus_on(inbox.threads)
    elif inbox.context == "list" and inbox.threads.thread is not None:
        inbox.open_thread(inbox.threads.thread)


@handles("move.back")
def back(inbox: InboxController) -> None:
    """To the list; there both leave a search, q ends the inbox, Esc stops a batch or unmarks."""
    if inbox.context in ("thread", "side"):
        inbox.close_thread()
    elif inbox.command_keys != ("Esc",):
        if inbox.view.is_typed:
            inbox.leave_search()
        else:
            inbox.leave()
    elif inbox.stop_batch():
        return
    elif inbox.marks.all:
        inbox.clear_marks()
    else:
        inbox.leave_search()


@handles("move.left")
def left(inbox: InboxController) -> None:
    """One pane to the left."""
    if inbox.context == "thread":
        inbox.close_thread()
    elif inbox.context == "list":
        inbox.focus_on(inbox.side)
        if inbox.side_view(inbox.side_cursor) is None:
            inbox.side_step(1)


@handles("move.right")
def right(inbox: InboxController) -> None:
    """One pane to the right."""
    if inbox.context == "side":
        inbox.focus_on(inbox.threads)
    elif inbox.context == "list":
        if inbox.opened is not None and not inbox.panes.is_folded:
            inbox.focus_on(inbox.talk)
        else:
            open_at_cursor(inbox)


def next_by_deadline(inbox: InboxController, by: int = 1) -> None:
    """Open the next thread by deadline: mine, then nobody's.

    From the list it is the one that the top bar counts down to, whosever it is.
    """
    here = inbox.at_hand
    breach = inbox.overview.next_thread
    if by > 0 and inbox.context == "list" and breach is not None:
        inbox.threads.move_onto(breach)
        inbox.open_thread(breach)
        return

    def read() -> list[ThreadId]:
        found: list[ThreadId] = []
        for whose in ("me", "none"):
            narrowed = f"{WAITING.filter} assignee:{whose}"
            found += inbox.desk.threads.ids(narrowed, "deadline", inbox.brand, NEAREST).ids
        return list(dict.fromkeys(found))

    order = inbox.ask(read, ())
    if not order:
        inbox.say(_("No thread of yours and no unassigned thread is waiting."))
        return
    at = order.index(here) + by if here in order else 0
    if not 0 <= at < len(order):
        inbox.say(_("That was the last one.") if by > 0 else _("That was the first one."))
        return
    inbox.threads.move_onto(order[at])
    inbox.open_thread(order[at])


@handles("move.next")
def following(inbox: InboxController) -> None:
    """The next one by deadline."""
    next_by_deadline(inbox, 1)


@handles("move.previous")
def preceding(inbox: InboxController) -> None:
    """The one before by deadline."""
    next_by_deadline(inbox, -1)


def _open_neighbour(by: int) -> Callable[[InboxController], None]:
    def go(inbox: InboxController) -> None:
        inbox.threads.move(by)
        if inbox.context == "thread" and inbox.threads.thread is not None:
            inbox.open_thread(inbox.threads.thread)

    return go


HANDLERS.update({"view.found_next": _open_neighbour(1), "view.found_previous": _open_neighbour(-1)})
