"""Pauses all rules or starts them again; asks first, because it is for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from carecli.i18n import _
from carecli.tui.style.cells import Line
from carecli.tui.widgets.dialogs import Confirm

if TYPE_CHECKING:
    from carecli.tui.inbox.window_context import WindowContext


def ask_to_hold(context: WindowContext, *, on: bool, sure: Callable[[], None]) -> None:
    """Ask whether all rules shall be held back (`on`) or act again; `sure` on yes."""
    title = _("Pause all rules?") if on else _("Resume all rules?")
    said = _("For everyone: rules only record what they would do, and their queued items wait.")
    if not on:
        said = _("For everyone: live rules act on new messages, and their queued items are sent.")
    lines: list[Line] = [[(f" {said}", "text")]]

    def answered(answer: str | None) -> None:
        if answer is not None:
            sure()

    context.app.push_screen(Confirm(context.preferences.painter, title, lines), answered)
