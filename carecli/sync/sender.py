"""The sender of one channel: takes what is due out of the outbox, and does it at most once."""

from __future__ import annotations

from carecli.domain.model import Millis
from carecli.platforms.base import Sent
from carecli.store import outbox
from carecli.store.db import Database
from carecli.store.outbox import Item
from carecli.sync.channel_state import ChannelState
from carecli.sync.delivery import DeliveryMachine
from carecli.sync.outbox_delivery import PLACE, OutboxDelivery


class Sender:
    """Sends the items of one channel, one after another, while the channel may be spoken with.

    After a `drain` that found nothing more to do, `wake_at` is when the next thing gets due by
    itself; whatever else gets due, gets so by a write to the database.
    """

    def __init__(self, line: ChannelState, database: Database) -> None:
        """`database` is a durable one: an attempt must be on the disk before it is made."""
        self.line = line
        self.wake_at: Millis | None = line.clock()
        self._database = database
        self._kind = OutboxDelivery(line, database)
        self._machine: DeliveryMachine[Item, Sent] = DeliveryMachine(
            self._kind, database, line.clock
        )

    async def drain(self, most: int = 1_000_000) -> int:
        """Do what is due now, at most so many items; how many were taken up."""
        self._machine.mark_orphans_unknown()
        done = 0
        while done < most and await self.step():
            done += 1
        if done < most:
            self._rest()
        return done

    async def step(self) -> bool:
        """Do the next due thing; False when nothing is due, or the platform wants silence."""
        if self.line.is_refused or self.line.is_parked():
            return False
        return await self._machine.step()

    def _rest(self) -> None:
        """Nothing is due: when to look again, and no trouble where nothing is left to send."""
        self.wake_at = self._next_moment()
        if PLACE in self.line.troubles and not self.line.is_refused:
            with self._database.read() as db:
                is_open = outbox.is_open(db, self.line.id)
            if not is_open:
                self.line.well(PLACE, synced=False)

    def _next_moment(self) -> Millis | None:
        """When the next thing gets due by itself, now that nothing is due.

        What waits for something else (an earlier item of its thread, a person who ends a pause)
        gets due by a write to the database, which is noticed.
        """
        line, now = self.line, self.line.clock()
        if line.is_parked():
            return line.parked_until
        moments = [outbox.next_moment(self._database.connection, line.id, now)]
        moments.append(self._kind.pace.next_ready(now))
        return min((moment for moment in moments if moment is not None), default=None)
