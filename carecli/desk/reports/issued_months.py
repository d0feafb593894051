"""Issued months: figures and rows are frozen once and shown unchanged afterwards.

Much that a report is computed from may be another tomorrow: a decision is undone, a thread
goes to another team, a post joins a campaign, a late page of the sync brings a message of last
month, a contact is forgotten, the zone of the office or a KPI's definition changes. What is issued
holds none of these: its figures by every grouping, the facts behind them (ids, times, places;
nothing of a contact's), and for each KPI which of those it counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from sqlite3 import Connection
from typing import Any

from carecli.desk.context import DeskContext
from carecli.desk.reports.kpi_report import (
    GROUPS,
    ChangedFigure,
    Grouping,
    KpiReport,
    ReportAsked,
    behind_rows,
    check,
    figure_rows,
    span_of,
    untold,
)
from carecli.domain.canonical import canonical_json, from_canonical_json
from carecli.domain.errors import Refusal
from carecli.domain.kpi import Basis, Fact, FactKind, FactPlace, Trait
from carecli.domain.kpis import KPIS
from carecli.domain.model import Millis, moderator
from carecli.i18n import _
from carecli.store import issued as store
from carecli.store.kpis import KpiFacts, Progress

REPORT, FACTS = "report", "facts"
"""The parts an issued month is kept in."""


@dataclass(frozen=True, slots=True)
class IssuedMonth:
    """A month that was issued, of one brand or all (``), with when and by whom."""

    month: str
    brand: str
    at: Millis
    by: str


@dataclass(frozen=True, slots=True)
class _Reports:
    """What is kept of the figures: a report by each grouping."""

    by: Mapping[str, KpiReport]


def parts_of(
    db: Connection, context: DeskContext, asked: ReportAsked, progress: Progress = untold
) -> dict[str, bytes]:
    """What is to be kept of a month that is over; raises Refusal for any other."""
    if context.visible_teams is not None:
        raise Refusal(
            _("Only a person who can see all data can issue a month."), hint=_("Ask a lead.")
        )
    span = span_of(asked, context)
    if not asked.month or span.until > span.moment:
        raise Refusal(
            _("A month can be issued only after it ends."),
            hint=_("Specify it with --month 2026-10."),
        )
    if kept(db, asked) is not None:
        raise Refusal(
            _("{month} has already been issued.").format(month=asked.month),
            hint=_("Use --live to see the current figures."),
        )
    facts = KpiFacts(db, span, progress)
    me = str(moderator(context.me))
    told = {
        by: KpiReport(
            *(span.since, span.until, span.moment, context.zone, by),
            *(tuple(figure_rows(facts, Grouping(by, context.zone))), (), asked.brand, asked.month),
            *(span.moment, me),
        )
        for by in ("", *GROUPS)
    }
    return {REPORT: canonical_json(_Reports(told)), FACTS: _packed(facts)}


def keep(
    db: Connection, context: DeskContext, asked: ReportAsked, parts: Mapping[str, bytes]
) -> IssuedMonth:
    """Issue a month by its parts, in one transaction; Refusal if somebody did so meanwhile."""
    context.check_may_lead()
    if store.part(db, asked.month, asked.brand, REPORT) is not None:
        raise Refusal(_("{month} has already been issued.").format(month=asked.month))
    by, at = str(moderator(context.me)), context.clock()
    store.keep(db, asked.month, asked.brand, parts, at, by)
    return IssuedMonth(asked.month, asked.brand, at, by)


def months(db: Connection) -> list[IssuedMonth]:
    """All that were issued, the newest month first."""
    return [IssuedMonth(*row) for row in store.months(db)]


def kept(db: Connection, asked: ReportAsked) -> Kept | None:
    """A month as it was issued; None where it was not."""
    found = store.part(db, asked.month, asked.brand, REPORT)
    return None if found is None else Kept(db, asked, found)


class Kept:
    """An issued month; what is behind its figures is read when it is asked for."""

    def __init__(self, db: Connection, asked: ReportAsked, part: store.IssuedPart) -> None:
        self._db, self._asked = db, asked
        self._reports = from_canonical_json(_Reports, part.body).by

    @cached_property
    def _facts(self) -> _Unpacked:
        found = store.part(self._db, self._asked.month, self._asked.brand, FACTS)
        assert found is not None
        return _Unpacked(found.body)

    def reports(
        self, groupings: Sequence[str], rows_of: str = "", group: str | None = None
    ) -> dict[str, KpiReport]:
        """Reports by these groupings, the first with the rows of a KPI; raises Refusal."""
        found = {}
        for by in groupings:
            found[by] = self._by(by)
        if rows_of:
            first = groupings[0]
            grouping = Grouping(first, found[first].zone)
            rows = tuple(self._facts.rows(rows_of, grouping, group))
            found[first] = replace(found[first], rows=rows)
        return found

    def _by(self, by: str) -> KpiReport:
        """The report by a grouping; without figures where there was no such grouping then."""
        found = self._reports.get(by)
        return found or replace(self._reports[""], by=by, figures=())

    def compared(self, live: KpiReport) -> KpiReport:
        """A report computed anew, with when the month was issued and what differs from it."""
        before = self._by(live.by)
        was = {(row.kpi, row.group): row for row in before.figures}
        now = {(row.kpi, row.group): row for row in live.figures}
        differences = tuple(
            ChangedFigure(*key, was.get(key), now.get(key))
            for key in {**was, **now}
            if was.get(key) != now.get(key)
        )
        return replace(
            live,
            issued_at=before.issued_at,
            issued_by=before.issued_by,
            differences=differences,
        )


_COLUMNS = tuple(name for name in Fact._fields if name not in ("kind", "place", "trait"))


def _packed(facts: KpiFacts) -> bytes:
    """Facts as columns: each fact once, places and traits by number, lists by place.

    One JSON document a line, the head, then columns, then lists: nobody else can do anything while
    one is read or written, and all at once would take a second of a large month.
    """
    kinds = [*FactKind]
    found: list[Fact] = []
    number: dict[int, int] = {}
    places: dict[FactPlace, int] = {}
    traits: dict[Trait, int] = {}
    lists: dict[str, list[int]] = {}
    for kind in FactKind:
        for basis in Basis:
            here = lists[f"{kind.value} {basis.value}"] = []
            for fact in facts.of(kind, basis):
                if id(fact) not in number:
                    number[id(fact)] = len(found)
                    found.append(fact)
                here.append(number[id(fact)])
    columns: dict[str, list[Any]] = {
        name: [getattr(fact, name) for fact in found] for name in _COLUMNS
    }
    columns["kind"] = [kinds.index(fact.kind) for fact in found]
    columns["place"] = [places.setdefault(fact.place, len(places)) for fact in found]
    columns["trait"] = [traits.setdefault(fact.trait, len(traits)) for fact in found]
    head = {
        "kinds": kinds,
        "places": [*places],
        "traits": [asdict(trait) for trait in traits],
        "kpis": {
            one.key: {
                "list": f"{one.kind.value} {one.basis.value}",
                "basis": one.basis,
                "measures": one.measures,
                "counted": [n for trait, n in traits.items() if one.takes(trait)],
                "among": [n for trait, n in traits.items() if one.takes(trait) is False],
            }
            for one in KPIS.values()
        },
    }
    parts = (head, *columns.items(), *lists.items())
    return b"\n".join(map(canonical_json, parts))


class _Unpacked:
    """What `_packed` made."""

    def __init__(self, body: bytes) -> None:
        packed, *parts = map(json.loads, body.split(b"\n"))
        self._kpis = packed["kpis"]
        self._columns: dict[str, list[Any]] = dict(parts)
        """Columns, by the names of a fact's fields, and lists of facts, by kind and basis."""
        self._kinds = [*map(FactKind, packed["kinds"])]
        self._places = [FactPlace(*one) for one in packed["places"]]
        self._traits = [Trait(**one) for one in packed["traits"]]

    def rows(self, kpi: str, grouping: Grouping, group: str | None) -> Iterable[Any]:
        """The rows behind a figure, as the KPI was then; raises Refusal for one not there then."""
        check(kpi, self._kpis, "KPI")
        one = self._kpis[kpi]
        counted, among = set(one["counted"]), set(one["among"])
        of = self._columns["trait"]
        pairs = (
            (self._fact(n), of[n] in counted)
            for n in self._columns[one["list"]]
            if of[n] in counted or of[n] in among
        )
        return behind_rows(pairs, Basis(one["basis"]), one["measures"], grouping, group)

    def _fact(self, n: int) -> Fact:
        columns = self._columns
        return Fact(
            kind=self._kinds[columns["kind"][n]],
            place=self._places[columns["place"][n]],
            trait=self._traits[columns["trait"][n]],
            **{name: columns[name][n] for name in _COLUMNS if name in columns},
        )
