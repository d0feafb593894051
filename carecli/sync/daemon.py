"""The engine as a process: its lock, its signals, its end."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from carecli.domain.model import Millis
from carecli.platforms.base import Clock, Connector
from carecli.store.db import Database
from carecli.sync.channel_worker import Reconnect
from carecli.sync.engine import Chore, Engine
from carecli.sync.ingest import Rules
from carecli.sync.lock import EngineLock
from carecli.sync.maintenance import RAW_KEPT
from carecli.sync.schedule import EngineSchedule
from carecli.sync.single_round import Round, RoundReport
from carecli.sync.webhook_receiver import WebhookReceiver

NICENESS = 10
"""How far an engine that the inbox started steps back, so that a heavy sync delays no key."""


def run_engine(
    database: Path,
    connectors: Mapping[str, Connector],
    *,
    clock: Clock,
    reconnect: Reconnect | None = None,
    steps_back: bool = False,
    raw_kept: Millis = RAW_KEPT,
    rules: Rules | None = None,
    listener: WebhookReceiver | None = None,
    chores: Sequence[Chore] = (),
) -> None:
    """Serve the channels until SIGTERM or SIGINT, which end it after the calls under way.

    `connectors` are by channel key, and the channels are enrolled in the store. While a token is
    refused, `reconnect` is asked for a connector with the token as it is by then. Payloads are
    kept as they came for `raw_kept` ms. `rules` look at every new message. A `listener`
    takes in what platforms push; `chores` are done beside. Raises EngineRunning when another
    engine serves this database, StoreError when it cannot be used.
    """
    if steps_back:
        os.nice(NICENESS)
    with EngineLock(database, clock()):
        serving = _serve(database, connectors, clock, reconnect, raw_kept, rules, listener, chores)
        asyncio.run(serving)


async def _serve(
    path: Path,
    connectors: Mapping[str, Connector],
    clock: Clock,
    reconnect: Reconnect | None,
    raw_kept: Millis,
    rules: Rules | None,
    listener: WebhookReceiver | None,
    chores: Sequence[Chore],
) -> None:
    database, durable = Database(path, ingests=True), Database(path, durable=True)
    try:
        engine = Engine(
            database,
            durable,
            connectors,
            clock=clock,
            timetable=EngineSchedule(),
            reconnect=reconnect,
            raw_kept=raw_kept,
            rules=rules,
            listener=listener,
            chores=chores,
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, engine.stop)
        await engine.run()
    finally:
        database.close()
        durable.close()


def sync_once(
    database: Path,
    connectors: Mapping[str, Connector],
    *,
    clock: Clock,
    rules: Rules | None = None,
) -> RoundReport:
    """Pull every stream until nothing new comes, send what is due, and tell what happened.

    Raises EngineRunning when an engine serves this database: ask that one instead.
    """
    with EngineLock(database, clock()):
        return asyncio.run(_once(database, connectors, clock, rules))


async def _once(
    path: Path, connectors: Mapping[str, Connector], clock: Clock, rules: Rules | None
) -> RoundReport:
    database, durable = Database(path, ingests=True), Database(path, durable=True)
    try:
        return await Round(database, durable, connectors, clock=clock, rules=rules).run()
    finally:
        for connector in connectors.values():
            await connector.aclose()
        database.close()
        durable.close()
