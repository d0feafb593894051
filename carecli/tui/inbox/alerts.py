"""Alerts while the inbox is open: collected, at most one notification in a while."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

from carecli.desk.services import InboxServices
from carecli.desk.threads.alerts import AlertTracker
from carecli.desk.threads.rows import Alert
from carecli.domain.model import ThreadId
from carecli.i18n import _
from carecli.tui.inbox.desk_runner import DeskRunner, StartWork
from carecli.tui.settings import Alerts
from carecli.tui.style.clock import local

LOOK_EVERY = 1.0
"""Seconds between two looks at what changed."""

DEADLINES_EVERY = 20.0
"""Seconds between two looks at deadlines."""

GATHER = 2.0
"""Seconds in which what comes together is told together."""

REST = 15.0
"""Seconds of silence after a notification; what comes meanwhile is in the next one."""


class AlertWatcher:
    """Watches for what is urgent, and notifies the moderator as they configured it."""

    def __init__(
        self,
        desk: InboxServices,
        runner: DeskRunner,
        start: StartWork,
        alerts: Alerts,
        zone: str,
        *,
        write: Callable[[str], None],
    ) -> None:
        """`write` sends a control sequence to the terminal."""
        self.is_on = self.is_configured = alerts.by != "off"
        self._desk = desk
        self._runner = runner
        self._start = start
        self._alerts = alerts
        self._zone = zone
        self._write = write
        self._tracker: AlertTracker | None = None
        self._changed: set[ThreadId] | None = set()
        self._is_looking = False
        self._looked_at = 0.0
        self._gathered: list[Alert] = []
        self._gathered_at = 0.0
        self._notified_at = 0.0

    def notice(self, changed: set[ThreadId] | None) -> None:
        """Keep in mind which threads changed (None: too many to say) until the next look."""
        if not self.is_configured:
            return
        if changed is None or self._changed is None:
            self._changed = None
        else:
            self._changed |= changed

    def look(self) -> None:
        """Notify of what gathered, and look at what changed, each when it is time to."""
        now = time.monotonic()
        has_rested = now - self._notified_at >= REST or not self._notified_at
        if self._gathered and now - self._gathered_at >= GATHER and has_rested:
            self._start(self._notify, group="notices")
        is_time = now - self._looked_at >= DEADLINES_EVERY
        if not self._is_looking and (self._changed is None or self._changed or is_time):
            self._start(self._look, group="alerts")

    async def _look(self) -> None:
        """See what of that is urgent, in the thread for reads."""
        self._is_looking = True
        changed, self._changed = self._changed, set()
        now = time.monotonic()
        deadlines = now - self._looked_at >= DEADLINES_EVERY
        if deadlines:
            self._looked_at = now
        try:
            if self._tracker is None:
                tracker = AlertTracker(
                    self._desk.threads, self._desk.me, self._desk.now, self._alerts.due
                )
                await self._runner.read(tracker.begin)
                self._tracker = tracker
            tracker = self._tracker
            alerts = await self._runner.read(lambda: tracker.look(changed, deadlines=deadlines))
        except Exception as error:  # noqa: BLE001  shown, not raised
            self._runner.complain(error)
        else:
            self._gather(alerts)
        finally:
            self._is_looking = False

    def _gather(self, alerts: list[Alert]) -> None:
        moment = local(self._desk.now(), self._zone)
        quiet = self._alerts.is_quiet(moment.hour * 60 + moment.minute)
        if not alerts or quiet or not self.is_on:
            return
        if not self._gathered:
            self._gathered_at = time.monotonic()
        self._gathered += alerts

    async def _notify(self) -> None:
        """One notification for all that gathered."""
        from carecli.tui.terminal.notifications import notice, notify

        alerts, self._gathered = self._gathered, []
        self._notified_at = time.monotonic()
        text = notice(alerts, with_text=self._alerts.with_text)
        loop = asyncio.get_running_loop()
        environment = dict(os.environ)
        sequence = await loop.run_in_executor(None, notify, text, self._alerts.by, environment)
        if sequence:
            self._write(sequence)

    def switch(self) -> None:
        """Alerts on, or off until switched on again."""
        if not self.is_configured:
            self._runner.say(_("Alerts are turned off in the configuration (alerts.by)."))
            return
        self.is_on = not self.is_on
        self._gathered.clear()
        self._runner.say(_("Alerts are on.") if self.is_on else _("Alerts are off."))
