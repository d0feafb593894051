"""Merges two threads that are one, with all their messages, decisions and orders."""

from __future__ import annotations

from sqlite3 import Connection

from carecli.store.batch import Batch

MOVED = (
    *("messages", "decisions", "rule_deeds", "suggestions", "codes", "code_suggestions"),
    *("blind_codes", "quotes", "outbox", "cases"),
)
"""Tables whose rows go with a thread."""

MERGED = ("escalations", "thread_labels", "mentions", "claims", "told")
"""Tables that hold one row of a kind a thread: where both have one, that of the top stays."""


def join(batch: Batch, key: str, into: str) -> set[int]:
    """The thread `key` becomes part of `into`; the ids of threads that are gone by that.

    Where there is no thread `into` yet, the thread only changes its key. Nothing happens where
    there is no thread `key`, or while something is being sent in both.
    """
    db = batch.db
    found = dict(
        db.execute(
            "SELECT platform_id, id FROM threads WHERE platform_id IN (?, ?) AND channel_id = ?",
            (key, into, batch.channel),
        ).fetchall()
    )
    if key not in found:
        return set()
    old = found[key]
    if into not in found:
        db.execute("UPDATE threads SET platform_id = ? WHERE id = ?", (into, old))
        batch.touched.add(old)
        return set()
    new = found[into]
    (sending,) = db.execute(
        "SELECT count(*) FROM outbox WHERE thread_id IN (?, ?) AND state = 'sending'", (old, new)
    ).fetchone()
    if sending > 1:
        return set()
    _uncount(db, old)
    for table in MOVED:
        db.execute(f"UPDATE {table} SET thread_id = ? WHERE thread_id = ?", (new, old))
    for table in MERGED:
        db.execute(f"UPDATE OR IGNORE {table} SET thread_id = ? WHERE thread_id = ?", (new, old))
        db.execute(f"DELETE FROM {table} WHERE thread_id = ?", (old,))
    _join_drafts(db, old, new)
    db.execute("DELETE FROM waits WHERE thread_id = ?", (old,))
    db.execute(
        "UPDATE threads SET post_id = coalesce(post_id, (SELECT post_id FROM threads WHERE id = ?))"
        " WHERE id = ?",
        (old, new),
    )
    point, is_told = db.execute(
        "SELECT point, point_told FROM threads WHERE id = ?", (old,)
    ).fetchone()
    if is_told:
        tell_point(db, new, point)
    db.execute("DELETE FROM threads WHERE id = ?", (old,))
    batch.touched.add(new)
    return {old}


POINT_RANKS = {"mention": 1, "comment": 2}
"""Which of two contact points told of one thread knows more: any other has 3, an untold one 0. A
comment under our own post may mention us as well."""


def tell_point(db: Connection, thread: int, point: str) -> bool:
    """The contact point of a thread is told, or told better; whether that changes anything."""
    before, is_told = db.execute(
        "SELECT point, point_told FROM threads WHERE id = ?", (thread,)
    ).fetchone()
    if is_told and POINT_RANKS.get(point, 3) <= POINT_RANKS.get(before, 3):
        return False
    _uncount(db, thread)
    db.execute("UPDATE threads SET point = ?, point_told = 1 WHERE id = ?", (point, thread))
    return True


def _uncount(db: Connection, thread: int) -> None:
    """Take a waiting thread out of the counts; deriving it anew counts it again."""
    row = db.execute(
        "SELECT channel_id, point, CASE colour_by WHEN '' THEN colour || '?' ELSE colour END, "
        "team, assignee, flagged, snoozed, boosted FROM threads WHERE id = ? AND waiting = 1",
        (thread,),
    ).fetchone()
    if row is None:
        return
    cell = (
        "channel_id = ? AND point = ? AND colour = ? AND team = ? AND assignee = ? "
        "AND flagged = ? AND snoozed = ? AND boosted = ?"
    )
    db.execute(f"UPDATE waiting_counts SET n = n - 1 WHERE {cell}", row)
    db.execute(f"DELETE FROM waiting_counts WHERE {cell} AND n = 0", row)
    db.execute("UPDATE threads SET waiting = 0 WHERE id = ?", (thread,))


def _join_drafts(db: Connection, old: int, new: int) -> None:
    """Nothing that somebody wrote is lost: a second draft of one kind goes on after the first."""
    names = [row[1] for row in db.execute("PRAGMA table_info(drafts)") if row[5]]
    same = " AND ".join(f"d.{name} = drafts.{name}" for name in names if name != "thread_id")
    db.execute(
        "UPDATE drafts SET text = text || char(10) || (SELECT d.text FROM drafts d "
        f"WHERE d.thread_id = ? AND {same}) WHERE thread_id = ? AND EXISTS "
        f"(SELECT 1 FROM drafts d WHERE d.thread_id = ? AND {same})",
        (old, new, old),
    )
    db.execute("UPDATE OR IGNORE drafts SET thread_id = ? WHERE thread_id = ?", (new, old))
    db.execute("DELETE FROM drafts WHERE thread_id = ?", (old,))
