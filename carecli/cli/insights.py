"""Commands on what messages express over a period: insights, quotes, calls."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, cli_command, period_options, with_options
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


@cli_command(
    "carecli insights --month 2026-10",
    "carecli insights --month 2026-10 --brand lrp --json",
    result=Insights,
)
@period_options
@click.option(
    "--as-of", metavar="DAY", default="", help="Show the state at the beginning of this day."
)
@with_options
def insights(options: CommonOptions, as_of: str, period: ReportAsked) -> None:
    """Show what people felt and wanted: codes, quotes, calls, agreement of coders, trends.

    Shares refer to the coded waits that began in the period. Codes by people, by rules, and
    suggestions that nobody has checked are shown separately.
    """
    from dataclasses import replace

    options.use_language()
    with options.desk() as desk:
        result = desk.research.insights(replace(period, as_of=as_of))
    if options.as_json:
        write_json(result)
        return
    _write_trends(result.trends)
    for kind in dict.fromkeys(item.kind for item in result.coded):
        rows = [item for item in result.coded if item.kind == kind]
        _write_coded(kind, rows, result.uncoded.get(kind, 0))
    _write_quotes(result.quotes)
    _write_calls([_day(day) for day in result.calls if day.calls is not None])
    _write_section(
        _("Agreement of coders"),
        (_("sample"), _("kind"), _("messages"), _("coded the same"), _("Cohen's kappa")),
        [
            (
                str(agreement.sample),
                kind_name(agreement.kind),
                number(agreement.n),
                number(agreement.agreed),
                "–" if agreement.kappa is None else f"{agreement.kappa:.2f}",
            )
            for agreement in result.agreements
        ],
    )


def _write_section(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table under a title, or nothing without rows; in a pipe each line begins with the title."""
    if not rows:
        return
    if sys.stdout.isatty():
        say(f"\n{title}")
        write_table(headings, rows)
    else:
        write_table(("", *headings), [(title, *row) for row in rows])


def _write_trends(trends: Iterable[Trend]) -> None:
    def formatted(key: str, value: float | None) -> str:
        if value is None:
            return "–"
        if key in ("arrived", "answered"):
            return number(round(value))
        return span(round(value)) if key == "reaction" else percent(value)

    _write_section(
        _("Trends"),
        ("", _("now"), _("period before"), _("a year ago")),
        [
            (
                _(TRENDS[trend.key]),
                formatted(trend.key, trend.now),
                formatted(trend.key, trend.before),
                formatted(trend.key, trend.year_ago),
            )
            for trend in trends
        ],
    )


def _write_coded(kind: str, rows: Sequence[Coded], uncoded: int) -> None:
    total = rows[0].of
    title = _("{kind}: {n} coded, {m} not coded")
    _write_section(
        title.format(kind=kind_name(kind).capitalize(), n=number(total), m=number(uncoded)),
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
                code_name(kind, row.value),
                percent(row.share),
                *map(number, (row.n, row.by_people, row.by_rules, row.by_suggestion)),
                "–" if row.before is None else percent(row.before),
                "–" if row.year_ago is None else percent(row.year_ago),
            )
            for row in rows
        ],
    )


@cli_command(
    "carecli quotes --month 2026-10", "carecli quotes --brand lrp --json", result=list[Quote]
)
@period_options
@with_options
def quotes(options: CommonOptions, period: ReportAsked) -> None:
    """List outstanding quotes from a period, without names."""
    options.use_language()
    with options.desk() as desk:
        rows = desk.research.quotes(period)
    if options.as_json:
        write_json(rows)
    else:
        _write_quotes(rows)


def _write_quotes(rows: Iterable[Quote]) -> None:
    _write_section(
        _("Outstanding quotes"),
        (_("thread"), _("channel"), _("codes"), _("text")),
        [
            (
                str(quote.thread),
                quote.channel,
                ", ".join(
                    code_name(kind, value)
                    for kind, value in (("sentiment", quote.sentiment), ("stage", quote.stage))
                    if value
                ),
                quote.text,
            )
            for quote in rows
        ],
    )


