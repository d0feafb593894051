"""The main figures beside those of the previous period and of the previous year."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from carecli.desk.report_page import formatting
from carecli.desk.report_page.formatting import Notes, bare, month_before
from carecli.desk.report_page.grid import GridRow, grid, section
from carecli.desk.report_page.html import Child, Html, element
from carecli.desk.report_page.labels import label
from carecli.desk.reports.monthly import Monthly
from carecli.desk.research.insights import Trend
from carecli.domain.figures import exact_percent, exact_span, month_and_year, number, short_month
from carecli.i18n import _

SHARES = ("response_rate", "in_time")


def names(found: Monthly) -> tuple[str, str]:
    """What the period before and the same one last year are called."""
    if found.is_month:
        return (
            month_and_year(month_before(found.first, 1)),
            month_and_year(month_before(found.first, 12)),
        )
    return _("The period before"), _("A year before")


def short_names(found: Monthly) -> tuple[str, str]:
    """The same, where there is little room."""
    if found.is_month:
        first, second = (month_before(found.first, months) for months in (1, 12))
        return short_month(first), short_month(second)
    return _("before"), _("a year before")


def tiles(found: Monthly, notes: Notes) -> Html:
    """The five figures to begin with."""
    kpis: tuple[tuple[str, Callable[..., Html]], ...] = (
        ("arrived", formatting.count),
        ("response_rate", formatting.share),
        ("in_time", formatting.share),
        ("reaction", formatting.middle),
        ("backlog", formatting.count),
    )
    known = {trend.key: trend for trend in found.insights.trends} if found.insights else {}
    return element(
        "dl", (_tile(found, notes, kpi, write, known.get(kpi)) for kpi, write in kpis),
        class_="tiles whole",
    )  # fmt: skip


def _tile(
    found: Monthly, notes: Notes, kpi: str, write: Callable[..., Html], trend: Trend | None
) -> Html:
    name = _("Reaction time, median") if kpi == "reaction" else label(kpi)
    below: list[Child] = []
    if trend is not None:
        for called, then in zip(short_names(found), (trend.before, trend.year_ago), strict=True):
            if then is not None:
                said = bare(then, writer(kpi), data_trend=kpi)
                below.append(
                    element("dd", element("span", called), element("span", said), class_="then")
                )
    if kpi == "backlog":
        overdue = formatting.count(found.whole("backlog_overdue"))
        said = element("span", label("backlog_overdue"))
        below.append(element("dd", said, element("span", overdue), class_="then"))
        below.append(element("dd", [*_made_of(found)]))
    return element(
        "div",
        element("dt", name, notes.mark(kpi)),
        element("dd", write(found.whole(kpi))),
        below,
        class_="tile",
    )


def _made_of(found: Monthly) -> Iterator[Html]:
    """What was open at the end, told apart by when it began: so it agrees with what arrived."""
    for kpi, name in (
        ("backlog_earlier", _("from before the period")),
        ("overdue_earlier", _("overdue, from before the period")),
        ("backlog_ended", _("arrived in it, ended since")),
    ):
        row = found.known(kpi)
        if row is not None and row.n:
            said = element("span", name)
            yield element("span", said, element("span", formatting.count(row)), class_="then long")


def writer(kpi: str) -> Callable[[float], str]:
    """How a trend's value is written."""
    if kpi in SHARES:
        return exact_percent
    if kpi == "reaction":
        return lambda length: exact_span(round(length))
    return lambda n: number(round(n))


def trends(found: Monthly, notes: Notes) -> Child:
    """Now, then and the change; left out where nothing is known of then."""
    told = found.insights.trends if found.insights else ()
    if not any(one.before is not None or one.year_ago is not None for one in told):
        return None
    before, year_ago = names(found)
    caption = (
        _("Compared with earlier months") if found.is_month else _("Compared with earlier periods")
    )
    heads: list[tuple[str, Child]] = [
        (_("Figure"), _("Figure")),
        (formatting.period(found), formatting.period(found)),
        (before, before),
        (_("Change"), _("Change")),
        (year_ago, year_ago),
        (_("Change within a year"), _("Change within a year")),
    ]
    lines = []
    for one in told:
        write = writer(one.key)
        lines.append(
            GridRow(
                [label(one.key), notes.mark(one.key)],
                [
                    bare(one.now, write, data_trend=one.key, data_when="now"),
                    bare(one.before, write, data_trend=one.key, data_when="before"),
                    _change(one.key, one.now, one.before),
                    bare(one.year_ago, write, data_trend=one.key, data_when="year_ago"),
                    _change(one.key, one.now, one.year_ago),
                ],
            )
        )
    return section(caption, grid(caption, heads, lines, is_caption_shown=False), class_="whole")


def _change(kpi: str, now: float | None, then: float | None) -> Child:
    if now is None or then is None:
        return formatting.absent()
    if kpi in SHARES:
        return formatting.signed(now - then, formatting.points)
    if kpi == "reaction":
        return formatting.signed(now - then, lambda length: exact_span(round(length)))
    return formatting.signed(now / then - 1, exact_percent) if then else formatting.absent()
