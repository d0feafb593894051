"""The real program, as a user meets it: processes, terminals, HTTP on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.care import Practice, practice_process


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    """A practice platform whose people keep still unless a test lets them act."""
    with practice_process(tmp_path, "--pace", "0") as platform:
        yield platform
