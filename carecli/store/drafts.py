"""Drafts: text begun and not sent, one for each thread and moderator."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis


class StoredDraft(NamedTuple):
    """A draft as it is stored."""

    thread: int
    text: str
    is_private: bool
    is_note: bool
    target: int | None
    head: int | None
    snippet: str


def save(db: Connection, draft: StoredDraft, moderator: str, now: Millis) -> bool:
    """Keep a draft, forget it when its text is empty; True when one came or went."""
    if not draft.text.strip():
        return forget(db, draft.thread, moderator)
    had = of(db, draft.thread, moderator) is not None
    db.execute(
        "INSERT OR REPLACE INTO drafts (thread_id, moderator, text, is_private, is_note, "
        "target_id, head_id, snippet, saved_at) VALUES (?,?,?,?,?,?,?,?,?)",
        (draft.thread, moderator, *draft[1:], now),
    )
    return not had


def of(db: Connection, thread: int, moderator: str) -> StoredDraft | None:
    """The moderator's draft in a thread."""
    row = db.execute(
        "SELECT thread_id, text, is_private, is_note, target_id, head_id, snippet FROM drafts "
        "WHERE thread_id = ? AND moderator = ?",
        (thread, moderator),
    ).fetchone()
    if row is None:
        return None
    return StoredDraft(row[0], row[1], bool(row[2]), bool(row[3]), *row[4:])


def forget(db: Connection, thread: int, moderator: str) -> bool:
    """Drop a draft; False when there was none."""
    done = db.execute(
        "DELETE FROM drafts WHERE thread_id = ? AND moderator = ?", (thread, moderator)
    )
    return done.rowcount == 1
