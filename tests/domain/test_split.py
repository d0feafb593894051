"""A split covers each thread exactly once, and what it foretells is what a naive count says."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carecli.domain.backlog import COLOURS, Backlog, DayCount, Handling, Row, build_backlog
from carecli.domain.model import DAY, HOUR, MINUTE, SECOND, Colour, Millis
from carecli.domain.split import Method, Plan, ShiftPerson, days_between, make_plan

ZONE = "Europe/Warsaw"
START = 1_789_941_600_000
"""A Monday's midnight in Warsaw."""
END = START + 5 * DAY
NOW = START + 4 * DAY + 10 * HOUR
HANDLING = Handling({("green", "dm"): 4 * MINUTE, ("green", "comment"): 70 * SECOND})
WITHIN = {Colour.GREEN: DAY, Colour.YELLOW: 6 * HOUR, Colour.RED: 2 * HOUR}


def row(started_at: Millis, colour: str = "green", point: str = "dm") -> Row:
    return Row(started_at, started_at + WITHIN[Colour(colour)], f"{colour} {point}")


def made(rows: list[Row], now: Millis = NOW) -> Backlog:
    return build_backlog(sorted(rows), START, END, days_between(START, END, ZONE), now, HANDLING)


ROWS = st.lists(
    st.builds(
        Row,
        st.integers(START, END - 1),
        st.integers(START, END + DAY),
        st.sampled_from([f"{colour} {point}" for colour in COLOURS for point in ("dm", "comment")]),
    ),
    max_size=60,
)
ONE_A_MINUTE = st.lists(
    st.tuples(
        st.integers(0, 230), st.sampled_from(COLOURS), st.integers(110 * MINUTE, 145 * MINUTE)
    ),
    max_size=12,
    unique_by=lambda one: one[0],
).map(
    lambda some: [
        Row(NOW - minute * MINUTE, NOW - 2 * HOUR + span, f"{colour} dm")
        for minute, colour, span in some
    ]
)
"""Rows so far apart that each is alone in its cell."""

PEOPLE = st.lists(
    st.builds(
        ShiftPerson,
        st.just("p"),
        st.sampled_from([0.5, 1.0, 1.7]),
        st.sampled_from([None, NOW - HOUR, NOW + MINUTE, NOW + 3 * HOUR]),
    ),
    min_size=1,
    max_size=5,
)
MOVES = st.lists(
    st.tuples(st.integers(0, 4), st.integers(-30, 30), st.sampled_from([HOUR, 15 * MINUTE]))
)


def naive(rows: list[Row], start: Millis, end: Millis, days: tuple[Millis, ...]) -> list[DayCount]:
    found: dict[Millis, Counter[str]] = {day: Counter() for day in days}
    for one in rows:
        if start <= one.started_at < end:
            found[max(day for day in days if day <= one.started_at)][one.kind.split()[0]] += 1
    return [
        DayCount(day, tuple(some[colour] for colour in COLOURS))
        for day, some in found.items()
        if some
    ]


def covers_each_once(split: Plan, rows: list[Row]) -> None:
    days = split.backlog.days
    ends = [START, *split.borders]
    assert ends == sorted(ends)
    for share, start in zip(split.shares, ends, strict=False):
        assert share.start == start
        assert list(share.days) == naive(rows, share.start, share.end, days)
        assert share.total == sum(start <= row.started_at < share.end for row in rows)
    assert list(split.unassigned) == naive(rows, ends[-1], END, days)
    total = sum(share.total for share in split.shares)
    assert total + sum(day.total for day in split.unassigned) == len(rows)


@given(ROWS, PEOPLE, st.sampled_from(Method), MOVES)
def test_each_thread_is_in_exactly_one_share(
    rows: list[Row], people: list[ShiftPerson], method: Method, moves: list[tuple[int, int, Millis]]
) -> None:
    split = make_plan(made(rows), people, method)
    covers_each_once(split, rows)
    if method is not Method.DAY:
        assert split.unassigned == ()
    for border, by, step in moves:
        split = split.move(border % len(people), by, step)
        covers_each_once(split, rows)
        least = sum(day.total for day in split.doomed)
        assert least <= split.late + sum(day.total for day in split.unassigned)


@given(ROWS)
def test_the_histogram_shows_every_day(rows: list[Row]) -> None:
    found = made(rows).histogram()
    assert [day.day for day in found] == [START + n * DAY for n in range(5)]
    assert [day for day in found if day.total] == naive(rows, START, END, made(rows).days)


