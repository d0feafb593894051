"""Public profiles are followed once a day, in nobody's way; whatever happens nothing is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from carecli.domain.competition import Profile, PublicPost
from carecli.domain.errors import (
    Gone,
    PermissionMissing,
    SecretMissing,
    StoreError,
    Throttled,
    TokenRefused,
    Transient,
)
from carecli.domain.model import DAY, HOUR, MINUTE, Millis
from carecli.platforms.public import ProfilePage, PublicProfileReader
from carecli.practice import PracticeServer
from carecli.store import channels as stored
from carecli.store import profiles
from carecli.store.sync_state import Pulse, write_pulse
from carecli.sync import crash
from carecli.sync.profile_follower import FIRST_READ, FOLLOWED_FOR, ProfileFollower
from tests.sync.following_process import following
from tests.sync.pretend import START
from tests.sync.shop import Shop

NOON = START // DAY * DAY + 12 * HOUR
LUMIRA = Profile("lumira", "Lumira", "facebook", "lumira", "lrp-fb")
NOPALIA = Profile("nopalia", "Nopalia", "instagram", "nopalia", "lrp-ig")
BY_HAND = Profile("bursztyn", "Bursztyn", "facebook")
CARE = {**os.environ, "PYTHONPATH": str(Path.cwd())}


@dataclass
class Street:
    """Profiles in memory: what each look sees, and what was looked at since when."""

    sightings: tuple[ProfilePage, ...] = (ProfilePage(audience=7),)
    errors: list[Exception] = field(default_factory=list)
    looked: list[tuple[str, Millis]] = field(default_factory=list)
    closed: int = 0

    async def look(self, address: str, since: Millis) -> AsyncIterator[ProfilePage]:
        self.looked.append((address, since))
        for one in self.sightings:
            yield one
        if self.errors:
            raise self.errors.pop(0)

    async def aclose(self) -> None:
        self.closed += 1


@dataclass
class Days:
    """Time that passes as a test says, in a zone where days begin at 23:00 UTC."""

    shop: Shop
    street: Street
    now: Millis = NOON

    def following(self, *followed: Profile, zone: str = "Europe/Warsaw") -> ProfileFollower:
        def look(_profile: Profile) -> PublicProfileReader:
            return self.street

        return ProfileFollower(followed, look, clock=lambda: self.now, zone=zone)

    def rounds(self, following: ProfileFollower, count: int, every: Millis) -> int:
        """So many rounds of the engine's chore; how many profiles were read in them."""
        before = len(self.street.looked)
        for _ in range(count):
            following.follow_next(self.shop.database)
            self.now += every
        return len(self.street.looked) - before


@pytest.fixture
def days(shop: Shop) -> Days:
    shop.enrol("lrp-fb")
    shop.enrol("lrp-ig", platform="instagram")
    return Days(shop, Street())


def how(days: Days, key: str = "lumira") -> profiles.Followed:
    with days.shop.database.read() as db:
        return profiles.followed(db, key)


def test_each_profile_is_read_once_a_day_one_at_a_time(days: Days) -> None:
    following = days.following(LUMIRA, NOPALIA, BY_HAND)
    assert days.rounds(following, 1, MINUTE) == 1
    assert days.rounds(following, 1, MINUTE) == 1
    assert {address for address, _since in days.street.looked} == {"lumira", "nopalia"}
    assert days.rounds(following, 100, MINUTE) == 0
    assert days.street.closed == 2


def test_the_day_begins_in_the_moderators_zone(days: Days) -> None:
    days.now = NOON // DAY * DAY + 21 * HOUR + 50 * MINUTE  # 23:50 in Warsaw
    following = days.following(LUMIRA)
    assert days.rounds(following, 1, 20 * MINUTE) == 1
    assert days.rounds(following, 1, MINUTE) == 1


def test_after_the_machine_slept_a_day_it_is_caught_up_and_once(days: Days) -> None:
    following = days.following(LUMIRA, NOPALIA)
    days.rounds(following, 3, MINUTE)
    days.now += 5 * DAY
    assert days.rounds(following, 30, MINUTE) == 2
    with days.shop.database.read() as db:
        count = db.execute("SELECT count(DISTINCT day) FROM profile_figures").fetchone()[0]
    assert count == 2  # a day nobody looked is absent, not guessed


