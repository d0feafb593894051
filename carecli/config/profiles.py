"""Configuration of competitors' profiles.

Like `config.model`: the paragraph under a field is the documentation of its key.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class CompetitorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A public profile of another brand, compared with your own."""

    platform: Literal["facebook", "instagram"]
    """Where the profile is: `facebook` or `instagram`. A brand with a profile on both needs two
    entries."""

    title: str = ""
    """The name shown on screen, e.g. `Lumira`. The default is the competitor's key."""

    page: str = ""
    """For Facebook: the page's id, or its name in the address, e.g. `123456789` or `lumira.mx`."""

    username: str = ""
    """For Instagram: the profile's user name, without `@`."""

    channel: str = ""
    """The channel whose token is used to read it: one of yours on the same platform. Without it,
    carecli asks the platform nothing, and you enter the figures with `carecli competitors import`
    or `carecli competitors set`."""

    brand: str = ""
    """The key of your brand that it is compared with. The default is the brand of its channel;
    without a channel, all brands."""
