"""What the desk's questions take, asked directly: where the time of a key goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.scenario import percentile
from benchmarks.texts import RARE
from carecli.desk.context import UNKNOWN_CHANNEL, DeskContext
from carecli.desk.services import InboxServices, open_services
from carecli.domain.filter import STATES
from carecli.domain.model import ThreadId

TIMES = 15
ORDERS = {"done": "newest"}
"""How a state's threads are looked at, if not by urgency."""
FIRST_PAGE = 200
"""Ids the screen asks for first."""


def questions(desk: InboxServices) -> dict[str, Callable[[], object]]:
    """What the screen asks, by name."""
    some = list(desk.threads.ids("is:waiting", "queue", limit=FIRST_PAGE).ids)
    turn = iter(some * TIMES)

    def first(words: str, sort: str = "queue") -> Callable[[], object]:
        return lambda: desk.threads.ids(words, sort, limit=FIRST_PAGE)

    def whole(words: str, sort: str = "queue") -> Callable[[], object]:
        return lambda: desk.threads.ids(words, sort)

    return {
        "first page, waiting": first("is:waiting"),
        "first page, one brand": lambda: desk.threads.ids(
            "is:waiting", "queue", "avon", FIRST_PAGE
        ),
        "first page, by deadline": first("is:waiting", "deadline"),
        "first page, everything newest": first("", "newest"),
        "first page, colour:red": first("is:waiting colour:red"),
        "first page, at:review": first("is:waiting at:review"),
        "first page, channel": first("is:waiting channel:avon-ig"),
        "first page, assignee:me": first("is:waiting assignee:me"),
        "first page, assignee:none": first("is:waiting assignee:none"),
        "first page, label:vip": first("label:vip"),
        "first page, due<30m": first("is:waiting due<30m"),
        "first page, since:1d": first("is:waiting since:1d"),
        "first page, brand:avon": first("is:waiting brand:avon"),
        "first page, team:care": first("is:waiting team:care"),
        "first page, until:1d": first("is:waiting until:1d"),
        "first page, on:yesterday": first("is:waiting on:yesterday"),
        "first page, campaign": first("campaign:contest", "newest"),
        "first page, post": first("post:p1", "newest"),
        "first page, -label:vip": first("is:waiting -label:vip"),
        "first page, mentioned:me": first("mentioned:me"),
        **{
            f"first page, is:{state}": first(f"is:{state}", ORDERS.get(state, "queue"))
            for state in STATES
            if state != "waiting"
        },
        "first page, done:today": first("done:today", "newest"),
        "search, rare word": first(f'"{RARE}"', "newest"),
        "search, common word": first('"factura"', "newest"),
        "search, among waiting": first('is:waiting "factura"'),
        "search, person": first("from:kowalski", "newest"),
        "all ids, waiting": whole("is:waiting"),
        "all ids, colour:red": whole("is:waiting colour:red"),
        "all ids, everything": whole("", "newest"),
        "rows of 50": lambda: desk.threads.rows([ThreadId(next(turn)) for _ in range(50)]),
        "a conversation": lambda: desk.conversations.conversation(ThreadId(next(turn))),
        "overview": desk.threads.overview,
        "changes, none": desk.threads.changes,
    }


def ask(database: Path, say: Callable[[str], None]) -> dict[str, list[float]]:
    """Milliseconds of each question, asked TIMES times, with the cache as it then is."""
    desk = open_services(
        database,
        DeskContext("ana", lambda: time.time_ns() // 1_000_000, lambda _: UNKNOWN_CHANNEL),
    )
    took: dict[str, list[float]] = {}
    try:
        for name, question in questions(desk).items():
            took[name] = []
            for _ in range(TIMES):
                start = time.perf_counter()
                question()
                took[name].append((time.perf_counter() - start) * 1e3)
                if took[name][-1] > 500 and len(took[name]) >= 3:
                    break
            times = took[name]
            say(f"  {name:32} {percentile(times, 50):9.2f} ms   most {max(times):9.2f} ms")
    finally:
        desk.close()
    return took
