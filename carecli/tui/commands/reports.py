"""Commands that open reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import handles
from carecli.tui.style.clock import local

if TYPE_CHECKING:
    from carecli.tui.reports.screen import ReportPlace


@handles("app.report")
def report(context: CommandContext) -> None:
    """The report of this month."""
    from carecli.desk.reports.kpi_report import ReportAsked
    from carecli.tui.reports.screen import ReportPlace

    month = f"{local(context.desk.now(), context.preferences.zone):%Y-%m}"
    _open(context, ReportPlace(ReportAsked(month=month, brand=context.views.brand)))


def _open(context: CommandContext, place: ReportPlace) -> None:
    from carecli.tui.reports.screen import ReportScreen

    screen = ReportScreen(context, place)

    def answered(answer: str | None) -> None:
        if answer is not None and screen.view is not None:
            context.views.return_to = lambda: _open(context, place)
            context.loader.show_view(screen.view)
            context.layout.focus_on(context.threads)

    context.app.push_screen(screen, answered)
