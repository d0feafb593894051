"""The states of a delivery, and what becomes of one whose fate nobody knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.delivery import (
    BY_ITSELF,
    BY_PERSON,
    CANCELLED,
    FAILED,
    LOOKS,
    MOST_ATTEMPTS,
    OPEN,
    QUEUED,
    SENDING,
    SENT,
    UNKNOWN,
    DeliveryTraits,
    NextStep,
    next_step,
    sources,
    wait_after,
)
from carecli.domain.model import DeliveryState


def test_what_was_sent_stays_so_and_only_a_person_takes_up_what_ended() -> None:
    assert not BY_ITSELF[SENT] | BY_PERSON[SENT]
    for state in set(DeliveryState) - set(OPEN):
        assert not BY_ITSELF[state]
    assert BY_PERSON[FAILED] == {QUEUED, CANCELLED}


def test_nothing_is_sent_but_from_the_queue_and_nobody_touches_what_is_under_way() -> None:
    assert sources(SENDING) == (QUEUED,)
    assert not BY_PERSON[SENDING]
    assert set(sources(UNKNOWN)) == {SENDING, UNKNOWN}


def test_every_state_is_left_for_an_end() -> None:
    """From each state that is open some end can be reached, and every state from the queue."""
    for start in OPEN:
        reached, ways = {start}, [start]
        while ways:
            for after in BY_ITSELF[ways.pop()] - reached:
                reached.add(after)
                ways.append(after)
        assert {SENT, FAILED} <= reached
    assert set().union(*BY_ITSELF.values()) == set(DeliveryState)


@given(
    st.builds(
        DeliveryTraits,
        can_ask=st.booleans(),
        resend_is_safe=st.booleans(),
        is_taken_once=st.booleans(),
        shows_sent=st.booleans(),
        most_attempts=st.none() | st.just(MOST_ATTEMPTS),
    ),
    st.integers(1, len(LOOKS) + 2),
    st.integers(1, MOST_ATTEMPTS + 2),
    st.sampled_from(["", "you may not see that"]),
)
def test_nothing_is_sent_again_on_a_guess(
    traits: DeliveryTraits, looks: int, attempts: int, refusal: str
) -> None:
    step = next_step(traits, looks, attempts, refusal)
    doubles_nothing = traits.resend_is_safe or traits.is_taken_once
    is_seen = traits.can_ask and traits.shows_sent and not refusal and looks >= len(LOOKS)
    if step is NextStep.SEND_AGAIN:
        assert doubles_nothing or is_seen
    if step is NextStep.ASK_AGAIN:
        assert traits.can_ask
        assert looks < len(LOOKS), "the last look decides"
    if step is NextStep.CALL_PERSON:
        assert not doubles_nothing


@pytest.mark.parametrize(("failures", "wait"), [(0, 5), (1, 5), (2, 30), (3, 90), (9, 90)])
def test_waits_get_longer_up_to_the_last(failures: int, wait: int) -> None:
    assert wait_after(failures, (5, 30, 90)) == wait
