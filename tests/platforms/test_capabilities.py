"""What a channel can do is told without its connector, and is what the connector tells."""

from __future__ import annotations

import pytest

from carecli.platforms.base import Account
from carecli.platforms.registry import CAPABILITIES, CONNECTORS, capabilities_of, create_connector


@pytest.mark.parametrize("platform", sorted(CONNECTORS))
@pytest.mark.parametrize("more", [{}, {"human_agent": "yes"}])
def test_the_registry_and_the_connector_tell_the_same(platform: str, more: dict[str, str]) -> None:
    options = {"host": "mail.example.org"} if platform == "mail" else more
    account = Account(
        "here", platform, "us@example.org", "a token", "https://example.org", options=options
    )
    assert capabilities_of(platform, options) == create_connector(account).capabilities


def test_every_built_in_platform_tells_it() -> None:
    assert CAPABILITIES.keys() == CONNECTORS.keys()
    assert capabilities_of("plugged in", {}) is None
