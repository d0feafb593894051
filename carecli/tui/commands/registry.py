"""Where a command's id meets its function."""

from __future__ import annotations

from collections.abc import Callable

from carecli.domain.commands import Command
from carecli.domain.macro import Here, step
from carecli.domain.model import ThreadId
from carecli.tui.stage import Stage

Handler = Callable[[Stage], None]

HANDLERS: dict[str, Handler] = {}


def handles(command: str) -> Callable[[Handler], Handler]:
    """Declare the function of a command of the table."""

    def keep(handler: Handler) -> Handler:
        HANDLERS[command] = handler
        return handler

    return keep


def run(inbox: Stage, command: str) -> None:
    """Do what a command says; `macro.NAME` takes that macro's steps: one decision, one undo."""
    kind, _, name = command.partition(".")
    if kind != "macro":
        HANDLERS[command](inbox)
        return
    steps = [step(text) for text in inbox.settings.macros[name]]

    def deed(thread: ThreadId) -> list[Command]:
        here = Here(thread, inbox.now(), inbox.me)
        return [take(here) for take in steps]

    inbox.decide(deed)
