"""Notices changes of the configuration or of a token while the program runs."""

from __future__ import annotations

import signal
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from carecli.boot.setup import Setup, set_up
from carecli.domain.errors import CareError, ConfigError
from carecli.store import renewal
from carecli.store.db import Database

WATCH_SECONDS = 3.0
"""How soon a change is noticed."""

Fingerprint = tuple[object, ...]
"""A value that differs between two states of the configuration and the tokens."""


def file_fingerprint(file: Path) -> Fingerprint:
    """When a file was last written, and its size; empty if it cannot be read."""
    try:
        stat = file.stat()
    except OSError:
        return ()
    return stat.st_mtime_ns, stat.st_size


def fingerprint_of(setup: Setup) -> Fingerprint:
    """The state of the configuration's file and of all tokens, as far as it can be read."""
    files = {
        Path(place.name)
        for channel in setup.config.channels.values()
        for place in (channel.token, channel.secret)
        if place is not None and place.kind == "file"
    }
    with closing(Database(setup.database)) as database, database.read() as db:
        replaced = renewal.replaced_at(db)
    return (
        file_fingerprint(setup.file),
        replaced,
        *(file_fingerprint(file) for file in sorted(files)),
    )


def record_stale(setup: Setup, error: CareError | None) -> None:
    """Store why the engine still uses an older configuration; None if it does not."""
    why = ""
    if error is not None:
        why = str(error) if isinstance(error, ConfigError) else f"{error.what} {error.hint}".strip()
    with closing(Database(setup.database)) as database:
        if renewal.stale(database.connection) == why:
            return
        with database.write() as db:
            renewal.say_stale(db, why)


class ChangeWatch:
    """Checks whether the configuration changed so that the engine must restart, and ends it then.

    `seen` is a state that is already known to be unusable. `changed` is the new configuration,
    once `look` has found it.
    """

    def __init__(self, setup: Setup, seen: Fingerprint | None = None) -> None:
        self._setup = setup
        self._at_start: Fingerprint | None = None
        self.seen = seen
        self.changed: Setup | None = None

    def look(self) -> None:
        """Check once; the engine is ended by SIGTERM, as from outside."""
        if self.changed is not None:
            return
        state = fingerprint_of(self._setup)
        if self._at_start is None:
            self._at_start = state
            if self.seen is None:
                record_stale(self._setup, None)
            return
        if state in (self._at_start, self.seen):
            return
        self.seen = state
        try:
            new_setup = set_up(str(self._setup.file))
            if new_setup.config.database != self._setup.config.database:
                raise ConfigError(
                    "The configuration names another database.",
                    file=str(self._setup.file),
                    key="database",
                    hint="Stop the engine and start it again.",
                )
        except CareError as error:
            record_stale(self._setup, error)
            return
        self.changed = replace(new_setup, database=self._setup.database)
        signal.raise_signal(signal.SIGTERM)
