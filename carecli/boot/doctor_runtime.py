"""Doctor checks of what runs by itself: engine, webhooks, background jobs, rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

from carecli.boot.channels import NEEDS_NO_TOKEN
from carecli.boot.doctor_checks import Check
from carecli.boot.inbox import context
from carecli.boot.rulebook import rulebook
from carecli.boot.setup import Setup, now
from carecli.domain.model import SECOND, Millis
from carecli.domain.text import one_line
from carecli.store import hooks, renewal, settings
from carecli.store.db import Database
from carecli.store.settings import EngineHeartbeat, Heard
from carecli.sync.lock import is_engine_running

SILENT_AFTER = 60 * SECOND
"""An engine that told nothing for so long hangs."""


def running(setup: Setup, database: Database) -> Iterator[Check]:
    """The engine, where it listens, what goes wrong beside, and the rules."""
    with database.read() as db:
        sign = settings.sign_of_life(db)
        are_held, is_paused = settings.are_rules_held(db), settings.is_paused(db)
        troubled = hooks.troubled(db)
        stale = renewal.stale(db)
    if not is_engine_running(setup.database):
        yield _no_engine(setup, sign)
        if setup.config.engine.listen:
            hint = "Run: carecli daemon"
            text = f"Nothing listens at {setup.config.engine.listen}."
            yield Check("webhooks", False, text, hint)
    elif sign is not None:
        yield from _engine(sign)
    if stale and is_engine_running(setup.database):
        text = one_line(f"The engine still uses an older configuration: {stale}", 400)
        yield Check(
            "configuration", False, text, "Correct the file; the engine then reads it again."
        )
    for one in troubled:
        if one.name in setup.config.hooks:
            text = one_line(f"{one.name} could not be notified {one.attempts} times: {one.error}")
            yield Check("hooks", False, text, one.hint)
    if is_paused:
        yield Check("engine", False, "Sending is paused.", "To continue, run: carecli resume")
    book = rulebook(setup, context(setup))
    book.read_files()
    if are_held:
        yield Check("rules", False, "All rules are paused.", "To continue, run: carecli rules go")
    if book.problem is not None:
        hint = "Correct the file. Until then, the engine uses the rules it read last."
        yield Check("rules", False, str(book.problem), hint)
    else:
        yield Check("rules", True, f"{len(list(book.contents()))} rules can be read.")


def _no_engine(setup: Setup, sign: EngineHeartbeat | None) -> Check:
    """Nothing is pulled or sent, which is well only where there is nothing to pull."""
    is_idle = all(one.platform in NEEDS_NO_TOKEN for one in setup.config.channels.values())
    since = f" since {_moment(sign.at)}" if sign is not None else ""
    text = (
        ("The engine is not running.")
        if is_idle
        else (f"The engine is not running: nothing has been synced or sent{since}.")
    )
    return Check("engine", is_idle, text, "Open the inbox, which starts it, or run: carecli daemon")


def life(setup: Setup) -> Check:
    """Whether an engine serves the database and told that it lives; asks nobody else."""
    if not is_engine_running(setup.database):
        return Check("engine", False, "The engine is not running.", "Run: carecli daemon")
    with closing(Database(setup.database)) as database:
        sign = settings.sign_of_life(database.connection)
    return next(_engine(sign)) if sign else Check("engine", False, "The engine is starting.")


def _engine(sign: EngineHeartbeat) -> Iterator[Check]:
    silent = now() - sign.at
    if silent > SILENT_AFTER:
        text = f"The engine is running, but has not responded since {_moment(sign.at)}."
        yield Check("engine", False, text, f"Check its log, then stop process {sign.pid}.")
    else:
        yield Check("engine", True, "The engine is running.")
    if sign.heard is not None:
        yield _webhooks(sign.heard)
    for name, how in sign.failing.items():
        text = f"{name} has failed {how.times} times since {_moment(how.since)}: {how.error}"
        yield Check("engine", False, one_line(text), "carecli tries again; see the engine's log.")


def _webhooks(heard: Heard) -> Check:
    told = f"It listens at {heard.address}; {heard.taken} webhooks were received"
    told += f", the last at {_moment(heard.taken_at)}" if heard.taken_at else ""
    if not heard.refused or heard.refused_at is None:
        return Check("webhooks", True, f"{told}.")
    told += f"; {heard.refused} were refused, the last at {_moment(heard.refused_at)}."
    is_well = (heard.taken_at or 0) >= heard.refused_at
    hint = "" if is_well else "They were not signed with the app's secret; see docs/webhooks.md."
    return Check("webhooks", is_well, told, hint)


def _moment(at: Millis) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
