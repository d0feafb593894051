"""A desk over a real database file, with a clock that stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from carecli.desk.context import DeskContext
from carecli.desk.conversations.rows import Conversation
from carecli.desk.services import InboxServices, services
from carecli.desk.session import DeskSession
from carecli.domain.capabilities import Capabilities
from carecli.domain.events import Author, Event, MessageSeen
from carecli.domain.model import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    ChannelSpec,
    ContactPoint,
    OutboxVerb,
    ThreadId,
)
from carecli.store.channels import enrol
from carecli.store.db import Database
from carecli.store.derive import refresh
from carecli.store.intake import take_in
from carecli.store.policies import Policies
from tests.support.database import open_database

NOW = 1_790_000_000_000
GRACE = 5 * SECOND

FACEBOOK = Capabilities(
    can_hide=True,
    can_delete=True,
    can_like=True,
    can_block=True,
    private_reply_within=7 * DAY,
    window=DAY,
    human_window=7 * DAY,
    reply_limit=100,
    private_limit=60,
)
MANUAL = Capabilities(can_reply=False, note="This place has no API.")
ROOMS = Capabilities(
    can_delete=True,
    reply_limit=10,
    limit_in_bytes=True,
    private_deeds=frozenset({OutboxVerb.DELETE, OutboxVerb.LIKE}),
)

CAN = {"avon-fb": FACEBOOK, "lrp-fb": FACEBOOK, "groups": MANUAL, "rooms": ROOMS}

CHANNELS = [
    ChannelSpec("avon-fb", "Avon", "facebook", "Avon Polska"),
    ChannelSpec("lrp-fb", "La Roche-Posay", "facebook", "La Roche-Posay MX"),
    ChannelSpec("groups", "Avon", "manual", "Grupy"),
    ChannelSpec("rooms", "Avon", "matrix", "Pokoje"),
]


@dataclass
class Shop:
    """A database with some channels, desks of several moderators over it, and one clock."""

    file: Path
    database: Database
    now: int = NOW
    sessions: dict[InboxServices, DeskSession] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)

    def context(self, me: str = "ana") -> DeskContext:
        return DeskContext(
            me,
            lambda: self.now,
            CAN.__getitem__,
            grace=GRACE,
            people={"ana": "Ana", "ola": "Ola"},
            languages={"avon-fb": "pl", "lrp-fb": "es"},
        )

    def desk(self, me: str = "ana", **other: object) -> InboxServices:
        session = DeskSession(self.file, replace(self.context(me), **other))  # type: ignore[arg-type]  # any field of DeskContext
        desk = services(session)
        self.sessions[desk] = session
        return desk

    @property
    def desks(self) -> list[InboxServices]:
        """Everything opened over the database until now."""
        return [*self.sessions]

    def session(self, desk: InboxServices) -> DeskSession:
        """What these services stand on."""
        return self.sessions[desk]

    def take(self, channel: str, *events: Event, at: int | None = None) -> None:
        moment = self.now if at is None else at
        with self.database.write() as db:
            take_in(
                db,
                self.channels[channel],
                events,
                observed_at=moment,
                now=moment,
                policies=Policies(db),
            )

    def says(
        self,
        name: str,
        text: str,
        *,
        thread: str = "",
        ago: int = HOUR,
        channel: str = "avon-fb",
        point: ContactPoint = ContactPoint.COMMENT,
        **other: object,
    ) -> ThreadId:
        """Somebody writes; the thread it is in."""
        id_ = f"{channel}:{name}:{text}:{ago}"
        event = MessageSeen(
            id_,
            thread or id_,
            point,
            self.now - ago,
            None if other.get("is_ours") else Author(name, name),
            text=text,
            **other,  # type: ignore[arg-type]  # any field of MessageSeen
        )
        self.take(channel, event)
        [(found,)] = self.all(
            "SELECT thread_id FROM messages WHERE platform_id = ? AND channel_id = ?",
            id_,
            self.channels[channel],
        )
        assert isinstance(found, int)
        return ThreadId(found)

    def pass_(self, span: int) -> None:
        self.now += span

    def sent(self, outbox: int | None, platform_id: str = "") -> None:
        """The sender did it, and the platform said so."""
        with self.database.write() as db:
            db.execute(
                "UPDATE outbox SET state = 'sent', sent_at = ?, sent_id = ? WHERE id = ?",
                (self.now, platform_id or None, outbox),
            )

    def derive(self, *threads: int) -> None:
        """What follows from what is stored follows now."""
        with self.database.write() as db:
            refresh(db, threads, self.now, Policies(db))

    def state(self, outbox: int | None) -> str:
        return str(self.all("SELECT state FROM outbox WHERE id = ?", outbox)[0][0])

    def all(self, sql: str, *params: object) -> list[tuple[object, ...]]:
        with self.database.read() as db:
            return db.execute(sql, params).fetchall()

    def derived(self) -> dict[str, list[tuple[object, ...]]]:
        tables = (
            *("threads", "waits", "waiting_counts", "thread_labels", "mentions"),
            *("codes", "quotes", "blind_codes", "calls"),
        )
        return {table: sorted(self.all(f"SELECT * FROM {table}"), key=repr) for table in tables}

    def dump(self) -> list[str]:
        with self.database.read() as db:
            return list(db.iterdump())


def open_shop(file: Path) -> Shop:
    shop = Shop(file, open_database(file))
    with shop.database.write() as db:
        shop.channels = enrol(db, CHANNELS)
    return shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


@pytest.fixture
def desk(shop: Shop) -> InboxServices:
    return shop.desk()


def opened(desk: InboxServices, thread: ThreadId) -> Conversation:
    """The conversation of a thread that is there."""
    found = desk.conversations.conversation(thread)
    assert found is not None
    return found


__all__ = ["DAY", "GRACE", "HOUR", "MINUTE", "NOW", "Shop", "open_shop", "opened"]
