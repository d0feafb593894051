"""The report page: one self-contained HTML file that loads nothing.

No script, no picture, no font and no link to a file: the policy in its head forbids all of them,
and allows the one style sheet by its hash.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from carecli.desk.report_page.competitors_section import competitors
from carecli.desk.report_page.formatting import Notes, period
from carecli.desk.report_page.html import Child, Html, element
from carecli.desk.report_page.insights_section import insights
from carecli.desk.report_page.markdown import rendered
from carecli.desk.report_page.sections import days, work
from carecli.desk.report_page.title import title
from carecli.desk.report_page.trends import tiles, trends
from carecli.desk.reports.monthly import Monthly
from carecli.desk.reports.period_notes import told
from carecli.domain.figures import clock, exact_percent, exact_span, number, whole_day
from carecli.i18n import _, language, ngettext, speaking

STYLE = Path(__file__).with_name("page.css")


def page(found: Monthly, spoken: str) -> str:
    """The whole page, in a language there is a catalogue for."""
    with speaking(spoken):
        return "<!DOCTYPE html>\n" + _document(found) + "\n"


def _document(found: Monthly) -> Html:
    notes = Notes()
    style = STYLE.read_text(encoding="utf-8")
    body: list[Child] = [
        _head(found),
        _own_words(found),
        _about(found),
        _lede(found),
        tiles(found, notes),
    ]
    body += [days(found, notes), trends(found, notes), *work(found, notes)]
    body += [*insights(found, notes), *competitors(found, notes)]
    notes.mark("small", _("Few"))
    body += [
        element(
            "section",
            element("h2", _("How it was counted")),
            notes.list(),
            class_="whole",
        ),
        _colophon(found),
    ]
    return element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=policy(style)),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="referrer", content="no-referrer"),
            element("meta", name="robots", content="noindex"),
            element("title", f"{title(found)} · {period(found)} · {_('Customer care')}"),
            Html(f"<style>{style}</style>"),
        ),
        "\n",
        element("body", element("main", body)),
        lang=language(),
    )


def policy(style: str) -> str:
    """What the page may do: use this style sheet, and nothing else."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _head(found: Monthly) -> Html:
    return element(
        "header",
        element("p", _("Customer care · report"), class_="kicker"),
        element("h1", title(found), element("span", period(found))),
    )


def _own_words(found: Monthly) -> Html | None:
    """What whoever answers for the report says about the month."""
    if not found.notes:
        return None
    return element("section", *rendered(found.notes), class_="whole")


def _about(found: Monthly) -> Html | None:
    """What must be known to read the figures, such as that they are the first."""
    said = told(found.about)
    return element("div", [element("p", one) for one in said], class_="about") if said else None


def _lede(found: Monthly) -> Html:
    """The month in two sentences."""
    arrived, rate, reaction = (found.whole(one) for one in ("arrived", "response_rate", "reaction"))
    said: list[Child] = [
        ngettext(
            "{n} message waited for an answer.", "{n} messages waited for an answer.", arrived.n
        ).format(n=number(arrived.n))
    ]
    if rate.share is not None:
        text = _("{share} of those that should have an answer by now have one.")
        said.append(" " + text.format(share=exact_percent(rate.share)))
    if reaction.median is not None:
        text = _("Half of the team's replies came within {span}.")
        said.append(" " + text.format(span=exact_span(round(reaction.median))))
    return element("p", said, class_="lede")


def _colophon(found: Monthly) -> Html:
    when = datetime.fromtimestamp(found.as_of / 1000, ZoneInfo(found.zone))
    text = _("Made with carecli from what was known on {day} at {time}, in the time zone {zone}.")
    return element(
        "footer",
        element("p", text.format(day=whole_day(when.date()), time=clock(when), zone=found.zone)),
    )
