"""Changes of stored messages: edits, hiding, deletions, likes.

An older observation never undoes a newer one. Withdrawn text is erased everywhere.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from sqlite3 import Connection

from carecli.domain import events as ev
from carecli.domain.model import ContactPoint, Millis
from carecli.domain.text import one_line, printable
from carecli.store import quotes
from carecli.store.attachments import drop_attachment, fill_attachments
from carecli.store.batch import FOR_EVER, Batch, KnownMessage, chunks
from carecli.store.contacts import link
from carecli.store.message_words import reindexed

SUBJECTLESS = (
    *(ev.PostSeen, ev.PostGone, ev.Unrecognised, ev.MessageSeen),
    *(ev.CaseAnswered, ev.TurnedAway, ev.AuthorBlocked),
)
"""Events that are not about a message which must be known first."""


def recipients_of(event: ev.MessageSeen) -> str:
    """The other recipients as they are stored."""
    return "\n".join(one_line(one, 400) for one in event.also_to[:100])


def told_again(batch: Batch, event: ev.MessageSeen, known: KnownMessage) -> None:
    """A message seen before: store what is newer about it, and what was not known yet.

    A field that is absent or empty says nothing: what was known stays.
    """
    if known.observed_at >= FOR_EVER:
        return  # of somebody who was forgotten
    text = printable(event.text or "")
    if event.point is ContactPoint.EMAIL and known.text:
        _read_in_full(batch, known, text)
        text = ""
    is_told_late = bool(text) and not known.text
    if is_told_late:
        _fill_text(batch, known, text)
    if is_told_late or event.attachments:
        fill_attachments(batch, event, known)
    if batch.observed_at < known.observed_at:
        return
    if text:
        _edit(batch, known, text)
    if event.hidden is not None:
        _show(batch, known, hidden=event.hidden, at=None)
    elif known.visibility == "gone":
        _show(batch, known, hidden=False, at=None)
    if event.liked is not None and int(event.liked) != known.liked:
        _like(batch, known, liked=event.liked)
    if event.can_reply_privately is not None:
        batch.db.execute(
            "UPDATE messages SET can_private = ? WHERE id = ?",
            (event.can_reply_privately, known.id),
        )
    batch.db.execute(
        "UPDATE messages SET observed_at = ?, permalink = CASE permalink WHEN '' THEN ? ELSE "
        "permalink END, also_to = CASE also_to WHEN '' THEN ? ELSE also_to END "
        "WHERE id = ? AND visibility <> 'withdrawn'",
        (
            batch.observed_at,
            event.permalink,
            recipients_of(event),
            known.id,
        ),
    )


def _fill_text(batch: Batch, known: KnownMessage, text: str) -> None:
    """What a message says was not told before; that is no edit."""
    with reindexed(batch.db, known.id):
        found = batch.db.execute(
            "UPDATE messages SET text = ? WHERE id = ? AND text = '' AND edited_at IS NULL "
            "AND visibility <> 'withdrawn'",
            (text, known.id),
        )
    if found.rowcount:
        known.text = text
        batch.edited.append(known.id)
        batch.touched.add(known.thread)


def _read_in_full(batch: Batch, known: KnownMessage, text: str) -> None:
    """A mail cannot be edited: where it has more text now, more of the same mail was read.

    What 0.3.0 cut from it stood as an attachment: `12 quoted lines`.
    """
    if len(text) <= len(known.text) or known.visibility == "withdrawn":
        return
    with reindexed(batch.db, known.id):
        batch.db.execute("UPDATE messages SET text = ? WHERE id = ?", (text, known.id))
        drop_attachment(batch.db, known.id, "other", "% quoted lines")
    known.text = text
    batch.edited.append(known.id)
    batch.touched.add(known.thread)


def _edit(batch: Batch, known: KnownMessage, text: str) -> None:
    if text == known.text or known.visibility == "withdrawn":
        return
    db, id_ = batch.db, known.id
    db.execute(
        "INSERT OR IGNORE INTO revisions (message_id, noticed_at, text) VALUES (?,?,?)",
        (id_, batch.observed_at, known.text),
    )
    with reindexed(db, id_):
        db.execute(
            "UPDATE messages SET text = ?, edited_at = ? WHERE id = ?", (text, batch.now, id_)
        )
    known.text = text
    batch.edited.append(id_)
    batch.touched.add(known.thread)


def _show(batch: Batch, known: KnownMessage, *, hidden: bool, at: Millis | None) -> None:
    now_is = "hidden" if hidden else "visible"
    if known.visibility == now_is or known.visibility in ("deleted_by_us", "withdrawn"):
        return
    batch.db.execute(
        "UPDATE messages SET visibility = ?, settled_at = ?, settled_by = '' WHERE id = ?",
        (now_is, (at or batch.observed_at) if hidden else None, known.id),
    )
    known.visibility = now_is
    batch.touched.add(known.thread)


def _like(batch: Batch, known: KnownMessage, *, liked: bool) -> None:
    batch.db.execute("UPDATE messages SET liked = ? WHERE id = ?", (int(liked), known.id))
    known.liked = int(liked)
    batch.touched.add(known.thread)


def _vanish(
    batch: Batch, known: KnownMessage, visibility: str, at: Millis | None, by: str = ""
) -> None:
    stronger = {"visible": 0, "hidden": 1, "gone": 2, "deleted_by_us": 3, "withdrawn": 4}
    if stronger[visibility] <= stronger[known.visibility]:
        return
    batch.db.execute(
        "UPDATE messages SET visibility = ?, settled_at = coalesce(settled_at, ?), settled_by = ? "
        "WHERE id = ?",
        (visibility, at or batch.observed_at, by, known.id),
    )
    known.visibility = visibility
    batch.touched.add(known.thread)


def _withdraw(batch: Batch, known: KnownMessage, at: Millis | None) -> None:
    """Its author took it back: nothing of its text stays, in no table."""
    db = batch.db
    _vanish(batch, known, "withdrawn", at)
    known.text = ""
    db.execute("DELETE FROM revisions WHERE message_id = ?", (known.id,))
    _forget_raw(db, batch.channel, known.id)
    quotes.erase(db, known.thread, known.id)
    with reindexed(db, known.id):
        db.execute("UPDATE messages SET text = '', attachments = '' WHERE id = ?", (known.id,))


def _forget_raw(db: Connection, channel: int, message: int) -> None:
    """Delete every payload that names a message; what else it held stands in the tables."""
    platform_id, seen_at = db.execute(
        "SELECT platform_id, seen_at FROM messages WHERE id = ?", (message,)
    ).fetchone()
    name = platform_id.encode()
    for id_, body in db.execute(
        "SELECT id, body FROM raw_payloads WHERE channel_id = ? AND received_at >= ?",
        (channel, seen_at),
    ).fetchall():
        told = zlib.decompress(body)
        if name in told or name in told.replace(b"\\/", b"/"):
            db.execute("DELETE FROM raw_payloads WHERE id = ?", (id_,))


def apply(batch: Batch, event: ev.Event, at: Millis) -> None:
    """An event about one message; it waits when the message is not known yet."""
    if isinstance(event, SUBJECTLESS):
        return
    known = batch.known.get(event.platform_id)
    if known is None:
        _wait_for_subject(batch, event, at)
        return
    match event:
        case ev.MessageEdited(text=text):
            if at >= known.observed_at:
                _edit(batch, known, printable(text))
        case ev.VisibilityChanged(hidden=hidden, at=moment):
            if at >= known.observed_at:
                _show(batch, known, hidden=hidden, at=moment)
        case ev.LikeChanged(liked=liked):
            _like(batch, known, liked=liked)
        case ev.MessageWithdrawn(at=moment):
            _withdraw(batch, known, moment)
        case ev.MessageRemoved(at=moment, by=by):
            _vanish(batch, known, "deleted_by_us", moment, by)
        case ev.MessageGone(at=moment):
            _vanish(batch, known, "gone", moment)
        case ev.AnsweredPrivately(at=moment, conversation=conversation):
            batch.db.execute(
                "UPDATE messages SET private_at = ?, can_private = 0 "
                "WHERE id = ? AND private_at IS NULL",
                (moment or batch.observed_at, known.id),
            )
            batch.touched.add(known.thread)
            if conversation and known.contact is not None:
                batch.touched.update(
                    link(batch.db, batch.channel, known.id, known.contact, conversation)
                )
    if at > known.observed_at:
        batch.db.execute("UPDATE messages SET observed_at = ? WHERE id = ?", (at, known.id))
        known.observed_at = at


_EARLY: dict[str, type[ev.Event]] = {
    kind.__name__: kind
    for kind in (
        ev.MessageEdited,
        ev.MessageWithdrawn,
        ev.MessageRemoved,
        ev.MessageGone,
        ev.VisibilityChanged,
        ev.LikeChanged,
        ev.AnsweredPrivately,
    )
}


def _wait_for_subject(batch: Batch, event: ev.Event, at: Millis) -> None:
    assert not isinstance(event, SUBJECTLESS)
    if isinstance(event, ev.MessageWithdrawn):
        batch.db.execute(
            "DELETE FROM early_events WHERE channel_id = ? AND platform_id = ? "
            "AND kind = 'MessageEdited'",
            (batch.channel, event.platform_id),
        )
    args = {name: getattr(event, name) for name in event.__dataclass_fields__}
    batch.db.execute(
        "INSERT INTO early_events (channel_id, platform_id, observed_at, kind, args) "
        "VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET observed_at = excluded.observed_at, "
        "args = excluded.args WHERE excluded.observed_at >= observed_at",
        (batch.channel, event.platform_id, at, type(event).__name__, json.dumps(args)),
    )


def early_events(db: Connection, channel: int, ids: Iterable[str]) -> list[tuple[ev.Event, Millis]]:
    """Events that came before their messages, now that these are here; each is given out once."""
    if db.execute("SELECT 1 FROM early_events LIMIT 1").fetchone() is None:
        return []
    found: list[tuple[int, ev.Event, Millis]] = []
    for marks, some in chunks(ids):
        for id_, kind, args, at in db.execute(
            f"SELECT id, kind, args, observed_at FROM early_events "
            f"WHERE platform_id IN ({marks}) AND channel_id = ? ORDER BY observed_at",
            (*some, channel),
        ):
            found.append((id_, _EARLY[kind](**json.loads(args)), at))
    db.executemany("DELETE FROM early_events WHERE id = ?", [(id_,) for id_, _, _ in found])
    return [(event, at) for _, event, at in found]
