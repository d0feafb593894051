"""Moments to come as a person types them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.days import parse_future_moment
from carecli.domain.model import DAY

NOW = round(datetime(2026, 1, 1, 13, 51, tzinfo=UTC).timestamp() * 1000)
"""A Thursday."""


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("2h", "2026-01-01 15:51"),
        ("90m", "2026-01-01 15:21"),
        ("14:30", "2026-01-01 14:30"),
        ("14.30", "2026-01-01 14:30"),
        ("9", "2026-01-02 09:00"),
        ("tomorrow", "2026-01-02 09:00"),
        ("Tomorrow 8", "2026-01-02 08:00"),
        ("fri 9:30", "2026-01-02 09:30"),
        ("thursday 9", "2026-01-08 09:00"),
        ("thursday 18:00", "2026-01-01 18:00"),
        ("2026-12-24 10:00", "2026-12-24 10:00"),
        ("2026-12-24", "2026-12-24 09:00"),
    ],
)
def test_a_moment_is_read(typed: str, means: str) -> None:
    found = parse_future_moment(typed, NOW, "UTC")
    assert found is not None
    assert f"{datetime.fromtimestamp(found / 1000, UTC):%Y-%m-%d %H:%M}" == means


@pytest.mark.parametrize(
    "typed", ["", "0m", "zz", "2020-01-01", "25:00", "1 2 3", "now", "today 9"]
)
def test_what_is_no_moment_to_come_is_not_read(typed: str) -> None:
    assert parse_future_moment(typed, NOW, "UTC") is None


@given(st.integers(NOW, NOW + 800 * DAY), st.sampled_from(["9", "mon 7:15", "tomorrow", "23:59"]))
def test_it_is_always_to_come_and_on_the_clock_of_the_zone(now: int, typed: str) -> None:
    for zone in ("Europe/Warsaw", "America/Mexico_City", "Asia/Kolkata"):
        found = parse_future_moment(typed, now, zone)
        assert found is not None
        assert now < found <= now + 9 * DAY
        said = f"{datetime.fromtimestamp(found / 1000, ZoneInfo(zone)):%-H:%M}"
        assert (
            said == {"9": "9:00", "mon 7:15": "7:15", "tomorrow": "9:00", "23:59": "23:59"}[typed]
        )
