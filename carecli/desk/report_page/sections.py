"""The sections every brand has: what came in and how it was answered."""

from __future__ import annotations

from datetime import date, timedelta

from carecli.desk.report_page import charts, formatting
from carecli.desk.report_page.charts import ChartMark
from carecli.desk.report_page.formatting import Notes
from carecli.desk.report_page.grid import GAUGE, GridRow, grid, section
from carecli.desk.report_page.html import Child, Html, element
from carecli.desk.report_page.labels import ARRIVAL, COLOUR_TITLES, REPLY, label
from carecli.desk.report_page.response_time_section import colours, rate, speed
from carecli.desk.reports.kpi_report import NOBODY
from carecli.desk.reports.monthly import OUTCOMES, Monthly
from carecli.desk.threads.overview import POINT_TITLES
from carecli.domain.figures import (
    MONTHS,
    WEEKDAYS,
    number,
    weekday,
    whole_day,
)
from carecli.domain.kpis import VOLUMES
from carecli.domain.model import ContactPoint
from carecli.i18n import _, ngettext, pgettext

MANY_DAYS = 62
"""More days than this have their months below them, not their Mondays."""


def work(found: Monthly, notes: Notes) -> list[Html]:
    """Sources, endings, speed, colours, response rate, hours, people, rules; without empty ones."""
    parts = [sources(found, notes)]
    parts.append(element("div", endings(found, notes), speed(found, notes), class_="pair"))
    parts.append(element("div", colours(found, notes), rate(found, notes), class_="pair"))
    if found.whole("arrived").n:
        parts.append(hours(found, notes))
    if found.groups("moderator") not in ([], [NOBODY]):
        parts.append(people(found, notes))
    if found.groups("rule") not in ([], [NOBODY]):
        parts.append(rules(found, notes))
    return parts


def days(found: Monthly, notes: Notes) -> Html:
    """How many arrived on each day; weekends are paler."""
    rows = found.by("day", "arrived")
    groups, cells = [], []
    for when in found.days:
        row = rows.get(when.isoformat())
        n = row.n if row else 0
        says = f"{whole_day(when)}: {number(n)}"
        groups.append(
            [ChartMark(n, "rest" if when.weekday() > 4 else "bar", says, _below(found, when))]
        )
        said = formatting.count(row) if row else number(0)
        cells.append(GridRow(whole_day(when), [said]))
    arrived = found.whole("arrived").n
    busiest = max(rows.values(), key=lambda row: row.n, default=None)
    says = ngettext("{n} arrived.", "{n} arrived.", arrived).format(n=number(arrived))
    if busiest is not None:
        told = _("The busiest day was {day}, with {n}.")
        day = whole_day(date.fromisoformat(busiest.group))
        says += " " + told.format(day=day, n=number(busiest.n))
    heads = [(_("Day"), _("Day")), (label("arrived"), label("arrived"))]
    return section(
        _("Day by day"),
        element("p", says, " ", _("Weekends are paler."), notes.mark("arrived"), class_="under"),
        charts.columns("days", _("Arrived on each day"), says, groups),
        element(
            "details",
            element("summary", _("The days as a table")),
            grid(_("Arrived on each day"), heads, cells, is_caption_shown=False),
        ),
        class_="whole",
    )


def _below(found: Monthly, when: date) -> str:
    if len(found.days) > MANY_DAYS:
        return pgettext("month", MONTHS[when.month - 1]) if when.day == 1 else ""
    return str(when.day) if when.weekday() == 0 or when == found.first else ""


def sources(found: Monthly, notes: Notes) -> Html:
    """Channels, contact points and campaigns, each with volume, rate, share in time and speed."""
    tables: list[Child] = []
    for group, caption in (
        ("brand", _("Brands")),
        ("channel", _("Channels")),
        ("point", _("Kinds of place")),
        ("campaign", _("Campaigns")),
    ):
        groups = found.groups(group)
        if group == "brand" and len(groups) < 2:
            continue
        if groups and groups != [NOBODY]:
            tables.append(_volumes(found, notes, group, caption))
    if not tables:
        tables.append(element("p", _("Nothing arrived."), class_="under"))
    return section(_("Where messages came from"), tables)


