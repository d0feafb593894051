"""Commands that moderate a message on its platform: hide, like, delete, block who wrote it."""

from __future__ import annotations

from collections.abc import Callable

from carecli.desk.conversations.rows import Conversation, MessageView
from carecli.domain.commands import Moderate
from carecli.domain.errors import Refusal
from carecli.domain.model import Direction, OutboxVerb, ThreadId, Visibility
from carecli.i18n import _
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import handles
from carecli.tui.style.cells import Line, cut, fit, steady, wrap
from carecli.tui.widgets.dialogs import Confirm


def _message(context: CommandContext, thread: ThreadId) -> tuple[Conversation, MessageView] | None:
    talk = context.conversation.of(thread)
    message = context.conversation.message_of(talk) if talk is not None else None
    return (talk, message) if talk is not None and message is not None else None


def _moderate(
    context: CommandContext,
    deed: OutboxVerb,
    opposite: OutboxVerb,
    stands: Callable[[MessageView], bool],
) -> None:
    """Make the message so, or not so if it is; for marked threads the first one's says which."""
    targets = context.selection.targets()
    found = _message(context, targets.threads[0]) if targets is not None else None
    if targets is None or found is None:
        return
    first, message = targets.threads[0], found[1]
    verb = opposite if stands(message) else deed
    pointed = None if targets.is_marked else message.id
    context.batches.decide_on(
        targets, lambda one: [Moderate(one, pointed if one == first else None, verb)]
    )


@handles("message.hide")
def hide(context: CommandContext) -> None:
    """Hide in public, or show again."""
    _moderate(
        context,
        OutboxVerb.HIDE,
        OutboxVerb.UNHIDE,
        lambda message: message.visibility is Visibility.HIDDEN,
    )


@handles("message.like")
def like(context: CommandContext) -> None:
    """Like, or take it back."""
    _moderate(context, OutboxVerb.LIKE, OutboxVerb.UNLIKE, lambda message: message.is_liked)


@handles("message.delete")
def delete(context: CommandContext) -> None:
    """Delete on the platform: cannot be undone, so it asks; unless it would be refused anyway."""
    pointed = _pointed_at(context, OutboxVerb.DELETE)
    if pointed is None:
        return
    command, _conversation, message = pointed
    refusal = _refusal(context, command)
    if refusal is not None:
        context.runner.complain(refusal, context.selection.name_of(command.thread))
        return
    consequences: list[Line] = [
        [("  " + _("It is deleted for everyone and cannot be restored."), "bad")]
    ]
    if message.direction is Direction.OUTBOUND:
        consequences += [[("  " + _("The person it answered will be waiting again."), "warn")]]
    title = context.selection.titled([command.thread], _("Delete on the platform?"))
    _ask(context, command, title, message.author, message, consequences)


@handles("message.block")
def block(context: CommandContext) -> None:
    """Block who wrote the message, once I said yes; let them write again if they are blocked."""
    pointed = _pointed_at(context, OutboxVerb.BLOCK)
    if pointed is None:
        return
    command, conversation, message = pointed
    refusal = _refusal(context, command)
    if refusal is not None:
        opposite = Moderate(command.thread, message.id, OutboxVerb.UNBLOCK)
        if _refusal(context, opposite, refusal) is None:
            context.batches.submit(opposite)
        else:
            context.runner.complain(refusal, context.selection.name_of(command.thread))
        return
    author = cut(steady(message.author), 40)
    effect = _("They will no longer be able to write to the brand, in public or in private.")
    consequences: list[Line] = [[("  ", "text"), (line, "bad")] for line in wrap(effect, 68)]
    effect = _("Their messages stay. Undo unblocks them.")
    consequences += [[("  ", "text"), (line, "text")] for line in wrap(effect, 68)]
    title = _("Block {name}?").format(name=author)
    whom = f"{author} · {steady(conversation.reply_as)}"
    _ask(context, command, title, whom, message, consequences)


def _pointed_at(
    context: CommandContext, verb: OutboxVerb
) -> tuple[Moderate, Conversation, MessageView] | None:
    """The command on the message at hand; marked threads are reviewed instead, and None."""
    targets = context.selection.targets()
    if targets is not None and targets.is_marked:
        context.batches.run_on(targets, lambda thread: [Moderate(thread, None, verb)], review=True)
        return None
    thread = context.selection.thread
    found = _message(context, thread) if thread is not None else None
    if thread is None or found is None:
        return None
    conversation, message = found
    return Moderate(thread, message.id, verb), conversation, message


def _refusal(
    context: CommandContext, command: Moderate, unread: Refusal | None = None
) -> Refusal | None:
    """Why the command would be refused now; `unread` where that cannot be read."""
    return context.runner.ask(
        lambda: context.desk.commands.refusals([command]).get(command.thread), unread
    )


def _ask(
    context: CommandContext,
    command: Moderate,
    title: str,
    whom: str,
    message: MessageView,
    consequences: list[Line],
) -> None:
    """Show the message and what follows, and do the command after a yes."""
    lines: list[Line] = [[(fit(f"  {whom}", 70), "strong")]]
    lines += [[("  ", "text"), (line, "text")] for line in wrap(message.text, 68)[:6]]
    lines += [[], *consequences]

    def answered(answer: str | None) -> None:
        if answer is not None:
            context.batches.submit(command)

    context.app.push_screen(Confirm(context.preferences.painter, title, lines), answered)
