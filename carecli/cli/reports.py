"""Report commands."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from carecli.cli import export
from carecli.cli.export import ExportedFile
from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, cli_command, range_options, with_options
from carecli.desk.report_page.export import csv_text
from carecli.desk.reports.kpi_report import GROUPS, BehindRow, FigureRow, KpiReport, ReportAsked
from carecli.desk.reports.monthly import Monthly
from carecli.domain.figures import number, percent, span
from carecli.domain.protocol import Protocol
from carecli.i18n import CHOICES


@cli_command(
    "carecli report --month 2026-10",
    "carecli report --since 2026-10-01 --until 2026-11-01 --by colour --csv > october.csv",
    "carecli report --month 2026-10 --rows in_time --json",
    "carecli report --month 2026-10 --by colour --rows in_time --group red",
    "carecli report --month 2026-10 --issue",
    "carecli report --month 2026-10 --policy red-in-an-hour.yaml",
    "carecli report --month 2026-10 --brand vichy --language pl -o vichy.html",
    "carecli report --month 2026-10 -o 'october-{brand}.xlsx' --force",
    "carecli report --month 2026-10 --whole",
    result=KpiReport | Monthly | list[ExportedFile],
)
@range_options
@click.option("--by", type=click.Choice(GROUPS), default=None, help="Group the figures by this.")
@click.option("--brand", default="", help="Only this brand, by key.")
@click.option(
    "--as-of", metavar="DAY", default="", help="Show the state at the beginning of this day."
)
@click.option(
    "--policy", metavar="FILE", default="", help="Use the protocol of this configuration."
)
@click.option("--rows", metavar="KPI", default="", help="List the rows behind this KPI.")
@click.option(
    "--group", metavar="GROUP", default=None, help="With --by: list only the rows of this group."
)
@click.option(
    "--issue", is_flag=True, help="Issue a month that is over: keep its figures as they are now."
)
@click.option(
    "--live", is_flag=True, help="Compute an issued month again and list the differences."
)
@click.option("--csv", "as_csv", is_flag=True, help="Write CSV with a header line.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    default="",
    help="Write the whole monthly report to a file. Its ending decides the format: .html, .xlsx "
    "or .json; .csv contains only the KPIs. {brand} in the name makes one file per brand.",
)
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@click.option("--language", type=click.Choice(CHOICES), help="The language of the file.")
@click.option(
    "--whole", is_flag=True, help="Show the whole monthly report, as tables or with --json."
)
@with_options
def report(
    options: CommonOptions,
    since: str,
    until: str,
    month: str,
    by: str | None,
    brand: str,
    as_of: str,
    policy: str,
    rows: str,
    group: str | None,
    issue: bool,
    live: bool,
    as_csv: bool,
    output: str,
    force: bool,
    language: str | None,
    whole: bool,
) -> None:
    """Compute every KPI over a period; docs/kpis.md defines each.

    A figure counts what began in the period (arrival), what was done in it (reply), or what was
    open at its end (standing). Never add these up. docs/reports.md describes the monthly report.

    A month that was issued is always shown as it was issued, including its rows. Each brand is
    issued separately, and all brands together as well.
    """
    options = replace(options, language=language or options.language)
    options.use_language()
    if group is not None and not (by and rows):
        raise click.UsageError("--group needs --by and --rows.")
    request = ReportAsked(
        since, until, month, by or "", as_of, brand, _protocol(policy) if policy else None, live
    )
    is_whole_report = whole or (output and not output.lower().endswith(".csv"))
    if is_whole_report and (by or rows or as_csv):
        raise click.UsageError("--by, --rows and --csv cannot be combined with the whole report.")
    if output:
        export.check_file_name(output)
    with options.desk() as desk:
        if issue:
            issued = desk.reports.issue(request)
            say(
                f"Issued {issued.month}{f' of {issued.brand}' if issued.brand else ''}.",
                to_errors=True,
            )
        kpis = None if is_whole_report else desk.reports.report(request, rows, group)
    if kpis is None:
        if output:
            export.write_report(options, request, output, over=force)
        else:
            export.print_report(options, request)
        return
    for line in _differences(kpis):
        say(line, to_errors=True)
    if output:
        text = csv_text(BehindRow if rows else FigureRow, kpis.rows if rows else kpis.figures)
        exported = export.write_file(Path(output), text.encode(), brand, over=force)
        export.print_files(options, [exported])
        return
    if options.as_json:
        write_json(kpis)
    elif as_csv:
        sys.stdout.write(
            csv_text(BehindRow if rows else FigureRow, kpis.rows if rows else kpis.figures)
        )
    elif rows:
        _write_rows(kpis)
    else:
        _write_figures(kpis)


def _differences(kpis: KpiReport) -> Iterable[str]:
    """What an issued month would say now that it did not say then."""
    for difference in kpis.differences:
        group = f" {difference.group}" if difference.group else ""
        issued, live = _short_figure(difference.issued), _short_figure(difference.live)
        yield f"{difference.kpi}{group}: issued {issued}, now {live}"
    if kpis.differences:
        yield f"{len(kpis.differences)} figures differ from the issued ones."


def _short_figure(row: FigureRow | None) -> str:
    if row is None:
        return "none"
    counted = number(row.n) if row.of is None else f"{number(row.n)} of {number(row.of)}"
    return counted if row.mean is None else f"{counted} (mean {_measure(row.mean, row.unit)})"


def _protocol(file: str) -> Protocol:
    from carecli.boot.setup import protocol_of, set_up

    return protocol_of(set_up(file))


MEASURED = ("median", "p90", "mean", "most")


def _write_figures(kpis: KpiReport) -> None:
    write_table(
        ("KPI", "basis", "group", "n", "of", "share", *MEASURED, "sample"),
        [
            (
                row.kpi,
                row.basis.value,
                row.group,
                number(row.n),
                "" if row.of is None else number(row.of),
                "" if row.share is None else percent(row.share),
                *(_measure(value, row.unit) for value in (row.median, row.p90, row.mean, row.most)),
                "small" if row.is_small else "",
            )
            for row in kpis.figures
        ],
    )


def _measure(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return percent(value) if unit == "share" else span(round(value))


def _write_rows(kpis: KpiReport) -> None:
    write_table(
        ("thread", "kind", "id", "counted", "colour", "channel", "outcome", "by", "value"),
        [
            (
                str(row.thread),
                row.kind,
                str(row.id),
                "yes" if row.is_counted else "no",
                row.colour,
                row.channel,
                row.outcome,
                row.moderator,
                "" if row.value is None else f"{row.value:g}",
            )
            for row in kpis.rows
        ],
    )
