"""One page on its way into the store, and what the store already knows of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from sqlite3 import Connection

from carecli.domain.model import Millis
from carecli.store.columns import columns_of
from carecli.store.db import CHUNK
from carecli.store.subjects import DerivedThread

FOR_EVER = (1 << 62) - 1
"""When messages of forgotten people are said to have been observed: nothing later is newer."""


@dataclass(slots=True)
class KnownMessage:
    """A stored message, as far as events can change it."""

    id: int
    thread: int
    text: str
    visibility: str
    observed_at: Millis
    liked: int
    contact: int | None


@dataclass(slots=True)
class Batch:
    """One page on its way into the store."""

    db: Connection
    channel: int
    observed_at: Millis
    now: Millis
    raw: int | None
    known: dict[str, KnownMessage] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    fresh: dict[int, DerivedThread] = field(default_factory=dict)
    first_new: int = 0
    new_messages: int = 0
    edited: list[int] = field(default_factory=list)

    def learn_of(self, ids: Iterable[str]) -> None:
        """Know those of these messages, by platform id, that are stored by now.

        A message that is new is known only where the page tells more of it: most it never does.
        """
        missing = [platform_id for platform_id in ids if platform_id not in self.known]
        self.known |= known_messages(self.db, self.channel, missing)


_KNOWN = columns_of(KnownMessage, thread="thread_id", contact="contact_id")


def known_messages(db: Connection, channel: int, ids: Iterable[str]) -> dict[str, KnownMessage]:
    """Those of these messages that are stored, by platform id."""
    known: dict[str, KnownMessage] = {}
    for marks, some in chunks(ids):
        for platform_id, *row in db.execute(
            f"SELECT platform_id, {_KNOWN} FROM messages "
            f"WHERE platform_id IN ({marks}) AND channel_id = ?",
            (*some, channel),
        ):
            known[platform_id] = KnownMessage(*row)
    return known


def next_id(db: Connection, table: str) -> int:
    """The id of the next row of a table; ids are never used twice in a transaction."""
    (last,) = db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
    return int(last) + 1


def chunks(ids: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Distinct ids in lots one query can take, each with its question marks."""
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        yield ",".join("?" * len(some)), some
