"""The schema, version by version; forward only."""

from __future__ import annotations

from importlib.resources import files

from sqlite_utils import Database as UtilsDatabase
from sqlite_utils import Migrations

migrations = Migrations("carecli")


@migrations()
def m001_first(db: UtilsDatabase) -> None:
    """The first schema, and the views other programs read."""
    for name in ("schema.sql", "open_data.sql"):
        script = files("carecli.store").joinpath(name).read_text(encoding="utf-8")
        for statement in _statements(script):
            db.execute(statement)


def _statements(script: str) -> list[str]:
    """The statements of a script; `executescript` would commit the migration's transaction."""
    from sqlite3 import complete_statement

    found: list[str] = []
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if complete_statement(pending):
            found.append(pending)
            pending = ""
    return found
