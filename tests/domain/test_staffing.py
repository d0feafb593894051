"""A day played again: what can be worked out by hand is so, and queueing theory agrees."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.model import DAY, HOUR, MINUTE, SECOND, Colour
from carecli.domain.staffing import (
    Arrival,
    HandlingTimes,
    Kind,
    StaffingPeriod,
    WorkingHours,
    erlang_wait,
    simulate,
)

GREEN: Kind = (Colour.GREEN, "dm")
RED: Kind = (Colour.RED, "dm")
ALWAYS = WorkingHours([0], [10_000 * DAY])
OFFICE = WorkingHours([8 * HOUR, DAY + 8 * HOUR], [16 * HOUR, DAY + 16 * HOUR])


def ten_minutes(_: Kind) -> int:
    return 10 * MINUTE


def test_the_most_urgent_goes_first_and_nobody_is_interrupted() -> None:
    arrivals = [
        Arrival(0, DAY, GREEN),
        Arrival(MINUTE, DAY, GREEN),
        Arrival(2 * MINUTE, 6 * HOUR, (Colour.YELLOW, "dm")),
        Arrival(3 * MINUTE, 2 * HOUR, RED),
    ]
    done = simulate(arrivals, 1, ALWAYS, ten_minutes)
    assert done.answered == ([10 * MINUTE, 40 * MINUTE, 30 * MINUTE, 20 * MINUTE])
    assert simulate(arrivals, 2, ALWAYS, ten_minutes).answered == [
        10 * MINUTE,
        11 * MINUTE,
        21 * MINUTE,
        20 * MINUTE,
    ]


def test_nobody_begins_after_closing_time_but_who_has_begun_finishes() -> None:
    late = 16 * HOUR
    arrivals = [Arrival(late - 5 * MINUTE, DAY, GREEN), Arrival(late - MINUTE, DAY, GREEN)]
    done = simulate(arrivals, 1, OFFICE, ten_minutes)
    assert done.answered == [late + 5 * MINUTE, DAY + 8 * HOUR + 10 * MINUTE]
    assert done.share(arrivals) == 0.5


def test_what_waited_before_is_work_but_is_not_judged() -> None:
    arrivals = [Arrival(0, 0, GREEN, counts=False), Arrival(0, 20 * MINUTE, GREEN)]
    done = simulate(arrivals, 1, ALWAYS, ten_minutes)
    assert (done.answered, done.share(arrivals)) == ([None, 20 * MINUTE], 1.0)


def test_what_is_left_when_nobody_works_any_more_is_late() -> None:
    arrivals = [Arrival(17 * HOUR + DAY, 19 * HOUR + DAY, RED)]
    for people in (1, None):
        assert simulate(arrivals, people, OFFICE, ten_minutes).share(arrivals) == 0.0


def test_a_team_without_end_shows_what_no_team_can_better() -> None:
    """Of four reds, one comes at night and cannot be answered within two hours."""
    moments = [9 * HOUR, 9 * HOUR, 9 * HOUR, 20 * HOUR]
    arrivals = [Arrival(at, at + 2 * HOUR, RED) for at in moments]
    day = StaffingPeriod(
        arrivals, OFFICE, HandlingTimes({}, {Colour.RED: HOUR}), 0, DAY, playings=2
    )
    assert day.outlook(None).shares == {Colour.GREEN: None, Colour.YELLOW: None, Colour.RED: 0.75}
    assert day.smallest(0.95, most=100) is None
    best = day.smallest(0.75, most=100)
    assert best is not None
    assert (best.people, best.share, best.least) == (2, 0.75, 0.75)
    assert day.outlook(1).share == 0.5
    assert best.busy == pytest.approx(4 / 16)
    assert best.longest == 13 * HOUR


def test_the_smallest_team_is_the_first_that_keeps_up() -> None:
    """Six threads of an hour at once, due in two: three people, and no fewer."""
    arrivals = [Arrival(0, 2 * HOUR, GREEN)] * 6
    day = StaffingPeriod(arrivals, ALWAYS, HandlingTimes({GREEN: [HOUR]}, {}), 0, DAY)
    found = day.smallest(1.0, most=100)
    assert found is not None
    assert found.people == 3
    assert day.smallest(1.0, most=2) is None


def test_the_same_seed_plays_the_same_day() -> None:
    spans = HandlingTimes({GREEN: [MINUTE, HOUR, 2 * HOUR]}, {})
    arrivals = [Arrival(n * MINUTE, n * MINUTE + 2 * HOUR, GREEN) for n in range(50)]
    one, same, other = (
        StaffingPeriod(arrivals, ALWAYS, spans, 0, DAY, seed=seed).outlook(4) for seed in (7, 7, 8)
    )
    assert one == same
    assert one != other


def exponential(mean: float, seed: int) -> Callable[[Kind], int]:
    chance = Random(seed)
    return lambda _: round(chance.expovariate(1 / mean))


@pytest.mark.parametrize("people", [1, 2, 5])
def test_queueing_theory_agrees(people: int) -> None:
    """Arrivals by chance, exponential spans, four fifths of the time worked: Erlang's C formula."""
    chance = Random(people)
    span, n = 100 * SECOND, 60_000
    arriving = 0.8 * people / span
    at, arrivals = 0.0, []
    for _ in range(n):
        at += chance.expovariate(arriving)
        arrivals.append(Arrival(round(at), round(at), GREEN))
    done = simulate(arrivals, people, ALWAYS, exponential(span, seed=100 + people))
    begun = sum(end - one.began for one, end in zip(arrivals, done.answered, strict=True) if end)
    _, expected = erlang_wait(arriving, span, people)
    assert (begun - done.worked) / n == pytest.approx(expected, rel=0.08)


