"""What is done with a program in its terminal, and the times that come of it.

Scenarios measured together run interleaved, round by round, so that whatever disturbs the machine
disturbs all of them: ratios of one run are worth more than milliseconds.
"""

from __future__ import annotations

import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.emulator import Terminal
from benchmarks.process import memory, processor_seconds
from benchmarks.pty import Program, Seen, Sight, TimedOut, picture

SIZE = (140, 40)
"""Columns and lines of the terminal, for every program."""

BETWEEN = 0.03
"""Seconds of quiet before the next key is pressed."""

AFTER_ESCAPE = 0.25
"""Programs wait for what might follow an escape byte before they take it for the key."""

Samples = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Shows:
    """A screen with at least (`least`) and at most (`most`) so many matches."""

    pattern: str
    least: int = 1
    most: int = 10_000

    def __call__(self, terminal: Terminal) -> bool:
        """Whether the screen is so."""
        found = re.findall(self.pattern, "\n".join(terminal.rows), re.MULTILINE)
        return self.least <= len(found) <= self.most


@dataclass(frozen=True, slots=True)
class Press:
    """Press `keys` so many times; `before` and `back` are lots of keys around each, not timed.

    Measures `NAME.ms` (first change of what is in `sight`, or of `until`), `NAME.last_ms` (the
    last byte) and `NAME.bytes`.
    """

    name: str
    keys: str
    times: int
    sight: Sight = picture
    until: Callable[[Terminal], bool] | None = None
    before: Sequence[str] = ()
    back: Sequence[str] = ()
    warm_up: int = 0
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class Leave:
    """Do nothing for so many seconds: `NAME.cpu_percent` of a core, `NAME.bytes_per_second`."""

    name: str
    seconds: float


Step = Press | Leave


@dataclass(frozen=True, slots=True)
class Scenario:
    """A program, how its first list is known, and what is done with it.

    `first_key` is pressed as soon as the list stands and must change what is in `first_sight`.
    `after` runs once the program has gone.
    """

    name: str
    command: Sequence[str]
    ready: Callable[[Terminal], bool]
    leave: str
    steps: Sequence[Step]
    environ: Mapping[str, str] = field(default_factory=dict)
    first_key: str = ""
    first_sight: Sight = picture
    rounds: int = 3
    timeout: float = 120.0
    folder: Path | None = None
    after: Callable[[], None] | None = None


def measure(scenarios: Sequence[Scenario], say: Callable[[str], None]) -> dict[str, Samples]:
    """Run all of them, round by round; one that fails is left out from then on, and told of."""
    sys.setswitchinterval(0.0002)  # the reading thread stamps its chunks while we parse others
    samples: dict[str, Samples] = {one.name: defaultdict(list) for one in scenarios}
    failed: set[str] = set()
    for number in range(max((one.rounds for one in scenarios), default=0)):
        for one in scenarios:
            if number >= one.rounds or one.name in failed:
                continue
            try:
                _round(one, samples[one.name])
            except TimedOut as error:
                failed.add(one.name)
                say(f"{one.name}: {error}")
    return samples


def _round(scenario: Scenario, samples: Samples) -> None:
    program = Program(scenario.command, scenario.environ, SIZE)
    try:
        seen = program.watch(
            picture,
            None,
            until=scenario.ready,
            timeout=scenario.timeout,
            quiet=0.01,
            is_starting=True,
        )
        samples["start.ms"].append((seen.matched - program.started) * 1e3)
        if scenario.first_key:
            before = scenario.first_sight(program.terminal)
            program.send(scenario.first_key)
            seen = program.watch(scenario.first_sight, before)
            samples["first_key.ms"].append((seen.changed - program.started) * 1e3)
        program.settle(0.5, 5.0)
        for step in scenario.steps:
            for name, value in _do(program, step):
                samples[f"{step.name}.{name}"].append(value)
        used = memory(program.pid)
        samples["memory.mb"].append(used.program)
        if used.engine:
            samples["memory.engine_mb"].append(used.engine)
    finally:
        program.close(scenario.leave)
        if scenario.after is not None:
            scenario.after()


def _do(program: Program, step: Step) -> Iterator[tuple[str, float]]:
    if isinstance(step, Leave):
        yield from _leave(program, step)
        return
    for number in range(step.times + step.warm_up):
        _type(program, step.before)
        before = step.sight(program.terminal)
        press = partial(program.watch, step.sight, before, until=step.until, timeout=step.timeout)
        at = program.send(step.keys)
        seen: Seen = press()
        if number >= step.warm_up:
            yield "ms", (seen.matched - at) * 1e3
            yield "last_ms", (seen.last - at) * 1e3
            yield "bytes", seen.written
        if step.back:
            _type(program, step.back)


def _type(program: Program, lots: Sequence[str]) -> None:
    for keys in lots:
        program.settle(BETWEEN, 1.0)
        before = picture(program.terminal)
        program.send(keys)
        with suppress(TimedOut):  # a key may well change nothing
            program.watch(picture, before, timeout=1.0)
        program.settle(AFTER_ESCAPE if keys == "<esc>" else 2 * BETWEEN, 1.0)
    program.settle(BETWEEN, 1.0)


def _leave(program: Program, step: Leave) -> Iterator[tuple[str, float]]:
    program.settle(BETWEEN, 1.0)
    used, written = processor_seconds(program.pid), program.written
    since = time.perf_counter()
    while (left := since + step.seconds - time.perf_counter()) > 0:
        program.settle(min(left, 0.2), left)
    lasted = time.perf_counter() - since
    yield "cpu_percent", (processor_seconds(program.pid) - used) / lasted * 100
    yield "bytes_per_second", (program.written - written) / lasted


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which so many percent lie, between neighbours in proportion."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