def test_what_is_not_permitted_is_told_and_tried_the_next_day_only(days: Days) -> None:
    following = days.following(LUMIRA)
    days.street.sightings = ()
    days.street.errors = [PermissionMissing("no feature"), Gone("no such page")]
    outcome = following.follow_next(days.shop.database)
    assert outcome is not None
    assert (outcome.trouble, outcome.said) == ("permission", "no feature")
    assert "carecli competitors import" in outcome.hint
    assert (how(days).trouble, how(days).said) == ("permission", "no feature")
    days.now += HOUR
    assert days.rounds(following, 10, HOUR // 2) == 0
    days.now += DAY
    assert days.rounds(following, 20, 10 * MINUTE) == 1
    assert how(days).trouble == "gone"
    days.now += DAY
    assert days.rounds(following, 1, MINUTE) == 1
    assert how(days).trouble == ""


@pytest.mark.parametrize(
    "error", [Transient("late"), TokenRefused("old"), SecretMissing("none"), Throttled("", until=0)]
)
def test_what_may_pass_is_tried_again_in_an_hour(days: Days, error: Exception) -> None:
    following = days.following(LUMIRA)
    days.now = NOON - 4 * HOUR
    days.street.errors = [error]
    assert days.rounds(following, 59, MINUTE) == 1
    assert days.rounds(following, 3, MINUTE) == 1
    assert how(days).trouble == ""


def test_a_wish_for_silence_is_kept_to_over_midnight(days: Days) -> None:
    following = days.following(LUMIRA)
    days.street.errors = [Throttled("full", until=NOON + 13 * HOUR)]
    assert days.rounds(following, 13 * 6, 10 * MINUTE) == 1
    assert days.rounds(following, 7, 10 * MINUTE) == 1


def test_a_page_that_asks_for_silence_ends_the_reading(days: Days) -> None:
    days.street.sightings = (
        ProfilePage(audience=7, park_until=NOON + 2 * HOUR),
        ProfilePage(audience=9),
    )
    outcome = days.following(LUMIRA).follow_next(days.shop.database)
    assert outcome is not None
    assert outcome.trouble == "throttled"
    assert days.shop.all("SELECT value FROM profile_figures") == [(7,)]


def test_a_channel_whose_quota_the_inbox_needs_is_left_alone(days: Days) -> None:
    following = days.following(LUMIRA, NOPALIA)
    with days.shop.database.write() as db:
        ids = stored.ids(db)
        write_pulse(db, ids["lrp-fb"], Pulse(usage=80.0))
        write_pulse(db, ids["lrp-ig"], Pulse(parked_until=days.now + HOUR))
    assert days.rounds(following, 5, MINUTE) == 0
    days.now += HOUR
    assert days.rounds(following, 5, MINUTE) == 1
    with days.shop.database.write() as db:
        write_pulse(db, stored.ids(db)["lrp-fb"], Pulse())
    assert days.rounds(following, 5, MINUTE) == 1


def test_the_first_reading_goes_far_back_later_ones_four_weeks(days: Days) -> None:
    following = days.following(LUMIRA)
    days.street.sightings = (ProfilePage(whole_since=NOON - FIRST_READ),)
    days.rounds(following, 1, MINUTE)
    days.now = NOON + DAY
    days.street.sightings = (ProfilePage(whole_since=days.now - FOLLOWED_FOR),)
    days.rounds(following, 1, MINUTE)
    days.now = NOON + 41 * DAY
    days.rounds(following, 1, MINUTE)
    assert [since for _address, since in days.street.looked] == [
        NOON - FIRST_READ,
        NOON + DAY - FOLLOWED_FOR,
        NOON + DAY,  # the engine was away for weeks: from where it ended
    ]
    assert how(days).read_since == NOON - FIRST_READ


def test_something_nobody_foresaw_stops_one_profile_and_not_the_others(
    days: Days, caplog: pytest.LogCaptureFixture
) -> None:
    following = days.following(LUMIRA, NOPALIA)
    days.street.sightings = (ProfilePage(audience=2**70),)
    assert days.rounds(following, 40, MINUTE) == 2
    assert how(days).trouble == "broken"
    assert "following lumira" in caplog.text


def test_a_store_that_cannot_be_written_is_no_trouble_of_the_profile(days: Days) -> None:
    following = days.following(LUMIRA)
    days.street.errors = [StoreError("full")]
    with pytest.raises(StoreError):
        following.follow_next(days.shop.database)
    assert days.rounds(following, 1, MINUTE) == 1


def test_hostile_text_of_posts_is_kept_as_text(days: Days) -> None:
    text = "'); DROP TABLE profile_posts; --[@click=app.quit]x[/]"
    days.street.sightings = (ProfilePage(posts=(PublicPost("1", NOON, text, "", 1, 2),)),)
    days.rounds(days.following(LUMIRA), 1, MINUTE)
    assert days.shop.all("SELECT text FROM profile_posts") == [(text,)]


CONTENTS = (
    "SELECT platform_id, at, text, link, reactions, comments, shares FROM profile_posts ORDER BY 1",
    "SELECT comment, at, answered_at FROM profile_comments ORDER BY 1",
    "SELECT figure, day, days, value, origin FROM profile_figures ORDER BY 1, 2",
    "SELECT key, trouble, read_since IS NULL FROM profiles",
)


@pytest.mark.parametrize(
    "step", ["profile-read", "profile-read:2", "profile-kept", "profile-kept:2"]
)
def test_a_kill_between_a_page_and_its_commit_repeats_and_loses_nothing(
    tmp_path: Path, practice: PracticeServer, step: str
) -> None:
    clean, killed = Shop(tmp_path / "clean.sqlite"), Shop(tmp_path / "killed.sqlite")
    command = [sys.executable, "-m", "tests.sync.following_process"]
    died = subprocess.run(
        [*command, str(killed.path), practice.url],
        env={**CARE, crash.VARIABLE: step},
        check=False,
        timeout=60,
    )
    assert died.returncode == -signal.SIGKILL
    one = following(practice.url)
    assert one.due(killed.database) is not None  # it is not taken for read
    for shop in (clean, killed):
        assert one.due(shop.database) is not None
        outcome = asyncio.run(one.follow(shop.database, one.followed[0]))
        assert outcome.trouble == ""
        assert one.due(shop.database) is None
    for query in CONTENTS:
        found = clean.all(query)
        assert found
        assert killed.all(query) == found
    clean.close()
    killed.close()
