"""The delivery machine: does what is due on something outside, each thing at most once.

It commits the attempt, calls, and records the outcome. Whoever kills the process between two of
these steps leaves a delivery that is still queued, or one of unknown fate, about which the other
side is asked. Nothing is ever sent again on a guess. What is due, how it is done and how to ask
whether it happened is told by a `DeliveryKind`: the outbox (`carecli/sync/outbox_delivery.py`), the
mails of reports and the events for hooks (`carecli/jobs`).
"""

from __future__ import annotations

import logging
from asyncio import CancelledError
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Generic, NamedTuple, Protocol, TypeVar

from carecli.domain.delivery import DeliveryTraits, NextStep, next_step
from carecli.domain.errors import PlatformError, StoreError, Throttled, TokenRefused, Transient
from carecli.domain.model import Millis
from carecli.store.db import Database
from carecli.store.deliveries import Deliveries
from carecli.sync.crash import crash_point

log = logging.getLogger(__name__)

STOPPED = "carecli was stopped while this was being sent."
NOT_SHOWN = "The platform was asked {times} times since and does not show it."
REFUSED = "The platform was asked {times} times since and will not tell: {why}."
TOO_OFTEN = "This happened {times} times; the platform does not show it."
LOOK_YOURSELF = (
    "Look there yourself: retry if it is not there, drop it if it is. "
    "carecli does not send it again by itself."
)


class Delivery(Protocol):
    """A row that waits to be delivered. `attempts` are those before the one at hand."""

    @property
    def attempts(self) -> int: ...

    @property
    def looked(self) -> int: ...


D = TypeVar("D", bound=Delivery)
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Delivered(Generic[A]):
    """It happened; what the other side answered."""

    answer: A


class Postponed(NamedTuple):
    """It surely did not happen: it is tried again from a moment on."""

    until: Millis
    error: str
    label: str = ""
    hint: str = ""


class Rejected(NamedTuple):
    """It did not happen, and would not the next time either."""

    error: str
    label: str = ""
    hint: str = ""


class Uncertain(NamedTuple):
    """Nobody knows whether it happened."""

    error: str


class DeliveryKind(Protocol[D, A]):
    """One kind of delivery, on one channel, one mailbox, one hook: what the machine must be told.

    `name` begins the names of its crash points. `scope` are the columns and values that its rows
    have in common: of them one at a time is sent. `asking` is what a person is told while the
    other side is asked.
    """

    name: str
    rows: Deliveries
    scope: Mapping[str, object]
    asking: str

    def row_of(self, item: D) -> int | str:
        """The key of its row."""

    def item(self, db: Connection, row: int | str) -> D | None:
        """A row as it stands."""

    def traits(self, item: D) -> DeliveryTraits:
        """What the other side can do about it."""

    def next_unknown(self, db: Connection, now: Millis) -> D | None:
        """One of unknown fate that the other side should be asked about now."""

    def next_due(self, db: Connection, now: Millis) -> D | None:
        """The one to send now."""

    async def prepare(self, item: D) -> Postponed | Rejected | None:
        """Whatever has to be done before the attempt is counted; None: it may go on."""

    def claim(self, db: Connection, item: D, now: Millis) -> D | Rejected | None:
        """It as it is now, with the moment of its first attempt; None: it may not be sent now.

        In the transaction that counts the attempt.
        """

    async def send(self, item: D) -> A:
        """Do it; raises an error that `outcome` understands."""

    async def outcome(
        self, item: D, error: Exception
    ) -> Delivered[A] | Postponed | Rejected | Uncertain:
        """What an error of `send` says about it."""

    async def find(self, item: D) -> A | None:
        """What the other side answered at an earlier attempt; None if it does not show it.

        A PlatformError that is not `Transient`, `Throttled` or `TokenRefused` is an answer: it
        will not tell. After any other error it is asked again later.
        """

    def not_asked(self, item: D, error: Exception) -> Millis:
        """The other side could not be asked, or refused to tell: how long to wait."""

    def record(self, db: Connection, item: D, answer: A, now: Millis) -> bool:
        """Write down that it was sent, and what the answer tells, by `rows.sent`."""

    def essence(self, answer: A) -> A:
        """What of an answer has to be recorded where all of it cannot be."""

    def recorded(self, item: D) -> None:
        """It was written down as sent."""

    def moved(self, db: Connection, item: D, now: Millis) -> None:
        """Its state changed, in this transaction."""


