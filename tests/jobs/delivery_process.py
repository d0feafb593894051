"""Deliveries of one kind, killed at each step; prints what happened outside, as JSON.

python -m tests.jobs.delivery_process KIND FOLDER

Every attempt is a child process of its own, which dies by SIGKILL at the step it is given; what it
reached outside stands in a file. Afterwards children go on, while time passes, until all is done.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random

from carecli.desk.context import UNKNOWN_CHANNEL, DeskContext
from carecli.domain.commands import Flag
from carecli.domain.model import MINUTE, Millis, OutboxVerb
from carecli.jobs.hooks import HookTarget, look
from carecli.jobs.monthly_reports import MonthlyReportJob, Schedule
from carecli.platforms.base import Order, Sent
from carecli.platforms.mail.outgoing import OutgoingMail
from carecli.store.db import Database
from carecli.sync import crash
from carecli.sync.channel_state import ChannelState
from carecli.sync.puller import Puller
from carecli.sync.sender import Sender
from tests.desk.conftest import open_shop
from tests.sync.pretend import START, Pretend
from tests.sync.shop import Shop

NOTHING = ""
"""No step to die at: time passes, and what was under way gets of unknown fate."""

OCTOBER, NOVEMBER = 1_792_500_000_000, 1_793_600_000_000


class Outside:
    """What happened outside, whoever died meanwhile."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def do(self, what: str) -> None:
        with self._file.open("a") as log:
            log.write(f"{what}\n")

    def done(self) -> list[str]:
        return self._file.read_text().splitlines() if self._file.exists() else []


class World(ABC):
    """Some deliveries of one kind that are due from `now` on; `rows` selects their states."""

    now: Millis
    steps: Sequence[str]
    rows: str

    def __init__(self, folder: Path) -> None:
        self._file, self._outside = folder / "care.sqlite", Outside(folder / "outside")

    @abstractmethod
    def attempt(self, now: Millis) -> None:
        """Do what is due."""

    def go_on(self, now: Millis) -> None:
        """All the time passes that anything may wait for."""
        for _ in range(20):
            self.attempt(now)
            now += 5 * MINUTE


class Platform(Pretend):
    """A platform whose memory is a file."""

    def __init__(self, outside: Outside, now: Millis) -> None:
        super().__init__(now=now)
        self._outside = outside
        for name in ("c1", "c2"):
            self.says(name, "?", by=f"of {name}", at=START)
        for order in outside.done():
            self._remember(order)

    async def send(self, order: Order) -> Sent:
        told = f"{order.target.message} {order.verb} {order.text}"
        self._outside.do(told)
        return self._remember(told)

    def _remember(self, told: str) -> Sent:
        message, verb, text = told.split(" ", 2)
        if not OutboxVerb(verb).is_text:
            return Sent(at=self.now)
        self.says(f"{message}-a", text, thread=message, ours=True, parent=message, at=START + 1)
        return Sent(f"{message}-a", START + 1, (self.events[-1],))

    async def find_sent(self, order: Order) -> Sent | None:
        told = f"{order.target.message} {order.verb} {order.text}"
        return self._remember(told) if told in self._outside.done() else None


class Outbox(World):
    """Two replies and something hidden."""

    now = START
    steps = crash.delivery_steps("send")
    rows = "SELECT state FROM outbox"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        shop = Shop(self._file, now=START)
        shop.enrol("avon-fb")
        line = self._line(shop, START)
        asyncio.run(Puller(line).pull(line.connector.streams()[0]))
        ids = [id_ for (id_,) in shop.all("SELECT id FROM messages ORDER BY id")]
        for id_ in ids:
            shop.order(text=f"Answer {id_}", message=id_)
        shop.order(OutboxVerb.HIDE, message=ids[0])
        shop.database.close()
        shop.durable.close()

    def _line(self, shop: Shop, now: Millis) -> ChannelState:
        platform = Platform(self._outside, now)
        [(id_,)] = shop.all("SELECT id FROM channels")
        return ChannelState(id_, "avon-fb", platform, shop.database, lambda: now, Random(1))

    def attempt(self, now: Millis) -> None:
        shop = Shop(self._file, now=now)
        asyncio.run(Sender(self._line(shop, now), shop.durable).drain())
        shop.database.close()
        shop.durable.close()


