"""The engine process: connectors for every channel with their tokens, and the log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any, cast

from carecli import log as logs
from carecli import paths
from carecli.boot.background_jobs import chores
from carecli.boot.change_watch import WATCH_SECONDS, ChangeWatch, Print, tell_stale
from carecli.boot.channels import connector
from carecli.boot.rules import moderation
from carecli.boot.setup import Setup, now
from carecli.boot.store import open_store
from carecli.boot.webhooks import listener
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

    Webhooks are received at `listen` (`host:port`), or where the configuration says. A changed
    configuration, or a replaced token, is taken up by beginning anew; one that cannot be is told,
    and the one before stays. Raises EngineRunning, StoreError, and CareError when nothing can
    listen there.
    """
    formatter = logs.start(paths.log_file("engine"), is_verbose=is_verbose)
    before: Setup | None = None
    seen: Print | None = None
    while True:
        watch = ChangeWatch(setup, seen)
        try:
            _serve(setup, watch, formatter.add, steps_back=steps_back, listen=listen)
        except EngineRunning:
            raise
        except CareError as error:
            if before is None:
                raise
            tell_stale(before, error)
            setup, before, seen = before, None, watch.seen
            continue
        if watch.changed is None:
            return
        setup, before, seen, steps_back = watch.changed, setup, None, False


def _serve(
    setup: Setup,
    watch: ChangeWatch,
    hide: Callable[[Secret], None],
    *,
    steps_back: bool,
    listen: str,
) -> None:
    from carecli.sync.daemon import run_engine

    open_store(setup).close()
    _retire(setup)
    triage = Triage()
    run_engine(
        setup.database,
        connectors(setup, hide=hide),
        clock=now,
        reconnect=lambda key: _bounded(setup, connector(setup, key, hide=hide)),
        steps_back=steps_back,
        raw_kept=setup.config.engine.keep_raw,
        rules=moderation(setup, triage),
        listener=listener(setup, listen, hide=hide),
        chores=[*chores(setup, triage), ("configuration", WATCH_SECONDS, watch.look)],
    )


def _retire(setup: Setup) -> None:
    """What is wrong with channels and hooks that left the configuration is nobody's any more."""
    served = tuple(setup.config.channels)
    with closing(Database(setup.database)) as database, database.write() as db:
        stored.retire(db, served)
        attention.forget(db, served)
        hooks.retire(db, tuple(setup.config.hooks))


def run_once(setup: Setup, only: Sequence[str] = ()) -> RoundReport:
    """Pull everything new, send what is due, and tell what happened, or why nothing did."""
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
    """A connector for each channel whose token can be had; the others are told to be in error.

    Those go into `missing`, too. Raises SecretMissing when there is none at all.
    """
    found: dict[str, Connector] = {}
    missing = {} if missing is None else missing
    for key in only or setup.config.channels:
        try:
            found[key] = _bounded(setup, connector(setup, key, hide=hide))
        except SecretMissing as error:
            log.warning("%s", error)
            missing[key] = error
    _tell(setup, missing)
    if missing and not found:
        raise next(iter(missing.values()))
    return found


def _tell(setup: Setup, missing: dict[str, SecretMissing]) -> None:
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
    """The connector, pulled no sooner and no later than the configuration says."""
    engine = setup.config.engine
    if engine.fastest is None and engine.slowest is None:
        return inner
    return cast("Connector", _Bounded(inner, engine.fastest, engine.slowest))


class _Bounded:
    """A connector whose streams keep to bounds; everything else is the connector's own."""

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
