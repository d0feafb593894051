"""Commands that block and unblock a person."""

from __future__ import annotations

from carecli.domain.commands import Moderate
from carecli.domain.model import OutboxVerb
from carecli.i18n import _
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import handles
from carecli.tui.style.cells import Line, cut, fit, steady, wrap
from carecli.tui.widgets.dialogs import Confirm


@handles("message.block")
def block(context: CommandContext) -> None:
    """Block who wrote the message, once I said yes; let them write again if they are blocked."""
    targets = context.selection.targets()
    if targets is not None and targets.is_marked:
        context.batches.run_on(
            targets, lambda one: [Moderate(one, None, OutboxVerb.BLOCK)], review=True
        )
        return
    thread = context.selection.thread
    talk = context.conversation.of(thread) if thread is not None else None
    message = context.conversation.message_of(talk) if talk is not None else None
    if thread is None or talk is None or message is None:
        return
    command = Moderate(thread, message.id, OutboxVerb.BLOCK)
    opposite = Moderate(thread, message.id, OutboxVerb.UNBLOCK)
    refusal = context.runner.ask(
        lambda: context.desk.commands.refusals([command]).get(thread), None
    )
    if refusal is not None:
        if (
            context.runner.ask(
                lambda: context.desk.commands.refusals([opposite]).get(thread), refusal
            )
            is None
        ):
            context.batches.submit(opposite)
        else:
            context.runner.complain(refusal, context.selection.name_of(thread))
        return
    author = cut(steady(message.author), 40)
    lines: list[Line] = [[(fit(f"  {author} · {steady(talk.reply_as)}", 70), "strong")]]
    lines += [[("  ", "text"), (line, "text")] for line in wrap(message.text, 68)[:6]]
    lines.append([])
    said = _("They will no longer be able to write to the brand, in public or in private.")
    lines += [[("  ", "text"), (line, "bad")] for line in wrap(said, 68)]
    said = _("Their messages stay. Undo unblocks them.")
    lines += [[("  ", "text"), (line, "text")] for line in wrap(said, 68)]

    def answered(answer: str | None) -> None:
        if answer is not None:
            context.batches.submit(command)

    question = _("Block {name}?").format(name=author)
    context.app.push_screen(Confirm(context.preferences.painter, question, lines), answered)
