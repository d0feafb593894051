"""The outbox as the desk sees it: orders put in, taken out and listed.

What happens to an order once it is due is the sender's. Every change here is conditional on the
state the order is in, so desk and sender can race and exactly one of them wins.
"""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.delivery import CANCELLED, QUEUED
from carecli.domain.model import Actor, Millis, OutboxVerb
from carecli.store import contacts
from carecli.store.columns import columns_of
from carecli.store.deliveries import allowed, marks
from carecli.store.situation import TargetMessage


class NewOrder(NamedTuple):
    """One thing to do on a platform, not before a moment."""

    key: str
    channel: int
    thread: int
    message: int | None
    head: int | None
    verb: OutboxVerb
    text: str
    fingerprint: str
    decision: int
    not_before: Millis
    answers: bool = True
    to_all: bool = False
    contact: int | None = None
    """Whom it is about, where that is a person and no message."""


class StoredOrder(NamedTuple):
    """An order as the screen shows it."""

    id: int
    thread: int
    message: int | None
    verb: str
    state: str
    text: str
    actor: str
    not_before: Millis
    attempts: int
    error: str
    hint: str
    created_at: Millis
    contact: str | None
    channel: str
    channel_id: int
    sent_id: str | None
    decision: int
    fingerprint: str
    to_all: bool
    about: int | None
    """The contact it is about, where that is a person and no message."""


_COLUMNS = columns_of(
    StoredOrder,
    "o",
    thread="o.thread_id",
    message="o.message_id",
    contact="k.name",
    channel="c.title",
    decision="o.decision_id",
    about="o.contact_id",
)
_SELECT = (
    f"SELECT {_COLUMNS} FROM outbox o JOIN channels c ON c.id = o.channel_id "
    "LEFT JOIN messages m ON m.id = o.message_id LEFT JOIN contacts k ON k.id = m.contact_id "
)


def put_in(db: Connection, order: NewOrder, by: Actor, now: Millis) -> int:
    """Queue an order; its id."""
    done = db.execute(
        "INSERT INTO outbox (key, channel_id, thread_id, message_id, head_id, verb, text, "
        "fingerprint, decision_id, not_before, answers, to_all, contact_id, actor, state, "
        "created_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,'queued',?)",
        (*order, str(by), now),
    )
    assert done.lastrowid is not None
    return done.lastrowid


def same_text(db: Connection, fingerprint: str) -> str:
    """State of an order that says the same to the same message; empty for none."""
    row = db.execute(
        "SELECT state FROM outbox WHERE fingerprint = ? AND fingerprint <> '' "
        "AND state IN ('queued', 'sending', 'sent', 'unknown')",
        (fingerprint,),
    ).fetchone()
    return str(row[0]) if row is not None else ""


def of_message(db: Connection, thread: int, message: int) -> list[StoredOrder]:
    """What was ordered about one message and not cancelled, oldest first."""
    rows = db.execute(
        _SELECT + "WHERE o.thread_id = ? AND o.message_id = ? AND o.state <> 'cancelled' "
        "ORDER BY o.id",
        (thread, message),
    )
    return [StoredOrder._make(row) for row in rows]


def about_author(db: Connection, message: TargetMessage | None) -> list[StoredOrder]:
    """What was ordered about who wrote a message, under any of their ids, and not cancelled.

    Oldest first.
    """
    if message is None or message.contact is None:
        return []
    person = contacts.same_person(db, message.contact)
    rows = db.execute(
        _SELECT
        + f"WHERE o.contact_id IN ({marks(person)}) AND o.state <> 'cancelled' ORDER BY o.id",
        tuple(person),
    )
    return [StoredOrder._make(row) for row in rows]


def of_thread(db: Connection, thread: int) -> list[StoredOrder]:
    """Everything ever ordered in a thread, newest first."""
    rows = db.execute(_SELECT + "WHERE o.thread_id = ? ORDER BY o.id DESC", (thread,))
    return [StoredOrder._make(row) for row in rows]


