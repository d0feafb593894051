"""Contacts: the ids they are known under, their threads, notes about them.

A platform gives one person different ids in public and in private. A private answer to a comment
is what tells that two of them are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis
from carecli.store.columns import columns_of

MOST = 50
"""Ids one person is known under at most; what a chain of links leads to beyond is left out."""


class StoredIdentity(NamedTuple):
    """One id of a person, on one channel."""

    contact: int
    channel: str
    name: str
    first_seen_at: Millis


class ContactNote(NamedTuple):
    """A note about a person, in force."""

    decision: int
    at: Millis
    actor: str
    text: str


class StoredTie(NamedTuple):
    """A comment answered privately, seen from one of both threads: the other one."""

    thread: int
    message: int
    is_private: bool


def contact_of(db: Connection, thread: int) -> int | None:
    """The person whom the list names in a thread's line; None where only the brand spoke.

    In a private thread that our own answer to a comment opened, the comment's author.
    """
    row = db.execute(
        "SELECT coalesce(m.contact_id, t.contact_id, l.contact_id) FROM threads t "
        "LEFT JOIN messages m ON m.id = t.last_inbound_id "
        "LEFT JOIN contact_links l ON l.conversation = t.platform_id "
        "AND l.channel_id = t.channel_id WHERE t.id = ? LIMIT 1",
        (thread,),
    ).fetchone()
    return row[0] if row is not None else None


def link(db: Connection, channel: int, message: int, contact: int, conversation: str) -> list[int]:
    """A contact's comment was answered in a conversation; that thread's id, if it is here."""
    db.execute(
        "INSERT OR REPLACE INTO contact_links (message_id, contact_id, channel_id, conversation) "
        "VALUES (?,?,?,?)",
        (message, contact, channel, conversation),
    )
    rows = db.execute(
        "SELECT id FROM threads WHERE platform_id = ? AND channel_id = ?", (conversation, channel)
    )
    return [id_ for (id_,) in rows]


def same_person(db: Connection, contact: int) -> list[int]:
    """This contact, and those linked with them, directly or through others."""
    found = [contact]
    for one in found:
        for (other,) in sorted(db.execute(_LINKED, {"one": one})):
            if other not in found and len(found) < MOST:
                found.append(other)
    return found


# Who speaks in a private thread is who opened it, or, where the brand did, who waited in it.
# CROSS JOIN keeps this order of tables: from few conversations to what belongs to each.
_LINKED = """
WITH conversations AS (
  SELECT conversation, channel_id FROM contact_links WHERE contact_id = :one
  UNION
  SELECT t.platform_id, t.channel_id FROM threads t
  WHERE t.contact_id = :one AND t.point = 'dm'
  UNION
  SELECT t.platform_id, t.channel_id FROM waits w JOIN threads t ON t.id = w.thread_id
  WHERE w.contact_id = :one AND t.point = 'dm'
)
SELECT l.contact_id FROM conversations c
CROSS JOIN contact_links l ON l.conversation = c.conversation AND l.channel_id = c.channel_id
UNION
SELECT t.contact_id FROM conversations c
CROSS JOIN contact_links l ON l.conversation = c.conversation AND l.channel_id = c.channel_id
CROSS JOIN threads t ON t.platform_id = c.conversation AND t.channel_id = c.channel_id
WHERE t.contact_id IS NOT NULL
UNION
SELECT w.contact_id FROM conversations c
CROSS JOIN contact_links l ON l.conversation = c.conversation AND l.channel_id = c.channel_id
CROSS JOIN threads t ON t.platform_id = c.conversation AND t.channel_id = c.channel_id
CROSS JOIN waits w ON w.thread_id = t.id
"""


def is_blocked(db: Connection, contact: int) -> bool:
    """Whether the brand keeps this person from writing, under whichever of their ids."""
    if db.execute("SELECT 1 FROM contacts WHERE blocked_at IS NOT NULL LIMIT 1").fetchone() is None:
        return False
    person = same_person(db, contact)
    row = db.execute(
        f"SELECT 1 FROM contacts WHERE id IN ({_marks(person)}) AND blocked_at IS NOT NULL LIMIT 1",
        tuple(person),
    ).fetchone()
    return row is not None


def set_blocked(db: Connection, channel: int, platform_id: str, at: Millis | None) -> list[int]:
    """A person is blocked since `at`, or (None) no more, under all of their ids.

    The threads with them; none where nobody is known by that id.
    """
    rows = db.execute(
        "SELECT id FROM contacts WHERE platform_id = ? AND channel_id = ?", (platform_id, channel)
    ).fetchall()
    person = list(dict.fromkeys(one for (id_,) in rows for one in same_person(db, id_)))
    db.executemany(
        "UPDATE contacts SET blocked_at = iif(?, coalesce(blocked_at, ?), NULL) WHERE id = ?",
        [(at is not None, at, one) for one in person],
    )
    return threads(db, person) if person else []


def identities(db: Connection, contacts: Sequence[int]) -> list[StoredIdentity]:
    """These ids with their channels, the one known longest first."""
    rows = db.execute(
        f"SELECT {columns_of(StoredIdentity, 'k', contact='k.id', channel='c.title')} "
        "FROM contacts k "
        f"JOIN channels c ON c.id = k.channel_id WHERE k.id IN ({_marks(contacts)}) "
        "ORDER BY k.first_seen_at, k.id",
        tuple(contacts),
    )
    return [StoredIdentity._make(row) for row in rows]


def threads(db: Connection, contacts: Sequence[int]) -> list[int]:
    """Threads these contacts opened, waited in, or were answered privately in; newest first."""
    marks = _marks(contacts)
    rows = db.execute(
        f"SELECT id FROM threads WHERE id IN (SELECT id FROM threads WHERE contact_id IN ({marks}) "
        f"UNION SELECT thread_id FROM waits WHERE contact_id IN ({marks}) "
        "UNION SELECT t.id FROM contact_links l JOIN threads t ON t.platform_id = l.conversation "
        f"AND t.channel_id = l.channel_id WHERE l.contact_id IN ({marks})) "
        "ORDER BY last_message_at DESC, id DESC",
        (*contacts, *contacts, *contacts),
    )
    return [id_ for (id_,) in rows]


def outcomes(db: Connection, contacts: Sequence[int]) -> dict[str, int]:
    """How these contacts' waits ended, and how often."""
    return dict(
        db.execute(
            f"SELECT outcome, count(*) FROM waits WHERE contact_id IN ({_marks(contacts)}) "
            "AND ended_at IS NOT NULL GROUP BY outcome ORDER BY outcome",
            tuple(contacts),
        ).fetchall()
    )


