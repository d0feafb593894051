"""Working time and deadlines, compared with somebody who looks at the wall clock every minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.model import DAY, HOUR, MINUTE
from carecli.domain.protocol import Calendar, midnight, next_midnight

ZONES = (
    "Europe/Warsaw",
    "America/Mexico_City",  # no change of the clocks since 2022
    "America/Santiago",  # changes at midnight
    "Australia/Lord_Howe",  # by half an hour
    "Asia/Kathmandu",  # 5 h 45 min from UTC
)
SINCE, UNTIL = date(2020, 1, 1), date(2029, 12, 31)


def millis(day: date, zone: str, hour: int = 0, minute: int = 0) -> int:
    local = datetime.combine(day, time(hour, minute), ZoneInfo(zone))
    return int(local.timestamp() * 1000)


def changes(zone: str) -> list[date]:
    """The days on which a zone's clocks are changed."""
    tz = ZoneInfo(zone)
    days = [SINCE + timedelta(days=n) for n in range((UNTIL - SINCE).days)]
    noons = [datetime.combine(day, time(12), tz).utcoffset() for day in days]
    return [
        day for day, one, before in zip(days[1:], noons[1:], noons, strict=False) if one != before
    ]


CHANGES = {zone: changes(zone) for zone in ZONES}


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, date]:
    """A zone and a day of ten years, every other one near a change of its clocks."""
    zone = draw(st.sampled_from(ZONES))
    day = st.dates(SINCE, UNTIL)
    if CHANGES[zone]:
        near = st.sampled_from(CHANGES[zone]), st.integers(-2, 1)
        day = day | st.tuples(*near).map(lambda two: two[0] + timedelta(days=two[1]))
    return zone, draw(day)


times = st.integers(0, 24 * 12 - 1).map(lambda fives: time(*divmod(fives * 5, 60)))
intervals = st.lists(st.tuples(times, times), max_size=3).map(tuple)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Calendar, int]:
    """A calendar, and a moment at which a wait begins."""
    zone, day = draw(moments())
    near = st.integers(-2, 3).map(lambda days: day + timedelta(days=days))
    hours = draw(st.dictionaries(st.integers(0, 6), intervals))
    calendar = Calendar(zone, hours, draw(st.frozensets(near, max_size=2)))
    return calendar, millis(day, zone) + draw(st.integers(0, 24 * 60 - 1)) * MINUTE


def works(calendar: Calendar, moment: int) -> bool:
    """Whether a moment is working time, as one would say who looks at the wall clock."""
    local = datetime.fromtimestamp(moment / 1000, ZoneInfo(calendar.zone))
    today, yesterday, now = local.date(), local.date() - timedelta(days=1), local.time()
    for opens, closes in calendar.hours.get(today.weekday(), ()):
        ends_today = opens < closes
        if today not in calendar.days_off and opens <= now and (now < closes or not ends_today):
            return True
    for opens, closes in calendar.hours.get(yesterday.weekday(), ()):
        if yesterday not in calendar.days_off and closes <= opens and now < closes:
            return True
    return False


def working_minutes(calendar: Calendar, start: int, days: int) -> Iterator[int]:
    """The beginnings of working minutes."""
    return (at for at in range(start, start + days * DAY, MINUTE) if works(calendar, at))


@given(cases(), st.integers(0, 3 * 24 * 60))
def test_working_time_is_what_a_count_of_minutes_says(
    case: tuple[Calendar, int], minutes: int
) -> None:
    calendar, start = case
    end = start + minutes * MINUTE
    counted = sum(works(calendar, at) for at in range(start, end, MINUTE)) * MINUTE
    assert calendar.clock(start - DAY, end + DAY).worked(start, end) == counted
    assert calendar.clock(start, end).worked(start, end) == counted


@given(cases(), st.integers(1, 12 * 60))
def test_a_deadline_is_where_the_last_working_minute_ends(
    case: tuple[Calendar, int], minutes: int
) -> None:
    calendar, start = case
    left = minutes
    for at in working_minutes(calendar, start, days=4):
        left -= 1
        if not left:
            assert calendar.add(start, minutes * MINUTE) == at + MINUTE
            return
    if left < minutes:  # without any working time every hour counts
        assert calendar.add(start, minutes * MINUTE) > start + 4 * DAY


