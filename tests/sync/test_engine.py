"""The engine as a whole: what it does when, who may start one, and how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from carecli.domain.errors import EngineRunning, TokenRefused
from carecli.domain.model import MINUTE, SECOND, Millis
from carecli.platforms.base import Connector, Order, Sent
from carecli.practice import PracticeServer
from carecli.store import settings
from carecli.sync.channel_worker import PROBE_EVERY
from carecli.sync.engine import Engine
from carecli.sync.lock import EngineLock, is_engine_running, lock_file
from carecli.sync.schedule import EngineSchedule
from tests.sync.pretend import START, Pretend
from tests.sync.shop import Shop, waiting_comment, wall_clock

CARE = {**os.environ, "PYTHONPATH": str(Path.cwd())}


class ByHand:
    """A timetable on the test's own clock."""

    def __init__(self, platform: Pretend) -> None:
        self.platform = platform
        self.wishes: dict[str, tuple[Millis, Callable[[], None]]] = {}
        self.regular: dict[str, Callable[[], None]] = {}

    def at(self, name: str, moment: Millis, deed: Callable[[], None]) -> None:
        self.wishes[name] = (moment, deed)

    def every(self, name: str, seconds: float, deed: Callable[[], None]) -> None:
        self.regular[name] = deed

    def start(self) -> None:
        self.due()

    def stop(self) -> None:
        self.wishes.clear()

    def due(self) -> None:
        for name, (moment, deed) in list(self.wishes.items()):
            if moment <= self.platform.now:
                del self.wishes[name]
                deed()


async def settled(until: Callable[[], object]) -> None:
    """Let the tasks run until something holds; the virtual clock stands still meanwhile."""
    for _ in range(2000):
        if until():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never happened")


async def eventually(until: Callable[[], object]) -> None:
    """Wait for what happens in a thread."""
    deadline = time.monotonic() + 10
    while not until():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


class House:
    """An engine on one pretend channel, with its time in the test's hand."""

    def __init__(self, shop: Shop, reconnect: Callable[[str], Connector] | None = None) -> None:
        self.platform = Pretend()
        self.shop = shop
        shop.now = START
        shop.enrol("avon-fb")
        self.timetable = ByHand(self.platform)
        self.other = Shop(shop.path, now=START)  # another process, as the engine sees it
        self.engine = Engine(
            shop.database,
            shop.durable,
            {"avon-fb": self.platform},
            clock=self.platform.clock,
            timetable=self.timetable,
            sleep=lambda _: asyncio.sleep(0),
            reconnect=reconnect,
        )

    def pass_time(self, span: Millis) -> None:
        self.platform.now += span
        self.shop.now = self.other.now = self.platform.now
        self.timetable.due()

    def run(self, story: Callable[[], Awaitable[None]]) -> None:
        async def live() -> None:
            running = asyncio.create_task(self.engine.run())
            try:
                await story()
            finally:
                self.engine.stop()
                await running

        try:
            asyncio.run(live())
        finally:
            self.other.close()

    def pulls(self) -> int:
        return len([call for call in self.platform.calls if call.startswith("pull")])


def test_it_pulls_at_once_and_then_again_and_again(shop: Shop) -> None:
    house = House(shop)
    house.platform.says("c1")

    async def story() -> None:
        await settled(lambda: house.pulls() == 1 and house.timetable.wishes)
        moment, _ = house.timetable.wishes["avon-fb/comments"]
        assert START + 15 * SECOND <= moment <= START + 23 * SECOND
        house.pass_time(23 * SECOND)
        await settled(lambda: house.pulls() == 2)

    house.run(story)
    assert house.platform.is_closed
    assert shop.one("SELECT count(*) FROM messages") == (1,)
    assert (
        json.loads(shop.one("SELECT value FROM settings WHERE key = 'engine'")[0])["pid"]
        == os.getpid()
    )


def test_it_notices_a_new_order_and_its_grace(shop: Shop) -> None:
    house = House(shop)
    house.platform.says("c1")

    async def story() -> None:
        await settled(lambda: house.pulls() == 1 and house.timetable.wishes)
        order = house.other.order(text="hola", message=1, not_before=START + 5 * SECOND)
        for _ in range(50):
            await asyncio.sleep(0)
        assert house.shop.state(order) == "queued"
        house.pass_time(5 * SECOND)
        await settled(lambda: house.shop.state(order) == "sent")

    house.run(story)


def test_a_clock_that_is_put_back_delays_no_pull(shop: Shop) -> None:
    house = House(shop)

    async def story() -> None:
        await settled(lambda: house.pulls() == 1 and house.timetable.wishes)
        house.pass_time(-10 * MINUTE)
        await settled(lambda: house.timetable.wishes["avon-fb/comments"][0] < START)
        house.pass_time(1)
        await settled(lambda: house.pulls() == 2)

    house.run(story)


def test_it_tells_its_supervisor(shop: Shop, tmp_path: Path) -> None:
    house = House(shop)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear, pytest.MonkeyPatch.context() as m:
        ear.bind(str(tmp_path / "notify"))
        ear.settimeout(10)
        m.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        async def story() -> None:
            await settled(lambda: house.pulls() == 1)
            assert {ear.recv(100), ear.recv(100)} == {b"READY=1", b"WATCHDOG=1"}
            house.timetable.regular["beat"]()
            assert ear.recv(100) == b"WATCHDOG=1"

        house.run(story)
        assert ear.recv(100) == b"STOPPING=1"