@pytest.mark.parametrize(
    ("load", "people", "waits"),
    [(0.5, 1, 0.5), (1.0, 2, 1 / 3), (4.0, 5, 0.5541), (8.0, 10, 0.4092)],
)
def test_erlangs_formula_gives_the_known_figures(load: float, people: int, waits: float) -> None:
    """With one person it is the load, with two load² / (2 + load); the others are from tables."""
    chance, mean = erlang_wait(load, 1.0, people)
    assert chance == pytest.approx(waits, abs=5e-5)
    assert mean == pytest.approx(waits / (people - load), abs=1e-4)


def test_more_work_than_people_can_do_waits_for_ever() -> None:
    assert erlang_wait(2.0, 1.0, 2) == (1.0, float("inf"))


@given(
    st.lists(st.tuples(st.integers(0, DAY), st.sampled_from([GREEN, RED])), min_size=1),
    st.integers(1, 6),
)
def test_every_wait_is_answered_once_and_by_nobody_who_is_busy(
    came: list[tuple[int, Kind]], people: int
) -> None:
    arrivals = sorted(Arrival(at, at + HOUR, kind) for at, kind in came)
    done = [
        end for end in simulate(arrivals, people, ALWAYS, ten_minutes).answered if end is not None
    ]
    assert len(done) == len(arrivals)
    begun = sorted(end - 10 * MINUTE for end in done)
    assert all(end - 10 * MINUTE >= one.began for one, end in zip(arrivals, done, strict=True))
    for n in range(len(begun) - people):
        assert begun[n + people] >= begun[n] + 10 * MINUTE


@given(st.lists(st.integers(0, 4 * HOUR), min_size=1, max_size=40))
def test_nobody_waits_longer_in_all_where_more_people_work(came: list[int]) -> None:
    arrivals = [Arrival(at, at + HOUR, GREEN) for at in sorted(came)]
    totals = [
        sum(end or 0 for end in simulate(arrivals, people, ALWAYS, ten_minutes).answered)
        for people in (1, 2, 3, 50, None)
    ]
    assert totals == sorted(totals, reverse=True)
