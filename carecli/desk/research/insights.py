"""Insights: what people felt and wanted over a period, in figures and quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from carecli.desk.context import DeskContext
from carecli.desk.reports.kpi_report import ReportAsked, span_of
from carecli.desk.research.calls import brands as call_brands
from carecli.desk.research.samples import both, periods_overlap
from carecli.desk.threads.visibility import visible_threads
from carecli.domain.codes import VALUES, CodeKind, code_rank, cohens_kappa, count_agreements
from carecli.domain.kpi import (
    Basis,
    Fact,
    FactGroup,
    FactKind,
    compute_figure,
    group_facts,
    is_any_answer,
)
from carecli.domain.kpis import KPIS
from carecli.domain.model import Actor, Millis
from carecli.domain.periods import previous_period, same_period_last_year
from carecli.domain.text import printable
from carecli.store import calls as stored_calls
from carecli.store import codes, samples
from carecli.store import quotes as stored_quotes
from carecli.store.coded_waits import CodedWaits, coded_waits
from carecli.store.kpis import KpiFacts, Span


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

    `kappa` is Cohen's kappa, None where it is not defined.
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
    uncoded: dict[str, int]
    quotes: tuple[Quote, ...]
    calls: tuple[Calls, ...]
    agreements: tuple[Agreement, ...]
    trends: tuple[Trend, ...]


def insights(
    db: Connection, context: DeskContext, asked: ReportAsked, facts_now: KpiFacts | None = None
) -> Insights:
    """Everything about a period, half open; raises Refusal for what cannot be read.

    `facts_now` are those of the period, where they were read before.
    """
    span = span_of(asked, context)
    now = (span.since, span.until)
    spans = [
        replace(span, since=since, until=until)
        for since, until in (
            now,
            previous_period(now, context.zone),
            same_period_last_year(now, context.zone),
        )
    ]
    facts = [facts_now or KpiFacts(db, spans[0]), *(KpiFacts(db, one) for one in spans[1:])]
    coded = [coded_waits(db, one) for one in spans]
    if context.visible_teams is not None:
        coded = [_counted(one, here) for one, here in zip(coded, facts, strict=True)]
    arrived = len(facts[0].of(FactKind.WAIT, Basis.ARRIVAL))
    return Insights(
        span.since,
        span.until,
        span.brand,
        tuple(_coded(coded, [*context.themes])),
        {kind.value: arrived - len(coded[0].get(kind.value, ())) for kind in CodeKind},
        tuple(quotes(db, span, context)),
        tuple(_calls(db, span, facts[0], context)),
        tuple(_agreements(db, span, context)),
        tuple(_trends(facts)),
    )


def _counted(coded: CodedWaits, facts: KpiFacts) -> CodedWaits:
    """Codes of the waits that are counted."""
    here = {fact.id for fact in facts.of(FactKind.WAIT, Basis.ARRIVAL)}
    return {
        kind: {wait: said for wait, said in waits.items() if wait in here}
        for kind, waits in coded.items()
    }


def _coded(found: Sequence[CodedWaits], themes: Sequence[str]) -> Iterator[Coded]:
    """Every value of a kind of which anything is coded; themes by how often they occur."""
    for kind in CodeKind:
        waits = found[0].get(kind.value, {})
        if not waits:
            continue
        by = Counter(
            (value, code_rank(who)) for said in waits.values() for value, who in said.items()
        )
        counts: Counter[str] = Counter()
        for (value, _rank), n in by.items():
            counts[value] += n
        others = [_shares(one.get(kind.value, {})) for one in found[1:]]
        values = VALUES.get(kind) or sorted(
            counts, key=lambda one: (-counts[one], one not in themes, one)
        )
        for value in values:
            earlier = [shares and shares.get(value, 0.0) for shares in others]
            n, of = counts[value], len(waits)
            yield Coded(kind.value, value, n, of, *(by[value, who] for who in range(3)), *earlier)


def _shares(waits: Mapping[int, Mapping[str, str]]) -> dict[str, float] | None:
    """The share of each value among waits that are coded; None where none is."""
    counts = Counter(value for said in waits.values() for value in said)
    return {value: n / len(waits) for value, n in counts.items()} if waits else None


def quotes(db: Connection, span: Span, context: DeskContext) -> Iterator[Quote]:
    """Quotes of what was written in a period, as far as they are shown, oldest first."""
    found = stored_quotes.quotes(db, span.since, span.edge, span.brand)
    here = {*visible_threads(db, {one.thread for one in found}, context)}
    found = [one for one in found if one.thread in here]
    said = codes.of_messages(db, [one.message for one in found])
    for one in found:
        known = {code.kind: code.value for code in said.get(one.message, ())}
        yield Quote(
            one.message,
            one.thread,
            printable(one.text),
            one.brand,
            one.channel,
            one.point,
            known.get(CodeKind.SENTIMENT.value, ""),
            known.get(CodeKind.STAGE.value, ""),
            one.at,
            Actor.parse(one.by).name,
        )


def _calls(db: Connection, span: Span, facts: KpiFacts, context: DeskContext) -> Iterator[Calls]:
    """Each day of a period that has begun.

    Calls are the whole contact centre's and belong to no thread, so whoever sees some teams'
    threads only is told none: beside the answers of these teams they would say nothing.
    """
    where = ZoneInfo(context.zone)
    answered = Counter(
        f"{datetime.fromtimestamp((fact.at or 0) / 1000, where):%Y-%m-%d}"
        for fact in facts.of(FactKind.WAIT, Basis.REPLY)
        if is_any_answer(fact.trait)
    )
    first, last = (
        datetime.fromtimestamp(moment / 1000, where).date()
        for moment in (span.since, span.edge - 1)
    )
    days = [(first + timedelta(days=n)).isoformat() for n in range(max(0, (last - first).days + 1))]
    known: Mapping[str, int] = {}
    if context.visible_teams is None:
        known = stored_calls.calls(db, first.isoformat(), last.isoformat(), span.brand)
    return (Calls(day, known.get(day), answered[day]) for day in days)


def _agreements(db: Connection, span: Span, context: DeskContext) -> Iterator[Agreement]:
    """Of each sample of the period that both of its coders began, over the messages shown."""
    brands = ("", span.brand) if span.brand else {"", *call_brands(db)}
    for one in samples.samples(db):
        if not periods_overlap(one, span.since, span.until, brands) or one.at > span.moment:
            continue
        pairs = [*both(db, one, context).values()]
        if pairs:
            yield Agreement(
                one.kind, one.id, len(pairs), count_agreements(pairs), cohens_kappa(pairs)
            )


TRENDS = (
    ("arrived", "n"),
    ("answered", "n"),
    ("response_rate", "share"),
    ("in_time", "share"),
    ("reaction", "median"),
)
"""KPIs whose trend is told, and which part of their figure."""


def _piles(facts: Iterable[Fact]) -> list[FactGroup]:
    return group_facts(facts, lambda _: "").get("", [])


def _trends(facts: Sequence[KpiFacts]) -> Iterator[Trend]:
    for key, part in TRENDS:
        kpi = KPIS[key]
        told = [
            getattr(compute_figure(kpi, _piles(one.of(kpi.kind, kpi.basis))), part)
            if one.of(FactKind.WAIT, Basis.ARRIVAL)
            else None
            for one in facts
        ]
        yield Trend(key, *told)
