"""Working time, compared with a count of minutes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.model import DAY, HOUR, MINUTE
from carecli.domain.protocol import Calendar

ZONE = ZoneInfo("Europe/Warsaw")
FIRST = int(datetime(2026, 10, 20, tzinfo=UTC).timestamp() * 1000)
"""A few days before the clocks go back."""

hours = st.tuples(st.integers(0, 23), st.integers(0, 23)).map(
    lambda two: (time(two[0]), time(two[1]))
)
calendars = st.builds(
    Calendar,
    st.just("Europe/Warsaw"),
    st.dictionaries(st.integers(0, 6), st.lists(hours, max_size=2).map(tuple)),
    st.frozensets(st.integers(19, 30).map(lambda day: date(2026, 10, day)), max_size=3),
)


def counted(calendar: Calendar, start: int, end: int) -> int:
    """Minute by minute: how many intervals it lies in."""
    total = 0
    for minute in range(start, end, MINUTE):
        now = datetime.fromtimestamp(minute / 1000, ZONE)
        for back in (0, 1):
            day = now.date() - timedelta(days=back)
            if day in calendar.days_off:
                continue
            for opens, closes in calendar.hours.get(day.weekday(), ()):
                till = day + timedelta(days=1) if closes <= opens else day
                begins = datetime.combine(day, opens, ZONE).timestamp() * 1000
                ends = datetime.combine(till, closes, ZONE).timestamp() * 1000
                total += MINUTE if begins <= minute < ends else 0
    return total


@given(calendars, st.integers(0, 8 * 24 * 4), st.integers(0, 2 * 24 * 4))
def test_working_time_is_what_a_count_of_minutes_says(
    calendar: Calendar, start: int, span: int
) -> None:
    begin = FIRST + start * 15 * MINUTE
    end = begin + span * 15 * MINUTE
    clock = calendar.clock(FIRST, FIRST + 11 * DAY)
    quarters = sum(counted(calendar, at, at + MINUTE) * 15 for at in range(begin, end, 15 * MINUTE))
    assert clock.worked(begin, end) == quarters


def test_a_deadline_has_so_much_working_time_before_it() -> None:
    """Over the weekend on which a night has 25 hours, and a day off."""
    shift = ((time(9), time(17)),)
    calendar = Calendar(
        "Europe/Warsaw", dict.fromkeys(range(5), shift), frozenset([date(2026, 10, 26)])
    )
    friday = int(datetime(2026, 10, 23, 16, tzinfo=ZONE).timestamp() * 1000)
    deadline = calendar.add(friday, 6 * HOUR)
    assert datetime.fromtimestamp(deadline / 1000, ZONE) == datetime(2026, 10, 27, 14, tzinfo=ZONE)
    assert calendar.clock(friday, deadline).worked(friday, deadline) == 6 * HOUR
    assert calendar.clock(friday, deadline).worked(deadline, friday) == 0
