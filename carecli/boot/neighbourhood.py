"""The demo's competitors: in its configuration, in a file somebody kept, and read by API."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from carecli.domain.errors import CareError
from carecli.domain.model import Millis

if TYPE_CHECKING:
    from carecli.boot.setup import Setup
    from carecli.practice.scenario import Channel

log = logging.getLogger(__name__)

COUNTED = "competitors.csv"
"""The file of what was counted before the demo began, as `carecli competitors import` takes it."""

DAYS = 45
"""How many days somebody counted."""

SHORT = {"facebook": "fb", "instagram": "ig"}


def competitor_lines(accounts: Sequence[Channel]) -> list[str]:
    """The configuration of the practice platform's other brands, each with a channel to read it."""
    from carecli.practice.neighbours import NEIGHBOURS

    lines = ["competitors:"]
    for one in NEIGHBOURS:
        for platform, short in SHORT.items():
            channel = next(
                (c for c in accounts if (c.platform, c.language) == (platform, one.language)),
                next(c for c in accounts if c.platform == platform),
            )
            address = "page" if platform == "facebook" else "username"
            lines.append(
                f"  {one.key}-{short}: {{title: {json.dumps(one.title)}, platform: {platform}, "
                f"{address}: {one.name}, channel: {channel.key}}}"
            )
    return lines


def counted(now: Millis) -> str:
    """The file of followers counted on the days before `now`.

    Of the brand that the API does not show, posts and reactions of the last weeks stand there too.
    """
    from carecli.practice.neighbours import NEIGHBOURS, counted_before

    closed = {one.key: one for one in NEIGHBOURS if one.is_closed}
    lines = ["profile,day,audience,posts,reactions,comments"]
    for place, (key, platform, day, people) in enumerate(counted_before(now, DAYS)):
        of_posts = ",,"
        if key in closed:
            posts = place % 3
            of_posts = f"{posts},{posts * people // 700},{posts * people // 21_000}"
        lines.append(f"{key}-{SHORT[platform]},{day},{people},{of_posts}")
    return "\n".join(lines) + "\n"


def look_around(setup: Setup) -> None:
    """Take in the file, and read every profile once; what does not work is left to the engine."""
    import asyncio

    from carecli.boot.following import following
    from carecli.boot.inbox import open_desk
    from carecli.store.db import Database

    try:
        with closing(open_desk(setup)) as desk:
            desk.import_figures((setup.file.parent / COUNTED).read_text(encoding="utf-8"))
        followers = following(setup)
        with closing(Database(setup.database)) as database:
            for profile in followers.followed:
                asyncio.run(followers.follow(database, profile))
    except (CareError, OSError):
        log.exception("reading competitors")
