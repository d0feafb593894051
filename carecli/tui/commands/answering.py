"""Answering: the reply pane, snippets, notes, the editor, and answers given by hand."""

from __future__ import annotations

from carecli.desk.opened import SnippetView
from carecli.domain.errors import CareError
from carecli.domain.model import DraftKind
from carecli.i18n import _
from carecli.tui.commands.moving import next_by_deadline
from carecli.tui.commands.registry import HANDLERS, handles
from carecli.tui.editor import edit
from carecli.tui.looking_over import look_over
from carecli.tui.many import write_to_marked
from carecli.tui.snippets import pick
from carecli.tui.stage import Stage


@handles("reply.public")
def reply(inbox: Stage) -> None:
    """Reply here, or to all that are marked."""
    if not write_to_marked(inbox):
        inbox.begin()


@handles("reply.private")
def reply_privately(inbox: Stage) -> None:
    """Reply by private message, also to all that are marked."""
    if not write_to_marked(inbox, private=True):
        inbox.begin(private=True)


@handles("reply.note")
def note(inbox: Stage) -> None:
    """Write a note for colleagues, also one in all that are marked."""
    if not write_to_marked(inbox, note=True):
        inbox.begin(note=True)


@handles("compose.snippet")
def pick_snippet(inbox: Stage) -> None:
    """Insert a saved reply."""
    if inbox.writing is None:
        return
    thread = inbox.writing.thread

    def filled(one: SnippetView) -> str:
        return inbox.ask(lambda: inbox.desk.fill(one.name, thread), one.text)

    pick(inbox, thread, filled, lambda chosen: inbox.insert_snippet(chosen.name))


@handles("reply.snippet")
def reply_from_snippet(inbox: Stage) -> None:
    """Reply, starting from a saved reply."""
    if write_to_marked(inbox, pick=True):
        return
    if inbox.begin():
        pick_snippet(inbox)


@handles("compose.editor")
def use_editor(inbox: Stage) -> None:
    """Go on writing in $EDITOR; what comes back is looked over before it is sent."""
    if inbox.writing is None:
        return
    try:
        text = edit(inbox.app, inbox.text.text)
    except CareError as error:
        inbox.complain(error)
    else:
        inbox.text.put(text)
        look_over(inbox, use_editor)


@handles("reply.editor")
def reply_in_editor(inbox: Stage) -> None:
    """Reply, in $EDITOR from the start."""
    if write_to_marked(inbox, in_editor=True):
        return
    if inbox.begin():
        use_editor(inbox)


@handles("compose.note")
def toggle_note(inbox: Stage) -> None:
    """Reply or note."""
    if inbox.writing is not None:
        inbox.write_as(DraftKind.REPLY if inbox.writing.is_note else DraftKind.NOTE)


@handles("compose.private")
def toggle_private(inbox: Stage) -> None:
    """In public or privately; of a mail with other recipients, to them too or not."""
    talk, writing = inbox.opened, inbox.writing
    if talk is None or writing is None or writing.is_note:
        return
    if talk.others(writing.target):
        inbox.write_to(to_all=not writing.to_all)
        return
    private = not writing.is_private
    if not (talk.can_reply_privately if private else talk.can_reply):
        why = talk.why_not.get("private_reply" if private else "reply", "")
        inbox.warning = why or _("The platform does not allow this here.")
        inbox.paint_pane()
    else:
        inbox.write_as(DraftKind.PRIVATE if private else DraftKind.REPLY)


@handles("compose.call")
def call_colleague(inbox: Stage) -> None:
    """Complete a colleague's name after @."""
    inbox.call_colleague()


@handles("compose.leave")
def leave(inbox: Stage) -> None:
    """Back to the conversation; the draft is kept."""
    inbox.end_writing()


@handles("compose.send")
def send(inbox: Stage) -> None:
    """Send it."""
    inbox.send(lambda: None)


@handles("compose.send_next")
def send_and_next(inbox: Stage) -> None:
    """Send it and go to the next thread."""
    inbox.send(lambda: next_by_deadline(inbox))


__all__ = ["HANDLERS"]
