"""Erases people: names, ids and texts go, the counts of their waits stay.

What goes with a person: their messages' texts, attachments, addresses and earlier versions; in
threads they opened, and in private ones we opened to answer them, also what the brand and
colleagues said and have in draft, elsewhere what answered them; notes about them; payloads that
name them; what tied two of their ids. What stays: when something was written, how long it waited,
who answered, in which colour. The platform's numbers of messages and threads stay too, so that a
later pull knows them again and brings nothing back.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from sqlite3 import Connection
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from carecli.domain.model import Actor, Millis
from carecli.domain.text import search_form
from carecli.store.batch import FOR_EVER
from carecli.store.derive import refresh
from carecli.store.feed import announce
from carecli.store.message_words import WORDS
from carecli.store.policies import Policies
from carecli.store.subjects import keep_addressed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from carecli.store.db import Database

T = TypeVar("T")

NAMELESS = "forgotten:"
"""Replaces the platform's id of a forgotten person, with our own number after it."""

LOT = 400
"""People forgotten in one transaction."""


class Traces(NamedTuple):
    """What there is of some people.

    Messages of theirs and ours to them, threads they wrote in, and replies that are still on
    their way.
    """

    messages: int
    threads: int
    unsent: int


class Erased(NamedTuple):
    """What was forgotten: how many people and messages, and the threads they wrote in."""

    people: int
    messages: int
    threads: frozenset[int]


class StillOnItsWay(Exception):
    """A text to somebody who shall be forgotten may still go out."""


# Who, where, what: filled for the length of a transaction, in memory.
_GATHERED = (
    "CREATE TEMP TABLE who (id INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE theirs (id INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE visited (id INTEGER PRIMARY KEY)",
    "CREATE TEMP TABLE said (id INTEGER PRIMARY KEY, ours INTEGER)",
)
_GATHER = (
    # threads that are theirs alone: opened by them, or by our private answer to them
    (
        "INSERT INTO theirs (id) SELECT id FROM threads WHERE contact_id IN who UNION SELECT t.id "
        "FROM contact_links l JOIN threads t ON t.platform_id = l.conversation "
        "AND t.channel_id = l.channel_id WHERE l.contact_id IN who"
    ),
    (
        "INSERT INTO visited (id) SELECT id FROM theirs UNION "
        "SELECT thread_id FROM waits WHERE contact_id IN who"
    ),
    (
        "INSERT INTO said (id, ours) SELECT id, 0 FROM messages "
        "WHERE thread_id IN visited AND contact_id IN who"
    ),
    (
        "INSERT INTO said (id, ours) SELECT m.id, 1 FROM messages m WHERE m.contact_id IS NULL "
        "AND m.thread_id IN theirs"
    ),
    (
        "INSERT OR IGNORE INTO said (id, ours) "
        "SELECT m.id, 1 FROM messages m "
        "JOIN messages p ON p.platform_id = m.parent AND p.channel_id = m.channel_id "
        "WHERE m.contact_id IS NULL AND m.thread_id IN visited AND p.id IN (SELECT id FROM said)"
    ),
    (
        "INSERT OR IGNORE INTO said (id, ours) "
        "SELECT m.id, 1 FROM outbox o JOIN messages m "
        "ON m.platform_id = o.sent_id AND m.channel_id = o.channel_id "
        "WHERE o.thread_id IN visited AND o.message_id IN (SELECT id FROM said)"
    ),
)

_OPEN = "state IN ('queued', 'sending', 'unknown')"
"""Of the outbox: what may still go out."""

_ORDERS = "thread_id IN theirs OR (thread_id IN visited AND message_id IN (SELECT id FROM said))"
"""Of the outbox: what was, or shall be, said to them."""


@contextmanager
def _gathered(db: Connection, contacts: Sequence[int]) -> Iterator[None]:
    for statement in _GATHERED:
        db.execute(statement)
    try:
        db.executemany("INSERT INTO who (id) VALUES (?)", [(one,) for one in set(contacts)])
        for statement in _GATHER:
            db.execute(statement)
        yield
    finally:
        for table in ("who", "theirs", "visited", "said"):
            db.execute(f"DROP TABLE temp.{table}")


def traces(db: Connection, contacts: Sequence[int]) -> Traces:
    """What `forget` would erase, and what it leaves to a person."""
    with _gathered(db, contacts):
        (messages,) = db.execute("SELECT count(*) FROM said").fetchone()
        (threads,) = db.execute("SELECT count(*) FROM visited").fetchone()
        return Traces(messages, threads, _unsent(db))


def _unsent(db: Connection) -> int:
    """Texts to whom was gathered that may still go out."""
    (unsent,) = db.execute(f"SELECT count(*) FROM outbox WHERE {_OPEN} AND ({_ORDERS})").fetchone()
    return int(unsent)


