"""The facts that KPIs are computed from, read in one scan per kind."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from carecli.domain.errors import QueryCancelled
from carecli.domain.kpi import (
    EXCUSING,
    PACE_OVER,
    SOON,
    Basis,
    Fact,
    FactKind,
    FactPlace,
    Trait,
    bucket_of,
)
from carecli.domain.model import Colour, Millis
from carecli.domain.protocol import Clock, Protocol
from carecli.store.policies import Policies
from carecli.store.scope import EVERYTHING, Scope

Progress = Callable[[int, int], bool]
"""Told how much was read of how much there is to read; False ends it."""

LOT = 4096
"""Rows between two tellings of progress."""


@dataclass(frozen=True, slots=True)
class Span:
    """A period, half open, looked at from a moment: what came after `moment` has not happened.

    `protocol` judges all waits by another protocol than the one each was judged by. `scope` tells
    of which threads, where not of all.
    """

    since: Millis
    until: Millis
    moment: Millis
    brand: str = ""
    protocol: Protocol | None = None
    scope: Scope = EVERYTHING

    @property
    def edge(self) -> Millis:
        """The end of the period, or the moment within it."""
        return min(self.until, self.moment)


class KpiFacts:
    """All facts of a period, by kind and basis. Raises GivenUp once `progress` says so."""

    def __init__(
        self, db: Connection, span: Span, progress: Progress = lambda _read, _of: True
    ) -> None:
        self._found: dict[tuple[FactKind, Basis], list[Fact]] = defaultdict(list)
        self._span = span
        self._progress = progress
        self._places = Places(db, span.brand)
        self._shown = _shown(db, span.scope)
        self._traits: dict[tuple[Any, ...], Trait] = {}
        self._waits(db)
        self._messages(db)
        self._outbox(db)
        self._decisions(db)

    @property
    def span(self) -> Span:
        """The period they are of."""
        return self._span

    def of(self, kind: FactKind, basis: Basis) -> list[Fact]:
        """Facts of a kind that the basis places in the period, by id."""
        return self._found[kind, basis]

    def _trait(self, *fields: Any) -> Trait:
        found = self._traits.get(fields)
        if found is None:
            found = self._traits[fields] = Trait(*fields)
        return found

    def _rows(
        self, db: Connection, sql: str, args: tuple[Millis, ...]
    ) -> Iterator[tuple[Any, ...]]:
        """Rows of waits, while progress is told."""
        (of,) = db.execute("SELECT count(*) FROM waits").fetchone()
        rows = db.execute(sql, args)
        rows.arraysize = LOT
        read = 0
        while some := rows.fetchmany():
            yield from some
            read += len(some)
            if not self._progress(min(read, of), of):
                raise QueryCancelled("The report was given up.", hint="Ask again.")

    def _waits(self, db: Connection) -> None:
        span, places = self._span, self._places
        since, until, moment, edge = span.since, span.until, span.moment, span.edge
        reach = min(since, edge - PACE_OVER)
        judge = Judge(db, span)
        hands, touches = _hands(db), _touches(db, since, moment)
        private = set(
            db.execute(
                "SELECT thread_id, sent_at FROM outbox "
                "WHERE verb = 'private_reply' AND state = 'sent' AND sent_at >= ?",
                (since,),
            )
        )
        cohort = self._found[FactKind.WAIT, Basis.ARRIVAL]
        workload = self._found[FactKind.WAIT, Basis.REPLY]
        standing: list[Fact] = []
        traits, pace = self._traits, 0
        for (
            id_,
            thread,
            began,
            at,
            colour,
            deadline,
            outcome,
            reason,
            by,
            nth,
            answer,
            noticed,
            seen,
            channel,
            point,
            team,
            post,
        ) in self._rows(
            db,
            "SELECT w.id, w.thread_id, w.started_at, w.ended_at, w.colour, w.deadline, w.outcome, "
            "w.reason, w.ended_by, w.ordinal, w.answer_id, w.noticed_at, m.seen_at, "
            "t.channel_id, t.point, t.team, t.post_id FROM waits w "
            "CROSS JOIN messages m ON m.id = w.first_message_id "
            "CROSS JOIN threads t ON t.id = w.thread_id "
            "WHERE w.started_at < ? AND w.started_at <= ? "
            "AND (w.started_at >= ? OR w.ended_at IS NULL OR w.ended_at >= ?) ORDER BY w.id",
            (until, moment, since, reach),
        ):
            place = places.get(channel, point, team, post)
            if place is None or (self._shown is not None and thread not in self._shown):
                continue
            if at is not None and at > moment:
                at, noticed, outcome, reason, by = None, None, "", "", ""
            if span.protocol is not None:
                deadline = span.protocol.deadline(Colour(colour), began)
            kind, _, name = by.partition(":")
            is_by_us = kind == "moderator"
            lag = seen - began if seen > began else 0
            is_private = (
                point in PRIVATE
                or (outcome == "replied_elsewhere" and answer is None)
                or (thread, at) in private
            )
            changed_hands = thread in hands and _between(hands[thread], began, at)
            if at is not None:
                clock = judge.clock(noticed, colour)
                took = at - began
                worked = took if clock is None else clock.worked(began, at)
            else:
                took = worked = 0
            touch = _first(touches.get(thread), began, at)
            key = (
                *(outcome, reason, "", is_by_us, kind == "rule", nth == 1),
                at is None and deadline < moment,
                at is None and moment <= deadline < moment + SOON,
                at is not None and at <= deadline,
                lag > EXCUSING * (deadline - began),
                is_private,
                touch is not None,
                changed_hands,
                False,
                bucket_of(took),
                bucket_of(worked),
            )
            trait = traits.get(key) or self._trait(*key)
            fact = Fact(
                *(FactKind.WAIT, id_, thread, place, colour, name if is_by_us else "", began, at),
                *(trait, deadline, lag, worked, 0 if touch is None else touch - began),
                rule=name if kind == "rule" else "",
            )
            if began >= since:
                cohort.append(fact)
            if at is not None and since <= at < until:
                workload.append(fact)
            if is_by_us and at is not None and edge - PACE_OVER <= at < edge:
                pace += 1
            if began < edge and (at is None or at >= edge):
                standing.append(fact)
        self._found[FactKind.WAIT, Basis.STANDING] = self._standing(standing, edge, pace)

    def _standing(self, facts: Iterable[Fact], edge: Millis, pace: int) -> list[Fact]:
        """Waits as they stood at the end; each cleared after those with a nearer deadline."""
        queue = sorted(facts, key=lambda fact: (fact.deadline, fact.id))
        found: list[Fact] = []
        for place, fact in enumerate(queue, 1):
            nth, late = fact.trait.is_first, fact.trait.is_late_seen
            is_soon = edge <= fact.deadline < edge + SOON
            found.append(
                fact._replace(
                    at=edge,
                    moderator="",
                    rule="",
                    worked=0,
                    touch=0,
                    clears=place * PACE_OVER / pace if pace else 0,
                    trait=self._trait(
                        *("", "", "", False, False, nth, fact.deadline < edge, is_soon),
                        *(False, late, False, False, False, pace > 0, bucket_of(edge - fact.began)),
                        *(0, fact.began < self._span.since, fact.at is not None),
                    ),
                )
            )
        found.sort(key=lambda fact: fact.id)
        return found

    def _add(self, kind: FactKind, row: tuple[Any, ...], similarity: float = 0.0) -> None:
        """A fact that is no wait: id, when it began and was, by whom, its verb, its thread."""
        id_, began, at, by, verb, thread, channel, point, team, post, colour = row
        place = self._places.get(channel, point, team, post)
        if place is None or (self._shown is not None and thread not in self._shown):
            return
        who, _, name = by.partition(":")
        trait = self._trait("", "", verb, who == "moderator", who == "rule")
        self._found[kind, Basis.REPLY].append(
            Fact(
                *(kind, id_, thread, place, colour, name if who == "moderator" else ""),
                *(began, max(began, at), trait),
                similarity=similarity,
                rule=name if who == "rule" else "",
            )
        )

    @property
    def _bounds(self) -> tuple[Millis, Millis, Millis]:
        return self._span.since, self._span.until, self._span.moment

    def _messages(self, db: Connection) -> None:
        for row in db.execute(
            "SELECT m.id, m.created_at, m.settled_at, coalesce((SELECT o.actor "
            "FROM outbox o WHERE o.thread_id = m.thread_id AND o.message_id = m.id "
            "AND o.verb IN ('hide', 'delete') AND o.state = 'sent' ORDER BY o.id DESC LIMIT 1), "
            f"m.settled_by), 'moderated', {THREAD} FROM messages m "
            "CROSS JOIN threads t ON t.id = m.thread_id "
            "WHERE m.visibility IN ('hidden', 'deleted_by_us') "
            "AND m.settled_at >= ? AND m.settled_at < ? AND m.settled_at <= ? "
            # hidden before carecli saw it: when, nobody knows
            "AND (m.settled_at > m.created_at OR m.settled_by <> '') "
            "AND m.contact_id IS NOT NULL ORDER BY m.id",
            self._bounds,
        ):
            self._add(FactKind.MESSAGE, row)
        for row in db.execute(
            f"SELECT m.id, m.created_at, m.edited_at, '', 'edited', {THREAD} FROM messages m "
            "CROSS JOIN threads t ON t.id = m.thread_id "
            "WHERE m.edited_at >= ? AND m.edited_at < ? AND m.edited_at <= ? "
            "AND m.contact_id IS NOT NULL AND EXISTS (SELECT 1 FROM waits w WHERE "
            "w.thread_id = m.thread_id AND w.contact_id = m.contact_id "
            "AND w.outcome IN ('replied', 'replied_elsewhere') AND w.ended_at <= m.edited_at "
            "AND w.ended_at >= m.created_at) ORDER BY m.id",
            self._bounds,
        ):
            self._add(FactKind.MESSAGE, row)

    def _outbox(self, db: Connection) -> None:
        for row in db.execute(
            "SELECT o.id, o.created_at, o.sent_at, o.actor, "
            f"iif(o.answers, 'answer', 'acknowledgement'), {THREAD} FROM outbox o "
            "CROSS JOIN threads t ON t.id = o.thread_id "
            "WHERE o.actor >= 'rule:' AND o.actor < 'rule;' "
            "AND o.verb IN ('reply', 'private_reply') AND o.state = 'sent' "
            "AND o.sent_at >= ? AND o.sent_at < ? AND o.sent_at <= ? ORDER BY o.id",
            self._bounds,
        ):
            self._add(FactKind.OUTBOX, row)

    def _decisions(self, db: Connection) -> None:
        for row in db.execute(
            f"SELECT d.id, d.at, d.at, d.actor, d.verb, {THREAD} FROM decisions d "
            "LEFT JOIN decisions b ON d.verb = 'undo' "
            "AND b.id = json_extract(d.args, '$.decision') "
            "JOIN threads t ON t.id = coalesce(d.thread_id, b.thread_id) "
            "WHERE d.verb IN ('reopen', 'undo') AND d.undone = 0 "
            "AND d.at >= ? AND d.at < ? AND d.at <= ? ORDER BY d.id",
            self._bounds,
        ):
            self._add(FactKind.DECISION, row)
        for *row, similarity in db.execute(
            f"SELECT d.id, u.at, u.at, d.actor, 'snippet', {THREAD}, u.similarity "
            "FROM snippet_uses u JOIN decisions d ON d.id = u.decision_id "
            "JOIN threads t ON t.id = d.thread_id "
            "WHERE u.at >= ? AND u.at < ? AND u.at <= ? "
            "AND EXISTS (SELECT 1 FROM outbox o WHERE o.thread_id = d.thread_id "
            "AND o.decision_id = d.id AND o.state = 'sent') ORDER BY d.id",
            self._bounds,
        ):
            self._add(FactKind.DECISION, tuple(row), similarity)


PRIVATE = ("dm", "email", "call")
"""Contact points at which every answer is private."""

THREAD = "t.id, t.channel_id, t.point, t.team, t.post_id, t.colour"
"""What tells of a fact's thread."""


