"""A practice platform of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from carecli.practice import PracticeServer
from tests.platforms.meta.practising import NOW


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    with PracticeServer("ordinary", now=NOW) as server:
        yield server
