"""A report in memory: the figures of some hundred waits that follow from simple arithmetic."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cache
from typing import cast

from carecli.desk.reports.kpi_report import (
    BehindRow,
    Grouping,
    KpiReport,
    ReportAsked,
    behind_rows,
    figure_rows,
)
from carecli.desk.reports.names import Name
from carecli.desk.reports.sheet import SHOWN, ReportSheet
from carecli.domain.kpi import Basis, Fact, FactKind, FactPlace, Trait, bucket_of, facts_behind
from carecli.domain.kpis import KPIS
from carecli.domain.model import DAY, HOUR, MINUTE
from carecli.store.kpis import KpiFacts

ZONE = "America/Mexico_City"
DECEMBER = 1_764_568_800_000  # its first midnight there, in 2025
PLACES = (
    FactPlace("Vichy", "vichy-fb", "dm", "care", ""),
    FactPlace("Vichy", "vichy-fb", "comment", "care", "autumn"),
    FactPlace("La Roche-Posay", "lrp-ig", "ad", "specialists", ""),
)
PEOPLE = ("ana", "Karla", "Zofia")
NAMES = (
    Name("channel", "lrp-ig", "La Roche-Posay · Instagram"),
    Name("channel", "vichy-fb", "Vichy México"),
    Name("moderator", "ana", "Ana"),
)
SPANS = {"green": 24 * HOUR, "yellow": 6 * HOUR, "red": 2 * HOUR}


@dataclass
class MemoryFacts:
    """Facts by kind and basis."""

    lists: dict[tuple[FactKind, Basis], list[Fact]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def of(self, kind: FactKind, basis: Basis) -> list[Fact]:
        return self.lists[kind, basis]


@cache
def facts(n: int) -> KpiFacts:
    """So many waits of December 2025: one in nine open, the others answered or put aside."""
    found = MemoryFacts()
    known: dict[tuple[tuple[str, object], ...], Trait] = {}

    def trait(**fields: object) -> Trait:
        key = tuple(sorted(fields.items()))
        return known.setdefault(key, Trait(**fields))  # type: ignore[arg-type]  # fields of it

    for i in range(n):
        began = DECEMBER + i * 30 * DAY // n // HOUR * HOUR + (i * 7 % 12) * MINUTE
        began += (9 + i * i % 11) * HOUR - (i % 3) * MINUTE
        colour = "red" if i % 17 == 0 else "yellow" if i % 5 == 0 else "green"
        took = (1 + i * 13 % 90) * 4 * MINUTE + (20 * HOUR if i % 23 == 0 else 0)
        deadline = began + SPANS[colour]
        is_open = i % 9 == 8
        outcome = "" if is_open else "no_reply_needed" if i % 7 == 3 else "replied"
        reason = "thanks" if outcome == "no_reply_needed" else ""
        common = {
            "outcome": outcome, "reason": reason, "is_by_us": not is_open, "is_first": i % 4 > 0,
            "is_timely": not is_open and took <= SPANS[colour], "took": bucket_of(took),
            "is_overdue": is_open and i % 2 == 0, "is_private": i % 3 == 0,
            "is_touched": True, "worked": bucket_of(took // 2), "has_pace": is_open,
        }  # fmt: skip
        fact = Fact(
            FactKind.WAIT, i, i % 12 + 1, PLACES[i % 3], colour,
            "" if is_open else PEOPLE[i * i % 3], began,
            None if is_open else began + took, trait(**common), deadline, i % 40 * 1000,
            took // 2, took // 3, i * 4 * MINUTE,
        )  # fmt: skip
        found.of(FactKind.WAIT, Basis.ARRIVAL).append(fact)
        basis = Basis.STANDING if is_open else Basis.REPLY
        stands = fact._replace(at=began + 30 * HOUR) if is_open else fact
        found.of(FactKind.WAIT, basis).append(stands)
        if i % 6 == 0:
            snippet = fact._replace(
                kind=FactKind.DECISION,
                trait=trait(verb="snippet", is_by_us=True),
                similarity=0.5 + i % 50 / 100,
            )
            found.of(FactKind.DECISION, Basis.REPLY).append(snippet)
    return cast("KpiFacts", found)


def told(asked: ReportAsked, by: str, n: int) -> KpiReport:
    """A report of December 2025, or with fewer waits of the month before."""
    rows = tuple(figure_rows(facts(n), Grouping(by, ZONE)))
    since, days = (DECEMBER - 30 * DAY, 30) if asked.month == "2025-11" else (DECEMBER, 31)
    until = since + days * DAY
    return KpiReport(since, until, until, ZONE, by, rows, (), asked.brand, asked.month)


def sheet(asked: ReportAsked, by: str, n: int = 400) -> ReportSheet:
    """What the screen shows."""
    now = {one: told(asked, one, n) for one in (*SHOWN, "day", by)}
    earlier = replace(asked, month="2025-11")
    before = told(earlier, "", n * 9 // 10)
    return ReportSheet(asked, earlier, by, "day", now, before, names=NAMES)


def rows_behind(kpi: str, by: str, group: str | None, n: int = 400) -> tuple[BehindRow, ...]:
    """The rows behind a figure."""
    one = KPIS[kpi]
    pairs = facts_behind(one, facts(n).of(one.kind, one.basis))
    return tuple(behind_rows(pairs, one.basis, one.measures, Grouping(by, ZONE), group))