def _volumes(found: Monthly, notes: Notes, group: str, caption: str) -> Html:
    arrived = found.by(group, "arrived")
    most = max((row.n for row in arrived.values()), default=0)
    told = ["answered", "response_rate", "in_time", "reaction"]
    if group == "campaign":
        told = ["answered", "response_rate"]
    kpis = {key: found.by(group, key) for key in told}
    lines = []
    order = sorted(
        found.groups(group),
        key=lambda one: (one == NOBODY, -(arrived[one].n if one in arrived else 0), one),
    )
    for key in order:
        row = arrived.get(key)
        n = row.n if row else 0
        cells: list[Child] = [formatting.counted(row), charts.bar(n / most if most else 0)]
        for name in told:
            write = {"answered": formatting.counted, "reaction": formatting.middle}.get(
                name, formatting.share
            )
            cells.append(write(kpis[name].get(key)))
        lines.append(GridRow(group_name(found, group, key), cells))
    heads: list[tuple[str, Child]] = [(caption, caption)]
    heads.append((label("arrived"), [label("arrived"), notes.mark("arrived")]))
    heads.append((GAUGE, ""))
    heads += [(label(name), [label(name), notes.mark(name)]) for name in told]
    return element("div", grid(caption, heads, lines), class_="table")


def group_name(found: Monthly, group: str, key: str) -> str:
    """What a group is called: a channel's title, a contact point, a colour."""
    if key == NOBODY:
        return _("none of them")
    if group == "point":
        return _(POINT_TITLES[ContactPoint(key)]) if key in list(ContactPoint) else key
    if group == "colour":
        return _(COLOUR_TITLES[key]) if key in COLOUR_TITLES else key
    return found.name(group, key)


def endings(found: Monthly, notes: Notes) -> Html:
    """What became of everything that arrived; the parts add up to it."""
    arrived = found.whole("arrived")
    reasons = [one.key for one in VOLUMES if one.key.startswith("no_reply_")]
    reasons.remove("no_reply_needed")

    def line(kpi: str, kind: str = "") -> GridRow:
        row = found.whole(kpi)
        drawn = charts.bar(row.n / arrived.n if arrived.n else 0, "rest" if kind else "bar")
        mark = notes.mark(kpi) if kpi in _MARKED else None
        return GridRow([label(kpi), mark], [formatting.count(row), drawn], kind)

    lines = [line(kpi) for kpi in _EXPLAINED if found.whole(kpi).n or kpi == "answered"]
    lines += [line(kpi, "part") for kpi in reasons if found.whole(kpi).n]
    lines += [line(kpi) for kpi in OUTCOMES if kpi not in _FIRST and found.whole(kpi).n]
    total = GridRow(label("arrived"), [formatting.count(arrived), ""])
    caption = _("Outcomes")
    heads: list[tuple[str, Child]] = [
        (_("Outcome"), _("Outcome")),
        (_("Number"), _("Number")),
        (GAUGE, ""),
    ]
    return section(
        caption,
        element("p", _(ARRIVAL), class_="under"),
        grid(caption, heads, lines, [total], is_caption_shown=False),
    )


_FIRST = ("answered", "answered_elsewhere", "answered_by_rule")
_EXPLAINED = (*_FIRST, "no_reply_needed")
_MARKED = (*_EXPLAINED, "open")


