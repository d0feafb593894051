"""The monthly report as plain tables with typed columns: what a workbook and a terminal show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from carecli.desk import circumstances
from carecli.desk.monthly import Monthly
from carecli.desk.paper.others import FIGURES
from carecli.desk.paper.sections import group_name
from carecli.desk.paper.trends import names
from carecli.desk.paper.words import KINDS, MEANINGS, code, label
from carecli.desk.paper.written import period
from carecli.desk.reports import NOBODY, FigureRow
from carecli.domain.figures import weekday
from carecli.domain.kpi import SMALL
from carecli.i18n import _


class Kind(StrEnum):
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
class Cell:
    """A value whose kind is not its column's."""

    kind: Kind
    value: float | None


Value = str | float | date | Cell | None
"""What a cell holds; None is not known, which is not zero."""


@dataclass(frozen=True, slots=True)
class Table:
    """A part of the report. `columns` are headings with what they hold."""

    title: str
    columns: tuple[tuple[str, Kind], ...]
    rows: tuple[tuple[Value, ...], ...]


def tables(found: Monthly) -> list[Table]:
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


def _key_figures(found: Monthly) -> Table:
    columns = (
        (_("Figure"), Kind.TEXT),
        (_("Number"), Kind.COUNT),
        (_("of"), Kind.COUNT),
        (_("Share"), Kind.SHARE),
        (_("Median"), Kind.ANY),
        (_("Nine of ten within"), Kind.ANY),
        (_("On average"), Kind.ANY),
        (_("Few"), Kind.TEXT),
        (_("Key"), Kind.TEXT),
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
    return Table(period(found), columns, rows)


def _own_words(found: Monthly) -> Table:
    """What whoever answers for the report says about the month, a line a row."""
    lines = (line.strip() for line in found.notes.splitlines())
    return Table(
        _("In our own words"),
        ((_("In our own words"), Kind.TEXT),),
        tuple((line,) for line in lines if line),
    )


def _about(found: Monthly) -> Table:
    title = _("About these figures")
    rows = tuple((one,) for one in circumstances.told(found.about))
    return Table(title, ((title, Kind.TEXT),), rows)


def _rules(found: Monthly) -> Table:
    kpis = ("hidden_by_rule", "automatic_replies")
    rows = tuple(
        (one, *(_of(found.by("rule", kpi).get(one), "n") for kpi in kpis))
        for one in found.groups("rule")
        if one != NOBODY
    )
    columns = ((_("Rule"), Kind.TEXT), *((label(kpi), Kind.COUNT) for kpi in kpis))
    return Table(_("What rules did"), columns, rows)


def _measured(row: FigureRow, value: float | None) -> Cell:
    return Cell(Kind.SHARE if row.unit == "share" else Kind.SPAN, value)


def _trends(found: Monthly) -> Table:
    before, year_ago = names(found)
    columns = (
        (_("Figure"), Kind.TEXT),
        *((name, Kind.ANY) for name in (period(found), before, year_ago)),
    )
    kinds = {"response_rate": Kind.SHARE, "in_time": Kind.SHARE, "reaction": Kind.SPAN}
    rows: list[tuple[Value, ...]] = [
        (
            label(one.key),
            *(
                Cell(kinds.get(one.key, Kind.COUNT), value)
                for value in (one.now, one.before, one.year_ago)
            ),
        )
        for one in (found.insights.trends if found.insights else ())
    ]
    return Table(_("Compared with earlier periods"), columns, tuple(rows))


_COUNTED: tuple[tuple[str, str], ...] = (("arrived", "n"), ("answered", "n"))
_JUDGED = (*_COUNTED, ("response_rate", "share"), ("in_time", "share"), ("reaction", "median"))


def _groups(found: Monthly) -> Iterator[Table]:
    yield _grouped(found, "day", _("Day"), (("arrived", "n"),))
    if len(found.groups("brand")) > 1:
        yield _grouped(found, "brand", _("Brands"), _JUDGED)
    yield _grouped(found, "channel", _("Channels"), _JUDGED)
    yield _grouped(found, "point", _("Kinds of place"), _JUDGED)
    yield _grouped(found, "campaign", _("Campaigns"), (*_COUNTED, ("response_rate", "share")))
    shares = (("arrived", "n"), ("in_time", "share"), ("reaction", "median"))
    yield _grouped(found, "colour", _("In time, by colour"), shares)


def _grouped(found: Monthly, group: str, title: str, told: Sequence[tuple[str, str]]) -> Table:
    """Figures by a group; counts of nothing are 0, other values of nothing are not known."""
    of_day = group == "day"
    known = [one for one in found.groups(group) if one != NOBODY] and found.groups(group)
    keys = [day.isoformat() for day in found.days] if of_day else known
    rows: list[tuple[Value, ...]] = []
    for key in keys:
        head: Value = date.fromisoformat(key) if of_day else group_name(found, group, key)
        rows.append((head, *(_of(found.by(group, kpi).get(key), which) for kpi, which in told)))
    columns = (
        (title, Kind.DAY if of_day else Kind.TEXT),
        *((label(kpi), _KIND[which]) for kpi, which in told),
    )
    return Table(title, columns, tuple(rows))


_KIND = {"n": Kind.COUNT, "share": Kind.SHARE, "median": Kind.SPAN}


def _of(row: FigureRow | None, which: str) -> float | None:
    if row is None:
        return 0 if which == "n" else None
    value: float | None = getattr(row, which)
    return value


def _heat(found: Monthly) -> Table:
    rows = found.by("hour", "arrived")
    if not rows:
        return Table("", (), ())
    columns = ((_("Weekday"), Kind.TEXT), *((f"{h}:00", Kind.COUNT) for h in range(24)))
    told = tuple(
        (
            weekday(date(2024, 1, day)),  # the first of January 2024 was a Monday
            *(_of(rows.get(f"{day} {hour:02}"), "n") for hour in range(24)),
        )
        for day in range(1, 8)
    )
    return Table(_("When people wrote"), columns, told)


def _people(found: Monthly) -> Table:
    told = (
        *(("replies", "n"), ("reaction", "median"), ("replies_in_time", "share")),
        *(("no_reply_share", "share"), ("snippets_used", "n"), ("snippets_used", "median")),
        ("undone", "n"),
    )
    columns = [(_("Moderator"), Kind.TEXT)]
    for kpi, which in told:
        is_kept = (kpi, which) == ("snippets_used", "median")
        name = f"{label(kpi)}, {_('kept')}" if is_kept else label(kpi)
        columns.append((name, Kind.SHARE if is_kept else _KIND[which]))
    rows = tuple(
        (
            found.name("moderator", one),
            *(_of(found.by("moderator", kpi).get(one), which) for kpi, which in told),
        )
        for one in found.groups("moderator")
        if one != NOBODY
    )
    return Table(_("Who answered"), tuple(columns), rows)


def _coded(found: Monthly) -> Table:
    before, year_ago = names(found)
    columns = (
        (_("Kind"), Kind.TEXT),
        (_("Value"), Kind.TEXT),
        (_("Number"), Kind.COUNT),
        (_("of"), Kind.COUNT),
        (_("Share"), Kind.SHARE),
        (_("by people"), Kind.COUNT),
        (_("by rules"), Kind.COUNT),
        (_("suggested"), Kind.COUNT),
        (before, Kind.SHARE),
        (year_ago, Kind.SHARE),
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
    return Table(_("What people felt"), columns, rows)


def _quotes(found: Monthly) -> Table:
    zone = ZoneInfo(found.zone)
    columns = (
        (_("Day"), Kind.DAY),
        (_("Channel"), Kind.TEXT),
        (_("What people felt"), Kind.TEXT),
        (_("Stage in the funnel"), Kind.TEXT),
        (_("In their own words"), Kind.TEXT),
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
    return Table(_("In their own words"), columns, rows)


def _calls(found: Monthly) -> Table:
    told = found.insights.calls if found.insights else ()
    if all(one.calls is None for one in told):
        told = ()
    columns = (
        (_("Day"), Kind.DAY),
        (_("Calls"), Kind.COUNT),
        (_("Answered messages"), Kind.COUNT),
    )
    rows = tuple((date.fromisoformat(one.day), one.calls, one.answered) for one in told)
    return Table(_("Calls and answered messages"), columns, rows)


def _agreement(found: Monthly) -> Table:
    columns = (
        (_("Kind"), Kind.TEXT),
        (_("Number"), Kind.COUNT),
        (_("alike"), Kind.COUNT),
        (_("Kappa"), Kind.NUMBER),
    )
    rows = tuple(
        (_(KINDS[one.kind]) if one.kind in KINDS else one.kind, one.n, one.agreed, one.kappa)
        for one in (found.insights.agreements if found.insights else ())
    )
    return Table(_("How far two coders agree"), columns, rows)


_PROFILE_KINDS = {
    "audience": Kind.COUNT,
    "growth": Kind.COUNT,
    "engagement": Kind.SHARE,
    "answers_within": Kind.SPAN,
}


def _profiles(found: Monthly) -> Table:
    columns = [(_("Profile"), Kind.TEXT), (_("Platform"), Kind.TEXT), (_("ours"), Kind.TEXT)]
    for key, name, _write in FIGURES:
        columns.append((_(name), _PROFILE_KINDS.get(key, Kind.NUMBER)))
        columns.append((f"{_(name)}, {_('from')}", Kind.TEXT))
    rows = []
    for row in found.competition.profiles if found.competition else ():
        told: list[Value] = [row.title, row.platform, _("ours") if row.is_ours else ""]
        for key, _name, _write in FIGURES:
            figure = getattr(row, key)
            told += [figure.value, figure.origin]
        rows.append(tuple(told))
    return Table(_("Compared with competitors"), tuple(columns), tuple(rows))


def _best(found: Monthly) -> Table:
    columns = (
        (_("Day"), Kind.DAY),
        (_("Profile"), Kind.TEXT),
        (_("Reactions"), Kind.COUNT),
        (_("Comments"), Kind.COUNT),
        (_("Engagement"), Kind.SHARE),
        (_("Text"), Kind.TEXT),
        (_("Link"), Kind.TEXT),
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
    return Table(_("Their best posts"), columns, rows)


def _definitions(found: Monthly) -> Table:
    columns = ((_("Figure"), Kind.TEXT), (_("Definition"), Kind.TEXT))
    rows = tuple(
        (label(row.kpi), _(MEANINGS[row.kpi]).format(n=SMALL))
        for row in found.figures
        if row.kpi in MEANINGS
    )
    return Table(_("How it was counted"), columns, rows)
