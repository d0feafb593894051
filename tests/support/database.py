"""Databases in which nothing is yet: the program makes the schema once, each test gets a copy."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from carecli.store.db import Database


@cache
def _contents() -> bytes:
    """The file as the program makes it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "care.sqlite"
        Database(file).close()
        return file.read_bytes()


def open_database(file: Path) -> Database:
    """The database at `file`; an empty one where there is none yet."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(_contents())
    return Database(file)
