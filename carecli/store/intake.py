"""Events become rows: one page in one transaction, in sets.

Events are idempotent and free of order. A message is known by its canonical platform id; for
text and visibility the newest observation wins; what arrives before its subject waits in
`early_events`. The cursor moves in the same transaction, so a crash repeats a page and never
skips one.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from carecli.domain import events as ev
from carecli.domain.model import ContactPoint, Millis
from carecli.domain.text import printable
from carecli.domain.thread_message import ThreadMessage
from carecli.store.attachments import attachments_of
from carecli.store.authors import authors_of
from carecli.store.batch import Batch, chunks, next_id
from carecli.store.better_observations import enrich
from carecli.store.columns import insert_into
from carecli.store.contacts import set_blocked
from carecli.store.derive import refresh, settle
from carecli.store.feed import announce
from carecli.store.mail_identities import rename_old
from carecli.store.message_changes import (
    SUBJECTLESS,
    apply,
    early_events,
    recipients_of,
    told_again,
)
from carecli.store.message_words import learn, words_of
from carecli.store.policies import Policies
from carecli.store.splits import assign_late
from carecli.store.subjects import DerivedThread, point_of

TOLD = (
    *("id", "thread_id", "channel_id", "platform_id", "address", "parent", "contact_id", "text"),
    *("created_at", "seen_at", "observed_at", "visibility", "liked", "permalink", "attachments"),
    *("mentions", "native_actor", "can_private", "raw_id"),
    "also_to",
)
"""Columns of a new message; what comes later (an edit, an end) starts as its default."""

_NEW_MESSAGE = insert_into("messages", TOLD)

KIND_RANKS = {"post": 0, "mention": 2, "visitor_post": 3, "review": 4, "ad": 5}
"""What a post is told to be: a kind of a higher rank knows more than one of a lower, others 1."""


@dataclass(frozen=True, slots=True)
class Intaken:
    """What a page changed: how many messages were new, and which threads changed."""

    new_messages: int
    threads: tuple[int, ...]
    unrecognised: int
    messages: Sequence[int] = ()
    """Messages that are new, and those whose text changed."""


def take_in(
    db: Connection,
    channel: int,
    events: Sequence[ev.Event],
    *,
    observed_at: Millis,
    now: Millis,
    policies: Policies,
    raw: bytes = b"",
    source: str = "",
) -> Intaken:
    """Store a page's events; belongs into a write transaction."""
    unknown = [event.what for event in events if isinstance(event, ev.Unrecognised)]
    raw_id = _keep_raw(db, channel, raw, source, now, unknown) if raw or unknown else None
    batch = Batch(db, channel, observed_at or now, now, raw_id)
    seen = [event for event in events if isinstance(event, ev.MessageSeen)]
    seen.sort(key=lambda event: (event.created_at, event.platform_id != event.thread))
    others = [event for event in events if not isinstance(event, SUBJECTLESS)]
    ids = [event.platform_id for event in seen] + [event.platform_id for event in others]
    rename_old(db, channel, seen)
    batch.learn_of(ids)
    posts = _posts(batch, [event for event in events if isinstance(event, ev.PostSeen)], seen)
    _messages(batch, seen, posts)
    blocked: list[int] = []
    for event in events:
        if isinstance(event, ev.PostGone):
            _post_gone(batch, event)
        elif isinstance(event, ev.AuthorBlocked):
            blocked += _author_blocked(batch, event)
    waiting = early_events(db, channel, [event.platform_id for event in seen])
    later = [*waiting, *((event, batch.observed_at) for event in others)]
    batch.learn_of(one.platform_id for one, _at in later if not isinstance(one, SUBJECTLESS))
    for event, at in later:
        apply(batch, event, at)
    changed = set(settle(db, list(batch.fresh.values()), now, policies))
    gone = enrich(batch, seen)
    refresh(db, batch.touched - gone, now, policies)
    changed |= batch.touched.union(blocked)
    refresh(db, assign_late(db, changed - gone, now), now, policies)
    announce(db, changed)
    messages = (*range(batch.first_new, batch.first_new + batch.new_messages), *batch.edited)
    return Intaken(batch.new_messages, tuple(changed), len(unknown), messages)


def _keep_raw(
    db: Connection, channel: int, raw: bytes, source: str, now: Millis, unknown: Sequence[str]
) -> int | None:
    found = db.execute(
        "INSERT INTO raw_payloads (channel_id, received_at, source, body, unrecognised) "
        "VALUES (?,?,?,?,?)",
        (channel, now, source, zlib.compress(raw, 1), "\n".join(map(printable, unknown))),
    )
    return found.lastrowid


def _posts(
    batch: Batch, told: Sequence[ev.PostSeen], seen: Sequence[ev.MessageSeen]
) -> dict[str, tuple[int, str, int]]:
    """Store posts; those that messages hang under by platform id: (id, kind, boosted)."""
    db, channel = batch.db, batch.channel
    names = [post.platform_id for post in told] + [event.post for event in seen if event.post]
    found: dict[str, tuple[int, str, int]] = {}
    for marks, some in chunks(names):
        for platform_id, *row in db.execute(
            f"SELECT platform_id, id, kind, boosted FROM posts "
            f"WHERE platform_id IN ({marks}) AND channel_id = ?",
            (*some, channel),
        ):
            found[platform_id] = (row[0], row[1], row[2])
    missing = [name for name in dict.fromkeys(names) if name not in found]
    fresh = frozenset(missing)
    if missing:
        first = next_id(db, "posts")
        db.executemany(
            "INSERT INTO posts (id, channel_id, platform_id, kind) VALUES (?,?,?,'post')",
            [(first + n, channel, name) for n, name in enumerate(missing)],
        )
        found |= {name: (first + n, "post", 0) for n, name in enumerate(missing)}
    for post in told:
        id_, kind, boosted = found[post.platform_id]
        if KIND_RANKS.get(post.kind, 1) > KIND_RANKS.get(kind, 1):
            kind = post.kind.value
            found[post.platform_id] = (id_, kind, boosted)
            if kind == "ad" and post.platform_id not in fresh:
                rows = db.execute("SELECT id FROM threads WHERE post_id = ?", (id_,))
                batch.touched.update(thread for (thread,) in rows)
        db.execute(
            "UPDATE posts SET kind = ?, text = coalesce(?, text), "
            "permalink = coalesce(?, permalink), created_at = coalesce(?, created_at) WHERE id = ?",
            (
                kind,
                None if post.text is None else printable(post.text),
                post.permalink or None,
                post.created_at,
                id_,
            ),
        )
    return found


