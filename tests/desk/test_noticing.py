"""What the top bar says of things that want attention soon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from carecli.desk.context import DeskContext
from carecli.desk.threads.notices import notices
from carecli.domain.capabilities import Capabilities
from carecli.domain.competition import DayFigure, Profile
from carecli.domain.model import DAY, HOUR, ChannelSpec
from carecli.store import channels, profiles, renewal
from carecli.store.db import Database

NOW = 1_795_000_000_000
OFFICE = DeskContext("ana", lambda: NOW, lambda _: Capabilities())


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "care.sqlite")
    with made.write() as db:
        channels.enrol(db, [ChannelSpec("avon-fb", "avon", "facebook", "Avon")])
    yield made
    made.close()


@pytest.mark.parametrize(
    ("token", "data", "said"),
    [
        (None, None, ""),
        (15 * DAY, 90 * DAY, ""),
        (14 * DAY - 1, None, "token expires in 14 days (avon-fb)"),
        (DAY - HOUR, 90 * DAY, "token expires in 1 day (avon-fb)"),
        (90 * DAY, 3 * DAY, "data access expires in 3 days (avon-fb)"),
        (2 * DAY, 3 * DAY, "token expires in 2 days (avon-fb)"),
        (-HOUR, 3 * DAY, "the token expired (avon-fb)"),
        (None, -HOUR, "data access expired (avon-fb)"),
    ],
)
def test_what_ends_is_said_from_fourteen_days_before(
    database: Database, token: int | None, data: int | None, said: str
) -> None:
    ends = [None if left is None else NOW + left for left in (token, data)]
    with database.write() as db:
        renewal.keep_ends(db, "avon-fb", *ends)
    with database.read() as db:
        assert [*notices(db, OFFICE)] == ([said] if said else [])


def test_a_profile_that_was_not_read_for_three_days_is_said(database: Database) -> None:
    rival = Profile("rival-fb", "Rival", "facebook", "rival", "avon-fb")
    by_hand = Profile("rival-tt", "Rival", "tiktok", "rival", "")
    context = replace(OFFICE, profiles=(rival, by_hand))

    def said() -> list[str]:
        with database.read() as db:
            return [*notices(db, context)]

    assert said() == [], "none was tried yet"
    with database.write() as db:
        profiles.read_to_end(db, rival.key, NOW - 9 * DAY, NOW - 2 * DAY)
        profiles.tried(db, rival.key, NOW, "permission", "not permitted")
        profiles.tried(db, by_hand.key, NOW, "permission", "not permitted")
    assert said() == [], "it may pass within days"
    with database.write() as db:
        db.execute("UPDATE profiles SET seen_at = ?", (NOW - 3 * DAY - 1,))
    assert said() == ["1 profile is not read"]
    figure = DayFigure("audience", date(2026, 1, 1), 10, origin="hand")
    with database.write() as db:
        profiles.keep_figures(db, rival.key, [figure], NOW)
    assert said() == [], "somebody enters its figures"
    with database.write() as db:
        db.execute("DELETE FROM profile_figures")
    with database.write() as db:
        profiles.tried(db, rival.key, NOW)
    assert said() == []


def test_a_changed_configuration_is_said_first(database: Database) -> None:
    with database.write() as db:
        renewal.keep_ends(db, "avon-fb", NOW + DAY, None)
    with database.read() as db:
        assert "restart" in next(notices(db, replace(OFFICE, is_outdated=lambda: True)))
    with database.write() as db:
        renewal.say_stale(db, "team.yaml:3: nonsense")
    with database.read() as db:
        assert "error" in next(notices(db, OFFICE))
    with database.write() as db:
        renewal.say_stale(db, "")
    with database.read() as db:
        assert "token" in next(notices(db, OFFICE))
