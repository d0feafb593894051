"""The frozen rows of views, campaigns and the shift; every text is safe to print.

Every text here went through `domain.text.printable`. Times are milliseconds UTC.
"""

from __future__ import annotations

from dataclasses import dataclass

from carecli.desk.conversations.rows import OutboxView
from carecli.desk.threads.rows import ChannelStatus, Tally, ThreadRow
from carecli.domain.model import Colour, Millis, ThreadId


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved filter with an order, as `threads.ids(filter, sort)` takes them.

    `count` is how many threads it takes in; with `is_more` at least so many (show `1000+`); null
    while it is not counted, or would take too long. A view that `is_configured` belongs to
    everybody and is changed in the configuration; the others are mine.
    """

    key: str
    title: str
    filter: str
    sort: str
    count: int | None
    is_more: bool
    is_configured: bool


@dataclass(frozen=True, slots=True)
class MacroRow:
    """A macro I recorded: its steps as `domain.macro` reads them, and its key, empty for none."""

    name: str
    key: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign, and whether its threads jump the queue now (`is_on`).

    `until` is when that changes without anybody doing anything, null where no such time is known.
    `since` and `over_at` are its period and `boosts` what it does in it, as configured.
    `switched_by` is empty while the configuration holds. `posts` and `waiting` count its posts
    and the threads that wait there; `filter` finds its threads.
    """

    key: str
    title: str
    is_on: bool
    until: Millis | None
    since: Millis | None
    over_at: Millis | None
    boosts: bool
    switched_by: str
    switched_at: Millis | None
    posts: int
    waiting: int
    filter: str


@dataclass(frozen=True, slots=True)
class RuleDeeds:
    """What a rule did how often.

    `did` is a decision's verb, or what was done to a message (`label`, `hide`); `said` tells it.
    """

    rule: str
    did: str
    said: str
    count: int


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A note that names a time: something a colleague may have to keep."""

    thread: ThreadId
    at: Millis
    text: str
    author: str
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Word:
    """What a colleague left to whoever comes next, at the end of a shift."""

    at: Millis
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Today:
    """How a day starts. Each tally's `key` is a filter that lists what it counts.

    Threads that wait: `waiting` in all, of them `overdue`, `mine` and `unassigned`, and by colour,
    contact point and brand. `breaching` wait and have a deadline before `breach_until`, the most
    urgent ones of them in `breaches`. Since `since` (my last decision before today, or last
    evening) `came_in` threads got a new message from a contact, of them `came_in_waiting` still
    wait, by colour in `came_in_colours`; `rules` did something; `failed` could not be sent.
    `promises` are notes of anybody of the last seven days about threads that wait. `troubled`
    channels have an error, or may have missed something. `campaigns` jump the queue now.
    `words` are what was left to whoever comes next, since `since` and for a day at least.
    """

    now: Millis
    since: Millis
    waiting: int
    overdue: int
    mine: int
    unassigned: int
    colours: tuple[Tally, ...]
    points: tuple[Tally, ...]
    brands: tuple[Tally, ...]
    breach_until: Millis
    breaching: int
    breaches: tuple[ThreadRow, ...]
    came_in: int
    came_in_waiting: int
    came_in_colours: tuple[Tally, ...]
    rules: tuple[RuleDeeds, ...]
    promises: tuple[PromiseRow, ...]
    failed: tuple[OutboxView, ...]
    troubled: tuple[ChannelStatus, ...]
    campaigns: tuple[CampaignRow, ...]
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What another team was asked about a thread and has not answered; `by` is who asked."""

    thread: ThreadId
    reference: str
    team: str
    asked: str
    by: str
    opened_at: Millis
    due_at: Millis
    is_late: bool


@dataclass(frozen=True, slots=True)
class Handover:
    """What I leave behind at the end of a shift.

    `waiting` is the number of waiting threads assigned to me; the most urgent of them are in
    `mine`, their number by colour in `colours`. `drafts` are unsent texts. `snoozed` are threads
    that are assigned to me or that I snoozed, the next to return first. `promises` are my notes of
    the last seven days that name a time. `expiring` are private conversations, mine or unassigned,
    that wait and whose messaging window closes before `expires_until`. `failed` replies could not
    be sent. `note` is my handover note of the last twelve hours, if I wrote one.
    """

    now: Millis
    moderator: str
    waiting: int
    colours: dict[Colour, int]
    mine: tuple[ThreadRow, ...]
    drafts: tuple[ThreadRow, ...]
    snoozed: tuple[ThreadRow, ...]
    promises: tuple[PromiseRow, ...]
    expires_until: Millis
    expiring: tuple[ThreadRow, ...]
    failed: tuple[OutboxView, ...]
    note: str = ""
