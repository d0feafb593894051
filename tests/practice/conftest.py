"""A practice platform per test module for reading, and a fresh one for each test that writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from carecli.practice import PracticeServer, channels
from tests.practice.graph import NOW, Graph, plain_client

CHANNELS = {channel.key: channel for channel in channels()}


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    """A platform of its own, on an ordinary day, whose clock stands still."""
    with PracticeServer("ordinary", seed=1, now=NOW) as server:
        yield server


@pytest.fixture
def http(practice: PracticeServer) -> Iterator[httpx.Client]:
    """A client without any token."""
    with plain_client(practice.url) as client:
        yield client


@pytest.fixture
def as_page(practice: PracticeServer) -> Iterator[Callable[..., Graph]]:
    """A Graph client with a page's token: `as_page("avon-fb")`."""
    opened: list[Graph] = []

    def make(key: str = "lrp-fb", **options: Any) -> Graph:
        opened.append(Graph(practice.url, CHANNELS[key].token, **options))
        return opened[-1]

    yield make
    for graph in opened:
        graph.close()
