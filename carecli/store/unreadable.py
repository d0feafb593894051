"""What of a channel cannot be read now, and which pulls were completed."""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis
from carecli.domain.unreadable import FailingPlace, RefusedField
from carecli.store.columns import columns_of, insert_into
from carecli.store.feed import ELSEWHERE, announce

MISSED_INTERVALS = 3
"""A stream that did not come to its end for so many intervals counts as not read any more."""


class Pull(NamedTuple):
    """How a stream of a channel is being read.

    `every` is the longest planned interval in ms, `began_at` when the engine that reads it
    started, `error` what the last pull ended with.
    """

    stream: str
    every: Millis
    began_at: Millis
    completed_at: Millis | None
    error: str
    hint: str

    def late_since(self, now: Millis) -> Millis | None:
        """Since when it is not read to its end, where that is longer than three intervals."""
        return (self.completed_at or self.began_at) if now > self.late_at else None

    @property
    def late_at(self) -> Millis:
        """From when on it counts as not read any more, unless it is read to its end before."""
        return max(self.completed_at or 0, self.began_at) + MISSED_INTERVALS * self.every


def failing(db: Connection, channel: int) -> list[FailingPlace]:
    """Places that fail, those that have failed longest first."""
    rows = db.execute(
        f"SELECT {columns_of(FailingPlace)} FROM failing_places "
        "WHERE channel_id = ? ORDER BY since, place",
        (channel,),
    )
    return [FailingPlace._make(row) for row in rows]


class Summary(NamedTuple):
    """What a channel's line on the screen tells.

    How many places fail, the first of them with its error, and from when on a stream counts as
    not read any more (None: nothing is pulled).
    """

    failing: int = 0
    first: str = ""
    late_at: Millis | None = None


def summaries(db: Connection) -> dict[int, Summary]:
    """What cannot be read, in short, by channel."""
    late = db.execute(
        "SELECT channel_id, min(max(coalesce(completed_at, 0), began_at) + ? * every) "
        "FROM pulls GROUP BY channel_id",
        (MISSED_INTERVALS,),
    )
    found = {channel: Summary(late_at=late_at) for channel, late_at in late}
    rows = db.execute(
        "SELECT channel_id, count(*), min(printf('%020d', since) || place || ': ' || error) "
        "FROM failing_places WHERE tries > 0 GROUP BY channel_id"
    )
    for channel, n, first in rows:
        found[channel] = found.get(channel, Summary())._replace(failing=n, first=first[20:])
    return found


def refused(db: Connection, channel: int) -> list[RefusedField]:
    """Fields the platform refuses."""
    rows = db.execute(
        f"SELECT {columns_of(RefusedField)} FROM refused_fields WHERE channel_id = ? "
        "ORDER BY selection, field",
        (channel,),
    )
    return [RefusedField._make(row) for row in rows]


_FAILING = ("channel_id", *FailingPlace._fields)
_REFUSED = ("channel_id", *RefusedField._fields)


def keep_failing(db: Connection, channel: int, places: Iterable[FailingPlace]) -> None:
    """These places fail, or wait to be read."""
    db.executemany(
        insert_into("failing_places", _FAILING, instead="OR REPLACE"),
        [(channel, *one) for one in places],
    )
    announce(db, (ELSEWHERE,))


def want(db: Connection, channel: int, places: Iterable[FailingPlace]) -> None:
    """These places are to be read; one that is known to fail keeps its distance."""
    db.executemany(
        insert_into("failing_places", _FAILING, instead="OR IGNORE"),
        [(channel, *one) for one in places],
    )


def drop_failing(db: Connection, channel: int, places: Iterable[str]) -> None:
    """These places were read."""
    db.executemany(
        "DELETE FROM failing_places WHERE channel_id = ? AND place = ?",
        [(channel, place) for place in places],
    )
    announce(db, (ELSEWHERE,))


def keep_refused(db: Connection, channel: int, fields: Iterable[RefusedField]) -> None:
    """The platform refuses these fields."""
    db.executemany(
        insert_into("refused_fields", _REFUSED, instead="OR REPLACE"),
        [(channel, *one) for one in fields],
    )
    announce(db, (ELSEWHERE,))


def drop_refused(db: Connection, channel: int, fields: Iterable[RefusedField]) -> None:
    """The platform tells these fields now."""
    db.executemany(
        "DELETE FROM refused_fields WHERE channel_id = ? AND selection = ? AND field = ?",
        [(channel, one.selection, one.field) for one in fields],
    )


def pulls(db: Connection, channel: int) -> list[Pull]:
    """How the streams of a channel are being read."""
    rows = db.execute(
        f"SELECT {columns_of(Pull)} FROM pulls WHERE channel_id = ? ORDER BY stream",
        (channel,),
    )
    return [Pull._make(row) for row in rows]


def begin_pull(
    db: Connection, channel: int, stream: str, every: Millis, now: Millis, *, anew: bool
) -> None:
    """A stream is going to be read; `anew`: by an engine that has just started."""
    db.execute(
        "INSERT INTO pulls (channel_id, stream, every, began_at, completed_at, "
        "error, hint) "
        "VALUES (?,?,?,?,NULL,'','') ON CONFLICT (channel_id, stream) DO UPDATE "
        "SET every = excluded.every, "
        "began_at = CASE WHEN ? THEN excluded.began_at ELSE began_at END",
        (channel, stream, every, now, anew),
    )


def end_pull(
    db: Connection,
    channel: int,
    stream: str,
    *,
    every: Millis,
    completed_at: Millis | None,
    error: str = "",
    hint: str = "",
) -> None:
    """A pull ended: at its end, or with an error."""
    db.execute(
        "UPDATE pulls SET every = ?, completed_at = coalesce(?, completed_at), error = ?, hint = ? "
        "WHERE channel_id = ? AND stream = ?",
        (every, completed_at, error, hint, channel, stream),
    )


def forget_streams(db: Connection, channel: int, streams: Iterable[str]) -> None:
    """A channel has these streams only; what is known of others says nothing any more."""
    names = list(streams)
    marks = ",".join("?" * len(names))
    db.execute(
        f"DELETE FROM pulls WHERE channel_id = ? AND stream NOT IN ({marks})", (channel, *names)
    )
