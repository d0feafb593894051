"""What needs a person's attention although the inbox looks as usual.

`carecli doctor` and the top bar ask for the same things here, so that neither calls well what the
other complains of.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Connection
from typing import Any, NamedTuple

from carecli.domain.model import DAY, HOUR, MINUTE, Millis
from carecli.store import settings
from carecli.store.columns import columns_of

LITTLE_ROOM = 100 * 1024 * 1024
"""Bytes free on the database's disk below which it counts as nearly full."""

CLOCK_OFF: Millis = 2 * MINUTE
"""How far our clock and a platform's may differ; an answer may take half a minute."""

STUMBLED_FOR: Millis = DAY
"""How long it is told that rules stumbled over messages."""

LONG_QUEUED: Millis = HOUR
"""An item that should have left the outbox so long ago is stuck."""

MANY_NAMELESS = 0.5
"""The share of recent comments without an author from which on a permission must be missing:
single people may hide who they are, most of them do not."""

RECENT = 300
"""The newest messages, of all channels, that are looked at for it."""

_PROBLEMS, _GAPS, _RULES, _STUMBLED = "problems", "clock_gaps", "rules_problem", "rules_stumbled"


class Problem(NamedTuple):
    """What a platform answered when it was asked how a channel is; `hint` says what to do."""

    text: str
    hint: str


class Waiting(NamedTuple):
    """Orders of the outbox that go wrong: refused, of unknown fate, not sent for an hour."""

    failed: int
    unknown: int
    stuck: int


class Stumbled(NamedTuple):
    """Messages that no rule looked at, since one of the rules broke: when last, how many, why."""

    at: Millis
    messages: int
    error: str


class Nameless(NamedTuple):
    """Of the newest messages of a channel, how many have no author."""

    channel: str
    nameless: int
    of: int

    @property
    def is_permission(self) -> bool:
        """Whether so many can only be for want of a permission."""
        return self.nameless >= max(3, MANY_NAMELESS * self.of)


def waiting(db: Connection, now: Millis) -> Waiting:
    """Orders that a person should see."""
    counts = dict(
        db.execute(
            "SELECT state, count(*) FROM outbox WHERE state IN ('failed', 'unknown') GROUP BY state"
        ).fetchall()
    )
    (stuck,) = db.execute(
        "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'unknown') "
        "AND state = 'queued' AND not_before < ?",  # as the index `outbox_due` says it
        (now - LONG_QUEUED,),
    ).fetchone()
    return Waiting(counts.get("failed", 0), counts.get("unknown", 0), stuck)


def orphans(db: Connection, channels: Sequence[str]) -> list[tuple[str, int]]:
    """Orders that nobody sends, since their channel is none of these; by channel."""
    rows = db.execute(
        "SELECT c.key, count(*) FROM outbox o JOIN channels c ON c.id = o.channel_id "
        "WHERE o.state IN ('queued', 'sending', 'unknown') GROUP BY c.id ORDER BY c.id"
    )
    return [(key, n) for key, n in rows if key not in channels]


def losses(db: Connection) -> list[tuple[str, str]]:
    """Channels that may have missed something, and why."""
    return db.execute(
        "SELECT key, possible_loss FROM channels WHERE possible_loss <> '' ORDER BY id"
    ).fetchall()


def refused_fields(db: Connection) -> list[tuple[str, str]]:
    """Channels and the fields that their platforms do not tell them."""
    return db.execute(
        "SELECT c.key, r.field FROM refused_fields r JOIN channels c ON c.id = r.channel_id "
        "ORDER BY c.id, r.field"
    ).fetchall()


def unread(db: Connection) -> int:
    """Payloads in which there is something that nobody could read."""
    (n,) = db.execute("SELECT count(*) FROM raw_payloads WHERE unrecognised <> ''").fetchone()
    return int(n)


def turned_away(db: Connection) -> int:
    """Messages that were turned away and that nobody has looked at."""
    (n,) = db.execute("SELECT count(*) FROM turned_away_messages WHERE state = 'open'").fetchone()
    return int(n)


