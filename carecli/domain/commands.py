"""Commands: what a moderator, a rule or a script wants to do.

`commands.submit` takes a command and an actor, checks that it is allowed, and keeps the decision
and its effects in one transaction. The journal stores a command as its verb (the class
name in snake case) and its fields.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import get_args

from carecli.domain.model import (
    Colour,
    MessageId,
    Millis,
    NoReplyReason,
    OutboxVerb,
    ThreadId,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer a thread, in public or privately.

    `target` is the message answered (None: the newest inbound one). `head` is the newest message
    the author of the reply had seen: a newer one stops the send. `draft` distinguishes two
    intended replies with the same text.
    """

    thread: ThreadId
    text: str
    private: bool = False
    target: MessageId | None = None
    head: MessageId | None = None
    draft: str = ""
    snippet: str = ""
    answers: bool = True
    """Whether it ends the wait; an automatic reply does only if its rule says so."""
    to_all: bool = False
    """For mails: whether the other recipients get the answer too."""


@dataclass(frozen=True, slots=True)
class Moderate:
    """Hide, unhide, delete, like or unlike one message on the platform; or block its author.

    Blocking and unblocking apply to the author's messages anywhere on the channel.
    `message` None: the newest inbound one.
    """

    thread: ThreadId
    message: MessageId | None
    deed: OutboxVerb


@dataclass(frozen=True, slots=True)
class Assign:
    """Give a thread to a person (`assignee`), a team, or back to the pool (both empty)."""

    thread: ThreadId
    assignee: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """Raise or lower a thread's flag."""

    thread: ThreadId
    on: bool = True


class SafetyStep(StrEnum):
    """A step of the safety flag, which marks a possible adverse reaction to a product."""

    RAISE = "raise"
    """It may be one: a person must check."""
    CONFIRM = "confirm"
    """A person checked, and it is one."""
    LOWER = "lower"
    """A person checked, and it is none."""


@dataclass(frozen=True, slots=True)
class Safety:
    """Raise, confirm or lower a thread's safety flag."""

    thread: ThreadId
    step: SafetyStep = SafetyStep.RAISE


@dataclass(frozen=True, slots=True)
class Escalate:
    """Ask moderators to look: so many percent of the time to a deadline have passed.

    `mentions` are the keys of the moderators; nothing else changes.
    """

    thread: ThreadId
    percent: int
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recolour:
    """Set a thread's colour; None gives it back to the rules."""

    thread: ThreadId
    colour: Colour | None


@dataclass(frozen=True, slots=True)
class Label:
    """Put labels on a thread and take others off."""

    thread: ThreadId
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snooze:
    """Hide a thread from the queue until a moment; its deadline stays. None wakes it."""

    thread: ThreadId
    until: Millis | None


@dataclass(frozen=True, slots=True)
class Done:
    """Mark that no reply is needed, for a reason: ends every open wait of the thread.

    With `message`, only that message needs no reply; other waits go on.
    """

    thread: ThreadId
    reason: NoReplyReason = NoReplyReason.OTHER
    message: MessageId | None = None


@dataclass(frozen=True, slots=True)
class AnsweredOutside:
    """A person confirms that it was answered in the platform's own app.

    Ends every wait of the thread that was open by then; with `message`, its author's alone.
    """

    thread: ThreadId
    message: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Reopen:
    """Continue the wait that ended last, from its original start."""

    thread: ThreadId


@dataclass(frozen=True, slots=True)
class CloseWindow:
    """End the thread's open waits, as the platform no longer allows an answer."""

    thread: ThreadId


@dataclass(frozen=True, slots=True)
class Note:
    """Write a note for colleagues, never shown to contacts.

    `mentions` are the keys of moderators mentioned with `@`; the desk finds them in the text.
    """

    thread: ThreadId
    text: str
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """Mark mentions of me in this thread as seen."""

    thread: ThreadId


@dataclass(frozen=True, slots=True)
class NoteContact:
    """Write a note about this thread's contact, shown to colleagues in all their threads."""

    thread: ThreadId
    text: str


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Ask another team about a thread by mail, and wait for its answer.

    `to` is the team's key; `within` is the time in ms to answer, None: the team's usual time.
    """

    thread: ThreadId
    to: str
    ask: str
    within: Millis | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """Say what a message expresses; `message` None: the newest inbound one.

    `sentiment` and `stage` are values of `domain.codes` ('' leaves them, `none` removes them);
    `themes` are added, those in `without` removed; `none` in it removes all of the actor's own.
    """

    thread: ThreadId
    message: MessageId | None = None
    sentiment: str = ""
    stage: str = ""
    themes: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeBlind:
    """Code a message of a sample without seeing others' codes; '' removes the code."""

    thread: ThreadId
    sample: int
    message: MessageId
    value: str


@dataclass(frozen=True, slots=True)
class PickQuote:
    """Save a contact's words as an outstanding quote, with names removed.

    `message` None: the newest inbound one. `text` '': the whole message.
    """

    thread: ThreadId
    message: MessageId | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class DropQuote:
    """Remove a message from the outstanding quotes."""

    thread: ThreadId
    message: MessageId | None = None


@dataclass(frozen=True, slots=True)
class AnsweredByHand:
    """A person answered by hand in a place without an API (a manual entry's link)."""

    thread: ThreadId
    text: str = ""


Command = (
    Reply
    | Moderate
    | Assign
    | Flag
    | Safety
    | Escalate
    | Recolour
    | Label
    | Snooze
    | Done
    | AnsweredOutside
    | Reopen
    | CloseWindow
    | Note
    | Seen
    | NoteContact
    | AnsweredByHand
    | OpenCase
    | Code
    | CodeBlind
    | PickQuote
    | DropQuote
)


_VERBS = {
    kind: re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower() for kind in get_args(Command)
}
_ARGS = {
    kind: tuple(field.name for field in fields(kind) if field.name != "thread")
    for kind in get_args(Command)
}


def verb_of(command: Command) -> str:
    """The command's verb in the journal: `CloseWindow` -> `close_window`."""
    return _VERBS[type(command)]


def args_of(command: Command) -> dict[str, object]:
    """The command's fields without its thread, as JSON values."""
    values = {name: getattr(command, name) for name in _ARGS[type(command)]}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
