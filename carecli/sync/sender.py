"""Sends what is due of one channel's outbox, each item at most once.

For a text: read the head of its thread again and store it; in one transaction see whether the
thread still is as the author saw it and count the attempt; then call. Whoever kills the process
between two of these steps leaves an item that is still queued, or one of unknown fate, about
which the platform is asked. No text is ever sent again on a guess.
"""

from __future__ import annotations

import logging
from asyncio import CancelledError
from sqlite3 import Connection
from typing import NamedTuple

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
from carecli.domain.model import Millis, OutboxVerb
from carecli.platforms.base import Order, Sent
from carecli.store import outbox
from carecli.store.db import Database
from carecli.store.outbox import ASKING, Item
from carecli.store.staleness import KEPT, staleness
from carecli.sync.channel_state import ChannelState
from carecli.sync.crash import crash_point
from carecli.sync.ingest import ingest
from carecli.sync.outcome_recorder import PLACE, OutcomeRecorder, order_of
from carecli.sync.rate_limit import Pace

log = logging.getLogger(__name__)

LOOK_YOURSELF = (
    "Look there yourself: retry if it is not there, drop it if it is. "
    "carecli does not send it again by itself."
)

NOT_SHOWN = "The platform was asked {times} times since and does not show it."
REFUSED = "The platform was asked {times} times since and will not tell: {why}."
TOO_OFTEN = "This happened {times} times; the platform does not show it."


class EarlierAttempt(NamedTuple):
    """What a look for an earlier attempt found: `is_there` None where it could not be asked.

    `refusal` is why the platform will not tell.
    """

    is_there: bool | None
    refusal: str = ""


