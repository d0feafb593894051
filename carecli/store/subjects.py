"""A thread with all that waits and rows are derived from, read from the store."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis, Outcome
from carecli.domain.standing import UNTOUCHED, Decision, Standing, fold_decisions
from carecli.domain.wait import Said
from carecli.store.waits import Row


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
    safety: str

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
    read: dict[str, dict[str, object]] = {}  # a batch says the same of many
    for id_, at, actor, verb, thread, args in db.execute(
        f"SELECT id, at, actor, verb, thread_id, args FROM decisions "
        f"WHERE thread_id IN ({marks}) AND undone = 0 AND verb NOT IN ('undo', 'redo') "
        f"ORDER BY id",
        ids,
    ):
        if args not in read:
            read[args] = json.loads(args)
        decisions[thread].append(Decision(id_, at, actor, verb, read[args]))
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
    for thread, id_, verb, state, at, actor, message, contact, answers in db.execute(
        f"SELECT o.thread_id, o.id, o.verb, o.state, o.sent_at, o.actor, o.message_id, "
        f"m.contact_id, o.answers FROM outbox o LEFT JOIN messages m ON m.id = o.message_id "
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
            subject.said.append(
                Said(PRIVATE - id_, None, at, at, None, (contact,), bool(answers), actor)
            )
    rows = db.execute(
        f"SELECT m.thread_id, m.id, m.platform_id, m.parent, m.contact_id, m.created_at, "
        f"m.seen_at, m.visibility, m.settled_at, m.settled_by, m.edited_at, m.private_at, "
        f"m.mentions, o.actor, t.contact_id, o.answers FROM messages m "
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
        settled_at, settled_by, edited_at, private_at, mentions, actor, target, answers = row[8:]
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
                answers != 0,
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
