"""Reads everything of a thread that waits and rows are derived from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.model import Millis, Outcome
from carecli.domain.reply_target import FLAT, find_named_contacts
from carecli.domain.thread_message import ThreadMessage
from carecli.domain.thread_state import UNTOUCHED, Decision, ThreadState, fold_decisions
from carecli.store.columns import columns_of
from carecli.store.waits import Row


class ThreadLine(NamedTuple):
    """A row of `threads`."""

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
    unclear: int
    point_told: int

    def cell(self) -> Row:
        """Its values for CELL."""
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


_LINE = columns_of(ThreadLine, "t")

CELL = (*("channel_id", "point", "colour", "team", "assignee", "flagged", "snoozed", "boosted"),)
"""Columns of `waiting_counts` that tell which threads a row counts (`n`)."""


@dataclass(slots=True)
class DerivedThread:
    """A thread to derive. `stored` is its row as it stands, None for a new one."""

    id: int
    channel_id: int
    platform_id: str
    point: str
    post_id: int | None
    contact_id: int | None
    stored: ThreadLine | None = None
    boosted: int = 0
    said: list[ThreadMessage] = field(default_factory=list)
    standing: ThreadState = field(default_factory=lambda: UNTOUCHED)
    waits: Sequence[Row] = ()
    sending: str = ""
    is_point_told: bool = True

    @property
    def is_flat(self) -> bool:
        """Whether the platform hangs answers to answers under the top-level comment."""
        return self.point in FLAT


def load(db: Connection, ids: Sequence[int]) -> list[DerivedThread]:
    """Everything waits and rows are derived from, for at most CHUNK threads."""
    marks = ",".join("?" * len(ids))
    subjects: dict[int, DerivedThread] = {}
    for *row, kind, boosted in db.execute(
        f"SELECT {_LINE}, p.kind, p.boosted FROM threads t LEFT JOIN posts p ON p.id = t.post_id "
        f"WHERE t.id IN ({marks})",
        ids,
    ):
        line = ThreadLine._make(row)
        subjects[line.id] = DerivedThread(
            line.id,
            line.channel_id,
            line.platform_id,
            point_of(line.point, kind),
            line.post_id,
            line.contact_id,
            line,
            boosted or 0,
            is_point_told=bool(line.point_told),
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
    db: Connection, ids: Sequence[int], marks: str, subjects: dict[int, DerivedThread]
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
                ThreadMessage(PRIVATE - id_, None, at, at, None, (contact,), bool(answers), actor)
            )
    rows = db.execute(
        f"SELECT m.thread_id, m.id, m.platform_id, m.parent, m.contact_id, m.created_at, "
        f"m.seen_at, m.visibility, m.settled_at, m.settled_by, m.edited_at, m.private_at, "
        f"m.mentions, o.actor, t.contact_id, o.answers, "
        f"CASE WHEN m.contact_id IS NULL AND o.id IS NULL THEN m.text ELSE '' END FROM messages m "
        f"LEFT JOIN outbox o ON m.contact_id IS NULL AND o.sent_id = m.platform_id "
        f"AND o.channel_id = m.channel_id "
        f"LEFT JOIN messages t ON t.id = o.message_id "
        f"WHERE m.thread_id IN ({marks}) ORDER BY m.created_at, m.id",
        ids,
    ).fetchall()
    own = {(row[0], row[2]): row[1] for row in rows}
    people = _people(db, _crowded(rows))
    _openers(rows, subjects)
    for row in rows:
        thread, id_, _, parent, contact, created, seen, visibility = row[:8]
        settled_at, settled_by, edited_at, private_at, mentions, actor, target = row[8:15]
        answers, text = row[15:]
        addresses: tuple[int, ...] = ()
        if contact is None and target is not None:
            addresses = (target,)
        elif contact is None and thread in people:
            addresses = people[thread].addressed(mentions, text)
        settled_as = SETTLED_AS.get(visibility) if settled_at is not None else None
        said = subjects[thread].said
        said.append(
            ThreadMessage(
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
            said.append(ThreadMessage(-id_, None, private_at, private_at, id_, (contact,)))


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


def _openers(rows: Sequence[Row], subjects: dict[int, DerivedThread]) -> None:
    """Who opened each thread: the author of its top message, or else of the oldest one known."""
    seen: set[int] = set()
    for row in rows:
        subject = subjects[row[0]]
        if row[0] not in seen or row[2] == subject.platform_id:
            subject.contact_id = row[4]
            seen.add(row[0])


def _crowded(rows: Sequence[Row]) -> list[int]:
    """Threads where several people wrote, and the brand too: only there names can tell."""
    people: dict[int, set[int]] = defaultdict(set)
    spoken: set[int] = set()
    for row in rows:
        if row[4] is None:
            spoken.add(row[0])
        else:
            people[row[0]].add(row[4])
    return [thread for thread in spoken if len(people[thread]) > 1]


@dataclass(slots=True)
class People:
    """Who wrote in a thread, as a mention names them: by platform id, or by name."""

    ids: dict[str, int] = field(default_factory=dict)
    names: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def addressed(self, mentions: str, text: str) -> tuple[int, ...]:
        """Those whom a message mentions: in what the platform told of it, or else in its text."""
        told = [self.ids[name] for name in mentions.split() if name in self.ids]
        handles = " ".join(name for name in mentions.split() if name.startswith("@"))
        told += find_named_contacts(handles, self.names) if handles else ()
        return tuple(dict.fromkeys(told)) or find_named_contacts(text, self.names)


def _people(db: Connection, threads: Sequence[int]) -> dict[int, People]:
    people: dict[int, People] = {}
    marks = ",".join("?" * len(threads))
    for thread, contact, platform_id, name in db.execute(
        f"SELECT DISTINCT m.thread_id, k.id, k.platform_id, k.name FROM messages m "
        f"JOIN contacts k ON k.id = m.contact_id WHERE m.thread_id IN ({marks})",
        threads,
    ):
        here = people.setdefault(thread, People())
        here.ids[platform_id] = contact
        here.names[name].add(contact)
    return people


def keep_addressed(db: Connection, threads: Sequence[int]) -> None:
    """Write down by id whom the brand's messages name, before names change or are forgotten."""
    people = _people(db, threads)
    numbers = {id_: name for one in people.values() for name, id_ in one.ids.items()}
    for thread, here in people.items():
        for id_, mentions, text in db.execute(
            "SELECT id, mentions, text FROM messages WHERE thread_id = ? AND contact_id IS NULL",
            (thread,),
        ).fetchall():
            found = [numbers[one] for one in here.addressed(mentions, text)]
            if not set(found) <= set(mentions.split()):
                kept = " ".join(dict.fromkeys((*mentions.split(), *found)))
                db.execute("UPDATE messages SET mentions = ? WHERE id = ?", (kept, id_))


def _stand(subject: DerivedThread, standing: ThreadState) -> None:
    subject.standing = standing
    for decision, at, by in standing.answers:
        subject.said.append(
            ThreadMessage(BY_HAND - decision, None, at, at, None, (), True, by, to_everybody=True)
        )
