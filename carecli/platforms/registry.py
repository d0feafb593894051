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
"""Platform name -> the function that returns a channel's capabilities, without its connector."""

PROFILE_READERS = {
    "facebook": "carecli.platforms.meta.public_profiles:PageProfileReader",
    "instagram": "carecli.platforms.meta.public_profiles:InstagramProfileReader",
}
"""Platform name -> the reader of its public profiles."""

ENTRY_POINTS = "carecli.connectors"
"""Group under which an installed package offers further platforms."""


def platform_names() -> list[str]:
    """Every platform a channel can name, built in and plugged in."""
    from importlib.metadata import entry_points

    return sorted({*CONNECTORS, *(point.name for point in entry_points(group=ENTRY_POINTS))})


def capabilities_of(platform: str, options: Mapping[str, str]) -> Capabilities | None:
    """What a channel can do, without loading its connector; None for a plugged-in platform."""
    path = CAPABILITIES.get(platform)
    return cast("Callable[..., Capabilities]", _load(path))(options) if path is not None else None


def create_profile_reader(account: Account) -> PublicProfileReader:
    """A reader of public profiles; KeyError for a platform that shows none."""
    return cast(
        "Callable[[Account], PublicProfileReader]", _load(PROFILE_READERS[account.platform])
    )(account)


def _load(path: str) -> object:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def create_connector(account: Account) -> Connector:
    """The connector for a channel; raises ConfigError for an unknown platform."""
    path = CONNECTORS.get(account.platform)
    if path is not None:
        make = _load(path)
    else:
        from importlib.metadata import entry_points

        entries = entry_points(group=ENTRY_POINTS, name=account.platform)
        if not entries:
            raise ConfigError(
                f"no connector for platform {account.platform!r}",
                key=f"channels.{account.channel}.platform",
                hint=f"known: {', '.join(platform_names())}",
            )
        make = next(iter(entries)).load()
    return cast("Callable[[Account], Connector]", make)(account)
