"""Which competitors are followed, and through which of our channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from carecli.boot.channels import account_of
from carecli.boot.setup import Setup, now
from carecli.config import profiles

if TYPE_CHECKING:
    from carecli.domain.competition import Profile
    from carecli.platforms.public import PublicProfileReader
    from carecli.store.db import Database
    from carecli.sync.profile_follower import ProfileFollower


def profile_following_job(setup: Setup) -> Callable[[Database], object] | None:
    """The job that reads the next profile; None if there are none to read."""
    if not any(profile.channel for profile in profiles(setup.config)):
        return None
    return profile_follower(setup).follow_next


def profile_follower(setup: Setup) -> ProfileFollower:
    """The follower of the configured profiles."""
    from carecli.sync.profile_follower import ProfileFollower

    def open_reader(profile: Profile) -> PublicProfileReader:
        from carecli.platforms.registry import create_profile_reader

        return create_profile_reader(account_of(setup, profile.channel))

    return ProfileFollower(profiles(setup.config), open_reader, clock=now, zone=setup.zone)
