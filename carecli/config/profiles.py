"""Configuration of competitors' profiles.

Like `config.model`: the paragraph under a field is the documentation of its key.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class CompetitorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A public profile of another brand that is compared with ours."""

    platform: Literal["facebook", "instagram"]
    """Where the profile is: `facebook` or `instagram`. A brand with both is two competitors."""

    title: str = ""
    """The name shown on screen, e.g. `Lumira`. Left out, the competitor's key is shown."""

    page: str = ""
    """On Facebook, the page's id or its name in the address: `123456789`, `lumira.mx`."""

    username: str = ""
    """On Instagram, the profile's user name, without `@`."""

    channel: str = ""
    """The channel whose token reads it, one of ours on the same platform. Left out, nothing is
    asked: its figures come by `carecli competitors import` and `carecli competitors set`."""

    brand: str = ""
    """The brand of ours it is compared with, by key. Left out, its channel's; without a channel,
    all of them."""
