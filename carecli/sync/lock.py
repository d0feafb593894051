"""One engine per database: a lock file that the system releases when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from carecli.domain.errors import EngineRunning
from carecli.domain.model import Millis
from carecli.file_rights import open_file


class EngineLock:
    """Held for as long as an engine runs: `with EngineLock(database, now):`.

    Entering raises EngineRunning, which says who holds it, when somebody else does.
    """

    def __init__(self, database: Path, now: Millis) -> None:
        self.path = lock_file(database)
        self._database = database
        self._now = now
        self._descriptor = -1

    def __enter__(self) -> Self:
        descriptor = open_file(str(self.path), os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            told = os.pread(descriptor, 1000, 0)
            os.close(descriptor)
            raise EngineRunning(
                f"Another engine serves {self._database}{_who(told)}.",
                hint="One is enough: it serves every inbox on this database.",
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "since": self._now}).encode(), 0)
        self._descriptor = descriptor
        return self

    def __exit__(self, *_: object) -> None:
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


def lock_file(database: Path) -> Path:
    """Where the lock of a database's engine is."""
    return database.with_name(f"{database.name}.engine")


def is_engine_running(database: Path) -> bool:
    """Whether an engine holds the lock of a database now.

    A lock that somebody else keeps to themselves is taken for held: the engine is theirs.
    """
    try:
        descriptor = os.open(lock_file(database), os.O_RDWR)
    except PermissionError:
        return True
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def _who(told: bytes) -> str:
    try:
        holder = json.loads(told)
        since = datetime.fromtimestamp(holder["since"] / 1000, UTC)
        return f": process {holder['pid']}, since {since:%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, KeyError, TypeError):
        return ""
