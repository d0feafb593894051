"""What a rule needs to know of messages, read for a whole page at once."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis
from carecli.domain.quotes import COMPARED, EarlierMessages, strip_quotes
from carecli.store.batch import chunks
from carecli.store.columns import columns_of
from carecli.store.db import CHUNK


class RuleMessage(NamedTuple):
    """A contact's message with its place. `post` is the platform's id; `post_id` ours, 0: none.

    `author` is who wrote it as the platform spells them, `written_at` when they last changed it.
    `colour_by`, `assignee` are of its thread; `attachments` as stored. `text` leaves out what a
    mail quotes word for word from its own conversation.
    """

    message: int
    thread: int
    contact: int
    channel_id: int
    channel: str
    brand: str
    point: str
    post_id: int
    post: str
    text: str
    at: Millis
    visibility: str
    attachments: str
    mentions: str
    colour: str
    colour_by: str
    safety: str
    assignee: str
    is_allowed: int
    author: str
    written_at: Millis


_COLUMNS = columns_of(
    RuleMessage,
    "m",
    message="m.id",
    thread="m.thread_id",
    contact="m.contact_id",
    channel="c.key",
    brand="c.brand",
    point="t.point",
    post_id="coalesce(p.id, 0)",
    post="coalesce(p.platform_id, '')",
    at="m.created_at",
    colour="t.colour",
    colour_by="t.colour_by",
    safety="t.safety",
    assignee="t.assignee",
    is_allowed="a.contact_id IS NOT NULL",
    author="k.platform_id",
    written_at="coalesce(m.edited_at, m.created_at)",
)
_SELECT = (
    f"SELECT {_COLUMNS} FROM messages m JOIN threads t ON t.id = m.thread_id "
    "JOIN contacts k ON k.id = m.contact_id "
    "JOIN channels c ON c.id = m.channel_id LEFT JOIN posts p ON p.id = t.post_id "
    "LEFT JOIN allowed a ON a.contact_id = m.contact_id "
)


def told(db: Connection, messages: Sequence[int]) -> list[RuleMessage]:
    """Those of these messages that contacts wrote and that are still there, oldest first."""
    found: list[RuleMessage] = []
    for marks, some in chunks(map(str, messages)):
        rows = db.execute(
            _SELECT + f"WHERE m.id IN ({marks}) AND m.contact_id IS NOT NULL "
            "AND m.visibility IN ('visible', 'hidden')",
            [int(id_) for id_ in some],
        )
        found += [_own(db, RuleMessage._make(row)) for row in rows]
    return sorted(found, key=lambda one: (one.at, one.message))


def since(db: Connection, moment: Millis, after: int, limit: int) -> list[RuleMessage]:
    """Contacts' messages since a moment, in the order they came in, from id `after` on."""
    rows = db.execute(
        _SELECT + "WHERE m.id > ? AND m.contact_id IS NOT NULL AND m.created_at >= ? "
        "ORDER BY m.id LIMIT ?",
        (after, moment, limit),
    )
    return [_own(db, RuleMessage._make(row)) for row in rows]


def _own(db: Connection, told: RuleMessage) -> RuleMessage:
    """A mail without what it quotes from the conversation: rules looked at that already."""
    if told.point != "email" or "\n" not in told.text:
        return told
    earlier = db.execute(
        "SELECT text FROM messages WHERE thread_id = ? AND id <> ? AND created_at <= ? "
        "ORDER BY created_at DESC, id DESC LIMIT ?",
        (told.thread, told.message, told.at, COMPARED),
    )
    return told._replace(text=strip_quotes(told.text, EarlierMessages(text for (text,) in earlier)))


def unanswered(db: Connection) -> list[int]:
    """The ids of all messages that contacts wait to have answered, oldest first."""
    rows = db.execute(
        "SELECT m.id FROM waits w JOIN messages m ON m.thread_id = w.thread_id "
        "AND m.contact_id = w.contact_id AND m.id BETWEEN w.first_message_id AND w.last_message_id "
        "WHERE w.outcome = '' ORDER BY m.id"
    )
    return [id_ for (id_,) in rows]


def count_since(db: Connection, moment: Millis) -> int:
    """How many messages of contacts `since` goes through."""
    (n,) = db.execute(
        "SELECT count(*) FROM messages WHERE contact_id IS NOT NULL AND created_at >= ?", (moment,)
    ).fetchone()
    return int(n)


def campaigns_of_posts(db: Connection) -> dict[str, frozenset[str]]:
    """The campaigns each post belongs to, by the platform's id of the post."""
    found: dict[str, set[str]] = {}
    for campaign, post in db.execute("SELECT campaign, platform_id FROM campaign_posts"):
        found.setdefault(post, set()).add(campaign)
    return {post: frozenset(keys) for post, keys in found.items()}


def labels(db: Connection, thread: int) -> frozenset[str]:
    """The labels a thread wears."""
    rows = db.execute("SELECT label FROM thread_labels WHERE thread_id = ?", (thread,))
    return frozenset(label for (label,) in rows)


def is_shown(db: Connection, thread: int, where: str, params: Sequence[object]) -> bool:
    """Whether a thread meets conditions on `threads t`."""
    row = db.execute(f"SELECT 1 FROM threads t WHERE t.id = ? AND ({where})", (thread, *params))
    return row.fetchone() is not None


