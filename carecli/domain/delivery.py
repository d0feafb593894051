"""Deliveries: something to be done once on something outside, and what is known of it.

A reply on a platform, the mail of a report and an event told to a hook are deliveries. Whatever
they are, they go through the same states:

    queued    to be done, not before a moment
    sending   an attempt is under way; written down before the call
    sent      it happened
    failed    it did not happen, and will not unless a person says so
    unknown   nobody knows whether it happened: the other side is asked
    cancelled nobody wants it any more
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from carecli.domain.model import SECOND, DeliveryState, Millis

QUEUED, SENDING, SENT, FAILED, UNKNOWN, CANCELLED = DeliveryState

OPEN = (QUEUED, SENDING, UNKNOWN)
"""Not at its end yet."""

BY_ITSELF: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    # sent: an earlier attempt turned out to have arrived; cancelled: a later wish took its place
    QUEUED: frozenset({QUEUED, SENDING, SENT, FAILED, CANCELLED}),
    SENDING: frozenset({SENT, QUEUED, FAILED, UNKNOWN}),
    # unknown again: the other side was asked and does not show it yet
    UNKNOWN: frozenset({UNKNOWN, SENT, QUEUED, FAILED, CANCELLED}),
    SENT: frozenset(),
    FAILED: frozenset(),
    CANCELLED: frozenset(),
}
"""Where a delivery may go from each state without a person."""

BY_PERSON: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    QUEUED: frozenset({CANCELLED}),
    SENDING: frozenset(),
    SENT: frozenset(),
    FAILED: frozenset({QUEUED, CANCELLED}),
    UNKNOWN: frozenset({QUEUED, CANCELLED}),
    CANCELLED: frozenset({QUEUED}),
}
"""Where a person may put a delivery: take it back, try it again, drop it, undo that."""


def sources(
    state: DeliveryState, moves: Mapping[DeliveryState, frozenset[DeliveryState]] = BY_ITSELF
) -> tuple[DeliveryState, ...]:
    """The states from which a delivery may get to this one."""
    return tuple(before for before, after in moves.items() if state in after)


LOOKS: tuple[Millis, ...] = (
    5 * SECOND,
    25 * SECOND,
    90 * SECOND,
    180 * SECOND,
    300 * SECOND,
)
"""Waits before the looks for a delivery of unknown fate: 5, 30, 120, 300 and 600 s after it.

The last look decides: whatever the other side answers then, its fate is unknown no more.
"""

MOST_ATTEMPTS = 5
"""Attempts of unknown fate after which a person is called, whatever the other side shows."""


@dataclass(frozen=True, slots=True)
class DeliveryTraits:
    """What the other side of a delivery can do.

    `can_ask`: it can be asked whether something arrived. `asks_first`: it is asked before every
    further attempt too. `resend_is_safe`: it knows our key, or doing it again changes nothing.
    `is_taken_once`: it refuses to do it a second time. `shows_sent`: what it does not show at the
    last look surely did not arrive. `most_attempts` is after how many attempts of unknown fate a
    person is called; None: never.
    """

    can_ask: bool = True
    asks_first: bool = True
    resend_is_safe: bool = False
    is_taken_once: bool = False
    shows_sent: bool = True
    most_attempts: int | None = MOST_ATTEMPTS


class NextStep(Enum):
    """What becomes of a delivery of unknown fate that the other side does not show."""

    ASK_AGAIN = "ask again"
    SEND_AGAIN = "send again"
    CALL_PERSON = "call a person"


def next_step(traits: DeliveryTraits, looks: int, attempts: int, refusal: str) -> NextStep:
    """What to do after so many looks; `refusal` is why the other side will not tell, if so.

    It is sent again only where that doubles nothing, or where the other side shows what was sent
    and was asked long enough.
    """
    if traits.resend_is_safe:
        return NextStep.SEND_AGAIN
    if traits.can_ask and looks < len(LOOKS):
        return NextStep.ASK_AGAIN
    if traits.is_taken_once:
        return NextStep.SEND_AGAIN
    is_sure = traits.can_ask and traits.shows_sent and not refusal
    is_tired = traits.most_attempts is not None and attempts >= traits.most_attempts
    return NextStep.SEND_AGAIN if is_sure and not is_tired else NextStep.CALL_PERSON


def wait_after(failures: int, waits: Sequence[Millis]) -> Millis:
    """The wait after so many failures in a row; the last one of `waits` is for all further."""
    return waits[min(max(failures, 1), len(waits)) - 1]
