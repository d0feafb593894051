"""Nobody forgotten: on the practice platform, and every kind of difference in words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest

from carecli.domain.commands import Done
from carecli.domain.errors import Gone
from carecli.domain.events import (
    Author,
    CaseAnswered,
    MessageSeen,
    MessageWithdrawn,
    VisibilityChanged,
)
from carecli.domain.model import DAY, SECOND, ContactPoint, ThreadId
from carecli.practice import PracticeServer
from carecli.store import journal, settings
from carecli.store.derive import refresh
from carecli.store.policies import Policies
from carecli.sync.catch_up import PATIENCE, catch_up
from carecli.sync.channel_state import ChannelState
from carecli.sync.daemon import sync_once
from carecli.sync.lock import EngineLock
from carecli.sync.puller import Puller
from carecli.sync.verify import WaitDifference, verify
from tests.sync.pretend import START, Pretend
from tests.sync.shop import ANA, Shop, practice_connectors, waiting_comment, wall_clock

KEYS = ("lrp-fb", "avon-fb")


def verified(shop: Shop, url: str, key: str) -> list[WaitDifference]:
    async def ask() -> list[WaitDifference]:
        connector = practice_connectors(url, key)[key]
        try:
            return await verify(
                connector, shop.database, key, wall_clock() - 20 * DAY, now=wall_clock()
            )
        finally:
            await connector.aclose()

    return asyncio.run(ask())


def test_the_waits_are_exactly_the_unanswered_contacts_of_the_platform(
    shop: Shop, practice: PracticeServer
) -> None:
    shop.enrol(*KEYS)
    sync_once(shop.path, practice_connectors(practice.url, *KEYS), clock=wall_clock)
    waiting = httpx.get(f"{practice.url}/practice/waiting").json()["waiting"]
    there = {(w["account"], w["since"]) for w in waiting if w["account"] in KEYS}
    here = shop.all(
        "SELECT c.key, w.started_at FROM waits w JOIN threads t ON t.id = w.thread_id "
        "JOIN channels c ON c.id = t.channel_id WHERE w.ended_at IS NULL"
    )
    # The platform's API tells whole seconds.
    assert {(key, at // 1000) for key, at in here} == {(key, at // 1000) for key, at in there}
    for key in KEYS:
        assert verified(shop, practice.url, key) == []


def test_a_row_that_was_lost_is_found(shop: Shop, practice: PracticeServer) -> None:
    shop.enrol(*KEYS)
    sync_once(shop.path, practice_connectors(practice.url, *KEYS), clock=wall_clock)
    message = waiting_comment(shop)
    thread, text = shop.one("SELECT thread_id, text FROM messages WHERE id = ?", message)
    with shop.database.write() as db:
        for table, column in (("messages", "thread_id"), ("waits", "thread_id"), ("threads", "id")):
            db.execute(f"DELETE FROM {table} WHERE {column} = ?", (thread,))
    found = [one for key in KEYS for one in verified(shop, practice.url, key)]
    assert found
    assert all("carecli never saw it" in one.what for one in found)
    assert any(text[:40] in one.what for one in found)


class Pair:
    """A pretend platform, and a shop that has pulled it."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.platform = shop, Pretend()
        shop.now = START
        id_ = shop.enrol("avon-fb")["avon-fb"]
        self.line = ChannelState(id_, "avon-fb", self.platform, shop.database, self.platform.clock)
        self.platform.says("c1", "¿precio?")
        self.platform.says("m1", "hola", thread="dm:1", point=ContactPoint.PRIVATE_MESSAGE)
        self.pull()

    def pull(self) -> None:
        asyncio.run(Puller(self.line).pull(self.platform.streams()[0]))

    def found(self) -> list[WaitDifference]:
        return asyncio.run(
            verify(self.platform, self.shop.database, "avon-fb", 0, now=self.platform.now)
        )

    def verify(self) -> list[str]:
        """The differences, a later pull having brought nothing."""
        self.platform.now += DAY
        self.line.well("comments")
        return [f"{one.thread} {one.what}" for one in self.found() if not one.is_unpulled]


@pytest.fixture
def pair(shop: Shop) -> Pair:
    return Pair(shop)


def test_what_was_decided_here_is_no_difference(pair: Pair) -> None:
    assert pair.verify() == []
    with pair.shop.database.write() as db:
        journal.record(db, Done(ThreadId(1)), ANA, START)
        refresh(db, (1,), START, Policies(db))
    assert pair.shop.one("SELECT count(*) FROM waits WHERE ended_at IS NULL") == (1,)
    assert pair.verify() == []


def test_every_difference_is_told_in_words(pair: Pair) -> None:
    pair.platform.says("n1", "en la tienda", thread="c1", ours=True, at=START + 1, parent="c1")
    assert pair.verify() == ["c1 waits here, but was answered on the platform: ¿precio?"]
    pair.pull()
    assert pair.verify() == []
    pair.platform.says("m2", "¿siguen ahí?", thread="dm:1", at=START + 2)
    assert pair.verify() == []  # she waits on both sides
    pair.platform.says("c2", "otra", at=START + 3)
    assert pair.verify() == ["c2 waits on the platform and carecli never saw it: otra"]
    pair.pull()
    pair.platform.events.append(VisibilityChanged("c2", hidden=True))
    assert pair.verify() == ["c2 waits here, but on the platform it ended as moderated: otra"]
    pair.pull()
    pair.platform.events.append(MessageWithdrawn("m1"))
    pair.platform.events.append(MessageWithdrawn("m2"))
    assert pair.verify() == ["dm:1 waits here, but on the platform it ended as withdrawn: hola"]
    pair.platform.events.clear()
    pair.platform.says("c2", "otra", at=START + 3)
    assert pair.verify() == [
        "c2 waits on the platform, but here it ended as moderated: otra",
        "dm:1 waits here, but the platform does not show it any more: hola",
    ]


