"""A report as lines, each of which opens what is behind it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from carecli.desk.reports import period_notes
from carecli.desk.reports.kpi_report import FigureRow
from carecli.desk.reports.sheet import ReportSheet
from carecli.domain.figures import number, percent
from carecli.domain.kpi import SMALL, Basis
from carecli.domain.kpis import KPIS
from carecli.domain.model import Colour
from carecli.i18n import N_, _
from carecli.tui.day.link_rows import BLANK, DrillDown, LinkRow, heading, said
from carecli.tui.inbox.list_rows import SHAPES
from carecli.tui.reports.charts import SHADES, bar, heat_row
from carecli.tui.reports.words import (
    GROUP_TITLES,
    change,
    change_role,
    exact,
    group_title,
    title_of,
    told,
    value_of,
    weekday_of,
)
from carecli.tui.style.cells import Line, cells, fill, fit, steady, wrap

COLOURS = (Colour.RED, Colour.YELLOW, Colour.GREEN)

SPANS = ("within_2h", "from_2h_to_6h", "from_6h_to_24h", "over_24h")

ENDED = (
    *("answered", "answered_elsewhere", "answered_by_rule", "no_reply_needed"),
    *("moderated", "withdrawn", "window_closed", "open"),
)

WORK = (
    *("private_answers", "no_reply_share", "handovers", "time_to_hide", "hidden_by_rule"),
    *(
        "reaction_working",
        "touch_time",
        "snippets_used",
        "automatic_replies",
        "reopened",
        "edited_after_answer",
    ),
    *("undone", "sync_lag", "excusable_miss"),
)

STANDING = (
    *(("backlog_earlier", "dim"), ("backlog_ended", "dim")),
    *(("backlog_overdue", "bad"), ("overdue_earlier", "dim"), ("due_soon", "warn")),
)
"""Parts of what was open at the end, and their ink; dim ones only where there are any."""

BASES = {
    Basis.ARRIVAL: N_("of messages received"),
    Basis.REPLY: N_("of work done"),
    Basis.STANDING: N_("of what was open at the end"),
}
"""What a KPI counts, told beside each section: figures of different ones are never added up."""

HOURS = 24


def sheet_columns(
    sheet: ReportSheet, widths: tuple[int, int], *, is_double: bool
) -> list[list[LinkRow]]:
    """Two columns, figures and pictures, or all in one below each other."""
    left, right = widths
    figures = [
        *_about(sheet, left),
        *_key_figures(sheet, left),
        BLANK,
        *_reaction(sheet, left),
        BLANK,
    ]
    figures += [*_colours(sheet, left), BLANK, *_backlog(sheet, left)]
    rest = [*_ended(sheet, left), BLANK, *_work(sheet, left)]
    pictures = [*_over_time(sheet, right), BLANK, *_heat_map(sheet, right), BLANK]
    tables = [*_moderators(sheet, right), BLANK, *_rules(sheet, right)]
    tables += [*_chosen(sheet, right), BLANK]
    if is_double:
        return [[*figures, BLANK, *rest], [*pictures, *tables, *_all(sheet, right)]]
    return [[*figures, BLANK, *pictures, *tables, *rest, BLANK, *_all(sheet, left)]]


# ---- parts of lines


def _head(title: str, basis: Basis | None, width: int) -> LinkRow:
    return heading(title, _(BASES[basis]) if basis is not None else "", width)


def _figure(sheet: ReportSheet, kpi: str, width: int) -> LinkRow:
    """A figure with the one before it where there is room, and how it moved."""
    now, before = sheet.figure(kpi), sheet.figure_before(kpi)
    right: Line = [(f"{_marked(now):>13}", "strong")]
    if width >= 62:
        right.append((f"{told(before):>13}", "dim"))
    moved = change(now, before)
    right.append((f"{moved:>9}", change_role(kpi, moved)))
    line = fill([("   ", "text"), (title_of(kpi), "text")], right, width - 1)
    return LinkRow(line, behind=DrillDown(title_of(kpi), (kpi,)))


def _marked(row: FigureRow | None) -> str:
    """A figure; a small sample says so."""
    return told(row) + ("°" if row is not None and row.is_small and row.n else " ")


def _share(
    sheet: ReportSheet,
    kpi: str,
    width: int,
    title: str,
    role: str,
    shape: str = "",
    colour: str = "",
) -> LinkRow:
    """A share as a bar, its hundredths, and how many of how many."""
    row = sheet.figure(kpi, "colour", colour) if colour else sheet.figure(kpi)
    share = (row.share if row is not None else None) or 0.0
    counted = f"{number(row.n)}/{number(row.of or 0)}" if row is not None else "–"
    right: Line = [(f"{_marked(row):>6}", "strong"), (f"{counted:>13}", "dim")]
    name = max(14, min(20, width - 34))
    left: Line = [(f"{shape:<2} " if shape else "   ", role), (fit(title, name), "text")]
    room = width - 1 - 3 - name - 1 - 19
    left += [(" ", "text"), *bar(share, 1, min(room, 40), role)]
    behind = DrillDown(title, (kpi,), "colour" if colour else "", (colour,) if colour else ())
    return LinkRow(fill(left, right, width - 1), behind=behind)


# ---- sections


def _about(sheet: ReportSheet, width: int) -> list[LinkRow]:
    """What must be known to read the figures, such as that they are the first."""
    sentences = period_notes.told(sheet.about)
    if not sentences:
        return []
    lines = [line for one in sentences for line in wrap(one, width - 5)]
    return [
        _head(_("ABOUT THESE FIGURES"), None, width),
        *(said(one, width) for one in lines),
        BLANK,
    ]


def _key_figures(sheet: ReportSheet, width: int) -> list[LinkRow]:
    head = [_head(_("KEY FIGURES"), Basis.ARRIVAL, width)]
    keys = ("arrived", "answered", "response_rate", "in_time", "missed", "reaction_cohort")
    return [*head, *(_figure(sheet, kpi, width) for kpi in keys)]


def _reaction(sheet: ReportSheet, width: int) -> list[LinkRow]:
    found = [_head(_("REACTION"), Basis.REPLY, width)]
    found += [_figure(sheet, kpi, width) for kpi in ("replies", "reaction")]
    row = sheet.figure("reaction")
    if row is not None and row.p90 is not None:
        text = _("90% within {span}").format(span=exact(row.p90))
        found.append(said(text, width))
    found += [
        _share(sheet, "within_2h", width, title_of("within_2h"), "ok"),
        _share(sheet, "over_2h", width, title_of("over_2h"), "warn"),
    ]
    found += [_share(sheet, kpi, width, f"· {title_of(kpi)}", "dim") for kpi in SPANS[1:]]
    return found


def _colours(sheet: ReportSheet, width: int) -> list[LinkRow]:
    found = [_head(_("IN TIME BY COLOUR"), Basis.ARRIVAL, width)]
    return found + [
        _share(
            sheet,
            "in_time",
            width,
            group_title("colour", colour.value),
            colour.value,
            SHAPES[colour],
            colour.value,
        )
        for colour in COLOURS
    ]


def _backlog(sheet: ReportSheet, width: int) -> list[LinkRow]:
    found = [_head(_("BACKLOG"), Basis.STANDING, width)]
    waiting = sheet.figure("backlog")
    n = waiting.n if waiting is not None else 0
    line = fill(
        [("   ", "text"), (title_of("backlog"), "text")], [(f"{number(n)} ", "strong")], width - 1
    )
    found.append(LinkRow(line, behind=DrillDown(title_of("backlog"), ("backlog",))))
    if waiting is not None and waiting.median is not None and waiting.most is not None:
        text = _("median {median}, oldest {most}")
        spans = {"median": exact(waiting.median), "most": exact(waiting.most)}
        found += [said(line, width) for line in wrap(text.format(**spans), width - 5)]
    for kpi, role in STANDING:
        row = sheet.figure(kpi)
        if role != "dim" or (row is not None and row.n):
            found.append(_share(sheet, kpi, width, title_of(kpi), role))
    cleared = sheet.figure("burn_down")
    if n and cleared is not None:
        text = exact(cleared.most) if cleared.most is not None else _("nobody is working on it")
        line = fill(
            [("   ", "text"), (title_of("burn_down"), "text")], [(f"{text} ", "strong")], width - 1
        )
        found.append(LinkRow(line, behind=DrillDown(title_of("burn_down"), ("burn_down",))))
    return found


def _ended(sheet: ReportSheet, width: int) -> list[LinkRow]:
    """Every wait that came in, by how it ended."""
    arrived = sheet.figure("arrived")
    of = arrived.n if arrived is not None else 0
    found = [_head(_("HOW IT ENDED"), Basis.ARRIVAL, width)]
    for kpi in ENDED:
        row = sheet.figure(kpi)
        n = row.n if row is not None else 0
        name = max(14, min(20, width - 24))
        left: Line = [("   ", "text"), (fit(title_of(kpi), name), "text"), (" ", "text")]
        left += bar(n, of, min(40, width - name - 15), "accent")
        line = fill(left, [(f"{number(n):>8} ", "strong" if n else "dim")], width - 1)
        found.append(LinkRow(line, behind=DrillDown(title_of(kpi), (kpi,))))
    return found


def _work(sheet: ReportSheet, width: int) -> list[LinkRow]:
    found = [_head(_("HOW WE WORKED"), None, width)]
    return found + [_figure(sheet, kpi, width) for kpi in WORK]


def _over_time(sheet: ReportSheet, width: int) -> list[LinkRow]:
    """What came in day by day, and how much of it was answered by somebody."""
    by = sheet.over_time
    title = _("DAY BY DAY") if by == "day" else _("WEEK BY WEEK")
    found = [_head(title, Basis.ARRIVAL, width)]
    groups = sheet.groups(by, "arrived")
    most = max((_n(sheet, "arrived", by, group) for group in groups), default=0)
    for group in groups:
        arrived = _n(sheet, "arrived", by, group)
        rate = sheet.figure("in_time", by, group)
        name = group_title(by, group)
        left: Line = [("   ", "text"), (fit(name, 8), "text"), (" ", "text")]
        left += bar(arrived, most, max(4, width - 32), "accent")
        right: Line = [(f"{number(arrived):>8}", "strong"), (f"{_in_time(rate):>8} ", "dim")]
        behind = DrillDown(name, ("arrived", "answered", "in_time", "missed"), by, (group,))
        found.append(LinkRow(fill(left, right, width - 1), behind=behind))
    if groups:
        text = _("Bars: received. Next to them: the share answered in time.")
        return [*found, said(text, width)]
    return [*found, said(_("Nothing was received."), width)]


def _n(sheet: ReportSheet, kpi: str, by: str, group: str) -> int:
    row = sheet.figure(kpi, by, group)
    return row.n if row is not None else 0


def _in_time(row: FigureRow | None) -> str:
    return percent(row.share) if row is not None and row.share is not None else "–"


def _heat_map(sheet: ReportSheet, width: int) -> list[LinkRow]:
    """What came in by weekday and hour, and the busiest hours in words."""
    found = [_head(_("WHEN MESSAGES ARRIVE"), Basis.ARRIVAL, width)]
    counts = {
        (day, hour): _n(sheet, "arrived", "hour", f"{day} {hour:02}")
        for day in range(1, 8)
        for hour in range(HOURS)
    }
    most = max(counts.values())
    cell = 2 if width >= 3 + 5 + 2 * HOURS + 8 else 1
    ticks = "".join(fit(f"{hour:02}", 6 * cell) for hour in range(0, HOURS, 6))
    found.append(LinkRow([("        ", "text"), (ticks, "dim")]))
    for day in range(1, 8):
        values = [counts[day, hour] for hour in range(HOURS)]
        name = weekday_of(day)
        left: Line = [("   ", "text"), (fit(name, 5), "text"), *heat_row(values, most, cell)]
        groups = tuple(f"{day} {hour:02}" for hour in range(HOURS))
        line = fill(left, [(f"{number(sum(values)):>7} ", "strong")], width - 1)
        found.append(LinkRow(line, behind=DrillDown(name, ("arrived",), "hour", groups)))
    busiest = sorted(((n, at) for at, n in counts.items() if n), key=lambda one: (-one[0], one[1]))
    for n, (day, hour) in busiest[:3]:
        group = f"{day} {hour:02}"
        name = group_title("hour", group)
        line = fill(
            [("   ", "text"), (name, "text"), ("  " + _("busiest hours"), "dim")],
            [(f"{number(n):>7} ", "strong")],
            width - 1,
        )
        found.append(LinkRow(line, behind=DrillDown(name, ("arrived",), "hour", (group,))))
    found.append(
        said("  ".join((f"{SHADES[0]} 0", *SHADES[1:4], f"{SHADES[4]} {number(most)}")), width)
    )
    return found


SHORT_NAME, LONG_NAME = 14, 24
"""Cells kept for the name of a group."""

LONG_NAMED = ("channel", "campaign", "team")
"""Groups whose names are long."""


# ---- tables: each line a group, Enter asks which of its figures


def _moderators(sheet: ReportSheet, width: int) -> list[LinkRow]:
    columns = (
        ("replies", _("replies"), 8),
        ("reaction", _("median"), 12),
        ("within_2h", _("≤ 2 h"), 7),
        ("replies_in_time", _("in time"), 9),
        ("no_reply_share", _("no reply"), 10),
        ("snippets_used", _("snippet"), 11),
        ("undone", _("undone"), 9),
        ("over_2h", _("> 2 h"), 7),
    )
    groups = sheet.groups("moderator", *(kpi for kpi, _title, _cells in columns))
    found = [_head(_("WHO ANSWERED"), Basis.REPLY, width)]
    if groups in ([], ["-"]) and sheet.about.is_without_people:
        lines = wrap(period_notes.nobody_known(), width - 5)
        return [*found, *(said(line, width) for line in lines)]
    return [
        *found,
        *_table(sheet, "moderator", [one for one in groups if one != "-"], columns, width),
    ]


def _rules(sheet: ReportSheet, width: int) -> list[LinkRow]:
    """What each rule hid and sent; nothing where no rule did anything."""
    columns = (("hidden_by_rule", _("hidden"), 9), ("automatic_replies", _("replies"), 9))
    groups = sheet.groups("rule", *(kpi for kpi, _title, _cells in columns))
    groups = [one for one in groups if one != "-"]
    if not groups:
        return []
    head = _head(_("WHAT RULES DID"), Basis.REPLY, width)
    return [head, *_table(sheet, "rule", groups, columns, width), BLANK]


def _chosen(sheet: ReportSheet, width: int) -> list[LinkRow]:
    """The grouping that was chosen."""
    columns = (
        ("arrived", _("came in"), 9),
        ("answered", _("by us"), 9),
        ("in_time", _("in time"), 9),
        ("reaction_cohort", _("median"), 13),
        ("open", _("open"), 8),
    )
    title = _("BY {group}").format(group=_(GROUP_TITLES[sheet.by]).upper())
    found = [_head(title, Basis.ARRIVAL, width)]
    groups = sheet.groups(sheet.by, *(kpi for kpi, _title, _cells in columns))
    return [*found, *_table(sheet, sheet.by, groups, columns, width)]


def _table(
    sheet: ReportSheet,
    by: str,
    groups: Sequence[str],
    columns: Iterable[tuple[str, str, int]],
    width: int,
) -> list[LinkRow]:
    shown: list[tuple[str, str, int]] = []
    room = width - 1 - 3 - (LONG_NAME if by in LONG_NAMED else SHORT_NAME)
    for column in columns:
        room -= column[2]
        if room < 0:
            break
        shown.append(column)
    if not groups:
        return [said(_("Nothing."), width)]
    heads: Line = [(f"{_right(title, size)}", "dim") for _kpi, title, size in shown]
    found = [LinkRow(fill([("   ", "text")], heads, width - 1))]
    for group in groups:
        name = steady(group_title(by, sheet.name(by, group)))
        right: Line = [
            (_right(_marked(sheet.figure(kpi, by, group)), size), "text")
            for kpi, _title, size in shown
        ]
        behind = DrillDown(name, tuple(kpi for kpi, _title, _size in shown), by, (group,))
        found.append(
            LinkRow(fill([("   ", "text"), (name, "text")], right, width - 1), behind=behind)
        )
    return found


def _right(text: str, size: int) -> str:
    return " " * (size - cells(text)) + text


def _all(sheet: ReportSheet, width: int) -> list[LinkRow]:
    """Every KPI there is, by its name."""
    found: list[LinkRow] = []
    for basis in Basis:
        found += [*([BLANK] if found else []), _head(_("ALL FIGURES"), basis, width)]
        for one in KPIS.values():
            if one.basis is not basis:
                continue
            row = sheet.figure(one.key)
            counted = "" if row is None else number(row.n)
            if row is not None and row.of is not None:
                counted += f"/{number(row.of)}"
            value = _marked(row) if value_of(row) is not None and (one.among or one.unit) else " "
            right: Line = [(f"{value:>14}", "strong"), (f"{counted:>16} ", "text")]
            line = fill([("   ", "text"), (title_of(one.key), "text")], right, width - 1)
            found.append(LinkRow(line, behind=DrillDown(title_of(one.key), (one.key,))))
    note = _("° fewer than {n}: a small sample").format(n=SMALL)
    return [*found, BLANK, said(note, width)]
