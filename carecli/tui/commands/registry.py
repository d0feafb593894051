"""Where a command's id meets its function."""

from __future__ import annotations

from collections.abc import Callable

from carecli.domain.commands import Command, Reply
from carecli.domain.errors import Refusal
from carecli.domain.macro import Here, opens, step
from carecli.domain.model import ThreadId
from carecli.i18n import _
from carecli.tui.inbox.controller import InboxController

Handler = Callable[[InboxController], None]

HANDLERS: dict[str, Handler] = {}


def handles(command: str) -> Callable[[Handler], Handler]:
    """Declare the function of a command of the table."""

    def keep(handler: Handler) -> Handler:
        HANDLERS[command] = handler
        return handler

    return keep


def run(inbox: InboxController, command: str) -> None:
    """Do what a command says; `macro.NAME` takes that macro's steps: one decision, one undo."""
    kind, _, name = command.partition(".")
    if kind != "macro":
        HANDLERS[command](inbox)
        return
    written = inbox.macros[name]
    steps = [step(text) for text in written if not opens(text)]

    def deed(thread: ThreadId) -> list[Command]:
        here = Here(thread, inbox.now(), inbox.me)
        return [filled(inbox, take(here)) for take in steps]

    hand = inbox.hand()
    if hand is not None and steps:
        inbox.decide_on(hand, deed)
    for snippet in filter(None, map(opens, written)):
        begin_from(inbox, snippet)


def filled(inbox: InboxController, command: Command) -> Command:
    """A reply from a saved one with its text, as it would go to one of many; raises Refusal."""
    if not isinstance(command, Reply) or command.text:
        return command
    text = template(inbox, command.snippet, command.thread)
    found = inbox.desk.replies.address([command.thread], text, snippet=command.snippet)
    for refusal in found.refused.values():
        raise refusal
    return found.replies[0]


def template(inbox: InboxController, name: str, thread: ThreadId) -> str:
    """A saved reply as it was written; raises Refusal."""
    for one in inbox.desk.replies.snippets(thread, name):
        if one.name == name:
            return one.text
    raise Refusal(_("There is no snippet {name} for this thread.").format(name=name))


def begin_from(inbox: InboxController, snippet: str) -> None:
    """Open the composer filled with a saved reply, for the thread or for all that are marked."""
    from carecli.tui.reply.mass_reply import write_to_marked

    if not write_to_marked(inbox, snippet=snippet) and inbox.begin():
        inbox.insert_snippet(snippet)