def named_in(db: Connection, contacts: Sequence[int]) -> list[int]:
    """Threads in which somebody else's message holds a whole name of theirs."""
    found: set[int] = set()
    with _gathered(db, contacts):
        names = db.execute("SELECT DISTINCT name FROM contacts WHERE id IN who AND name <> ''")
        for (name,) in names.fetchall():
            phrase = '"' + search_form(name).replace('"', '""') + '"'
            rows = db.execute(
                "SELECT m.thread_id FROM message_words w JOIN messages m ON m.id = w.rowid "
                "WHERE message_words MATCH ? AND m.id NOT IN (SELECT id FROM said)",
                (phrase,),
            )
            found.update(thread for (thread,) in rows)
    return sorted(found)


def silent_since(db: Connection, moment: Millis, *, after: int = 0, most: int = -1) -> list[int]:
    """People who wrote nothing since a moment, wait for nothing, and are written nothing.

    Ordered by id, from the first above `after` on, at most so many.
    """
    rows = db.execute(
        "SELECT k.id FROM contacts k WHERE k.first_seen_at < ? AND k.id > ? "
        "AND k.id NOT IN (SELECT contact_id FROM erasures) AND NOT EXISTS ("
        "SELECT 1 FROM waits w JOIN messages m ON m.id = w.last_message_id "
        "WHERE w.contact_id = k.id AND (w.ended_at IS NULL OR m.created_at >= ?)) "
        "AND k.id NOT IN (SELECT coalesce(m.contact_id, t.contact_id, 0) FROM outbox o "
        "JOIN threads t ON t.id = o.thread_id LEFT JOIN messages m ON m.id = o.message_id "
        f"WHERE o.{_OPEN}) ORDER BY k.id LIMIT ?",
        (moment, after, moment, most),
    )
    return [contact for (contact,) in rows]


def thoroughly(database: Database, deed: Callable[[Connection], T]) -> tuple[T, bool]:
    """Do something in one transaction that leaves nothing of what it deletes in the file.

    What the deed returned; and False where another program is reading, so that the write-ahead
    log could not be emptied: it holds what was until whoever reads is done.
    """
    with database.lock:
        database.connection.execute("PRAGMA secure_delete = on")
        with database.write() as db:
            done = deed(db)
        (busy, *_) = database.connection.execute("PRAGMA wal_checkpoint(truncate)").fetchone()
        return done, not busy


def erase_silent(database: Database, moment: Millis, by: Actor, now: Millis) -> tuple[Erased, bool]:
    """Forget everybody who wrote nothing since a moment, a lot of people in each transaction.

    Whether somebody is still silent, and nothing is on its way to them, is seen in the transaction
    that forgets them; whoever is not stays. Also whether the log was emptied, as `thoroughly`.
    """
    people, messages, threads = 0, 0, set[int]()
    is_emptied, after = True, 0

    def next_lot(db: Connection) -> tuple[int, list[Erased]]:
        lot = silent_since(db, moment, after=after, most=LOT)
        try:
            return (lot[-1] if lot else 0), [forget(db, lot, by, now)] if lot else []
        except StillOnItsWay:
            done = []
            for one in lot:
                with suppress(StillOnItsWay):
                    done.append(forget(db, [one], by, now))
            return lot[-1], done

    while True:
        (after, done), was_emptied = thoroughly(database, next_lot)
        if not after:
            break
        is_emptied = was_emptied
        for one in done:
            people += one.people
            messages += one.messages
            threads |= one.threads
    return Erased(people, messages, frozenset(threads)), is_emptied


def forget(db: Connection, contacts: Sequence[int], by: Actor, now: Millis) -> Erased:
    """Forget people, as a part of the caller's transaction; what that was.

    Raises StillOnItsWay, having changed nothing, while a text to them may still go out.
    """
    with _gathered(db, contacts):
        if _unsent(db):
            raise StillOnItsWay
        (messages,) = db.execute("SELECT count(*) FROM said").fetchone()
        _forget_payloads(db)
        _rename_in_mentions(db)
        db.execute(
            "UPDATE messages SET visibility = 'withdrawn', settled_at = ?, settled_by = ? "
            "WHERE id IN (SELECT id FROM said WHERE ours = 0) AND settled_at IS NULL AND EXISTS "
            "(SELECT 1 FROM waits w JOIN messages f ON f.id = w.first_message_id "
            "WHERE w.thread_id = messages.thread_id AND w.contact_id = messages.contact_id "
            "AND w.ended_at IS NULL AND f.created_at <= messages.created_at)",
            (now, str(by)),
        )
        _unlearn(
            db,
            "message_words",
            "text",
            f"SELECT id, {WORDS} FROM messages WHERE id IN (SELECT id FROM said)",
        )
        for statement in _BLANK:
            db.execute(statement)
        _unlearn(
            db,
            "contact_names",
            "name",
            "SELECT id, name FROM contacts WHERE id IN who AND name <> ''",
        )
        db.execute(
            "UPDATE contacts SET name = '', platform_id = ? || id WHERE id IN who", (NAMELESS,)
        )
        db.execute(
            "INSERT OR IGNORE INTO erasures (contact_id, at, by) SELECT id, ?, ? FROM who",
            (now, str(by)),
        )
        touched = [thread for (thread,) in db.execute("SELECT id FROM visited")]
    refresh(db, touched, now, Policies(db))
    announce(db, touched)
    return Erased(len(set(contacts)), messages, frozenset(touched))


