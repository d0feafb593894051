"""Computes KPIs from facts that the store reads.

Each KPI selects facts. Its figure is computed from the selected facts, and the same selection
lists them, so a number never differs from the rows behind it. docs/kpis.md is generated from
these definitions.

A selection looks only at a fact's trait. A month has some dozens of different traits, however
many facts it has, so facts with equal traits are grouped once and KPIs select among the groups.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, fsum
from operator import attrgetter
from typing import NamedTuple

from carecli.domain.model import DAY, HOUR, Millis, NoReplyReason, Outcome

SMALL = 20
"""A figure over fewer facts than this is marked as a small sample."""

LEAST_FOR_P90 = 10
"""The 90th percentile is left out for fewer facts than this."""

EXCUSING = 0.5
"""A miss is excusable when carecli saw the message after more than this share of its span."""

SOON = 2 * HOUR
"""An open wait is due soon when its deadline is nearer than this."""

PACE_OVER = DAY
"""The pace at which a backlog is cleared is measured over this time before its moment."""

BOUNDS = (2 * HOUR, 6 * HOUR, 24 * HOUR)
"""Upper bounds of the reaction time ranges, inclusive."""


class FactKind(StrEnum):
    """What a fact is about; ids are those of its table."""

    WAIT = "wait"
    MESSAGE = "message"
    DECISION = "decision"
    OUTBOX = "outbox"


class Basis(StrEnum):
    """Which moment assigns a fact to a period; figures of different bases are never added up."""

    ARRIVAL = "arrival"
    """The cohort: what began in the period, whenever it ended."""
    REPLY = "reply"
    """The workload: what ended, or was done, in the period, whenever it began."""
    STANDING = "standing"
    """What was open when the period ended."""


@dataclass(frozen=True, slots=True, eq=False)
class Trait:
    """Everything that decides whether a KPI counts a fact; equal facts share one object.

    `took` and `worked` are indices into BOUNDS: of the time it took (or has been open) and of the
    working time in it. `is_by_us`: a moderator ended or decided it; `is_by_rule`: a rule did.
    `is_timely`: it had ended by its deadline. `is_late_seen`: syncing took more than EXCUSING of
    its time. `has_pace`: it is open, and the time at which it is cleared can be estimated.
    For facts open at the end of a period, `is_earlier`: it began before the period, and
    `has_ended_since`: it is no longer open.
    """

    outcome: str = ""
    reason: str = ""
    verb: str = ""
    is_by_us: bool = False
    is_by_rule: bool = False
    is_first: bool = True
    is_overdue: bool = False
    is_due_soon: bool = False
    is_timely: bool = False
    is_late_seen: bool = False
    is_private: bool = False
    is_touched: bool = False
    changed_hands: bool = False
    has_pace: bool = False
    took: int = 0
    worked: int = 0
    is_earlier: bool = False
    has_ended_since: bool = False


class FactPlace(NamedTuple):
    """Where a thread belongs; equal places share one object. `campaign` is its post's or ''."""

    brand: str
    channel: str
    point: str
    team: str
    campaign: str


class Fact(NamedTuple):
    """What KPIs need to know of one wait, message, decision or outbox item.

    `at` is when it ended or happened, None while open. `moderator` is whose it was, '' for nobody
    of us; `rule` is the rule that did it, '' for none. `lag` is how long after `began` carecli saw
    it. `worked` is the part of the wait that lies in the working time of its colour's clock.
    `touch` is how long it took until a moderator did anything with it. `clears` is when an open
    wait is cleared at the present pace, from now. `similarity` is that of a snippet used: 1 as it
    was. All times are in ms.
    """

    kind: FactKind
    id: int
    thread: int
    place: FactPlace
    colour: str
    moderator: str
    began: Millis
    at: Millis | None
    trait: Trait
    deadline: Millis = 0
    lag: Millis = 0
    worked: Millis = 0
    touch: Millis = 0
    clears: float = 0
    similarity: float = 0.0
    rule: str = ""

    @property
    def reaction(self) -> Millis:
        """How long it took in calendar time, in ms; 0 while it is open."""
        return (self.at or self.began) - self.began