class DeliveryMachine(Generic[D, A]):
    """Delivers what one kind has to deliver, one after another; one machine for its rows."""

    def __init__(
        self,
        kind: DeliveryKind[D, A],
        database: Database,
        clock: Callable[[], Millis],
        step: Callable[[str], None] = crash_point,
    ) -> None:
        """`database` is where the rows are; `step` is told what was reached."""
        self.delivered = 0
        """How many were recorded as sent."""
        self._kind = kind
        self._database = database
        self._clock = clock
        self._step = step

    async def drain(self, most: int = 1_000_000) -> int:
        """Do what is due now, at most so many deliveries; how many were taken up."""
        done = 0
        self.mark_orphans_unknown()
        while done < most and await self.step():
            done += 1
        return done

    async def step(self) -> bool:
        """Do the next due thing; False when nothing is due."""
        now = self._clock()
        with self._database.read() as db:
            unknown = self._kind.next_unknown(db, now)
            due = self._kind.next_due(db, now) if unknown is None else None
        if unknown is not None:
            await self._resolve(unknown)
        elif due is not None:
            await self._attempt(due)
        return unknown is not None or due is not None

    def mark_orphans_unknown(self) -> None:
        """Nothing is under way now: what is still marked so has lost its sender."""
        kind, now = self._kind, self._clock()
        with self._database.read() as db:
            is_orphaned = kind.rows.is_sending(db, kind.scope)
        if is_orphaned:
            with self._database.write() as db:
                for row in kind.rows.interrupted(db, kind.scope, kind.asking, now):
                    if (item := kind.item(db, row)) is not None:
                        kind.moved(db, item, now)

    # ---- an attempt

    async def _attempt(self, item: D) -> None:
        kind = self._kind
        self._reach("chosen")
        if self._asks_first(item) and not (await self._look(item)).is_absent:
            return
        if (stopped := await self._prepare(item)) is not None:
            self._settle(item, stopped)
            return
        self._reach("prepared")
        claimed = self._claim(item)
        if claimed is None:
            return
        self._reach("claimed")
        outcome: Delivered[A] | Postponed | Rejected | Uncertain
        try:
            outcome = Delivered(await kind.send(claimed))
        except CancelledError:
            self._settle(claimed, Uncertain(STOPPED))
            raise
        except Exception as error:  # noqa: BLE001 - a bug there must not lose the outcome here
            outcome = await kind.outcome(claimed, error)
        else:
            self._reach("answered")
        self._settle(claimed, outcome)

    def _asks_first(self, item: D) -> bool:
        """Whether an earlier attempt may have arrived after all."""
        traits = self._kind.traits(item)
        return bool(item.attempts) and traits.can_ask and traits.asks_first

    async def _prepare(self, item: D) -> Postponed | Rejected | None:
        try:
            return await self._kind.prepare(item)
        except StoreError:
            raise
        except Exception as error:
            log.exception("before a %s", self._kind.name)
            what = f"{type(error).__name__}: {error}"
            return Postponed(self._clock() + self._kind.not_asked(item, error), what)

    def _claim(self, item: D) -> D | None:
        """Count the attempt if it may still be made."""
        kind, now = self._kind, self._clock()
        with self._database.write() as db:
            claimed = kind.claim(db, item, now)
            if isinstance(claimed, Rejected):
                if kind.rows.failed(db, kind.row_of(item), *claimed):
                    kind.moved(db, item, now)
                return None
            if claimed is None or not kind.rows.start(db, kind.row_of(claimed), now):
                return None
            kind.moved(db, claimed, now)
            self._reach("claiming")
        return claimed

    # ---- an outcome

    def _settle(self, item: D, outcome: Delivered[A] | Postponed | Rejected | Uncertain) -> None:
        """Record an outcome."""
        if isinstance(outcome, Delivered):
            self._record(item, outcome.answer)
            return
        kind, now = self._kind, self._clock()
        rows, row = kind.rows, kind.row_of(item)
        with self._database.write() as db:
            match outcome:
                case Postponed(until, error, label, hint):
                    moved = rows.again(db, row, until, error=error, label=label, hint=hint)
                case Rejected(error, label, hint):
                    moved = rows.failed(db, row, error, label, hint)
                case Uncertain(error):
                    moved = rows.unknown(db, row, error, kind.asking, now)
            if moved:
                kind.moved(db, item, now)

    def _record(self, item: D, answer: A) -> None:
        """It was sent: that, and what the answer tells, all at once."""
        kind = self._kind
        try:
            self._write_sent(item, answer)
        except Exception:
            # What the answer tells may come again in another way; that it was sent does not.
            log.exception("what was answered to a %s", kind.name)
            self._write_sent(item, kind.essence(answer))
        self._reach("recorded")
        self.delivered += 1
        kind.recorded(item)

    def _write_sent(self, item: D, answer: A) -> None:
        now = self._clock()
        with self._database.write() as db:
            if self._kind.record(db, item, answer, now):
                self._kind.moved(db, item, now)
            self._reach("recording")

    # ---- an unknown fate

    async def _resolve(self, item: D) -> None:
        """Find out whether a delivery of unknown fate happened."""
        refusal = ""
        if self._kind.traits(item).can_ask:
            look = await self._look(item)
            if not look.is_absent:
                return
            refusal = look.refusal
        now = self._clock()
        with self._database.write() as db:
            if self._decide(db, item, refusal, now):
                self._kind.moved(db, item, now)
            self._reach("decided")

    def _decide(self, db: Connection, item: D, refusal: str, now: Millis) -> bool:
        """It was not found: ask again later, send it again, or call a person."""
        kind, times = self._kind, item.looked + 1
        rows, row, traits = kind.rows, kind.row_of(item), kind.traits(item)
        match next_step(traits, times, item.attempts, refusal):
            case NextStep.SEND_AGAIN:
                return rows.again(db, row, now)
            case NextStep.ASK_AGAIN:
                return rows.looked(db, row, times, kind.asking, now)
            case NextStep.CALL_PERSON if refusal:
                seen = REFUSED.format(times=times, why=refusal.rstrip("."))
            case NextStep.CALL_PERSON if not traits.shows_sent:
                seen = NOT_SHOWN.format(times=times)
            case NextStep.CALL_PERSON:
                seen = TOO_OFTEN.format(times=item.attempts)
        return rows.unsure(db, row, seen, LOOK_YOURSELF)

    async def _look(self, item: D) -> _Look:
        """Whether an earlier attempt arrived: then it is recorded as sent."""
        kind = self._kind
        refusal = ""
        found: A | None = None
        try:
            found = await kind.find(item)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug there must not stop what else is due
            wait = kind.not_asked(item, error)
            if not _is_refusal(error):
                with self._database.write() as db:
                    kind.rows.ask_later(db, kind.row_of(item), self._clock() + wait)
                return _Look(is_absent=False)
            refusal = str(getattr(error, "what", error))
        self._reach("asked")
        if found is None:
            return _Look(is_absent=True, refusal=refusal)
        self._record(item, found)
        return _Look(is_absent=False)

    def _reach(self, step: str) -> None:
        self._step(f"{self._kind.name}-{step}")


class _Look(NamedTuple):
    """What a look for an earlier attempt found; `refusal` is why the other side will not tell."""

    is_absent: bool
    refusal: str = ""


def _is_refusal(error: Exception) -> bool:
    """Whether the other side answered that it will not tell."""
    return isinstance(error, PlatformError) and not isinstance(
        error, Transient | Throttled | TokenRefused
    )
