"""Whether a thread changed since the author of a reply saw it."""

from __future__ import annotations

from sqlite3 import Connection

from carecli.domain.model import Actor
from carecli.domain.text import one_line
from carecli.domain.wait import answered_contacts
from carecli.store.outbox import Item
from carecli.store.subjects import load

KEPT = "Your text is kept: read what is new, then send it again or drop it."
SHOWN = 120
"""Characters of the new text that the reason quotes."""


def staleness(db: Connection, about: Item) -> str:
    """Why a text must not be sent before its author looked again; empty when it may be.

    It may not when its target was edited or is gone, when the person it answers wrote again,
    or when the brand answered, unless that was an answer of the same author out of the outbox
    (two replies in a row are meant) or one to somebody else. Newer is what stands after the
    head the author had seen and, whatever its place, what was first seen after the reply was
    written.
    """
    target = db.execute(
        "SELECT contact_id, visibility, edited_at, text FROM messages WHERE id = ?",
        (about.message,),
    ).fetchone()
    contact = None
    if target is not None:
        contact, visibility, edited_at, text = target
        if visibility in _GONE:
            return _GONE[visibility]
        if edited_at is not None and edited_at > about.created_at:
            return f"The message was changed; it now says: {one_line(text, SHOWN)}"
    head = db.execute("SELECT id, created_at FROM messages WHERE id = ?", (about.head,)).fetchone()
    head_id, head_at = head if head is not None else (0, None)
    newer = db.execute(
        "SELECT m.id, m.contact_id, c.name, m.text, m.native_actor, o.actor, t.point "
        "FROM messages m JOIN threads t ON t.id = m.thread_id "
        "LEFT JOIN contacts c ON c.id = m.contact_id "
        "LEFT JOIN outbox o ON o.sent_id = m.platform_id AND o.channel_id = m.channel_id "
        "WHERE m.thread_id = ? AND m.visibility = 'visible' AND m.id > ? "
        "AND (m.created_at >= ? OR m.seen_at > ?) ORDER BY m.created_at, m.id",
        (about.thread, head_id, head_at, about.created_at),
    ).fetchall()
    answered = _whom_each_answers(db, about.thread) if newer else {}
    for id_, author, name, text, native, by, point in newer:
        is_private = point == "dm"
        if author is not None:
            if author == contact or contact is None or is_private:
                return f"{name or 'The contact'} wrote again: {one_line(text, SHOWN)}"
            continue
        whom = answered.get(id_)
        if by == about.actor or (whom is not None and contact not in whom and not is_private):
            continue
        who = Actor.parse(by).name if by else native or "somebody in the platform's app"
        return f"Answered meanwhile by {who}: {one_line(text, SHOWN)}"
    return ""


def _whom_each_answers(db: Connection, thread: int) -> dict[int, frozenset[int] | None]:
    (subject,) = load(db, (thread,))
    return answered_contacts(subject.said, is_flat=subject.is_flat)


_GONE = {
    "withdrawn": "The message was deleted by its author.",
    "deleted_by_us": "The message was deleted by the brand.",
    "gone": "The message can no longer be found on the platform.",
}