def author_traits(db: Connection, contact: int, message: int) -> frozenset[str]:
    """What is known of an author before a message: new or known, answered, hidden before."""
    row = db.execute(
        "SELECT EXISTS (SELECT 1 FROM messages m JOIN threads t ON t.id = m.thread_id "
        "WHERE t.contact_id = ? AND m.contact_id = ? AND m.id < ?), "
        "EXISTS (SELECT 1 FROM waits WHERE contact_id = ? AND outcome = 'replied'), "
        "EXISTS (SELECT 1 FROM waits WHERE contact_id = ? AND outcome = 'moderated')",
        (contact, contact, message, contact, contact),
    ).fetchone()
    found = {"known" if row[0] else "new"}
    found |= {
        name for name, holds in zip(("answered", "hidden_before"), row[1:], strict=True) if holds
    }
    return frozenset(found)


def was_decided(db: Connection, message: int) -> bool:
    """Whether a person decided about a message on the platform, or took back what a rule did."""
    row = db.execute(
        "SELECT 1 FROM decisions WHERE thread_id = (SELECT thread_id FROM messages WHERE id = ?) "
        "AND message_id = ? AND verb = 'moderate' "
        "AND (actor >= 'moderator:' AND actor < 'moderator;' OR undone = 1) LIMIT 1",
        (message, message),
    ).fetchone()
    return row is not None


def was_judged(db: Connection, contact: int) -> bool:
    """Whether a person blocked or unblocked somebody, or took back what a rule did to them."""
    row = db.execute(
        "SELECT 1 FROM decisions d JOIN messages m ON m.id = d.message_id WHERE d.thread_id IN "
        "(SELECT id FROM threads WHERE contact_id = ? UNION "
        "SELECT thread_id FROM waits WHERE contact_id = ?) "
        "AND m.contact_id = ? AND d.verb = 'moderate' "
        "AND json_extract(d.args, '$.deed') IN ('block', 'unblock') "
        "AND (d.actor >= 'moderator:' AND d.actor < 'moderator;' OR d.undone = 1) LIMIT 1",
        (contact, contact, contact),
    ).fetchone()
    return row is not None


def who_assigned(db: Connection, thread: int) -> str:
    """Who gave a thread to somebody last; empty: nobody did."""
    row = db.execute(
        "SELECT actor FROM decisions WHERE thread_id = ? AND verb = 'assign' AND undone = 0 "
        "ORDER BY id DESC LIMIT 1",
        (thread,),
    ).fetchone()
    return str(row[0]) if row is not None else ""


def outcomes(db: Connection, messages: Sequence[int]) -> dict[int, str]:
    """How the wait of each of these messages ended; those without an end are left out."""
    found: dict[int, str] = {}
    for marks, some in chunks(map(str, messages)):
        rows = db.execute(
            "SELECT m.id, w.outcome FROM messages m JOIN waits w ON w.thread_id = m.thread_id "
            "AND w.contact_id = m.contact_id AND w.first_message_id <= m.id "
            f"AND w.last_message_id >= m.id WHERE m.id IN ({marks}) AND w.outcome <> ''",
            [int(id_) for id_ in some],
        )
        found.update(rows.fetchall())
    return found


def coloured(db: Connection, thread: int) -> tuple[str, str, str, Millis | None] | None:
    """A thread's colour, who set it, its safety flag, and when the colour was set.

    None when there is no such thread.
    """
    row = db.execute(
        "SELECT colour, colour_by, safety, (SELECT at FROM decisions d WHERE d.thread_id = t.id "
        "AND d.verb = 'recolour' AND d.undone = 0 ORDER BY d.id DESC LIMIT 1) "
        "FROM threads t WHERE id = ?",
        (thread,),
    ).fetchone()
    return (row[0], row[1], row[2], row[3]) if row is not None else None


class JudgedWait(NamedTuple):
    """A wait with what it is judged by. `noticed_at`: when its end was known; None: it goes on."""

    started_at: Millis
    colour: str
    deadline: Millis
    ended_at: Millis | None
    outcome: str
    noticed_at: Millis | None


def judged_wait(db: Connection, thread: int) -> JudgedWait | None:
    """The thread's open wait that is due first, else the one that ended last; None: no wait."""
    row = db.execute(
        f"SELECT {columns_of(JudgedWait)} FROM waits "
        "WHERE thread_id = ? ORDER BY ended_at IS NOT NULL, "
        "CASE WHEN ended_at IS NULL THEN deadline ELSE -ended_at END, id LIMIT 1",
        (thread,),
    ).fetchone()
    return JudgedWait._make(row) if row is not None else None


def recolourings(db: Connection, thread: int) -> list[tuple[Millis, str, str, bool]]:
    """When, who, to which colour (as JSON, of the decision) and whether it was undone since."""
    return db.execute(
        "SELECT at, actor, args, undone FROM decisions "
        "WHERE thread_id = ? AND verb = 'recolour' ORDER BY id",
        (thread,),
    ).fetchall()


def opened_by(db: Connection, messages: Sequence[int]) -> list[tuple[int, str]]:
    """Threads that began with one of these messages by a contact, each with its channel's key."""
    found: list[tuple[int, str]] = []
    for start in range(0, len(messages), CHUNK):
        some = messages[start : start + CHUNK]
        marks = ",".join("?" * len(some))
        found += db.execute(
            "SELECT t.id, c.key FROM messages m JOIN threads t ON t.id = m.thread_id "
            f"JOIN channels c ON c.id = t.channel_id WHERE m.id IN ({marks}) "
            "AND m.contact_id IS NOT NULL AND m.edited_at IS NULL "
            "AND m.id = (SELECT min(f.id) FROM messages f WHERE f.thread_id = t.id)",
            some,
        ).fetchall()
    return found