@given(ONE_A_MINUTE, PEOPLE)
def test_a_prospect_is_the_work_done_in_order_of_deadlines(
    rows: list[Row], people: list[ShiftPerson]
) -> None:
    assume(len({row.deadline for row in rows}) == len(rows))
    person = people[0]
    at: float = NOW
    late = left = 0
    for one in sorted(rows, key=lambda row: row.deadline):
        at += HANDLING.span(*one.kind.split()) * person.pace
        late += at > one.deadline
        left += person.until is not None and at > person.until
    found = made(rows).prospect(START, END, person.pace, person.until)
    assert found == (round(at), late, left)


@given(ROWS, PEOPLE)
def test_within_a_cell_the_order_is_that_of_time(
    rows: list[Row], people: list[ShiftPerson]
) -> None:
    person, some = people[0], made(rows)
    at: float = NOW
    late = left = 0
    for cell in some.cells:
        lane = some.lanes[cell.lane]
        for place in range(cell.begin, cell.end):
            at += (lane.work[place + 1] - lane.work[place]) * person.pace
            late += at > lane.deadlines[place]
            left += person.until is not None and at > person.until
    assert some.prospect(START, END, person.pace, person.until) == (round(at), late, left)


@given(ONE_A_MINUTE.map(lambda rows: rows[:7]), st.sampled_from([0.5, 1.0, 2.0]))
def test_doomed_is_the_least_that_any_order_lets_pass(rows: list[Row], pace: float) -> None:
    def is_possible(chosen: tuple[Row, ...]) -> bool:
        at: float = NOW
        for one in sorted(chosen, key=lambda row: row.deadline):
            at += HANDLING.span(*one.kind.split()) * pace
            if at > one.deadline + 1:
                return False
        return True

    least = next(
        given_up
        for given_up in range(len(rows) + 1)
        if any(map(is_possible, combinations(rows, len(rows) - given_up)))
    )
    assert sum(day.total for day in made(rows).doomed([pace])) == least


def test_many_in_one_cell_are_told_apart_by_their_deadlines() -> None:
    start = NOW - DAY + 12 * MINUTE - 5 * SECOND
    rows = [row(start + n * SECOND, point="dm") for n in range(10)]
    # four minutes each: the third one is late by three seconds
    assert made(rows).prospect(START, END).late == 8
    # a bound from below: as if the whole cell were due with its last thread
    assert [day.total for day in made(rows).doomed([1.0])] == [7]
    assert [day.total for day in made(rows).doomed([1.0, 1.0])] == [4]
    assert made(rows).prospect(START, END, until=NOW + 30 * MINUTE).left == 3


def test_overdue_threads_are_doomed_and_no_others() -> None:
    rows = [row(NOW - DAY - 1), row(NOW - 3 * HOUR, "red"), row(NOW - HOUR), row(NOW - HOUR, "red")]
    found = made(rows).doomed([1.0])
    assert [day.colours for day in found] == [(1, 0, 0), (0, 0, 1)]


def of_each_day(*counts: int) -> list[Row]:
    return [
        row(START + day * DAY + 6 * HOUR + n * SECOND)
        for day, count in enumerate(counts)
        for n in range(count)
    ]


PAIR = [ShiftPerson("ania"), ShiftPerson("kasia")]


def test_a_day_each_passes_over_empty_days_and_leaves_the_rest() -> None:
    split = make_plan(made(of_each_day(0, 3, 0, 4, 5)), PAIR, Method.DAY)
    assert [share.total for share in split.shares] == [3, 4]
    assert [day.total for day in split.unassigned] == [5]
    taken = split.move_to(1, END)
    assert [share.total for share in taken.shares] == [3, 9]
    assert taken.unassigned == ()


def test_more_people_than_days() -> None:
    split = make_plan(made(of_each_day(3)), PAIR, Method.DAY)
    assert [(share.total, share.end) for share in split.shares] == [(3, END), (0, END)]


def test_equal_shares_are_equal() -> None:
    split = make_plan(made(of_each_day(1, 9, 0, 0, 2)), [*PAIR, ShiftPerson("ola")], Method.EQUAL)
    assert [share.total for share in split.shares] == [4, 4, 4]


def test_by_load_all_are_done_at_once() -> None:
    rows = of_each_day(40, 10, 30, 20, 80)
    people = [ShiftPerson("ania"), ShiftPerson("kasia", 2.0), ShiftPerson("ola", until=NOW + HOUR)]
    split = make_plan(made(rows), people, Method.LOAD)
    ania, kasia, ola = split.shares
    assert ola.done_at <= NOW + HOUR
    assert ania.total == pytest.approx(2 * kasia.total, rel=0.1)
    assert ania.done_at == pytest.approx(kasia.done_at, abs=10 * MINUTE)


