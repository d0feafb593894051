"""Reads a report: as it was issued, or computed from the facts of its period."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from sqlite3 import Connection
from types import MappingProxyType

from carecli.desk.context import DeskContext
from carecli.desk.reports import issued_months
from carecli.desk.reports.kpi_report import (
    GROUPS,
    BehindRow,
    Grouping,
    KpiReport,
    ReportAsked,
    behind_rows,
    check,
    figure_rows,
    span_of,
    untold,
)
from carecli.domain.errors import QueryCancelled
from carecli.domain.kpi import facts_behind
from carecli.domain.kpis import KPIS
from carecli.store.kpis import KpiFacts, Progress


def report(
    db: Connection,
    context: DeskContext,
    asked: ReportAsked,
    rows_of: str = "",
    group: str | None = None,
    progress: Progress = untold,
) -> KpiReport:
    """Every KPI, and the rows of one, all or those of a group; raises Refusal, GivenUp."""
    return reports(db, context, asked, (asked.by,), rows_of, group, progress)[asked.by]


def reports(
    db: Connection,
    context: DeskContext,
    asked: ReportAsked,
    groupings: Sequence[str],
    rows_of: str = "",
    group: str | None = None,
    progress: Progress = untold,
    groups_of: Mapping[str, Collection[str]] = MappingProxyType({}),
    facts: KpiFacts | None = None,
) -> dict[str, KpiReport]:
    """A report by each of these groupings ('': none), of facts that are read once.

    Rows are told once, with the first. Of a grouping in `groups_of`, only the groups of these KPIs
    are computed. `facts` are those of the period, where they were read before. Raises Refusal, and
    GivenUp once `progress` says so.
    """
    span = span_of(asked, context)
    check(rows_of, KPIS, "KPI")
    for by in groupings:
        check(by, GROUPS, "group")
    is_issued = asked.month and context.visible_teams is None  # what is issued tells of everything
    kept = issued_months.kept(db, asked) if is_issued else None
    if kept is not None and not (asked.live or asked.as_of or asked.protocol):
        return kept.reports(groupings, rows_of, group)
    if facts is None:
        facts = KpiFacts(db, span, progress)
    found: dict[str, KpiReport] = {}
    for by in groupings:
        if not progress(1, 1):
            raise QueryCancelled("The report was given up.", hint="Ask again.")
        grouping = Grouping(by, context.zone)
        rows: tuple[BehindRow, ...] = ()
        if rows_of and not found:
            one = KPIS[rows_of]
            pairs = facts_behind(one, facts.of(one.kind, one.basis))
            rows = tuple(behind_rows(pairs, one.basis, one.measures, grouping, group))
        figures = tuple(figure_rows(facts, grouping, groups_of.get(by)))
        told = KpiReport(
            *(span.since, span.until, span.moment, context.zone, by, figures, rows),
            *(asked.brand, asked.month),
        )
        found[by] = kept.compared(told) if kept is not None else told
    return found
