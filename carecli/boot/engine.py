"""The engine process: connectors for every channel with their tokens, and the log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any, cast

from carecli import log as logs
from carecli import paths
from carecli.boot.background_jobs import background_jobs
from carecli.boot.change_watch import WATCH_SECONDS, ChangeWatch, Fingerprint, record_stale
from carecli.boot.channels import open_connector
from carecli.boot.rules import moderation
from carecli.boot.setup import Setup, now
from carecli.boot.store import open_store
from carecli.boot.webhooks import open_receiver
from carecli.desk.rules.colour_suggestions import Triage
from carecli.domain.errors import CareError, EngineRunning, SecretMissing
from carecli.domain.model import SECOND
from carecli.platforms.base import Connector, Stream
from carecli.secrets import Secret
from carecli.store import attention, hooks
from carecli.store import channels as stored
from carecli.store.db import Database
from carecli.store.sync_state import Pulse, write_pulse
from carecli.sync.single_round import ChannelReport, RoundReport

log = logging.getLogger(__name__)


def run(
    setup: Setup, *, steps_back: bool = False, is_verbose: bool = False, listen: str = ""
) -> None:
    """Serve all channels until the process is told to end.

    Webhooks are received at `listen` (`host:port`), or where the configuration says. After a change
    of the configuration or of a token it starts again with it; if that fails, the failure is
    stored and the previous configuration stays. Raises EngineRunning, StoreError, and CareError if
    it cannot listen there.
    """
    formatter = logs.start(paths.log_file("engine"), is_verbose=is_verbose)
    previous: Setup | None = None
    seen: Fingerprint | None = None
    while True:
        watch = ChangeWatch(setup, seen)
        try:
            _run_engine(setup, watch, formatter.add, steps_back=steps_back, listen=listen)
        except EngineRunning:
            raise
        except CareError as error:
            if previous is None:
                raise
            record_stale(previous, error)
            setup, previous, seen = previous, None, watch.seen
            continue
        if watch.changed is None:
            return
        setup, previous, seen, steps_back = watch.changed, setup, None, False


def _run_engine(
    setup: Setup,
    watch: ChangeWatch,
    hide: Callable[[Secret], None],
    *,
    steps_back: bool,
    listen: str,
) -> None:
    from carecli.sync.daemon import run_engine

    open_store(setup).close()
    _drop_removed(setup)
    triage = Triage()
    run_engine(
        setup.database,
        connectors(setup, hide=hide),
        clock=now,
        reconnect=lambda key: _bounded(setup, open_connector(setup, key, hide=hide)),
        steps_back=steps_back,
        raw_kept=setup.config.engine.keep_raw,
        rules=moderation(setup, triage),
        listener=open_receiver(setup, listen, hide=hide),
        chores=[*background_jobs(setup, triage), ("configuration", WATCH_SECONDS, watch.look)],
    )


def _drop_removed(setup: Setup) -> None:
    """Drop the stored problems of channels and hooks that are no longer configured."""
    served = tuple(setup.config.channels)
    with closing(Database(setup.database)) as database, database.write() as db:
        stored.retire(db, served)
        attention.forget(db, served)
        hooks.retire(db, tuple(setup.config.hooks))


def run_once(setup: Setup, only: Sequence[str] = ()) -> RoundReport:
    """Pull everything new and send what is due, once; returns a report by channel."""
    from carecli.sync.daemon import sync_once

    formatter = logs.start(paths.log_file("engine"))
    open_store(setup).close()
    missing: dict[str, SecretMissing] = {}
    report = sync_once(
        setup.database,
        connectors(setup, only, hide=formatter.add, missing=missing),
        clock=now,
        rules=moderation(setup),
    )
    unasked = (
        ChannelReport(key, error=error.what, hint=error.hint) for key, error in missing.items()
    )
    return RoundReport((*report.channels, *unasked))


def connectors(
    setup: Setup,
    only: Sequence[str] = (),
    *,
    hide: Callable[[Secret], object] = bool,
    missing: dict[str, SecretMissing] | None = None,
) -> dict[str, Connector]:
    """A connector for each channel whose token is available; the others are stored as failing.

    Their errors also go into `missing`. Raises SecretMissing if no channel has its token.
    """
    connectors_by_key: dict[str, Connector] = {}
    missing = {} if missing is None else missing
    for key in only or setup.config.channels:
        try:
            connectors_by_key[key] = _bounded(setup, open_connector(setup, key, hide=hide))
        except SecretMissing as error:
            log.warning("%s", error)
            missing[key] = error
    _record_missing(setup, missing)
    if missing and not connectors_by_key:
        raise next(iter(missing.values()))
    return connectors_by_key


def _record_missing(setup: Setup, missing: dict[str, SecretMissing]) -> None:
    if not missing:
        return
    database = Database(setup.database)
    try:
        with database.write() as db:
            ids = stored.ids(db)
            for key, error in missing.items():
                write_pulse(db, ids[key], Pulse(error=error.what, hint=error.hint))
    finally:
        database.close()


def _bounded(setup: Setup, inner: Connector) -> Connector:
    """The connector, with the intervals of its streams kept within the configured limits."""
    engine = setup.config.engine
    if engine.fastest is None and engine.slowest is None:
        return inner
    return cast("Connector", _Bounded(inner, engine.fastest, engine.slowest))


class _Bounded:
    """A connector whose intervals are limited; everything else is passed on to it."""

    def __init__(self, inner: Connector, fastest: int | None, slowest: int | None) -> None:
        self._inner = inner
        self._fastest = (fastest or 0) / SECOND
        self._slowest = None if slowest is None else slowest / SECOND

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def streams(self) -> list[Stream]:
        return [self._bound(stream) for stream in self._inner.streams()]

    def _bound(self, stream: Stream) -> Stream:
        busy_interval = max(stream.busy_interval, self._fastest)
        idle_interval = max(stream.idle_interval, busy_interval)
        if self._slowest is not None and busy_interval < self._slowest:
            idle_interval = min(idle_interval, self._slowest)
        return replace(stream, busy_interval=busy_interval, idle_interval=idle_interval)
