"""Alerts while the inbox is open: gathered, at most one notification in a while, never at once."""

from __future__ import annotations

import asyncio
import os
import time
from functools import partial

from textual import work

from carecli.desk.services import InboxServices
from carecli.desk.threads.alerts import Alert, AlertTracker
from carecli.domain.model import ThreadId
from carecli.i18n import _
from carecli.tui.inbox.macros import MacroRecorder
from carecli.tui.settings import Settings
from carecli.tui.style.clock import local

LOOK_EVERY = 1.0
"""Seconds between two looks at what changed."""

DEADLINES_EVERY = 20.0
"""Seconds between two looks at deadlines."""

GATHER = 2.0
"""Seconds in which what comes together is told together."""

REST = 15.0
"""Seconds of silence after a notification; what comes meanwhile is in the next one."""


class AlertWatcher(MacroRecorder):
    """Panes and views, with somebody who watches for what is urgent."""

    def __init__(self, desk: InboxServices, settings: Settings) -> None:
        super().__init__(desk, settings)
        self.alerts_on = settings.alerts.by != "off"
        self._watch: AlertTracker | None = None
        self._news: set[ThreadId] | None = set()
        self._is_looking = False
        self._looked_at = 0.0
        self._gathered: list[Alert] = []
        self._gathered_at = 0.0
        self._notified_at = 0.0

    def on_mount(self) -> None:
        """Begin to watch (Textual calls the parents' handler as well)."""
        if self.settings.alerts.by != "off":
            self.call_after_refresh(self._look)
            self.set_interval(LOOK_EVERY, self._look)

    def noticed(self, changed: set[ThreadId] | None) -> None:
        """Keep in mind what changed until the next look."""
        if self.settings.alerts.by == "off":
            return
        if changed is None or self._news is None:
            self._news = None
        else:
            self._news |= changed

    def _look(self) -> None:
        now = time.monotonic()
        has_rested = now - self._notified_at >= REST or not self._notified_at
        if self._gathered and now - self._gathered_at >= GATHER and has_rested:
            self._notify()
        is_time = now - self._looked_at >= DEADLINES_EVERY
        if not self._is_looking and (self._news is None or self._news or is_time):
            self._look_at_news()

    @work(group="alerts", exit_on_error=False)
    async def _look_at_news(self) -> None:
        """See what of that is urgent, in the thread that reads."""
        self._is_looking = True
        news, self._news = self._news, set()
        now = time.monotonic()
        deadlines = now - self._looked_at >= DEADLINES_EVERY
        if deadlines:
            self._looked_at = now
        run = partial(asyncio.get_running_loop().run_in_executor, self._reader)
        try:
            if self._watch is None:
                watch = AlertTracker(
                    self.desk.threads, self.desk.me, self.desk.now, self.settings.alerts.due
                )
                await run(watch.begin)
                self._watch = watch
            watch = self._watch
            found = await run(lambda: watch.look(news, deadlines=deadlines))
        except Exception as error:  # noqa: BLE001  whatever the desk raises is told, not thrown
            self.complain(error)
        else:
            self._gather(found)
        finally:
            self._is_looking = False

    def _gather(self, found: list[Alert]) -> None:
        moment = local(self.now(), self.settings.zone)
        quiet = self.settings.alerts.is_quiet(moment.hour * 60 + moment.minute)
        if not found or quiet or not self.alerts_on:
            return
        if not self._gathered:
            self._gathered_at = time.monotonic()
        self._gathered += found

    @work(group="notices", exit_on_error=False)
    async def _notify(self) -> None:
        """One notification for all that gathered."""
        from carecli.tui.terminal.notifications import notice, notify

        alerts, self._gathered = self._gathered, []
        self._notified_at = time.monotonic()
        chosen = self.settings.alerts
        said = notice(alerts, with_text=chosen.with_text)
        loop = asyncio.get_running_loop()
        sent = await loop.run_in_executor(None, notify, said, chosen.by, dict(os.environ))
        driver = self.app._driver
        if sent and driver is not None:
            driver.write(sent)
            driver.flush()

    def switch_alerts(self) -> None:
        """Alerts on, or off until switched on again."""
        if self.settings.alerts.by == "off":
            self.say(_("Alerts are turned off in the configuration (alerts.by)."))
            return
        self.alerts_on = not self.alerts_on
        self._gathered.clear()
        self.say(_("Alerts are on.") if self.alerts_on else _("Alerts are off."))
