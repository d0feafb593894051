"""One profile read by the real code as a process of its own, to be killed in the middle.

python -m tests.sync.following_process DATABASE URL
"""

from __future__ import annotations

import sys
from pathlib import Path

from carecli.domain.competition import Profile
from carecli.platforms.base import Account
from carecli.platforms.public import PublicProfileReader
from carecli.platforms.registry import create_profile_reader
from carecli.practice import channels
from carecli.store.db import Database
from carecli.sync.profile_follower import ProfileFollower
from tests.sync.shop import wall_clock

LUMIRA = Profile("lumira", "Lumira", "facebook", "lumiramx", "lrp-fb")


def following(url: str) -> ProfileFollower:
    """Who follows one page of the practice platform."""
    ours = next(one for one in channels() if one.key == "lrp-fb")

    def look(_profile: Profile) -> PublicProfileReader:
        account = Account("lrp-fb", "facebook", ours.account, ours.token, url, clock=wall_clock)
        return create_profile_reader(account)

    return ProfileFollower([LUMIRA], look, clock=wall_clock, zone="UTC")


def main(database: str, url: str) -> None:
    following(url).follow_next(Database(Path(database)))


if __name__ == "__main__":
    main(*sys.argv[1:])
