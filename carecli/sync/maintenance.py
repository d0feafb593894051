"""What the passing of time changes: snoozes end, windows close, old payloads are dropped."""

from __future__ import annotations

from collections.abc import Callable

from carecli.domain.commands import CloseWindow
from carecli.domain.model import DAY, Actor, Millis, ThreadId
from carecli.store import erasure, journal, sync_state
from carecli.store.db import Database
from carecli.store.derive import refresh
from carecli.store.feed import announce, prune
from carecli.store.policies import Policies
from carecli.store.snooze import is_due, wake_snoozed
from carecli.sync.channel_state import ChannelState

RETENTION = Actor("carecli", "retention")
"""Who forgets people when their time is over."""

RAW_KEPT: Millis = 30 * DAY
"""How long payloads are kept as they came."""


def wake(database: Database, now: Millis) -> int:
    """Bring back threads whose snooze has passed; how many."""
    if not is_due(database.connection, now):
        return 0
    with database.write() as db:
        return len(wake_snoozed(db, now, Policies(db)))


def close_windows(line: ChannelState, now: Millis) -> int:
    """End private waits that the platform no longer lets anybody answer; how many threads."""
    limits = line.connector.capabilities
    window = limits.human_window or limits.window
    if window is None:
        return 0
    threads = sync_state.unanswerable(line.database.connection, line.id, now - window)
    if not threads:
        return 0
    with line.database.write() as db:
        for thread in threads:
            journal.record(db, CloseWindow(ThreadId(thread)), Actor("platform", line.key), now)
        refresh(db, threads, now, Policies(db))
        announce(db, threads)
    return len(threads)


def forget_silent(database: Database, kept: Millis, clock: Callable[[], Millis]) -> int:
    """Forget people who have written nothing for as long as they are kept; how many."""
    now = clock()
    done, _ = erasure.erase_silent(database, now - kept, RETENTION, now)
    return done.people


def tidy(database: Database, now: Millis, raw_kept: Millis = RAW_KEPT) -> None:
    """Forget old payloads, a lot at a time, and old entries of the change feed."""
    with database.write() as db:
        sync_state.expire_raw(db, now - raw_kept)
        prune(db)
