"""Drafts: unsent text, one of each kind for each thread and moderator."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import DraftKind, Millis

_COLUMNS = "thread_id, kind, text, target_id, head_id, snippet, to_all"


class StoredDraft(NamedTuple):
    """A draft as it is stored."""

    thread: int
    kind: DraftKind
    text: str
    target: int | None
    head: int | None
    snippet: str
    to_all: bool = False


def save(db: Connection, draft: StoredDraft, moderator: str, now: Millis) -> bool:
    """Keep a draft, forget it when its text is empty; True when one came or went."""
    if not draft.text.strip():
        return forget(db, draft.thread, moderator, draft.kind)
    had = of(db, draft.thread, moderator, draft.kind) is not None
    db.execute(
        f"INSERT OR REPLACE INTO drafts ({_COLUMNS}, moderator, saved_at) "
        "VALUES (?,?,?,?,?,?,?,?,?)",
        (*draft, moderator, now),
    )
    return not had


def of(db: Connection, thread: int, moderator: str, kind: DraftKind) -> StoredDraft | None:
    """The moderator's draft of a kind in a thread."""
    return next((one for one in all_of(db, thread, moderator) if one.kind is kind), None)


def all_of(db: Connection, thread: int, moderator: str) -> list[StoredDraft]:
    """The moderator's drafts in a thread."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM drafts WHERE thread_id = ? AND moderator = ? ORDER BY kind",
        (thread, moderator),
    )
    return [
        StoredDraft(id_, DraftKind(kind), text, target, head, snippet, bool(to_all))
        for id_, kind, text, target, head, snippet, to_all in rows
    ]


def forget(db: Connection, thread: int, moderator: str, kind: DraftKind) -> bool:
    """Drop a draft; False when there was none."""
    done = db.execute(
        "DELETE FROM drafts WHERE thread_id = ? AND moderator = ? AND kind = ?",
        (thread, moderator, kind),
    )
    return done.rowcount == 1
