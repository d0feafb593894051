"""What holds for all tests."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("carecli", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("carecli")  # how fast the machine is at the moment fails no test

HERE = Path(__file__).parent

LONG = (
    "benchmarks",
    "cli",
    "desk/rules/test_meaning",
    "desk/test_issuing",
    "desk/test_paper",
    "desk/test_processes",
    "desk/test_report",
    "jobs/test_delivery_crash",
    "jobs/test_monthly_reports",
    "e2e",
    "hygiene/test_imports",
    "hygiene/test_packaging",
    "lessons",
    "platforms/contract",
    "platforms/mail/test_live",
    "platforms/matrix/test_live",
    "platforms/matrix/test_moved",
    "platforms/meta/test_conversations",
    "platforms/meta/test_facebook",
    "platforms/meta/test_graph",
    "platforms/meta/test_instagram",
    "platforms/meta/test_partial_payloads",
    "platforms/meta/test_probe",
    "platforms/meta/test_public_profiles",
    "platforms/meta/test_versions",
    "practice",
    "sync",
    "tui/test_at_hand",
    "tui/test_drafts",
    "tui/test_hostile",
    "tui/test_languages",
    "tui/test_screens",
)
"""Folders and files (how their names begin) whose tests start servers, processes or terminals, or
look at hundreds of screens or whole months of reports."""

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background, where ctrl-c is ignored; the programs that tests start would
    # inherit that, and a person's terminal never does it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

gc.disable()  # while tests are collected there is no waste to search for


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Mark what `make test-fast` leaves out."""
    for item in items:
        if item.path.relative_to(HERE).as_posix().startswith(LONG):
            item.add_marker(pytest.mark.long)


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: it is not searched for waste again."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
