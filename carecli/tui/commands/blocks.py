"""Who may not write to the brand any more, and who may again."""

from __future__ import annotations

from carecli.domain.commands import Moderate
from carecli.domain.model import OutboxVerb
from carecli.i18n import _
from carecli.tui.commands.registry import handles
from carecli.tui.inbox.controller import InboxController
from carecli.tui.style.cells import Line, fit, steady, wrap
from carecli.tui.widgets.dialogs import Confirm


@handles("message.block")
def block(inbox: InboxController) -> None:
    """Block who wrote the message, once I said yes; let them write again if they are blocked."""
    hand = inbox.hand()
    if hand is not None and hand.is_marked:
        inbox.do_to(hand, lambda one: [Moderate(one, None, OutboxVerb.BLOCK)], look=True)
        return
    thread = inbox.at_hand
    talk = inbox.talk_of(thread) if thread is not None else None
    message = inbox.message_of(talk) if talk is not None else None
    if thread is None or talk is None or message is None:
        return
    command = Moderate(thread, message.id, OutboxVerb.BLOCK)
    opposite = Moderate(thread, message.id, OutboxVerb.UNBLOCK)
    refusal = inbox.ask(lambda: inbox.desk.commands.refusals([command]).get(thread), None)
    if refusal is not None:
        if inbox.ask(lambda: inbox.desk.commands.refusals([opposite]).get(thread), refusal) is None:
            inbox.submit(opposite)
        else:
            inbox.complain(refusal, inbox.name_of(thread))
        return
    author = steady(message.author)
    lines: list[Line] = [[(fit(f"  {author} · {steady(talk.reply_as)}", 70), "strong")]]
    lines += [[("  ", "text"), (line, "text")] for line in wrap(message.text, 68)[:6]]
    lines.append([])
    said = _("They can no longer write to the brand, in public or in private.")
    lines += [[("  ", "text"), (line, "bad")] for line in wrap(said, 68)]
    said = _("Their messages stay. Undo unblocks them.")
    lines += [[("  ", "text"), (line, "text")] for line in wrap(said, 68)]

    def answered(answer: str | None) -> None:
        if answer is not None:
            inbox.submit(command)

    question = _("Block {name}?").format(name=author)
    inbox.app.push_screen(Confirm(inbox.painter, question, lines), answered)
