"""A campaign's threads go first while it runs, or while a person wants it, and only then."""

from __future__ import annotations

import pytest

from carecli.domain.events import Author, MessageSeen
from carecli.domain.filter import parse_filter
from carecli.domain.model import DAY, HOUR, ContactPoint, moderator
from carecli.store.campaigns import CampaignSpec, campaigns, enrol, is_due, lift, switch
from carecli.store.filter_sql import Asking
from carecli.store.policies import Policies
from carecli.store.threads import find
from tests.store.conftest import NOW, Shop

CONTEST = CampaignSpec("contest", "Contest", ("p9",), NOW - DAY, NOW + DAY, boosts=True)


@pytest.fixture
def two(shop: Shop) -> Shop:
    """A private message, and a comment under a post of the contest."""
    ana = Author("501", "Ana", "page")
    shop.take(MessageSeen("1", "1", ContactPoint.PRIVATE_MESSAGE, NOW, ana, text="hej"))
    shop.take(MessageSeen("2", "2", ContactPoint.COMMENT, NOW + 9, ana, text="konkurs", post="p9"))
    return shop


def lifted(shop: Shop, now: int, *specs: CampaignSpec) -> list[int]:
    with shop.database.write() as db:
        if specs:
            enrol(db, specs)
        was_due = is_due(db, now)
        changed = lift(db, now, Policies(db))
        assert was_due == bool(changed)
        assert not is_due(db, now)
        return changed


def order(shop: Shop) -> list[int]:
    with shop.database.read() as db:
        return list(find(db, parse_filter("is:waiting"), Asking("ola", NOW)).ids)


def turn(shop: Shop, *, on: bool, until: int | None = None, at: int = NOW) -> int:
    with shop.database.write() as db:
        return switch(db, "contest", on=on, until=until, by=moderator("ola"), now=at)


def test_a_campaigns_comments_jump_over_private_messages_until_it_ends(two: Shop) -> None:
    assert order(two) == [1, 2]
    assert lifted(two, NOW - 2 * DAY, CONTEST) == []
    assert lifted(two, NOW) == [2]
    assert order(two) == [2, 1]
    assert lifted(two, NOW) == []
    assert lifted(two, NOW + DAY) == [2]
    assert order(two) == [1, 2]


def test_a_campaign_that_left_the_configuration_lifts_nothing(two: Shop) -> None:
    assert lifted(two, NOW, CONTEST) == [2]
    with two.database.write() as db:
        enrol(db, [])
    assert lifted(two, NOW) == [2]
    assert order(two) == [1, 2]


def test_a_switch_goes_before_the_configuration_until_its_end(two: Shop) -> None:
    assert lifted(two, NOW, CONTEST) == [2]
    turn(two, on=False, until=NOW + HOUR)
    assert lifted(two, NOW) == [2]
    assert lifted(two, NOW + HOUR) == [2]
    turn(two, on=True, until=NOW + 3 * DAY, at=NOW + HOUR)
    assert lifted(two, NOW + 2 * DAY) == []
    assert lifted(two, NOW + 3 * DAY) == [2]
    assert order(two) == [1, 2]


def test_a_switch_taken_back_holds_no_more(two: Shop) -> None:
    lifted(two, NOW, CONTEST._replace(boosts=False))
    decision = turn(two, on=True)
    assert lifted(two, NOW) == [2]
    with two.database.write() as db:
        db.execute("UPDATE decisions SET undone = 1 WHERE id = ?", (decision,))
    assert lifted(two, NOW) == [2]


def test_how_a_campaign_stands(two: Shop) -> None:
    with two.database.write() as db:
        enrol(db, [CONTEST])
        [before] = campaigns(db, NOW - 2 * DAY)
        [now] = campaigns(db, NOW)
        [over] = campaigns(db, NOW + DAY)
        switch(db, "contest", on=False, until=None, by=moderator("ola"), now=NOW)
        [switched] = campaigns(db, NOW + 1)
    assert (before.is_on, before.until) == (False, NOW - DAY)
    assert (now.is_on, now.until, now.posts) == (True, NOW + DAY, 1)
    assert (over.is_on, over.until) == (False, None)
    assert (switched.is_on, switched.until) == (False, None)
    assert switched.switch is not None
    assert switched.switch.by == "moderator:ola"


def test_looking_goes_by_indexes(shop: Shop) -> None:
    ran: list[str] = []
    with shop.database.write() as db:
        enrol(db, [CONTEST])
        db.set_trace_callback(ran.append)
        is_due(db, NOW)
        db.set_trace_callback(None)
        plans = [row[3] for sql in ran for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    scans = [plan for plan in plans if plan.startswith("SCAN") and plan != "SCAN campaigns"]
    assert all("USING" in plan for plan in scans), scans