Predicate = Callable[[Trait], bool]

MEASURES = ("reaction", "worked", "lag", "touch", "clears", "similarity")
"""The attributes of a fact that a KPI can measure."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """The definition of a KPI: a count of facts, a share of facts, or a measure over facts.

    `counted` selects the facts; with `among`, the KPI is their share of the facts that selects.
    `measures` is one of MEASURES, '' for none; `unit` is its unit: `ms` or `share`. `tells` is the
    definition in words, `edges` the special cases.
    """

    key: str
    tells: str
    basis: Basis
    counted: Predicate
    among: Predicate | None = None
    measures: str = ""
    unit: str = ""
    kind: FactKind = FactKind.WAIT
    edges: str = ""

    def takes(self, trait: Trait) -> bool | None:
        """True: counted. False: only in the denominator of the share. None: neither."""
        if self.among is not None and not self.among(trait):
            return None
        return True if self.counted(trait) else None if self.among is None else False


class Figure(NamedTuple):
    """The value of a KPI.

    `of` and `share` are None unless it is a share; `median`, `p90`, `mean` and `most`, in its
    unit, unless it measures. `p90` is None for fewer than LEAST_FOR_P90.
    """

    n: int
    of: int | None
    share: float | None
    median: float | None
    p90: float | None
    mean: float | None
    is_small: bool
    most: float | None = None


class FactGroup:
    """Facts with the same trait and group."""

    __slots__ = ("_values", "facts", "trait")

    def __init__(self, trait: Trait) -> None:
        self.trait = trait
        self.facts: list[Fact] = []
        self._values: dict[str, list[float]] = {}

    def values(self, measures: str) -> list[float]:
        """The facts' values of one of MEASURES, sorted."""
        sorted_values = self._values.get(measures)
        if sorted_values is None:
            if measures == "reaction":  # inlined: most figures ask for this one
                values = [(fact.at or fact.began) - fact.began for fact in self.facts]
            else:
                values = [*map(attrgetter(measures), self.facts)]
            sorted_values = self._values[measures] = sorted(values)
        return sorted_values


def group_facts(
    facts: Iterable[Fact], group_of: Callable[[Fact], str]
) -> dict[str, list[FactGroup]]:
    """The facts of each group, grouped by their traits."""
    groups: dict[str, dict[Trait, FactGroup]] = {}
    for fact in facts:
        key = group_of(fact)
        by_trait = groups.get(key)
        if by_trait is None:
            by_trait = groups[key] = {}
        group_ = by_trait.get(fact.trait)
        if group_ is None:
            group_ = by_trait[fact.trait] = FactGroup(fact.trait)
        group_.facts.append(fact)
    return {key: [*by_trait.values()] for key, by_trait in groups.items()}


def compute_figure(kpi: Kpi, groups: Iterable[FactGroup]) -> Figure:
    """The KPI's value over the groups of facts that its kind and basis assign to the period."""
    n = rest = 0
    counted: list[FactGroup] = []
    for group in groups:
        counts = kpi.takes(group.trait)
        if counts:
            n += len(group.facts)
            counted.append(group)
        elif counts is not None:
            rest += len(group.facts)
    if kpi.among is not None:
        of = n + rest
        return Figure(n, of, n / of if of else None, None, None, None, of < SMALL)
    if not kpi.measures:
        return Figure(n, None, None, None, None, None, is_small=False)
    values: list[float] = []
    for group in counted:
        values += group.values(kpi.measures)
    values.sort()  # of runs that are sorted
    mean = fsum(values) / n if n else None
    p90 = percentile(values, 0.9) if n >= LEAST_FOR_P90 else None
    most = values[-1] if n else None
    return Figure(n, None, None, median(values), p90, mean, n < SMALL, most)


