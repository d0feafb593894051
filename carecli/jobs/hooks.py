"""Hooks: programs and addresses that are notified of events, in journal order.

An event is a delivery (see `carecli/sync/delivery.py`), and a hook is told one at a time. Nobody
can ask it what it heard, so after a crash it is told again, and knows the event by its id. A hook
that fails holds up nothing else; it is told again later, from where it stood.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.delivery import OPEN, UNKNOWN, DeliveryTraits, wait_after
from carecli.domain.model import MINUTE, SECOND, Millis, ThreadId
from carecli.store import hooks as stored
from carecli.store.db import Database
from carecli.store.hooks import Happened, HookProgress
from carecli.sync.crash import crash_point
from carecli.sync.delivery import DeliveryMachine, Postponed

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Things a hook is told at one look."""

AGAIN = "It is called again, and nothing is skipped."

PATIENCE: tuple[Millis, ...] = (5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE)
"""How long to wait after the first failure, the second, and so on."""

MESSAGE = "message"


class HookFailed(Exception):
    """A hook could not be told, and why."""


@dataclass(frozen=True, slots=True)
class HookTarget:
    """What is told of which events. `matches` says whether a thread is meant, by its id."""

    name: str
    events: Sequence[str]
    tell: Callable[[Mapping[str, object]], None]
    """Raises HookFailed."""
    matches: Callable[[ThreadId], bool] = lambda _thread: True


def look(
    database: Database,
    hook: HookTarget,
    now: Millis,
    step: Callable[[str], None] = crash_point,
) -> int:
    """Tell a hook what is new; how many things were told. `step` is told what was reached."""
    known = stored.known(database.connection, hook.name)
    if known is None:
        with database.write() as db:
            stored.knows(db, hook.name, *stored.newest(db))
        return 0
    kind = HookDelivery(hook, database, now)
    if known.state in OPEN and kind.item(database.connection, hook.name) is None:
        with database.write() as db:  # what it was to be told, it no longer asks for
            stored.knows(db, hook.name, known.decision, known.message)
    machine: DeliveryMachine[Event, None] = DeliveryMachine(kind, database, lambda: now, step)
    asyncio.run(machine.drain(AT_ONCE))
    return machine.delivered


class Event(NamedTuple):
    """What is told next, and how far the hook was told."""

    happened: Happened
    progress: HookProgress

    @property
    def attempts(self) -> int:
        """How often it was told in vain."""
        return self.progress.attempts if self.progress.state in OPEN else 0

    @property
    def looked(self) -> int:
        """A hook cannot be asked."""
        return 0

    @property
    def is_message(self) -> bool:
        """Whether it is a message; else a decision."""
        return self.happened.verb == MESSAGE

    @property
    def after(self) -> tuple[int, int]:
        """The newest decision and message that the hook knows once it was told this."""
        if self.is_message:
            return self.progress.decision, self.happened.id
        return self.happened.id, self.progress.message


