"""When replies leave: after the undo grace, and the public ones of a batch spaced out.

A hundred public answers in a minute look like a machine, to people and to platforms. Private
ones go at the pace the platform takes.
"""

from __future__ import annotations

from sqlite3 import Connection

from carecli.domain.model import Millis
from carecli.store import orders


class SendPacer:
    """The moments at which the replies of one transaction may leave.

    `soonest` is when the first may; public ones of one channel leave `gap` ms apart, also from
    what other batches still have to say there. A gap of 0 holds nothing up.
    """

    def __init__(self, db: Connection, soonest: Millis, gap: Millis) -> None:
        self._db = db
        self._soonest = soonest
        self._gap = gap
        self._last: dict[int, Millis | None] = {}

    def take(self, channel: int, *, is_public: bool) -> Millis:
        """The moment of the next reply on a channel."""
        if not (self._gap and is_public):
            return self._soonest
        if channel not in self._last:
            self._last[channel] = orders.last_public(self._db, channel)
        last = self._last[channel]
        moment = self._soonest if last is None else max(self._soonest, last + self._gap)
        self._last[channel] = moment
        return moment
