"""A real database file for each test, with two channels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from carecli.domain.events import Event
from carecli.store.db import Database
from carecli.store.intake import Intaken, take_in
from carecli.store.policies import Policies
from tests.support.database import open_database

NOW = 1_790_000_000_000


@dataclass
class Shop:
    """A database and the shortest way to fill it."""

    database: Database

    def take(self, *events: Event, at: int = NOW, channel: int = 1, raw: bytes = b"") -> Intaken:
        with self.database.write() as db:
            policies = Policies(db)
            return take_in(
                db, channel, events, observed_at=at, now=at, policies=policies, raw=raw, source="t"
            )

    def all(self, sql: str, *params: object) -> list[tuple[object, ...]]:
        with self.database.read() as db:
            return db.execute(sql, params).fetchall()

    def one(self, sql: str, *params: object) -> Sequence[object]:
        (row,) = self.all(sql, *params)
        return row

    def contents(self) -> dict[str, list[tuple[object, ...]]]:
        """What the platforms told, without our own ids and times of seeing."""
        return {
            "threads": self.all(
                "SELECT t.platform_id, t.point, p.platform_id, k.platform_id, t.opened_at, "
                "t.message_count, m.platform_id, t.colour, t.waiting, t.wait_started_at, "
                "t.deadline, t.outcome FROM threads t LEFT JOIN posts p ON p.id = t.post_id "
                "LEFT JOIN contacts k ON k.id = t.contact_id "
                "LEFT JOIN messages m ON m.id = t.last_inbound_id ORDER BY 1"
            ),
            "messages": self.all(
                "SELECT m.platform_id, m.text, m.visibility, m.liked, m.parent, k.platform_id "
                "FROM messages m LEFT JOIN contacts k ON k.id = m.contact_id ORDER BY 1"
            ),
            "waits": self.all(
                "SELECT t.platform_id, k.platform_id, w.ordinal, w.started_at, w.outcome "
                "FROM waits w JOIN threads t ON t.id = w.thread_id "
                "JOIN contacts k ON k.id = w.contact_id ORDER BY 1, 2, 3"
            ),
            "counts": self.all("SELECT * FROM waiting_counts WHERE n <> 0 ORDER BY 1, 2, 3"),
        }


def new_shop(path: Path) -> Shop:
    database = open_database(path)
    with database.write() as db:
        db.executemany(
            "INSERT INTO channels (key, brand, platform, title) VALUES (?,?,?,?)",
            [
                ("avon-fb", "Avon", "facebook", "Avon Polska"),
                ("lrp-fb", "La Roche-Posay", "facebook", "La Roche-Posay MX"),
            ],
        )
    return Shop(database)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = new_shop(tmp_path / "care.sqlite")
    yield shop
    shop.database.close()
