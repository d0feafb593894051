"""Hooks: programs and addresses that are notified of events, in journal order.

The journal remembers what each was told, so nothing is left out and a crash repeats one at most. A
hook that fails holds up nothing else; it is told again later, from where it stood.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from carecli.domain.model import MINUTE, SECOND, Millis, ThreadId
from carecli.store import hooks as stored
from carecli.store.db import Database
from carecli.store.hooks import Happened, HookProgress

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Things a hook is told at one look."""

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


def look(database: Database, hook: HookTarget, now: Millis) -> int:
    """Tell a hook what is new; how many things were told."""
    known = stored.known(database.connection, hook.name)
    if known is None:
        with database.write() as db:
            stored.told(db, hook.name, *stored.newest(db))
        return 0
    if known.retry_at > now:
        return 0
    done = 0
    for one in _news(database, hook, known):
        if hook.matches(ThreadId(one.thread)):
            try:
                hook.tell(as_told(one))
            except HookFailed as error:
                wait = PATIENCE[min(known.failures, len(PATIENCE) - 1)]
                log.warning("the hook %s: %s", hook.name, error)
                with database.write() as db:
                    stored.failed(db, hook.name, str(error), now + wait)
                return done
            done += 1
        known = (
            known._replace(message=one.id, failures=0)
            if one.verb == MESSAGE
            else known._replace(decision=one.id, failures=0)
        )
        with database.write() as db:
            stored.told(db, hook.name, known.decision, known.message)
    return done


def _news(database: Database, hook: HookTarget, known: HookProgress) -> list[Happened]:
    verbs = [event for event in hook.events if event != MESSAGE]
    with database.read() as db:
        found = stored.decisions(db, verbs, known.decision, AT_ONCE) if verbs else []
        if MESSAGE in hook.events:
            found += stored.messages(db, known.message, AT_ONCE)
    return found


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
