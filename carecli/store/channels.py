"""Channels as rows: from the configuration, with the state of their sync."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import ChannelSpec, Millis
from carecli.store.columns import columns_of


class StoredChannel(NamedTuple):
    """A channel, and how its sync is doing."""

    id: int
    key: str
    brand: str
    platform: str
    title: str
    synced_at: Millis | None
    error: str
    hint: str
    parked_until: Millis | None
    frozen: str
    usage: float
    possible_loss: str


def enrol(db: Connection, specs: Iterable[ChannelSpec]) -> dict[str, int]:
    """Make sure that these channels have rows; ids of all channels by key.

    A channel that left the configuration keeps its row and its history.
    """
    for spec in specs:
        db.execute(
            "INSERT INTO channels (key, brand, platform, title) VALUES (?,?,?,?) "
            "ON CONFLICT (key) DO UPDATE SET brand = excluded.brand, title = excluded.title, "
            "platform = excluded.platform",
            (spec.key, spec.brand, spec.platform, spec.title),
        )
    return ids(db)


def retire(db: Connection, keys: Iterable[str]) -> None:
    """Nobody serves any channels but these: what ailed the others says nothing any more."""
    served = set(keys)
    for key, id_ in ids(db).items():
        if key in served:
            continue
        db.execute(
            "UPDATE channels SET error = '', hint = '', parked_until = NULL WHERE id = ?", (id_,)
        )
        for table in ("pulls", "failing_places", "refused_fields"):
            db.execute(f"DELETE FROM {table} WHERE channel_id = ?", (id_,))


def ids(db: Connection) -> dict[str, int]:
    """Ids of all channels by key."""
    return dict(db.execute("SELECT key, id FROM channels").fetchall())


def channels(db: Connection) -> list[StoredChannel]:
    """All channels in the order they were enrolled."""
    rows = db.execute(f"SELECT {columns_of(StoredChannel)} FROM channels ORDER BY id")
    return [StoredChannel._make(row) for row in rows]


def first_seen_at(db: Connection, channel: int) -> Millis | None:
    """When carecli first saw a message of a channel that is still kept; None: it never did."""
    row = db.execute(
        "SELECT seen_at FROM messages WHERE channel_id = ? ORDER BY id LIMIT 1", (channel,)
    ).fetchone()
    return None if row is None else Millis(row[0])


def unrecognised(db: Connection) -> dict[int, int]:
    """Payloads that no reader knew, counted by channel."""
    rows = db.execute(
        "SELECT channel_id, count(*) FROM raw_payloads WHERE unrecognised <> '' GROUP BY channel_id"
    )
    return dict(rows.fetchall())
