"""Commands that move the cursor, the focus, and from thread to thread."""

from __future__ import annotations

from collections.abc import Callable

from carecli.domain.model import ThreadId
from carecli.i18n import _
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import HANDLERS, handles
from carecli.tui.inbox.bars import WAITING

FAR = 1 << 40
NEAREST = 100
"""How many threads by deadline are looked at for the next one."""


def _step(by: int) -> Callable[[CommandContext], None]:
    def step(context: CommandContext) -> None:
        match context.layout.context:
            case "thread":
                context.conversation.step(by)
            case "side":
                context.side.step(by)
            case _:
                context.threads.move(by)

    return step


def _turn(pages: float) -> Callable[[CommandContext], None]:
    def turn(context: CommandContext) -> None:
        match context.layout.context:
            case "thread":
                context.conversation.board.turn(
                    round(pages * context.conversation.board.size.height)
                )
            case "side":
                for _ in range(6):
                    context.side.step(1 if pages > 0 else -1)
            case _:
                context.threads.turn(pages)

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


def _end(*, last: bool) -> Callable[[CommandContext], None]:
    def end(context: CommandContext) -> None:
        match context.layout.context:
            case "thread":
                context.conversation.step(FAR if last else -FAR)
                if last:
                    context.conversation.board.to_end()
                else:
                    context.conversation.board.turn(-len(context.conversation.board.lines))
            case "side":
                for _ in range(100):
                    context.side.step(1 if last else -1)
            case _:
                context.threads.move_to(len(context.threads) - 1 if last else 0)

    return end


HANDLERS.update({"move.top": _end(last=False), "move.bottom": _end(last=True)})


@handles("move.open")
def open_at_cursor(context: CommandContext) -> None:
    """Open the thread, or the view, under the cursor."""
    if context.layout.context == "side":
        view = context.side.view_at(context.side.cursor)
        if view is not None:
            context.loader.show_view(view)
            context.layout.focus_on(context.threads)
    elif context.layout.context == "list" and context.threads.thread is not None:
        context.conversation.open(context.threads.thread)


@handles("move.back")
def back(context: CommandContext) -> None:
    """To the list; there both leave a search, q ends the context, Esc stops a batch or unmarks."""
    if context.layout.context in ("thread", "side"):
        context.layout.focus_list()
    elif context.keys.command_keys != ("Esc",):
        if context.views.current.is_typed:
            context.loader.leave_search()
        else:
            context.screen.leave()
    elif context.batches.stop():
        return
    elif context.selection.marks.all:
        context.selection.clear_marks()
    else:
        context.loader.leave_search()


@handles("move.left")
def left(context: CommandContext) -> None:
    """One pane to the left."""
    if context.layout.context == "thread":
        context.layout.focus_list()
    elif context.layout.context == "list":
        context.layout.focus_on(context.side.board)
        if context.side.view_at(context.side.cursor) is None:
            context.side.step(1)


@handles("move.right")
def right(context: CommandContext) -> None:
    """One pane to the right."""
    if context.layout.context == "side":
        context.layout.focus_on(context.threads)
    elif context.layout.context == "list":
        if context.conversation.opened is not None and not context.layout.widths.is_folded:
            context.layout.focus_on(context.conversation.board)
        else:
            open_at_cursor(context)


def next_by_deadline(context: CommandContext, by: int = 1) -> None:
    """Open the next thread by deadline: mine, then nobody's.

    From the list it is the one that the top bar counts down to, whosever it is.
    """
    here = context.selection.thread
    breach = context.views.overview.next_thread
    if by > 0 and context.layout.context == "list" and breach is not None:
        context.threads.move_onto(breach)
        context.conversation.open(breach)
        return

    def read() -> list[ThreadId]:
        found: list[ThreadId] = []
        for whose in ("me", "none"):
            narrowed = f"{WAITING.filter} assignee:{whose}"
            found += context.desk.threads.ids(
                narrowed, "deadline", context.views.brand, NEAREST
            ).ids
        return list(dict.fromkeys(found))

    order = context.runner.ask(read, ())
    if not order:
        context.runner.say(_("No thread of yours and no unassigned thread is waiting."))
        return
    at = order.index(here) + by if here in order else 0
    if not 0 <= at < len(order):
        context.runner.say(_("That was the last one.") if by > 0 else _("That was the first one."))
        return
    context.threads.move_onto(order[at])
    context.conversation.open(order[at])


@handles("move.next")
def following(context: CommandContext) -> None:
    """The next one by deadline."""
    next_by_deadline(context, 1)


@handles("move.previous")
def preceding(context: CommandContext) -> None:
    """The one before by deadline."""
    next_by_deadline(context, -1)


def _open_neighbour(by: int) -> Callable[[CommandContext], None]:
    def go(context: CommandContext) -> None:
        context.threads.move(by)
        if context.layout.context == "thread" and context.threads.thread is not None:
            context.conversation.open(context.threads.thread)

    return go


HANDLERS.update({"view.found_next": _open_neighbour(1), "view.found_previous": _open_neighbour(-1)})
