"""Writes a report to a file and says what was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.domain.figures import decimal, exact_percent, exact_span, number

if TYPE_CHECKING:
    from carecli.desk.report_page.tables import ColumnKind, Value
    from carecli.desk.reports.monthly import Monthly

ENDINGS = (".html", ".xlsx", ".json")
"""The formats of a report; `.csv` contains only the KPIs."""

BRAND = "{brand}"
"""In a file's name: one file for each brand."""


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file with a report. `brand` is empty for all brands together."""

    file: str
    brand: str
    size: int


def check(output: str) -> None:
    """Whether the name of a file says what it shall be; raises UsageError."""
    if Path(output).suffix.lower() not in (*ENDINGS, ".csv"):
        known = ", ".join((*ENDINGS, ".csv"))
        raise click.UsageError(f"{output!r} must end with one of {known}.")


def hand_out(asked: CommonOptions, wanted: ReportAsked, output: str, *, over: bool) -> None:
    """Write the whole report into a file, or into one for each brand; raises Refusal."""
    from carecli.boot.monthly_report import brands_of

    brands: tuple[str, ...] = (wanted.brand,)
    if BRAND in output and not wanted.brand:
        brands = tuple(brands_of(asked.setup()))
    written = []
    for brand in brands:
        file = Path(output.replace(BRAND, brand or "all")).expanduser()
        content = _content(asked, replace(wanted, brand=brand), file.suffix.lower())
        written.append(put(file, content, brand, over=over))
    tell(asked, written)


def put(file: Path, content: bytes, brand: str, *, over: bool) -> ExportedFile:
    """Write one file."""
    from carecli.desk.report_page.files import write_whole

    write_whole(file, content, over=over)
    return ExportedFile(str(file), brand, len(content))


def tell(asked: CommonOptions, written: list[ExportedFile]) -> None:
    """Say what was written."""
    if asked.as_json:
        write_json(written)
        return
    for one in written:
        say(f"Wrote {one.file} ({number(one.size)} bytes).", to_errors=True)


def _content(asked: CommonOptions, wanted: ReportAsked, ending: str) -> bytes:
    from carecli.boot.monthly_report import monthly_of
    from carecli.boot.setup import spoken
    from carecli.desk.report_page.export import paper

    setup = asked.setup()
    language = spoken(setup.config.language, asked.language)
    return paper(monthly_of(setup, wanted), ending.removeprefix("."), language)


def tell_all(asked: CommonOptions, wanted: ReportAsked) -> None:
    """The whole report as JSON, or as tables one after another."""
    from carecli.boot.monthly_report import monthly_of

    found = monthly_of(asked.setup(), wanted)
    if asked.as_json:
        write_json(found)
        return
    for heading, columns, rows in _lines(found):
        say(heading)
        write_table(columns, rows)
        say("")


def _lines(found: Monthly) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    from carecli.desk.report_page.tables import tables

    for table in tables(found):
        kinds = [kind for _heading, kind in table.columns]
        rows = [
            [_cell(kind, value) for kind, value in zip(kinds, row, strict=True)]
            for row in table.rows
        ]
        yield table.title, [heading for heading, _kind in table.columns], rows


def _cell(kind: ColumnKind, value: Value) -> str:
    from carecli.desk.report_page.tables import ColumnKind, TypedValue

    if isinstance(value, TypedValue):
        kind, value = value.kind, value.value
    if value is None:
        return ""
    if not isinstance(value, int | float):
        return str(value)
    if kind is ColumnKind.SHARE:
        return exact_percent(value)
    if kind is ColumnKind.SPAN:
        return exact_span(round(value))
    return decimal(value, 2) if kind is ColumnKind.NUMBER else number(round(value))
