"""A brand's monthly report as one value; every output format is made from it.

`Monthly` holds what the page, the workbook, the tables and the JSON tell, and nothing of how they
tell it: no clock, no language. The same value makes the same page, to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from carecli.desk.competitors.comparison import Competition, competition
from carecli.desk.context import DeskContext
from carecli.desk.reports.kpi_report import NOBODY, FigureRow, ReportAsked, span_of
from carecli.desk.reports.names import Name, report_names
from carecli.desk.reports.period_notes import EVERYTHING_KNOWN, Circumstances, circumstances
from carecli.desk.reports.queries import reports
from carecli.desk.research.insights import Insights, insights
from carecli.domain.canonical import canonical_json, from_canonical_json
from carecli.domain.errors import Refusal
from carecli.domain.kpis import VOLUMES
from carecli.domain.model import Colour, Millis, moderator
from carecli.domain.text import printable
from carecli.i18n import _
from carecli.store import issued
from carecli.store.kpis import KpiFacts
from carecli.store.policies import Policies

PAPER = "paper"
"""The part of an issued month that holds this value."""

PARTS = {
    "brand": ("arrived", "answered", "response_rate", "in_time", "reaction"),
    "day": ("arrived",),
    "hour": ("arrived",),
    "colour": ("arrived", "in_time", "reaction"),
    "channel": ("arrived", "answered", "response_rate", "in_time", "reaction"),
    "point": ("arrived", "answered", "response_rate", "in_time", "reaction"),
    "campaign": ("arrived", "answered", "response_rate"),
    "rule": ("hidden_by_rule", "automatic_replies"),
    "moderator": (
        *("replies", "reaction", "replies_in_time", "snippets_used", "no_reply_share", "undone"),
    ),
}
"""What is told by groups: the group, and its KPIs."""


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """Figures by one group, in the order of the KPIs, then of the groups."""

    by: str
    figures: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True)
class ResponsePromise:
    """What a colour means: answered within so many ms, by a team, known by its title."""

    colour: Colour
    within: Millis
    team: str


@dataclass(frozen=True, slots=True)
class Monthly:
    """Everything a monthly report tells, of one brand or of all (``).

    Moments are ms UTC, half open as known at `as_of`; `first_day` and `last_day` (2026-10-31) are
    those of `zone`. `is_month` tells that they are those of a calendar month. `figures` are all
    KPIs of the period, `parts` some of them in groups.
    """

    since: Millis
    until: Millis
    as_of: Millis
    zone: str
    first_day: str
    last_day: str
    is_month: bool
    brand: str
    title: str
    figures: tuple[FigureRow, ...]
    parts: tuple[FigureGroup, ...]
    promises: tuple[ResponsePromise, ...]
    names: tuple[Name, ...]
    insights: Insights | None = None
    competition: Competition | None = None
    notes: str = ""
    """Our own words about the month, as Markdown."""
    about: Circumstances = EVERYTHING_KNOWN

    def whole(self, kpi: str) -> FigureRow:
        """The figure of a KPI over the whole period."""
        return next(row for row in self.figures if row.kpi == kpi)

    def known(self, kpi: str) -> FigureRow | None:
        """The same; None where the month was issued before there was such a KPI."""
        return next((row for row in self.figures if row.kpi == kpi), None)

    def by(self, group: str, kpi: str) -> dict[str, FigureRow]:
        """The figures of a KPI by group; empty where there are none."""
        rows = next((part.figures for part in self.parts if part.by == group), ())
        return {row.group: row for row in rows if row.kpi == kpi}

    def groups(self, group: str) -> list[str]:
        """Every group there is a figure of, in order; what belongs to none comes last."""
        rows = next((part.figures for part in self.parts if part.by == group), ())
        found = dict.fromkeys(row.group for row in rows)
        return sorted(found, key=lambda one: (one == NOBODY, one))

    def name(self, of: str, key: str) -> str:
        """The title of a channel, a moderator's name and so on; the key where there is none."""
        return next((one.title for one in self.names if (one.of, one.key) == (of, key)), key)

    @property
    def first(self) -> date:
        """The first day of the period."""
        return date.fromisoformat(self.first_day)

    @property
    def last(self) -> date:
        """The last day of the period."""
        return date.fromisoformat(self.last_day)

    @property
    def days(self) -> list[date]:
        """Every day of the period."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=number) for number in range(count)]


def monthly(db: Connection, context: DeskContext, asked: ReportAsked) -> Monthly:
    """The report of a period; a month that was issued is as it was then, to the byte.

    Raises Refusal for what cannot be read, and for an unknown brand.
    """
    if asked.brand and asked.brand not in context.brands:
        known = ", ".join(context.brands)
        raise Refusal(f"There is no brand {asked.brand!r}.", hint=f"Known: {known}.")
    is_issued = asked.month and context.visible_teams is None  # what is issued tells of everything
    if is_issued and not (asked.live or asked.as_of or asked.protocol):
        kept = issued.part(db, asked.month, asked.brand, PAPER)
        if kept is not None:
            texts = issued.quotes(db, asked.month, asked.brand)
            return _with_words(from_canonical_json(Monthly, kept.body), texts)
    return computed(db, context, asked)


def keep(db: Connection, context: DeskContext, asked: ReportAsked, found: Monthly) -> None:
    """Keep the report of a month that is issued, in the same transaction.

    What contacts said is kept apart, by their messages, so that they can be forgotten.
    """
    quotes = found.insights.quotes if found.insights else ()
    texts = {quote.message: quote.text for quote in quotes}
    parts = {PAPER: canonical_json(_with_words(found, dict.fromkeys(texts, "")))}
    at, by = context.clock(), str(moderator(context.me))
    issued.keep(db, asked.month, asked.brand, parts, at, by)
    issued.keep_quotes(db, asked.month, asked.brand, texts)


def _with_words(found: Monthly, texts: Mapping[int, str]) -> Monthly:
    """The report with these texts of its quotes, by message; without those that have none."""
    if found.insights is None:
        return found
    quotes = tuple(
        replace(quote, text=texts[quote.message])
        for quote in found.insights.quotes
        if quote.message in texts
    )
    return replace(found, insights=replace(found.insights, quotes=quotes))


def computed(db: Connection, context: DeskContext, asked: ReportAsked) -> Monthly:
    """The report as it is now; `monthly` asks whether the month was issued."""
    facts = KpiFacts(db, span_of(asked, context))
    told = reports(db, context, asked, ("", *PARTS), groups_of=PARTS, facts=facts)
    found = told[""]
    zone = ZoneInfo(found.zone)
    first, last, end = (
        datetime.fromtimestamp(at / 1000, zone)
        for at in (found.since, found.until - 1, found.until)
    )
    is_month = first.day == end.day == 1 and (first.year, first.month) == (last.year, last.month)
    return Monthly(
        found.since,
        found.until,
        found.as_of,
        found.zone,
        first.date().isoformat(),
        last.date().isoformat(),
        is_month and end.time() == time.min,
        asked.brand,
        context.brands.get(asked.brand, asked.brand),
        found.figures,
        tuple(
            FigureGroup(by, tuple(row for row in told[by].figures if row.group and row.kpi in kpis))
            for by, kpis in PARTS.items()
        ),
        _promises(db, context, asked, min(found.until, found.as_of)),
        report_names(db, context, asked.brand),
        insights(db, context, asked, facts),
        competition(db, context, asked),
        notes_of(context, asked),
        circumstances(db, context, facts.span),
    )


MOST_NOTES = 20_000
"""Characters of our own words that a report shows."""


def notes_of(context: DeskContext, asked: ReportAsked) -> str:
    """Our own words about a month and a brand, or all brands; empty where nobody wrote any.

    Raises Refusal for a file that cannot be read.
    """
    if context.report_notes is None or not asked.month:
        return ""
    name = f"{asked.month}-{asked.brand}.md" if asked.brand else f"{asked.month}.md"
    file = context.report_notes / Path(name).name
    try:
        return printable(file.read_text(encoding="utf-8-sig")).strip()[:MOST_NOTES]
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(
            _("{file} cannot be read.").format(file=file), hint=_("It must be a UTF-8 text file.")
        ) from error


def _promises(
    db: Connection, context: DeskContext, asked: ReportAsked, end: Millis
) -> tuple[ResponsePromise, ...]:
    """The protocol the period ended with, or the one that was asked for."""
    protocol = asked.protocol or Policies(db).at(end)
    return tuple(
        ResponsePromise(colour, rule.within, context.teams.get(rule.team, rule.team))
        for colour, rule in ((one, protocol.rules[one]) for one in Colour)
    )


OUTCOMES = tuple(
    one.key for one in VOLUMES if one.key != "arrived" and not one.key.startswith("no_reply_")
)
"""How waits that arrived ended, but for those without need of a reply, which are told by reason."""
