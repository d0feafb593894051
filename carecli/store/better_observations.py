"""A message observed a second time with more detail: its author, parent or place.

Observations are partial: a webhook leaves out what an API page tells, and the other way round.
Who wrote, what and where, once known, stays, and what nobody knew is filled in, so that the same
observations in any order leave the same database.

A thread is keyed by what an observation took for its top. When it turns out that this is itself an
answer in another thread, or hangs under a post that is one thread, both threads become one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from carecli.domain import events as ev
from carecli.store.authors import author_key, authors_of, become, take_new_handle
from carecli.store.batch import FOR_EVER, Batch, chunks
from carecli.store.columns import columns_of
from carecli.store.thread_merge import join, tell_point


class _Stored(NamedTuple):
    """A message as it is stored, and its thread."""

    id: int
    thread: int
    key: str
    parent: str | None
    address: str
    created_at: int
    mentions: str
    native_actor: str
    contact: int | None
    contact_key: str
    contact_name: str
    post: int | None
    point: str
    is_point_told: int
    observed_at: int


_COLUMNS = columns_of(
    _Stored,
    "m",
    thread="m.thread_id",
    key="t.platform_id",
    contact="m.contact_id",
    contact_key="coalesce(k.platform_id, '')",
    contact_name="coalesce(k.name, '')",
    post="t.post_id",
    point="t.point",
    is_point_told="t.point_told",
)


def enrich(batch: Batch, seen: Sequence[ev.MessageSeen]) -> set[int]:
    """Fill in what these observations know and the store does not; ids of threads that are gone.

    The messages are stored already, and their threads too.
    """
    stored = _stored(batch, [event.platform_id for event in seen])
    told = [event for event in seen if event.platform_id in stored]
    for event in told:
        stored[event.platform_id] = _fill(batch, event, stored[event.platform_id])
    _name_authors(batch, told, stored)
    for event in told:
        _place(batch, event, stored[event.platform_id])
    return _join_places(batch, told)


def _stored(batch: Batch, ids: Iterable[str]) -> dict[str, _Stored]:
    found: dict[str, _Stored] = {}
    for marks, some in chunks(ids):
        for platform_id, *row in batch.db.execute(
            f"SELECT m.platform_id, {_COLUMNS} FROM messages m "
            f"JOIN threads t ON t.id = m.thread_id LEFT JOIN contacts k ON k.id = m.contact_id "
            f"WHERE m.platform_id IN ({marks}) AND m.channel_id = ?",
            (*some, batch.channel),
        ):
            found[platform_id] = _Stored._make(row)
    return found


def _fill(batch: Batch, event: ev.MessageSeen, known: _Stored) -> _Stored:
    """Facts that may be missing of a message: one that is there stays. What is known after it."""
    address = event.address if event.address != event.platform_id else ""
    better = known._replace(
        parent=known.parent or event.parent,
        address=known.address or address,
        native_actor=known.native_actor or event.native_actor,
        mentions=" ".join(sorted({*known.mentions.split(), *event.mentions})),
        created_at=min(known.created_at, event.created_at),
    )
    if better != known:
        batch.db.execute(
            "UPDATE messages SET parent = ?, address = ?, native_actor = ?, mentions = ?, "
            f"created_at = ? WHERE id = ? AND observed_at < {FOR_EVER}",
            (
                better.parent,
                better.address,
                better.native_actor,
                better.mentions,
                better.created_at,
                known.id,
            ),
        )
        batch.touched.add(known.thread)
    return better


def _name_authors(batch: Batch, told: Sequence[ev.MessageSeen], stored: dict[str, _Stored]) -> None:
    """Who wrote it, where that was not known: a handle, a person, or the brand.

    A message has one author for ever. So whoever is told with another handle than before changed
    it, and is the same person.
    """
    better = []
    for event in told:
        known = stored[event.platform_id]
        if _has_new_handle(batch, event, known) and not known.contact_key.startswith(("?", "@")):
            assert known.contact is not None
            take_new_handle(batch, known.contact, event)
        elif _knows_author(batch, event, known):
            better.append(event)
    if not better:
        return
    for event, contact in zip(better, authors_of(batch, better), strict=True):
        (now,) = batch.db.execute(
            "SELECT contact_id FROM messages WHERE id = ?", (stored[event.platform_id].id,)
        ).fetchone()
        if now is None or now == contact:
            continue
        key = stored[event.platform_id].contact_key
        if key.startswith("?") or (key.startswith("@") and contact is not None):
            become(batch, now, contact)
        elif contact is None:  # that one message is ours tells nothing of the others
            batch.db.execute(
                "UPDATE messages SET contact_id = NULL WHERE id = ?",
                (stored[event.platform_id].id,),
            )
        batch.touched.add(stored[event.platform_id].thread)


def _has_new_handle(batch: Batch, event: ev.MessageSeen, known: _Stored) -> bool:
    """Whether a newest observation tells its author by another handle, and by nothing else."""
    if known.contact is None or event.author is None or event.is_ours:
        return False
    _, key, name = author_key(event)
    is_other = bool(known.contact_name) and name != known.contact_name
    return key.startswith("@") and is_other and batch.observed_at >= known.observed_at


def _knows_author(batch: Batch, event: ev.MessageSeen, known: _Stored) -> bool:
    if known.contact is None:
        return False
    if event.is_ours:
        return True
    if event.author is None:
        return False
    _, key, name = author_key(event)
    if known.contact_key.startswith("@") and key.startswith("@"):
        return _has_new_handle(batch, event, known)
    if known.contact_key.startswith(("?", "@")):
        return key != known.contact_key
    return bool(name) and not known.contact_name and key == known.contact_key


def _place(batch: Batch, event: ev.MessageSeen, known: _Stored) -> None:
    """The post and the contact point of its thread, where they were not known so well."""
    if event.post and known.post is None:
        batch.db.execute(
            "UPDATE threads SET post_id = (SELECT id FROM posts WHERE platform_id = ? "
            "AND channel_id = ?) WHERE id = ? AND post_id IS NULL",
            (event.post, batch.channel, known.thread),
        )
        batch.touched.add(known.thread)
    if event.point is None:
        return
    if tell_point(batch.db, known.thread, event.point.value):
        batch.touched.add(known.thread)


def _join_places(batch: Batch, told: Sequence[ev.MessageSeen]) -> set[int]:
    """Make one thread of those that turn out to be one; the ids of those that are gone."""
    gone: set[int] = set()
    for event in told:
        key = _key(batch, event.platform_id)
        if key is not None and key != event.thread:
            ranks = [_rank(event, one, batch) for one in (key, event.thread)]
            if ranks[1] > ranks[0]:
                gone |= join(batch, key, event.thread)
    for key in dict.fromkeys(one for e in told for one in (e.platform_id, e.thread, e.parent)):
        if key is None:
            continue
        passed = {key}
        top = _key(batch, key)
        while top is not None and top not in passed:
            passed.add(top)
            above = _key(batch, top)
            if above is None or above == top:
                break
            top = above
        if top is not None and top != key:
            gone |= join(batch, key, top)
    return gone


def _rank(event: ev.MessageSeen, key: str, batch: Batch) -> int:
    """How well a thread's key is known: what was told of the place, its parent, itself."""
    if key == event.platform_id:
        return 0
    (parent,) = batch.db.execute(
        "SELECT parent FROM messages WHERE platform_id = ? AND channel_id = ?",
        (event.platform_id, batch.channel),
    ).fetchone()
    return 1 if key in (parent, event.parent) else 2


def _key(batch: Batch, message: str) -> str | None:
    """The key of the thread that a message stands in; None for one that is not here."""
    row = batch.db.execute(
        "SELECT t.platform_id FROM messages m JOIN threads t ON t.id = m.thread_id "
        "WHERE m.platform_id = ? AND m.channel_id = ?",
        (message, batch.channel),
    ).fetchone()
    return None if row is None else str(row[0])
