"""Formats figures for the page: text for people, bare values for programs, small-sample marks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from carecli.desk.report_page.html import Child, Html, element
from carecli.desk.report_page.labels import MEANINGS, label
from carecli.desk.reports.kpi_report import FigureRow
from carecli.desk.reports.monthly import Monthly
from carecli.domain.figures import (
    decimal,
    exact_percent,
    exact_span,
    month_and_year,
    number,
)
from carecli.domain.figures import whole_day as day_in_full
from carecli.domain.kpi import SMALL
from carecli.i18n import _

NOTHING = "–"
"""Stands for what is not known, or cannot be computed of nothing."""


def count(row: FigureRow | None) -> Html:
    """How many are counted."""
    return value(row, row.n if row else None, lambda n: number(round(n)), "n", may_be_few=False)


def counted(row: FigureRow | None) -> Html:
    """How many are counted in a group; a group without any has none."""
    return count(row) if row is not None else element("data", number(0), value="0")


def share(row: FigureRow | None) -> Html:
    """Their share of what they are among."""
    return value(row, row.share if row else None, exact_percent, "share")


def middle(row: FigureRow | None) -> Html:
    """The median of a span or share."""
    return value(row, row.median if row else None, _measure(row), "median")


def mean(row: FigureRow | None) -> Html:
    """The mean."""
    return value(row, row.mean if row else None, _measure(row), "mean")


def ninetieth(row: FigureRow | None) -> Html:
    """The ninetieth percentile."""
    return value(row, row.p90 if row else None, _measure(row), "p90")


def _measure(row: FigureRow | None) -> Callable[[float], str]:
    if row is not None and row.unit == "share":
        return exact_percent
    return lambda length: exact_span(round(length))


def value(
    row: FigureRow | None,
    found: float | None,
    write: Callable[[float], str],
    which: str,
    *,
    may_be_few: bool = True,
) -> Html:
    """One value of a figure; what it is of can be told from its attributes."""
    if row is None or found is None:
        return absent()
    told = element(
        "data", write(found), value=repr(found), data_kpi=row.kpi, data_group=row.group,
        data_figure=which,
    )  # fmt: skip
    return Html(told + few()) if may_be_few and row.is_small else told


def bare(found: float | None, write: Callable[[float], str], **told: str) -> Html:
    """A value that is no KPI's; `told` are attributes that say what it is."""
    if found is None:
        return absent()
    return element("data", write(found), value=repr(found), **told)


def absent() -> Html:
    """What is not known; never a zero."""
    return element("span", NOTHING, class_="absent", title=_("not known"))


def few() -> Html:
    """Told beside a figure over few."""
    return Html(" " + element("span", _("few"), class_="few"))


def signed(found: float, write: Callable[[float], str]) -> str:
    """A change with its sign: `+8%`, `−12 min`, `±0`."""
    written = write(abs(found))
    if written == write(0):
        return "±0"
    return f"{'+' if found > 0 else '−'}{written}"


def points(found: float) -> str:
    """A difference of shares, in percentage points: `2.1 pp`."""
    return _("{n} pp").format(n=decimal(100 * found))


def period(found: Monthly) -> str:
    """`October 2026`, or the first and last day."""
    if found.is_month:
        return month_and_year(found.first)
    if found.first == found.last:
        return day_in_full(found.first)
    return f"{day_in_full(found.first)} – {day_in_full(found.last)}"


def month_before(when: date, months: int) -> date:
    """The first of the month that lies so many months before."""
    number_ = when.year * 12 + when.month - 1 - months
    return date(number_ // 12, number_ % 12 + 1, 1)


class Notes:
    """Definitions that the page refers to, numbered in the order they are first asked for."""

    def __init__(self) -> None:
        self._asked: dict[str, str] = {}

    def mark(self, key: str, title: str = "") -> Html:
        """A raised number that leads to the definition of a KPI or section."""
        self._asked.setdefault(key, title or label(key))
        place = list(self._asked).index(key) + 1
        said = _("Definition: {name}").format(name=self._asked[key])
        link = element("a", str(place), href=f"#note-{key}", aria_label=said, title=said)
        return element("sup", link)

    def list(self) -> Html:
        """Every definition that was asked for."""
        items: list[Child] = []
        for key, title in self._asked.items():
            told = _(MEANINGS[key]).format(n=SMALL)
            items.append(element("li", element("b", title), " ", told, id=f"note-{key}"))
        return element("ol", *items, class_="notes")
