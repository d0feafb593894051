"""Which competitors are followed, and through which of our channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from carecli.boot.channels import account
from carecli.boot.setup import Setup, now
from carecli.config import profiles

if TYPE_CHECKING:
    from carecli.domain.competition import Profile
    from carecli.platforms.public import PublicProfileReader
    from carecli.store.db import Database
    from carecli.sync.profile_follower import ProfileFollower


def following_chore(setup: Setup) -> Callable[[Database], object] | None:
    """What the engine does about profiles from time to time; None where there are none."""
    if not any(one.channel for one in profiles(setup.config)):
        return None
    return following(setup).follow_next


def following(setup: Setup) -> ProfileFollower:
    """Who follows the profiles of the configuration."""
    from carecli.sync.profile_follower import ProfileFollower

    def look(profile: Profile) -> PublicProfileReader:
        from carecli.platforms.registry import create_profile_reader

        return create_profile_reader(account(setup, profile.channel))

    return ProfileFollower(profiles(setup.config), look, clock=now, zone=setup.zone)
