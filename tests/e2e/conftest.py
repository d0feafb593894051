"""The real program, as a user meets it: processes, terminals, HTTP on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.care import Practice, practice_platform


@pytest.fixture
def practice() -> Iterator[Practice]:
    """A practice platform whose people keep still unless a test lets them act."""
    with practice_platform() as platform:
        yield platform
