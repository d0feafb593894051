"""Waits, thread rows and counts, derived again whenever something about a thread changed.

The one place that writes waits and the derived columns of threads. It loads what was said and
decided, asks the pure domain, and stores only the difference.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import ne
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis, Outcome
from carecli.domain.standing import UNTOUCHED, Decision, Standing, fold_decisions
from carecli.domain.wait import Said, Wait, derive_waits
from carecli.store.labels import settle_labels
from carecli.store.policies import Policies
from carecli.store.waits import DEADLINE, ENDED_AT, STARTED_AT, Row, write_waits

CHUNK = 500
"""Ids in one `IN (...)`: below SQLite's limit of variables, large enough to be few queries."""


class ThreadLine(NamedTuple):
    """A row of `threads`, in the order of its columns."""

    id: int
    channel_id: int
    platform_id: str
    point: str
    post_id: int | None
    contact_id: int | None
    opened_at: Millis
    message_count: int
    last_inbound_id: int | None
    last_inbound_at: Millis | None
    last_message_at: Millis
    colour: str
    colour_by: str
    team: str
    assignee: str
    flagged: int
    snoozed: int
    snoozed_until: Millis | None
    boosted: int
    waiting: int
    wait_started_at: Millis | None
    deadline: Millis | None
    outcome: str
    sending: str

    def cell(self) -> Row:
        """Where `waiting_counts` counts it."""
        return (
            self.channel_id,
            self.point,
            self.colour if self.colour_by else f"{self.colour}?",
            self.team,
            self.assignee,
            self.flagged,
            self.snoozed,
            self.boosted,
        )


@dataclass(slots=True)
class Subject:
    """A thread to derive. `stored` is its row as it stands, None for a new one."""

    id: int
    channel_id: int
    platform_id: str
    point: str
    post_id: int | None
    contact_id: int | None
    stored: ThreadLine | None = None
    boosted: int = 0
    said: list[Said] = field(default_factory=list)
    standing: Standing = field(default_factory=lambda: UNTOUCHED)
    waits: Sequence[Row] = ()
    sending: str = ""


def refresh(db: Connection, ids: Iterable[int], now: Millis, policies: Policies) -> None:
    """Derive these threads again from the store."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        subjects = load(db, wanted[start : start + CHUNK])
        settle(db, subjects, now, policies)
        settle_labels(db, {one.id: one.standing.labels for one in subjects})


def load(db: Connection, ids: Sequence[int]) -> list[Subject]:
    """Everything waits and rows are derived from, for at most CHUNK threads."""
    marks = ",".join("?" * len(ids))
    subjects: dict[int, Subject] = {}
    for *row, kind, boosted in db.execute(
        f"SELECT t.*, p.kind, p.boosted FROM threads t LEFT JOIN posts p ON p.id = t.post_id "
        f"WHERE t.id IN ({marks})",
        ids,
    ):
        line = ThreadLine._make(row)
        subjects[line.id] = Subject(
            line.id,
            line.channel_id,
            line.platform_id,
            point_of(line.point, kind),
            line.post_id,
            line.contact_id,
            line,
            boosted or 0,
        )
    _load_said(db, ids, marks, subjects)
    decisions: dict[int, list[Decision]] = defaultdict(list)
    for id_, at, actor, verb, thread, args in db.execute(
        f"SELECT id, at, actor, verb, thread_id, args FROM decisions "
        f"WHERE thread_id IN ({marks}) AND undone = 0 ORDER BY id",
        ids,
    ):
        decisions[thread].append(Decision(id_, at, actor, verb, json.loads(args)))
    for thread, taken in decisions.items():
        if thread in subjects:
            _stand(subjects[thread], fold_decisions(taken))
    stored: dict[int, list[Row]] = defaultdict(list)
    for wait in db.execute(
        f"SELECT thread_id, id, contact_id, ordinal, started_at, first_message_id, "
        f"last_message_id, colour, deadline, ended_at, outcome, reason, ended_by, answer_id, "
        f"noticed_at FROM waits WHERE thread_id IN ({marks})",
        ids,
    ):
        stored[wait[0]].append(wait[1:])
    for thread, waits in stored.items():
        subjects[thread].waits = waits
    return list(subjects.values())


def _load_said(
    db: Connection, ids: Sequence[int], marks: str, subjects: dict[int, Subject]
) -> None:
    moderated_by: dict[int, str] = {}
    for thread, id_, verb, state, at, actor, message, contact in db.execute(
        f"SELECT o.thread_id, o.id, o.verb, o.state, o.sent_at, o.actor, o.message_id, "
        f"m.contact_id FROM outbox o LEFT JOIN messages m ON m.id = o.message_id "
        f"WHERE o.thread_id IN ({marks}) AND o.state <> 'cancelled'",
        ids,
    ):
        subject = subjects[thread]
        if state != "sent":
            if URGENCY.index(state) < URGENCY.index(subject.sending):
                subject.sending = state
        elif verb in ("hide", "delete"):
            moderated_by[message] = actor
        elif verb == "private_reply" and contact is not None:
            subject.said.append(Said(PRIVATE - id_, None, at, at, None, (contact,), True, actor))
    rows = db.execute(
        f"SELECT m.thread_id, m.id, m.platform_id, m.parent, m.contact_id, m.created_at, "
        f"m.seen_at, m.visibility, m.settled_at, m.settled_by, m.edited_at, m.private_at, "
        f"m.mentions, o.actor, t.contact_id FROM messages m "
        f"LEFT JOIN outbox o ON m.contact_id IS NULL AND o.sent_id = m.platform_id "
        f"AND o.channel_id = m.channel_id "
        f"LEFT JOIN messages t ON t.id = o.message_id "
        f"WHERE m.thread_id IN ({marks}) ORDER BY m.created_at, m.id",
        ids,
    ).fetchall()
    own = {(row[0], row[2]): row[1] for row in rows}
    people = _people(db, ids, marks) if any(row[12] for row in rows) else {}
    for row in rows:
        thread, id_, _, parent, contact, created, seen, visibility = row[:8]
        settled_at, settled_by, edited_at, private_at, mentions, actor, target = row[8:]
        addresses: tuple[int, ...] = ()
        if contact is None and target is not None:
            addresses = (target,)
        elif contact is None:
            named = (people.get((thread, name)) for name in mentions.split())
            addresses = tuple(person for person in named if person is not None)
        settled_as = SETTLED_AS.get(visibility) if settled_at is not None else None
        said = subjects[thread].said
        said.append(
            Said(
                id_,
                contact,
                created,
                seen,
                own.get((thread, parent)) if parent else None,
                addresses,
                True,
                actor or "",
                settled_at if settled_as else None,
                settled_as,
                moderated_by.get(id_, settled_by),
                edited_at,
            )
        )
        if private_at is not None and contact is not None:
            said.append(Said(-id_, None, private_at, private_at, id_, (contact,)))


PRIVATE = -(1 << 40)
"""Private replies stand in for messages of the comment's thread under ids of their own."""

