"""Commands on what messages express over a period: insights, quotes, calls."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, asked, deed, period_options
from carecli.desk.conversations.rows import Receipt
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.research.calls import CallsLine, CallsOfDay, days_of
from carecli.desk.research.insights import Calls, Coded, Insights, Quote, Trend
from carecli.domain.errors import Refusal
from carecli.domain.figures import number, percent, span
from carecli.domain.names import code_name, kind_name
from carecli.i18n import N_, _

TRENDS = {
    "arrived": N_("arrived"),
    "answered": N_("answered"),
    "response_rate": N_("response rate"),
    "in_time": N_("in time"),
    "reaction": N_("median reaction time"),
}


@dataclass(frozen=True, slots=True)
class CallsRow:
    """Calls on a day or in a week, and the waits answered then; null where none were entered.

    `days` is the number of days with calls entered; the sum covers only these.
    """

    when: str
    calls: int | None
    answered: int
    days: int


@dataclass(frozen=True, slots=True)
class CallsRead:
    """The contents of a file of calls, and whether they were saved."""

    lines: tuple[CallsLine, ...]
    is_entered: bool


@deed(
    "carecli insights --month 2026-10",
    "carecli insights --month 2026-10 --brand lrp --json",
    says=Insights,
)
@period_options
@click.option(
    "--as-of", metavar="DAY", default="", help="Show the state at the beginning of this day."
)
@asked
def insights(asked: CommonOptions, as_of: str, period: ReportAsked) -> None:
    """Show what people felt and wanted: codes, quotes, calls, agreement of coders, trends.

    Shares refer to the coded waits that began in the period. Codes by people, by rules, and
    suggestions that nobody has checked are shown separately.
    """
    from dataclasses import replace

    asked.speak()
    with asked.desk() as desk:
        found = desk.research.insights(replace(period, as_of=as_of))
    if asked.as_json:
        write_json(found)
        return
    _trends(found.trends)
    for kind in dict.fromkeys(one.kind for one in found.coded):
        rows = [one for one in found.coded if one.kind == kind]
        _coded(kind, rows, found.uncoded.get(kind, 0))
    _quotes(found.quotes)
    _calls([_day(one) for one in found.calls if one.calls is not None])
    _section(
        _("Agreement of coders"),
        (_("sample"), _("kind"), _("messages"), _("coded the same"), _("Cohen's kappa")),
        [
            (
                str(one.sample),
                kind_name(one.kind),
                number(one.n),
                number(one.agreed),
                "–" if one.kappa is None else f"{one.kappa:.2f}",
            )
            for one in found.agreements
        ],
    )


def _section(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table under a title; for pipes each line begins with the title. Nothing without rows."""
    if not rows:
        return
    if sys.stdout.isatty():
        say(f"\n{title}")
        write_table(headings, rows)
    else:
        write_table(("", *headings), [(title, *row) for row in rows])


def _trends(found: Iterable[Trend]) -> None:
    def said(key: str, value: float | None) -> str:
        if value is None:
            return "–"
        if key in ("arrived", "answered"):
            return number(round(value))
        return span(round(value)) if key == "reaction" else percent(value)

    _section(
        _("Trends"),
        ("", _("now"), _("period before"), _("a year ago")),
        [
            (
                _(TRENDS[one.key]),
                said(one.key, one.now),
                said(one.key, one.before),
                said(one.key, one.year_ago),
            )
            for one in found
        ],
    )


def _coded(kind: str, rows: Sequence[Coded], uncoded: int) -> None:
    of = rows[0].of
    told = _("{kind}: {n} coded, {m} not coded")
    _section(
        told.format(kind=kind_name(kind).capitalize(), n=number(of), m=number(uncoded)),
        (
            kind_name(kind),
            _("share"),
            "n",
            _("by people"),
            _("by rules"),
            _("suggested"),
            _("period before"),
            _("a year ago"),
        ),
        [
            (
                code_name(kind, one.value),
                percent(one.share),
                *map(number, (one.n, one.by_people, one.by_rules, one.by_suggestion)),
                "–" if one.before is None else percent(one.before),
                "–" if one.year_ago is None else percent(one.year_ago),
            )
            for one in rows
        ],
    )


@deed("carecli quotes --month 2026-10", "carecli quotes --brand lrp --json", says=list[Quote])
@period_options
@asked
def quotes(asked: CommonOptions, period: ReportAsked) -> None:
    """List outstanding quotes from a period, without names."""
    asked.speak()
    with asked.desk() as desk:
        found = desk.research.quotes(period)
    if asked.as_json:
        write_json(found)
    else:
        _quotes(found)


