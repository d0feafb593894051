"""The command that opens the comparison with competitors."""

from __future__ import annotations

from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import handles


@handles("app.competitors")
def competitors(context: CommandContext) -> None:
    """A table of public profiles."""
    from carecli.tui.competitors.screen import CompetitorsScreen

    context.app.push_screen(CompetitorsScreen(context))
