"""The frozen rows of rules for screen and command line."""

from __future__ import annotations

from dataclasses import dataclass, field

from carecli.domain.model import Millis
from carecli.domain.rule import RuleHit


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in short. Counts are of the last 30 days, by the outcome of its actions."""

    name: str
    title: str
    stage: str
    version: str
    since: Millis
    reason: str
    """Why carecli moved it back to shadow; empty: a person chose the stage."""
    deeds: tuple[str, ...]
    """What it does, by the keys of `then`."""
    done: int
    waiting: int
    shadow: int
    refused: int
    last_at: Millis | None
    expected: float | None
    """Share of messages its dry run hit; None before one."""
    was_tried: bool
    """Whether what it says now had a dry run."""
    file: str
    line: int
    queued: int = 0
    """Deeds on their way, at the platform's pace."""
    done_by: Millis | None = None
    """When the last of them will be done at that pace; None: nothing is on its way."""


@dataclass(frozen=True, slots=True)
class DeedRow:
    """One action that a rule took or proposed, with what it matched."""

    id: int
    rule: str
    kind: str
    value: str
    state: str
    reason: str
    at: Millis
    thread: int
    message: int
    text: str
    contact: str
    channel: str
    evidence: list[RuleHit]
    decision: int | None
    verdict: str
    judged_by: str
    is_undone: bool = False
    """Whether what it did was undone."""
    will_say: str = ""
    """The text it would send, while it waits for approval; empty: it sends none."""


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """The working time of one weekday (1 is Monday), each interval as `09:00–17:00`."""

    day: int
    hours: list[str]


@dataclass(frozen=True, slots=True)
class DeadlineSum:
    """How a deadline came about: the start of the wait plus the time its colour allows.

    It is that of the wait that is due first, or where nobody waits, of the last one that ended.
    """

    started_at: Millis
    """The platform's time of the first message that was not answered."""
    colour: str
    """The colour it is judged by."""
    within: Millis
    """The time that colour allows, in ms."""
    zone: str
    """The time zone of the working hours; empty: the clock always runs, day and night."""
    working: list[WorkingDay]
    """The working hours the clock runs in, by weekday; empty: always."""
    days_off: int
    """Days off (holidays) between the start and the deadline."""
    deadline: Millis
    ended_at: Millis | None
    """When the wait ended; None while it goes on."""
    outcome: str
    """How it ended; empty while it goes on."""


@dataclass(frozen=True, slots=True)
class ColourStep:
    """Somebody set the colour, or gave it back to the rules (an empty `colour`)."""

    at: Millis
    by: str
    """Who it was, by name."""
    colour: str
    is_undone: bool


@dataclass(frozen=True, slots=True)
class ColourReason:
    """Why a thread has its colour."""

    thread: int
    colour: str
    by: str
    """Who set it: `moderator:ana`, `rule:allergy`; empty: nobody, it is untriaged."""
    safety: str
    """The safety flag: empty, `raised` or `confirmed`."""
    set_at: Millis | None
    """When the colour was set; None where nobody did."""
    suggested: str
    """What was suggested of its newest message; empty: nothing."""
    suggested_by: str
    """Which suggester: `words`, or `semantic`, which goes by the meaning; empty: none."""
    probability: float
    """How sure the suggestion is, 0 to 1."""
    judged: int
    """Colours people chose lately after a suggestion."""
    right: int
    """Of those, the ones that were suggested."""
    examples: int
    """Corrections that suggestions are learned from."""
    deeds: list[DeedRow]
    """What rules did and wanted in the thread, oldest first."""
    deadline: DeadlineSum | None = None
    """How the deadline came about; None where nobody ever waited."""
    steps: list[ColourStep] = field(default_factory=list)
    """Who set the colour, oldest first, with what was undone since."""
