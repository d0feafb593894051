"""One thread: its messages, its post, its contact and its open waits."""

from __future__ import annotations

import json
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis
from carecli.store.columns import columns_of
from carecli.store.contacts import contact_of as known_contact
from carecli.store.contacts import is_blocked

NEWEST = 200
"""Messages shown of one thread."""


class StoredMessage(NamedTuple):
    """A message as the conversation shows it. `by` is who of us wrote it in carecli."""

    id: int
    platform_id: str
    parent: str | None
    contact: int | None
    name: str | None
    text: str
    created_at: Millis
    seen_at: Millis
    visibility: str
    settled_at: Millis | None
    edited_at: Millis | None
    is_liked: int
    permalink: str
    attachments: str
    native_actor: str
    also_to: str
    by: str | None

    def things(self) -> list[tuple[str, str, str]]:
        """Attachments as (kind, url, name)."""
        found = json.loads(self.attachments) if self.attachments else []
        return [(kind, url, name) for kind, url, name in found]


_MESSAGE = columns_of(
    StoredMessage, "m", contact="m.contact_id", name="k.name", is_liked="m.liked", by="o.actor"
)


class StoredPost(NamedTuple):
    """What a comment is under."""

    kind: str
    text: str
    permalink: str
    created_at: Millis | None


class StoredContact(NamedTuple):
    """The person who opened the thread, or who wrote in it last."""

    id: int
    name: str
    first_seen_at: Millis
    thread_count: int
    complaint_count: int
    is_blocked: bool


class OpenWait(NamedTuple):
    """Somebody waits since a moment, with a first message."""

    contact: int
    started_at: Millis
    first_message: int


_OPEN_WAIT = columns_of(OpenWait, contact="contact_id", first_message="first_message_id")


def messages(db: Connection, thread: int) -> tuple[list[StoredMessage], int]:
    """The newest messages, oldest first, and how many older ones there are."""
    rows = db.execute(
        f"SELECT {_MESSAGE} FROM messages m "
        "LEFT JOIN contacts k ON k.id = m.contact_id "
        "LEFT JOIN outbox o ON m.contact_id IS NULL AND o.sent_id = m.platform_id "
        "AND o.channel_id = m.channel_id "
        "WHERE m.thread_id = ? ORDER BY m.created_at DESC, m.id DESC LIMIT ?",
        (thread, NEWEST),
    ).fetchall()
    found = [StoredMessage._make(row) for row in reversed(rows)]
    older = 0
    if len(found) == NEWEST:
        (count,) = db.execute(
            "SELECT count(*) FROM messages WHERE thread_id = ?", (thread,)
        ).fetchone()
        older = count - NEWEST
    return found, older


def post_of(db: Connection, thread: int) -> StoredPost | None:
    """The post a thread is under."""
    row = db.execute(
        f"SELECT {columns_of(StoredPost, 'p')} FROM threads t "
        "JOIN posts p ON p.id = t.post_id WHERE t.id = ?",
        (thread,),
    ).fetchone()
    return StoredPost._make(row) if row is not None else None


def contact_of(db: Connection, thread: int) -> StoredContact | None:
    """The contact the row of the list names; None in a thread where only the brand spoke."""
    contact = known_contact(db, thread)
    if contact is None:
        return None
    id_, name, since = db.execute(
        "SELECT id, name, first_seen_at FROM contacts WHERE id = ?", (contact,)
    ).fetchone()
    threads, complaints = db.execute(
        "SELECT count(*), coalesce(sum(colour IN ('yellow', 'red')), 0) FROM threads "
        "WHERE contact_id = ?",
        (id_,),
    ).fetchone()
    return StoredContact(id_, name, since, threads, complaints, is_blocked(db, id_))


def open_waits(db: Connection, thread: int) -> list[OpenWait]:
    """Who waits in a thread."""
    rows = db.execute(
        f"SELECT {_OPEN_WAIT} FROM waits WHERE thread_id = ? AND ended_at IS NULL",
        (thread,),
    )
    return [OpenWait._make(row) for row in rows]


def known_sent(db: Connection, channel: int, platform_id: str) -> bool:
    """Whether a message we sent stands among the messages."""
    found = db.execute(
        "SELECT 1 FROM messages WHERE platform_id = ? AND channel_id = ?", (platform_id, channel)
    ).fetchone()
    return found is not None
