"""What others sent that is no message of a thread: counted and told, never silently dropped."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.events import CaseAnswered, Event, TurnedAway
from carecli.domain.model import Millis
from carecli.domain.text import one_line
from carecli.store import cases


class Turned(NamedTuple):
    """How many were turned away for a reason, and whose was the last one, when."""

    reason: str
    sender: str
    n: int
    last_at: Millis


def sorted_out(
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
    """Count it."""
    db.execute(
        "INSERT INTO turned_away VALUES (?,?,?,1,?) ON CONFLICT DO UPDATE SET "
        "n = n + 1, sender = excluded.sender, last_at = excluded.last_at",
        (channel, one_line(event.reason, 200), one_line(event.sender, 200), now),
    )


def turned_away(db: Connection, channel: int) -> list[Turned]:
    """What a channel turned away, the most frequent reason first."""
    rows = db.execute(
        "SELECT reason, sender, n, last_at FROM turned_away WHERE channel_id = ? ORDER BY n DESC",
        (channel,),
    )
    return [Turned._make(row) for row in rows]
