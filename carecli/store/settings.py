"""Messages between processes: the kill switch, the engine's heartbeat, a requested pull."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
        db.execute("INSERT OR REPLACE INTO settings (key, value) VALUES (?,?)", (key, value))
    else:
        db.execute("DELETE FROM settings WHERE key = ?", (key,))


REBUILD_WANTED = "rebuild_wanted"
"""The setting that an upgrade makes where what is derived must be derived again."""


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
RULES_READ = "rules_read"
"""The setting that names the rules as they were read last."""


def keep_rules(db: Connection, names: Sequence[str]) -> None:
    """Remember which rules there were when their files could be read last, in their order."""
    told = json.dumps(names)
    if get(db, RULES_READ) != told:
        put(db, RULES_READ, told)


def rules_kept(db: Connection) -> list[str]:
    """The rules there were then, in their order."""
    found: list[str] = json.loads(get(db, RULES_READ) or "[]")
    return found


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


class Heard(NamedTuple):
    """What was pushed to an address, since it was first listened at."""

    address: str
    taken: int = 0
    taken_at: Millis | None = None
    refused: int = 0
    refused_at: Millis | None = None


class Failing(NamedTuple):
    """Something the engine does beside, which goes wrong: since when, how often, and how."""

    since: Millis
    times: int
    error: str


class EngineHeartbeat(NamedTuple):
    """The engine's sign of life. `heard` is None where it does not listen."""

    at: Millis
    pid: int
    heard: Heard | None
    failing: dict[str, Failing]


def beat(
    db: Connection,
    now: Millis,
    pid: int,
    heard: Heard | None = None,
    failing: Mapping[str, Failing] | None = None,
) -> None:
    """The engine lives."""
    told = {"at": now, "pid": pid, "heard": heard, "failing": failing or {}}
    put(db, "engine", json.dumps(told, ensure_ascii=False))


def sign_of_life(db: Connection) -> EngineHeartbeat | None:
    """What the engine told last."""
    told = get(db, "engine")
    if not told:
        return None
    found = json.loads(told)
    heard = Heard(*found["heard"]) if found["heard"] else None
    failing = {name: Failing(*how) for name, how in found["failing"].items()}
    return EngineHeartbeat(found["at"], found["pid"], heard, failing)


def engine_seen_at(db: Connection) -> Millis | None:
    """When the engine last told that it lives."""
    sign = sign_of_life(db)
    return sign.at if sign is not None else None
