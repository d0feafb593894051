"""Which connector serves which platform; imported on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, cast

from carecli.domain.errors import ConfigError

if TYPE_CHECKING:
    from carecli.domain.capabilities import Capabilities
    from carecli.platforms.base import Account, Connector
    from carecli.platforms.public import PublicProfileReader

CONNECTORS = {
    "facebook": "carecli.platforms.meta.facebook:FacebookPage",
    "instagram": "carecli.platforms.meta.instagram:InstagramProfile",
    "matrix": "carecli.platforms.matrix.connector:MatrixRooms",
    "mail": "carecli.platforms.mail.connector:MailChannel",
    "manual": "carecli.platforms.manual.connector:ManualEntries",
}
"""Platform name -> where its connector class is."""

CAPABILITIES = {
    "facebook": "carecli.platforms.meta.capabilities:facebook_capabilities",
    "instagram": "carecli.platforms.meta.capabilities:instagram_capabilities",
    "matrix": "carecli.platforms.matrix.capabilities:matrix_capabilities",
    "mail": "carecli.platforms.mail.capabilities:mail_capabilities",
    "manual": "carecli.platforms.manual.capabilities:manual_capabilities",
}
"""Platform name -> where it says what a channel with some options can do, without its connector."""

PROFILE_READERS = {
    "facebook": "carecli.platforms.meta.public_profiles:PageProfileReader",
    "instagram": "carecli.platforms.meta.public_profiles:InstagramProfileReader",
}
"""Platform name -> what sees its profiles in public."""

ENTRY_POINTS = "carecli.connectors"
"""Group under which an installed package offers further platforms."""


def platform_names() -> list[str]:
    """Every platform a channel can name, built in and plugged in."""
    from importlib.metadata import entry_points

    return sorted({*CONNECTORS, *(point.name for point in entry_points(group=ENTRY_POINTS))})


def capabilities_of(platform: str, options: Mapping[str, str]) -> Capabilities | None:
    """What a channel can do, without loading a connector; None for what is plugged in."""
    place = CAPABILITIES.get(platform)
    return cast("Callable[..., Capabilities]", _at(place))(options) if place is not None else None


def create_profile_reader(account: Account) -> PublicProfileReader:
    """What sees profiles of a channel's platform; KeyError for one whose profiles nobody sees."""
    return cast("Callable[[Account], PublicProfileReader]", _at(PROFILE_READERS[account.platform]))(
        account
    )


def _at(place: str) -> object:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def create_connector(account: Account) -> Connector:
    """The connector for a channel; raises ConfigError for an unknown platform."""
    place = CONNECTORS.get(account.platform)
    if place is not None:
        make = _at(place)
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