def is_report_late(db: Connection) -> bool:
    """Whether a report could not be mailed."""
    row = db.execute(
        "SELECT 1 FROM report_mails WHERE state NOT IN ('sent', 'cancelled') "
        "AND error <> '' LIMIT 1"
    ).fetchone()
    return row is not None


_NAMELESS = columns_of(
    Nameless,
    channel="c.key",
    nameless="sum(k.platform_id >= '?' AND k.platform_id < '@')",
    of="count(*)",
)


def nameless(db: Connection) -> list[Nameless]:
    """Channels that are told of messages, but not who wrote them."""
    rows = db.execute(
        f"SELECT {_NAMELESS} FROM ("
        "SELECT channel_id, contact_id FROM messages ORDER BY id DESC LIMIT ?) m "
        "JOIN contacts k ON k.id = m.contact_id JOIN channels c ON c.id = m.channel_id "
        "GROUP BY c.id ORDER BY c.id",
        (RECENT,),
    )
    return [one for one in map(Nameless._make, rows) if one.nameless]


def keep_problems(db: Connection, channel: str, problems: Sequence[Problem]) -> None:
    """Keep what a platform said is wrong with a channel; nothing: all is well."""
    _keep(db, _PROBLEMS, channel, [list(one) for one in problems])


def problems(db: Connection) -> dict[str, list[Problem]]:
    """What is wrong, by channel, as the platforms said when they were asked last."""
    told = _told(db, _PROBLEMS)
    return {
        channel: [Problem(*one) for one in told[channel]]
        for (channel,) in db.execute("SELECT key FROM channels ORDER BY id")
        if channel in told
    }


def keep_clock_gap(db: Connection, channel: str, gap: Millis | None) -> None:
    """Keep how far a platform's clock is ahead of ours; a small difference is none."""
    _keep(db, _GAPS, channel, gap if gap is not None and is_off(gap) else None)


def forget(db: Connection, channels: Sequence[str]) -> None:
    """Nobody serves any channels but these: what was said of the others counts no more."""
    for key in (_PROBLEMS, _GAPS):
        for gone in set(_told(db, key)) - set(channels):
            _keep(db, key, gone, None)


def is_off(gap: Millis) -> bool:
    """Whether two clocks differ by more than answers take."""
    return abs(gap) >= CLOCK_OFF


def clock_gaps(db: Connection) -> dict[str, Millis]:
    """How far the clocks of platforms are ahead of ours, where that matters, by channel."""
    return _told(db, _GAPS)


def say_rules(db: Connection, problem: str) -> None:
    """Keep why the files of rules cannot be read; '': they can."""
    if settings.get(db, _RULES) != problem:
        settings.put(db, _RULES, problem)


def rules_problem(db: Connection) -> str:
    """Why the engine could not read the files of rules."""
    return settings.get(db, _RULES)


def rules_stumbled(db: Connection, messages: int, error: str, now: Millis) -> None:
    """No rule looked at some messages."""
    before = stumbled(db, now)
    n = messages + (before.messages if before is not None else 0)
    settings.put(db, _STUMBLED, json.dumps([now, n, error], ensure_ascii=False))


def stumbled(db: Connection, now: Millis) -> Stumbled | None:
    """Messages that no rule looked at, during the last day."""
    told = settings.get(db, _STUMBLED)
    found = Stumbled(*json.loads(told)) if told else None
    return found if found is not None and now - found.at < STUMBLED_FOR else None


def room(db: Connection) -> int:
    """Bytes that are free on the database's disk; a lot where that cannot be told."""
    (_, _, file) = db.execute("PRAGMA database_list").fetchone()
    try:
        place = os.statvfs(Path(file).parent)
    except OSError:  # a folder that is gone is told by whatever uses it
        return LITTLE_ROOM
    return place.f_bavail * place.f_frsize


def _told(db: Connection, key: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(settings.get(db, key) or "{}")
    return found


def _keep(db: Connection, key: str, channel: str, told: object) -> None:
    known = _told(db, key)
    after = {name: one for name, one in {**known, channel: told}.items() if one}
    if after != known:
        settings.put(db, key, json.dumps(after, ensure_ascii=False) if after else "")
