"""Rejected messages: listed with their reason, never silently dropped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.events import Author, CaseAnswered, Event, MessageSeen, TurnedAway
from carecli.domain.model import Attachment, ContactPoint, Millis
from carecli.domain.text import one_line
from carecli.store import cases
from carecli.store.columns import columns_of

MOST_KEPT = 5_000
"""Messages turned away that are kept, of all channels together; older ones are only counted."""


class Turned(NamedTuple):
    """How many were turned away for a reason, and whose was the last one, when.

    `unseen` are those that nobody has decided on.
    """

    reason: str
    sender: str
    n: int
    last_at: Millis
    unseen: int


class Outsider(NamedTuple):
    """A message that was turned away; `message` is None once somebody decided on it."""

    id: int
    channel_id: int
    channel: str
    title: str
    reason: str
    sender: str
    at: Millis
    seen_at: Millis
    state: str
    by: str
    message: MessageSeen | None


def reject_non_messages(
    db: Connection, channel: int, events: Sequence[Event], now: Millis
) -> tuple[Event, ...]:
    """Take note of what is no message; the events that are left for the threads."""
    left: list[Event] = []
    for event in events:
        if isinstance(event, TurnedAway):
            turn_away(db, channel, event, now)
        elif isinstance(event, CaseAnswered):
            if not cases.answer(db, event, now):
                left.append(event.message)
        else:
            left.append(event)
    return tuple(left)


def turn_away(db: Connection, channel: int, event: TurnedAway, now: Millis) -> None:
    """Count it, and keep what it would have become; read again, it is the same one."""
    reason, sender = one_line(event.reason, 200), one_line(event.sender, 200)
    message = event.message
    if message is not None:
        added = db.execute(
            "INSERT OR IGNORE INTO turned_away_messages "
            "(channel_id, platform_id, reason, sender, asker, at, seen_at, event, state) "
            "VALUES (?,?,?,?,?,?,?,?,'open')",
            (
                channel,
                message.platform_id,
                reason,
                sender,
                message.author.platform_id if message.author else "",
                message.created_at,
                now,
                json.dumps(asdict(message), ensure_ascii=False),
            ),
        ).rowcount
        if not added:
            return
        db.execute(
            "DELETE FROM turned_away_messages WHERE channel_id = ? AND id <= "
            "(SELECT max(id) FROM turned_away_messages) - ?",
            (channel, MOST_KEPT),
        )
    db.execute(
        "INSERT INTO turned_away (channel_id, reason, sender, n, last_at) "
        "VALUES (?,?,?,1,?) ON CONFLICT DO UPDATE SET "
        "n = n + 1, sender = excluded.sender, last_at = excluded.last_at",
        (channel, reason, sender, now),
    )


_TURNED = columns_of(
    Turned,
    "t",
    unseen="(SELECT count(*) FROM turned_away_messages m WHERE m.channel_id = t.channel_id "
    "AND m.reason = t.reason AND m.state = 'open')",
)
_OUTSIDER = columns_of(Outsider, "m", channel="c.key", title="c.title", message="m.event")


def turned_away(db: Connection, channel: int) -> list[Turned]:
    """What a channel turned away, the most frequent reason first."""
    rows = db.execute(
        f"SELECT {_TURNED} FROM turned_away t WHERE t.channel_id = ? ORDER BY t.n DESC",
        (channel,),
    )
    return [Turned._make(row) for row in rows]


def open_count(db: Connection) -> int:
    """How many messages were turned away that nobody has looked at."""
    (count,) = db.execute(
        "SELECT count(*) FROM turned_away_messages WHERE state = 'open'"
    ).fetchone()
    return int(count)


def listed(db: Connection, *, every: bool = False, limit: int = 1_000) -> list[Outsider]:
    """Messages that were turned away, the newest first; with `every`, also those decided on."""
    which = "" if every else "WHERE m.state = 'open'"
    rows = db.execute(
        f"SELECT {_OUTSIDER} FROM turned_away_messages m JOIN channels c ON c.id = m.channel_id "
        f"{which} ORDER BY m.id DESC LIMIT ?",
        (limit,),
    )
    found = [Outsider._make(row) for row in rows]
    return [one._replace(message=_message(str(one.message))) for one in found]


def outsider(db: Connection, id_: int) -> Outsider | None:
    """One message that was turned away."""
    return next((one for one in listed(db, every=True, limit=1_000_000) if one.id == id_), None)


def decide(db: Connection, id_: int, state: str, by: str) -> None:
    """Note what a person decided: `taken` in, or `dismissed`; its words are not kept here."""
    db.execute(
        "UPDATE turned_away_messages SET state = ?, by = ?, event = '' WHERE id = ?",
        (state, by, id_),
    )


def _message(event: str) -> MessageSeen | None:
    if not event:
        return None
    told = json.loads(event)
    told["point"] = ContactPoint(told["point"])
    told["author"] = Author(**told["author"]) if told["author"] else None
    told["attachments"] = tuple(Attachment(**one) for one in told["attachments"])
    told["mentions"], told["also_to"] = tuple(told["mentions"]), tuple(told["also_to"])
    return MessageSeen(**told)
