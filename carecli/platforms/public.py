"""The protocol for reading public profiles of a platform.

Beside `Connector`: it reads competitors' profiles, and our own as anybody sees them, through the
token of one of our channels. Raises only `PlatformError`s; `PermissionMissing` where the platform
does not let this token see others.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from carecli.domain.competition import PublicComment, PublicPost
from carecli.domain.model import Millis


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """A page of what a profile shows. `audience` None: it does not tell.

    `whole_since`: with this page every post published since that moment was told; None: not yet.
    `usage` and `park_until` are as in `base.Page`.
    """

    audience: int | None = None
    posts: tuple[PublicPost, ...] = ()
    comments: tuple[PublicComment, ...] = ()
    whole_since: Millis | None = None
    usage: float = 0.0
    park_until: Millis | None = None


class PublicProfileReader(Protocol):
    """Sees profiles of one platform, through one of our channels."""

    def look(self, address: str, since: Millis) -> AsyncIterator[ProfilePage]:
        """A profile now, with its posts published since a moment; the empty address is ours."""
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...
