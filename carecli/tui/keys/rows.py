"""A row of the table of commands."""

from __future__ import annotations

from carecli.tui.keys.matcher import Command

LIST = ("list",)
BROWSE = ("list", "thread")
AROUND = ("list", "thread", "side")
EVERYWHERE = ("list", "thread", "side", "compose")
WRITE = ("compose",)


def row(
    id: str,  # noqa: A002  the word of the table
    keys: str,
    label: str,
    contexts: tuple[str, ...],
    help: str,  # noqa: A002  likewise
    short: str = "",
) -> Command:
    """A command; `keys` are separated by bars, `help` says what it does."""
    group = _GROUPS[id.partition(".")[0]]
    return Command(id, tuple(filter(None, keys.split(" | "))), label, contexts, help, group, short)


_GROUPS = {
    "move": "Moving",
    "mark": "Marking",
    "view": "What the list shows",
    "reply": "Answering",
    "thread": "Deciding about a thread",
    "message": "Deciding about a message",
    "outbox": "Sending",
    "compose": "While writing",
    "app": "Everything else",
}
