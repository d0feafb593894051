"""Many decisions at once: a batch as the screen submits it, lot by lot, and its undo.

The corpus is copied first: what is decided here stays out of what others measure.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from carecli.desk.context import UNKNOWN_CHANNEL, DeskContext
from carecli.desk.services import InboxServices, open_services
from carecli.domain.commands import Assign, Command, Done, Flag, Label, Recolour
from carecli.domain.model import Colour, NoReplyReason, ThreadId
from carecli.tui.inbox.batches import LOT

MANY = 10_000
TARGET = 1_000.0
"""Milliseconds in which so many decisions must be taken."""
BLOCKED = 50.0
"""Milliseconds for which another thread, as the screen's is, may be kept waiting meanwhile."""

DEEDS: dict[str, Callable[[ThreadId], Command]] = {
    "done": lambda thread: Done(thread, NoReplyReason.SPAM),
    "assign": lambda thread: Assign(thread, "ana"),
    "recolour": lambda thread: Recolour(thread, Colour.RED),
    "label": lambda thread: Label(thread, ("vip",)),
    "flag": Flag,
}


class Watch:
    """A thread that wakes every millisecond, as an event loop may; `longest` ms it had to wait."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._turn)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _turn(self) -> None:
        last = time.perf_counter()
        while not self._is_over.wait(0.001):
            now = time.perf_counter()
            self.longest, last = max(self.longest, (now - last) * 1e3), now


def ask(database: Path, say: Callable[[str], None]) -> dict[str, list[float]]:
    """Milliseconds of each deed on MANY waiting threads, of its undo, and of the longest wait."""
    copy = database.with_name(f"{database.stem}.batches.sqlite")
    shutil.copyfile(database, copy)
    now = time.time_ns() // 1_000_000
    desk = open_services(copy, DeskContext("ana", lambda: now, lambda _: UNKNOWN_CHANNEL))
    took: dict[str, list[float]] = {}
    try:
        threads = list(desk.threads.ids("is:waiting", "queue", limit=MANY).ids)
        for name, deed in DEEDS.items():
            with Watch() as watch:
                start = time.perf_counter()
                _submit(desk, [deed(thread) for thread in threads])
                spent = (time.perf_counter() - start) * 1e3
            took[f"{name} {len(threads):,}"] = [spent]
            took[f"{name}, the screen waits"] = [watch.longest]
            start = time.perf_counter()
            desk.commands.undo()
            took[f"undo {name}"] = [(time.perf_counter() - start) * 1e3]
            met = "ok" if spent < TARGET and watch.longest < BLOCKED else "MISSED"
            say(
                f"  {name:10} {len(threads):,} {spent:9.0f} ms, undo {took[f'undo {name}'][0]:6.0f}"
                f" ms, the screen waits {watch.longest:5.1f} ms   {met}"
            )
    finally:
        desk.close()
        for file in copy.parent.glob(f"{copy.name}*"):
            file.unlink()
    return took


def _submit(desk: InboxServices, commands: Sequence[Command]) -> None:
    first = 0
    for start in range(0, len(commands), LOT):
        receipts = desk.commands.submit_all(commands[start : start + LOT], batch=first)
        first = first or receipts[0].decision
