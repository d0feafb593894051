"""The mail that carries a month's pages: main figures in words, pages attached."""

from __future__ import annotations

from collections.abc import Sequence

from carecli.desk.report_page.formatting import period
from carecli.desk.report_page.labels import label
from carecli.desk.report_page.title import title
from carecli.desk.reports.monthly import Monthly
from carecli.domain.figures import exact_percent, exact_span, number
from carecli.i18n import _, ngettext, speaking
from carecli.platforms.mail.outgoing import REPORT, AttachedFile, OutgoingMail


def letter(
    reports: Sequence[Monthly], spoken: str, address: str, files: Sequence[AttachedFile]
) -> OutgoingMail:
    """One mail with all pages, in a language there is a catalogue for."""
    with speaking(spoken):
        brands = ", ".join(title(one) for one in reports)
        subject = _("{brands}: customer care, {period}").format(
            brands=brands, period=period(reports[0])
        )
        lines = [subject, ""]
        for found in reports:
            lines += [title(found), *(f"  {line}" for line in _figures(found)), ""]
        lines.append(
            ngettext(
                "The whole report is attached. Open it in a browser, where you can also print it.",
                "The whole reports are attached. Open them in a browser, where you can also print "
                "them.",
                len(files),
            )
        )
        return OutgoingMail((address,), subject, "\n".join(lines), REPORT, tuple(files))


def _figures(found: Monthly) -> list[str]:
    lines = [f"{label('arrived')}: {number(found.whole('arrived').n)}"]
    for kpi in ("response_rate", "in_time"):
        share = found.whole(kpi).share
        if share is not None:
            lines.append(f"{label(kpi)}: {exact_percent(share)}")
    reaction = found.whole("reaction").median
    if reaction is not None:
        name = _("Reaction time, median")
        lines.append(f"{name}: {exact_span(round(reaction))}")
    lines.append(f"{label('backlog')}: {number(found.whole('backlog').n)}")
    return lines
