"""Public figures of profiles: per day, per post, and their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.competition import DayFigure, Profile, PublicComment, PublicPost, Record
from carecli.domain.model import DAY, Millis
from carecli.store.columns import columns_of

LONG: Millis = 3 * DAY
"""A profile is read once a day: one that was not for so long missed three times."""

MONTH: Millis = 31 * DAY


class Followed(NamedTuple):
    """How following a profile goes. `trouble` is a kind of error, `said` the platform's words."""

    key: str
    tried_at: Millis | None
    seen_at: Millis | None
    read_since: Millis | None
    read_until: Millis | None
    trouble: str
    said: str


def followed(db: Connection, key: str) -> Followed:
    """How it goes with a profile; all None for one that was never tried."""
    row = db.execute(
        f"SELECT {columns_of(Followed)} FROM profiles WHERE key = ?",
        (key,),
    ).fetchone()
    return Followed._make(row) if row is not None else Followed(key, None, None, None, None, "", "")


def unreadable(db: Connection, followed_ones: Sequence[Profile], now: Millis) -> list[Followed]:
    """Of profiles that a channel reads, those that fail and were not read to the end for 3 days.

    Not those whose figures are told by CSV or by hand. In a database that took in its first
    message less than 3 days ago, nobody is missed yet.
    """
    oldest = db.execute("SELECT seen_at FROM messages ORDER BY id LIMIT 1").fetchone()
    begun = oldest[0] if oldest is not None else now
    found = [followed(db, one.key) for one in followed_ones if one.channel]
    return [
        one
        for one in found
        if one.trouble
        and now - (begun if one.seen_at is None else one.seen_at) > LONG
        and not _is_told_otherwise(db, one.key, now)
    ]


def _is_told_otherwise(db: Connection, key: str, now: Millis) -> bool:
    """Whether figures of a profile came by CSV or by hand within a month."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM profile_figures "
        "WHERE profile = ? AND origin <> 'api' AND seen_at > ?)"
    )
    return bool(db.execute(sql, (key, now - MONTH)).fetchone()[0])


def tried(db: Connection, key: str, now: Millis, trouble: str = "", said: str = "") -> None:
    """A profile was tried to be read; without a trouble it can be."""
    db.execute(
        "INSERT INTO profiles (key, tried_at, trouble, said) VALUES (?,?,?,?) "
        "ON CONFLICT DO UPDATE SET tried_at = excluded.tried_at, trouble = excluded.trouble, "
        "said = excluded.said",
        (key, now, trouble, said),
    )


def read_to_end(db: Connection, key: str, since: Millis, until: Millis) -> None:
    """Every post published between two moments was read.

    What was read before goes on from there if it touches; a gap makes it begin anew.
    """
    db.execute(
        "INSERT INTO profiles (key, seen_at, read_since, read_until) VALUES (?1,?3,?2,?3) "
        "ON CONFLICT DO UPDATE SET seen_at = ?3, read_until = ?3, read_since = "
        "CASE WHEN read_until >= ?2 AND read_since < ?2 THEN read_since ELSE ?2 END",
        (key, since, until),
    )


def keep_figures(db: Connection, key: str, figures: Iterable[DayFigure], now: Millis) -> None:
    """Keep figures of days; of one that was told before, the newest stands."""
    db.executemany(
        "INSERT INTO profile_figures (profile, figure, day, days, value, origin, "
        "seen_at) "
        "VALUES (?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
        "value = excluded.value, origin = excluded.origin, seen_at = excluded.seen_at "
        "WHERE excluded.seen_at >= seen_at",
        [
            (key, one.figure, one.day.isoformat(), one.days, one.value, one.origin, now)
            for one in figures
        ],
    )


def forget_figures(db: Connection, key: str, day: str) -> int:
    """Drop the figures of a day that were not told by API; how many there were."""
    return db.execute(
        "DELETE FROM profile_figures WHERE profile = ? AND day = ? AND origin <> 'api'", (key, day)
    ).rowcount


def keep_posts(db: Connection, key: str, posts: Iterable[PublicPost], now: Millis) -> None:
    """Keep posts as they are now; of one that was seen before, the newest stands.

    A count that is untold now though it was told before becomes untold: it may have been hidden.
    """
    db.executemany(
        "INSERT INTO profile_posts (profile, platform_id, at, text, link, reactions, "
        "comments, shares, origin, seen_at) "
        "VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
        "at = excluded.at, text = excluded.text, link = excluded.link, "
        "reactions = excluded.reactions, comments = excluded.comments, shares = excluded.shares, "
        "origin = excluded.origin, seen_at = excluded.seen_at WHERE excluded.seen_at >= seen_at",
        [
            (
                *(key, one.id, one.at, one.text, one.link),
                *(one.reactions, one.comments, one.shares, one.origin, now),
            )
            for one in posts
        ],
    )


def keep_comments(db: Connection, key: str, comments: Iterable[PublicComment], now: Millis) -> None:
    """Keep comments; one that is answered stays answered, at its first answer that was seen."""
    db.executemany(
        "INSERT INTO profile_comments (profile, comment, at, answered_at, seen_at) "
        "VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET "
        "answered_at = coalesce(excluded.answered_at, answered_at), seen_at = excluded.seen_at "
        "WHERE excluded.seen_at >= seen_at",
        [(key, one.id, one.at, one.answered_at, now) for one in comments],
    )


def records(
    db: Connection,
    keys: Sequence[str],
    days: tuple[date, date],
    span: tuple[Millis, Millis],
    day_of: Callable[[Millis], date],
) -> Mapping[str, Record]:
    """What is known of profiles: figures between two days, posts and comments between moments.

    The second of a pair is the first one after. `day_of` tells in which day a moment lies.
    """
    return {key: _record(db, key, days, span, day_of) for key in keys}


def _record(
    db: Connection,
    key: str,
    days: tuple[date, date],
    span: tuple[Millis, Millis],
    day_of: Callable[[Millis], date],
) -> Record:
    how = followed(db, key)
    figures = db.execute(
        "SELECT figure, day, value, origin, days FROM profile_figures "
        "WHERE profile = ? AND day >= ? AND day < ? ORDER BY day",
        (key, days[0].isoformat(), days[1].isoformat()),
    )
    posts = db.execute(
        "SELECT platform_id, at, text, link, reactions, comments, shares, origin "
        "FROM profile_posts WHERE profile = ? AND at >= ? AND at < ? ORDER BY at, platform_id",
        (key, *span),
    )
    comments = db.execute(
        "SELECT at, answered_at FROM profile_comments WHERE profile = ? AND at >= ? AND at < ? "
        "ORDER BY at",
        (key, *span),
    )
    is_read = how.read_since is not None and how.read_until is not None
    return Record(
        figures=[
            DayFigure(figure, date.fromisoformat(day), value, origin, n)
            for figure, day, value, origin, n in figures
        ],
        posts=[
            PublicPost(id_, at, text, link, liked, commented, shared, origin, day_of(at))
            for id_, at, text, link, liked, commented, shared, origin in posts
        ],
        comments=[PublicComment(*row) for row in comments],
        # Whole days only: of the one in which reading began or ended, some posts are not known.
        known_since=day_of((how.read_since or 0) + DAY - 1) if is_read else None,
        known_until=day_of(how.read_until or 0) if is_read else None,
        trouble=how.trouble,
    )