def facts_behind(kpi: Kpi, facts: Iterable[Fact]) -> list[tuple[Fact, bool]]:
    """The facts behind a figure, each with whether it is counted; a share lists all it is of."""
    known: dict[Trait, bool | None] = {}
    rows: list[tuple[Fact, bool]] = []
    for fact in facts:
        trait = fact.trait
        if trait not in known:
            known[trait] = kpi.takes(trait)
        is_counted = known[trait]
        if is_counted is not None:
            rows.append((fact, is_counted))
    return rows


def bucket_of(span: Millis) -> int:
    """Where a time lies among BOUNDS."""
    return bisect_left(BOUNDS, span)


def median(values: Sequence[float]) -> float | None:
    """The middle of sorted values, or the mean of the two in the middle."""
    if not values:
        return None
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest rank: the least of the sorted values that a share of them does not exceed."""
    return values[max(0, ceil(share * len(values) - 1e-9) - 1)]


# ---- choices


def any_fact(_: Trait) -> bool:
    """Any fact."""
    return True


def is_open(trait: Trait) -> bool:
    """It has not ended."""
    return trait.outcome == ""


def is_ours(trait: Trait) -> bool:
    """A moderator answered."""
    return trait.outcome == Outcome.REPLIED and not trait.is_by_rule


def is_automatic(trait: Trait) -> bool:
    """A rule that says `answers: true` answered."""
    return trait.outcome == Outcome.REPLIED and trait.is_by_rule


def is_elsewhere(trait: Trait) -> bool:
    """The brand answered in the platform's own app."""
    return trait.outcome == Outcome.REPLIED_ELSEWHERE


def is_answered(trait: Trait) -> bool:
    """A person answered, here or in the platform's own app."""
    return is_ours(trait) or is_elsewhere(trait)


def is_any_answer(trait: Trait) -> bool:
    """Somebody or a rule answered."""
    return is_answered(trait) or is_automatic(trait)


def needs_nothing(trait: Trait) -> bool:
    """Somebody said that no reply is needed, and why."""
    return trait.outcome == Outcome.NO_REPLY_NEEDED and trait.reason not in (
        "",
        NoReplyReason.OTHER,
    )


def is_unanswered(trait: Trait) -> bool:
    """It should have been answered by now, and was not."""
    return (
        trait.outcome == Outcome.WINDOW_CLOSED
        or (is_open(trait) and trait.is_overdue)
        or (trait.outcome == Outcome.NO_REPLY_NEEDED and not needs_nothing(trait))
    )


def is_due(trait: Trait) -> bool:
    """It counts for the response rate."""
    return is_any_answer(trait) or is_unanswered(trait)


def is_judged(trait: Trait) -> bool:
    """It counts for the share in time: answered by a person, or it should have been by now."""
    return (
        is_answered(trait)
        or (is_open(trait) and trait.is_overdue)
        or trait.outcome == Outcome.WINDOW_CLOSED
    )


def is_in_time(trait: Trait) -> bool:
    """A person answered by its deadline."""
    return is_answered(trait) and trait.is_timely


def is_missed(trait: Trait) -> bool:
    """It should have been answered by its deadline, and was not."""
    return is_judged(trait) and not is_in_time(trait)


def is_excusable(trait: Trait) -> bool:
    """A miss of which the sync ate too much."""
    return is_missed(trait) and trait.is_late_seen


def outcome_is(outcome: Outcome) -> Predicate:
    """Waits that ended so."""
    return lambda trait: trait.outcome == outcome


def answered_within(first: int, last: int = len(BOUNDS)) -> Predicate:
    """A moderator's answer that took a time in these places among BOUNDS."""
    return lambda trait: is_ours(trait) and first <= trait.took <= last


def worked_within(first: int, last: int = len(BOUNDS)) -> Predicate:
    """The same in working time."""
    return lambda trait: is_ours(trait) and first <= trait.worked <= last


def open_for(first: int, last: int = len(BOUNDS)) -> Predicate:
    """A wait that has been open for a time in these places among BOUNDS."""
    return lambda trait: first <= trait.took <= last
