"""A contest's thousands: each entrant gets one private message, hate among them is hidden.

python -m benchmarks.contest --entries 20000 --speed 150 --kills 10
    on a clock that runs faster than time, since private replies leave at the platform's pace;
    the engine is killed in between, and every promise is counted on the platform's side
python -m benchmarks.contest --delay webhook --entries 1000
    in real time: from a hateful comment to its hiding, p50 and p99; also `--delay polling`
"""

from __future__ import annotations

import argparse
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.contest_engine import SECRET, WORD
from benchmarks.scenario import percentile
from carecli.desk.context import DeskContext
from carecli.desk.rules.rulebook import Rulebook
from carecli.desk.rules.service import StoreRuleService
from carecli.domain.capabilities import Capabilities
from carecli.domain.model import HOUR, ChannelSpec
from carecli.domain.rule import TrustStage
from carecli.practice.nodes import Comment, Post
from carecli.practice.server import PracticeServer
from carecli.store.channels import enrol
from carecli.store.db import Database

RULES = """
- rule: hate
  when: {at: [comment]}
  if: {words: [debil, "kurw*", kurwa]}
  then: {hide: true}
  caps: {hide: 1000000}
  expect: 1
- rule: contest
  when: {at: [comment]}
  if: {none: [{words: [debil, "kurw*", kurwa]}]}
  then:
    private: ["Hi {contact.first_name|there}, which shade is yours?", "Hi! Which is your shade?"]
  answers: true
  unattended: true
  caps: {private: 1000000}
  expect: 1
"""
HATE = ("debile", "co za k.u.r.w.a", "d3bil", "kurwaaaa")
HATEFUL = 50
"""One entry in so many is hateful."""
PATIENCE = 600
"""Seconds in which an engine that has something to send must send something, on a busy machine."""
AN_HOUR = 3_605
"""Private replies of a page in an hour at carecli's own pace: one a second, and a burst of five."""


@dataclass
class Contest:
    """A platform with a contest, an engine in a process of its own, and what was written."""

    folder: Path
    speed: float
    port: int
    seed: int = 1
    engine: subprocess.Popen[bytes] | None = None
    kills: int = 0
    entries: dict[str, Comment] = field(default_factory=dict)
    hateful: dict[str, Comment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.origin = time.time()
        self.practice = PracticeServer("contest", 1, entries=1, speed=self.speed)
        self.random = random.Random(self.seed)

    def begin(self) -> None:
        """Bring the rules to life, before anything was written."""
        self.practice.__enter__()
        town = self.practice.town
        assert town.contest is not None
        self.post: Post = town.contest
        account = self.post.account
        rules = self.folder / "rules"
        rules.mkdir()
        (rules / "contest.yaml").write_text(RULES, "utf-8")
        database = self.folder / "care.sqlite"
        with closing(Database(database)) as opened, opened.write() as db:
            enrol(db, [ChannelSpec(account.key, account.brand, "facebook", account.title)])
        context = DeskContext("ana", self.practice.clock, lambda _: Capabilities())
        desk = StoreRuleService(database, context, Rulebook(rules, rules, "UTC"))
        for name in ("hate", "contest"):
            desk.dry_run(name)
            desk.set_stage(name, TrustStage.LIVE)
        desk.close()

    def start(self) -> None:
        """Start the engine."""
        account = self.post.account
        words: list[object] = [self.folder / "care.sqlite", self.folder / "rules", self.port]
        words += [account.key, account.id, account.token, self.practice.url]
        words += [self.origin, self.speed]
        self.engine = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.contest_engine", *map(str, words)]
        )

    def kill(self) -> None:
        """Kill the engine, and start another."""
        assert self.engine is not None
        self.engine.send_signal(signal.SIGKILL)
        self.engine.wait()
        self.kills += 1
        self.start()

    def enter(self) -> None:
        """Somebody enters the contest, or writes hate under it."""
        number = len(self.entries) + len(self.hateful)
        is_hate = number % HATEFUL == HATEFUL - 1
        text = self.random.choice(HATE) if is_hate else f"Mój kolor to {number}"

        def write() -> Comment:
            world = self.practice.world
            person = world.add_person(self.post.account)
            return world.add_comment(self.post, person, text, world.clock())

        comment = self.practice.do(write)
        (self.hateful if is_hate else self.entries)[comment.id] = comment

    def left(self) -> int:
        """What the engine still has to send."""
        with closing(Database(self.folder / "care.sqlite")) as database:
            (count,) = database.connection.execute(
                "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'unknown')"
            ).fetchone()
        return int(count)

    def writes(self) -> list[dict[str, Any]]:
        """What took effect on the platform."""
        told = self.practice.do(self.practice.ledger.as_json)
        return [write for write in told if write["took_effect"]]

    def end(self) -> None:
        """Stop everything."""
        if self.engine is not None:
            self.engine.terminate()
            self.engine.wait(30)
        self.practice.__exit__(None, None, None)


@dataclass(frozen=True)
class Tally:
    """What the platform received. `twice` and `never` are entrants; `most` an hour's messages."""

    entrants: int
    once: int
    twice: int
    never: int
    hateful: int
    hidden: int
    hidden_wrongly: int
    most: int
    kills: int


