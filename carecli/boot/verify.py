"""Proves that derived data is correct and that nobody waiting is missing."""

from __future__ import annotations

import asyncio

from carecli import log, paths
from carecli.boot.engine import connectors
from carecli.boot.rules import moderation
from carecli.boot.setup import Setup, now
from carecli.boot.store import open_store
from carecli.domain.errors import CareError, PlatformError, Refusal, SecretMissing
from carecli.domain.model import DAY
from carecli.platforms.base import Connector
from carecli.store import rebuild as rebuilding
from carecli.store.db import Database
from carecli.store.policies import Policies
from carecli.sync.catch_up import catch_up
from carecli.sync.ingest import Rules
from carecli.sync.verify import WaitDifference
from carecli.sync.verify import verify as compare


def rebuild(setup: Setup, *, fix: bool) -> list[str]:
    """Derive everything again; each difference, in words."""
    database = open_store(setup, durable=fix)
    try:
        return rebuilding.rebuild(database, Policies(database.connection), now(), fix=fix)
    finally:
        database.close()


def verify(
    setup: Setup, channel: str, days: int
) -> tuple[list[WaitDifference], dict[str, CareError]]:
    """Who waits on one side only once all is pulled, and the channels that could not be asked."""
    if channel and channel not in setup.config.channels:
        known = ", ".join(setup.config.channels) or "none"
        raise Refusal(f"There is no channel {channel!r}.", hint=f"Known: {known}.")
    formatter = log.start(paths.log_file())
    database = open_store(setup)
    try:
        missing: dict[str, SecretMissing] = {}
        only = [channel] if channel else []
        chosen = connectors(setup, only, hide=formatter.add, missing=missing)
        found, unasked = asyncio.run(_compare(chosen, database, days, moderation(setup)))
        return found, {**unasked, **missing}
    finally:
        database.close()


async def _compare(
    chosen: dict[str, Connector], database: Database, days: int, rules: Rules
) -> tuple[list[WaitDifference], dict[str, CareError]]:
    found: list[WaitDifference] = []
    unasked: dict[str, CareError] = {}
    try:
        await catch_up(database, chosen, clock=now, rules=rules)
        for key, connector in chosen.items():
            present = now()
            try:
                found += await compare(connector, database, key, present - days * DAY, now=present)
            except PlatformError as error:
                unasked[key] = error
    finally:
        for connector in chosen.values():
            await connector.aclose()
    return found, unasked
