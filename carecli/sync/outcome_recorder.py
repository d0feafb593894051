"""Records the outcome of an outbox item, in one durable transaction each."""

from __future__ import annotations

import logging
from sqlite3 import Connection

from carecli.domain.errors import PlatformError, Transient
from carecli.domain.model import ContactPoint, Millis
from carecli.platforms.base import Order, Sent, Target
from carecli.store import outbox
from carecli.store.db import Database
from carecli.store.intake import take_in
from carecli.store.outbox import ASKING, Item
from carecli.store.policies import Policies
from carecli.sync.backoff import backoff
from carecli.sync.channel_state import ChannelState
from carecli.sync.crash import crash_point

log = logging.getLogger(__name__)

PLACE = "sending"
"""Where a channel's trouble is when it is the sender's."""


def order_of(db: Connection, item: Item, now: Millis) -> Order:
    """An item as the connector takes it; `now` is the first attempt where there was none."""
    aim = outbox.aim(db, item)
    return Order(
        key=item.key,
        verb=item.verb,
        target=Target(
            thread=aim.thread,
            point=ContactPoint(aim.point),
            message=aim.message,
            address=aim.address,
            root_address=aim.root_address,
            post=aim.post,
            contact=aim.contact,
            contact_name=aim.contact_name,
            last_inbound_at=aim.last_inbound_at,
        ),
        text=item.text,
        by_person=item.is_by_person,
        attempted_at=item.attempted_at or now,
        also_to=aim.also_to,
    )


class OutcomeRecorder:
    """Records the fates of one channel's items; `database` is a durable one."""

    def __init__(self, line: ChannelState, database: Database) -> None:
        self._line = line
        self._database = database

    def sent(self, item: Item, answer: Sent) -> None:
        """It happened: its id, what it changed, and the thread's new state, all at once."""
        try:
            self._write_sent(item, answer)
        except Exception:
            # What the answer tells comes again with the next pull; that it happened does not.
            log.exception("what %s told about a sent item", self._line.key)
            self._write_sent(item, Sent(answer.platform_id, answer.at))
        crash_point("send-recorded")
        self._line.well(PLACE, synced=False)

    def _write_sent(self, item: Item, answer: Sent) -> None:
        now = self._line.clock()
        with self._database.write() as db:
            if answer.events:
                policies = Policies(db)
                take_in(
                    db, self._line.id, answer.events, observed_at=now, now=now, policies=policies
                )
            outbox.sent(db, item, answer.platform_id, answer.at or now, now)
            crash_point("send-recording")

    def failed(self, item: Item, error: PlatformError, hint: str = "") -> None:
        """The platform refused it, and would again."""
        with self._database.write() as db:
            now = self._line.clock()
            outbox.failed(db, item, error.what, error.label, error.hint or hint, now)

    def later(self, item: Item, error: PlatformError) -> None:
        """It surely did not happen: try again, after as long as the error asks for."""
        line, now = self._line, self._line.clock()
        wait = line.trouble(PLACE, error)
        if isinstance(error, Transient):
            wait = max(wait, backoff(item.attempts + 1, line.chance))
        with self._database.write() as db:
            outbox.again(
                db,
                item,
                now + wait,
                now,
                error=error.what,
                label=error.label,
                hint=error.hint or "carecli tries again by itself.",
            )

    def unknown(self, item: Item, error: str) -> None:
        """Nobody knows whether it happened; the platform will be asked."""
        with self._database.write() as db:
            outbox.unknown(db, item, error, ASKING, self._line.clock())