def test_by_load_spares_deadlines() -> None:
    # an hour's work of old ones, which are late already, and as much that is due in 40 minutes
    old = [row(START + n * SECOND) for n in range(15)]
    new = [row(NOW - DAY + 40 * MINUTE + n, point="dm") for n in range(10)]
    even = make_plan(made(old + new), PAIR, Method.EQUAL)
    split = make_plan(made(old + new), PAIR, Method.LOAD)
    assert split.late < even.late
    assert max(share.done_at for share in split.shares) <= NOW + 1.25 * 52 * MINUTE


def test_by_load_nobody_works_much_longer_for_others_deadlines() -> None:
    # with all old ones in her share, Ania would work 280 minutes and Kasia meet every deadline
    old = [row(START + n * SECOND) for n in range(70)]
    new = [row(NOW - DAY + 120 * MINUTE + n * SECOND) for n in range(30)]
    split = make_plan(made(old + new), PAIR, Method.LOAD)
    assert 200 * MINUTE < split.shares[0].done_at - NOW <= 1.25 * 200 * MINUTE


def test_nobody_left_on_shift_shares_evenly() -> None:
    gone = [ShiftPerson("ania", until=NOW - HOUR), ShiftPerson("kasia", until=NOW)]
    split = make_plan(made(of_each_day(4, 4)), gone, Method.LOAD)
    assert [(share.total, share.left) for share in split.shares] == [(4, 4), (4, 4)]


def test_paces_are_those_of_the_past_unless_told() -> None:
    some = build_backlog(
        of_each_day(8), START, END, days_between(START, END, ZONE), NOW, Handling({}, {"ania": 2.0})
    )
    split = make_plan(some, [*PAIR, ShiftPerson("ania", 0.5)], Method.EQUAL)
    assert [share.person.pace for share in split.shares] == [2.0, 1.0, 0.5]


def test_other_people_and_methods_share_the_same_threads() -> None:
    split = make_plan(
        made(of_each_day(6, 3)), PAIR, Method.DAY, filter_text="is:waiting", brand="avon"
    )
    other = split.between([ShiftPerson("ola")], Method.EQUAL)
    assert [(share.person.name, share.total) for share in other.shares] == [("ola", 9)]
    assert (other.filter, other.brand, other.backlog) == ("is:waiting", "avon", split.backlog)
    assert other.between(PAIR, Method.DAY) == split


def test_nobody_waits() -> None:
    for method in Method:
        split = make_plan(made([]), PAIR, method)
        assert [share.total for share in split.shares] == [0, 0]
        assert split.move(0, 3).late == 0


def test_a_border_moves_along_the_hours_of_its_day() -> None:
    split = make_plan(made(of_each_day(10, 10, 10, 10)), PAIR, Method.EQUAL)
    odd = START + 2 * DAY + 6 * HOUR
    assert split.borders[0] == odd
    split = split.move_to(0, odd + 7 * MINUTE)
    assert split.move(0, 1).borders[0] == odd + HOUR
    assert split.move(0, -1).borders[0] == odd
    assert split.move(0, -8).borders[0] == START + DAY + 23 * HOUR
    assert split.move(0, 3, 15 * MINUTE).borders[0] == odd + 45 * MINUTE
    assert split.move(0, 1000).borders[0] == END, "it stops at its neighbour"
    assert split.move(0, -1000).borders[0] == START
    assert split.move(0, 0) == split
    assert split.move(0, 1, DAY).borders[0] == START + 3 * DAY, "a day leads to midnight"
    assert split.move(0, -1, DAY).borders[0] == START + 2 * DAY


def test_days_are_those_of_the_calendar() -> None:
    # the night of 25 October 2026 has an hour more
    start = 1_792_792_800_000
    days = days_between(start + HOUR, start + 3 * DAY, ZONE)
    assert [day - start for day in days] == [HOUR, DAY, 2 * DAY + HOUR]
    row = Row(days[1] + HOUR, days[1] + 9 * HOUR, "green dm")
    split = make_plan(
        build_backlog([row], days[0], start + 3 * DAY, days, days[0], Handling()),
        PAIR,
        Method.EQUAL,
    )
    split = split.move_to(0, days[1])
    assert split.move(0, 1, DAY).borders[0] == days[2], "the long day too is one step"
    assert split.move_to(0, days[2] - 1).move(0, -1, DAY).borders[0] == days[1]
