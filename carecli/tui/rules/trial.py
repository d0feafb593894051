"""A dry run of a rule: its progress, and what the rule would have done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import events, work

from carecli.desk.rules.trial import Trial
from carecli.domain.errors import CareError
from carecli.i18n import _
from carecli.tui.rules.lines import progress_lines, trial_lines
from carecli.tui.style.cells import Line
from carecli.tui.widgets.dialogs import TextWindow

if TYPE_CHECKING:
    from carecli.tui.inbox.window_context import WindowContext

EVERY = 0.1
"""Seconds between two looks at how far it is."""


class TrialScreen(TextWindow):
    """Replays a rule over the last 30 days in a thread of its own; Esc ends it early."""

    def __init__(self, context: WindowContext, rule: str) -> None:
        super().__init__(
            context.preferences.painter, _("Dry run of {rule}").format(rule=rule), self._lines
        )
        self._hint = _("c stop · j k ctrl-d ctrl-u scroll · Esc close")
        self.context = context
        self._rule = rule
        self._read = (0, 0)
        self._is_wanted = True
        self._trial: Trial | None = None

    def on_mount(self) -> None:
        """Begin, on the whole screen."""
        self.query_one("#dialog").add_class("whole")
        self.set_interval(EVERY, self._tick)
        self.run_it()

    @work(group="trial", exit_on_error=False)
    async def run_it(self) -> None:
        """Replay the rule; one that nobody waits for any more is ended."""
        rules = self.context.desk.rules
        try:
            trial = await asyncio.to_thread(rules.dry_run, self._rule, None, self._progress)
        except CareError as error:
            self.context.runner.complain(error)
            if self.is_mounted:
                self.dismiss(None)
            return
        if trial.is_whole and self.is_mounted:
            self._trial = trial
            self.paint()

    def _progress(self, read: int, of: int) -> bool:
        self._read = (read, of)
        return self._is_wanted

    def _tick(self) -> None:
        if self._trial is None and self._is_wanted:
            self.paint()

    def _lines(self, width: int) -> list[Line]:
        if self._trial is None:
            return progress_lines(*self._read, width)
        zone = self.context.preferences.zone
        return trial_lines(self._trial, self.context.desk.now(), zone, width - 1)

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self._is_wanted = False

    def on_key(self, event: events.Key) -> None:
        """End it early; the rest is reading."""
        if self._trial is None and (event.key == "escape" or event.character in ("c", "q")):
            self._is_wanted = False
            self.context.runner.say(_("The dry run was stopped early, so it does not count."))
            event.stop()
            event.prevent_default()
            self.dismiss(None)
