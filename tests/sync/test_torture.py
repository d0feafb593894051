"""The engine is killed at every step, and at any moment: each reply and each message once.

A real platform, a real engine, SIGKILL; meanwhile people write, and the platform answers late,
with errors, or does what it was asked and cuts the connection. `TORTURE_ROUNDS` random kills
more in `make torture`.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from carecli.domain.model import DAY, SECOND, Millis, OutboxVerb
from carecli.platforms.base import Connector
from carecli.store import orders
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild
from carecli.sync import crash
from carecli.sync.daemon import sync_once
from carecli.sync.verify import WaitDifference, verify
from tests.sync.engine_process import LOOKS_HERE
from tests.sync.shop import Shop, practice_connectors, wall_clock

CHANNEL = "lrp-fb"
FAULTS = (
    {"kind": "cut_after", "method": "write", "rate": 0.25},
    {"kind": "server_error", "method": "write", "rate": 0.1},
    {"kind": "cut_before", "rate": 0.05},
    {"kind": "unavailable", "rate": 0.05},
    {"kind": "slow", "rate": 0.1, "seconds": 0.2},
)
LOST = (
    {"kind": "cut_after", "method": "write", "rate": 0.5},
    {"kind": "cut_before", "method": "write"},
)
"""So that there are texts to look for, and some of them to find."""
LOOKS = ("send-asked", "send-decided")
"""Steps that only an item of unknown fate goes through."""
CARE = {**os.environ, "PYTHONPATH": str(Path.cwd())}


class Ordeal:
    """A platform with its people, a database, and an engine that is killed again and again."""

    def __init__(self, shop: Shop, url: str, seed: int) -> None:
        self.shop, self.url = shop, url
        self.control = httpx.Client(base_url=f"{url}/practice", timeout=30)
        self.chance = random.Random(seed)
        self.texts: list[str] = []
        self.engine: subprocess.Popen[bytes] | None = None
        self.kills: Counter[str] = Counter()

    def start(self, crash_at: str = "") -> None:
        command = [sys.executable, "-m", "tests.sync.engine_process"]
        self.engine = subprocess.Popen(
            [*command, str(self.shop.path), self.url, CHANNEL],
            env={**CARE, crash.VARIABLE: crash_at},
            stderr=subprocess.PIPE,
        )

    def kill(self, how: str) -> None:
        """The engine dies now, if it has not died by itself at the step it was given."""
        assert self.engine is not None
        if self.engine.poll() is None:
            self.engine.send_signal(signal.SIGKILL)
            how = "at random"
        _, errors = self.engine.communicate(timeout=30)
        assert self.engine.returncode == -signal.SIGKILL, errors.decode()
        self.kills[how] += 1

    def until(self, holds: Callable[[], object], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, [
                self.shop.all("SELECT * FROM outbox WHERE state <> 'sent'"),
                self.shop.all("SELECT stream, moved_at FROM cursors"),
                self.shop.all("SELECT * FROM channels"),
                wall_clock(),
            ]
            time.sleep(0.02)

    def until_dead(self, seconds: float = 60) -> None:
        assert self.engine is not None
        self.until(lambda: self.engine is not None and self.engine.poll() is not None, seconds)

    def faults(self, *faults: dict[str, object]) -> None:
        self.control.delete("/faults").raise_for_status()
        for fault in faults:
            self.control.post("/faults", json={"times": None, **fault}).raise_for_status()

    def queue(self, replies: int) -> None:
        """Answer some who wait, in public and in private, each with a text of its own."""
        waiting = self.shop.all(
            "SELECT last_inbound_id FROM threads WHERE waiting = 1 AND sending = '' "
            "AND point IN ('comment', 'dm', 'ad') AND last_inbound_at > ? ORDER BY id",
            wall_clock() - DAY,
        )
        for (message,) in self.chance.sample(waiting, min(replies, len(waiting))):
            text = f"Respuesta número {len(self.texts)} para usted."
            self.texts.append(text)
            self.shop.order(text=text, message=message)

    def somebody_writes(self) -> None:
        """A new comment under a thread, so that there is always a page with news."""
        thread = self.shop.all(
            "SELECT p.platform_id FROM posts p WHERE p.kind = 'post' AND gone_at IS NULL"
        )
        on = self.chance.choice(thread)[0]
        answer = self.control.post(
            "/act",
            json={"act": "comment", "on": on, "text": f"¿Y {self.chance.random()}?", "name": "Eva"},
        )
        assert answer.status_code == 200, answer.text

    def serves(self) -> bool:
        """Whether the engine started last has told that it lives."""
        told = self.shop.all("SELECT value FROM settings WHERE key = 'engine'")
        return bool(told) and json.loads(told[0][0])["pid"] == getattr(self.engine, "pid", 0)

    def someone_decides(self) -> int:
        """A person looks at what failed, and lets it be tried again."""
        troubled = self.shop.all(
            "SELECT id FROM outbox "
            "WHERE state = 'failed' AND error_label = 'stale' AND error NOT LIKE '%deleted%'"
        )
        with self.shop.durable.write() as db:
            for (order,) in troubled:
                orders.queue_again(db, order, wall_clock(), "failed")
        return len(troubled)

    def knows_all(self) -> bool:
        """Whether no item is of unknown fate, though nobody decided anything about one."""
        return not self.shop.all("SELECT 1 FROM outbox WHERE state = 'unknown'")

    def settle(self) -> None:
        """All is well again: let the engine finish, and a person decide what only they can."""
        self.faults()
        self.control.post("/life", json={"pace": 0}).raise_for_status()
        self.start()

        def is_quiet() -> bool:
            self.someone_decides()
            open_ = "state IN ('queued', 'sending', 'unknown')"
            return not self.shop.all(f"SELECT 1 FROM outbox WHERE {open_}")

        self.until(self.serves)
        self.until(self.knows_all, 5 * sum(LOOKS_HERE) / SECOND + 60)
        self.until(is_quiet, 120)
        assert self.engine is not None
        self.engine.send_signal(signal.SIGTERM)
        _, errors = self.engine.communicate(timeout=30)
        assert self.engine.returncode == 0, errors.decode()
        with self.shop.database.write() as db:  # as if the places that failed had rested
            db.execute("UPDATE failing_places SET next_try = 0")
        report = sync_once(self.shop.path, practice_connectors(self.url, CHANNEL), clock=wall_clock)
        assert report.is_well, report

    def told(self) -> str:
        """What was survived, for whoever asked for the long torture."""
        looked = self.shop.one("SELECT count(*), sum(attempts > 1) FROM outbox WHERE attempts > 0")
        states = dict(self.shop.all("SELECT state, count(*) FROM outbox GROUP BY state"))
        return f"kills: {dict(self.kills)}; replies: {states}; tried more than once: {looked[1]}"

    def judge(self) -> None:
        """What the platform holds, what the database holds, and that they agree."""
        received = self.control.get("/received").json()["received"]
        landed: Counter[str] = Counter()
        for write in received:
            if write["took_effect"]:
                landed.update(text for text in self.texts if text in str(write["parameters"]))
        twice = {text: times for text, times in landed.items() if times > 1}
        assert not twice
        states = dict(self.shop.all("SELECT text, state FROM outbox"))
        assert {text for text in self.texts if states[text] == "sent"} == set(landed)
        assert set(states.values()) <= {"sent", "failed"}
        ours = "SELECT text FROM messages WHERE contact_id IS NULL"
        stored = Counter(text for (text,) in self.shop.all(ours) if text in set(self.texts))
        assert stored == landed
        ids = self.shop.all("SELECT count(*), count(DISTINCT platform_id) FROM messages")[0]
        assert ids[0] == ids[1] > 0
        assert self.shop.one(
            "SELECT count(*) FROM outbox WHERE state = 'sent' AND sent_id IS NULL"
        ) == (0,)
        (connector,) = practice_connectors(self.url, CHANNEL).values()
        since = wall_clock() - 20 * DAY
        found = asyncio.run(_verified(connector, self.shop, since))
        # A deletion is believed ten minutes after it is noticed, so it may still wait here.
        late = [one for one in found if "does not show it any more" in one.what or one.is_unpulled]
        assert [one for one in found if one not in late] == []
        policies = Policies(self.shop.database.connection)
        assert rebuild(self.shop.database, policies, wall_clock()) == []


async def _verified(connector: Connector, shop: Shop, since: Millis) -> list[WaitDifference]:
    try:
        return await verify(connector, shop.database, CHANNEL, since, now=wall_clock())
    finally:
        await connector.aclose()


@pytest.fixture
def ordeal(shop: Shop) -> Iterator[Ordeal]:
    practice = subprocess.Popen(
        [sys.executable, "-m", "tests.sync.practice_process"],
        env=CARE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert practice.stdout is not None
    ordeal = Ordeal(shop, practice.stdout.readline().strip(), seed=1)
    shop.enrol(CHANNEL)
    ordeal.start()
    ordeal.until(lambda: shop.one("SELECT count(*) FROM cursors")[0] == 3)
    ordeal.kill("at random")
    yield ordeal
    ordeal.control.close()
    for process in (ordeal.engine, practice):
        if process is not None:
            process.kill()
            process.communicate()


@pytest.mark.timeout(400)
def test_a_kill_at_each_step_loses_and_doubles_nothing(ordeal: Ordeal) -> None:
    for step in crash.STEPS:
        ordeal.faults(*(LOST if step in LOOKS else ()))
        ordeal.queue(3)
        ordeal.somebody_writes()
        ordeal.start(step)
        ordeal.until_dead()
        ordeal.kill(step)
    assert set(ordeal.kills) >= set(crash.STEPS)
    ordeal.settle()
    ordeal.judge()


@pytest.mark.timeout(400)
def test_a_kill_at_each_step_blocks_everybody_once(ordeal: Ordeal) -> None:
    people: set[str] = set()
    for step in (one for one in crash.delivery_steps("send") if one not in LOOKS):
        message, person = ordeal.shop.all(
            "SELECT m.id, c.platform_id FROM messages m JOIN contacts c ON c.id = m.contact_id "
            "JOIN threads t ON t.id = m.thread_id WHERE t.point = 'comment' "
            "AND c.platform_id NOT LIKE '?%' AND c.platform_id NOT IN "
            "(SELECT value FROM json_each(?)) ORDER BY m.id LIMIT 1",
            json.dumps(sorted(people)),
        )[0]
        people.add(person)
        ordeal.shop.order(OutboxVerb.BLOCK, message=message)
        ordeal.start(step)
        ordeal.until_dead()
        ordeal.kill(step)
    ordeal.settle()
    received = ordeal.control.get("/received").json()["received"]
    blocked = [one["parameters"]["user"] for one in received if one["path"].endswith("/blocked")]
    assert Counter(blocked) == Counter(people)
    known = ordeal.shop.all("SELECT platform_id FROM contacts WHERE blocked_at IS NOT NULL")
    assert {person for (person,) in known} == people


def random_kills(ordeal: Ordeal, rounds: int) -> None:
    for _ in range(rounds):
        ordeal.faults(*FAULTS)
        ordeal.queue(2)
        ordeal.somebody_writes()
        step = f"{ordeal.chance.choice(crash.STEPS)}:{ordeal.chance.randint(1, 4)}"
        ordeal.start(step if ordeal.chance.random() < 0.6 else "")
        died = time.monotonic() + 0.5 + ordeal.chance.random() * 3
        while (
            time.monotonic() < died and ordeal.engine is not None and ordeal.engine.poll() is None
        ):
            time.sleep(0.005)
        ordeal.kill("at a step")
        ordeal.someone_decides()
    ordeal.settle()
    ordeal.judge()


@pytest.mark.timeout(400)
def test_kills_at_any_moment_lose_and_double_nothing(ordeal: Ordeal) -> None:
    random_kills(ordeal, 6)


@pytest.mark.torture
@pytest.mark.timeout(7200)
@pytest.mark.skipif("TORTURE_ROUNDS" not in os.environ, reason="long: `make torture` asks for it")
def test_hundreds_of_kills(ordeal: Ordeal, capsys: pytest.CaptureFixture[str]) -> None:
    random_kills(ordeal, int(os.environ["TORTURE_ROUNDS"]))
    with capsys.disabled():
        print(f"\n{ordeal.told()}")
