"""A database connection that counts the transactions that write."""

from __future__ import annotations

import sqlite3
from typing import Any

CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "COMMIT")


class Counting:
    """A connection that counts transactions, and has no room left at the n-th change."""

    def __init__(self, connection: sqlite3.Connection, fails_at: int = 0) -> None:
        self._connection = connection
        self._fails_at = fails_at
        self.begun = 0
        self.changes = 0

    def _look(self, statement: str) -> None:
        self.begun += statement.startswith("BEGIN IMMEDIATE")
        if statement.lstrip().startswith(CHANGES):
            self.changes += 1
            if self.changes == self._fails_at:
                raise sqlite3.OperationalError("database or disk is full")

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        self._look(statement)
        return self._connection.execute(statement, *values)

    def executemany(self, statement: str, *values: Any) -> sqlite3.Cursor:
        self._look(statement)
        return self._connection.executemany(statement, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)
