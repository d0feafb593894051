"""Reply commands: the reply pane, snippets, notes, the editor, answers given elsewhere."""

from __future__ import annotations

from carecli.desk.conversations.rows import SnippetView
from carecli.domain.errors import CareError
from carecli.domain.model import DraftKind
from carecli.i18n import _
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.cursor import next_by_deadline
from carecli.tui.commands.registry import HANDLERS, handles
from carecli.tui.reply.editor import edit
from carecli.tui.reply.editor_review import look_over
from carecli.tui.reply.mass_reply import write_to_marked
from carecli.tui.reply.snippet_picker import pick


@handles("reply.public")
def reply(context: CommandContext) -> None:
    """Reply here, or to all that are marked."""
    if not write_to_marked(context):
        context.composer.begin()


@handles("reply.private")
def reply_privately(context: CommandContext) -> None:
    """Reply by private message, also to all that are marked."""
    if not write_to_marked(context, private=True):
        context.composer.begin(private=True)


@handles("reply.note")
def note(context: CommandContext) -> None:
    """Write a note for colleagues, also one in all that are marked."""
    if not write_to_marked(context, note=True):
        context.composer.begin(note=True)


@handles("compose.snippet")
def pick_snippet(context: CommandContext) -> None:
    """Insert a saved reply."""
    if context.composer.writing is None:
        return
    thread = context.composer.writing.thread

    def filled(one: SnippetView) -> str:
        return context.runner.ask(lambda: context.desk.replies.fill(one.name, thread), one.text)

    pick(
        context.desk,
        context.runner,
        context.selection,
        context.preferences.painter,
        context.app.push_screen,
        thread,
        filled,
        lambda chosen: context.composer.insert_snippet(chosen.name),
    )


@handles("reply.snippet")
def reply_from_snippet(context: CommandContext) -> None:
    """Reply, starting from a saved reply."""
    if write_to_marked(context, pick=True):
        return
    if context.composer.begin():
        pick_snippet(context)


@handles("compose.editor")
def use_editor(context: CommandContext) -> None:
    """Go on writing in $EDITOR; what comes back is looked over before it is sent."""
    if context.composer.writing is None:
        return
    try:
        text = edit(context.app, context.composer.text.text)
    except CareError as error:
        context.runner.complain(error)
    else:
        context.composer.text.put(text)
        look_over(context, use_editor)


@handles("reply.editor")
def reply_in_editor(context: CommandContext) -> None:
    """Reply, in $EDITOR from the start."""
    if write_to_marked(context, in_editor=True):
        return
    if context.composer.begin():
        use_editor(context)


@handles("compose.note")
def toggle_note(context: CommandContext) -> None:
    """Reply or note."""
    if context.composer.writing is not None:
        context.composer.write_as(
            DraftKind.REPLY if context.composer.writing.is_note else DraftKind.NOTE
        )


@handles("compose.private")
def toggle_private(context: CommandContext) -> None:
    """In public or privately; of a mail with other recipients, to them too or not."""
    talk, writing = context.conversation.opened, context.composer.writing
    if talk is None or writing is None or writing.is_note:
        return
    if talk.others(writing.target):
        context.composer.write_to(to_all=not writing.to_all)
        return
    private = not writing.is_private
    if not (talk.can_reply_privately if private else talk.can_reply):
        why = talk.why_not.get("private_reply" if private else "reply", "")
        context.composer.warn(why or _("The platform does not allow this here."))
    else:
        context.composer.write_as(DraftKind.PRIVATE if private else DraftKind.REPLY)


@handles("compose.call")
def call_colleague(context: CommandContext) -> None:
    """Complete a colleague's name after @."""
    context.composer.complete_colleague()


@handles("compose.leave")
def leave(context: CommandContext) -> None:
    """Back to the conversation; the draft is kept."""
    context.composer.end()


@handles("compose.send")
def send(context: CommandContext) -> None:
    """Send it."""
    context.composer.send(lambda: None)


@handles("compose.send_next")
def send_and_next(context: CommandContext) -> None:
    """Send it and go to the next thread."""
    context.composer.send(lambda: next_by_deadline(context))


__all__ = ["HANDLERS"]
