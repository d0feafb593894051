from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from carecli.domain.months import due_moment, latest_due_month, months_after, shift_month

WARSAW = "Europe/Warsaw"


def ms(*when: int, zone: str = WARSAW) -> int:
    return round(datetime(*when, tzinfo=ZoneInfo(zone)).timestamp() * 1000)  # type: ignore[misc, arg-type]  # year, month, day and so on


@pytest.mark.parametrize(
    ("now", "month"),
    [
        ((2026, 11, 2, 7, 0), "2026-10"),
        ((2026, 11, 2, 6, 59), "2026-09"),
        ((2026, 11, 1, 23, 59), "2026-09"),
        ((2026, 11, 30, 0, 0), "2026-10"),
        ((2027, 1, 1, 12, 0), "2026-11"),
        ((2027, 1, 2, 7, 0), "2026-12"),
    ],
)
def test_a_month_has_its_turn_in_the_next_one(now: tuple[int, ...], month: str) -> None:
    assert latest_due_month(2, 7 * 60, ms(*now), WARSAW) == month


def test_the_turn_is_by_the_clock_on_the_wall() -> None:
    turn = due_moment("2026-10", 2, 7 * 60, WARSAW)
    assert turn.isoformat() == "2026-11-02T07:00:00+01:00"
    assert due_moment("2026-06", 2, 7 * 60, WARSAW).isoformat() == "2026-07-02T07:00:00+02:00"
    assert latest_due_month(2, 7 * 60, round(turn.timestamp() * 1000), WARSAW) == "2026-10"


def test_months_go_on_over_years() -> None:
    assert shift_month("2026-12", 1) == "2027-01"
    assert shift_month("2026-01", -13) == "2024-12"
    assert months_after("2026-11", "2027-02") == ["2026-12", "2027-01", "2027-02"]
    assert months_after("2027-02", "2026-11") == []
