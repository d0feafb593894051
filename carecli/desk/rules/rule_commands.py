"""Turns a rule's action into a command."""

from __future__ import annotations

from carecli.domain.commands import (
    Assign,
    Code,
    Command,
    Done,
    Flag,
    Label,
    Moderate,
    Note,
    OpenCase,
    Recolour,
    Reply,
    Safety,
)
from carecli.domain.model import Colour, MessageId, NoReplyReason, OutboxVerb, ThreadId
from carecli.domain.rule import DeedKind


def command_of(
    kind: DeedKind, value: str, thread: int, message: int, *, answers: bool = False
) -> Command:
    """What a deed means, as a command."""
    here, it = ThreadId(thread), MessageId(message)
    match kind:
        case DeedKind.COLOUR:
            return Recolour(here, Colour(value))
        case DeedKind.LABEL:
            words = value.split("\n")
            add = tuple(word for word in words if not word.startswith("-"))
            return Label(here, add, tuple(word[1:] for word in words if word.startswith("-")))
        case DeedKind.TEAM:
            return Assign(here, team=value)
        case DeedKind.ASSIGN:
            return Assign(here, value)
        case DeedKind.FLAG:
            return Flag(here)
        case DeedKind.SAFETY:
            return Safety(here)
        case DeedKind.SENTIMENT:
            return Code(here, it, sentiment=value)
        case DeedKind.STAGE:
            return Code(here, it, stage=value)
        case DeedKind.THEME:
            return Code(here, it, themes=tuple(value.split("\n")))
        case DeedKind.NOTE:
            return Note(here, value)
        case DeedKind.DONE:
            return Done(here, NoReplyReason(value), it)
        case DeedKind.LIKE:
            return Moderate(here, it, OutboxVerb.LIKE)
        case DeedKind.HIDE:
            return Moderate(here, it, OutboxVerb.HIDE)
        case DeedKind.DELETE:
            return Moderate(here, it, OutboxVerb.DELETE)
        case DeedKind.BLOCK:
            return Moderate(here, it, OutboxVerb.BLOCK)
        case DeedKind.CASE:
            to, _line, ask = value.partition("\n")
            return OpenCase(here, to, ask)
        case DeedKind.REPLY:
            return Reply(here, value, target=it, answers=answers)
        case DeedKind.PRIVATE:
            return Reply(here, value, private=True, target=it, answers=answers)
