"""A review of text from the moderator's own editor before it is sent."""

from __future__ import annotations

from collections.abc import Callable

from carecli.desk.conversations.rows import Conversation
from carecli.domain.model import Millis
from carecli.domain.snippet import misspelt_placeholders
from carecli.i18n import _
from carecli.tui.commands.context import CommandContext
from carecli.tui.inbox.list_rows import ICONS
from carecli.tui.reply.checks import ReplyInProgress, objection, pane_lines
from carecli.tui.style.cells import Line, cells, cut, steady, wrap
from carecli.tui.widgets.readers import SendReader


def look_over(context: CommandContext, edit_again: Callable[[CommandContext], None]) -> None:
    """Show what would be sent; a key sends it, edits it again, or goes back to the text."""
    talk, writing = context.conversation.opened, context.composer.written()
    if talk is None or writing is None or not writing.text.strip():
        return
    now, me = context.desk.now(), context.desk.me
    problem = objection(talk, writing, now, me)

    def answered(answer: str | None) -> None:
        if answer == "send":
            context.composer.send(lambda: None)
        elif answer == "edit":
            edit_again(context)

    context.app.push_screen(
        SendReader(
            context.preferences.painter,
            context.selection.titled([writing.thread], _("What will be sent")),
            lambda width: draft_lines(talk, writing, now, problem, width),
            can_send=not problem,
        ),
        answered,
    )


def draft_lines(
    talk: Conversation, writing: ReplyInProgress, now: Millis, problem: str, width: int
) -> list[Line]:
    """As whom, to whom, who will see it, what stands against it, and the text as it goes out."""
    place = f"{ICONS[talk.row.point]} {steady(talk.row.place)}"
    to = _("To {name}").format(name=cut(steady(talk.contact.name), 40))
    wrong = [
        _("{wrong} does not exist. Did you mean {right}?").format(wrong=one, right=right)
        for one, right in misspelt_placeholders(writing.text).items()
    ]
    lines: list[Line] = [
        [],
        *pane_lines(talk, writing, now, width, ""),
        [(f" {to}  ", "dim"), (cut(place, max(8, width - 6 - cells(to))), "dim")],
    ]
    for said in dict.fromkeys([problem, *wrong] if problem else wrong):
        marks = (" ▲ ", *["   "] * len(said))
        said_lines = wrap(said, width - 6)
        lines += [[(m + text, "bad")] for m, text in zip(marks, said_lines, strict=False)]
    lines.append([])
    text = wrap(writing.text.strip(), width - 6)
    return [*lines, *([("   ", "text"), (one, "text")] for one in text)]
