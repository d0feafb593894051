"""A person's history as lines. Pure."""

from __future__ import annotations

from carecli.desk.replies.rows import History
from carecli.desk.threads.rows import ThreadRow
from carecli.domain.figures import number
from carecli.domain.model import ThreadId
from carecli.i18n import _, ngettext
from carecli.tui.day.link_rows import BLANK, LinkRow, heading, said
from carecli.tui.inbox.list_rows import ICONS, OUTCOMES, SHAPES
from carecli.tui.style.cells import Line, cells, cut, fill, line_cells, steady, wrap
from carecli.tui.style.clock import day


def person_column(found: History, here: ThreadId, zone: str, width: int) -> list[LinkRow]:
    """Who it is, what colleagues noted, whole, and each thread with how it ended."""
    lines: list[LinkRow] = []
    for one in found.identities:
        since = _("since {day}").format(day=day(one.since, zone))
        name = cut(steady(one.name), max(8, width // 2))
        left: Line = [(f"   {name}", "strong"), (f"  {steady(one.channel)}", "dim")]
        lines.append(LinkRow(fill(left, [(f" {since} ", "dim")], width - 1)))
    lines.append(BLANK)
    if found.notes:
        lines.append(heading(_("NOTES"), number(len(found.notes)), width))
        for note in found.notes:
            head = f"{day(note.at, zone)} {steady(note.actor)}: "
            said_lines = wrap(head + " ".join(note.text.split()), width - 6)
            marks = (" ✎ ", *["   "] * len(said_lines))
            pairs = zip(marks, said_lines, strict=False)
            lines += [LinkRow([(mark, "accent"), (text, "text")]) for mark, text in pairs]
        lines.append(BLANK)
    count = len(found.threads) + found.older
    lines.append(heading(_("THREADS"), number(count), width))
    outcomes = [f"{_(OUTCOMES[outcome])} {number(n)}" for outcome, n in found.outcomes.items()]
    if outcomes:
        lines += [LinkRow([("   " + cut(" · ".join(outcomes), width - 5), "accent")]), BLANK]
    for row in found.threads:
        lines += _past(row, here, zone, width)
    if found.older:
        older = ngettext("… and {n} older one", "… and {n} older ones", found.older)
        lines.append(said(older.format(n=number(found.older)), width))
    return lines


def _past(row: ThreadRow, here: ThreadId, zone: str, width: int) -> list[LinkRow]:
    when = day(row.last_inbound_at, zone) if row.last_inbound_at is not None else ""
    ended = _(OUTCOMES[row.outcome]) if row.outcome is not None else _("waits")
    this = " " + _("(this thread)") if row.id == here else ""
    left: Line = [(f" {SHAPES[row.colour]} ", row.colour.value), (when, "strong")]
    place = cut(steady(row.place), max(8, width - line_cells(left) - cells(f"{this}{ended}") - 8))
    left.append((f"  {ICONS[row.point]} {place}{this}", "dim"))
    excerpt = steady(" ".join(row.excerpt.split()))
    return [
        LinkRow(fill(left, [(f" {ended} ", "text")], width - 1), thread=row.id),
        said(excerpt, width, "text"),
    ]