class Judge:
    """By which working hours a wait is measured: those in force when carecli knew of its end."""

    def __init__(self, db: Connection, span: Span) -> None:
        self._policies = Policies(db)
        self._only = span.protocol or (self._policies.present if self._policies.is_single else None)
        (first,) = db.execute("SELECT min(started_at) FROM waits").fetchone()
        self._reach = (first or span.moment, span.moment)
        self._clocks: dict[tuple[int, str], Clock | None] = {}

    def clock(self, noticed: Millis | None, colour: str) -> Clock | None:
        """The clock of a colour; None: it always runs."""
        protocol = self._only or self._policies.at(noticed)
        key = (id(protocol), colour)  # each of them lives as long as this
        if key not in self._clocks:
            calendar = protocol.rules[Colour(colour)].calendar
            self._clocks[key] = None if calendar is None else calendar.clock(*self._reach)
        return self._clocks[key]


class Places:
    """Where threads are, those of one brand or all (''); a post counts for one campaign."""

    def __init__(self, db: Connection, brand: str) -> None:
        self._channels: dict[int, tuple[str, str]] = {
            id_: (of, key)
            for id_, of, key in db.execute("SELECT id, brand, key FROM channels")
            if brand in ("", of)
        }
        self._posts: Mapping[int, str] = dict(
            db.execute(
                "SELECT p.id, min(c.campaign) FROM posts p "
                "JOIN campaign_posts c ON c.platform_id = p.platform_id GROUP BY p.id"
            ).fetchall()
        )
        self._known: dict[tuple[Any, ...], FactPlace | None] = {}

    def get(self, channel: int, point: str, team: str, post: int | None) -> FactPlace | None:
        """The place of a thread; None where it is of no matter."""
        key = (channel, point, team, self._posts.get(post, "") if post is not None else "")
        if key not in self._known:
            where = self._channels.get(channel)
            self._known[key] = None if where is None else FactPlace(*where, *key[1:])
        return self._known[key]


