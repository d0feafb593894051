"""Databases as older versions left them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from carecli.store.db import APPLICATION_ID
from carecli.store.migrations import migrations

OLD_SCHEMAS = {"0.3.0": 1}
"""Released versions whose databases people have, each with its `user_version`."""


def old_database(path: Path, version: str) -> None:
    """A database as that version made it: its schema, and the migrations it had applied."""
    script = (Path(__file__).parent / f"schema-{version}.sql").read_text(encoding="utf-8")
    with sqlite3.connect(path) as db:
        db.executescript(script)
        db.executescript(
            "CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, "
            "name TEXT, applied_at TEXT);"
            "CREATE UNIQUE INDEX idx__sqlite_migrations_migration_set_name "
            "ON _sqlite_migrations (migration_set, name);"
        )
        for migration in migrations._migrations[: OLD_SCHEMAS[version]]:
            db.execute(
                "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
                "VALUES ('carecli', ?, '2026-11-29')",
                (migration.name,),
            )
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {OLD_SCHEMAS[version]}")
    db.close()
