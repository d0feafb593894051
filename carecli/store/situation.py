"""What must be known of a thread and a message to tell whether a command is legal now."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis, ThreadId
from carecli.store import contacts
from carecli.store.columns import columns_of
from carecli.store.db import CHUNK


class Situation(NamedTuple):
    """A thread as it stands. `head` is its newest message; `claimed_by` an unexpired claim."""

    thread: int
    channel_id: int
    channel: str
    brand: str
    platform: str
    title: str
    point: str
    is_waiting: bool
    head: int | None
    last_inbound_at: Millis | None
    claimed_by: str


class TargetMessage(NamedTuple):
    """A message that somebody wants to answer or moderate."""

    id: int
    thread: int
    contact: int | None
    created_at: Millis
    visibility: str
    is_liked: bool
    private_at: Millis | None
    can_private: bool | None
    contact_name: str = ""
    also_to: str = ""
    """Of a mail: who else received it, one a line."""
    is_nameless: bool = False
    """The platform does not tell who wrote it, or they were forgotten here."""
    is_blocked: bool = False
    """The brand keeps who wrote it from writing, here and elsewhere on the channel."""


_SITUATION = columns_of(
    Situation,
    "c",
    thread="t.id",
    channel_id="t.channel_id",
    channel="c.key",
    point="t.point",
    is_waiting="t.waiting",
    head="(SELECT id FROM messages WHERE thread_id = t.id "
    "ORDER BY created_at DESC, id DESC LIMIT 1)",
    last_inbound_at="(SELECT max(created_at) FROM messages "
    "WHERE thread_id = t.id AND contact_id IS NOT NULL)",
    claimed_by="coalesce("
    "(SELECT moderator FROM claims WHERE thread_id = t.id AND expires_at > ?), '')",
)
"""Its one parameter is the moment (ms UTC)."""


def situation(db: Connection, thread: int, now: Millis) -> Situation | None:
    """How a thread stands; None when there is no such thread."""
    row = db.execute(
        f"SELECT {_SITUATION} FROM threads t JOIN channels c ON c.id = t.channel_id WHERE t.id = ?",
        (now, thread),
    ).fetchone()
    return Situation._make(row) if row is not None else None


def there(db: Connection, threads: Sequence[ThreadId]) -> set[ThreadId]:
    """Those of these threads that there are."""
    found: set[ThreadId] = set()
    for start in range(0, len(threads), CHUNK):
        some = threads[start : start + CHUNK]
        marks = ",".join("?" * len(some))
        rows = db.execute(f"SELECT id FROM threads WHERE id IN ({marks})", some)
        found |= {id_ for (id_,) in rows}
    return found


def assignee(db: Connection, thread: int) -> str:
    """Who has a thread; empty: nobody."""
    row = db.execute("SELECT assignee FROM threads WHERE id = ?", (thread,)).fetchone()
    return str(row[0]) if row is not None else ""


_SUBJECT = (
    "SELECT id, thread_id, contact_id, created_at, visibility, liked, private_at, can_private, "
    "coalesce((SELECT name FROM contacts k WHERE k.id = contact_id), ''), also_to, "
    "EXISTS (SELECT 1 FROM contacts k WHERE k.id = contact_id AND (k.platform_id LIKE '?%' "
    "OR k.id IN (SELECT contact_id FROM erasures))) "
    "FROM messages "
)


def subject(db: Connection, message: int) -> TargetMessage | None:
    """One message; None when there is no such message."""
    row = db.execute(_SUBJECT + "WHERE id = ?", (message,)).fetchone()
    return _subject(db, row)


def newest_inbound(db: Connection, thread: int) -> TargetMessage | None:
    """What a reply without a target answers: the newest message of a contact still there."""
    row = db.execute(
        _SUBJECT + "WHERE thread_id = ? AND contact_id IS NOT NULL "
        "ORDER BY visibility IN ('visible', 'hidden') DESC, created_at DESC, id DESC LIMIT 1",
        (thread,),
    ).fetchone()
    return _subject(db, row)


def _subject(db: Connection, row: tuple[object, ...] | None) -> TargetMessage | None:
    if row is None:
        return None
    found = TargetMessage(*row)  # type: ignore[arg-type]  # the columns of _SUBJECT
    is_blocked = found.contact is not None and contacts.is_blocked(db, found.contact)
    return found._replace(is_nameless=bool(found.is_nameless), is_blocked=is_blocked)


def has_ended_wait(db: Connection, thread: int) -> bool:
    """Whether there is a wait that could go on."""
    found = db.execute(
        "SELECT 1 FROM waits WHERE thread_id = ? AND ended_at IS NOT NULL LIMIT 1", (thread,)
    ).fetchone()
    return found is not None


def thread_of(db: Connection, channel: int, platform_id: str) -> int:
    """The id of a thread that is stored, by the platform's key."""
    row = db.execute(
        "SELECT id FROM threads WHERE platform_id = ? AND channel_id = ?", (platform_id, channel)
    ).fetchone()
    return int(row[0])
