"""Waits: from a contact's first unanswered message until its end.

Waits are never edited; a pure function derives them from the messages of a thread and the decisions
about it. So messages read twice, in another order or years later give the same waits, undoing a
decision restores the exact state before, and `carecli rebuild` can verify it.

Rules:

- An inbound message opens a wait of its contact, or joins the open one.
- A reply of the brand ends the waits of those it answers (`domain.reply_target`). If that is
  unclear it ends none: the open waits go on, marked as unclear, until a person answers or confirms
  that they were answered outside.
- A reply that was deleted or hidden ends nothing: those it answered go on waiting, from the
  original start, unless another reply answers them.
- A message that is hidden, deleted or withdrawn needs no answer; when a wait has no other
  message left, it ends there.
- "No reply needed" ends every open wait, but only for messages carecli had seen by then. For a
  single message it is like hiding that message: the wait goes on if another one is left.
- Reopening continues the wait that ended last, from its original start.
- An edit after the end opens a new wait from the moment the edit was noticed.
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
    """The order of events with the same time.

    Platforms give times in whole seconds. A reply sorts before inbound messages of the same
    second, so that a question right after it is not lost, unless the reply answers one of them.
    """

    REPLY = 0
    INBOUND = 1
    LATE_REPLY = 2
    SETTLED = 3
    EDITED = 4
    DECIDED = 5


@dataclass(frozen=True, slots=True)
class WaitDecision:
    """A decision that ends waits, or reopens one (outcome None). `message` None: all waits.

    Outcome `replied_elsewhere`: a person confirmed that it was answered outside; with `message`,
    for the author of that message.
    """

    id: int
    at: Millis
    by: str
    outcome: Outcome | None
    reason: str = ""
    message: int | None = None


@dataclass(slots=True)
class Wait:
    """One wait; `ended_at` is None while it is open. `by` is who of us ended it, '' for nobody."""

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
    """When carecli learned of the end; the protocol in force then is applied to it."""
    unclear: int | None = None
    """While it is open: the newest answer from outside that may have answered it."""
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
        seen = [message.at for message in thread_messages if message.seen_at <= decision.at]
        at = max(seen) if seen else decision.at
        timeline.append((at, Rank.DECIDED, decision.id, decision))
    timeline.sort(key=itemgetter(0, 1, 2))

    tracker = ReplyTargetTracker(by_id, is_flat)
    waits: list[Wait] = []
    open_waits: dict[int, Wait] = {}
    for at, rank, _, item in timeline:
        if isinstance(item, WaitDecision):
            message_ = by_id.get(item.message) if item.message is not None else None
            if item.outcome is Outcome.REPLIED_ELSEWHERE:
                _answered_outside(item, message_, by_id, waits, open_waits)
            elif message_ is not None:
                assert item.outcome is not None
                _settle(message_, item.at, open_waits, item.outcome, item.by, item.reason)
            else:
                _decide(item, waits, open_waits)
        elif rank == Rank.INBOUND:
            tracker.add(item)
            _inbound(item, at, waits, open_waits)
        elif rank == Rank.SETTLED:
            tracker.remove(item)
            assert item.settled_as is not None
            _settle(item, at, open_waits, item.settled_as, item.settled_by)
        elif rank == Rank.EDITED:
            if item.contact not in open_waits and item.settled_at is None:
                _inbound(item, at, waits, open_waits)
        elif item.ends_waits and item.settled_at is None:
            _reply(item, tracker, open_waits)
    return waits


def answered_contacts(
    thread_messages: Sequence[ThreadMessage], *, is_flat: bool
) -> dict[int, frozenset[int] | None]:
    """For each message of the brand, by id, the contacts it answers; None if unclear."""
    by_id = {message.id: message for message in thread_messages}
    tracker = ReplyTargetTracker(by_id, is_flat)
    contacts: dict[int, frozenset[int] | None] = {}
    for _, rank, id_, item in sorted(_timeline(thread_messages, by_id), key=itemgetter(0, 1, 2)):
        assert isinstance(item, ThreadMessage)
        if rank == Rank.INBOUND:
            tracker.add(item)
        elif rank == Rank.SETTLED:
            tracker.remove(item)
        elif item.contact is None:
            contacts[id_] = tracker.targets(item)
    return contacts


def _timeline(
    thread_messages: Sequence[ThreadMessage], by_id: dict[int, ThreadMessage]
) -> list[Moment]:
    """The events of a thread, unsorted."""
    timeline: list[Moment] = []
    for message in thread_messages:
        if message.contact is None:
            rank = Rank.REPLY
            parent = by_id.get(message.parent) if message.parent is not None else None
            if parent is not None and parent.at == message.at:
                rank = Rank.LATE_REPLY
            timeline.append((message.at, rank, message.id, message))
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
    """Mark a message as needing no answer; ends the wait if no other message is left."""
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


def _reply(reply: ThreadMessage, tracker: ReplyTargetTracker, open_waits: dict[int, Wait]) -> None:
    targets = set(open_waits) if reply.to_everybody else tracker.targets(reply)
    if targets is None:
        for wait in open_waits.values():
            wait.unclear = reply.id
        return
    outcome = Outcome.REPLIED if reply.by else Outcome.REPLIED_ELSEWHERE
    for contact in targets:
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
    """End waits as answered by the unclear answer; later messages become new waits."""
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
        _continue_with(wait, later, waits, open_waits)


ANSWERED_OUTSIDE = "answered_outside"
"""The reason of a wait that a person marked as answered outside."""


def _continue_with(
    wait: Wait, later: Sequence[ThreadMessage], waits: list[Wait], open_waits: dict[int, Wait]
) -> None:
    """Open a new wait for the messages that came after the end of a wait."""
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
        _continue_with(wait, unseen, waits, open_waits)