def counted(contest: Contest) -> Tally:
    """Count what the platform received."""
    got: Counter[str] = Counter()
    moments: list[int] = []
    for write in contest.writes():
        target = _target(write["parameters"])
        if target:
            got[target] += 1
            moments.append(write["at"])
    hidden = [one.id for one in contest.hateful.values() if one.is_hidden]
    wrongly = [one.id for one in contest.entries.values() if one.is_hidden]
    return Tally(
        len(contest.entries),
        sum(got[id_] == 1 for id_ in contest.entries),
        sum(n > 1 for n in got.values()),
        sum(got[id_] == 0 for id_ in contest.entries),
        len(contest.hateful),
        len(hidden),
        len(wrongly),
        _most_an_hour(moments),
        contest.kills,
    )


def _target(parameters: dict[str, Any]) -> str:
    """The comment that a private reply answers; empty for any other write."""
    recipient = parameters.get("recipient")
    if isinstance(recipient, str):
        import json

        recipient = json.loads(recipient)
    return str(recipient.get("comment_id", "")) if isinstance(recipient, dict) else ""


def _most_an_hour(moments: list[int]) -> int:
    moments.sort()
    most = start = 0
    for end, moment in enumerate(moments):
        while moments[start] <= moment - HOUR:
            start += 1
        most = max(most, end - start + 1)
    return most


def run(folder: Path, entries: int, speed: float, kills: int, *, an_hour: int = 6_000) -> Tally:
    """The whole contest on a fast clock; `an_hour` is how many enter at its peak."""
    contest = Contest(folder, speed, 0)
    contest.begin()
    contest.start()
    chance = random.Random(7)
    moments = sorted(chance.uniform(0.05, 0.95) for _ in range(kills))
    pause = HOUR / an_hour / 1000 / speed
    try:
        began = time.monotonic()
        for number in range(entries):
            contest.enter()
            behind = began + number * pause - time.monotonic()
            if behind > 0:
                time.sleep(behind)
            if moments and number / entries > moments[0] / 2:
                moments.pop(0)
                contest.kill()
        seen, quiet_since = -1, time.monotonic()
        while time.monotonic() - quiet_since < (PATIENCE if contest.left() else 20):
            done = sum(1 for write in contest.writes() if _target(write["parameters"]))
            if done != seen:
                seen, quiet_since = done, time.monotonic()
            if moments and done / entries > moments[0]:
                moments.pop(0)
                contest.kill()
            if done >= len(contest.entries):
                break
            time.sleep(0.5)
        time.sleep(2)
        return counted(contest)
    finally:
        contest.end()


def delays(folder: Path, entries: int, *, by_webhook: bool, a_second: float) -> list[float]:
    """Seconds from a hateful comment to its hiding, in real time, at the contest's peak."""
    port = _free_port() if by_webhook else 0
    contest = Contest(folder, 1.0, port)
    contest.begin()
    contest.start()
    seen: dict[str, float] = {}
    written: dict[str, float] = {}
    try:
        if by_webhook:
            _subscribe(contest, port)
        time.sleep(5)
        began = time.monotonic()
        for number in range(entries):
            before = set(contest.hateful)
            contest.enter()
            written |= dict.fromkeys(set(contest.hateful) - before, time.monotonic())
            _look(contest, seen)
            while time.monotonic() < began + number / a_second:
                time.sleep(0.005)
                _look(contest, seen)
        deadline = time.monotonic() + 180
        while len(seen) < len(written) and time.monotonic() < deadline:
            time.sleep(0.005)
            _look(contest, seen)
        return [seen.get(id_, float("inf")) - at for id_, at in written.items()]
    finally:
        contest.end()


def _look(contest: Contest, seen: dict[str, float]) -> None:
    for id_, comment in contest.hateful.items():
        if comment.is_hidden and id_ not in seen:
            seen[id_] = time.monotonic()


def _subscribe(contest: Contest, port: int) -> None:
    url = f"http://127.0.0.1:{port}/webhooks/meta"
    asked = {"url": url, "secret": SECRET, "verify_token": WORD}
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answer = httpx.post(f"{contest.practice.url}/practice/webhooks", json=asked, timeout=30)
        if answer.status_code == 200:
            return
        time.sleep(0.2)
    raise RuntimeError("the engine does not listen")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def main() -> None:
    """Measure what is asked for."""
    words = argparse.ArgumentParser(prog="python -m benchmarks.contest", description=__doc__)
    words.add_argument("--entries", type=int, default=2_000)
    words.add_argument("--speed", type=float, default=150)
    words.add_argument("--kills", type=int, default=5)
    words.add_argument("--delay", choices=["webhook", "polling"])
    words.add_argument("--rate", type=float, default=10, help="entries a second, for --delay")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.delay:
            took = delays(
                Path(folder),
                asked.entries,
                by_webhook=asked.delay == "webhook",
                a_second=asked.rate,
            )
            print(
                f"by {asked.delay}: {len(took)} hateful of {asked.entries} comments at "
                f"{asked.rate:g}/s, hidden after p50 {percentile(took, 50):.2f} s, "
                f"p99 {percentile(took, 99):.2f} s, at most {max(took):.2f} s"
            )
        else:
            began = time.monotonic()
            print(run(Path(folder), asked.entries, asked.speed, asked.kills))
            print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
