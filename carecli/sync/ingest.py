"""Stores one page: its events, its cursor and its payload, or nothing."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from sqlite3 import Connection

from carecli.domain.errors import StoreError
from carecli.domain.events import Event, MessageSeen, Unrecognised
from carecli.domain.model import Millis
from carecli.domain.unreadable import FailingPlace
from carecli.platforms.base import Page
from carecli.store import attention, outbox, sync_state, unreadable
from carecli.store.db import Database
from carecli.store.intake import Intaken, take_in
from carecli.store.outsiders import reject_non_messages
from carecli.store.policies import Policies
from carecli.sync.crash import crash_point

log = logging.getLogger(__name__)

UNSTORABLE = (
    ValueError,  # a lone surrogate, among others
    TypeError,
    OverflowError,
    sqlite3.DataError,
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
)
"""What a strange event can cause. Any other error is carecli's own or the database's: then the
page stays where it is, to be pulled again, rather than be skipped."""


Rules = Callable[[Connection, Sequence[int], Millis], None]
"""Auto-moderation: looks at new and edited messages, by id, in the transaction that stores them."""


def ingest(
    database: Database,
    channel: int,
    page: Page,
    *,
    now: Millis,
    stream: str = "",
    rules: Rules | None = None,
) -> Intaken:
    """Store a page in one transaction; with `stream`, its cursor too, and what `rules` do about it.

    An event that cannot be stored is left out, counted as unrecognised, and its payload kept;
    the rest of the page is stored all the same. Raises StoreError.
    """
    crash_point("page-pulled")
    try:
        with database.write() as db:
            taken = _store(db, channel, page, page.events, now, stream, rules)
            crash_point("page-taken-in")
    except UNSTORABLE:
        log.exception("a page of %s cannot be stored as a whole", stream or "an answer")
        with database.write() as db:
            events = _storable(db, channel, page, now)
            taken = _store(db, channel, page, events, now, stream, rules)
    crash_point("page-committed")
    return taken


def _store(
    db: Connection,
    channel: int,
    page: Page,
    events: tuple[Event, ...],
    now: Millis,
    stream: str,
    rules: Rules | None,
) -> Intaken:
    before = sync_state.newest_raw(db) if page.raw else 0
    events = reject_non_messages(db, channel, events, now)
    taken = take_in(
        db,
        channel,
        events,
        observed_at=page.observed_at or now,
        now=now,
        policies=Policies(db),
        raw=page.raw,
        source=stream,
    )
    if page.raw and not taken.new_messages and not taken.unrecognised:
        # It told nothing new: keeping it would only keep texts that their authors may withdraw.
        for raw in range(before + 1, sync_state.newest_raw(db) + 1):
            sync_state.drop_raw(db, raw)
    for event in events:
        if isinstance(event, MessageSeen) and event.ours_key:
            outbox.adopt(db, channel, event.ours_key, event.platform_id, event.created_at, now)
    if stream and page.cursor is not None:
        sync_state.move_cursor(db, channel, stream, page.cursor, now)
    if page.wanted:
        places = [FailingPlace(place, "", "", now, 0, now) for place in page.wanted]
        unreadable.want(db, channel, places)
    if page.possible_loss:
        sync_state.may_have_lost(db, channel, page.possible_loss)
    if rules is not None:
        _let_rules_look(db, rules, taken.messages, now)
    return taken


def _let_rules_look(db: Connection, rules: Rules, messages: Sequence[int], now: Millis) -> None:
    """What rules do belongs to the page; but people get their messages though rules stumble."""
    db.execute("SAVEPOINT rules")
    try:
        rules(db, messages, now)
    except (sqlite3.Error, StoreError):
        raise
    except Exception as error:
        log.exception("rules failed on %d messages, which are left to people", len(messages))
        db.execute("ROLLBACK TO rules")
        what = f"{type(error).__name__}: {error}"
        attention.rules_stumbled(db, len(messages), what, now)
    db.execute("RELEASE rules")


def _storable(db: Connection, channel: int, page: Page, now: Millis) -> tuple[Event, ...]:
    """Each event tried by itself and undone; those that fail become `Unrecognised`."""
    policies = Policies(db)
    found: list[Event] = []
    for event in page.events:
        db.execute("SAVEPOINT one")
        try:
            take_in(
                db,
                channel,
                (event,),
                observed_at=page.observed_at or now,
                now=now,
                policies=policies,
            )
            found.append(event)
        except UNSTORABLE as error:
            found.append(Unrecognised(f"{type(event).__name__}: {type(error).__name__}: {error}"))
        db.execute("ROLLBACK TO one")
        db.execute("RELEASE one")
    return tuple(found)
