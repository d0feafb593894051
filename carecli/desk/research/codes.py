"""Codes and quotes as commands: which message is meant and whether it may be coded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from sqlite3 import Connection

from carecli.domain.anonymous_quotes import OMITTED, anonymise, is_excerpt_of
from carecli.domain.codes import NONE, VALUES, CodeKind
from carecli.domain.commands import Code, CodeBlind, Command, DropQuote, PickQuote
from carecli.domain.errors import Refusal
from carecli.domain.model import Actor, MessageId
from carecli.domain.names import kind_name
from carecli.domain.text import one_line, printable
from carecli.i18n import _
from carecli.store import codes, quotes, samples, situation


@dataclass(frozen=True, slots=True)
class QuoteDraft:
    """A message as it would be quoted: names removed, for a person to read and cut.

    `is_kept` tells that it is a quote already, and `text` then is the quote.
    """

    message: MessageId
    original: str
    text: str
    is_kept: bool


def check(db: Connection, command: Code) -> None:
    """Whether a message can be coded so; raises Refusal."""
    said = {CodeKind.SENTIMENT: command.sentiment, CodeKind.STAGE: command.stage}
    if not any((*said.values(), command.themes, command.without)):
        raise Refusal(_("Choose a code."))
    for kind, value in said.items():
        check_value(kind, value)
    for theme in command.themes:
        if theme == NONE or theme.startswith("-"):
            raise Refusal(_("{name!r} cannot be a theme.").format(name=theme))
    if command.message is not None:
        inbound(db, command.thread, command.message)


def check_value(kind: CodeKind, value: str) -> None:
    """Whether there is such a sentiment or stage; '' and `none` pass. Raises Refusal."""
    if value and value != NONE and value not in VALUES[kind]:
        raise Refusal(
            _("There is no {kind} {value!r}.").format(
                kind=kind_name(kind), value=one_line(value, 40)
            ),
            hint=_("Available: {names}.").format(names=", ".join(VALUES[kind])),
        )


def inbound(db: Connection, thread: int, message: int) -> None:
    """Whether a contact wrote this message in the thread; raises Refusal."""
    found = situation.subject(db, message)
    if found is None or found.thread != thread:
        raise Refusal(_("Thread {thread} has no message {id}.").format(thread=thread, id=message))
    if found.contact is None:
        raise Refusal(
            _("That message is from the brand."), hint=_("Choose a message from the contact.")
        )


def pointed(db: Connection, commands: Sequence[Command]) -> list[Command]:
    """Commands to code with the message each is about; raises Refusal."""
    wanted = [one.thread for one in commands if isinstance(one, Code) and one.message is None]
    newest = codes.newest_inbound(db, wanted) if wanted else {}
    return [
        replace(one, message=_newest(newest.get(one.thread)))
        if isinstance(one, Code) and one.message is None
        else one
        for one in commands
    ]


def _newest(message: int | None) -> MessageId:
    if message is None:
        raise Refusal(_("Only the brand wrote here."))
    return MessageId(message)


def aimed(
    db: Connection, command: PickQuote | DropQuote | CodeBlind, by: Actor
) -> PickQuote | DropQuote | CodeBlind:
    """The command with its message, and a quote's text, as they are kept; raises Refusal."""
    if isinstance(command, CodeBlind):
        task = samples.task(db, command.sample, command.message, by.name)
        if task is None or task.thread != command.thread:
            raise Refusal(_("This message is not in any of your samples."))
        check_value(CodeKind(task.kind), command.value)
        return replace(command, value="" if command.value == NONE else command.value)
    command = replace(command, message=_meant(db, command.thread, command.message))
    if isinstance(command, PickQuote):
        return _picked(db, command)
    found = quotes.quotable(db, command.message or 0)
    if found is None or not found.kept:
        raise Refusal(_("That message is not a quote."))
    return command


def _meant(db: Connection, thread: int, message: MessageId | None) -> MessageId:
    if message is None:
        message = _newest(codes.newest_inbound(db, [thread]).get(thread))
    inbound(db, thread, message)
    return message


def _picked(db: Connection, command: PickQuote) -> PickQuote:
    assert command.message is not None
    found = quotes.quotable(db, command.message)
    original = printable(found.text) if found is not None else ""
    if command.text and not is_excerpt_of(command.text, original):
        raise Refusal(
            _("A quote can only contain words from the message."),
            hint=_("Remove words or replace them with {mark}.").format(mark=OMITTED),
        )
    text = anonymise(command.text or original, quotes.names(db, command.thread))
    if not any(char.isalnum() for char in text.replace(OMITTED, "")):
        raise Refusal(_("Nothing is left to quote."))
    return replace(command, text=text)


def quotable(db: Connection, thread: int, message: MessageId | None) -> QuoteDraft:
    """A message as it would be quoted; raises Refusal for what cannot be."""
    meant = _meant(db, thread, message)
    found = quotes.quotable(db, meant)
    original = printable(found.text) if found is not None else ""
    kept = found.kept if found is not None else ""
    text = kept or anonymise(original, quotes.names(db, thread))
    return QuoteDraft(meant, original, printable(text), bool(kept))
