"""Pulls everything new before a comparison; sends nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path

from carecli.domain.errors import EngineRunning
from carecli.domain.model import SECOND, Millis
from carecli.platforms.base import Clock, Connector
from carecli.store import channels, settings
from carecli.store.channels import StoredChannel
from carecli.store.db import Database
from carecli.sync.channel_state import ChannelState
from carecli.sync.ingest import Rules
from carecli.sync.lock import EngineLock
from carecli.sync.single_round import pull_all

PATIENCE: Millis = 20 * SECOND
"""How long to wait for an engine that was asked to pull."""

LOOK_SECONDS = 0.2
"""How often to look whether it has."""


async def catch_up(
    database: Database,
    connectors: Mapping[str, Connector],
    *,
    clock: Clock,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    rules: Rules | None = None,
) -> None:
    """Pull these channels here, or have the engine that serves the database do it.

    How it went is with each channel in the store: one that is in trouble, that the platform wants
    silent, or whose engine does not get round to it stays as it is. Where nothing is ever pulled,
    nothing is waited for. Raises StoreError.
    """
    connectors = {key: one for key, one in connectors.items() if one.streams()}
    try:
        with EngineLock(Path(database.path), clock()):
            await _pull(database, connectors, clock, rules)
    except EngineRunning:
        await _ask(database, connectors, clock, sleep)


async def _pull(
    database: Database,
    connectors: Mapping[str, Connector],
    clock: Clock,
    rules: Rules | None,
) -> None:
    lines: list[ChannelState] = []
    for one in _stored(database, connectors):
        line = ChannelState(one.id, one.key, connectors[one.key], database, clock, rules=rules)
        line.park(one.parked_until)
        lines.append(line)
    await asyncio.gather(*map(pull_all, lines))


async def _ask(
    database: Database,
    keys: Iterable[str],
    clock: Clock,
    sleep: Callable[[float], Awaitable[None]],
) -> None:
    asked_at = clock()
    wanted = [one.key for one in _stored(database, keys)]
    with database.write() as db:
        settings.ask_sync(db, wanted[0] if len(wanted) == 1 else "", asked_at)

    def is_late(one: StoredChannel) -> bool:
        is_silent = one.parked_until is not None and one.parked_until > clock()
        return not is_silent and not one.error and (one.synced_at or 0) < asked_at

    while clock() < asked_at + PATIENCE and any(map(is_late, _stored(database, wanted))):
        await sleep(LOOK_SECONDS)


def _stored(database: Database, keys: Iterable[str]) -> list[StoredChannel]:
    wanted = set(keys)
    with database.read() as db:
        return [one for one in channels.channels(db) if one.key in wanted]