BY_HAND = -(1 << 50)
"""Likewise answers given by hand."""

URGENCY = ("failed", "unknown", "sending", "queued", "")
"""Which state of a thread's outbox its row shows, most telling first."""

SETTLED_AS = {
    "hidden": Outcome.MODERATED,
    "deleted_by_us": Outcome.MODERATED,
    "withdrawn": Outcome.WITHDRAWN,
    "gone": Outcome.WITHDRAWN,
}


def point_of(point: str, post_kind: str | None) -> str:
    """A comment under what turns out to be an ad is an ad comment."""
    return "ad" if point == "comment" and post_kind == "ad" else point


def _people(db: Connection, ids: Sequence[int], marks: str) -> dict[tuple[int, str], int]:
    """Who wrote in these threads, as a mention names them: by platform id, or by @name."""
    people: dict[tuple[int, str], int] = {}
    for thread, contact, platform_id, name in db.execute(
        f"SELECT DISTINCT m.thread_id, k.id, k.platform_id, k.name FROM messages m "
        f"JOIN contacts k ON k.id = m.contact_id WHERE m.thread_id IN ({marks})",
        ids,
    ):
        people[thread, platform_id] = people[thread, f"@{name}"] = contact
    return people


def _stand(subject: Subject, standing: Standing) -> None:
    subject.standing = standing
    for decision, at, by in standing.answers:
        subject.said.append(Said(BY_HAND - decision, None, at, at, None, (), True, by))


def settle(
    db: Connection, subjects: Sequence[Subject], now: Millis, policies: Policies
) -> list[int]:
    """Derive, store the difference, keep the counts; the ids of threads that changed."""
    counts: Counter[Row] = Counter()
    new_lines: list[ThreadLine] = []
    changed_lines: list[tuple[ThreadLine, ThreadLine]] = []
    new_waits: list[Row] = []
    changed_waits: list[Row] = []
    stale_waits: list[Row] = []
    changed: list[int] = []
    for subject in subjects:
        waits = derive_waits(subject.said, subject.standing.decided)
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
    marks = ",".join("?" * len(ThreadLine._fields))
    db.executemany(f"INSERT INTO threads VALUES ({marks})", new_lines)
    _rewrite(db, changed_lines)
    write_waits(db, changed_waits, new_waits, stale_waits)
    _count(db, counts)
    return changed


def _rewrite(db: Connection, lines: Sequence[tuple[ThreadLine, ThreadLine]]) -> None:
    """Store lines, each beside the one that stands, naming only the columns that differ.

    An index that none of them is in is left alone: with ten indexes that is half the time.
    """
    alike: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for before, after in lines:
        differs = tuple(map(ne, before, after))
        columns = tuple(compress(ThreadLine._fields, differs))
        alike[columns].append((*compress(after, differs), after.id))
    for columns, rows in alike.items():
        assignments = ",".join(f"{name}=?" for name in columns)
        db.executemany(f"UPDATE threads SET {assignments} WHERE id=?", rows)


def _judge(subject: Subject, waits: Sequence[Wait], policies: Policies) -> list[Row]:
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


def _difference(subject: Subject, rows: Sequence[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    """Waits to write under their ids, new ones without, and ids of those to delete."""
    if not subject.waits:
        return [], list(rows), []
    stored = {wait[1:3]: wait for wait in subject.waits}
    changed: list[Row] = []
    fresh: list[Row] = []
    for row in rows:
        before = stored.pop(row[1:3], None)
        if before is None:
            fresh.append(row)
        elif before[1:] != row[1:]:
            changed.append((before[0], *row))
    return changed, fresh, [(wait[0],) for wait in stored.values()]


def _line(
    subject: Subject,
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
        and all(message.seen_at <= standing.snoozed_at for message in inbound)
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
    )


def _count(db: Connection, counts: Counter[Row]) -> None:
    db.executemany(
        "INSERT INTO waiting_counts VALUES (?,?,?,?,?,?,?,?,?) "
        "ON CONFLICT DO UPDATE SET n = n + excluded.n",
        [(*cell, n) for cell, n in counts.items() if n],
    )
    db.executemany(
        "DELETE FROM waiting_counts WHERE channel_id = ? AND point = ? AND colour = ? AND team = ? "
        "AND assignee = ? AND flagged = ? AND snoozed = ? AND boosted = ? AND n = 0",
        [cell for cell, n in counts.items() if n < 0],
    )
