"""Killed at each step, and at several one after another, every kind of delivery happens once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from carecli.sync import crash

TWO_MAILS, THREE_EVENTS, THREE_DEEDS = 2, 3, 3

KINDS = {
    "outbox": (crash.delivery_steps("send"), THREE_DEEDS),
    "report": (crash.REPORT_STEPS, TWO_MAILS),
    "hook": (crash.HOOK_STEPS, THREE_EVENTS),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_at_each_step_loses_and_doubles_nothing(kind: str, tmp_path: Path) -> None:
    steps, expected = KINDS[kind]
    done = subprocess.run(
        [sys.executable, "-m", "tests.jobs.delivery_process", kind, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    ordeals = json.loads(done.stdout)
    single = [one for one in ordeals if len(one["deaths"]) <= 3]
    assert {step for one in single for step in one["killed"]} == set(steps)
    for ordeal in ordeals:
        assert set(ordeal["states"]) == {"sent"}, ordeal
        happened = Counter(ordeal["outside"])
        assert len(happened) == expected, ordeal
        twice = [what for what, times in happened.items() if times > 1]
        assert not [what for what in twice if not may_happen_again(what)], ordeal
        assert sum(happened.values()) - expected <= len(ordeal["killed"]), ordeal


def may_happen_again(what: str) -> bool:
    """Something that is hidden already, and an event that a hook knows by its id."""
    return " hide " in what or what.startswith("flag ")
