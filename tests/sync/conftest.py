"""A shop, a practice platform for it, and a counter where a customer waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carecli.practice import PracticeServer
from tests.sync.counter import Counter
from tests.sync.shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path / "care.sqlite")
    yield shop
    shop.close()


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    with PracticeServer("ordinary", seed=1) as server:
        yield server


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Counter]:
    counter = Counter(tmp_path / "care.sqlite")
    yield counter
    counter.shop.close()
