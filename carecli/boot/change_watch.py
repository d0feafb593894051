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

Print = tuple[object, ...]
"""What tells one state of the configuration and the tokens from another."""


def print_of_file(file: Path) -> Print:
    """When a file was last written, and how large it is; empty where it cannot be seen."""
    try:
        known = file.stat()
    except OSError:
        return ()
    return known.st_mtime_ns, known.st_size


def print_of(setup: Setup) -> Print:
    """The state of the configuration's file and of all tokens, as far as it can be seen."""
    files = {
        Path(place.name)
        for channel in setup.config.channels.values()
        for place in (channel.token, channel.secret)
        if place is not None and place.kind == "file"
    }
    with closing(Database(setup.database)) as database, database.read() as db:
        replaced = renewal.replaced_at(db)
    return (print_of_file(setup.file), replaced, *(print_of_file(one) for one in sorted(files)))


def tell_stale(setup: Setup, error: CareError | None) -> None:
    """Say in the database why the engine goes on with an older configuration; None: it does not."""
    why = ""
    if error is not None:
        why = str(error) if isinstance(error, ConfigError) else f"{error.what} {error.hint}".strip()
    with closing(Database(setup.database)) as database:
        if renewal.stale(database.connection) == why:
            return
        with database.write() as db:
            renewal.say_stale(db, why)


class ChangeWatch:
    """Looks whether the engine should begin anew with a changed configuration, and ends it then.

    `seen` is a state that cannot be taken up, as is known already. `changed` is what to begin
    with, once `look` found it.
    """

    def __init__(self, setup: Setup, seen: Print | None = None) -> None:
        self._setup = setup
        self._at_start: Print | None = None
        self.seen = seen
        self.changed: Setup | None = None

    def look(self) -> None:
        """Look once; what asks the engine to end is the signal that ends it otherwise too."""
        if self.changed is not None:
            return
        found = print_of(self._setup)
        if self._at_start is None:
            self._at_start = found
            if self.seen is None:
                tell_stale(self._setup, None)
            return
        if found in (self._at_start, self.seen):
            return
        self.seen = found
        try:
            following = set_up(str(self._setup.file))
            if following.config.database != self._setup.config.database:
                raise ConfigError(
                    "The configuration names another database.",
                    file=str(self._setup.file),
                    key="database",
                    hint="Stop the engine and start it again.",
                )
        except CareError as error:
            tell_stale(self._setup, error)
            return
        self.changed = replace(following, database=self._setup.database)
        signal.raise_signal(signal.SIGTERM)
