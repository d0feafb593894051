"""Who is in the community."""

from __future__ import annotations

import os

import pytest

from tests.support.synapse import Person, Synapse


@pytest.fixture
def people(synapse: Synapse) -> tuple[Person, Person, Person]:
    """The brand's account, and two contacts."""
    tag = os.urandom(4).hex()
    return (
        synapse.person(f"care-{tag}"),
        synapse.person(f"ana-{tag}"),
        synapse.person(f"ola-{tag}"),
    )
