"""The wait: from a contact's first unanswered message until it ends.

Waits are never edited; they are derived, by one pure function, from what was said in a thread
and what was decided about it. So a page read twice, in another order or years later gives the
same waits, taking a decision back restores exactly what was, and `carecli rebuild` can prove it.

How the timeline runs:

- An inbound message opens a wait of its contact, or joins the open one.
- A reply of the brand ends the waits of those it answers (`domain.reply_target`). Where that can't
  be told it ends nobody's: the waits that were open by then go on, marked as unclear, until a
  person answers or says that they were answered outside.
- A reply that was deleted or hidden ends nothing: whoever it answered waits on, from the original
  start, unless another reply answers them.
- A message that is hidden, deleted or withdrawn needs no answer; when a wait has no other
  message left, it ends there.
- "No reply needed" ends every open wait, but only for messages carecli had seen by then. Said
  of one message, it is like hiding that message: the wait goes on where another one is left.
- Reopening makes the wait that ended last go on, from its original start.
- An edit after the end is a new question: a wait from the moment the edit was noticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from operator import itemgetter

from carecli.domain.model import Millis, Outcome
from carecli.domain.reply_target import ReplyTargetTracker
from carecli.domain.thread_message import ThreadMessage


class Rank(IntEnum):
    """Order of what happened in the same millisecond.

    Platforms tell whole seconds. A reply sorts before inbound messages of its own second, so
    that a question asked right behind it is not lost, unless it answers one of them.
    """

    REPLY = 0
    INBOUND = 1
    LATE_REPLY = 2
    SETTLED = 3
    EDITED = 4
    DECIDED = 5


@dataclass(frozen=True, slots=True)
class WaitDecision:
    """A decision that ends or reopens waits: outcome None reopens. `message` None: about all.

    Outcome `replied_elsewhere`: a person looked, and says that it was answered outside; with
    `message`, all that its author waits for.
    """

    id: int
    at: Millis
    by: str
    outcome: Outcome | None
    reason: str = ""
    message: int | None = None


@dataclass(slots=True)
class Wait:
    """One wait; `ended_at` None while it is open. `by` is who ended it, '' for nobody of us."""

    contact: int
    started_at: Millis
    first_message: int
    last_message: int
    ended_at: Millis | None = None
    outcome: Outcome | None = None
    reason: str = ""
    by: str = ""
    answer: int | None = None
    noticed_at: Millis | None = None
    """When carecli knew of the end; what the protocol said then is how it was judged."""
    unclear: int | None = None
    """While it is open: the newest answer from outside that may or may not have been to it."""
    _open: list[ThreadMessage] = field(default_factory=list, repr=False, compare=False)
    _original_start: Millis = field(default=0, repr=False, compare=False)

    def _end(
        self,
        at: Millis,
        outcome: Outcome,
        by: str,
        *,
        noticed_at: Millis,
        reason: str = "",
        answer: int | None = None,
    ) -> None:
        self.ended_at, self.outcome, self.by = at, outcome, by
        self.reason, self.answer, self.noticed_at = reason, answer, noticed_at
        self.unclear = None

    def _reopen(self) -> None:
        self.ended_at = self.outcome = self.answer = self.noticed_at = None
        self.by = self.reason = ""


Moment = tuple[Millis, int, int, ThreadMessage | WaitDecision]


def derive_waits(
    thread_messages: Sequence[ThreadMessage],
    decided: Sequence[WaitDecision] = (),
    *,
    is_flat: bool = False,
) -> list[Wait]:
    """All waits of a thread, in the order they started; `is_flat` as in `domain.reply_target`."""
    if len(thread_messages) == 1 and not decided:
        only = thread_messages[0]
        if only.contact is not None and only.settled_at is None and only.edited_at is None:
            return [Wait(only.contact, only.at, only.id, only.id)]
    by_id = {message.id: message for message in thread_messages}
    timeline = _timeline(thread_messages, by_id)
    for decision in decided:
        seen = [m.at for m in thread_messages if m.seen_at <= decision.at]
        at = max(seen) if seen else decision.at
        timeline.append((at, Rank.DECIDED, decision.id, decision))
    timeline.sort(key=itemgetter(0, 1, 2))

    listener = ReplyTargetTracker(by_id, is_flat)
    waits: list[Wait] = []
    open_waits: dict[int, Wait] = {}
    for at, rank, _, item in timeline:
        if isinstance(item, WaitDecision):
            one = by_id.get(item.message) if item.message is not None else None
            if item.outcome is Outcome.REPLIED_ELSEWHERE:
                _answered_outside(item, one, by_id, waits, open_waits)
            elif one is not None:
                assert item.outcome is not None
                _settle(one, item.at, open_waits, item.outcome, item.by, item.reason)
            else:
                _decide(item, waits, open_waits)
        elif rank == Rank.INBOUND:
            listener.hear(item)
            _inbound(item, at, waits, open_waits)
        elif rank == Rank.SETTLED:
            listener.forget(item)
            assert item.settled_as is not None
            _settle(item, at, open_waits, item.settled_as, item.settled_by)
        elif rank == Rank.EDITED:
            if item.contact not in open_waits and item.settled_at is None:
                _inbound(item, at, waits, open_waits)
        elif item.ends_waits and item.settled_at is None:
            _reply(item, listener, open_waits)
    return waits


def answered_contacts(
    thread_messages: Sequence[ThreadMessage], *, is_flat: bool
) -> dict[int, frozenset[int] | None]:
    """For each message of the brand, by id: the contacts it answers, None where nobody can tell."""
    by_id = {message.id: message for message in thread_messages}
    listener = ReplyTargetTracker(by_id, is_flat)
    found: dict[int, frozenset[int] | None] = {}
    for _, rank, id_, item in sorted(_timeline(thread_messages, by_id), key=itemgetter(0, 1, 2)):
        assert isinstance(item, ThreadMessage)
        if rank == Rank.INBOUND:
            listener.hear(item)
        elif rank == Rank.SETTLED:
            listener.forget(item)
        elif item.contact is None:
            found[id_] = listener.whom(item)
    return found


def _timeline(
    thread_messages: Sequence[ThreadMessage], by_id: dict[int, ThreadMessage]
) -> list[Moment]:
    """What happened in a thread, not yet in order."""
    timeline: list[Moment] = []
    for message in thread_messages:
        if message.contact is None:
            place = Rank.REPLY
            parent = by_id.get(message.parent) if message.parent is not None else None
            if parent is not None and parent.at == message.at:
                place = Rank.LATE_REPLY
            timeline.append((message.at, place, message.id, message))
            continue
        timeline.append((message.at, Rank.INBOUND, message.id, message))
        if message.settled_at is not None:
            settled_at = max(message.settled_at, message.at)
            timeline.append((settled_at, Rank.SETTLED, message.id, message))
        if message.edited_at is not None:
            timeline.append((message.edited_at, Rank.EDITED, message.id, message))
    return timeline


def _inbound(
    message: ThreadMessage, at: Millis, waits: list[Wait], open_waits: dict[int, Wait]
) -> None:
    contact = message.contact
    assert contact is not None
    wait = open_waits.get(contact)
    if wait is None:
        wait = Wait(contact, at, message.id, message.id)
        wait._original_start = at
        open_waits[contact] = wait
        waits.append(wait)
    wait.last_message = message.id
    wait._open.append(message)


def _settle(
    message: ThreadMessage,
    at: Millis,
    open_waits: dict[int, Wait],
    outcome: Outcome,
    by: str,
    reason: str = "",
) -> None:
    """A message needs no answer any more; a wait without another one ends."""
    assert message.contact is not None
    wait = open_waits.get(message.contact)
    if wait is None or message not in wait._open:
        return
    wait._open.remove(message)
    if wait._open:
        first = wait._open[0]
        wait.started_at, wait.first_message = first.at, first.id
        return
    wait.started_at = wait._original_start
    wait._end(at, outcome, by, noticed_at=at, reason=reason)
    wait._open.append(message)
    del open_waits[message.contact]


def _reply(reply: ThreadMessage, listener: ReplyTargetTracker, open_waits: dict[int, Wait]) -> None:
    whom = set(open_waits) if reply.to_everybody else listener.whom(reply)
    if whom is None:
        for wait in open_waits.values():
            wait.unclear = reply.id
        return
    outcome = Outcome.REPLIED if reply.by else Outcome.REPLIED_ELSEWHERE
    for contact in whom:
        if contact in open_waits:
            wait = open_waits.pop(contact)
            wait._end(reply.at, outcome, reply.by, noticed_at=reply.seen_at, answer=reply.id)


def _answered_outside(
    decision: WaitDecision,
    about: ThreadMessage | None,
    by_id: dict[int, ThreadMessage],
    waits: list[Wait],
    open_waits: dict[int, Wait],
) -> None:
    """Whoever wrote before the unclear answer was answered by it; what came later still waits."""
    for contact, wait in list(open_waits.items()):
        if about is not None and contact != about.contact:
            continue
        answer = by_id.get(wait.unclear) if wait.unclear is not None else None
        until = answer.at if answer is not None else decision.at
        later = [m for m in wait._open if m.at > until or m.seen_at > decision.at]
        if len(later) == len(wait._open):
            continue
        del open_waits[contact]
        wait._end(
            until,
            Outcome.REPLIED_ELSEWHERE,
            "",
            noticed_at=decision.at,
            reason=ANSWERED_OUTSIDE,
            answer=answer.id if answer is not None else None,
        )
        _go_on(wait, later, waits, open_waits)


ANSWERED_OUTSIDE = "answered_outside"
"""Reason of a wait that a person says was answered outside; no platform tells that."""


def _go_on(
    wait: Wait, later: Sequence[ThreadMessage], waits: list[Wait], open_waits: dict[int, Wait]
) -> None:
    """Messages that the end of a wait did not reach are a new wait."""
    if not later:
        return
    wait._open = [message for message in wait._open if message not in later]
    wait.last_message = wait._open[-1].id
    for message in later:
        _inbound(message, message.at, waits, open_waits)


def _decide(decision: WaitDecision, waits: list[Wait], open_waits: dict[int, Wait]) -> None:
    if decision.outcome is None:
        ended = [wait for wait in waits if wait.ended_at is not None]
        if ended:
            last = max(ended, key=lambda wait: (wait.noticed_at or 0, wait.first_message))
            if last.contact not in open_waits:
                last._reopen()
                open_waits[last.contact] = last
        return
    for contact, wait in list(open_waits.items()):
        unseen = [message for message in wait._open if message.seen_at > decision.at]
        if unseen and len(unseen) == len(wait._open):
            continue
        del open_waits[contact]
        wait._end(
            decision.at,
            decision.outcome,
            decision.by,
            noticed_at=decision.at,
            reason=decision.reason,
        )
        _go_on(wait, unseen, waits, open_waits)
