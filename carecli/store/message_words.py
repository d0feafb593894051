"""The search index of messages: their texts and the names of their attachments.

The index keeps no words itself, so it forgets a message only when told what it was given: whatever
changes a stored message's text or attachments does so inside `reindexed`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from sqlite3 import Connection

from carecli.domain.text import search_form

WORDS = (
    "CASE attachments WHEN '' THEN text ELSE text || coalesce((SELECT char(10) || "
    "group_concat(json_extract(value, '$[2]'), char(10)) FROM json_each(attachments)), '') END"
)
"""What a message is found by, in SQL: its text, then the names of its attachments."""


def words_of(text: str, attachments: str) -> str:
    """What a message is found by, as `WORDS` makes it of a stored one."""
    if not attachments:
        return text
    names = [name for _kind, _url, name in json.loads(attachments)]
    return "\n".join((text, *names))


def learn(db: Connection, words: Iterable[tuple[int, str]]) -> None:
    """Put new messages into the index, each with its words."""
    db.executemany(
        "INSERT INTO message_words (rowid, text) VALUES (?,?)",
        [(id_, search_form(told)) for id_, told in words if told.strip()],
    )


@contextmanager
def reindexed(db: Connection, message: int) -> Iterator[None]:
    """Whatever is done to a stored message inside, the index knows its words afterwards."""
    before = _stored(db, message)
    yield
    after = _stored(db, message)
    if before == after:
        return
    if before.strip():
        db.execute(
            "INSERT INTO message_words (message_words, rowid, text) VALUES ('delete',?,?)",
            (message, search_form(before)),
        )
    learn(db, [(message, after)])


def _stored(db: Connection, message: int) -> str:
    row = db.execute(f"SELECT {WORDS} FROM messages WHERE id = ?", (message,)).fetchone()
    return str(row[0])
