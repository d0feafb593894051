"""The period before another one, and the same one a year earlier."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from carecli.domain.periods import previous_period, same_period_last_year

WARSAW = "Europe/Warsaw"


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(WARSAW)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("period", "earlier", "last_year"),
    [
        # a month, over the end of summer time; a year before that ended on another day
        (("2026-10-01", "2026-11-01"), ("2026-09-01", "2026-10-01"), ("2025-10-01", "2025-11-01")),
        (("2026-01-01", "2026-02-01"), ("2025-12-01", "2026-01-01"), ("2025-01-01", "2025-02-01")),
        # a quarter
        (("2026-04-01", "2026-07-01"), ("2026-01-01", "2026-04-01"), ("2025-04-01", "2025-07-01")),
        # the month until now is compared with as many days of the one before
        (
            ("2026-10-01", "2026-10-11T12:30"),
            ("2026-09-01", "2026-09-11T12:30"),
            ("2025-10-01", "2025-10-11T12:30"),
        ),
        # 31 days of March and 28 of February
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28"), ("2025-03-01", "2025-03-31")),
        # days in the middle of a month
        (("2026-10-11", "2026-10-21"), ("2026-10-01", "2026-10-11"), ("2025-10-11", "2025-10-21")),
        # a day that last year had not
        (("2028-02-29", "2028-03-01"), ("2028-02-28", "2028-02-29"), ("2027-02-28", "2027-03-01")),
    ],
)
def test_periods_are_compared_by_the_calendar(
    period: tuple[str, str], earlier: tuple[str, str], last_year: tuple[str, str]
) -> None:
    since, until = map(at, period)
    assert previous_period((since, until), WARSAW) == tuple(map(at, earlier))
    assert same_period_last_year((since, until), WARSAW) == tuple(map(at, last_year))
