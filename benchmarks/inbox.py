"""carecli itself as a scenario: the inbox on a corpus, without any network."""

from __future__ import annotations

import compileall
import json
import os
import re
import signal
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import carecli
from benchmarks.corpus import channels
from benchmarks.emulator import Terminal
from benchmarks.scenario import Leave, Press, Scenario, Shows, Step
from benchmarks.texts import RARE

COUNTDOWN = r"-?(?:\d\d:\d\d:\d\d|\d+h \d\dm|\d+d \d\dh) "
"""How each thread of the list reads, after its badge."""

PANE = 90
"""The column right of which the conversation stands, in a terminal of 140."""

FILTER = "is:waiting colour:yellow"
DUE_SOON = "is:waiting colour:green since:25h until:23h"
"""Threads within an hour of their deadline: all their countdowns show seconds."""


def configuration(folder: Path) -> Path:
    """A configuration with the corpus's channels, entered by hand, so that nothing is pulled."""
    file = folder / "config.yaml"
    lines = ["me: ana", "inbox: {zone: Europe/Warsaw}", "theme: {palette: dark}", "brands:"]
    lines += [f"  {brand}: {{title: {brand}}}" for brand in sorted({c.brand for c in channels()})]
    lines.append("channels:")
    lines += [
        f"  {one.key}: {{brand: {one.brand}, platform: manual, title: {one.title}}}"
        for one in channels()
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def list_cursor(terminal: Terminal) -> object:
    """Which lines of the list are under the cursor, and what thread that is."""
    marked = [(y, row.split("█", 1)[1][:PANE]) for y, row in enumerate(terminal.rows) if "█" in row]
    return [(y, re.sub(COUNTDOWN, "", text)) for y, text in marked]


def conversation(terminal: Terminal) -> object:
    """The right-hand pane, but for what ticks."""
    rows = (row.partition("▏")[2] for row in terminal.rows[1:])
    return [re.sub(COUNTDOWN, "", row) for row in rows]


def only_yellow(terminal: Terminal) -> bool:
    """Whether the list shows FILTER's threads and no others."""
    page = "\n".join(terminal.rows)
    badges = re.findall(rf"[▌█] +(\(?[GYR]\)?) +{COUNTDOWN}", page)
    return "Filter ·" in page and len(badges) >= 10 and {"Y", "(Y)"}.issuperset(badges)


def scenario(
    name: str, database: Path, folder: Path, *, rounds: int, keys: int, idle: float
) -> Scenario:
    """The inbox on this database; `keys` presses of `j` a round.

    Its modules are compiled before, as an installer does: a shell may forbid Python to.
    """
    compileall.compile_dir(Path(carecli.__file__).parent, quiet=1)
    back = ("F", "<c-u>", "is:waiting", "<enter>")
    steps: list[Step] = [
        Press("key", "j", keys, list_cursor, warm_up=5),
        Press("page", "<pgdn>", 15, list_cursor, warm_up=1),
        Press("end", "<end>", 4, list_cursor, back=("<home>",)),
        Press("open", "<enter>", 12, conversation, before=("j",), back=("<esc>",), warm_up=2),
        Press(
            "filter",
            "<enter>",
            8,
            until=only_yellow,
            before=("F", "<c-u>", FILTER),
            back=back,
            warm_up=1,
        ),
        Press(
            "search",
            "<enter>",
            8,
            until=Shows(rf"Found: {RARE}.* 10 threads"),
            before=("/", RARE),
            back=back,
            warm_up=1,
        ),
        Press(
            "search_common",
            "<enter>",
            4,
            until=Shows("Found: factura .*(?s:.)*factura"),
            before=("/", "factura"),
            back=back,
            warm_up=1,
        ),
        Press(
            "filter_due",
            "<enter>",
            1,
            until=Shows(r"-?\d\d:\d\d:\d\d ", least=10),
            before=("F", "<c-u>", DUE_SOON),
        ),
        Leave("idle", idle),
    ]
    return Scenario(
        name=name,
        command=(
            *(sys.executable, "-m", "carecli"),
            *("--config", str(configuration(folder)), "--db", str(database)),
        ),
        ready=Shows(COUNTDOWN, least=10),
        leave="<c-q>",
        steps=steps,
        first_key="j",
        first_sight=list_cursor,
        rounds=rounds,
        timeout=20,
        after=partial(end_engine, database),
    )


def end_engine(database: Path) -> None:
    """End the engine that the inbox started and left behind, so that every start is the first."""
    with suppress(OSError, ValueError, KeyError):
        holder = json.loads(Path(f"{database}.engine").read_text(encoding="utf-8"))["pid"]
        command = Path(f"/proc/{holder}/cmdline")
        if str(database).encode() in command.read_bytes():
            os.kill(holder, signal.SIGTERM)
            end = time.monotonic() + 15
            while command.exists() and command.read_bytes() and time.monotonic() < end:
                time.sleep(0.05)
