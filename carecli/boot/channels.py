"""Makes the connectors of the configured channels, each with its token."""

from __future__ import annotations

from collections.abc import Callable

from carecli.boot.setup import Setup, now
from carecli.config import SecretPlace
from carecli.platforms.base import Account, Connector
from carecli.platforms.registry import create_connector
from carecli.secrets import Secret, fetch

META = ("facebook", "instagram")
"""Platforms of Meta, which push what happens, and whose tokens end."""

NEEDS_NO_TOKEN = frozenset({"manual"})
"""Platforms that are entered by hand."""


def account(
    setup: Setup, key: str, *, hide: Callable[[Secret], object] = bool, with_token: bool = True
) -> Account:
    """What a channel's connector is made from; raises SecretMissing.

    `hide` is told every secret, so that the log can blot it out. Without a token a connector can
    still read recorded payloads.
    """
    channel = setup.config.channels[key]

    def secret(place: SecretPlace | None) -> str:
        if place is None or not with_token or channel.platform in NEEDS_NO_TOKEN:
            return ""
        found = fetch(place, key)
        hide(found)
        return found.reveal()

    return Account(
        channel=key,
        platform=channel.platform,
        account=channel.account,
        token=secret(channel.token),
        base_url=channel.base_url,
        api_version=channel.api_version,
        secret=secret(channel.secret),
        options=channel.options,
        clock=now,
    )


def connector(
    setup: Setup, key: str, *, hide: Callable[[Secret], object] = bool, with_token: bool = True
) -> Connector:
    """The connector of one channel."""
    return create_connector(account(setup, key, hide=hide, with_token=with_token))