@given(cases(), st.integers(1, 40 * 60))
def test_as_much_working_time_lies_before_a_deadline_as_was_allowed(
    case: tuple[Calendar, int], minutes: int
) -> None:
    calendar, start = case
    deadline = calendar.add(start, minutes * MINUTE)
    worked = calendar.clock(start, deadline).worked(start, deadline)
    assert worked == minutes * MINUTE or not any(calendar.hours.values())


WARSAW = "Europe/Warsaw"
NIGHT, DAYTIME = (time(22), time(6)), (time(9), time(17))


@pytest.mark.parametrize(
    ("hours", "days_off", "start", "span", "deadline"),
    [
        pytest.param(
            {3: (NIGHT,)}, (), (2026, 11, 27, 2), 2 * HOUR, (2026, 11, 27, 4), id="past midnight"
        ),
        pytest.param(
            {3: (NIGHT,)},
            (date(2026, 12, 25),),
            (2026, 12, 24, 23),
            4 * HOUR,
            (2026, 12, 25, 3),
            id="a night shift is worked to its end though a holiday has begun",
        ),
        pytest.param(
            dict.fromkeys(range(7), (NIGHT,)),
            (date(2026, 12, 25),),
            (2026, 12, 25, 12),
            HOUR,
            (2026, 12, 26, 23),
            id="no night shift begins on a holiday",
        ),
        pytest.param(
            {0: ((time(14), time(18)), (time(8), time(12)))},
            (),
            (2026, 11, 30, 7),
            5 * HOUR,
            (2026, 11, 30, 15),
            id="intervals in any order",
        ),
        pytest.param(
            {0: ((time(8), time(12)), (time(10), time(14)))},
            (),
            (2026, 11, 30, 7),
            5 * HOUR,
            (2026, 11, 30, 13),
            id="overlapping intervals count once",
        ),
        pytest.param(
            {5: (NIGHT,)},
            (),
            (2026, 10, 24, 22),
            9 * HOUR,
            (2026, 10, 25, 6),
            id="the night on which clocks are put back has nine hours",
        ),
        pytest.param(
            {5: (NIGHT,), 6: (DAYTIME,)},
            (),
            (2026, 3, 28, 22),
            8 * HOUR,
            (2026, 3, 29, 10),
            id="the night on which clocks are put forward has seven hours",
        ),
        pytest.param(
            {0: ((time(0), time(0)),)}, (), (2026, 11, 29, 3), HOUR, (2026, 11, 30, 1), id="all day"
        ),
    ],
)
def test_deadlines_in_warsaw(
    hours: dict[int, tuple[tuple[time, time], ...]],
    days_off: tuple[date, ...],
    start: tuple[int, int, int, int],
    span: int,
    deadline: tuple[int, int, int, int],
) -> None:
    calendar = Calendar(WARSAW, hours, frozenset(days_off))
    begins = millis(date(*start[:3]), WARSAW, start[3])
    told = datetime.fromtimestamp(calendar.add(begins, span) / 1000, ZoneInfo(WARSAW))
    assert told == datetime(*deadline, tzinfo=ZoneInfo(WARSAW))


def test_without_any_working_time_every_hour_counts() -> None:
    assert Calendar(WARSAW, {}).add(0, HOUR) == HOUR


@pytest.mark.parametrize("zone", [*ZONES, "America/Havana", "Atlantic/Azores"])
@given(day=st.dates(SINCE, UNTIL), minute=st.integers(0, 24 * 60 - 1))
def test_a_day_begins_with_its_first_moment(zone: str, day: date, minute: int) -> None:
    """Also where clocks are put back from 1:00 to midnight, or forward at midnight."""
    now = millis(day, zone) + minute * MINUTE
    begins = midnight(now, zone)
    shown = datetime.fromtimestamp(now / 1000, ZoneInfo(zone)).date()
    assert datetime.fromtimestamp(begins / 1000, ZoneInfo(zone)).date() == shown
    assert datetime.fromtimestamp((begins - 1) / 1000, ZoneInfo(zone)).date() < shown
    assert begins <= now < next_midnight(now, zone)


def test_working_time_is_told_by_utc_too() -> None:
    monday = int(datetime(2026, 11, 30, 9, tzinfo=UTC).timestamp() * 1000)
    assert Calendar("UTC", {0: (DAYTIME,)}).add(monday, HOUR) == monday + HOUR
