"""Mails that 0.3.0 stored under another id than they have now.

A mail's platform id is its Message-ID, `#`, and a digest of what it says. 0.3.0 made the digest of
an HTML mail from the text as it was shown, later versions from the mail's source. When such a mail
is read again, it is the stored one and takes its new id; it is not stored a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from sqlite3 import Connection

from carecli.domain.events import CaseAnswered, Event, MessageSeen
from carecli.domain.model import ContactPoint


def rename_old(db: Connection, channel: int, seen: Sequence[MessageSeen]) -> None:
    """Stored mails among these that have an old id take the new one, wherever it stands."""
    if not _has_old(db):
        return
    for event in seen:
        if event.point is not ContactPoint.EMAIL:
            continue
        old = _old_id(db, channel, event)
        if old is not None:
            db.execute(
                "UPDATE messages SET platform_id = ? WHERE platform_id = ? AND channel_id = ?",
                (event.platform_id, old, channel),
            )
            db.execute(
                "UPDATE outbox SET sent_id = ? WHERE sent_id = ? AND channel_id = ?",
                (event.platform_id, old, channel),
            )
        db.execute(
            "DELETE FROM old_mails WHERE platform_id = ? AND channel_id = ?",
            (old or event.platform_id, channel),
        )


def with_stored_ids(db: Connection, channel: int, events: Sequence[Event]) -> tuple[Event, ...]:
    """The events, with the id that each mail is stored by here; nothing is written."""
    if not _has_old(db):
        return tuple(events)
    told: list[Event] = []
    for event in events:
        if isinstance(event, MessageSeen):
            old = _old_id(db, channel, event)
            told.append(event if old is None else replace(event, platform_id=old))
        else:
            told.append(event)
    return tuple(told)


def is_old_case_answer(db: Connection, answer: CaseAnswered) -> bool:
    """Whether this answer to a case is stored under its old id."""
    row = db.execute(
        "SELECT 1 FROM old_mails o JOIN case_answers a ON a.platform_id = o.platform_id "
        "WHERE o.channel_id = 0 AND o.platform_id > ? AND o.platform_id < ?",
        _ids_of(answer.message.address),
    ).fetchone()
    return row is not None


def _has_old(db: Connection) -> bool:
    return db.execute("SELECT 1 FROM old_mails LIMIT 1").fetchone() is not None


def _old_id(db: Connection, channel: int, event: MessageSeen) -> str | None:
    """The old id of this mail: of the same Message-ID, thread, moment and person."""
    if event.point is not ContactPoint.EMAIL or not event.address:
        return None
    stored = db.execute(
        "SELECT 1 FROM messages WHERE platform_id = ? AND channel_id = ?",
        (event.platform_id, channel),
    ).fetchone()
    if stored is not None:
        return None
    row = db.execute(
        "SELECT o.platform_id FROM old_mails o JOIN messages m ON m.platform_id = o.platform_id "
        "AND m.channel_id = o.channel_id JOIN threads t ON t.id = m.thread_id "
        "LEFT JOIN contacts k ON k.id = m.contact_id "
        "WHERE o.channel_id = ? AND o.platform_id > ? AND o.platform_id < ? "
        "AND m.created_at = ? AND t.platform_id = ? AND (coalesce(k.platform_id, '') = ? "
        "OR k.id IN (SELECT contact_id FROM erasures)) "
        "ORDER BY m.id LIMIT 1",
        (
            channel,
            *_ids_of(event.address),
            event.created_at,
            event.thread,
            "" if event.is_ours or event.author is None else event.author.platform_id,
        ),
    ).fetchone()
    return None if row is None else str(row[0])


def _ids_of(message_id: str) -> tuple[str, str]:
    """Ids of mails with this Message-ID lie between these."""
    return f"{message_id}#", f"{message_id}$"
