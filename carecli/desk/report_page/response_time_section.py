"""The response time section: how fast, how often in time, the response rate."""

from __future__ import annotations

from carecli.desk.report_page import charts, formatting
from carecli.desk.report_page.charts import ChartMark
from carecli.desk.report_page.formatting import Notes
from carecli.desk.report_page.grid import section
from carecli.desk.report_page.html import Child, Html, element
from carecli.desk.report_page.labels import COLOUR_TITLES, REPLY, label
from carecli.desk.reports.monthly import Monthly
from carecli.domain.figures import exact_percent, exact_span, number
from carecli.domain.model import Colour
from carecli.domain.names import colour_letter
from carecli.i18n import _, ngettext

SPLIT = (
    ("within_2h", "fast"),
    ("from_2h_to_6h", "soon"),
    ("from_6h_to_24h", "slow"),
    ("over_24h", "late"),
)
"""Which KPI each segment of the reaction time is, and its shade."""


def speed(found: Monthly, notes: Notes) -> Html:
    """Reaction time: its split, its middle, and how slow the slowest tenth was."""
    marks, lines = [], []
    for kpi, kind in SPLIT:
        row = found.whole(kpi)
        name = label(kpi)
        said = exact_percent(row.share) if row.share is not None else formatting.NOTHING
        marks.append(ChartMark(row.n, kind, f"{name}: {said} ({number(row.n)})"))
        lines.append(legend(kind, name, formatting.share(row), formatting.count(row)))
        if kpi == "within_2h":
            over = found.whole("over_2h")
            later = legend("none", label("over_2h"), formatting.share(over), formatting.count(over))
    reaction, working = found.whole("reaction"), found.whole("reaction_working")
    title = _("How fast the team answered")
    says = "; ".join(mark.says for mark in marks)
    facts = [
        fact(
            [_("Half of the answers within"), notes.mark("reaction")], formatting.middle(reaction)
        ),
        fact(_("Nine of ten within"), formatting.ninetieth(reaction)),
        fact(_("On average"), formatting.mean(reaction)),
        fact(_("Half of them, counted in working time"), formatting.middle(working)),
    ]
    for kpi in ("reaction_first", "reaction_later"):
        row = found.whole(kpi)
        if row.n and found.whole("reaction_later").n:
            facts.append(fact(f"{label(kpi)} ({number(row.n)})", formatting.middle(row)))
    return section(
        title,
        element("p", _(REPLY), notes.mark("within_2h", _("2, 6 and 24 hours")), class_="under"),
        charts.split("speed", title, says, marks),
        element("ul", lines[0], later, *lines[1:], class_="legend"),
        element("dl", facts, class_="facts"),
    )


def legend(kind: str, name: str, share: Child, n: Child, then: Child = None) -> Html:
    """A line that tells what a segment is; without a `kind`, one of a `plain` list."""
    swatch = element("rect", width=12, height=12, class_=kind)
    drawn = element("svg", swatch, width=12, height=12, aria_hidden="true", focusable="false")
    return element(
        "li",
        drawn if kind else None,
        element("span", name),
        element("b", share),
        element("span", n, class_="n"),
        element("span", then, class_="then") if then else None,
    )


def fact(name: Child, said: Child, class_: str = "") -> Html:
    """A name and what is to be said of it."""
    return element("div", element("dt", name), element("dd", said), class_=class_ or None)


def colours(found: Monthly, notes: Notes) -> Html:
    """The share in time of each colour, with what was promised; letters stand beside colours."""
    rows, arrived = found.by("colour", "in_time"), found.by("colour", "arrived")
    reaction = found.by("colour", "reaction")
    parts = []
    for promise in found.promises:
        key = promise.colour.value
        row = rows.get(key)
        name = _(COLOUR_TITLES[key])
        promised = _("within {span}").format(span=exact_span(promise.within))
        came = arrived[key].n if key in arrived else 0
        told = ngettext("{n} arrived", "{n} arrived", came).format(n=number(came))
        if row is not None and row.of:
            judged = _("{n} of {of} in time").format(n=number(row.n), of=number(row.of))
            told = f"{judged} · {told}"
        share = row.share if row is not None else None
        says = f"{name}, {promised}: {told}"
        middle = reaction.get(key)
        parts.append(
            element(
                "div",
                element(
                    "p",
                    element(
                        "span",
                        colour_letter(Colour(key)),
                        class_=f"badge {key[0]}",
                        aria_hidden="true",
                    ),
                    element("span", name),
                    element("span", promised, class_="absent"),
                    element("b", formatting.share(row)),
                    element(
                        "span",
                        told,
                        [" · ", _("half within"), " ", formatting.middle(middle)]
                        if middle
                        else None,
                        class_="n",
                    ),
                ),
                charts.meter(f"colour-{key}", name, says, share, key),
                class_="colour",
            )
        )
    whole = found.whole("in_time")
    facts = [fact([label("in_time"), notes.mark("in_time")], formatting.share(whole), "sum")]
    late = found.whole("excusable_miss")
    if late.n:
        facts.append(fact(label("excusable_miss"), formatting.count(late)))
    return section(
        _("In time, by colour"),
        element(
            "p",
            _("Colours set the deadlines."),
            notes.mark("colour", _("Colour")),
            class_="under",
        ),
        parts,
        element("dl", facts, class_="facts"),
    )


def rate(found: Monthly, notes: Notes) -> Html:
    """The response rate with its numerator, its denominator and every exclusion."""
    row = found.whole("response_rate")
    due = row.of or 0
    facts = [
        fact(_("Answered"), formatting.count(row)),
        fact(
            _("Should have an answer by now"),
            formatting.bare(due, lambda n: number(round(n)), data_kpi=row.kpi, data_figure="of"),
        ),
        fact([label("response_rate"), notes.mark("response_rate")], formatting.share(row), "sum"),
    ]
    left = [
        fact(label(kpi), formatting.count(found.whole(kpi)))
        for kpi in ("excluded_no_reply", "excluded_not_due", "moderated", "withdrawn")
    ]
    return section(
        label("response_rate"),
        element("p", _("How it is computed, and what is left out."), class_="under"),
        element("dl", facts, class_="facts"),
        element("h3", _("Left out")),
        element("dl", left, class_="facts"),
        _privacy(found),
    )


def _privacy(found: Monthly) -> Child:
    private, public = found.whole("private_answers"), found.whole("public_answers")
    if not private.of:
        return None
    return element(
        "dl",
        fact(label("public_answers"), [formatting.share(public), " · ", formatting.count(public)]),
        fact(
            label("private_answers"), [formatting.share(private), " · ", formatting.count(private)]
        ),
        class_="facts",
    )
