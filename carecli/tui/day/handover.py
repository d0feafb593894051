"""The end of a shift as lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from carecli.desk.planning.rows import Handover
from carecli.desk.threads.rows import ThreadRow
from carecli.domain.figures import number
from carecli.domain.model import Colour, Millis
from carecli.i18n import _
from carecli.tui.day.link_rows import BLANK, LinkRow, heading, laid_out, plain, said
from carecli.tui.day.today import promised, thread_stop, when
from carecli.tui.inbox.bars import ListView
from carecli.tui.inbox.list_rows import SHAPES
from carecli.tui.style.cells import Line, fill, steady, wrap
from carecli.tui.style.clock import countdown, day, hour

WRITTEN = 100
"""Cells of a line in the file."""


def handover_column(found: Handover, zone: str, width: int) -> list[LinkRow]:
    """Everything below each other, what the next person must know first."""
    now = found.now
    lines = [heading(_("FOR THE NEXT SHIFT"), "", width)]
    if found.note:
        lines += [
            LinkRow([("   ", "text"), (one, "strong")]) for one in wrap(found.note, width - 5)
        ]
    else:
        lines.append(said(_("No note yet."), width))
    lines += [BLANK, _mine_heading(found, width)]
    lines += _rows([(row, _left(row, now)) for row in found.mine], width, _("Nothing is waiting."))
    lines += _section(
        _("UNSENT DRAFTS"), "is:draft", [(row, _left(row, now)) for row in found.drafts], width
    )
    snoozed = [(row, _until(row.snoozed_until, now, zone)) for row in found.snoozed]
    lines += _section(_("SNOOZED UNTIL"), "is:snoozed", snoozed, width)
    lines += [BLANK, *promised(found.promises, now, zone, width)]
    closing = [(row, _until(row.window_until, now, zone)) for row in found.expiring]
    lines += _section(_("MESSAGING WINDOW CLOSES AT"), "", closing, width)
    if found.failed:
        view = ListView(_("Not sent"), "is:failed")
        lines += [BLANK, heading(_("NOT SENT"), number(len(found.failed)), width, view, "bad")]
        for item in found.failed:
            line: Line = [("✗ ", "bad"), (f"{item.error} {item.hint}".strip(), "text")]
            lines.append(LinkRow(fill(line, [], width - 1), thread=item.thread))
    return lines


def _mine_heading(found: Handover, width: int) -> LinkRow:
    right: Line = []
    for colour in (Colour.RED, Colour.YELLOW, Colour.GREEN):
        if n := found.colours.get(colour, 0):
            right.append((f"  {SHAPES[colour]} {number(n)}", colour.value))
    right.append((f"  {number(found.waiting)}", "strong"))
    view = ListView(_("Mine"), "is:waiting assignee:me")
    return LinkRow(fill([(_("ASSIGNED TO ME"), "title")], right, width - 1), view)


def _left(row: ThreadRow, now: Millis) -> str:
    return countdown(row.deadline - now) if row.deadline is not None else ""


def _until(at: Millis | None, now: Millis, zone: str) -> str:
    return when(at, now, zone) if at is not None else ""


def _rows(rows: Iterable[tuple[ThreadRow, str]], width: int, nothing: str) -> list[LinkRow]:
    found = [thread_stop(row, moment, width) for row, moment in rows]
    return found or [said(nothing, width)]


def _section(
    title: str, wanted: str, rows: list[tuple[ThreadRow, str]], width: int
) -> list[LinkRow]:
    view = ListView(title.capitalize(), wanted) if wanted else None
    figure = number(len(rows)) if rows else ""
    return [BLANK, heading(title, figure, width, view), *_rows(rows, width, _("Nothing."))]


def handover_text(found: Handover, zone: str) -> str:
    """The handover for a file: who and when, then as on the screen."""
    head = _("Handover of {who}, {day} {hour}").format(
        who=steady(found.moderator), day=day(found.now, zone), hour=hour(found.now, zone)
    )
    column = handover_column(found, zone, WRITTEN)
    return f"{head}\n\n{plain(laid_out([column], [WRITTEN], None))}"
