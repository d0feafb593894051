"""Splitting a backlog: the preview of 100,000 waiting threads, and assigning 10,000 of them.

It builds a database of its own and tells milliseconds: of wall clock, and in brackets of processor,
which other programs disturb less. Best of some rounds.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from carecli.desk.context import DeskContext
from carecli.desk.services import open_services
from carecli.domain.capabilities import Capabilities
from carecli.domain.events import Author, MessageSeen
from carecli.domain.model import DAY, HOUR, MINUTE, Actor, ChannelSpec, Colour, ContactPoint, Millis
from carecli.domain.split import Method, ShiftPerson
from carecli.store.channels import enrol
from carecli.store.db import Database
from carecli.store.derive import refresh
from carecli.store.intake import take_in
from carecli.store.policies import Policies

THREADS = 100_000
ASSIGNED = 10_000
DAYS = 5
PAGE = 1_000
ROUNDS = 5
NOW: Millis = 1_790_000_000_000
PEOPLE = [
    ShiftPerson("ana"),
    ShiftPerson("kasia", 0.8),
    ShiftPerson("piotr", 1.3, NOW + 8 * HOUR),
    ShiftPerson("ola"),
]

POINTS = (
    *(ContactPoint.COMMENT,) * 6,
    *(ContactPoint.PRIVATE_MESSAGE,) * 3,
    ContactPoint.AD_COMMENT,
)

TARGET = 300.0
"""Milliseconds in which a preview must stand."""

Times = tuple[float, float]
"""Milliseconds of wall clock, and of processor."""


def build(path: Path, threads: int) -> None:
    """Threads of one or two messages each, one in ten triaged yellow, one in a hundred red."""
    chance = random.Random(threads)
    database = Database(path)
    with closing(database), database.write() as db:
        channel = enrol(db, [ChannelSpec("avon-fb", "avon", "facebook", "Avon Polska")])["avon-fb"]
        for start in range(0, threads, PAGE):
            page = [
                event
                for number in range(start, min(threads, start + PAGE))
                for event in _messages(number, threads, chance)
            ]
            take_in(db, channel, page, observed_at=NOW, now=NOW, policies=Policies(db))
        rule = str(Actor("rule", "words"))
        some = [id_ for (id_,) in db.execute("SELECT id FROM threads WHERE id % 10 = 0")]
        colours = [Colour.RED if id_ % 100 == 0 else Colour.YELLOW for id_ in some]
        db.executemany(
            "INSERT INTO decisions (at, actor, verb, thread_id, args) VALUES (?,?,'recolour',?,?)",
            [
                (NOW, rule, id_, f'{{"colour": "{c}"}}')
                for id_, c in zip(some, colours, strict=True)
            ],
        )
        refresh(db, some, NOW, Policies(db))


def _messages(number: int, threads: int, chance: random.Random) -> Iterator[MessageSeen]:
    at = NOW - DAYS * DAY + int(DAYS * DAY * (number + chance.random()) / threads) - MINUTE
    point = chance.choice(POINTS)
    author = Author(f"u{number}", f"Ewa {number}")
    yield MessageSeen(f"m{number}", f"m{number}", point, at, author, text="Gdzie moja paczka?")
    if chance.random() < 0.5:
        later = min(NOW, at + 1_000)
        yield MessageSeen(f"n{number}", f"m{number}", point, later, author, text="Halo?")


def measure(path: Path) -> dict[str, Times]:
    """What previewing, moving a border, assigning and undoing take."""
    context = DeskContext("ana", lambda: NOW, lambda _: Capabilities(), zone="Europe/Warsaw")
    found: dict[str, Times] = {}
    with closing(open_services(path, context)) as desk:
        for method in Method:
            preview = partial(desk.planning.split_preview, "is:waiting", PEOPLE, method)
            found[f"preview by {method}"] = _best(preview)
        plan = desk.planning.split_preview("is:waiting", PEOPLE, Method.LOAD)
        found["move a border"] = _best(lambda: plan.move(1, 1))
        small = desk.planning.split_preview("is:waiting", PEOPLE[:1], Method.EQUAL)
        few = small.move_to(0, plan.backlog.starts[ASSIGNED])
        assign: list[Times] = []
        undo: list[Times] = []
        for _ in range(ROUNDS):
            assign.append(_timed(lambda: desk.planning.split(few)))
            undo.append(_timed(desk.commands.undo))
        found[f"assign {ASSIGNED:,}"], found[f"undo {ASSIGNED:,}"] = min(assign), min(undo)
    return found


def _timed(deed: Callable[[], object]) -> Times:
    wall, processor = time.perf_counter(), time.process_time()
    deed()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - processor) * 1000


def _best(deed: Callable[[], object]) -> Times:
    return min(_timed(deed) for _ in range(ROUNDS))


def ask(say: Callable[[str], None]) -> dict[str, list[float]]:
    """Milliseconds of each, told beside the target of a preview."""
    took: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "care.sqlite"
        build(path, THREADS)
        for name, (wall, processor) in measure(path).items():
            took[name] = [wall]
            verdict = ""
            if name.startswith("preview"):
                verdict = f"target {TARGET:.0f}: {'ok' if wall < TARGET else 'MISSED'}"
            say(f"  {name:24}{wall:9.1f} ms   ({processor:.1f})   {verdict}")
    return took
