"""The monthly report as a workbook: one sheet per table, with real numbers and dates.

Text stays text: nothing a customer wrote becomes a formula or a link. The file tells no moment of
its making, so that the same report makes the same bytes.
"""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from carecli.desk.report_page.formatting import period
from carecli.desk.report_page.tables import ColumnKind, ReportTable, TypedValue, Value, tables
from carecli.desk.report_page.title import title
from carecli.desk.reports.monthly import Monthly
from carecli.domain.model import DAY
from carecli.domain.text import printable
from carecli.i18n import _, speaking

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

SHOWN = {
    ColumnKind.TEXT: "@",
    ColumnKind.COUNT: "#,##0",
    ColumnKind.NUMBER: "0.00",
    ColumnKind.SHARE: "0.0%",
    ColumnKind.SPAN: "[h]:mm:ss",
    ColumnKind.DAY: "yyyy-mm-dd",
}
"""How a spreadsheet shows each kind; a span is a part of a day there."""

LONGEST_NAME = 31
"""Characters a sheet's name may have."""

LONGEST_TEXT = 32_000
"""Characters of a text; a cell holds 32,767."""

WIDTHS = {ColumnKind.TEXT: 16, ColumnKind.DAY: 12}


def workbook(found: Monthly, spoken: str) -> bytes:
    """The whole file, in a language there is a catalogue for."""
    from xlsxwriter import Workbook

    written = BytesIO()
    with speaking(spoken):
        book = Workbook(
            written,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": False,
            },
        )
        told = f"{title(found)} · {period(found)}"
        # the day after the period, not the clock's: what is made again is the same
        made = datetime.combine(found.last, datetime.min.time())
        book.set_properties({"title": told, "comments": _("Made with carecli"), "created": made})
        formats = _formats(book)
        for table in tables(found):
            _sheet(book, formats, table)
        book.close()
    return written.getvalue()


def _formats(book: Workbook) -> dict[str, Format]:
    head = {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1, "bg_color": "#F5F2EC"}
    found = {kind.value: book.add_format({"num_format": shown}) for kind, shown in SHOWN.items()}
    found[ColumnKind.TEXT].set_align("top")
    return {**found, "head": book.add_format(head)}


def _sheet(book: Workbook, formats: dict[str, Format], table: ReportTable) -> None:
    sheet = book.add_worksheet(_name(book, table.title))
    for place, (heading, kind) in enumerate(table.columns):
        sheet.write_string(0, place, printable(heading), formats["head"])
        sheet.set_column(place, place, _width(table, place, heading, kind))
    for number, row in enumerate(table.rows, 1):
        for place, ((_heading, kind), value) in enumerate(zip(table.columns, row, strict=True)):
            _write(sheet, (number, place), kind, value, formats)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write(
    sheet: Worksheet,
    at: tuple[int, int],
    kind: ColumnKind,
    value: Value,
    formats: dict[str, Format],
) -> None:
    if isinstance(value, TypedValue):
        kind, value = value.kind, value.value
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(*at, printable(value)[:LONGEST_TEXT], formats[ColumnKind.TEXT])
    elif isinstance(value, date):
        moment = datetime.combine(value, datetime.min.time())
        sheet.write_datetime(*at, moment, formats[ColumnKind.DAY])
    else:
        number = value / DAY if kind is ColumnKind.SPAN else value
        sheet.write_number(*at, number, formats[kind])


def _width(table: ReportTable, place: int, heading: str, kind: ColumnKind) -> float:
    texts = [row[place] for row in table.rows]
    longest = max((len(one) for one in texts if isinstance(one, str)), default=0)
    least = max(WIDTHS.get(kind, 11), min(len(heading) + 2, 16))
    return min(max(least, longest + 2), 70)


def _name(book: Workbook, wanted: str) -> str:
    """A name a sheet may have, and none has yet."""
    plain = "".join(" " if char in "[]:*?/\\" else char for char in printable(wanted)).strip("' ")
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    name, number = plain[:LONGEST_NAME], 1
    while name.lower() in taken or not name:
        number += 1
        name = f"{plain[: LONGEST_NAME - 4]} {number}"
    return name