def note(db: Connection, contact: int, decision: int) -> None:
    """A decision is a note about a contact."""
    db.execute(
        "INSERT INTO contact_notes (contact_id, decision_id) VALUES (?,?)", (contact, decision)
    )


_NOTE = columns_of(
    ContactNote, "d", decision="d.id", text="coalesce(json_extract(d.args, '$.text'), '')"
)


def notes(db: Connection, contacts: Sequence[int]) -> list[ContactNote]:
    """Notes about these contacts that were not undone, oldest first."""
    rows = db.execute(
        f"SELECT {_NOTE} FROM contact_notes n JOIN decisions d ON d.id = n.decision_id "
        f"WHERE n.contact_id IN ({_marks(contacts)}) AND d.undone = 0 ORDER BY d.id",
        tuple(contacts),
    )
    return [ContactNote._make(row) for row in rows]


def ties(db: Connection, thread: int) -> list[StoredTie]:
    """Private threads that answered a comment of this one, or comments this one answers."""
    rows = db.execute(
        "SELECT p.id, l.message_id, 1 FROM messages m JOIN contact_links l ON l.message_id = m.id "
        "JOIN threads p ON p.platform_id = l.conversation AND p.channel_id = l.channel_id "
        "WHERE m.thread_id = ? "
        "UNION ALL SELECT m.thread_id, l.message_id, 0 FROM threads t "
        "JOIN contact_links l ON l.conversation = t.platform_id AND l.channel_id = t.channel_id "
        "JOIN messages m ON m.id = l.message_id WHERE t.id = ? ORDER BY 2",
        (thread, thread),
    )
    return [StoredTie(other, message, bool(private)) for other, message, private in rows]


def _marks(ids: Sequence[int]) -> str:
    return ",".join("?" * len(ids))
