"""A reading that nobody waits for any more ends early, and harms no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.domain.errors import QueryCancelled
from carecli.store.db import Database

COUNTING = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) "
    "SELECT count(stopped(i)) FROM n"
)


def test_an_interrupted_reading_says_so_and_the_next_one_goes_through(tmp_path: Path) -> None:
    database = Database(tmp_path / "inbox.sqlite")
    database.connection.create_function("stopped", 1, lambda _: database.connection.interrupt())
    with pytest.raises(QueryCancelled), database.read() as db:
        db.execute(COUNTING).fetchone()
    with database.read() as db:
        assert db.execute("SELECT count(*) FROM threads").fetchone() == (0,)
    database.close()
