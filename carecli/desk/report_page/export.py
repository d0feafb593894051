"""Writes a report as a page, a workbook, JSON or one KPI per line."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import fields
from io import StringIO
from sqlite3 import Connection

from carecli.desk.context import DeskContext
from carecli.desk.report_page.files import write_whole
from carecli.desk.report_page.title import file_name
from carecli.desk.reports.kpi_report import BehindRow, FigureRow, ReportAsked
from carecli.desk.reports.monthly import Monthly, monthly
from carecli.desk.reports.queries import report
from carecli.domain.canonical import canonical_json, to_plain
from carecli.domain.errors import CareError, Refusal
from carecli.file_rights import make_folder
from carecli.i18n import _


def paper(found: Monthly, kind: str, spoken: str) -> bytes:
    """A whole report in a language, as `html`, `xlsx` or `json`."""
    if kind == "json":
        return canonical_json(found) + b"\n"
    if kind == "xlsx":
        from carecli.desk.report_page.workbook import workbook

        return workbook(found, spoken)
    from carecli.desk.report_page.page import page

    return page(found, spoken).encode()


def csv_text(kind: type[BehindRow | FigureRow], rows: Iterable[BehindRow | FigureRow]) -> str:
    """Figures, or what is behind one, as CSV with headings."""
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([field.name for field in fields(kind)])
    for row in rows:
        values = [to_plain(getattr(row, field.name)) for field in fields(kind)]
        writer.writerow(["" if value is None else inert(value) for value in values])
    return written.getvalue()


def inert(value: object) -> object:
    """A text that a spreadsheet would take for a formula is led by an apostrophe."""
    is_formula = isinstance(value, str) and len(value) > 1 and value[0] in "=+-@\t\r"
    return f"'{value}" if is_formula else value


def export(db: Connection, context: DeskContext, asked: ReportAsked, kind: str, spoken: str) -> str:
    """Write a report into the office's folder of reports, over an earlier one; the file's path.

    `kind` is `html`, `xlsx` or `csv`. Raises Refusal, and CareError where it cannot be written.
    """
    folder = context.reports
    if folder is None:
        raise Refusal(_("No folder for reports is configured."))
    found = monthly(db, context, asked)
    if kind == "csv":
        content = csv_text(FigureRow, report(db, context, asked).figures).encode()
    else:
        content = paper(found, kind, spoken)
    file = folder / file_name(found, "" if kind == "csv" else spoken, kind)
    try:
        make_folder(folder)
    except OSError as error:
        raise CareError(
            _("{file} cannot be written: {why}.").format(file=file, why=error.strerror or error),
            hint=_("Choose an existing folder that you can write to."),
        ) from error
    write_whole(file, content, over=True)
    return str(file)
