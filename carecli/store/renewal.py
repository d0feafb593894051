"""When tokens expire, and whether something was changed since the engine started."""

from __future__ import annotations

import json
from collections.abc import Mapping
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import DAY, Millis
from carecli.store import settings

ENDS = "token_ends"
"""The setting that holds, by channel, when its token and its access to data end (ms or null)."""
REPLACED = "token_replaced_at"
"""The setting that says when a token was last replaced (ms)."""
STALE = "engine_stale"
"""The setting in which the engine says why it could not take up a changed configuration."""

SOON: Millis = 14 * DAY
"""From when on an end is warned of."""


class Ending(NamedTuple):
    """Something that ends: of which channel, whether it is the access to data, and when (ms)."""

    channel: str
    is_data: bool
    at: Millis


def keep_ends(db: Connection, channel: str, token: Millis | None, data: Millis | None) -> None:
    """Keep when a channel's token and its access to data end; None: never, as far as is known."""
    told = _told(db)
    before = told.get(channel)
    told[channel] = [token, data]
    if before != told[channel]:
        settings.put(db, ENDS, json.dumps(told))


def endings(db: Connection, now: Millis, *, within: Millis = SOON) -> list[Ending]:
    """What ends within a span or has ended, of channels there are, soonest first."""
    told = _told(db)
    if not told:
        return []
    keys = {str(row[0]) for row in db.execute("SELECT key FROM channels")}
    found = [
        Ending(channel, is_data, at)
        for channel, ends in told.items()
        if channel in keys
        for is_data, at in ((False, ends[0]), (True, ends[1]))
        if at is not None and at - now < within
    ]
    return sorted(found, key=lambda one: one.at)


def replaced(db: Connection, now: Millis) -> None:
    """A token was replaced: an engine that runs fetches it anew."""
    settings.put(db, REPLACED, str(now))


def replaced_at(db: Connection) -> Millis:
    """When a token was last replaced; 0: never."""
    return int(settings.get(db, REPLACED) or "0")


def say_stale(db: Connection, why: str) -> None:
    """Say why the engine goes on with an older configuration; '' takes that back."""
    if settings.get(db, STALE) != why:
        settings.put(db, STALE, why)


def stale(db: Connection) -> str:
    """Why the engine goes on with an older configuration; empty if it does not."""
    return settings.get(db, STALE)


def _told(db: Connection) -> dict[str, list[Millis | None]]:
    found: Mapping[str, list[Millis | None]] = json.loads(settings.get(db, ENDS) or "{}")
    return dict(found)
