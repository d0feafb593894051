"""What the tests of several connectors share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.synapse import Synapse, running_synapse


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """A real homeserver, started once."""
    with running_synapse(tmp_path_factory.mktemp("synapse")) as server:
        yield server