def test_a_chore_that_fails_is_told_until_it_works_again(shop: Shop) -> None:
    house = House(shop)
    fails = [True]

    def chore() -> None:
        if fails:
            raise ValueError("no such team")

    house.engine._chores = [("sharing", 0.01, chore)]

    def failing() -> dict[str, settings.Failing]:
        house.timetable.regular["beat"]()
        sign = settings.sign_of_life(shop.database.connection)
        assert sign is not None
        return sign.failing

    async def story() -> None:
        await settled(lambda: house.pulls() == 1)
        await eventually(lambda: failing().get("sharing", (0, 0))[1] >= 2)
        assert failing()["sharing"].error == "ValueError: no such team"
        fails.clear()
        await eventually(lambda: not failing())

    house.run(story)


def test_a_chore_that_hangs_holds_up_no_other(shop: Shop) -> None:
    house = House(shop)
    done, is_over = [0], threading.Event()

    def quick() -> None:
        done[0] += 1

    hanging = [(f"hook {n}", 0.01, lambda: is_over.wait(30)) for n in range(20)]
    house.engine._chores = [*hanging, ("sharing", 0.01, quick)]

    async def story() -> None:
        await eventually(lambda: done[0] >= 3)
        is_over.set()

    house.run(story)


def test_it_notices_a_wish_for_a_pull(shop: Shop) -> None:
    house = House(shop)

    async def story() -> None:
        await settled(lambda: house.pulls() == 1 and house.timetable.wishes)
        with house.other.database.write() as db:
            settings.ask_sync(db, "lrp-ig", START)
        for _ in range(50):
            await asyncio.sleep(0)
        assert house.pulls() == 1
        with house.other.database.write() as db:
            settings.ask_sync(db, "avon-fb", START)
        await settled(lambda: house.pulls() == 2)

    house.run(story)


def test_a_refused_token_is_probed_rarely_and_the_renewed_one_goes_on(shop: Shop) -> None:
    renewed = Pretend()
    renewed.is_token_good = False
    house = House(shop, reconnect=lambda _: renewed)
    house.platform.pulls = [TokenRefused("expired")]

    async def story() -> None:
        await settled(lambda: "probe" in renewed.calls)
        for _ in range(50):
            await asyncio.sleep(0)
        assert renewed.calls == ["probe"]
        renewed.is_token_good = True
        renewed.says("c9")
        house.pass_time(PROBE_EVERY)
        await settled(lambda: any(call.startswith("pull") for call in renewed.calls))
        await settled(lambda: house.shop.one("SELECT error FROM channels") == ("",))

    house.run(story)
    assert house.platform.is_closed
    assert shop.one("SELECT platform_id FROM messages") == ("c9",)


def test_stopping_lets_the_call_under_way_end(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(shop)
    house.platform.says("c1")
    gate = asyncio.Event()
    send = house.platform.send

    async def slow(order: Order) -> Sent:
        await gate.wait()
        return await send(order)

    monkeypatch.setattr(house.platform, "send", slow)

    async def story() -> None:
        await settled(lambda: house.pulls() == 1 and house.timetable.wishes)
        order = house.other.order(text="hola", message=1)
        await settled(lambda: house.shop.state(order) == "sending")
        house.engine.stop()
        gate.set()
        await settled(lambda: house.shop.state(order) == "sent")

    house.run(story)


def test_apscheduler_calls_on_the_event_loop_and_takes_the_last_wish() -> None:
    async def live() -> list[str]:
        timetable = EngineSchedule()
        called: list[str] = []
        over = asyncio.Event()
        timetable.at("one", wall_clock() - MINUTE, lambda: called.append("late"))
        timetable.at("two", wall_clock() + MINUTE, lambda: called.append("never"))
        timetable.at("two", wall_clock() + 50, over.set)
        timetable.every("three", 0.02, lambda: called.append("again"))
        timetable.start()
        await asyncio.wait_for(over.wait(), 30)
        timetable.stop()
        return called

    called = asyncio.run(live())
    assert called.count("late") == 1
    assert "never" not in called
    assert "again" in called


def test_only_one_engine_serves_a_database(tmp_path: Path) -> None:
    database = tmp_path / "care.sqlite"
    assert not is_engine_running(database)
    with EngineLock(database, START):
        assert is_engine_running(database)
        with pytest.raises(EngineRunning, match=rf"process {os.getpid()}, since 2026-09-21 .* UTC"):
            EngineLock(database, START).__enter__()
    assert not is_engine_running(database)
    with EngineLock(database, START):
        assert lock_file(database).stat().st_mode & 0o077 == 0


def until(holds: Callable[[], object], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert process.poll() is None, process.communicate()[1].decode()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_process_serves_refuses_a_second_one_and_ends_in_peace(
    shop: Shop, practice: PracticeServer
) -> None:
    shop.enrol("lrp-fb")
    command = [sys.executable, "-m", "tests.sync.engine_process", str(shop.path), practice.url]
    first = subprocess.Popen([*command, "lrp-fb"], env=CARE, stderr=subprocess.PIPE)
    try:
        until(lambda: shop.one("SELECT count(*) FROM threads WHERE waiting = 1")[0] > 5, first)
        second = subprocess.run([*command, "lrp-fb"], env=CARE, capture_output=True, check=False)
        assert second.returncode != 0
        assert f"process {first.pid}" in second.stderr.decode()
        order = shop.order(text="Gracias por avisar.", message=waiting_comment(shop))
        until(lambda: shop.state(order) == "sent", first)
        first.send_signal(signal.SIGTERM)
        _, errors = first.communicate(timeout=30)
        assert (first.returncode, errors) == (0, b"")
    finally:
        first.kill()
        first.communicate()
    assert not is_engine_running(shop.path)
