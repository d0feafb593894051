"""Commands that mark threads for the next action."""

from __future__ import annotations

from carecli.i18n import _
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import handles


@handles("mark.toggle")
def toggle(context: CommandContext) -> None:
    """Mark the thread under the cursor, or not, and go on to the next."""
    thread = context.threads.thread
    if thread is not None:
        context.selection.marks.toggle(thread)
        context.selection.show_marks()
        context.threads.move(1)


@handles("mark.range")
def mark_range(context: CommandContext) -> None:
    """Begin a range here, or end the one under way."""
    thread = context.threads.thread
    if context.selection.marks.anchor is not None:
        context.selection.marks.fix()
    elif thread is not None:
        context.selection.marks.begin(thread)
    context.selection.show_marks()


@handles("mark.all")
def mark_all(context: CommandContext) -> None:
    """Mark everything the filter takes in."""
    context.selection.mark_all()


@handles("mark.again")
def mark_again(context: CommandContext) -> None:
    """Mark again what was marked before."""
    if context.selection.marks.last:
        context.selection.mark_all(again=True)
    else:
        context.runner.say(_("Nothing was marked earlier."))