class Sender:
    """Sends the items of one channel, one after another.

    After a `drain` that found nothing more to do, `wake_at` is when the next thing gets due by
    itself; whatever else gets due, gets so by a write to the database.
    """

    def __init__(self, line: ChannelState, database: Database) -> None:
        """`database` is a durable one: an attempt must be on the disk before it is made."""
        self.line = line
        self.wake_at: Millis | None = line.clock()
        self._database = database
        self._fates = OutcomeRecorder(line, database)
        db, now = database.connection, line.clock()
        said = outbox.said_in_public(db, line.id, now)
        self._pace = Pace(line.connector.capabilities.paces, now=now, said=said)

    async def drain(self, most: int = 1_000_000) -> int:
        """Do what is due now, at most so many items; how many were taken up."""
        done = 0
        self._mark_orphans_unknown()
        while done < most and await self.step():
            done += 1
        if done < most:
            self._rest()
        return done

    def _rest(self) -> None:
        """Nothing is due: when to look again, and no trouble where nothing is left to send."""
        self.wake_at = self._next_moment()
        if PLACE in self.line.troubles and not self.line.is_refused:
            with self._database.read() as db:
                is_open = outbox.is_open(db, self.line.id)
            if not is_open:
                self.line.well(PLACE, synced=False)

    def _mark_orphans_unknown(self) -> None:
        """Nothing is under way now: what is still marked so has lost its sender."""
        with self._database.read() as db:
            is_orphaned = outbox.is_sending(db, self.line.id)
        if is_orphaned:
            with self._database.write() as db:
                outbox.interrupted(db, self.line.clock(), self.line.id)

    async def step(self) -> bool:
        """Do the next due thing; False when nothing is due."""
        line, now = self.line, self.line.clock()
        if line.is_refused or line.is_parked():
            return False
        with self._database.read() as db:
            unknown = outbox.next_unknown(db, line.id, now)
            kinds, rules_kinds = self._pace.ready(now), self._pace.ready(now, for_rules=True)
            due = None if unknown else outbox.next_due(db, line.id, now, kinds, rules_kinds)
        if unknown is not None:
            await self._resolve(unknown)
        elif due is not None:
            await self._send(due)
        return unknown is not None or due is not None

    def _next_moment(self) -> Millis | None:
        """When the next thing gets due by itself, now that nothing is due.

        What waits for something else (an earlier item of its thread, a person who ends a pause)
        gets due by a write to the database, which is noticed.
        """
        line, now = self.line, self.line.clock()
        if line.is_parked():
            return line.parked_until
        moments = [outbox.next_moment(self._database.connection, line.id, now)]
        moments.append(self._pace.next_ready(now))
        return min((moment for moment in moments if moment is not None), default=None)

    async def _send(self, item: Item) -> None:
        crash_point("send-chosen")
        if self._is_said_too_often(item):
            return
        if item.verb.is_text and item.attempts and (await self._find(item)).is_there is not False:
            return
        if item.verb.is_answer and not await self._read_head(item):
            return
        crash_point("send-head-read")
        order = self._claim(item)
        if order is None:
            return
        crash_point("send-claimed")
        try:
            answer = await self.line.connector.send(order)
        except PlatformError as error:
            await self._refused(item, order, error)
        except CancelledError:
            self._fates.unknown(item, "carecli was stopped while this was being sent.")
            raise
        except Exception as error:  # noqa: BLE001 - a connector's bug must not lose an item's fate
            self.line.trouble(PLACE, error)
            self._fates.unknown(item, f"{type(error).__name__}: {error}")
        else:
            crash_point("send-answered")
            self._record(item, answer)

    def _is_said_too_often(self, item: Item) -> bool:
        if item.kind != OutboxVerb.REPLY:
            return False
        now = self.line.clock()
        until = self._pace.repeats_until(item.text, now)
        if until is None:
            return False
        with self._database.write() as db:
            outbox.again(
                db,
                item,
                until,
                now,
                error="Nearly the same was said in public too often within an hour.",
                label="paced",
                hint="It goes out by itself later; say it in other words to send it now.",
            )
        return True

    async def _read_head(self, item: Item) -> bool:
        """Store the head of the thread as it is now; False when the item cannot go on."""
        line = self.line
        order = order_of(self._database.connection, item, line.clock())
        try:
            page = await line.connector.head(order.target)
        except (Transient, Throttled, TokenRefused) as error:
            self._fates.later(item, error)
            return False
        except PlatformError as error:
            self._fates.failed(item, error, KEPT)
            return False
        except Exception as error:
            log.exception("the head of a thread of %s", line.key)
            self._fates.later(item, Transient(f"{type(error).__name__}: {error}", happened=False))
            return False
        line.park(page.park_until)
        ingest(line.database, line.id, page, now=line.clock(), rules=line.rules)
        return True

    def _claim(self, item: Item) -> Order | None:
        """Count the attempt if it may still be made, and say what to do."""
        line, now = self.line, self.line.clock()
        with self._database.write() as db:
            current = outbox.item(db, item.id)
            if current is None or outbox.is_held(db, current):
                return None
            if not outbox.may_send(db, line.id, now):
                return None
            reason = staleness(db, current) if current.verb.is_answer else ""
            if reason:
                outbox.failed(db, current, reason, "stale", KEPT, now)
                return None
            outbox.superseded(db, current, now)
            if not outbox.start(db, current, now):
                return None
            crash_point("send-claiming")
        self._pace.take(item.kind, now)
        return order_of(self._database.connection, current, now)

    def _record(self, item: Item, answer: Sent) -> None:
        self._fates.sent(item, answer)
        if item.kind == OutboxVerb.REPLY:
            self._pace.say(item.text, self.line.clock())

    async def _refused(self, item: Item, order: Order, error: PlatformError) -> None:
        """The platform said no, or nothing."""
        line, now = self.line, self.line.clock()
        match error:
            case Transient(happened=False) | Throttled() | TokenRefused():
                self._fates.later(item, error)
            case Transient():
                self._fates.unknown(item, error.what)
            case BehaviourBlocked():
                self._fates.later(item, error)
                line.freeze(error)
            case LandedWrong():
                self._fates.failed(item, error)
                line.freeze(error)
            case AlreadyDone() if item.verb is OutboxVerb.PRIVATE_REPLY:
                await self._answered_before(item, order, error)
            case AlreadyDone() if not item.verb.is_text:
                self._record(item, Sent(at=now))
            case Gone() if item.verb is OutboxVerb.DELETE and item.attempts:
                # An earlier attempt of unknown fate deleted it: the wish is fulfilled.
                self._record(item, Sent(at=now))
            case _:
                self._fates.failed(item, error)

    async def _answered_before(self, item: Item, order: Order, error: AlreadyDone) -> None:
        """A comment takes one private reply: perhaps ours, by an attempt unknown."""
        try:
            found = await self.line.connector.find_sent(order)
        except PlatformError:
            self._fates.unknown(item, error.what)
            return
        if found is not None:
            self._record(item, found)
        else:
            self._fates.failed(item, error)

    async def _resolve(self, item: Item) -> None:
        """Find out whether an item of unknown fate happened."""
        line = self.line
        if item.verb.is_about_person:
            if (await self._find(item)).is_there is False:
                with self._database.write() as db:
                    outbox.again(db, item, line.clock(), line.clock())
            return
        if not item.verb.is_text:
            with self._database.write() as db:
                outbox.again(db, item, line.clock(), line.clock())
            return
        look = await self._find(item)
        if look.is_there is not False:
            return
        with self._database.write() as db:
            self._decide(db, item, look)
            crash_point("look-recording")

    def _decide(self, db: Connection, item: Item, look: EarlierAttempt) -> None:
        """It was not found: ask again later, send it again, or call a person.

        It is sent again only where the platform shows what was sent and was asked long enough;
        and not before the thread was read again and still is as the author saw it.
        """
        now, can = self.line.clock(), self.line.connector.capabilities
        times = item.looked + 1
        if can.resend_is_safe:
            outbox.again(db, item, now, now)
        elif times < len(outbox.LOOKS):
            outbox.looked(db, item, ASKING, now)
        elif item.verb in can.taken_once:
            outbox.again(db, item, now, now)
        elif look.refusal:
            seen = REFUSED.format(times=times, why=look.refusal.rstrip("."))
            outbox.unsure(db, item, seen, LOOK_YOURSELF, now)
        elif not can.shows_sent:
            outbox.unsure(db, item, NOT_SHOWN.format(times=times), LOOK_YOURSELF, now)
        elif item.attempts >= outbox.MOST_ATTEMPTS:
            seen = TOO_OFTEN.format(times=item.attempts)
            outbox.unsure(db, item, seen, LOOK_YOURSELF, now)
        else:
            outbox.again(db, item, now, now)

    async def _find(self, item: Item) -> EarlierAttempt:
        """Whether an earlier attempt put it on the platform: then it is recorded as sent.

        A platform that could not be asked will be, later. One that refuses to tell has been asked.
        """
        line = self.line
        order = order_of(self._database.connection, item, line.clock())
        found: Sent | None = None
        refusal = ""
        try:
            found = await line.connector.find_sent(order)
            line.well(PLACE, synced=False)
        except Exception as error:  # noqa: BLE001 - a connector's bug must not stop the channel
            wait = line.trouble(PLACE, error)
            if isinstance(error, Transient | Throttled | TokenRefused) or not isinstance(
                error, PlatformError
            ):
                with self._database.write() as db:
                    outbox.ask_later(db, item, line.clock() + wait)
                return EarlierAttempt(None)
            refusal = error.what
        crash_point("look-asked")
        if found is None or outbox.is_taken(self._database.connection, item, found.platform_id):
            return EarlierAttempt(is_there=False, refusal=refusal)
        self._record(item, found)
        return EarlierAttempt(is_there=True)