class HookDelivery:
    """What the delivery machine has to know of one hook at a look."""

    name = "hook"
    asking = AGAIN
    rows = stored.DELIVERIES

    def __init__(self, hook: HookTarget, database: Database, now: Millis) -> None:
        self.scope: Mapping[str, object] = {"name": hook.name}
        self._hook = hook
        self._database = database
        self._now = now

    def row_of(self, item: Event) -> str:  # noqa: ARG002 - one row for all its events
        """The row of the hook."""
        return self._hook.name

    def item(self, db: Connection, row: int | str) -> Event | None:
        """The event that is told next."""
        progress = stored.known(db, str(row))
        return self._next(db, progress) if progress is not None else None

    def traits(self, item: Event) -> DeliveryTraits:  # noqa: ARG002 - the same for all
        """A hook tells nothing back, and knows an event by its id."""
        return DeliveryTraits(can_ask=False, resend_is_safe=True)

    def next_unknown(self, db: Connection, now: Millis) -> Event | None:
        """One that may have been told when the engine ended."""
        return self._due(db, now, is_unknown=True)

    def next_due(self, db: Connection, now: Millis) -> Event | None:
        """The first event after those the hook knows."""
        return self._due(db, now, is_unknown=False)

    def _due(self, db: Connection, now: Millis, *, is_unknown: bool) -> Event | None:
        progress = stored.known(db, self._hook.name)
        if progress is None or (progress.state == UNKNOWN) is not is_unknown:
            return None
        if progress.state in OPEN and progress.not_before > now:
            return None
        return self._next(db, progress)

    def _next(self, db: Connection, progress: HookProgress) -> Event | None:
        """What is being told already, or else a decision and a message by turns."""
        is_message = bool(progress.is_message)
        first_message = is_message if progress.state in OPEN else not is_message
        for wants_message in (first_message, not first_message):
            happened = (
                self._next_message(db, progress)
                if wants_message
                else self._next_decision(db, progress)
            )
            if happened is not None:
                return Event(happened, progress)
        return None

    def _next_message(self, db: Connection, progress: HookProgress) -> Happened | None:
        if MESSAGE not in self._hook.events:
            return None
        return stored.next_message(db, progress.message)

    def _next_decision(self, db: Connection, progress: HookProgress) -> Happened | None:
        verbs = [event for event in self._hook.events if event != MESSAGE]
        return stored.next_decision(db, verbs, progress.decision) if verbs else None

    async def prepare(self, item: Event) -> None:
        """A thread that the hook does not want to hear of is passed over."""
        if not self._hook.matches(ThreadId(item.happened.thread)):
            with self._database.write() as db:
                stored.knows(db, self._hook.name, *item.after, is_message=item.is_message)

    def claim(self, db: Connection, item: Event, now: Millis) -> Event | None:
        """It, unless it was passed over."""
        if stored.known(db, self._hook.name) != item.progress:
            return None
        if item.progress.state not in OPEN:
            stored.queue(db, self._hook.name, now, is_message=item.is_message)
        return item

    async def send(self, item: Event) -> None:
        """Tell the hook; raises HookFailed."""
        self._hook.tell(as_told(item.happened))

    async def outcome(self, item: Event, error: Exception) -> Postponed:
        """Whatever went wrong, the hook is told again."""
        wait = wait_after(item.attempts + 1, PATIENCE)
        log.warning("the hook %s: %s", self._hook.name, error)
        what = str(error) if isinstance(error, HookFailed) else f"{type(error).__name__}: {error}"
        return Postponed(self._now + wait, what, hint=AGAIN)

    async def find(self, item: Event) -> None:
        """Nobody can ask a hook."""

    def not_asked(self, item: Event, error: Exception) -> Millis:  # noqa: ARG002 - for all errors
        """As long as after a failure."""
        return wait_after(item.attempts + 1, PATIENCE)

    def record(self, db: Connection, item: Event, answer: None, now: Millis) -> bool:  # noqa: ARG002 - the same for all
        """It knows that, too."""
        decision, message = item.after
        return self.rows.sent(
            db, self._hook.name, now, {"decision_id": decision, "message_id": message}
        )

    def essence(self, answer: None) -> None:
        """There is no answer."""

    def recorded(self, item: Event) -> None:
        """Nobody has to be told."""

    def moved(self, db: Connection, item: Event, now: Millis) -> None:
        """Nobody has to be told."""


def as_told(one: Happened) -> dict[str, object]:
    """What a hook is told, as docs/hooks.md has it."""
    is_message = one.verb == MESSAGE
    return {
        "event": one.verb,
        "id": one.id,
        "at": _moment(one.at),
        "by": one.actor,
        "text" if is_message else "args": one.args if is_message else json.loads(one.args),
        "thread": {
            "id": one.thread,
            "channel": one.channel,
            "brand": one.brand,
            "at": one.point,
            "colour": one.colour,
            "team": one.team,
            "assignee": one.assignee,
            "deadline": None if one.deadline is None else _moment(one.deadline),
            "contact": one.contact,
        },
    }


def _moment(at: Millis) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")


def run_program(
    words: Sequence[str],
    timeout: float,
    told: Mapping[str, object],
    hidden: Collection[str] = (),
) -> None:
    """Tell a program on its standard input; raises HookFailed. No shell is asked.

    It gets our environment but for the variables that are `hidden`. One that takes too long is
    ended with everything it started.
    """
    try:
        program = subprocess.Popen(  # noqa: S603  # the operator's own words, as they stand
            list(words),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={name: value for name, value in os.environ.items() if name not in hidden},
        )
    except OSError as error:
        raise HookFailed(f"{words[0]} cannot be run: {error.strerror}") from error
    try:
        _, errors = program.communicate(json.dumps(told).encode(), timeout)
    except subprocess.TimeoutExpired as error:
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
        for pipe in (program.stdin, program.stderr):
            assert pipe is not None
            pipe.close()  # something that left the group may hold the other end for ever
        program.wait()
        raise HookFailed(f"{words[0]} took longer than {timeout:g} s") from error
    if program.returncode:
        said = errors.decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
        raise HookFailed(f"{words[0]} ended with {program.returncode} {said[0]}".strip())
