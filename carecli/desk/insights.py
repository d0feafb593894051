"""Insights: what people felt and wanted over a period, in figures and in their own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from carecli.domain.model import Millis


@dataclass(frozen=True, slots=True)
class Coded:
    """How many waits express one thing.

    `kind` is `sentiment`, `stage` or `theme`. Of the `of` waits that arrived in the period and are
    coded for that kind, `n` have this value; `by_people`, `by_rules` and `by_suggestion` tell who
    coded those, and add up to it. A wait has one sentiment and one stage, and any themes. `before`
    and `year_ago` are the share (0 to 1) in the period before and in the same one last year; None
    where nothing was coded for the kind then.
    """

    kind: str
    value: str
    n: int
    of: int
    by_people: int
    by_rules: int
    by_suggestion: int
    before: float | None
    year_ago: float | None

    @property
    def share(self) -> float:
        """The share of what is coded, 0 to 1."""
        return self.n / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Quote:
    """Something a contact said that is worth reading, with names removed; inert text.

    `brand` and `channel` are keys; `sentiment` and `stage` are the message's, '' for none. `at` is
    when it was written, `picked_by` the key of the moderator who picked it.
    """

    message: int
    thread: int
    text: str
    brand: str
    channel: str
    point: str
    sentiment: str
    stage: str
    at: Millis
    picked_by: str


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls to the contact centre on a day (2026-10-31) beside the waits answered on it.

    `calls` is None where nobody entered any: that is not zero.
    """

    day: str
    calls: int | None
    answered: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two people who coded the same `n` messages of a sample blindly agree.

    `kappa` is Cohen's (see `domain.coding.kappa`), None where it is not defined.
    """

    kind: str
    sample: int
    n: int
    agreed: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Trend:
    """A KPI now, in the period before, and in the same one last year; None where nothing arrived.

    `key` is `arrived`, `answered`, `response_rate`, `in_time` (shares, 0 to 1), or
    `reaction` (the median, ms).
    """

    key: str
    now: float | None
    before: float | None
    year_ago: float | None


@dataclass(frozen=True, slots=True)
class Insights:
    """Everything about a period, half open. `uncoded` counts the waits without a code, by kind."""

    since: Millis
    until: Millis
    brand: str
    coded: tuple[Coded, ...]
    uncoded: Mapping[str, int]
    quotes: tuple[Quote, ...]
    calls: tuple[Calls, ...]
    agreements: tuple[Agreement, ...]
    trends: tuple[Trend, ...]