def _shown(db: Connection, scope: Scope) -> frozenset[int] | None:
    """The threads that are counted; None: all of them."""
    where, params = scope.where()
    if not where:
        return None
    return frozenset(id_ for (id_,) in db.execute(f"SELECT id FROM threads WHERE 1{where}", params))


def _hands(db: Connection) -> Mapping[int, list[Millis]]:
    """When a thread went from one moderator to another."""
    before: dict[int, str] = {}
    changes: dict[int, list[Millis]] = {}
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
                changes.setdefault(thread, []).append(at)
            before[thread] = to
    return changes


def _touches(db: Connection, since: Millis, moment: Millis) -> Mapping[int, list[Millis]]:
    """When moderators decided anything about a thread, also what they took back since."""
    found: dict[int, list[Millis]] = {}
    for thread, at in db.execute(
        "SELECT thread_id, at FROM decisions NOT INDEXED WHERE at >= ? AND at <= ? "
        "AND actor >= 'moderator:' AND actor < 'moderator;' AND thread_id IS NOT NULL ORDER BY id",
        (since, moment),
    ):
        if thread in found:
            found[thread].append(at)
        else:
            found[thread] = [at]
    return found


def _first(moments: list[Millis] | None, began: Millis, at: Millis | None) -> Millis | None:
    """The first of these moments while it waited."""
    if moments is None:
        return None
    place = bisect_left(moments, began)
    found = moments[place] if place < len(moments) else None
    return found if found is not None and (at is None or found <= at) else None


def _between(moments: list[Millis], began: Millis, at: Millis | None) -> bool:
    end = len(moments) if at is None else bisect_left(moments, at)
    return end > bisect_left(moments, began)
