"""The insights section: sentiment, funnel, topics, quotes and calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from carecli.desk.report_page import charts, formatting
from carecli.desk.report_page.charts import ChartMark
from carecli.desk.report_page.formatting import Notes, bare
from carecli.desk.report_page.grid import section
from carecli.desk.report_page.html import Child, Html, element
from carecli.desk.report_page.labels import KINDS, code
from carecli.desk.report_page.response_time_section import fact, legend
from carecli.desk.report_page.trends import names
from carecli.desk.reports.monthly import Monthly
from carecli.desk.research.insights import Agreement, Coded, Insights, Quote
from carecli.domain.figures import decimal, exact_percent, number, whole_day
from carecli.domain.kpi import SMALL
from carecli.i18n import _, ngettext

THEMES = 12
"""Themes that are shown."""

QUOTES = 12
"""Quotes that are shown."""

CLASSES = {"sentiment": "legend", "stage": "legend plain", "theme": "legend plain wide"}

SHADES = {"positive": "positive", "neutral": "neutral", "negative": "negative"}


def insights(found: Monthly, notes: Notes) -> list[Child]:
    """Every part of it that there is anything of."""
    told = found.insights
    if told is None:
        return []
    kinds = [kind for kind in ("sentiment", "stage", "theme") if _of(told, kind)]
    parts: list[Child] = []
    drawn = [_coded(found, told, notes, kind) for kind in kinds]
    for place in range(0, len(drawn), 2):
        two = drawn[place : place + 2]
        parts.append(element("div", two, class_="pair") if len(two) == 2 else two)
    if told.quotes:
        parts.append(_quotes(found, told.quotes))
    if any(one.calls is not None for one in told.calls):
        parts.append(_calls(told, notes))
    if told.agreements:
        parts.append(_agreement(told.agreements, notes))
    return parts


def _of(told: Insights, kind: str) -> list[Coded]:
    return [one for one in told.coded if one.kind == kind and one.of]


def _coded(found: Monthly, told: Insights, notes: Notes, kind: str) -> Html:
    rows = _of(told, kind)
    if kind == "theme":
        rows = sorted(rows, key=lambda one: -one.n)[:THEMES]
    title = _(KINDS[kind])
    of = rows[0].of
    says = _basis(of, told.uncoded.get(kind, 0), rows)
    marks = [
        ChartMark(
            one.n, SHADES.get(one.value, "bar"), f"{_title(found, one)}: {exact_percent(one.share)}"
        )
        for one in rows
    ]
    drawn: Child = None
    if kind == "sentiment":
        drawn = charts.split("sentiment", title, "; ".join(mark.says for mark in marks), marks)
    most = max(one.share for one in rows)
    lines = [
        _line(found, one, 0.0 if kind == "sentiment" else (one.share / most if most else 0.0))
        for one in rows
    ]
    return section(
        title,
        element(
            "p",
            says,
            formatting.few() if of < SMALL else None,
            notes.mark(kind, title),
            class_="under",
        ),
        drawn,
        element("ul", lines, class_=CLASSES[kind]),
    )


def _basis(of: int, uncoded: int, rows: Sequence[Coded]) -> str:
    """What the shares are of, and who said so."""
    said = ngettext("Of {n} coded message", "Of {n} coded messages", of).format(n=number(of))
    machines = sum(one.by_rules + one.by_suggestion for one in rows)
    if machines:
        people = sum(one.by_people for one in rows)
        told = _("by people {people}, by rules {rules}, suggested {suggested}")
        said += f" ({told})".format(
            people=number(people),
            rules=number(sum(one.by_rules for one in rows)),
            suggested=number(sum(one.by_suggestion for one in rows)),
        )
    if uncoded:
        told = ngettext("{n} is not coded", "{n} are not coded", uncoded)
        said += f"; {told.format(n=number(uncoded))}"
    return f"{said}."


def _title(found: Monthly, one: Coded) -> str:
    return found.name("theme", one.value) if one.kind == "theme" else code(one.value)


def _line(found: Monthly, one: Coded, length: float) -> Html:
    then = [
        f"{called}: {exact_percent(share)}"
        for called, share in zip(names(found), (one.before, one.year_ago), strict=True)
        if share is not None
    ]
    value = {"data_coded": one.kind, "data_value": one.value}
    below: list[Child] = [charts.bar(length)] if length else []
    below.append(" · ".join(then))
    return legend(
        SHADES.get(one.value, "") if one.kind == "sentiment" else "",
        _title(found, one),
        bare(one.share, exact_percent, **value, data_figure="share"),
        bare(one.n, lambda n: number(round(n)), **value, data_figure="n"),
        below if any(below) else None,
    )


def _quotes(found: Monthly, quotes: Sequence[Quote]) -> Html:
    zone = ZoneInfo(found.zone)
    items = []
    for quote in quotes[:QUOTES]:
        day = whole_day(datetime.fromtimestamp(quote.at / 1000, zone).date())
        said = [day, found.name("channel", quote.channel)]
        said += [code(one) for one in (quote.sentiment, quote.stage) if one]
        items.append(
            element(
                "li",
                element("blockquote", quote.text, dir="auto"),
                element("p", " · ".join(said), class_="from"),
            )
        )
    return section(
        _("In their own words"),
        element("p", _("Chosen by a moderator, without names."), class_="under"),
        element("ul", items, class_="quotes"),
    )


def _calls(told: Insights, notes: Notes) -> Html:
    groups = []
    for one in told.calls:
        when = date.fromisoformat(one.day)
        day = whole_day(when)
        marks = [
            ChartMark(
                one.answered,
                "answered",
                f"{day}: {_('answered {n}').format(n=number(one.answered))}",
                str(when.day) if when.weekday() == 0 or one is told.calls[0] else "",
            )
        ]
        said = _("no calls entered") if one.calls is None else number(one.calls)
        marks.append(ChartMark(one.calls or 0, "calls", f"{day}: {_('calls')}: {said}"))
        groups.append(marks)
    known = [one for one in told.calls if one.calls is not None]
    calls = sum(one.calls or 0 for one in known)
    answered = sum(one.answered for one in known)
    title = _("Calls and answered messages")
    says = ngettext(
        "On {n} day with an entry: {calls} calls, {answered} answered messages.",
        "On {n} days with an entry: {calls} calls, {answered} answered messages.",
        len(known),
    ).format(n=number(len(known)), calls=number(calls), answered=number(answered))
    return section(
        title,
        element("p", says, notes.mark("calls", title), class_="under"),
        charts.columns("calls", title, says, groups),
        element(
            "ul",
            legend("answered", _("Answered messages"), number(answered), ""),
            legend(
                "calls", _("Calls"), bare(calls, lambda n: number(round(n)), data_calls="n"), ""
            ),
            class_="legend",
        ),
        class_="whole",
    )


def _agreement(agreements: Sequence[Agreement], notes: Notes) -> Html:
    title = _("How far two coders agree")
    facts = []
    for one in agreements:
        told = _("{agreed} of {n} the same").format(agreed=number(one.agreed), n=number(one.n))
        if one.kappa is not None:
            told += f" · {_('kappa {k}').format(k=decimal(one.kappa, 2))}"
        mark = formatting.few() if one.n < SMALL else None
        facts.append(fact(_(KINDS.get(one.kind, one.kind)), [told, mark]))
    return section(
        title,
        element("p", _("Checked on a sample."), notes.mark("agreement", title), class_="under"),
        element("dl", facts, class_="facts"),
        class_="whole",
    )
