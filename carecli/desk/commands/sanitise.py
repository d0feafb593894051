"""Cleans a command before it is stored: safe texts, short names, mentions found."""

from __future__ import annotations

from dataclasses import replace

from carecli.desk.context import DeskContext
from carecli.domain.commands import (
    AnsweredByHand,
    Assign,
    Code,
    Command,
    Label,
    Note,
    NoteContact,
    OpenCase,
    PickQuote,
    Reply,
)
from carecli.domain.mention import find_mentions
from carecli.domain.text import one_line, printable

NAME_LIMIT = 60
"""Characters of an assignee, a team, a label or a theme."""


def sanitise_command(command: Command, context: DeskContext) -> Command:
    """The command with nothing in its texts that a terminal would obey."""
    match command:
        case Note(text=text):
            said = printable(text).strip()
            return replace(command, text=said, mentions=find_mentions(said, context.people))
        case (
            Reply(text=text)
            | NoteContact(text=text)
            | AnsweredByHand(text=text)
            | PickQuote(text=text)
        ):
            return replace(command, text=printable(text).strip())
        case OpenCase(to=to, ask=ask):
            return replace(command, to=_name(to), ask=printable(ask).strip())
        case Assign(assignee=assignee, team=team):
            return replace(command, assignee=_name(assignee), team=_name(team))
        case Code(themes=themes, without=without):
            return replace(command, themes=_names(themes), without=_names(without))
        case Label(add=add, remove=remove):
            return replace(command, add=_names(add), remove=_names(remove))
        case _:
            return command


def _name(text: str) -> str:
    return one_line(text, NAME_LIMIT)


def _names(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in map(_name, texts) if name))
