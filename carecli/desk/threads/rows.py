"""The frozen rows of the list, the top bar and the side bar; every text is safe to print.

Every text here went through `domain.text.printable`. Times are milliseconds UTC; formatting
belongs to whoever shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from carecli.domain.model import Colour, ContactPoint, Millis, OutboxState, Outcome, ThreadId


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One line of the list.

    `colour_by` is empty while untriaged (a hollow badge). `deadline` is None when nobody waits;
    `window_until` is the platform's own limit for an answer. `sending` is the most telling
    state of the thread's outbox (failed before unknown before sending before queued), or None.
    `place` is e.g. `Messenger · La Roche-Posay MX`.
    """

    id: ThreadId
    colour: Colour
    colour_by: str
    point: ContactPoint
    channel: str
    brand: str
    place: str
    author: str
    excerpt: str
    message_count: int
    is_waiting: bool
    wait_started_at: Millis | None
    deadline: Millis | None
    window_until: Millis | None
    last_inbound_at: Millis | None
    assignee: str
    team: str
    is_flagged: bool
    is_boosted: bool
    snoozed_until: Millis | None
    claimed_by: str
    sending: OutboxState | None
    outcome: Outcome | None
    labels: tuple[str, ...] = ()
    has_draft: bool = False
    safety: str = ""
    """The safety flag: empty, `raised` (a person must look) or `confirmed`."""
    suggested: Colour | None = None
    """What an untriaged thread is likely to be; None where nothing is sure enough."""
    is_unclear: bool = False
    """Whether it was answered outside carecli and nobody can tell whom, so that a person must
    look. Every wait goes on until then."""
    message_at: Millis | None = None
    """When the message whose words are shown was written."""
    assignee_name: str = ""
    team_title: str = ""
    claimed_by_name: str = ""

    @property
    def owner(self) -> str:
        """Who has it, as people call them: a name, else a team's title; empty for nobody."""
        return self.assignee_name or self.assignee or self.team_title or self.team

    @property
    def writer(self) -> str:
        """Who writes an answer, by name; empty for nobody."""
        return self.claimed_by_name or self.claimed_by


@dataclass(frozen=True, slots=True)
class Tally:
    """A count beside a name: a queue, a contact point, a team. `key` is what a filter takes."""

    key: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """How a channel's sync is doing. `error` is empty while all is well.

    `failing` counts places (posts, lists, conversations, rooms) that cannot be read while the
    others are; from `late_at` on a stream counts as not read any more.
    """

    channel: str
    title: str
    brand: str
    platform: str
    synced_at: Millis | None
    error: str
    hint: str
    parked_until: Millis | None
    is_frozen: bool
    usage: float
    possible_loss: str
    unrecognised: int
    failing: int = 0
    first_failing: str = ""
    late_at: Millis | None = None

    def is_late(self, now: Millis) -> bool:
        """Whether it was not read to its end for three of its intervals."""
        return self.late_at is not None and now > self.late_at


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who is on now, and on what."""

    name: str
    seen_at: Millis
    doing: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The top bar and the left-hand pane, for one brand or all.

    `colours` counts waiting threads. `next_breach` is the nearest deadline still ahead.
    `answered_today` and `in_time_today` count waits ended since midnight of the moderator's zone.
    """

    colours: dict[Colour, int]
    overdue: int
    next_breach: Millis | None
    answered_today: int
    in_time_today: int
    queues: tuple[Tally, ...]
    points: tuple[Tally, ...]
    teams: tuple[Tally, ...]
    brands: tuple[Tally, ...]
    colleagues: tuple[Colleague, ...]
    channels: tuple[ChannelStatus, ...]
    engine_seen_at: Millis | None
    is_paused: bool
    rules_waiting: int = 0
    """Deeds of rules that wait for approval."""
    are_rules_held: bool = False
    """Whether all rules are held back."""
    is_starting: bool = False
    """Whether the inbox was opened just now, so that its engine may not have told of itself yet."""
    engine_failure: str = ""
    """Why the engine that this inbox started has ended, as the engine said it."""
    next_thread: ThreadId | None = None
    """The thread whose deadline `next_breach` is."""
    next_pressing: Millis | None = None
    """When the next thread becomes pressing and moves up in the queue."""
    notices: tuple[str, ...] = ()
    """What wants attention though the channels are read: a reply that was not sent, a token that
    ends, a configuration that wants a restart. The most urgent first."""


@dataclass(frozen=True, slots=True)
class ThreadIds:
    """Ids in display order, an array. `is_whole` is False for a first page that stands for more."""

    ids: Sequence[ThreadId]
    is_whole: bool


AlertKind = Literal["red", "due", "asked", "reopened"]


@dataclass(frozen=True, slots=True)
class Alert:
    """A thread that became red, is mine and due soon, asks me to look, or waits again.

    It waits again after I closed it, or as mine: edited, rated lower, or shown again though hidden.
    """

    kind: AlertKind
    row: ThreadRow

    @property
    def wait(self) -> Millis:
        """When the wait it is about began: another wait is another alert."""
        return self.row.wait_started_at or 0