class Reports(World):
    """A month's report to two addresses."""

    now = NOVEMBER
    steps = crash.REPORT_STEPS
    rows = "SELECT state FROM report_mails UNION ALL SELECT 'sent' FROM scheduled"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.attempt(OCTOBER)

    def attempt(self, now: Millis) -> None:
        to = ("manager@vichy.test", "lead@lrp.test")
        schedule = Schedule("all", 1, 420, ("",), ("pl",), to, "box", None, (), issue=True)
        context = DeskContext("ana", lambda: now, lambda _: UNKNOWN_CHANNEL)
        with closing(Database(self._file)) as database:
            MonthlyReportJob(context, [schedule], lambda _channel: self).look(database)

    def send(self, key: str, at: int, letter: OutgoingMail) -> None:
        self._outside.do(f"{key} {at} {letter.to[0]}")

    def was_sent(self, key: str) -> bool:
        return any(line.startswith(f"{key} ") for line in self._outside.done())


class Hooks(World):
    """Three decisions that a program is told."""

    steps = crash.HOOK_STEPS
    rows = "SELECT state FROM hooks WHERE decision_id = (SELECT max(id) FROM decisions)"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        shop = open_shop(self._file)
        self.now = shop.now
        threads = [shop.says(name, "?") for name in ("Ela", "Iza", "Ola")]
        self.attempt(shop.now)
        desk = shop.desk()
        for thread in threads:
            desk.commands.submit(Flag(thread))
        desk.close()
        shop.database.close()

    def attempt(self, now: Millis) -> None:
        with closing(Database(self._file)) as database:
            look(database, HookTarget("phone", ["flag"], self._tell), now)

    def _tell(self, told: Mapping[str, object]) -> None:
        self._outside.do(f"{told['event']} {told['id']}")


KINDS: Mapping[str, type[World]] = {"outbox": Outbox, "report": Reports, "hook": Hooks}


def child(deed: Callable[[], None], crash_at: str = "") -> int:
    """Do it in a process that dies at a step; how it ended, as `os.waitpid` tells."""
    process = os.fork()
    if process == 0:
        crash._name, _, times = crash_at.partition(":")
        crash._left = int(times or "1")
        try:
            deed()
        finally:
            os._exit(0 if sys.exception() is None else 1)
    return os.waitpid(process, 0)[1]


def suffer(kind: type[World], folder: Path, deaths: Sequence[str]) -> dict[str, object]:
    """Die at these steps, one after another, then go on until all is done."""
    folder.mkdir()
    world = kind(folder)
    now = world.now
    killed = []
    for step in deaths:
        if child(partial(world.attempt, now), step) == signal.SIGKILL:
            killed.append(step.partition(":")[0])
        now += MINUTE
    assert child(partial(world.go_on, now)) == 0, deaths
    with closing(Database(folder / "care.sqlite")) as database:
        states = [state for (state,) in database.connection.execute(world.rows)]
    outside = Outside(folder / "outside").done()
    return {"deaths": deaths, "killed": killed, "states": states, "outside": outside}


def main(kind: str, folder: str) -> None:
    world = KINDS[kind]
    chance = random.Random(kind)
    needs_unknown = [step for step in world.steps if step.endswith(("-asked", "-decided"))]
    deaths: list[Sequence[str]] = [[step] for step in world.steps if step not in needs_unknown]
    for step in needs_unknown:
        prefix = step.partition("-")[0]  # the second delivery of each kind can be asked about
        deaths += [[f"{prefix}-{at}:2", NOTHING, step] for at in ("claimed", "answered")]
    deaths += [chance.choices(world.steps, k=4) for _ in range(5)]
    found = [suffer(world, Path(folder) / str(n), some) for n, some in enumerate(deaths)]
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
