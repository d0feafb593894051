"""Connects a command's id with its function."""

from __future__ import annotations

from collections.abc import Callable

from carecli.domain.commands import Command, Reply
from carecli.domain.errors import Refusal
from carecli.domain.macro import StepContext, parse_step, snippet_to_open
from carecli.domain.model import ThreadId
from carecli.i18n import _
from carecli.tui.commands.context import CommandContext

Handler = Callable[[CommandContext], None]

HANDLERS: dict[str, Handler] = {}


def handles(command: str) -> Callable[[Handler], Handler]:
    """Declare the function of a command of the table."""

    def keep(handler: Handler) -> Handler:
        HANDLERS[command] = handler
        return handler

    return keep


def run(context: CommandContext, command: str) -> None:
    """Do what a command says; `macro.NAME` takes that macro's steps: one decision, one undo."""
    kind, _, name = command.partition(".")
    if kind != "macro":
        HANDLERS[command](context)
        return
    written = context.macros.macros[name]
    steps = [parse_step(text) for text in written if not snippet_to_open(text)]

    def deed(thread: ThreadId) -> list[Command]:
        here = StepContext(thread, context.desk.now(), context.desk.me)
        return [filled(context, take(here)) for take in steps]

    targets = context.selection.targets()
    if targets is not None and steps:
        context.batches.decide_on(targets, deed)
    for snippet in filter(None, map(snippet_to_open, written)):
        begin_from(context, snippet)


def filled(context: CommandContext, command: Command) -> Command:
    """A reply from a saved one with its text, as it would go to one of many; raises Refusal."""
    if not isinstance(command, Reply) or command.text:
        return command
    text = template(context, command.snippet, command.thread)
    found = context.desk.replies.address([command.thread], text, snippet=command.snippet)
    for refusal in found.refused.values():
        raise refusal
    return found.replies[0]


def template(context: CommandContext, name: str, thread: ThreadId) -> str:
    """A saved reply as it was written; raises Refusal."""
    for one in context.desk.replies.snippets(thread, name):
        if one.name == name:
            return one.text
    raise Refusal(_("There is no snippet {name} for this thread.").format(name=name))


def begin_from(context: CommandContext, snippet: str) -> None:
    """Open the composer filled with a saved reply, for the thread or for all that are marked."""
    from carecli.tui.reply.mass_reply import write_to_marked

    if not write_to_marked(context, snippet=snippet) and context.composer.begin():
        context.composer.insert_snippet(snippet)
