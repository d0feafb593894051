"""Answering: the reply pane, snippets, notes, the editor, and answers given by hand."""

from __future__ import annotations

from carecli.desk.conversations.rows import SnippetView
from carecli.domain.errors import CareError
from carecli.domain.model import DraftKind
from carecli.i18n import _
from carecli.tui.commands.cursor import next_by_deadline
from carecli.tui.commands.registry import HANDLERS, handles
from carecli.tui.inbox.controller import InboxController
from carecli.tui.reply.editor import edit
from carecli.tui.reply.editor_review import look_over
from carecli.tui.reply.mass_reply import write_to_marked
from carecli.tui.reply.snippet_picker import pick


@handles("reply.public")
def reply(inbox: InboxController) -> None:
    """Reply here, or to all that are marked."""
    if not write_to_marked(inbox):
        inbox.begin()


@handles("reply.private")
def reply_privately(inbox: InboxController) -> None:
    """Reply by private message, also to all that are marked."""
    if not write_to_marked(inbox, private=True):
        inbox.begin(private=True)


@handles("reply.note")
def note(inbox: InboxController) -> None:
    """Write a note for colleagues, also one in all that are marked."""
    if not write_to_marked(inbox, note=True):
        inbox.begin(note=True)


@handles("compose.snippet")
def pick_snippet(inbox: InboxController) -> None:
    """Insert a saved reply."""
    if inbox.writing is None:
        return
    thread = inbox.writing.thread

    def filled(one: SnippetView) -> str:
        return inbox.ask(lambda: inbox.desk.replies.fill(one.name, thread), one.text)

    pick(inbox, thread, filled, lambda chosen: inbox.insert_snippet(chosen.name))


@handles("reply.snippet")
def reply_from_snippet(inbox: InboxController) -> None:
    """Reply, starting from a saved reply."""
    if write_to_marked(inbox, pick=True):
        return
    if inbox.begin():
        pick_snippet(inbox)


@handles("compose.editor")
def use_editor(inbox: InboxController) -> None:
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
def reply_in_editor(inbox: InboxController) -> None:
    """Reply, in $EDITOR from the start."""
    if write_to_marked(inbox, in_editor=True):
        return
    if inbox.begin():
        use_editor(inbox)


@handles("compose.note")
def toggle_note(inbox: InboxController) -> None:
    """Reply or note."""
    if inbox.writing is not None:
        inbox.write_as(DraftKind.REPLY if inbox.writing.is_note else DraftKind.NOTE)


@handles("compose.private")
def toggle_private(inbox: InboxController) -> None:
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
def call_colleague(inbox: InboxController) -> None:
    """Complete a colleague's name after @."""
    inbox.call_colleague()


@handles("compose.leave")
def leave(inbox: InboxController) -> None:
    """Back to the conversation; the draft is kept."""
    inbox.end_writing()


@handles("compose.send")
def send(inbox: InboxController) -> None:
    """Send it."""
    inbox.send(lambda: None)


@handles("compose.send_next")
def send_and_next(inbox: InboxController) -> None:
    """Send it and go to the next thread."""
    inbox.send(lambda: next_by_deadline(inbox))


__all__ = ["HANDLERS"]
