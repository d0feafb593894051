"""Macros: several decisions about a thread under one name.

thread.yellow
thread.labels parcel -spam
thread.assign team:specialists
reply.note sent to the warehouse
reply.snippet where-to-buy send

`reply.snippet NAME`, which comes last, begins a reply from a saved one; with `send` it is queued.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from carecli.domain.codes import FunnelStage, Sentiment
from carecli.domain.commands import (
    AnsweredOutside,
    Assign,
    Code,
    Command,
    Done,
    Flag,
    Label,
    Moderate,
    Note,
    Recolour,
    Reopen,
    Reply,
    Snooze,
)
from carecli.domain.model import (
    DAY,
    HOUR,
    MINUTE,
    Colour,
    Millis,
    NoReplyReason,
    OutboxVerb,
    ThreadId,
)

UNITS = {"m": MINUTE, "h": HOUR, "d": DAY}


@dataclass(frozen=True, slots=True)
class StepContext:
    """What a step is applied to: the thread, the moment (ms), and the moderator's key."""

    thread: ThreadId
    now: Millis
    me: str


Step = Callable[[StepContext], Command]


def _code(*, sentiment: str = "", stage: str = "") -> Step:
    return lambda here: Code(here.thread, sentiment=sentiment, stage=stage)


BARE: Mapping[str, Step] = {
    "thread.green": lambda here: Recolour(here.thread, Colour.GREEN),
    "thread.yellow": lambda here: Recolour(here.thread, Colour.YELLOW),
    "thread.red": lambda here: Recolour(here.thread, Colour.RED),
    "thread.uncolour": lambda here: Recolour(here.thread, None),
    "thread.flag": lambda here: Flag(here.thread),
    "thread.wake": lambda here: Snooze(here.thread, None),
    "thread.reopen": lambda here: Reopen(here.thread),
    "thread.assign_me": lambda here: Assign(here.thread, here.me),
    "message.hide": lambda here: Moderate(here.thread, None, OutboxVerb.HIDE),
    "message.like": lambda here: Moderate(here.thread, None, OutboxVerb.LIKE),
    **{f"message.{value}": _code(sentiment=value) for value in Sentiment},
    **{f"message.{value}": _code(stage=value) for value in FunnelStage},
}
"""Actions that take no argument."""


def parse_step(text: str) -> Step:
    """Parse a step; raises ValueError that says what was expected."""
    action, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    if action in BARE:
        if rest:
            raise ValueError(f"{action} takes no argument")
        return BARE[action]
    make = TAKING.get(action)
    if make is None:
        raise ValueError(f"no such action: {action!r}")
    if not rest:
        raise ValueError(f"{action} needs an argument")
    return make(rest)


def _assign(to: str) -> Step:
    kind, colon, team = to.partition(":")
    if colon and kind != "team":
        raise ValueError("expected a moderator, or team: and a team")
    if colon:
        return lambda here: Assign(here.thread, team=team)
    return lambda here: Assign(here.thread, here.me if to == "me" else to)


def _split_signed(words: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names without a minus, and those with one (`-spam`)."""
    names = words.split()
    plain = tuple(name for name in names if not name.startswith("-"))
    return plain, tuple(name[1:] for name in names if name.startswith("-"))


def _labels(words: str) -> Step:
    add, remove = _split_signed(words)
    if not all((*add, *remove)):
        raise ValueError("expected a label after the minus")
    return lambda here: Label(here.thread, add, remove)


def _themes(words: str) -> Step:
    on, off = _split_signed(words)
    if not all((*on, *off)):
        raise ValueError("expected a theme after the minus")
    return lambda here: Code(here.thread, themes=on, without=off)


OUTSIDE = "answered_outside"
"""An additional reason of `thread.done`: it was answered outside carecli."""


def _done(reason: str) -> Step:
    if reason == OUTSIDE:
        return lambda here: AnsweredOutside(here.thread)
    if reason not in set(NoReplyReason):
        raise ValueError(f"expected one of {', '.join((*NoReplyReason, OUTSIDE))}")
    return lambda here: Done(here.thread, NoReplyReason(reason))


def _snooze(span: str) -> Step:
    match = re.fullmatch(r"([1-9]\d{0,3})([mhd])", span)
    if match is None:
        raise ValueError("expected a span such as 30m, 4h or 2d")
    length = int(match[1]) * UNITS[match[2]]
    return lambda here: Snooze(here.thread, here.now + length)


def _note(text: str) -> Step:
    return lambda here: Note(here.thread, text)


SENDS = "send"
"""After a snippet's name: the reply is queued right away."""


def _snippet(words: str) -> Step:
    name, _, how = words.partition(" ")
    if how.strip() not in ("", SENDS):
        raise ValueError(f"expected a snippet's name, and nothing or {SENDS} after it")
    return lambda here: Reply(here.thread, "", snippet=name)


def format_step(command: Command, now: Millis, me: str) -> str:
    """The text of a step for a command; empty if no step can express it."""
    here = StepContext(command.thread, now, me)
    for action, make in BARE.items():
        if make(here) == command:
            return action
    match command:
        case Assign(assignee=name, team="") if name:
            return f"thread.assign {name}"
        case Assign(assignee="", team=team) if team:
            return f"thread.assign team:{team}"
        case Label(add=add, remove=remove):
            return " ".join(["thread.labels", *add, *(f"-{name}" for name in remove)])
        case Code(message=None, sentiment="", stage="", themes=on, without=off) if not any(
            " " in name for name in (*on, *off)
        ):
            return " ".join(["message.themes", *on, *(f"-{name}" for name in off)])
        case Done(reason=reason):
            return f"thread.done {reason.value}"
        case AnsweredOutside(message=None):
            return f"thread.done {OUTSIDE}"
        case Snooze(until=until) if until is not None:
            return f"thread.snooze {min(9999, max(1, round((until - now) / MINUTE)))}m"
        case Note(text=text) if text and "\n" not in text:
            return f"reply.note {text}"
        case Reply(snippet=snippet) if snippet:
            return f"reply.snippet {snippet} {SENDS}"
        case _:
            return ""


def snippet_to_open(text: str) -> str:
    """The snippet with which a step opens the reply editor; empty for other steps."""
    action, _, words = text.strip().partition(" ")
    name, _, how = words.strip().partition(" ")
    return name if action == "reply.snippet" and not how.strip() else ""


TAKING: Mapping[str, Callable[[str], Step]] = {
    "thread.assign": _assign,
    "thread.labels": _labels,
    "message.themes": _themes,
    "thread.done": _done,
    "thread.snooze": _snooze,
    "reply.note": _note,
    "reply.snippet": _snippet,
}
"""Actions that take an argument."""

ACTIONS = (*BARE, *TAKING)