@click.group()
def calls() -> None:
    """Enter calls to the contact centre, and compare them with answered threads."""


@cli_command(
    "carecli calls add 2026-10-05 132",
    "carecli calls add 2026-10-05 40 --brand lrp",
    result=Receipt,
)
@click.argument("day")
@click.argument("n", type=click.IntRange(0))
@click.option("--brand", default="", help="Only for this brand, by key.")
@with_options
def add(options: CommonOptions, day: str, n: int, brand: str) -> None:
    """Enter the number of calls on a day; it replaces an earlier number."""
    try:
        when = date.fromisoformat(day)
    except ValueError as error:
        raise click.UsageError(f"{day!r} is not a date. Write e.g. 2026-10-31.") from error
    with options.desk() as desk:
        receipt = desk.research.enter_calls([CallsOfDay(when, n, brand)])
    options.tell(receipt, receipt.said)


@cli_command(
    "carecli calls import calls.csv --dry-run",
    "carecli calls import calls.csv",
    name="import",
    result=CallsRead,
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE.csv")
@click.option("--dry-run", is_flag=True, help="Only show what would be entered; save nothing.")
@with_options
def import_calls(options: CommonOptions, file: Path, dry_run: bool) -> None:
    """Import calls from a CSV file; each line has a day, a number, and optionally a brand.

    If any line has a mistake, nothing is saved. `carecli undo` undoes the whole import.
    """
    with options.desk() as desk:
        lines = tuple(desk.research.read_calls(_text(file)))
        wrong = [line for line in lines if line.problem]
        days = days_of(lines)
        is_entered = bool(days) and not wrong and not dry_run
        if is_entered:
            desk.research.enter_calls(days)
    if options.as_json:
        write_json(CallsRead(lines, is_entered))
    else:
        _write_lines(lines, is_entered=is_entered)
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


def _write_lines(lines: Sequence[CallsLine], *, is_entered: bool) -> None:
    write_table(
        ("line", "day", "brand", "calls", "before", "problem"),
        [
            (
                str(line.line),
                line.day,
                line.brand or "-",
                "" if line.n is None else str(line.n),
                "" if line.before is None else str(line.before),
                line.problem,
            )
            for line in lines
        ],
    )
    if is_entered:
        say(f"{len(lines)} lines were saved.", to_errors=True)


@cli_command("carecli calls list --month 2026-10 --by week", name="list", result=list[CallsRow])
@period_options
@click.option(
    "--by", type=click.Choice(["day", "week"]), default="day", help="One line per day, or per week."
)
@with_options
def list_calls(options: CommonOptions, by: str, period: ReportAsked) -> None:
    """List calls to the contact centre with the answered waits; unknown days are empty."""
    options.use_language()
    with options.desk() as desk:
        days = desk.research.insights(period).calls
    rows = _weeks(days) if by == "week" else [_day(day) for day in days]
    if options.as_json:
        write_json(rows)
    else:
        _write_calls(rows)


def _day(day: Calls) -> CallsRow:
    return CallsRow(day.day, day.calls, day.answered, int(day.calls is not None))


def _weeks(all_days: Iterable[Calls]) -> list[CallsRow]:
    weeks: dict[str, list[Calls]] = {}
    for day in all_days:
        year, week = date.fromisoformat(day.day).isocalendar()[:2]
        weeks.setdefault(f"{year}-W{week:02}", []).append(day)
    return [
        CallsRow(
            week,
            sum(known) if (known := [day.calls for day in days if day.calls is not None]) else None,
            sum(day.answered for day in days),
            len(known),
        )
        for week, days in weeks.items()
    ]


def _write_calls(rows: Sequence[CallsRow]) -> None:
    _write_section(
        _("Calls to the contact centre"),
        (_("when"), _("calls"), _("answered"), _("days known")),
        [
            (
                row.when,
                "–" if row.calls is None else number(row.calls),
                number(row.answered),
                str(row.days),
            )
            for row in rows
        ],
    )


for command in (add, import_calls, list_calls):
    calls.add_command(command)