def of_decision(db: Connection, thread: int, decision: int) -> StoredOrder | None:
    """The order a decision led to."""
    row = db.execute(
        _SELECT + "WHERE o.thread_id = ? AND o.decision_id = ? ORDER BY o.id DESC LIMIT 1",
        (thread, decision),
    ).fetchone()
    return StoredOrder._make(row) if row is not None else None


def order(db: Connection, id_: int) -> StoredOrder | None:
    """One order."""
    row = db.execute(_SELECT + "WHERE o.id = ?", (id_,)).fetchone()
    return StoredOrder._make(row) if row is not None else None


def key_of(db: Connection, id_: int) -> str:
    """What an order is called at every attempt."""
    (key,) = db.execute("SELECT key FROM outbox WHERE id = ?", (id_,)).fetchone()
    return str(key)


def pending(db: Connection, limit: int) -> list[StoredOrder]:
    """What is queued, under way, unknown or failed anywhere, newest first."""
    rows = db.execute(
        _SELECT + "WHERE o.id IN (SELECT id FROM outbox WHERE state IN ('queued', 'sending', "
        "'unknown') UNION SELECT id FROM outbox WHERE state IN ('failed', 'unknown')) "
        "ORDER BY o.id DESC LIMIT ?",
        (limit,),
    )
    return [StoredOrder._make(row) for row in rows]


def troubled(db: Connection, limit: int) -> list[StoredOrder]:
    """What failed or is of unknown fate, newest first."""
    rows = db.execute(
        _SELECT + "WHERE o.id IN (SELECT id FROM outbox WHERE state IN ('failed', 'unknown')) "
        "ORDER BY o.id DESC LIMIT ?",
        (limit,),
    )
    return [StoredOrder._make(row) for row in rows]


def last_public(db: Connection, channel: int) -> Millis | None:
    """When the last public reply leaves that is queued on a channel and was never tried."""
    (last,) = db.execute(
        "SELECT max(o.not_before) FROM outbox o JOIN threads t ON t.id = o.thread_id "
        "WHERE o.state IN ('queued', 'sending', 'unknown') AND o.state = 'queued' "
        "AND o.attempts = 0 AND o.error = '' AND o.channel_id = ? AND o.verb = 'reply' "
        "AND t.point NOT IN ('dm', 'email')",
        (channel,),
    ).fetchone()
    return None if last is None else int(last)


def cancel(db: Connection, id_: int, *states: str) -> bool:
    """Drop an order while it is in one of these states; False when it is not any more."""
    before = allowed(CANCELLED, states)
    done = db.execute(
        f"UPDATE outbox SET state = 'cancelled' WHERE id = ? AND state IN ({marks(before)})",
        (id_, *before),
    )
    return done.rowcount == 1


def queue_again(db: Connection, id_: int, not_before: Millis, *states: str) -> bool:
    """Queue an order anew while it is in one of these states; its key stays the same.

    Whoever takes up what failed has seen the thread as it is now: only what comes after that
    makes the order stale again. An undo undone says nothing of the kind.
    """
    before = allowed(QUEUED, states)
    newest = "(SELECT max(id) FROM messages m WHERE m.thread_id = outbox.thread_id)"
    done = db.execute(
        "UPDATE outbox SET state = 'queued', not_before = ?, error = '', error_label = '', "
        f"hint = '', looked = 0, head_id = iif(state = 'cancelled', head_id, {newest}), "
        "created_at = iif(state = 'cancelled', created_at, ?) "
        f"WHERE id = ? AND state IN ({marks(before)})",
        (not_before, not_before, id_, *before),
    )
    return done.rowcount == 1


def renew(db: Connection, id_: int, head: int | None, now: Millis) -> None:
    """An order is as good as written now, by somebody who saw the thread up to `head`."""
    db.execute("UPDATE outbox SET head_id = ?, created_at = ? WHERE id = ?", (head, now, id_))
