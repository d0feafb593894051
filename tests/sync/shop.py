"""A database with channels in it, and the shortest way to reply."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carecli.domain.commands import Moderate, Reply
from carecli.domain.model import Actor, ChannelSpec, MessageId, Millis, OutboxVerb, ThreadId
from carecli.platforms.base import Account, Connector
from carecli.platforms.registry import create_connector
from carecli.practice import channels
from carecli.store import journal
from carecli.store.channels import enrol
from carecli.store.db import Database
from carecli.store.derive import refresh
from carecli.store.orders import NewOrder, put_in
from carecli.store.policies import Policies
from tests.support.database import open_database

ANA = Actor("moderator", "ana")
KASIA = Actor("moderator", "kasia")
RULE = Actor("rule", "thanks")


def wall_clock() -> Millis:
    return time.time_ns() // 1_000_000


@dataclass
class Shop:
    """A database, plain and durable, and what tests ask of it. `now` None: the wall clock."""

    path: Path
    now: Millis | None = None
    database: Database = field(init=False)
    durable: Database = field(init=False)
    orders: int = 0

    def __post_init__(self) -> None:
        self.database = open_database(self.path)
        self.durable = Database(self.path, durable=True)

    def clock(self) -> Millis:
        return wall_clock() if self.now is None else self.now

    def enrol(self, *keys: str, platform: str = "facebook") -> dict[str, int]:
        with self.database.write() as db:
            return enrol(db, [ChannelSpec(key, key, platform, key) for key in keys])

    def order(
        self,
        verb: OutboxVerb = OutboxVerb.REPLY,
        text: str = "",
        *,
        message: int,
        by: Actor = ANA,
        head: int | None = None,
        not_before: Millis = 0,
    ) -> int:
        """Put a decision and its order in, as the desk does; the order's id."""
        thread, channel, contact = self.one(
            "SELECT thread_id, channel_id, contact_id FROM messages WHERE id = ?", message
        )
        newest = self.one("SELECT max(id) FROM messages WHERE thread_id = ?", thread)[0]
        self.orders += 1
        key = hashlib.sha256(f"{self.path.name}{self.clock()}{self.orders}".encode()).hexdigest()[
            :32
        ]
        command = (
            Reply(ThreadId(thread), text, target=MessageId(message), draft=key)
            if verb.is_text
            else Moderate(ThreadId(thread), MessageId(message), verb)
        )
        with self.durable.write() as db:
            decision = journal.record(db, command, by, self.clock())
            id_ = put_in(
                db,
                NewOrder(
                    key,
                    channel,
                    thread,
                    message,
                    newest if head is None else head,
                    verb,
                    text,
                    key if verb.is_text else "",
                    decision,
                    not_before,
                    contact=contact if verb.is_about_person else None,
                ),
                by,
                self.clock(),
            )
            refresh(db, (thread,), self.clock(), Policies(db))
        return id_

    def all(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        with self.database.read() as db:
            return db.execute(sql, params).fetchall()

    def one(self, sql: str, *params: object) -> tuple[Any, ...]:
        (row,) = self.all(sql, *params)
        return row

    def until(self, sql: str, wanted: object, seconds: float = 10) -> None:
        """Wait until a query gives one value."""
        deadline = time.monotonic() + seconds
        while (found := self.one(sql)[0]) != wanted:
            assert time.monotonic() < deadline, found
            time.sleep(0.02)

    def state(self, order: int) -> str:
        return str(self.one("SELECT state FROM outbox WHERE id = ?", order)[0])

    def close(self) -> None:
        self.database.close()
        self.durable.close()


def practice_connectors(url: str, *keys: str) -> dict[str, Connector]:
    """Connectors to these accounts of a practice platform; without keys, to all."""
    return {
        one.key: create_connector(
            Account(one.key, one.platform, one.account, one.token, base_url=url, clock=wall_clock)
        )
        for one in channels()
        if not keys or one.key in keys
    }


def waiting_comment(shop: Shop) -> int:
    """A comment that waits for an answer."""
    return int(
        shop.all(
            "SELECT t.last_inbound_id FROM threads t WHERE t.waiting = 1 AND t.point = 'comment' "
            "ORDER BY t.last_inbound_at DESC LIMIT 1"
        )[0][0]
    )
