"""What the KPIs are, and the arithmetic behind them: pure, over facts that the store reads.

Each KPI is a choice of facts. Its figure is computed from the facts chosen, and the same choice
lists them, so that no number can differ from the rows behind it. docs/kpis.md is written from
what stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import NamedTuple

from carecli.domain.model import Millis, NoReplyReason, Outcome

SMALL = 20
"""A figure over fewer facts is told to be of a small sample."""

LEAST_FOR_P90 = 10
"""Over fewer facts the ninetieth percentile says nothing, and is not told."""

EXCUSING = 0.5
"""A miss is excusable when carecli saw the message after more than this share of its span."""


class Kind(StrEnum):
    """What a fact is about; ids are those of its table."""

    WAIT = "wait"
    MESSAGE = "message"
    DECISION = "decision"
    OUTBOX = "outbox"


class Basis(StrEnum):
    """Which moment places a fact in a period; figures of different bases are never added up."""

    ARRIVAL = "arrival"
    """The cohort: what began in the period, whenever it ended."""
    REPLY = "reply"
    """The workload: what ended, or was done, in the period, whenever it began."""
    STANDING = "standing"
    """What was open when the period ended."""


class Fact(NamedTuple):
    """One wait, message, decision or item of the outbox, as far as KPIs care.

    `at` is when it ended or happened, None while open. `moderator` is whose it was, '' for nobody
    of us. `lag` is how long after `began` carecli saw it. `worked` is the part of the wait that
    lies in the working time of its colour's clock. `overdue` tells that a wait is open past its
    deadline. `similarity` is that of a snippet used: 1 as it was.
    """

    kind: Kind
    id: int
    thread: int
    began: Millis
    at: Millis | None
    channel: str
    point: str
    colour: str
    team: str
    campaign: str
    moderator: str
    verb: str = ""
    deadline: Millis = 0
    outcome: str = ""
    reason: str = ""
    by: str = ""
    ordinal: int = 1
    lag: Millis = 0
    worked: Millis = 0
    handovers: int = 0
    similarity: float = 0.0
    is_private: bool = False
    is_overdue: bool = False

    @property
    def reaction(self) -> Millis:
        """How long it took, in calendar time."""
        return (self.at or self.began) - self.began


Takes = Callable[[Fact], bool]
Measures = Callable[[Fact], float]


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure: how many facts are `counted`, their share of those `among`, or what they measure.

    `unit` is that of the measure: `ms` or `share`. `tells` is the definition, `edges` the cases
    that want a word.
    """

    key: str
    tells: str
    basis: Basis
    counted: Takes
    among: Takes | None = None
    measures: Measures | None = None
    unit: str = ""
    kind: Kind = Kind.WAIT
    edges: str = ""


class Figure(NamedTuple):
    """What a KPI comes to.

    `of` and `share` are None unless it is a share; `median`, `p90` and `mean`, in its unit, unless
    it measures. `p90` is None for fewer than LEAST_FOR_P90.
    """

    n: int
    of: int | None
    share: float | None
    median: float | None
    p90: float | None
    mean: float | None
    is_small: bool


def figure(kpi: Kpi, rows: Sequence[tuple[Fact, bool]]) -> Figure:
    """The figure over the rows that `behind` gives, or a group of them."""
    counted = [fact for fact, is_counted in rows if is_counted]
    n = len(counted)
    if kpi.among is not None:
        of = len(rows)
        return Figure(n, of, n / of if of else None, None, None, None, of < SMALL)
    if kpi.measures is None:
        return Figure(n, None, None, None, None, None, is_small=False)
    values = sorted(map(kpi.measures, counted))
    mean = sum(values) / n if n else None
    p90 = percentile(values, 0.9) if n >= LEAST_FOR_P90 else None
    return Figure(n, None, None, median(values), p90, mean, n < SMALL)


def behind(kpi: Kpi, facts: Iterable[Fact]) -> list[tuple[Fact, bool]]:
    """The facts behind a figure, each with whether it is counted; a share lists all it is of."""
    if kpi.among is None:
        return [(fact, True) for fact in facts if kpi.counted(fact)]
    return [(fact, kpi.counted(fact)) for fact in facts if kpi.among(fact)]


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

# looked up once: millions of comparisons of a report would else ask the enumeration each time
_REPLIED = Outcome.REPLIED.value
_REPLIED_ELSEWHERE = Outcome.REPLIED_ELSEWHERE.value
_NO_REPLY_NEEDED = Outcome.NO_REPLY_NEEDED.value
_WINDOW_CLOSED = Outcome.WINDOW_CLOSED.value


def everything(_: Fact) -> bool:
    """Any fact."""
    return True


def is_ours(fact: Fact) -> bool:
    """A moderator answered."""
    return fact.outcome == _REPLIED and not fact.by.startswith("rule:")


def is_automatic(fact: Fact) -> bool:
    """A rule that says `answers: true` answered."""
    return fact.outcome == _REPLIED and fact.by.startswith("rule:")


def is_elsewhere(fact: Fact) -> bool:
    """The brand answered in the platform's own app."""
    return fact.outcome == _REPLIED_ELSEWHERE


def is_answered(fact: Fact) -> bool:
    """A person answered, here or in the platform's own app."""
    return is_ours(fact) or is_elsewhere(fact)


def is_any_answer(fact: Fact) -> bool:
    """Somebody or a rule answered."""
    return is_answered(fact) or is_automatic(fact)


def needs_nothing(fact: Fact) -> bool:
    """Somebody said that no reply is needed, and why."""
    return fact.outcome == _NO_REPLY_NEEDED and fact.reason not in ("", NoReplyReason.OTHER)


def is_unanswered(fact: Fact) -> bool:
    """It should have been answered by now, and was not."""
    return (
        fact.outcome == _WINDOW_CLOSED
        or fact.is_overdue
        or (fact.outcome == _NO_REPLY_NEEDED and not needs_nothing(fact))
    )


def is_due(fact: Fact) -> bool:
    """It counts for the response rate."""
    return is_answered(fact) or is_automatic(fact) or is_unanswered(fact)


def is_judged(fact: Fact) -> bool:
    """It counts for the share in time: answered by a person, or it should have been by now."""
    return is_answered(fact) or fact.is_overdue or fact.outcome == _WINDOW_CLOSED


def is_in_time(fact: Fact) -> bool:
    """A person answered before its deadline."""
    return is_answered(fact) and fact.reaction <= fact.deadline - fact.began


def is_excusable(fact: Fact) -> bool:
    """A miss of which the sync ate too much."""
    return (
        is_judged(fact)
        and not is_in_time(fact)
        and fact.lag > EXCUSING * (fact.deadline - fact.began)
    )


def outcome_is(outcome: Outcome) -> Takes:
    """Waits that ended so."""
    return lambda fact: fact.outcome == outcome


def took(over: Millis, up_to: Millis | None) -> Takes:
    """A moderator answered after more than one span and at most the other."""
    return lambda fact: (
        is_ours(fact) and over < fact.reaction and (up_to is None or fact.reaction <= up_to)
    )