def test_entries_made_by_hand_have_no_platform_to_compare_with(pair: Pair) -> None:
    pair.platform.events.clear()
    assert len(pair.verify()) == 2
    pair.platform.stream_list = ()
    assert pair.verify() == []


def test_a_clean_verification_ends_the_doubt(pair: Pair) -> None:
    pair.shop.database.connection.execute("UPDATE channels SET possible_loss = 'a gap'")
    assert pair.verify() == []
    assert pair.shop.one("SELECT possible_loss FROM channels") == ("",)


def test_what_is_newer_than_the_last_pull_is_told_apart(pair: Pair) -> None:
    pair.platform.now += DAY
    pair.platform.says("c2", "otra")
    pair.platform.says("n1", "en la tienda", thread="c1", ours=True, parent="c1")
    pair.shop.database.connection.execute("UPDATE channels SET possible_loss = 'a gap'")
    assert [(one.thread, one.what, one.is_unpulled) for one in pair.found()] == [
        ("c1", "waits here, but was answered on the platform: ¿precio?", True),
        ("c2", "waits on the platform since just now: otra", True),
    ]
    assert pair.shop.one("SELECT possible_loss FROM channels") == ("",)
    pair.shop.database.connection.execute("UPDATE channels SET synced_at = NULL")
    assert not any(one.is_unpulled for one in pair.found())


class Waiting:
    """Sleeps on the platform's clock; what happens meanwhile is `then`, once."""

    def __init__(self, pair: Pair, then: Callable[[], None]) -> None:
        self.pair, self.then, self.times = pair, then, 0

    async def sleep(self, seconds: float) -> None:
        self.times += 1
        self.pair.platform.now += int(seconds * SECOND)
        if self.times == 1:
            self.then()

    def catch_up(self) -> None:
        platform = self.pair.platform
        asyncio.run(
            catch_up(
                self.pair.shop.database,
                {"avon-fb": platform},
                clock=platform.clock,
                sleep=self.sleep,
            )
        )


def parked(pair: Pair) -> None:
    pair.line.park(pair.platform.now + DAY)
    pair.line.tell()


def knows(pair: Pair, message: str) -> bool:
    return pair.line.known([message]) != {}


def test_without_an_engine_all_is_pulled_and_nothing_sent(pair: Pair) -> None:
    pair.shop.order(text="Hola", message=1)
    pair.platform.says("c2", "otra")
    Waiting(pair, lambda: None).catch_up()
    assert knows(pair, "c2")
    assert pair.platform.received == []
    pair.platform.says("c3", "y otra")
    parked(pair)
    Waiting(pair, lambda: None).catch_up()
    assert not knows(pair, "c3")


def test_an_engine_is_asked_and_waited_for(pair: Pair) -> None:
    pair.platform.says("c2", "otra")
    with EngineLock(pair.shop.path, START):
        pair.platform.now += DAY
        waiting = Waiting(pair, lambda: pair.line.well("comments"))
        waiting.catch_up()
        asked = settings.sync_asked(pair.shop.database.connection)
        assert asked is not None
        assert (asked.channel, waiting.times) == ("avon-fb", 1)
        assert not knows(pair, "c2")  # pulling is the engine's business
        pair.platform.now += DAY
        began = pair.platform.now
        idle = Waiting(pair, lambda: None)
        idle.catch_up()
        assert pair.platform.now - began == pytest.approx(PATIENCE, abs=SECOND)
        refused = Waiting(pair, lambda: parked(pair))
        refused.catch_up()
        assert refused.times == 1
        pair.platform.now += 2 * DAY
        pair.platform.stream_list = ()
        by_hand = Waiting(pair, lambda: None)
        by_hand.catch_up()
        assert by_hand.times == 0


def test_another_teams_answer_is_nobody_who_waits(pair: Pair) -> None:
    mail = MessageSeen("mail", "mail", ContactPoint.EMAIL, START, Author("d", "Desk"), text="done")
    pair.platform.events.append(CaseAnswered(mail, ("no such key",), ""))
    assert pair.verify() == ["mail waits on the platform and carecli never saw it: done"]
    pair.shop.database.connection.execute("INSERT INTO case_answers VALUES ('mail', 1)")
    assert pair.verify() == []


def test_what_its_author_took_back_unseen_is_found_out_and_ends_the_difference(pair: Pair) -> None:
    pair.platform.events.clear()
    pair.platform.says("c1", "¿precio?")
    assert len(pair.verify()) == 1  # nobody knows yet what became of it
    pair.platform.heads = [Gone("no such message")]
    assert pair.verify() == []
    assert pair.verify() == []
    outcome = pair.shop.one(
        "SELECT w.outcome FROM waits w JOIN threads t ON t.id = w.thread_id "
        "WHERE t.platform_id = 'dm:1'"
    )
    assert outcome == ("withdrawn",)


def test_what_was_hidden_before_carecli_came_never_waited_here(pair: Pair) -> None:
    pair.platform.now += DAY
    pair.platform.events.append(
        MessageSeen(
            "h1",
            "h1",
            ContactPoint.COMMENT,
            START - 3 * DAY,
            Author("x", "X"),
            text="spam",
            hidden=True,
        )
    )
    pair.pull()
    assert pair.shop.one(
        "SELECT w.outcome, w.ended_at FROM waits w JOIN threads t ON t.id = w.thread_id "
        "WHERE t.platform_id = 'h1'"
    ) == ("moderated", START - 3 * DAY)
