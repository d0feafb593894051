"""Commands that mark threads for the next action."""

from __future__ import annotations

from carecli.i18n import _
from carecli.tui.commands.registry import handles
from carecli.tui.inbox.controller import InboxController


@handles("mark.toggle")
def toggle(inbox: InboxController) -> None:
    """Mark the thread under the cursor, or not, and go on to the next."""
    thread = inbox.threads.thread
    if thread is not None:
        inbox.marks.toggle(thread)
        inbox.show_marks()
        inbox.threads.move(1)


@handles("mark.range")
def mark_range(inbox: InboxController) -> None:
    """Begin a range here, or end the one under way."""
    thread = inbox.threads.thread
    if inbox.marks.anchor is not None:
        inbox.marks.fix()
    elif thread is not None:
        inbox.marks.begin(thread)
    inbox.show_marks()


@handles("mark.all")
def mark_all(inbox: InboxController) -> None:
    """Mark everything the filter takes in."""
    inbox.mark_all()


@handles("mark.again")
def mark_again(inbox: InboxController) -> None:
    """Mark again what was marked before."""
    if inbox.marks.last:
        inbox.mark_all(again=True)
    else:
        inbox.say(_("Nothing was marked earlier."))
