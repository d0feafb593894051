"""Which connector serves which platform; imported when it is needed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from carecli.domain.errors import ConfigError
from carecli.platforms.base import Account, Connector

BUILT_IN = {
    "facebook": "carecli.platforms.meta.facebook:FacebookPage",
    "instagram": "carecli.platforms.meta.instagram:InstagramProfile",
    "matrix": "carecli.platforms.matrix.connector:MatrixRooms",
    "manual": "carecli.platforms.manual.connector:ManualEntries",
}
"""Platform name -> where its connector class is."""

ENTRY_POINTS = "carecli.connectors"
"""Group under which an installed package offers further platforms."""


def platform_names() -> list[str]:
    """Every platform a channel can name, built in and plugged in."""
    from importlib.metadata import entry_points

    return sorted({*BUILT_IN, *(point.name for point in entry_points(group=ENTRY_POINTS))})


def connect(account: Account) -> Connector:
    """The connector for a channel; raises ConfigError for an unknown platform."""
    place = BUILT_IN.get(account.platform)
    if place is not None:
        module, _, name = place.partition(":")
        make = getattr(import_module(module), name)
    else:
        from importlib.metadata import entry_points

        found = entry_points(group=ENTRY_POINTS, name=account.platform)
        if not found:
            raise ConfigError(
                f"no connector for platform {account.platform!r}",
                key=f"channels.{account.channel}.platform",
                hint=f"known: {', '.join(platform_names())}",
            )
        make = next(iter(found)).load()
    return cast("Callable[[Account], Connector]", make)(account)
