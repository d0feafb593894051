"""The command that opens the comparison with competitors."""

from __future__ import annotations

from carecli.tui.commands.registry import handles
from carecli.tui.inbox.controller import InboxController


@handles("app.competitors")
def competitors(inbox: InboxController) -> None:
    """A table of public profiles."""
    from carecli.tui.competitors.screen import CompetitorsScreen

    inbox.app.push_screen(CompetitorsScreen(inbox))
