"""Compares two databases: who waits here, and who waits in what the platform shows now."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import MINUTE, Millis, Outcome
from carecli.domain.text import one_line
from carecli.domain.wait import ANSWERED_OUTSIDE
from carecli.store.columns import columns_of
from carecli.store.outbox import Aim

SETTLED: Millis = 2 * MINUTE
"""How long before the end of a pull a message was written that this pull must have brought: the
clocks of a platform and of this computer differ, and platforms list what is new a little later."""


class Divergence(NamedTuple):
    """Somebody who waits on one side only, and why that may be.

    `is_unpulled`: it comes of something newer than the channel's last sync.
    """

    thread: str
    contact: str
    name: str
    what: str
    is_unpulled: bool = False


class _Wait(NamedTuple):
    """The last wait of a contact in a thread, with ids of messages as the platform spells them."""

    thread: str
    contact: str
    name: str
    outcome: str
    reason: str
    by: str
    text: str
    last_message: str
    last_at: Millis
    answer: str | None
    answered_at: Millis
    by_edit: int
    by_reopening: int


_WAIT = columns_of(
    _Wait,
    "w",
    thread="t.platform_id",
    contact="c.platform_id",
    name="c.name",
    by="w.ended_by",
    text="f.text",
    last_message="l.platform_id",
    last_at="l.created_at",
    answer="a.platform_id",
    answered_at="coalesce(a.created_at, 0)",
    by_edit="f.edited_at IS NOT NULL AND w.started_at = f.edited_at",
    by_reopening="EXISTS (SELECT 1 FROM decisions d WHERE d.thread_id = t.id "
    "AND d.undone = 0 AND d.verb = 'reopen')",
)


def channel_id(db: Connection, key: str) -> int:
    """The id of a channel; KeyError when it was never enrolled."""
    row = db.execute("SELECT id FROM channels WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise KeyError(key)
    return int(row[0])


def differences(
    here: Connection, there: Connection, channel: int, since: Millis
) -> list[Divergence]:
    """Contacts who wait on one side only, among threads that stirred `since`, unless explained."""
    ours, theirs = _last_waits(here, channel, since), _last_waits(there, channel, since)
    pulled = _pulled_until(here, channel)
    found: list[Divergence] = []
    for key in sorted(ours.keys() | theirs.keys()):
        mine, their = ours.get(key), theirs.get(key)
        what, is_unpulled = "", False
        if their is not None and not their.outcome and (mine is None or mine.outcome):
            what, is_unpulled = _missing_here(here, channel, mine, their, pulled)
        elif mine is not None and not mine.outcome and (their is None or their.outcome):
            what, is_unpulled = _missing_there(here, channel, mine, their, pulled)
        if what:
            shown = their or mine
            assert shown is not None
            found.append(Divergence(*key, shown.name, what, is_unpulled))
    return found


def doubted(
    here: Connection, there: Connection, channel: int, found: Sequence[Divergence]
) -> list[Aim]:
    """Messages of those who wait here that the platform did not list, to be asked for."""
    targets: list[Aim] = []
    for one in found:
        rows = here.execute(
            "SELECT t.platform_id, t.point, m.platform_id, "
            "coalesce(nullif(m.address, ''), m.platform_id), "
            "coalesce(nullif(r.address, ''), r.platform_id, ''), coalesce(p.platform_id, ''), "
            "c.platform_id, c.name, t.last_inbound_at FROM threads t "
            "JOIN messages m ON m.thread_id = t.id JOIN contacts c ON c.id = m.contact_id "
            "JOIN waits w ON w.thread_id = t.id AND w.contact_id = c.id AND w.ended_at IS NULL "
            "LEFT JOIN messages r ON r.platform_id = t.platform_id "
            "AND r.channel_id = t.channel_id LEFT JOIN posts p ON p.id = t.post_id "
            "WHERE t.platform_id = ? AND t.channel_id = ? AND c.platform_id = ? "
            "AND m.created_at >= w.started_at AND m.settled_at IS NULL",
            (one.thread, channel, one.contact),
        )
        for thread, point, message, *rest in rows.fetchall():
            if not _knows(there, channel, message):
                targets.append(Aim(thread, point, message, *rest))
    return targets


def _last_waits(db: Connection, channel: int, since: Millis) -> dict[tuple[str, str], _Wait]:
    rows = db.execute(
        f"SELECT {_WAIT} FROM threads t JOIN waits w ON w.thread_id = t.id "
        "JOIN contacts c ON c.id = w.contact_id "
        "LEFT JOIN messages f ON f.id = w.first_message_id "
        "LEFT JOIN messages l ON l.id = w.last_message_id "
        "LEFT JOIN messages a ON a.id = w.answer_id "
        "WHERE t.channel_id = ? AND t.last_message_at >= ? ORDER BY w.ordinal",
        (channel, since),
    )
    return {(row[0], row[1]): _Wait._make(row) for row in rows}


def _pulled_until(db: Connection, channel: int) -> Millis:
    """Up to when everything must have been pulled; for ever where no pull has ended well yet."""
    row = db.execute("SELECT synced_at FROM channels WHERE id = ?", (channel,)).fetchone()
    return row[0] - SETTLED if row[0] is not None else sys.maxsize


def _knows(db: Connection, channel: int, message: str) -> bool:
    row = db.execute(
        "SELECT 1 FROM messages WHERE platform_id = ? AND channel_id = ?", (message, channel)
    ).fetchone()
    return row is not None


def _is_forgotten(db: Connection, channel: int, message: str) -> bool:
    """Whether its author asked to be forgotten: what they wrote waits for nobody any more."""
    row = db.execute(
        "SELECT 1 FROM messages m JOIN erasures e ON e.contact_id = m.contact_id "
        "WHERE m.platform_id = ? AND m.channel_id = ?",
        (message, channel),
    ).fetchone()
    return row is not None


_OURS = frozenset({Outcome.NO_REPLY_NEEDED, Outcome.WINDOW_CLOSED})
"""Outcomes that were decided here and that no platform knows of."""

_THEIRS = frozenset({Outcome.MODERATED, Outcome.WITHDRAWN})
"""Outcomes that a platform must show as well, whoever brought them about."""


def _missing_here(
    here: Connection, channel: int, mine: _Wait | None, their: _Wait, pulled: Millis
) -> tuple[str, bool]:
    """Why somebody who waits on the platform does not wait here; empty when that is as decided.

    Beside it whether that comes of a message that is newer than what was pulled.
    """
    said = one_line(their.text, 80)
    if _is_forgotten(here, channel, their.last_message):
        return "", False
    if not _knows(here, channel, their.last_message):
        if their.last_at > pulled:
            return f"waits on the platform since just now: {said}", True
        return f"waits on the platform and carecli never saw it: {said}", False
    if mine is None:
        return f"waits on the platform, but nobody waits here: {said}", False
    if mine.reason == ANSWERED_OUTSIDE or mine.outcome in _OURS:
        return "", False
    if mine.by and mine.outcome not in _THEIRS:
        return "", False
    return f"waits on the platform, but here it ended as {mine.outcome}: {said}", False


def _missing_there(
    here: Connection, channel: int, mine: _Wait, their: _Wait | None, pulled: Millis
) -> tuple[str, bool]:
    """Why somebody who waits here does not wait on the platform; empty when that is as decided.

    Beside it whether that comes of an answer that is newer than what was pulled.
    """
    said = one_line(mine.text, 80)
    if mine.by_edit or mine.by_reopening:
        return "", False
    if their is None:
        return f"waits here, but the platform does not show it any more: {said}", False
    if their.answer is None:
        return f"waits here, but on the platform it ended as {their.outcome}: {said}", False
    if not _knows(here, channel, their.answer):
        is_new = their.answered_at > pulled
        return f"waits here, but was answered on the platform: {said}", is_new
    if _went_to_another(here, channel, their.answer, mine.contact):
        return "", False
    return f"waits here, though the answer on the platform is known here: {said}", False


def _went_to_another(here: Connection, channel: int, answer: str, contact: str) -> bool:
    """Whether an answer came out of the outbox, which knows that it was for somebody else."""
    row = here.execute(
        "SELECT c.platform_id FROM outbox o JOIN messages m ON m.id = o.message_id "
        "JOIN contacts c ON c.id = m.contact_id WHERE o.sent_id = ? AND o.channel_id = ?",
        (answer, channel),
    ).fetchone()
    return row is not None and row[0] != contact
