"""Leaving at any moment ends in good order: exit code 0, and nothing goes on behind."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.care import Care, Practice, home, practice_care
from tests.support.terminal import PATIENCE, Terminal, until

pytestmark = pytest.mark.pty

EARLY = 3.0
"""Seconds after the first page within which somebody leaves."""

AGAIN = 0.3
"""Seconds after which the key is pressed again: a terminal that was not taken over yet eats it."""


def left(terminal: Terminal, after: float, patience: float = PATIENCE) -> int:
    """Leave so many seconds after the first page stands; the exit code."""
    terminal.wait_for("Waiting", patience)
    moment = time.monotonic() + after
    until(lambda: time.monotonic() >= moment, "the moment to leave")
    deadline = time.monotonic() + patience
    pressed = 0.0
    while terminal.process.poll() is None:
        now = time.monotonic()
        assert now < deadline, f"it did not end:\n{terminal.text}"
        if now - pressed > AGAIN:
            terminal.press("ctrl-q")
            pressed = now
        terminal._wait_for_more(len(terminal.raw), 0.02)
    return terminal.wait_for_end()


def leave_inbox(care: Care, after: float) -> int:
    with care.inbox() as terminal:
        return left(terminal, after)


def leave_demo(folder: Path, after: float) -> int:
    folder.mkdir(parents=True)
    with Terminal("demo", environ=home(folder)) as terminal:
        code = left(terminal, after, 2 * PATIENCE)
        until(lambda: not terminal.processes(), "engine and platform have ended")
        return code


@pytest.mark.timeout(300)
def test_the_inbox_is_left_at_any_moment(tmp_path: Path, practice: Practice) -> None:
    care = practice_care(tmp_path, practice.url)
    assert care.look("sync", "--once").code == 0
    chance = random.Random(29)
    moments = [chance.uniform(0, EARLY) for _ in range(4)]
    assert {after: leave_inbox(care, after) for after in moments} == dict.fromkeys(moments, 0)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("after", [0.0, 0.6])
def test_the_demo_is_left_right_after_its_start(tmp_path: Path, after: float) -> None:
    """While its competitors are being read, its colleague works, and the next keys are loaded."""
    assert leave_demo(tmp_path / "one", after) == 0


@pytest.mark.torture
@pytest.mark.timeout(4 * 3600)
@pytest.mark.skipif("LEAVE_TIMES" not in os.environ, reason="long: LEAVE_TIMES tells how often")
def test_hundreds_of_quick_exits(
    tmp_path: Path, practice: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every fifth of the demo, the others of an inbox that starts an engine or finds one."""
    care = practice_care(tmp_path, practice.url)
    assert care.look("sync", "--once").code == 0
    chance = random.Random(time.time_ns())

    def leave(number: int) -> int:
        after = chance.uniform(0, EARLY)
        demo = tmp_path / f"demo-{number}"
        return leave_demo(demo, after) if number % 5 == 0 else leave_inbox(care, after)

    with ThreadPoolExecutor(2) as several:
        codes = Counter(several.map(leave, range(int(os.environ["LEAVE_TIMES"]))))
    with capsys.disabled():
        print(f"\nexit codes: {dict(codes)}")
    assert set(codes) == {0}
