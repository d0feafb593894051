"""A database that takes events in one by one, and what stands in it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from carecli.domain.events import Author, Event, MessageSeen
from carecli.domain.model import Attachment, ChannelSpec, ContactPoint
from carecli.store.channels import enrol
from carecli.store.intake import take_in
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild
from tests.support.database import open_database

START = 1_790_000_000_000


def union(seen: Sequence[MessageSeen]) -> list[MessageSeen]:
    """One observation of each message, which knows what all of them know."""
    found: dict[str, MessageSeen] = {}
    for one in seen:
        known = found.get(one.platform_id)
        if known is None:
            found[one.platform_id] = one
            continue
        points = [point for point in (known.point, one.point) if point is not None]
        parent = known.parent or one.parent
        is_placed = known.thread not in (known.platform_id, known.parent)
        found[one.platform_id] = replace(
            known,
            author=_better(known.author, one.author),
            is_ours=known.is_ours or one.is_ours,
            text=known.text or one.text,
            point=max(points, key=lambda point: RANKS.get(point, 2)) if points else None,
            post=known.post or one.post,
            parent=parent,
            thread=known.thread if is_placed else parent or one.thread,
            created_at=min(known.created_at, one.created_at),
            address=known.address or one.address,
            permalink=known.permalink or one.permalink,
            attachments=_richer(known, one),
            mentions=tuple(sorted({*known.mentions, *one.mentions})),
            hidden=known.hidden if one.hidden is None else one.hidden,
        )
    return list(found.values())


RANKS = {ContactPoint.MENTION: 0, ContactPoint.COMMENT: 1}


def _richer(known: MessageSeen, one: MessageSeen) -> tuple[Attachment, ...]:
    """Attachments, of which the richer are kept; a mere stand-in gives way to a text."""
    untold = (Attachment("other"),)
    has_text = bool(known.text or one.text)
    found = [
        each.attachments
        for each in (known, one)
        if not (has_text and not each.text and each.attachments == untold)
    ]
    return max(
        found,
        key=lambda files: (
            sum(file.kind != "other" for file in files),
            sum(file.url != "" for file in files),
            sum(file.name != "" for file in files),
            len(files),
        ),
        default=(),
    )


def _better(one: Author | None, other: Author | None) -> Author | None:
    """Who is known by id before who is known by handle, with whatever name was told."""
    if one is None or other is None:
        return one or other
    best = other if one.platform_id.startswith("@") else one
    return replace(best, name=best.name or one.name or other.name)


class Kept:
    """A database, and what stands in it without the numbers of its rows."""

    def __init__(self, folder: str) -> None:
        self.database = open_database(Path(folder) / "care.sqlite")
        with self.database.write() as db:
            self.channel = enrol(db, [ChannelSpec("fb", "fb", "facebook", "fb")])["fb"]
        self.now = START + 10_000_000

    def take(self, *events: Event) -> None:
        self.now += 1000
        with self.database.write() as db:
            take_in(
                db,
                self.channel,
                events,
                observed_at=self.now,
                now=self.now,
                policies=Policies(db),
            )

    def tells(self) -> dict[str, list[tuple[object, ...]]]:
        with self.database.read() as db:
            return {
                name: sorted(db.execute(sql).fetchall(), key=repr) for name, sql in TOLD.items()
            }

    def close(self) -> None:
        assert rebuild(self.database, Policies(self.database.connection), self.now) == []
        self.database.close()


TOLD = {
    "messages": (
        "SELECT m.platform_id, t.platform_id, m.parent, m.address, k.platform_id, k.name, m.text, "
        "m.created_at, m.permalink, m.attachments, m.mentions, m.edited_at FROM messages m "
        "JOIN threads t ON t.id = m.thread_id LEFT JOIN contacts k ON k.id = m.contact_id"
    ),
    "threads": (
        "SELECT t.platform_id, t.point, p.platform_id, k.platform_id, t.message_count, t.waiting, "
        "t.wait_started_at, t.unclear, t.outcome FROM threads t "
        "LEFT JOIN posts p ON p.id = t.post_id LEFT JOIN contacts k ON k.id = t.contact_id"
    ),
    "waits": (
        "SELECT t.platform_id, k.platform_id, w.ordinal, w.started_at, f.platform_id, "
        "w.outcome, w.ended_at FROM waits w JOIN threads t ON t.id = w.thread_id "
        "JOIN contacts k ON k.id = w.contact_id JOIN messages f ON f.id = w.first_message_id"
    ),
    "contacts": (
        "SELECT platform_id, name FROM contacts WHERE id IN (SELECT contact_id FROM messages)"
    ),
    "counts": "SELECT point, colour, n FROM waiting_counts",
}
