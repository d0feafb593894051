"""Words between processes: the kill switch, the engine's sign of life, a wish for a pull."""

from __future__ import annotations

import json
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis


class SyncAsked(NamedTuple):
    """Somebody wants a pull now: the n-th wish, when, and of which channel ('' for all)."""

    n: int
    at: Millis
    channel: str


def get(db: Connection, key: str) -> str:
    """A setting; empty when it was never made."""
    row = db.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row is not None else ""


def put(db: Connection, key: str, value: str) -> None:
    """Make a setting; an empty value takes it away."""
    if value:
        db.execute("INSERT OR REPLACE INTO settings VALUES (?,?)", (key, value))
    else:
        db.execute("DELETE FROM settings WHERE key = ?", (key,))


def is_paused(db: Connection) -> bool:
    """Whether nothing may be sent to any platform."""
    return get(db, "paused") != ""


def pause(db: Connection, *, on: bool, by: str, now: Millis) -> None:
    """Turn the kill switch. Turning it off also lets frozen channels write again."""
    put(db, "paused", json.dumps({"by": by, "at": now}, ensure_ascii=False) if on else "")
    if not on:
        db.execute("UPDATE channels SET frozen = '' WHERE frozen <> ''")


RULES_STOPPED = "rules_stopped"
"""The setting that holds all rules back: who, and when."""


def are_rules_held(db: Connection) -> bool:
    """Whether all rules are held back."""
    return get(db, RULES_STOPPED) != ""


def ask_sync(db: Connection, channel: str, now: Millis) -> int:
    """Wish for a pull of a channel, or of all (''); the number of this wish."""
    before = sync_asked(db)
    n = before.n + 1 if before is not None else 1
    told = json.dumps({"n": n, "at": now, "channel": channel}, ensure_ascii=False)
    put(db, "sync_asked", told)
    return n


def sync_asked(db: Connection) -> SyncAsked | None:
    """The last wish for a pull."""
    told = get(db, "sync_asked")
    if not told:
        return None
    found = json.loads(told)
    return SyncAsked(found["n"], found["at"], found["channel"])


def beat(db: Connection, now: Millis, pid: int) -> None:
    """The engine lives."""
    put(db, "engine", json.dumps({"at": now, "pid": pid}))


def engine_seen_at(db: Connection) -> Millis | None:
    """When the engine last told that it lives."""
    told = get(db, "engine")
    return int(json.loads(told)["at"]) if told else None