def hours(found: Monthly, notes: Notes) -> Html:
    """When people wrote: weekday by hour."""
    rows = found.by("hour", "arrived")
    monday = date(2024, 1, 1)
    lines, table = [], []
    best = max(rows.values(), key=lambda row: row.n, default=None)
    for day in range(7):
        name = weekday(monday + timedelta(days=day))
        marks, cells = [], []
        for hour in range(24):
            row = rows.get(f"{day + 1} {hour:02}")
            n = row.n if row else 0
            marks.append(ChartMark(n, "", f"{name} {hour:02}:00: {number(n)}"))
            cells.append(formatting.count(row) if row else number(0))
        lines.append((name, marks))
        table.append((name, cells))
    says = ""
    if best is not None:
        told = _("The busiest hour was {weekday} {hour}:00, with {n} in the whole period.")
        number_, _space, at = best.group.partition(" ")
        name = pgettext("weekday", WEEKDAYS[int(number_) - 1])
        says = told.format(weekday=name, hour=at, n=number(best.n))
    heads = [f"{hour}:00" if hour % 6 == 0 else "" for hour in range(24)]
    head = element("tr", element("td"), *(element("th", f"{h}", scope="col") for h in range(24)))
    body = [
        element("tr", element("th", name, scope="row"), *(element("td", cell) for cell in cells))
        for name, cells in table
    ]
    caption = _("Arrived by weekday and hour")
    return section(
        _("When people wrote"),
        element("p", says, notes.mark("heat", caption), class_="under"),
        charts.heat_map("hours", caption, says, lines, heads),
        element(
            "details",
            element("summary", _("The hours as a table")),
            element(
                "div",
                element(
                    "table",
                    element("caption", caption, class_="unseen"),
                    element("thead", head),
                    element("tbody", body),
                ),
                class_="scroll",
                tabindex=0,
                role="region",
                aria_label=caption,
            ),
        ),
        class_="whole",
    )


def people(found: Monthly, notes: Notes) -> Html:
    """Who answered, how fast, and how: by what each did in the period."""
    kpis = ("replies", "reaction", "replies_in_time", "no_reply_share", "snippets_used", "undone")
    rows = {kpi: found.by("moderator", kpi) for kpi in kpis}
    most = max((row.n for row in rows["replies"].values()), default=0)

    def replies(person: str) -> int:
        row = rows["replies"].get(person)
        return row.n if row else 0

    lines = []
    for person in sorted(found.groups("moderator"), key=lambda one: (-replies(one), one)):
        if person == NOBODY:
            continue
        snippets = rows["snippets_used"].get(person)
        kept: Child = formatting.counted(snippets)
        if snippets is not None and snippets.median is not None:
            kept = [formatting.count(snippets), " · ", _("kept"), " ", formatting.middle(snippets)]
        lines.append(
            GridRow(
                found.name("moderator", person),
                [
                    formatting.counted(rows["replies"].get(person)),
                    charts.bar(replies(person) / most if most else 0),
                    formatting.middle(rows["reaction"].get(person)),
                    formatting.share(rows["replies_in_time"].get(person)),
                    formatting.share(rows["no_reply_share"].get(person)),
                    kept,
                    formatting.counted(rows["undone"].get(person)),
                ],
            )
        )
    caption = _("Who answered")
    heads: list[tuple[str, Child]] = [(_("Moderator"), _("Moderator"))]
    for kpi in kpis:
        marked = notes.mark(kpi) if kpi != "replies_in_time" else notes.mark("in_time")
        heads.append((label(kpi), [label(kpi), marked]))
        if kpi == "replies":
            heads.append((GAUGE, ""))
    told = _(
        "A person's speed depends on what they are assigned: complaints and crises take more time."
    )
    return section(
        caption,
        element("p", _(REPLY), " ", told, class_="under"),
        grid(caption, heads, lines, is_caption_shown=False),
    )


def rules(found: Monthly, notes: Notes) -> Html:
    """What each rule hid, and how many replies it sent."""
    kpis = ("hidden_by_rule", "automatic_replies")
    rows = {kpi: found.by("rule", kpi) for kpi in kpis}
    lines = [
        GridRow(one, [formatting.counted(rows[kpi].get(one)) for kpi in kpis])
        for one in found.groups("rule")
        if one != NOBODY
    ]
    caption = _("What rules did")
    heads: list[tuple[str, Child]] = [(_("Rule"), _("Rule"))]
    heads += [(label(kpi), label(kpi)) for kpi in kpis]
    hidden = found.known("hidden_by_rule")
    n = hidden.n if hidden is not None else 0
    says = ngettext("Rules hid or deleted {n} message.", "Rules hid or deleted {n} messages.", n)
    return section(
        caption,
        element("p", says.format(n=number(n)), notes.mark("rules", caption), class_="under"),
        grid(caption, heads, lines, is_caption_shown=False),
    )