def _quotes(found: Iterable[Quote]) -> None:
    _section(
        _("Outstanding quotes"),
        (_("thread"), _("channel"), _("codes"), _("text")),
        [
            (
                str(one.thread),
                one.channel,
                ", ".join(
                    code_name(kind, value)
                    for kind, value in (("sentiment", one.sentiment), ("stage", one.stage))
                    if value
                ),
                one.text,
            )
            for one in found
        ],
    )


@click.group()
def calls() -> None:
    """Enter calls to the contact centre, and compare them with answered threads."""


@deed(
    "carecli calls add 2026-10-05 132", "carecli calls add 2026-10-05 40 --brand lrp", says=Receipt
)
@click.argument("day")
@click.argument("n", type=click.IntRange(0))
@click.option("--brand", default="", help="Only for this brand, by key.")
@asked
def add(asked: CommonOptions, day: str, n: int, brand: str) -> None:
    """Enter the number of calls on a day; it replaces an earlier number."""
    try:
        when = date.fromisoformat(day)
    except ValueError as error:
        raise click.UsageError(f"{day!r} is not a date. Write e.g. 2026-10-31.") from error
    with asked.desk() as desk:
        receipt = desk.research.enter_calls([CallsOfDay(when, n, brand)])
    asked.tell(receipt, receipt.said)


@deed(
    "carecli calls import calls.csv --dry-run",
    "carecli calls import calls.csv",
    name="import",
    says=CallsRead,
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE.csv")
@click.option("--dry-run", is_flag=True, help="Only show what would be entered; save nothing.")
@asked
def import_calls(asked: CommonOptions, file: Path, dry_run: bool) -> None:
    """Import calls from a CSV file; each line has a day, a number, and optionally a brand.

    If any line has a mistake, nothing is saved. `carecli undo` undoes the whole import.
    """
    with asked.desk() as desk:
        lines = tuple(desk.research.read_calls(_text(file)))
        wrong = [one for one in lines if one.problem]
        days = days_of(lines)
        is_entered = bool(days) and not wrong and not dry_run
        if is_entered:
            desk.research.enter_calls(days)
    if asked.as_json:
        write_json(CallsRead(lines, is_entered))
    else:
        _told(lines, is_entered=is_entered)
    if wrong or not days:
        raise Refusal(
            f"{len(wrong)} of {len(lines)} lines have mistakes; nothing was saved.",
            hint="Correct them, and import the file again.",
        )


def _text(file: Path) -> str:
    try:
        if str(file) == "-":
            return sys.stdin.read()
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Refusal(f"{file} is not UTF-8.", hint="Save it as CSV (UTF-8).") from error


def _told(lines: Sequence[CallsLine], *, is_entered: bool) -> None:
    write_table(
        ("line", "day", "brand", "calls", "before", "problem"),
        [
            (
                str(one.line),
                one.day,
                one.brand or "-",
                "" if one.n is None else str(one.n),
                "" if one.before is None else str(one.before),
                one.problem,
            )
            for one in lines
        ],
    )
    if is_entered:
        say(f"{len(lines)} lines were saved.", to_errors=True)


@deed("carecli calls list --month 2026-10 --by week", name="list", says=list[CallsRow])
@period_options
@click.option(
    "--by", type=click.Choice(["day", "week"]), default="day", help="One line per day, or per week."
)
@asked
def list_calls(asked: CommonOptions, by: str, period: ReportAsked) -> None:
    """List calls to the contact centre with the answered waits; unknown days are empty."""
    asked.speak()
    with asked.desk() as desk:
        found = desk.research.insights(period).calls
    rows = _weeks(found) if by == "week" else [_day(one) for one in found]
    if asked.as_json:
        write_json(rows)
    else:
        _calls(rows)


def _day(one: Calls) -> CallsRow:
    return CallsRow(one.day, one.calls, one.answered, int(one.calls is not None))


def _weeks(found: Iterable[Calls]) -> list[CallsRow]:
    weeks: dict[str, list[Calls]] = {}
    for one in found:
        year, week = date.fromisoformat(one.day).isocalendar()[:2]
        weeks.setdefault(f"{year}-W{week:02}", []).append(one)
    return [
        CallsRow(
            week,
            sum(known) if (known := [one.calls for one in days if one.calls is not None]) else None,
            sum(one.answered for one in days),
            len(known),
        )
        for week, days in weeks.items()
    ]


def _calls(rows: Sequence[CallsRow]) -> None:
    _section(
        _("Calls to the contact centre"),
        (_("when"), _("calls"), _("answered"), _("days known")),
        [
            (
                one.when,
                "–" if one.calls is None else number(one.calls),
                number(one.answered),
                str(one.days),
            )
            for one in rows
        ],
    )


for one in (add, import_calls, list_calls):
    calls.add_command(one)
