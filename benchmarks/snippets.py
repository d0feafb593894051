"""How soon 2,000 saved replies are in order for a message.

Files on disk, 2,000 replies already sent from them, and a desk on a real database, as a moderator
who presses the key for snippets has it.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.texts import Writer
from carecli.desk.context import DeskContext
from carecli.desk.services import open_services
from carecli.domain.capabilities import Capabilities
from carecli.domain.events import Author, MessageSeen
from carecli.domain.model import ChannelSpec, ContactPoint, ThreadId
from carecli.store import snippet_uses
from carecli.store.channels import enrol
from carecli.store.db import Database
from carecli.store.intake import take_in
from carecli.store.policies import Policies

SNIPPETS = 2_000
MESSAGES = 2_500
"""The first of them were answered from a snippet, the rest wait."""
TIMES = 200
TARGET = 30.0
"""Milliseconds in which a ranking must stand."""


class Taken(NamedTuple):
    """Milliseconds by the clock, and of a processor: other programs may run beside us."""

    wall: float
    cpu: float


def ask(say: Callable[[str], None]) -> dict[str, list[float]]:
    """Milliseconds of each ranking; a line is told for each thing asked."""
    took: dict[str, list[float]] = {}

    def tell(what: str, taken: list[Taken], target: float | None = None) -> None:
        took[what] = [one.wall for one in taken]
        say(_line(what, taken, target))

    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), tell)
    return took


def _measure(folder: Path, tell: Callable[..., None]) -> None:
    writer = Writer("snippets")
    _write(folder / "snippets", writer)
    now = time.time_ns() // 1_000_000
    threads = _fill(folder / "care.sqlite", writer, now)
    context = DeskContext(
        "ana",
        lambda: now,
        lambda _: Capabilities(),
        languages={"avon-fb": "pl"},
        snippets=(folder / "snippets",),
    )
    desk = open_services(folder / "care.sqlite", context)
    waiting = threads[SNIPPETS:]
    tell("the first ranking, all files read", [_timed(lambda: desk.replies.snippets(waiting[0]))])
    asked = [waiting[n % len(waiting)] for n in range(TIMES)]
    tell("a ranking", [_timed(partial(desk.replies.snippets, one)) for one in asked], TARGET)
    words = ["p", "pa", "pac", "pacz", "paczka", "grc", "przysl", "zzqx"] * (TIMES // 8)
    tell(
        "a ranking with a search typed",
        [_timed(partial(desk.replies.snippets, waiting[0], word)) for word in words],
        TARGET,
    )
    taken = []
    for decision, thread in enumerate(waiting[:20], 10_000):
        _use(folder / "care.sqlite", decision, f"s{decision % SNIPPETS:04}", thread, now)
        taken.append(_timed(lambda: desk.replies.snippets(waiting[-1])))
    tell("a ranking after one more reply", taken, TARGET)
    file = folder / "snippets" / "s0001.md"
    taken = []
    for number in range(10):
        file.write_text(f"{file.read_text(encoding='utf-8')}\n{number}\n", encoding="utf-8")
        taken.append(_timed(lambda: desk.replies.snippets(waiting[-1])))
    tell("a ranking after one file changed", taken)
    desk.close()


def _write(folder: Path, writer: Writer) -> None:
    folder.mkdir()
    for number in range(SNIPPETS):
        language = ("pl", "es", "en")[number % 3]
        head = f"title: {json.dumps(writer.text()[:60])}\nlanguages: [{language}]"
        text = (
            f"{{contact.first_name|}}! {writer.text()} {writer.text()} {{product?}} {{moderator}}"
        )
        (folder / f"s{number:04}.md").write_text(f"---\n{head}\n---\n{text}\n", encoding="utf-8")


def _fill(file: Path, writer: Writer, now: int) -> list[ThreadId]:
    database = Database(file)
    with database.write() as db:
        [channel] = enrol(db, [ChannelSpec("avon-fb", "avon", "facebook", "Avon")]).values()
        events = [
            MessageSeen(
                f"m{n}", f"m{n}", ContactPoint.COMMENT, now - n, Author(f"a{n}"), text=writer.text()
            )
            for n in range(MESSAGES)
        ]
        take_in(db, channel, events, observed_at=now, now=now, policies=Policies(db))
        rows = db.execute("SELECT id, last_inbound_id FROM threads ORDER BY id").fetchall()
        for decision, (_, message) in enumerate(rows[:SNIPPETS], 1):
            name = f"s{writer.chance.randrange(SNIPPETS):04}"
            snippet_uses.count(db, decision, name, message, 1.0, now)
    database.close()
    return [ThreadId(thread) for thread, _ in rows]


def _use(file: Path, decision: int, name: str, thread: ThreadId, now: int) -> None:
    database = Database(file)
    with database.write() as db:
        (message,) = db.execute(
            "SELECT last_inbound_id FROM threads WHERE id = ?", (thread,)
        ).fetchone()
        snippet_uses.count(db, decision, name, message, 1.0, now)
    database.close()


def _timed(do: Callable[[], object]) -> Taken:
    start, used = time.perf_counter(), time.process_time()
    do()
    return Taken((time.perf_counter() - start) * 1000, (time.process_time() - used) * 1000)


def _line(what: str, taken: list[Taken], target: float | None) -> str:
    middle = statistics.median(one.wall for one in taken)
    most, used = max(one.wall for one in taken), statistics.median(one.cpu for one in taken)
    line = f"  {what:36} {middle:8.1f} ms median {most:8.1f} ms at most {used:8.1f} ms of a core"
    if target is not None:
        line += f"  target {target:.0f}: {'ok' if middle < target else 'MISSED'}"
    return line
