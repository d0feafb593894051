"""Derives waits, thread rows and counters again when a thread changed.

The one place that writes waits and the derived columns of threads. It loads what was said and
decided, asks the pure domain, and stores only the difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from sqlite3 import Connection

from carecli.domain.model import Millis
from carecli.domain.wait import Wait, derive_waits
from carecli.store.codes import settle_codes
from carecli.store.columns import insert_into
from carecli.store.db import CHUNK, rewrite
from carecli.store.labels import settle_names
from carecli.store.policies import Policies
from carecli.store.subjects import CELL, DerivedThread, ThreadLine, load
from carecli.store.waits import DEADLINE, ENDED_AT, STARTED_AT, Row, write_waits

_NEW_THREAD = insert_into("threads", ThreadLine._fields)
_ADD_COUNT = insert_into("waiting_counts", (*CELL, "n")) + (
    " ON CONFLICT DO UPDATE SET n = n + excluded.n"
)
_DROP_EMPTY = (
    f"DELETE FROM waiting_counts WHERE {' AND '.join(f'{name} = ?' for name in CELL)} AND n = 0"
)


def refresh(db: Connection, ids: Iterable[int], now: Millis, policies: Policies) -> None:
    """Derive these threads again from the store."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        subjects = load(db, wanted[start : start + CHUNK])
        settle(db, subjects, now, policies)
        settle_names(db, subjects)
        settle_codes(db, subjects)


def settle(
    db: Connection, subjects: Sequence[DerivedThread], now: Millis, policies: Policies
) -> list[int]:
    """Derive, store the difference, keep the counts; the ids of threads that changed."""
    counts: Counter[Row] = Counter()
    new_lines: list[ThreadLine] = []
    changed_lines: list[tuple[ThreadLine, ThreadLine]] = []
    new_waits: list[Row] = []
    changed_waits: list[tuple[Row, Row]] = []
    stale_waits: list[Row] = []
    changed: list[int] = []
    for subject in subjects:
        waits = derive_waits(subject.said, subject.standing.decided, is_flat=subject.is_flat)
        rows = _judge(subject, waits, policies)
        edited, fresh, stale = _difference(subject, rows)
        changed_waits += edited
        new_waits += fresh
        stale_waits += stale
        line = _line(subject, waits, rows, now, policies)
        stored = subject.stored
        if stored is None:
            new_lines.append(line)
        elif line != stored:
            changed_lines.append((stored, line))
        elif not (edited or fresh or stale):
            continue
        changed.append(subject.id)
        if stored is not None and stored.waiting:
            counts[stored.cell()] -= 1
        if line.waiting:
            counts[line.cell()] += 1
    db.executemany(_NEW_THREAD, new_lines)
    rewrite(db, "threads", ThreadLine._fields, changed_lines)
    write_waits(db, changed_waits, new_waits, stale_waits)
    _count(db, counts)
    return changed


def _judge(subject: DerivedThread, waits: Sequence[Wait], policies: Policies) -> list[Row]:
    """Rows of `waits` without id: each with its colour and deadline, as judged or now."""
    standing = subject.standing
    ordinals: dict[int, int] = {}
    rows: list[Row] = []
    for wait in waits:
        ordinals[wait.contact] = ordinals.get(wait.contact, 0) + 1
        colour = standing.colour
        if wait.noticed_at is not None:
            colour = standing.colour_at(wait.noticed_at)
        rows.append(
            (
                subject.id,
                wait.contact,
                ordinals[wait.contact],
                wait.started_at,
                wait.first_message,
                wait.last_message,
                colour.value,
                policies.at(wait.noticed_at).deadline(colour, wait.started_at),
                wait.ended_at,
                wait.outcome.value if wait.outcome else "",
                wait.reason,
                wait.by,
                wait.answer if wait.answer is None or wait.answer > 0 else None,
                wait.noticed_at,
            )
        )
    return rows


def _difference(
    subject: DerivedThread, rows: Sequence[Row]
) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    """Changed waits (as they stand, as they shall be; led by their ids), new ones, ids to delete.

    New ones are rows of COLUMNS.
    """
    if not subject.waits:
        return [], list(rows), []
    stored = {wait[1:3]: wait for wait in subject.waits}
    changed: list[tuple[Row, Row]] = []
    fresh: list[Row] = []
    for row in rows:
        before = stored.pop(row[1:3], None)
        if before is None:
            fresh.append(row)
        elif before[1:] != row[1:]:
            changed.append((before, (before[0], *row[1:])))
    return changed, fresh, [(wait[0],) for wait in stored.values()]


def _line(
    subject: DerivedThread,
    waits: Sequence[Wait],
    rows: Sequence[Row],
    now: Millis,
    policies: Policies,
) -> ThreadLine:
    standing = subject.standing
    said = [message for message in subject.said if message.id > 0]
    opened_at, last_at = said[0].at, said[-1].at
    inbound = [message for message in said if message.contact is not None]
    shown = [message for message in inbound if message.settled_at is None] or inbound
    last = shown[-1] if shown else None
    deadline, started_at = min(
        [(row[DEADLINE], row[STARTED_AT]) for row in rows if row[ENDED_AT] is None],
        default=(None, None),
    )
    ended = [wait for wait in waits if wait.noticed_at is not None]
    outcome = max(ended, key=lambda wait: wait.noticed_at or 0).outcome if ended else None
    until = standing.snoozed_until
    snoozed = int(
        until is not None
        and until > now
        and all(
            max(message.seen_at, message.edited_at or 0) <= standing.snoozed_at
            for message in inbound
        )
    )
    return ThreadLine(
        subject.id,
        subject.channel_id,
        subject.platform_id,
        subject.point,
        subject.post_id,
        subject.contact_id,
        opened_at,
        len(said),
        last.id if last else None,
        last.at if last else None,
        last_at,
        standing.colour.value,
        standing.colour_by,
        standing.team or policies.present.team(standing.colour),
        standing.assignee,
        int(standing.is_flagged),
        snoozed,
        until if snoozed else None,
        subject.boosted,
        int(deadline is not None),
        started_at,
        deadline,
        outcome.value if outcome else "",
        subject.sending,
        standing.safety,
        int(any(wait.unclear is not None for wait in waits)),
        int(subject.is_point_told),
    )


def _count(db: Connection, counts: Counter[Row]) -> None:
    db.executemany(
        _ADD_COUNT,
        [(*cell, n) for cell, n in counts.items() if n],
    )
    db.executemany(
        _DROP_EMPTY,
        [cell for cell, n in counts.items() if n < 0],
    )
