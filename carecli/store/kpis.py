"""The facts KPIs are computed from, read in one scan for each kind."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import NamedTuple

from carecli.domain.kpi import Basis, Fact, Kind
from carecli.domain.model import Actor, Colour, Millis
from carecli.domain.protocol import Protocol
from carecli.store.policies import Policies


@dataclass(frozen=True, slots=True)
class Span:
    """A period, half open, looked at from a moment: what came after `moment` has not happened.

    `protocol` judges all waits by another protocol than the one each was judged by.
    """

    since: Millis
    until: Millis
    moment: Millis
    brand: str = ""
    protocol: Protocol | None = None

    @property
    def edge(self) -> Millis:
        """The end of the period, or the moment within it."""
        return min(self.until, self.moment)

    def has(self, at: Millis | None) -> bool:
        """Whether a moment lies in the period, and has come."""
        return at is not None and self.since <= at < self.until and at <= self.moment


class Facts:
    """All facts of a period, by kind and basis."""

    def __init__(self, db: Connection, span: Span) -> None:
        self._found: dict[tuple[Kind, Basis], list[Fact]] = defaultdict(list)
        self._span = span
        self._places = _places(db, span.brand)
        self._waits(db)
        self._messages(db)
        self._outbox(db)
        self._decisions(db)

    def of(self, kind: Kind, basis: Basis) -> list[Fact]:
        """Facts of a kind that the basis places in the period, by id."""
        return self._found[kind, basis]

    def _waits(self, db: Connection) -> None:
        span, policies = self._span, Policies(db)
        hands = _hands(db)
        private = set(
            db.execute(
                "SELECT thread_id, sent_at FROM outbox "
                "WHERE verb = 'private_reply' AND state = 'sent'"
            )
        )
        cohort = self._found[Kind.WAIT, Basis.ARRIVAL]
        workload = self._found[Kind.WAIT, Basis.REPLY]
        standing = self._found[Kind.WAIT, Basis.STANDING]
        rows = db.execute(
            "SELECT w.id, w.thread_id, w.started_at, w.ended_at, w.colour, w.deadline, w.outcome, "
            "w.reason, w.ended_by, w.ordinal, w.answer_id, w.noticed_at, m.seen_at "
            "FROM waits w JOIN messages m ON m.id = w.first_message_id "
            "WHERE w.started_at < ? AND w.started_at <= ? "
            "AND (w.started_at >= ? OR w.ended_at IS NULL OR w.ended_at >= ?) ORDER BY w.id",
            (span.until, span.moment, span.since, span.since),
        )
        for (
            id_,
            thread,
            began,
            ended,
            colour,
            deadline,
            outcome,
            reason,
            by,
            nth,
            answer,
            *when,
        ) in rows:
            place = self._places.get(thread)
            if place is None:
                continue
            noticed, seen = when
            at = ended
            if ended is not None and ended > span.moment:
                at, noticed, outcome, reason, by = None, None, "", "", ""
            protocol = span.protocol or policies.at(noticed)
            if span.protocol is not None:
                deadline = protocol.deadline(Colour(colour), began)
            calendar = protocol.rules[Colour(colour)].calendar
            fact = Fact(
                Kind.WAIT,
                id_,
                thread,
                began,
                at,
                place.channel,
                place.point,
                colour,
                place.team,
                place.campaign,
                _person(by),
                "",
                deadline,
                outcome,
                reason,
                by,
                nth,
                max(0, seen - began),
                (calendar.worked(began, at) if calendar else at - began) if at else 0,
                _changes(hands.get(thread), began, at),
                0.0,
                place.point in PRIVATE
                or (thread, at) in private
                or (outcome == "replied_elsewhere" and answer is None),
                at is None and deadline < span.moment,
            )
            if began >= span.since:
                cohort.append(fact)
            if span.has(at):
                workload.append(fact)
            if began < span.edge and (at is None or at >= span.edge):
                standing.append(
                    fact._replace(at=span.edge, outcome="", is_overdue=deadline < span.edge)
                )

    def _fact(
        self, kind: Kind, id_: int, thread: int, began: Millis, at: Millis, by: str, verb: str
    ) -> Fact | None:
        place = self._places.get(thread)
        if place is None:
            return None
        fact = Fact(
            kind, id_, thread, began, at, place.channel, place.point, place.colour, place.team,
            place.campaign, _person(by), verb, by=by,
        )  # fmt: skip
        self._found[kind, Basis.REPLY].append(fact)
        return fact

    def _messages(self, db: Connection) -> None:
        span = self._span
        for id_, thread, created, at, by in db.execute(
            "SELECT m.id, m.thread_id, m.created_at, m.settled_at, coalesce((SELECT o.actor "
            "FROM outbox o WHERE o.thread_id = m.thread_id AND o.message_id = m.id "
            "AND o.verb IN ('hide', 'delete') AND o.state = 'sent' ORDER BY o.id DESC LIMIT 1), "
            "m.settled_by) FROM messages m WHERE m.visibility IN ('hidden', 'deleted_by_us') "
            "AND m.settled_at >= ? AND m.settled_at < ? AND m.settled_at <= ? "
            "AND m.contact_id IS NOT NULL ORDER BY m.id",
            (span.since, span.until, span.moment),
        ):
            self._fact(Kind.MESSAGE, id_, thread, created, max(created, at), by, "moderated")
        for id_, thread, created, at in db.execute(
            "SELECT m.id, m.thread_id, m.created_at, m.edited_at FROM messages m "
            "WHERE m.edited_at >= ? AND m.edited_at < ? AND m.edited_at <= ? "
            "AND m.contact_id IS NOT NULL AND EXISTS (SELECT 1 FROM waits w WHERE "
            "w.thread_id = m.thread_id AND w.contact_id = m.contact_id "
            "AND w.outcome IN ('replied', 'replied_elsewhere') AND w.ended_at <= m.edited_at "
            "AND w.ended_at >= m.created_at) ORDER BY m.id",
            (span.since, span.until, span.moment),
        ):
            self._fact(Kind.MESSAGE, id_, thread, created, at, "", "edited")

    def _outbox(self, db: Connection) -> None:
        span = self._span
        for id_, thread, created, at, by, answers in db.execute(
            "SELECT id, thread_id, created_at, sent_at, actor, answers FROM outbox "
            "WHERE actor >= 'rule:' AND actor < 'rule;' AND verb IN ('reply', 'private_reply') "
            "AND state = 'sent' AND sent_at >= ? AND sent_at < ? AND sent_at <= ? ORDER BY id",
            (span.since, span.until, span.moment),
        ):
            verb = "answer" if answers else "acknowledgement"
            self._fact(Kind.OUTBOX, id_, thread, created, at, by, verb)

    def _decisions(self, db: Connection) -> None:
        span = self._span
        bounds = (span.since, span.until, span.moment)
        for id_, thread, at, by, verb in db.execute(
            "SELECT d.id, coalesce(d.thread_id, b.thread_id), d.at, d.actor, d.verb "
            "FROM decisions d LEFT JOIN decisions b ON d.verb = 'undo' "
            "AND b.id = json_extract(d.args, '$.decision') "
            "WHERE d.verb IN ('reopen', 'undo') AND d.undone = 0 "
            "AND d.at >= ? AND d.at < ? AND d.at <= ? ORDER BY d.id",
            bounds,
        ):
            self._fact(Kind.DECISION, id_, thread, at, at, by, verb)
        found = self._found[Kind.DECISION, Basis.REPLY]
        for id_, thread, at, by, similarity in db.execute(
            "SELECT d.id, d.thread_id, u.at, d.actor, u.similarity FROM snippet_uses u "
            "JOIN decisions d ON d.id = u.decision_id WHERE u.at >= ? AND u.at < ? AND u.at <= ? "
            "AND EXISTS (SELECT 1 FROM outbox o WHERE o.thread_id = d.thread_id "
            "AND o.decision_id = d.id AND o.state = 'sent') ORDER BY d.id",
            bounds,
        ):
            fact = self._fact(Kind.DECISION, id_, thread, at, at, by, "snippet")
            if fact is not None:
                found[-1] = fact._replace(similarity=similarity)


PRIVATE = ("dm", "email", "call")
"""Contact points at which every answer is private."""


class _Place(NamedTuple):
    channel: str
    point: str
    colour: str
    team: str
    campaign: str


def _places(db: Connection, brand: str) -> dict[int, _Place]:
    """Where each thread is, those of one brand or all (''); a post counts for one campaign."""
    posts: dict[int, str] = dict(
        db.execute(
            "SELECT p.id, min(c.campaign) FROM posts p "
            "JOIN campaign_posts c ON c.platform_id = p.platform_id GROUP BY p.id"
        ).fetchall()
    )
    shared: dict[tuple[str, ...], _Place] = {}
    places: dict[int, _Place] = {}
    for id_, post, *where in db.execute(
        "SELECT t.id, t.post_id, c.key, t.point, t.colour, t.team FROM threads t "
        "JOIN channels c ON c.id = t.channel_id WHERE ? IN ('', c.brand)",
        (brand,),
    ):
        key = (*where, posts.get(post, ""))
        place = shared.get(key)
        if place is None:
            place = shared[key] = _Place(*key)
        places[id_] = place
    return places


def _person(by: str) -> str:
    actor = Actor.parse(by)
    return actor.name if actor.kind == "moderator" else ""


def _hands(db: Connection) -> Mapping[int, list[Millis]]:
    """When a thread went from one moderator to another."""
    before: dict[int, str] = {}
    changes: dict[int, list[Millis]] = defaultdict(list)
    read: dict[str, str] = {}  # a batch says the same of many
    for thread, at, args in db.execute(
        "SELECT thread_id, at, args FROM decisions WHERE verb = 'assign' AND undone = 0 "
        "AND thread_id IS NOT NULL ORDER BY id"
    ):
        if args not in read:
            read[args] = str(json.loads(args).get("assignee") or "")
        to = read[args]
        if to:
            if before.get(thread, to) != to:
                changes[thread].append(at)
            before[thread] = to
    return changes


def _changes(moments: list[Millis] | None, began: Millis, at: Millis | None) -> int:
    if not moments:
        return 0
    end = len(moments) if at is None else bisect_left(moments, at)
    return max(0, end - bisect_left(moments, began))
