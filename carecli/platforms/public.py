"""The protocol for reading public profiles of a platform.

It reads competitors' profiles, and our own as the public sees them, with the token of one of our
channels. Raises only `PlatformError`s; `PermissionMissing` if this token may not see the profile.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from carecli.domain.competition import PublicComment, PublicPost
from carecli.domain.model import Millis


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """One page of a public profile. `audience` is the number of followers; None if not shown.

    `whole_since`: with this page, all posts published since that moment have been read; None: not
    yet. `usage` and `park_until` are as in `base.Page`.
    """

    audience: int | None = None
    posts: tuple[PublicPost, ...] = ()
    comments: tuple[PublicComment, ...] = ()
    whole_since: Millis | None = None
    usage: float = 0.0
    park_until: Millis | None = None


class PublicProfileReader(Protocol):
    """Reads the public profiles of one platform, with the token of one of our channels."""

    def read_profile(self, address: str, since: Millis) -> AsyncIterator[ProfilePage]:
        """A profile with its posts published since a moment (ms); an empty address means ours."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
