"""The monthly report as tables with typed columns, for the workbook and the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from carecli.desk.report_page.competitors_section import FIGURES
from carecli.desk.report_page.formatting import period
from carecli.desk.report_page.labels import KINDS, MEANINGS, code, label
from carecli.desk.report_page.sections import group_name
from carecli.desk.report_page.trends import names
from carecli.desk.reports import period_notes
from carecli.desk.reports.kpi_report import NOBODY, FigureRow
from carecli.desk.reports.monthly import Monthly
from carecli.domain.figures import weekday
from carecli.domain.kpi import SMALL
from carecli.i18n import _


class ColumnKind(StrEnum):
    """What a column holds. A span is in ms, a share of 1."""

    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"
    SPAN = "span"
    DAY = "day"
    ANY = "any"
    """Each cell says its own kind."""


@dataclass(frozen=True, slots=True)
class TypedValue:
    """A value whose kind is not its column's."""

    kind: ColumnKind
    value: float | None


Value = str | float | date | TypedValue | None
"""What a cell holds; None is not known, which is not zero."""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A part of the report. `columns` are headings with what they hold."""

    title: str
    columns: tuple[tuple[str, ColumnKind], ...]
    rows: tuple[tuple[Value, ...], ...]


def tables(found: Monthly) -> list[ReportTable]:
    """Every table there is anything in, in the language in use."""
    made = [
        _key_figures(found),
        _own_words(found),
        _about(found),
        _trends(found),
    ]
    made += [*_groups(found), _heat(found), _people(found), _rules(found)]
    made += [_coded(found), _quotes(found), _calls(found), _agreement(found)]
    made += [_profiles(found), _best(found), _definitions(found)]
    return [one for one in made if one.rows]


def _key_figures(found: Monthly) -> ReportTable:
    columns = (
        (_("Figure"), ColumnKind.TEXT),
        (_("Number"), ColumnKind.COUNT),
        (_("of"), ColumnKind.COUNT),
        (_("Share"), ColumnKind.SHARE),
        (_("Median"), ColumnKind.ANY),
        (_("Nine of ten within"), ColumnKind.ANY),
        (_("On average"), ColumnKind.ANY),
        (_("Few"), ColumnKind.TEXT),
        (_("Key"), ColumnKind.TEXT),
    )
    rows = tuple(
        (
            label(row.kpi),
            row.n,
            row.of,
            row.share,
            _measured(row, row.median),
            _measured(row, row.p90),
            _measured(row, row.mean),
            _("few") if row.is_small else "",
            row.kpi,
        )
        for row in found.figures
    )
    return ReportTable(period(found), columns, rows)


def _own_words(found: Monthly) -> ReportTable:
    """What whoever answers for the report says about the month, a line a row."""
    lines = (line.strip() for line in found.notes.splitlines())
    return ReportTable(
        _("In our own words"),
        ((_("In our own words"), ColumnKind.TEXT),),
        tuple((line,) for line in lines if line),
    )


def _about(found: Monthly) -> ReportTable:
    title = _("About these figures")
    rows = tuple((one,) for one in period_notes.told(found.about))
    return ReportTable(title, ((title, ColumnKind.TEXT),), rows)


def _rules(found: Monthly) -> ReportTable:
    kpis = ("hidden_by_rule", "automatic_replies")
    rows = tuple(
        (one, *(_of(found.by("rule", kpi).get(one), "n") for kpi in kpis))
        for one in found.groups("rule")
        if one != NOBODY
    )
    columns = ((_("Rule"), ColumnKind.TEXT), *((label(kpi), ColumnKind.COUNT) for kpi in kpis))
    return ReportTable(_("What rules did"), columns, rows)


def _measured(row: FigureRow, value: float | None) -> TypedValue:
    return TypedValue(ColumnKind.SHARE if row.unit == "share" else ColumnKind.SPAN, value)


def _trends(found: Monthly) -> ReportTable:
    before, year_ago = names(found)
    columns = (
        (_("Figure"), ColumnKind.TEXT),
        *((name, ColumnKind.ANY) for name in (period(found), before, year_ago)),
    )
    kinds = {
        "response_rate": ColumnKind.SHARE,
        "in_time": ColumnKind.SHARE,
        "reaction": ColumnKind.SPAN,
    }
    rows: list[tuple[Value, ...]] = [
        (
            label(one.key),
            *(
                TypedValue(kinds.get(one.key, ColumnKind.COUNT), value)
                for value in (one.now, one.before, one.year_ago)
            ),
        )
        for one in (found.insights.trends if found.insights else ())
    ]
    return ReportTable(_("Compared with earlier periods"), columns, tuple(rows))


_COUNTED: tuple[tuple[str, str], ...] = (("arrived", "n"), ("answered", "n"))
_JUDGED = (*_COUNTED, ("response_rate", "share"), ("in_time", "share"), ("reaction", "median"))


def _groups(found: Monthly) -> Iterator[ReportTable]:
    yield _grouped(found, "day", _("Day"), (("arrived", "n"),))
    if len(found.groups("brand")) > 1:
        yield _grouped(found, "brand", _("Brands"), _JUDGED)
    yield _grouped(found, "channel", _("Channels"), _JUDGED)
    yield _grouped(found, "point", _("Kinds of place"), _JUDGED)
    yield _grouped(found, "campaign", _("Campaigns"), (*_COUNTED, ("response_rate", "share")))
    shares = (("arrived", "n"), ("in_time", "share"), ("reaction", "median"))
    yield _grouped(found, "colour", _("In time, by colour"), shares)


def _grouped(
    found: Monthly, group: str, title: str, told: Sequence[tuple[str, str]]
) -> ReportTable:
    """Figures by a group; counts of nothing are 0, other values of nothing are not known."""
    of_day = group == "day"
    known = [one for one in found.groups(group) if one != NOBODY] and found.groups(group)
    keys = [day.isoformat() for day in found.days] if of_day else known
    rows: list[tuple[Value, ...]] = []
    for key in keys:
        head: Value = date.fromisoformat(key) if of_day else group_name(found, group, key)
        rows.append((head, *(_of(found.by(group, kpi).get(key), which) for kpi, which in told)))
    columns = (
        (title, ColumnKind.DAY if of_day else ColumnKind.TEXT),
        *((label(kpi), _KIND[which]) for kpi, which in told),
    )
    return ReportTable(title, columns, tuple(rows))


_KIND = {"n": ColumnKind.COUNT, "share": ColumnKind.SHARE, "median": ColumnKind.SPAN}


def _of(row: FigureRow | None, which: str) -> float | None:
    if row is None:
        return 0 if which == "n" else None
    value: float | None = getattr(row, which)
    return value


def _heat(found: Monthly) -> ReportTable:
    rows = found.by("hour", "arrived")
    if not rows:
        return ReportTable("", (), ())
    columns = ((_("Weekday"), ColumnKind.TEXT), *((f"{h}:00", ColumnKind.COUNT) for h in range(24)))
    told = tuple(
        (
            weekday(date(2024, 1, day)),  # the first of January 2024 was a Monday
            *(_of(rows.get(f"{day} {hour:02}"), "n") for hour in range(24)),
        )
        for day in range(1, 8)
    )
    return ReportTable(_("When people wrote"), columns, told)


def _people(found: Monthly) -> ReportTable:
    told = (
        *(("replies", "n"), ("reaction", "median"), ("replies_in_time", "share")),
        *(("no_reply_share", "share"), ("snippets_used", "n"), ("snippets_used", "median")),
        ("undone", "n"),
    )
    columns = [(_("Moderator"), ColumnKind.TEXT)]
    for kpi, which in told:
        is_kept = (kpi, which) == ("snippets_used", "median")
        name = f"{label(kpi)}, {_('kept')}" if is_kept else label(kpi)
        columns.append((name, ColumnKind.SHARE if is_kept else _KIND[which]))
    rows = tuple(
        (
            found.name("moderator", one),
            *(_of(found.by("moderator", kpi).get(one), which) for kpi, which in told),
        )
        for one in found.groups("moderator")
        if one != NOBODY
    )
    return ReportTable(_("Who answered"), tuple(columns), rows)


def _coded(found: Monthly) -> ReportTable:
    before, year_ago = names(found)
    columns = (
        (_("Kind"), ColumnKind.TEXT),
        (_("Value"), ColumnKind.TEXT),
        (_("Number"), ColumnKind.COUNT),
        (_("of"), ColumnKind.COUNT),
        (_("Share"), ColumnKind.SHARE),
        (_("by people"), ColumnKind.COUNT),
        (_("by rules"), ColumnKind.COUNT),
        (_("suggested"), ColumnKind.COUNT),
        (before, ColumnKind.SHARE),
        (year_ago, ColumnKind.SHARE),
    )
    rows = tuple(
        (
            _(KINDS[one.kind]) if one.kind in KINDS else one.kind,
            found.name("theme", one.value) if one.kind == "theme" else code(one.value),
            one.n,
            one.of,
            one.share,
            one.by_people,
            one.by_rules,
            one.by_suggestion,
            one.before,
            one.year_ago,
        )
        for one in (found.insights.coded if found.insights else ())
    )
    return ReportTable(_("What people felt"), columns, rows)


def _quotes(found: Monthly) -> ReportTable:
    zone = ZoneInfo(found.zone)
    columns = (
        (_("Day"), ColumnKind.DAY),
        (_("Channel"), ColumnKind.TEXT),
        (_("What people felt"), ColumnKind.TEXT),
        (_("Stage in the funnel"), ColumnKind.TEXT),
        (_("In their own words"), ColumnKind.TEXT),
    )
    rows = tuple(
        (
            datetime.fromtimestamp(one.at / 1000, zone).date(),
            found.name("channel", one.channel),
            code(one.sentiment),
            code(one.stage),
            one.text,
        )
        for one in (found.insights.quotes if found.insights else ())
    )
    return ReportTable(_("In their own words"), columns, rows)


def _calls(found: Monthly) -> ReportTable:
    told = found.insights.calls if found.insights else ()
    if all(one.calls is None for one in told):
        told = ()
    columns = (
        (_("Day"), ColumnKind.DAY),
        (_("Calls"), ColumnKind.COUNT),
        (_("Answered messages"), ColumnKind.COUNT),
    )
    rows = tuple((date.fromisoformat(one.day), one.calls, one.answered) for one in told)
    return ReportTable(_("Calls and answered messages"), columns, rows)


def _agreement(found: Monthly) -> ReportTable:
    columns = (
        (_("Kind"), ColumnKind.TEXT),
        (_("Number"), ColumnKind.COUNT),
        (_("alike"), ColumnKind.COUNT),
        (_("Kappa"), ColumnKind.NUMBER),
    )
    rows = tuple(
        (_(KINDS[one.kind]) if one.kind in KINDS else one.kind, one.n, one.agreed, one.kappa)
        for one in (found.insights.agreements if found.insights else ())
    )
    return ReportTable(_("How far two coders agree"), columns, rows)


_PROFILE_KINDS = {
    "audience": ColumnKind.COUNT,
    "growth": ColumnKind.COUNT,
    "engagement": ColumnKind.SHARE,
    "answers_within": ColumnKind.SPAN,
}


def _profiles(found: Monthly) -> ReportTable:
    columns = [
        (_("Profile"), ColumnKind.TEXT),
        (_("Platform"), ColumnKind.TEXT),
        (_("ours"), ColumnKind.TEXT),
    ]
    for key, name, _write in FIGURES:
        columns.append((_(name), _PROFILE_KINDS.get(key, ColumnKind.NUMBER)))
        columns.append((f"{_(name)}, {_('from')}", ColumnKind.TEXT))
    rows = []
    for row in found.competition.profiles if found.competition else ():
        told: list[Value] = [row.title, row.platform, _("ours") if row.is_ours else ""]
        for key, _name, _write in FIGURES:
            figure = getattr(row, key)
            told += [figure.value, figure.origin]
        rows.append(tuple(told))
    return ReportTable(_("Compared with competitors"), tuple(columns), tuple(rows))


def _best(found: Monthly) -> ReportTable:
    columns = (
        (_("Day"), ColumnKind.DAY),
        (_("Profile"), ColumnKind.TEXT),
        (_("Reactions"), ColumnKind.COUNT),
        (_("Comments"), ColumnKind.COUNT),
        (_("Engagement"), ColumnKind.SHARE),
        (_("Text"), ColumnKind.TEXT),
        (_("Link"), ColumnKind.TEXT),
    )
    rows = tuple(
        (
            date.fromisoformat(one.day),
            one.title,
            one.reactions,
            one.comments,
            one.engagement,
            one.text,
            one.link,
        )
        for one in (found.competition.best if found.competition else ())
    )
    return ReportTable(_("Their best posts"), columns, rows)


def _definitions(found: Monthly) -> ReportTable:
    columns = ((_("Figure"), ColumnKind.TEXT), (_("Definition"), ColumnKind.TEXT))
    rows = tuple(
        (label(row.kpi), _(MEANINGS[row.kpi]).format(n=SMALL))
        for row in found.figures
        if row.kpi in MEANINGS
    )
    return ReportTable(_("How it was counted"), columns, rows)