def _post_gone(batch: Batch, event: ev.PostGone) -> None:
    batch.db.execute(
        "UPDATE posts SET gone_at = ? WHERE platform_id = ? AND channel_id = ? AND gone_at IS NULL",
        (event.at or batch.now, event.platform_id, batch.channel),
    )


def _author_blocked(batch: Batch, event: ev.AuthorBlocked) -> list[int]:
    """Store since when somebody is blocked, or that they are not; their threads."""
    at = (event.at or batch.observed_at) if event.is_blocked else None
    return set_blocked(batch.db, batch.channel, event.platform_id, at)


def _threads(batch: Batch, seen: Sequence[ev.MessageSeen]) -> dict[str, int]:
    found: dict[str, int] = {}
    for marks, some in chunks(event.thread for event in seen):
        found |= batch.db.execute(
            f"SELECT platform_id, id FROM threads WHERE platform_id IN ({marks}) "
            f"AND channel_id = ?",
            (*some, batch.channel),
        ).fetchall()
    return found


def _messages(
    batch: Batch,
    seen: Sequence[ev.MessageSeen],
    posts: Mapping[str, tuple[int, str, int]],
) -> None:
    new: list[ev.MessageSeen] = []
    told_twice: list[ev.MessageSeen] = []
    ids: set[str] = set()
    for event in seen:
        if event.platform_id in ids:
            told_twice.append(event)
        elif (stored := batch.known.get(event.platform_id)) is not None:
            told_again(batch, event, stored)
        else:
            ids.add(event.platform_id)
            new.append(event)
    if not new:
        return
    contacts = authors_of(batch, new)
    threads = _threads(batch, new)
    next_message = next_id(batch.db, "messages")
    next_thread = next_id(batch.db, "threads")
    rows: list[tuple[object, ...]] = []
    words: list[tuple[int, str]] = []
    settled: list[tuple[Millis, int]] = []
    own: dict[str, int] = {}
    replies: dict[str, int] = {}
    fresh, now = batch.fresh, batch.now
    for id_, (event, contact) in enumerate(zip(new, contacts, strict=True), next_message):
        platform_id = event.platform_id
        text = printable(event.text or "")
        thread = threads.get(event.thread)
        if thread is None:
            thread = threads[event.thread] = next_thread
            next_thread += 1
            post, kind, boosted = posts[event.post] if event.post else (None, None, 0)
            fresh[thread] = DerivedThread(
                thread,
                batch.channel,
                event.thread,
                point_of((event.point or ContactPoint.COMMENT).value, kind),
                post,
                contact,
                boosted=boosted,
                is_point_told=event.point is not None,
            )
        hidden = bool(event.hidden)
        attachments = attachments_of(event)
        rows.append(
            (
                id_,
                thread,
                batch.channel,
                platform_id,
                event.address if event.address != platform_id else "",
                event.parent,
                contact,
                text,
                event.created_at,
                now,
                batch.observed_at,
                "hidden" if hidden else "visible",
                int(bool(event.liked)),
                event.permalink,
                attachments,
                " ".join(event.mentions),
                event.native_actor,
                event.can_reply_privately,
                batch.raw,
                recipients_of(event),
            )
        )
        if hidden:
            settled.append((event.created_at, id_))  # nobody knows when; it never waited here
        if text or attachments:
            words.append((id_, words_of(text, attachments)))
        subject = fresh.get(thread)
        if subject is None or hidden or event.mentions:
            batch.touched.add(thread)
        elif contact is None:
            replies[platform_id] = thread
        if subject is not None:
            own[platform_id] = id_
            parent = own.get(event.parent) if event.parent else None
            subject.said.append(ThreadMessage(id_, contact, event.created_at, now, parent))
            if platform_id == event.thread:
                subject.contact_id = contact
    batch.db.executemany(_NEW_MESSAGE, rows)
    batch.db.executemany("UPDATE messages SET settled_at = ? WHERE id = ?", settled)
    learn(batch.db, words)
    batch.first_new, batch.new_messages = next_message, len(rows)
    batch.touched.update(_sent_by_us(batch.db, replies))
    for id_, subject in fresh.items():
        speakers = {said.contact for said in subject.said}
        if None in speakers and len(speakers) > 2:  # names tell whom the brand answers
            batch.touched.add(id_)
    batch.learn_of([event.platform_id for event in told_twice])
    for event in told_twice:
        told_again(batch, event, batch.known[event.platform_id])


def _sent_by_us(db: Connection, replies: Mapping[str, int]) -> list[int]:
    """Threads of those replies that the outbox knows: it tells their author and whom they answer.

    Any other reply says all there is to derive, so that its new thread is derived only once.
    """
    return [
        replies[sent_id]
        for marks, some in chunks(replies)
        for (sent_id,) in db.execute(f"SELECT sent_id FROM outbox WHERE sent_id IN ({marks})", some)
    ]
