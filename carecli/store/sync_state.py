"""What a pull leaves behind: cursors, known ids, and the state of a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from carecli.domain.model import Millis
from carecli.store.batch import chunks
from carecli.store.columns import columns_of
from carecli.store.feed import ELSEWHERE, announce

RAW_LOT = 500
"""Raw payloads forgotten in one transaction."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a stream was left, and when that was."""

    value: str
    moved_at: Millis


def cursor(db: Connection, channel: int, stream: str) -> Cursor | None:
    """Where a stream was left; None when it was never pulled."""
    row = db.execute(
        f"SELECT {columns_of(Cursor)} FROM cursors WHERE channel_id = ? AND stream = ?",
        (channel, stream),
    ).fetchone()
    return Cursor(*row) if row is not None else None


def move_cursor(db: Connection, channel: int, stream: str, value: str, now: Millis) -> None:
    """Everything up to this cursor is stored; belongs into the transaction that stored it."""
    db.execute(
        "INSERT OR REPLACE INTO cursors (channel_id, stream, value, moved_at) VALUES (?,?,?,?)",
        (channel, stream, value, now),
    )


def known_texts(db: Connection, channel: int, ids: Sequence[str]) -> Mapping[str, str]:
    """Those of these messages that are stored, each with its text."""
    found: dict[str, str] = {}
    for marks, some in chunks(ids):
        found |= db.execute(
            f"SELECT platform_id, text FROM messages WHERE platform_id IN ({marks}) "
            f"AND channel_id = ?",
            (*some, channel),
        ).fetchall()
    return found


@dataclass(frozen=True, slots=True)
class Pulse:
    """How a channel's sync is doing now; written as a whole, `synced_at` None keeps the old one."""

    synced_at: Millis | None = None
    error: str = ""
    hint: str = ""
    parked_until: Millis | None = None
    usage: float = 0.0


def write_pulse(db: Connection, channel: int, pulse: Pulse) -> None:
    """Show everybody how a channel is doing."""
    db.execute(
        "UPDATE channels SET synced_at = coalesce(?, synced_at), error = ?, hint = ?, "
        "parked_until = ?, usage = ? WHERE id = ?",
        (pulse.synced_at, pulse.error, pulse.hint, pulse.parked_until, pulse.usage, channel),
    )
    announce(db, (ELSEWHERE,))


def may_have_lost(db: Connection, channel: int, why: str) -> None:
    """Something may have been missed; stays until `carecli verify` finds nothing missing."""
    db.execute("UPDATE channels SET possible_loss = ? WHERE id = ?", (why, channel))
    announce(db, (ELSEWHERE,))


def lost_nothing(db: Connection, channel: int) -> None:
    """The platform was asked for everything, and nothing is missing."""
    db.execute("UPDATE channels SET possible_loss = '' WHERE id = ?", (channel,))
    announce(db, (ELSEWHERE,))


def freeze(db: Connection, channel: int, why: str) -> None:
    """Stop all writes of a channel until a person resumes them (`settings.pause(on=False)`)."""
    db.execute("UPDATE channels SET frozen = ? WHERE id = ?", (why, channel))
    announce(db, (ELSEWHERE,))


def drop_raw(db: Connection, raw: int) -> None:
    """Forget one payload."""
    db.execute("DELETE FROM raw_payloads WHERE id = ?", (raw,))


def newest_raw(db: Connection) -> int:
    """The id of the newest payload; 0 when there is none."""
    row = db.execute("SELECT id FROM raw_payloads ORDER BY id DESC LIMIT 1").fetchone()
    return int(row[0]) if row is not None else 0


def expire_raw(db: Connection, before: Millis) -> int:
    """Forget a lot of payloads received before a moment; how many there were."""
    return db.execute(
        "DELETE FROM raw_payloads WHERE received_at < ? AND id IN "
        "(SELECT id FROM raw_payloads ORDER BY id LIMIT ?)",
        (before, RAW_LOT),
    ).rowcount


def unanswerable(db: Connection, channel: int, last_inbound_before: Millis) -> list[int]:
    """Private conversations in which somebody waits, but last wrote before a moment.

    One that was closed before and reopened by a person stays open until the contact writes.
    """
    rows = db.execute(
        "SELECT id FROM threads t WHERE waiting = 1 AND wait_started_at < ? AND channel_id = ? "
        "AND point = 'dm' AND last_inbound_at < ? AND NOT EXISTS (SELECT 1 FROM decisions d "
        "WHERE d.thread_id = t.id AND d.verb = 'close_window' AND d.at > t.last_inbound_at)",
        (last_inbound_before, channel, last_inbound_before),
    )
    return [thread for (thread,) in rows]
