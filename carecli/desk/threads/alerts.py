"""What became urgent: a red thread, a near deadline, a mention, a returned reply.

    tracker = AlertTracker(threads, me, clock, due=15 * MINUTE)
    tracker.begin()                            # what is there already is nothing new
    alerts = tracker.look(threads.changes())   # each red, deadline and mention once

Both methods belong into a thread. Of several inboxes of one moderator only the first to notice
is told (`ThreadService.tell_first`).
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from carecli.desk.threads.rows import Alert, AlertKind, ThreadRow
from carecli.domain.model import MINUTE, Colour, Millis, ThreadId, moderator

if TYPE_CHECKING:
    from carecli.desk.threads.protocol import ThreadService


RED = "is:waiting colour:red"
ASKED = "is:mentioned"
REOPENED = "is:reopened"
MOST = 500
"""Threads looked at when too much changed to say what."""


class AlertTracker:
    """Remembers what was there, and tells what is new."""

    def __init__(
        self, threads: ThreadService, me: str, clock: Callable[[], Millis], due: Millis
    ) -> None:
        """`due`: how near a deadline of mine must be; 0 for never."""
        self._threads = threads
        self._me = me
        self._clock = clock
        self._due = due // MINUTE
        self._began: Millis = 0
        self._there: dict[AlertKind, frozenset[ThreadId]] = {}
        self._known: dict[tuple[AlertKind, ThreadId], Millis] = {}

    @property
    def _mine(self) -> str:
        return f"is:waiting assignee:me due<{self._due}m"

    def begin(self) -> None:
        """Take in what is there already."""
        self._began = self._clock()
        self._there["red"] = frozenset(self._threads.ids(RED, "newest").ids)
        self._there["asked"] = frozenset(self._threads.ids(ASKED, "newest").ids)
        self._there["reopened"] = frozenset(self._threads.ids(REOPENED, "newest", limit=MOST).ids)
        if self._due:
            self._there["due"] = frozenset(self._threads.ids(self._mine, "deadline").ids)

    def look(self, changed: AbstractSet[ThreadId] | None, *, deadlines: bool = True) -> list[Alert]:
        """What is urgent since the last look, of the threads that changed (None: any).

        `deadlines`: look at the deadlines of what is mine, too.
        """
        if changed is None:
            changed = {
                id_
                for wanted in (RED, ASKED, REOPENED)
                for id_ in self._threads.ids(wanted, "newest", limit=MOST).ids
            }
        news = sorted(changed)
        rows = self._threads.rows(news).values() if news else ()
        asked = self._threads.matching(ASKED, news) if news else set[ThreadId]()
        for id_ in news:
            if id_ not in asked:  # whoever is asked again is told again
                self._known.pop(("asked", id_), None)
                self._there["asked"] = self._there.get("asked", frozenset()) - {id_}
        alerts = [Alert("red", row) for row in rows if self._is_red_for_me(row)]
        reds = {alert.row.id for alert in alerts}
        alerts += [Alert("asked", row) for row in rows if row.id in asked and row.id not in reds]
        told = reds | asked
        again = self._threads.matching(REOPENED, news) - told if news else ()
        alerts += [Alert("reopened", row) for row in rows if row.id in again]
        if deadlines and self._due:
            near = self._threads.ids(self._mine, "deadline", limit=MOST).ids
            now = self._clock()
            mine = self._threads.rows(near).values() if near else ()
            alerts += [Alert("due", row) for row in mine if (row.deadline or 0) > now]
        fresh = [one for one in alerts if self._is_new(one)]
        for one in fresh:
            self._known[one.kind, one.row.id] = one.wait
        return list(self._threads.tell_first(fresh)) if fresh else []

    def _is_red_for_me(self, row: ThreadRow) -> bool:
        """Red, waiting, nobody else's, and not made red by my own key."""
        me = self._me
        is_mine = row.assignee in ("", me)
        by_me = row.colour_by == str(moderator(me))
        return row.colour is Colour.RED and row.is_waiting and is_mine and not by_me

    def _is_new(self, alert: Alert) -> bool:
        was_there = alert.row.id in self._there.get(alert.kind, ()) and alert.wait <= self._began
        return not was_there and self._known.get((alert.kind, alert.row.id)) != alert.wait
