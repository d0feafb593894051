"""Pages into the store: cursors, spoilt pages, errors, cadence, upkeep."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Sequence
from random import Random
from sqlite3 import Connection
from typing import Any

import pytest

from carecli.domain.capabilities import Capabilities
from carecli.domain.commands import Snooze
from carecli.domain.errors import PermissionMissing, Throttled, TokenRefused, Transient
from carecli.domain.events import Author, MessageSeen
from carecli.domain.model import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Actor,
    ContactPoint,
    Millis,
    ThreadId,
)
from carecli.platforms.base import Page, Stream
from carecli.store import journal, sync_state
from carecli.store.derive import refresh
from carecli.store.policies import Policies
from carecli.sync import maintenance
from carecli.sync.backoff import FULL_PAUSE, Cadence
from carecli.sync.channel_state import ChannelState
from carecli.sync.ingest import ingest
from carecli.sync.puller import Puller
from tests.sync.pretend import START, Pretend
from tests.sync.shop import Shop


@pytest.fixture
def platform() -> Pretend:
    return Pretend()


@pytest.fixture
def line(shop: Shop, platform: Pretend) -> ChannelState:
    shop.now = START
    id_ = shop.enrol("avon-fb")["avon-fb"]
    return ChannelState(id_, "avon-fb", platform, shop.database, platform.clock, Random(1))


def pull(puller: Puller) -> Millis:
    return asyncio.run(puller.pull(puller.line.connector.streams()[0]))


def test_each_page_moves_the_cursor_with_its_messages(
    shop: Shop, platform: Pretend, line: ChannelState
) -> None:
    for number in range(7):
        platform.says(f"c{number}")
    puller = Puller(line)
    pull(puller)
    assert puller.new_messages == 7
    assert shop.one("SELECT value FROM cursors WHERE stream = 'comments'") == ("7",)
    platform.says("c7")
    pull(puller)
    assert platform.calls == ["pull comments None", "pull comments 7"]
    assert shop.one("SELECT count(*) FROM messages") == (8,)


def test_a_page_that_cannot_be_stored_keeps_its_good_events_and_its_payload(
    shop: Shop, line: ChannelState
) -> None:
    def seen(id_: str, at: int) -> MessageSeen:
        return MessageSeen(id_, id_, ContactPoint.COMMENT, at, Author("a", "A"), text=id_)

    page = Page(
        (seen("good", START), seen("spoilt", 1 << 70), seen("fine", START)), "9", b"as it came"
    )
    ingest(shop.database, line.id, page, now=START, stream="comments")
    assert shop.all("SELECT platform_id FROM messages ORDER BY 1") == [("fine",), ("good",)]
    assert shop.one("SELECT value FROM cursors") == ("9",)
    body, unknown = shop.one("SELECT body, unrecognised FROM raw_payloads")
    assert zlib.decompress(body) == b"as it came"
    assert "MessageSeen" in unknown
    assert "Overflow" in unknown


def test_people_get_their_messages_though_rules_stumble(shop: Shop, line: ChannelState) -> None:
    def stumbles(db: Connection, messages: Sequence[int], now: Millis) -> None:
        db.execute("UPDATE messages SET text = 'half done'")
        raise KeyError(messages[0])

    said = MessageSeen(
        "c1", "c1", ContactPoint.COMMENT, START, Author("u1", "Ana"), text="¿Precio?"
    )
    ingest(shop.database, line.id, Page((said,)), now=START, rules=stumbles)
    assert shop.one("SELECT text FROM messages") == ("¿Precio?",)


def test_a_payload_that_told_nothing_new_is_not_kept(
    shop: Shop, platform: Pretend, line: ChannelState
) -> None:
    platform.says("c1")
    page = Page(tuple(platform.events), None, b"raw", START)
    for _ in range(2):
        ingest(shop.database, line.id, page, now=START, stream="comments")
    assert shop.one("SELECT count(*) FROM raw_payloads") == (1,)


def test_errors_in_a_row_wait_longer_and_are_told_until_it_works(
    shop: Shop, platform: Pretend, line: ChannelState
) -> None:
    puller = Puller(line)
    platform.pulls = [Transient("no network", hint="is it up?") for _ in range(5)]
    waits = [pull(puller) - platform.now for _ in range(5)]
    for wait, seconds in zip(waits, (1, 4, 16, 60, 60), strict=True):
        assert 0.8 * seconds * SECOND <= wait <= 1.2 * seconds * SECOND
    told = "SELECT error, hint, synced_at FROM channels"
    assert shop.one(told) == ("no network", "is it up?", None)
    pull(puller)
    assert shop.one(told) == ("", "", START)


def test_one_streams_success_does_not_hide_anothers_trouble(
    shop: Shop, platform: Pretend, line: ChannelState
) -> None:
    platform.stream_list = (Stream("comments"), Stream("conversations"))
    puller = Puller(line)
    platform.pulls = [PermissionMissing("no right to read comments", hint="grant it")]
    moment = asyncio.run(puller.pull(platform.stream_list[0]))
    assert moment >= START + 120 * SECOND
    asyncio.run(puller.pull(platform.stream_list[1]))
    assert shop.one("SELECT error, synced_at FROM channels") == ("no right to read comments", START)


def test_a_bug_in_a_connector_is_told_and_stops_nothing(
    shop: Shop, platform: Pretend, line: ChannelState
) -> None:
    platform.pulls = [KeyError("id")]
    puller = Puller(line)
    pull(puller)
    assert "could not process comments" in shop.one("SELECT error FROM channels")[0]
    platform.says("c1")
    pull(puller)
    assert shop.one("SELECT error FROM channels") == ("",)


def test_silence_is_kept_until_the_moment_asked_for(
    shop: Shop, platform: Pretend, line: ChannelState
) -> None:
    puller = Puller(line)
    platform.pulls = [Throttled("slow", until=START + 7 * MINUTE)]
    assert pull(puller) >= START + 7 * MINUTE
    assert pull(puller) == START + 7 * MINUTE
    assert len(platform.calls) == 1
    platform.now += 8 * MINUTE
    platform.park_until = platform.now + HOUR
    for number in range(9):
        platform.says(f"c{number}")
    assert pull(puller) == platform.park_until
    assert shop.one("SELECT value FROM cursors") == ("3",)
    assert shop.one("SELECT parked_until FROM channels") == (platform.park_until,)


def test_a_refused_token_is_told(shop: Shop, platform: Pretend, line: ChannelState) -> None:
    platform.pulls = [TokenRefused("expired", hint="renew")]
    pull(Puller(line))
    assert line.is_refused
    assert shop.one("SELECT error, hint FROM channels") == ("expired", "renew")


def test_the_cadence_follows_the_news_and_the_quota() -> None:
    cadence = Cadence(Stream("comments", 15, 120))
    quiet = [cadence.after(news=False) for _ in range(8)]
    assert quiet[0] < quiet[1] < quiet[2]
    assert quiet[-1] == 120 * SECOND
    assert cadence.after(news=False, usage=80) == 240 * SECOND
    assert cadence.after(news=False, usage=95) == FULL_PAUSE
    assert [cadence.after(news=True) for _ in range(2)] == [30 * SECOND, 15 * SECOND]
    rare = Cadence(Stream("everything", 86_400, 86_400))
    assert rare.after(news=True) == rare.after(news=False) == DAY


@pytest.mark.parametrize(("took", "later"), [(4, 11), (40, 1)])
def test_an_interval_begins_with_the_pull(
    platform: Pretend, line: ChannelState, monkeypatch: pytest.MonkeyPatch, took: int, later: int
) -> None:
    """However long a pull takes, what was written just after it waits for one interval."""
    quick = platform.pull

    async def slow(*words: Any) -> AsyncIterator[Page]:
        async for page in quick(*words):
            platform.now += took * SECOND
            yield page

    monkeypatch.setattr(platform, "pull", slow)
    platform.says("c1")
    assert pull(Puller(line)) == platform.now + later * SECOND


def test_a_rare_stream_is_not_pulled_again_only_because_the_engine_started(
    shop: Shop, platform: Pretend, line: ChannelState
) -> None:
    nightly = Stream("everything", 86_400, 86_400)
    assert Puller(line).first_moment(nightly) == START
    with shop.database.write() as db:
        sync_state.move_cursor(db, line.id, "everything", "x", START)
    platform.now = START + HOUR
    assert Puller(line).first_moment(nightly) == START + DAY


def test_a_window_that_passed_ends_the_private_wait_once(
    shop: Shop, platform: Pretend, line: ChannelState
) -> None:
    platform.capabilities = Capabilities(window=DAY, human_window=7 * DAY)
    platform.says("m1", thread="dm:1", point=ContactPoint.PRIVATE_MESSAGE)
    platform.says("c1")
    pull(Puller(line))
    assert maintenance.close_windows(line, START + 7 * DAY) == 0
    assert maintenance.close_windows(line, START + 7 * DAY + 1) == 1
    waits = (
        "SELECT t.platform_id, w.outcome, w.ended_by FROM waits w "
        "JOIN threads t ON t.id = w.thread_id ORDER BY 1"
    )
    assert shop.all(waits) == [
        ("c1", "", ""),
        ("dm:1", "window_closed", "platform:avon-fb"),
    ]
    with shop.database.write() as db:
        db.execute("UPDATE decisions SET undone = 1")
        refresh(db, (1, 2), START + 8 * DAY, Policies(db))
    assert shop.one("SELECT count(*) FROM threads WHERE waiting = 1") == (2,)
    assert maintenance.close_windows(line, START + 8 * DAY) == 0


def test_a_snooze_ends_by_itself(shop: Shop, platform: Pretend, line: ChannelState) -> None:
    platform.says("c1")
    pull(Puller(line))
    with shop.database.write() as db:
        until = START + HOUR
        journal.record(db, Snooze(ThreadId(1), until), Actor("moderator", "ana"), START)
        refresh(db, (1,), START, Policies(db))
    assert shop.one("SELECT snoozed FROM threads") == (1,)
    assert maintenance.wake(shop.database, until - 1) == 0
    assert maintenance.wake(shop.database, until) == 1
    assert shop.one("SELECT snoozed FROM threads") == (0,)


def test_old_payloads_are_forgotten(shop: Shop, platform: Pretend, line: ChannelState) -> None:
    platform.says("c1")
    pull(Puller(line))
    maintenance.tidy(shop.database, START + 30 * DAY)
    assert shop.one("SELECT count(*) FROM raw_payloads") == (1,)
    maintenance.tidy(shop.database, START + 30 * DAY + 1)
    assert shop.one("SELECT count(*) FROM raw_payloads") == (0,)
    assert shop.one("SELECT count(*) FROM messages") == (1,)
