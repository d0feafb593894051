"""Commands: what a moderator, a rule or a script wants.

`commands.submit` takes a command and an actor, checks that it is legal now, and writes the decision
and what follows from it in one transaction. The journal keeps a command as its verb (the class
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

    `target` is the message answered (None: the newest inbound one). `head` is the newest
    message the author of the reply had seen: anything newer stops the send. `draft` makes two
    deliberate replies with one text distinct.
    """

    thread: ThreadId
    text: str
    private: bool = False
    target: MessageId | None = None
    head: MessageId | None = None
    draft: str = ""
    snippet: str = ""
    answers: bool = True
    """Whether it ends the wait; an automatic one does only where its rule says so."""
    to_all: bool = False
    """Of a mail: whether its other recipients get the answer too, and not only who asked."""


@dataclass(frozen=True, slots=True)
class Moderate:
    """Hide, unhide, delete, like or unlike one message on the platform; or block who wrote it.

    A block, and what takes it back, holds for the author wherever they write on the channel.
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
    """What is done with the safety flag, which stands for an adverse reaction."""

    RAISE = "raise"
    """It may be one: a person must look."""
    CONFIRM = "confirm"
    """A person looked, and it is one."""
    LOWER = "lower"
    """A person looked, and it is none."""


@dataclass(frozen=True, slots=True)
class Safety:
    """Raise, confirm or lower a thread's safety flag."""

    thread: ThreadId
    step: SafetyStep = SafetyStep.RAISE


@dataclass(frozen=True, slots=True)
class Escalate:
    """So many percent of the time to a deadline have passed.

    Changes nothing but that the moderators in `mentions` are asked to look, by their keys.
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
    """Put a thread aside until a moment; the clock goes on. None wakes it."""

    thread: ThreadId
    until: Millis | None


@dataclass(frozen=True, slots=True)
class Done:
    """No reply is needed, for a reason: ends every open wait of the thread.

    With `message`, that one alone needs none: who asked anything else goes on waiting.
    """

    thread: ThreadId
    reason: NoReplyReason = NoReplyReason.OTHER
    message: MessageId | None = None


@dataclass(frozen=True, slots=True)
class AnsweredOutside:
    """A person looked: it was answered in the platform's own app.

    Ends every wait of the thread that was open by then; with `message`, its author's alone.
    """

    thread: ThreadId
    message: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Reopen:
    """The wait that ended last goes on, from its original start."""

    thread: ThreadId


@dataclass(frozen=True, slots=True)
class CloseWindow:
    """The platform no longer allows an answer: ends the thread's open waits."""

    thread: ThreadId


@dataclass(frozen=True, slots=True)
class Note:
    """Write something colleagues see and contacts never do.

    `mentions` are the keys of moderators it calls with `@`; the desk finds them in the text.
    """

    thread: ThreadId
    text: str
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """I have seen what a colleague's note asked of me here."""

    thread: ThreadId


@dataclass(frozen=True, slots=True)
class NoteContact:
    """Write something colleagues see wherever they meet the person of this thread."""

    thread: ThreadId
    text: str


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Ask another team about a thread, by mail, and wait for its answer.

    `to` is the team's key; `within` is how soon it shall answer, None: as usual there.
    """

    thread: ThreadId
    to: str
    ask: str
    within: Millis | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """Say what a message expresses; `message` None: the newest inbound one.

    `sentiment` and `stage` are values of `domain.codes` ('' leaves them, `none` takes them back);
    `themes` are put on and those in `without` taken off, with `none` there all of one's own.
    """

    thread: ThreadId
    message: MessageId | None = None
    sentiment: str = ""
    stage: str = ""
    themes: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeBlind:
    """Code a message of a sample without seeing what others say; '' takes it back."""

    thread: ThreadId
    sample: int
    message: MessageId
    value: str


@dataclass(frozen=True, slots=True)
class PickQuote:
    """Keep what a contact said as an outstanding quote, names removed.

    `message` None: the newest inbound one. `text` '': the whole message.
    """

    thread: ThreadId
    message: MessageId | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class DropQuote:
    """A message is no outstanding quote."""

    thread: ThreadId
    message: MessageId | None = None


@dataclass(frozen=True, slots=True)
class AnsweredByHand:
    """A person answered where no API reaches (a manual entry's link)."""

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
    """The command's name in the journal: `CloseWindow` -> `close_window`."""
    return _VERBS[type(command)]


def args_of(command: Command) -> dict[str, object]:
    """The command's fields but for its thread, as plain JSON values."""
    values = {name: getattr(command, name) for name in _ARGS[type(command)]}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
