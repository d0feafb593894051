"""Following competitors: each through the channel of ours that the configuration names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from carecli.boot.channels import account
from carecli.boot.setup import Setup, now
from carecli.config import profiles

if TYPE_CHECKING:
    from carecli.domain.competition import Profile
    from carecli.platforms.public import Onlooker
    from carecli.store.db import Database
    from carecli.sync.following import Following


def following_chore(setup: Setup) -> Callable[[Database], object] | None:
    """What the engine does about profiles from time to time; None where there are none."""
    if not any(one.channel for one in profiles(setup.config)):
        return None
    return following(setup).follow_next


def following(setup: Setup) -> Following:
    """Who follows the profiles of the configuration."""
    from carecli.sync.following import Following

    def look(profile: Profile) -> Onlooker:
        from carecli.platforms.registry import onlooker

        return onlooker(account(setup, profile.channel))

    return Following(profiles(setup.config), look, clock=now, zone=setup.zone)
