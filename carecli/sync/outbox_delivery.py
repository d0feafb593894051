"""The outbox of one channel as deliveries: replies, and what is done to messages and people.

For a reply, the head of its thread is read again and stored before the attempt, and in the
transaction that counts the attempt it is seen whether the thread still is as the author saw it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from sqlite3 import Connection

from carecli.domain.delivery import DeliveryTraits
from carecli.domain.errors import (
    AlreadyDone,
    BehaviourBlocked,
    Gone,
    LandedWrong,
    PlatformError,
    Throttled,
    TokenRefused,
    Transient,
)
from carecli.domain.model import ContactPoint, Millis, OutboxVerb
from carecli.platforms.base import Order, Sent, Target
from carecli.store import outbox
from carecli.store.db import Database
from carecli.store.intake import take_in
from carecli.store.outbox import ASKING, Item
from carecli.store.policies import Policies
from carecli.store.staleness import KEPT, staleness
from carecli.sync.backoff import backoff
from carecli.sync.channel_state import ChannelState
from carecli.sync.delivery import Delivered, Postponed, Rejected, Uncertain
from carecli.sync.ingest import ingest
from carecli.sync.rate_limit import Pace

log = logging.getLogger(__name__)

PLACE = "sending"
"""Where a channel's trouble is when it is the sender's."""


class OutboxDelivery:
    """What the delivery machine has to know of the outbox of one channel."""

    name = "send"
    asking = ASKING
    rows = outbox.DELIVERIES

    def __init__(self, line: ChannelState, database: Database) -> None:
        """`database` is a durable one: an attempt must be on the disk before it is made."""
        self.line = line
        self.scope: Mapping[str, object] = {"channel_id": line.id}
        self._database = database
        db, now = database.connection, line.clock()
        said = outbox.said_in_public(db, line.id, now)
        self.pace = Pace(line.connector.capabilities.paces, now=now, said=said)

    def row_of(self, item: Item) -> int:
        """The id of its row."""
        return item.id

    def item(self, db: Connection, row: int | str) -> Item | None:
        """A row as it stands."""
        return outbox.item(db, int(row))

    def traits(self, item: Item) -> DeliveryTraits:
        """Texts are looked for and never doubled; a state that is put again changes nothing."""
        if not item.verb.is_text:
            is_asked = item.verb.is_about_person
            return DeliveryTraits(can_ask=is_asked, asks_first=False, resend_is_safe=True)
        can = self.line.connector.capabilities
        return DeliveryTraits(
            resend_is_safe=can.resend_is_safe,
            is_taken_once=item.verb in can.taken_once,
            shows_sent=can.shows_sent,
        )

    # ---- what is due

    def next_unknown(self, db: Connection, now: Millis) -> Item | None:
        """One that the platform should be asked about now."""
        return outbox.next_unknown(db, self.line.id, now)

    def next_due(self, db: Connection, now: Millis) -> Item | None:
        """The one to send now, as fast as the platform and the rules of pace allow."""
        kinds, rules_kinds = self.pace.ready(now), self.pace.ready(now, for_rules=True)
        return outbox.next_due(db, self.line.id, now, kinds, rules_kinds)

    # ---- an attempt

    async def prepare(self, item: Item) -> Postponed | Rejected | None:
        """Not too often the same in public; and what its thread holds now is stored."""
        if item.kind == OutboxVerb.REPLY:
            until = self.pace.repeats_until(item.text, self.line.clock())
            if until is not None:
                return Postponed(
                    until,
                    "Nearly the same was said in public too often within an hour.",
                    "paced",
                    "It goes out by itself later; say it in other words to send it now.",
                )
        return await self._read_head(item) if item.verb.is_answer else None

    async def _read_head(self, item: Item) -> Postponed | Rejected | None:
        """Store the head of the thread as it is now."""
        line = self.line
        order = self._order(item)
        try:
            page = await line.connector.head(order.target)
        except (Transient, Throttled, TokenRefused) as error:
            return self._later(item, error)
        except PlatformError as error:
            return Rejected(error.what, error.label, error.hint or KEPT)
        except Exception as error:
            log.exception("the head of a thread of %s", line.key)
            return self._later(item, Transient(f"{type(error).__name__}: {error}", happened=False))
        line.park(page.park_until)
        ingest(line.database, line.id, page, now=line.clock(), rules=line.rules)
        return None

    def claim(self, db: Connection, item: Item, now: Millis) -> Item | Rejected | None:
        """It as it is now, unless somebody stopped it, or its thread went on."""
        current = outbox.item(db, item.id)
        if current is None or outbox.is_held(db, current):
            return None
        if not outbox.may_send(db, self.line.id, now):
            return None
        reason = staleness(db, current) if current.verb.is_answer else ""
        if reason:
            return Rejected(reason, "stale", KEPT)
        outbox.superseded(db, current, now)
        return current._replace(attempted_at=current.attempted_at or now)

    async def send(self, item: Item) -> Sent:
        """Do it on the platform."""
        self.pace.take(item.kind, self.line.clock())
        return await self.line.connector.send(self._order(item))

    # ---- an outcome

    async def outcome(
        self, item: Item, error: Exception
    ) -> Delivered[Sent] | Postponed | Rejected | Uncertain:
        """The platform said no, or nothing."""
        line = self.line
        match error:
            case Transient(happened=False) | Throttled() | TokenRefused():
                return self._later(item, error)
            case Transient():
                return Uncertain(error.what)
            case BehaviourBlocked():
                later = self._later(item, error)
                line.freeze(error)
                return later
            case LandedWrong():
                line.freeze(error)
            case AlreadyDone() if item.verb is OutboxVerb.PRIVATE_REPLY:
                return await self._answered_before(item, error)
            case AlreadyDone() if not item.verb.is_text:
                return Delivered(Sent(at=line.clock()))
            case Gone() if item.verb is OutboxVerb.DELETE and item.attempts:
                # An earlier attempt of unknown fate deleted it: the wish is fulfilled.
                return Delivered(Sent(at=line.clock()))
            case PlatformError():
                pass
            case _:
                line.trouble(PLACE, error)
                return Uncertain(f"{type(error).__name__}: {error}")
        return Rejected(error.what, error.label, error.hint)

    async def _answered_before(
        self, item: Item, error: AlreadyDone
    ) -> Delivered[Sent] | Rejected | Uncertain:
        """A comment takes one private reply: perhaps ours, by an attempt unknown."""
        try:
            found = await self.line.connector.find_sent(self._order(item))
        except PlatformError:
            return Uncertain(error.what)
        if found is None:
            return Rejected(error.what, error.label, error.hint)
        return Delivered(found)

    def _later(self, item: Item, error: PlatformError) -> Postponed:
        """It surely did not happen: try again, after as long as the error asks for."""
        line = self.line
        wait = line.trouble(PLACE, error)
        if isinstance(error, Transient):
            wait = max(wait, backoff(item.attempts + 1, line.chance))
        hint = error.hint or "carecli tries again by itself."
        return Postponed(line.clock() + wait, error.what, error.label, hint)

    async def find(self, item: Item) -> Sent | None:
        """What an earlier attempt put on the platform, unless it is what another item sent."""
        found = await self.line.connector.find_sent(self._order(item))
        self.line.well(PLACE, synced=False)
        if found is None or outbox.is_taken(self._database.connection, item, found.platform_id):
            return None
        return found

    def not_asked(self, item: Item, error: Exception) -> Millis:  # noqa: ARG002 - of the channel
        """How long to wait before the platform is asked again."""
        return self.line.trouble(PLACE, error)

    def record(self, db: Connection, item: Item, answer: Sent, now: Millis) -> bool:
        """Its id, and what it changed."""
        if answer.events:
            policies = Policies(db)
            take_in(db, self.line.id, answer.events, observed_at=now, now=now, policies=policies)
        also = {"sent_id": answer.platform_id or None}
        return self.rows.sent(db, item.id, answer.at or now, also)

    def essence(self, answer: Sent) -> Sent:
        """What the answer tells beside comes again with the next pull."""
        return Sent(answer.platform_id, answer.at)

    def recorded(self, item: Item) -> None:
        """The channel works; what was said in public counts for the next hour."""
        self.line.well(PLACE, synced=False)
        if item.kind == OutboxVerb.REPLY:
            self.pace.say(item.text, self.line.clock())

    def moved(self, db: Connection, item: Item, now: Millis) -> None:
        """Its thread is derived again, and announced."""
        outbox.tell_of(db, item.thread, now)

    def _order(self, item: Item) -> Order:
        return order_of(self._database.connection, item, self.line.clock())


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
