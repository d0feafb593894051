"""Attachments of a message as they are stored, and as a richer observation tells them."""

from __future__ import annotations

import json
from sqlite3 import Connection

from carecli.domain import events as ev
from carecli.domain.text import printable
from carecli.store.batch import Batch, KnownMessage
from carecli.store.message_words import reindexed

UNTOLD = json.dumps([["other", "", ""]])
"""Something is there, and that is all: of a message that was told without its text too."""


def attachments_of(event: ev.MessageSeen) -> str:
    """Attachments as they are stored."""
    if not event.attachments:
        return ""
    return json.dumps(
        [[item.kind, item.url, printable(item.name)] for item in event.attachments],
        ensure_ascii=False,
    )


def fill_attachments(batch: Batch, event: ev.MessageSeen, known: KnownMessage) -> None:
    """Store what this observation tells of them, where it tells more than is known.

    `known.text` is the text after this observation. An attachment of which nothing is told only
    stands in for a text that nobody told.
    """
    told = attachments_of(event)
    if told == UNTOLD and known.text and not event.text:
        told = ""
    if not told and not known.text:
        return
    (stored,) = batch.db.execute(
        "SELECT attachments FROM messages WHERE id = ?", (known.id,)
    ).fetchone()
    kept = "" if stored == UNTOLD and event.text else stored
    best = told if _richness(told) > _richness(kept) else kept
    if best != stored:
        with reindexed(batch.db, known.id):
            batch.db.execute(
                "UPDATE messages SET attachments = ? WHERE id = ? AND visibility <> 'withdrawn'",
                (best, known.id),
            )
        batch.touched.add(known.thread)


def drop_attachment(db: Connection, message: int, kind: str, name: str) -> None:
    """Take away the attachments of this kind whose names are like this (SQL's LIKE)."""
    db.execute(
        "UPDATE messages SET attachments = coalesce((SELECT nullif(json_group_array(json(value)), "
        "'[]') FROM json_each(attachments) WHERE NOT (json_extract(value, '$[0]') = ? "
        "AND json_extract(value, '$[2]') LIKE ?)), '') WHERE id = ? AND attachments <> ''",
        (kind, name, message),
    )


def _richness(stored: str) -> tuple[int, int, int, int]:
    """How many of them have a kind, an address and a name, and how many there are."""
    files = json.loads(stored) if stored else []
    return (
        sum(kind != "other" for kind, _, _ in files),
        sum(bool(url) for _, url, _ in files),
        sum(bool(name) for _, _, name in files),
        len(files),
    )