_BLANK = (
    "DELETE FROM revisions WHERE message_id IN (SELECT id FROM said)",
    (
        "DELETE FROM early_events WHERE (channel_id, platform_id) IN "
        "(SELECT channel_id, platform_id FROM messages WHERE id IN (SELECT id FROM said))"
    ),
    "DELETE FROM drafts WHERE thread_id IN theirs OR target_id IN (SELECT id FROM said)",
    (
        "UPDATE decisions SET args = json_replace(args, '$.text', '', '$.ask', '') WHERE id IN ("
        "SELECT id FROM decisions WHERE thread_id IN theirs UNION "
        "SELECT id FROM decisions WHERE thread_id IN visited "
        "AND message_id IN (SELECT id FROM said) "
        f"UNION SELECT decision_id FROM outbox WHERE {_ORDERS} "
        "UNION SELECT decision_id FROM contact_notes WHERE contact_id IN who)"
    ),
    f"UPDATE outbox SET text = '' WHERE {_ORDERS}",
    "UPDATE cases SET asked = '' WHERE thread_id IN theirs",
    (
        "UPDATE rule_deeds SET evidence = '[]', "
        "value = CASE WHEN kind IN ('reply', 'private', 'note') THEN '' ELSE value END "
        "WHERE message_id IN (SELECT id FROM said)"
    ),
    (
        "UPDATE messages SET text = '', attachments = '', address = '', permalink = '', "
        "native_actor = '', also_to = '', "
        f"observed_at = {FOR_EVER} WHERE id IN (SELECT id FROM said)"
    ),
    (
        "UPDATE messages SET also_to = '' WHERE also_to <> '' AND EXISTS (SELECT 1 FROM contacts "
        "WHERE id IN who AND platform_id <> '' AND instr(also_to, platform_id) > 0)"
    ),
    (
        "DELETE FROM turned_away_messages WHERE (asker, channel_id) IN "
        "(SELECT platform_id, channel_id FROM contacts WHERE id IN who) OR (sender, channel_id) IN "
        "(SELECT platform_id, channel_id FROM contacts WHERE id IN who)"
    ),
    "DELETE FROM issued_quotes WHERE message_id IN (SELECT id FROM said)",
    "DELETE FROM code_suggestions WHERE message_id IN (SELECT id FROM said)",
    "DELETE FROM contact_links WHERE contact_id IN who",
    "DELETE FROM allowed WHERE contact_id IN who",
)


def _unlearn(db: Connection, index: str, column: str, what: str) -> None:
    """Take texts out of a search index, which keeps no words it does not find any more."""
    rows = [(id_, search_form(text)) for id_, text in db.execute(what) if text.strip()]
    if rows:
        db.executemany(
            f"INSERT INTO {index} ({index}, rowid, {column}) VALUES ('delete',?,?)", rows
        )
        db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")


def _rename_in_mentions(db: Connection) -> None:
    """An answer ends the waits of whom it mentions: it goes on mentioning the same person."""
    keep_addressed(db, [thread for (thread,) in db.execute("SELECT id FROM visited")])
    names = {}
    for id_, platform_id, name in db.execute(
        "SELECT id, platform_id, name FROM contacts WHERE id IN who"
    ):
        names[platform_id] = names[f"@{name}"] = f"{NAMELESS}{id_}"
    rows = db.execute(
        "SELECT id, mentions FROM messages WHERE thread_id IN visited AND mentions <> ''"
    ).fetchall()
    for id_, mentions in rows:
        renamed = " ".join(names.get(word, word) for word in mentions.split())
        if renamed != mentions:
            db.execute("UPDATE messages SET mentions = ? WHERE id = ?", (renamed, id_))


def _forget_payloads(db: Connection) -> None:
    """Delete every payload that names them or a message of theirs; the tables hold the rest."""
    needles = {
        text.encode()
        for (text,) in db.execute(
            "SELECT platform_id FROM contacts WHERE id IN who AND platform_id NOT LIKE '?%' "
            "UNION SELECT platform_id FROM messages WHERE id IN (SELECT id FROM said)"
        )
    }
    (since,) = db.execute(
        "SELECT min(seen_at) FROM messages WHERE id IN (SELECT id FROM said)"
    ).fetchone()
    if since is None:
        return
    found = []
    for id_, body in db.execute(
        "SELECT id, body FROM raw_payloads WHERE received_at >= ?", (since,)
    ):
        told = zlib.decompress(body)
        told += told.replace(b"\\/", b"/")
        if any(needle in told for needle in needles):
            found.append((id_,))
    db.executemany("DELETE FROM raw_payloads WHERE id = ?", found)
