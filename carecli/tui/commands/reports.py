"""Commands that open reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carecli.tui.commands.registry import handles
from carecli.tui.inbox.controller import InboxController
from carecli.tui.style.clock import local

if TYPE_CHECKING:
    from carecli.tui.reports.screen import ReportPlace


@handles("app.report")
def report(inbox: InboxController) -> None:
    """The report of this month."""
    from carecli.desk.reports.kpi_report import ReportAsked
    from carecli.tui.reports.screen import ReportPlace

    month = f"{local(inbox.now(), inbox.settings.zone):%Y-%m}"
    _open(inbox, ReportPlace(ReportAsked(month=month, brand=inbox.brand)))


def _open(inbox: InboxController, place: ReportPlace) -> None:
    from carecli.tui.reports.screen import ReportScreen

    screen = ReportScreen(inbox, place)

    def answered(answer: str | None) -> None:
        if answer is not None and screen.view is not None:
            inbox.way_back = lambda: _open(inbox, place)
            inbox.show_view(screen.view)
            inbox.focus_on(inbox.threads)

    inbox.app.push_screen(screen, answered)
