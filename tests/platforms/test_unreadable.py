"""Places that fail by themselves: noted, left alone for longer each time, and told."""

from __future__ import annotations

from itertools import pairwise

import pytest

from carecli.domain.errors import (
    BehaviourBlocked,
    Gone,
    PermissionMissing,
    PlatformError,
    Throttled,
    TokenRefused,
    Transient,
)
from carecli.domain.model import HOUR, MINUTE
from carecli.platforms.unreadable import MAX_CONSECUTIVE_FAILURES, Unreadable

NOW = 1_795_255_200_000


def fail(error: Exception) -> None:
    """What reading a place comes to."""
    raise error


class Clock:
    now = NOW

    def __call__(self) -> int:
        return self.now


def test_an_error_of_one_place_is_noted_and_the_next_place_is_read() -> None:
    unreadable, read = Unreadable(Clock()), list[str]()
    for place in ("post 1", "post 2", "post 3"):
        with unreadable.at(place):
            if place == "post 2":
                raise PermissionMissing("no", hint="Ask for it.")
            read.append(place)
    assert read == ["post 1", "post 3"]
    [failing] = unreadable.take().failing
    assert (failing.place, failing.error, failing.hint) == ("post 2", "no", "Ask for it.")
    assert (failing.since, failing.tries) == (NOW, 1)
    assert not unreadable.take()


@pytest.mark.parametrize("error", [Transient("x", code="1"), PermissionMissing("no"), Gone("no")])
def test_it_is_tried_again_with_growing_distance(error: PlatformError) -> None:
    clock = Clock()
    unreadable, spans = Unreadable(clock), list[int]()
    for tries in range(1, 9):
        with unreadable.at("post 2"):
            fail(error)
        failing = unreadable.failing["post 2"]
        unreadable.load((failing,), ())
        assert failing.tries == tries
        assert failing.since == NOW
        assert unreadable.is_resting("post 2")
        spans.append(failing.next_try - clock.now)
        clock.now = failing.next_try
        assert unreadable.is_due("post 2")
        assert unreadable.due("post") == ["post 2"]
    assert all(sooner <= later for sooner, later in pairwise(spans))
    assert spans[0] < HOUR <= spans[-1] <= 6 * HOUR
    with unreadable.at("post 2"):
        pass
    assert unreadable.take().well == {"post 2"}


@pytest.mark.parametrize(
    "error", [TokenRefused("no"), Throttled("later", until=1), BehaviourBlocked("no")]
)
def test_what_concerns_the_whole_channel_is_raised(error: PlatformError) -> None:
    unreadable = Unreadable(Clock())
    with pytest.raises(type(error)), unreadable.at("post 2"):
        fail(error)
    assert not unreadable.take()


def test_a_network_that_is_down_is_no_places_fault() -> None:
    unreadable = Unreadable(Clock())
    with pytest.raises(Transient), unreadable.at("post 1"):
        fail(Transient("no answer"))
    assert not unreadable.failing
    unreadable.well("post 0")
    with unreadable.at("post 1"):
        fail(Transient("no answer"))
    assert list(unreadable.failing) == ["post 1"]


def test_many_passing_errors_in_a_row_end_the_pull() -> None:
    unreadable, busy = Unreadable(Clock()), Transient("busy", code="2")
    for number in range(1, MAX_CONSECUTIVE_FAILURES):
        with unreadable.at(f"post {number}"):
            fail(busy)
    with pytest.raises(Transient), unreadable.at("post 0"):
        fail(busy)


def test_those_that_failed_come_last() -> None:
    unreadable = Unreadable(Clock())
    with unreadable.at("post 1"):
        fail(PermissionMissing("no"))
    assert unreadable.in_order(["1", "2", "3"], lambda one: f"post {one}") == ["2", "3", "1"]


def test_a_payload_that_breaks_its_reader_is_one_places_trouble() -> None:
    unreadable = Unreadable(Clock())
    with unreadable.at("post 1"):
        fail(KeyError("id"))
    assert "could not process" in unreadable.failing["post 1"].error


def test_what_answers_three_times_that_it_is_not_there_is_forgotten() -> None:
    unreadable, error = Unreadable(Clock()), Gone("deleted")
    for _ in range(2):
        assert not unreadable.is_gone("conversation 1", error)
        with unreadable.at("conversation 1"):
            fail(error)
    assert unreadable.is_gone("conversation 1", error)
    assert "conversation 1" not in unreadable.failing


def test_a_refused_field_is_asked_for_again_after_a_day() -> None:
    clock = Clock()
    unreadable = Unreadable(clock)
    unreadable.refuse("comments", "attachment", "(#100) nonexisting field (attachment)")
    [refused] = unreadable.take().refused
    clock.now += 23 * HOUR
    unreadable.load((), (refused,))
    assert unreadable.refused_fields("comments") == {"attachment"}
    clock.now += HOUR + MINUTE
    unreadable.load((), (refused,))
    assert unreadable.refused_fields("comments") == set()
    unreadable.asked("comments")
    assert unreadable.take().granted == (refused,)
