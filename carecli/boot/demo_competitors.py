"""The demo's competitors: configured, imported from a file, and read by API."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
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
    from carecli.practice.other_brands import OTHER_BRANDS

    lines = ["competitors:"]
    for one in OTHER_BRANDS:
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
    from carecli.practice.other_brands import OTHER_BRANDS, follower_counts

    closed = {one.key: one for one in OTHER_BRANDS if one.is_closed}
    lines = ["profile,day,audience,posts,reactions,comments"]
    for place, (key, platform, day, people) in enumerate(follower_counts(now, DAYS)):
        of_posts = ",,"
        if key in closed:
            posts = place % 3
            of_posts = f"{posts},{posts * people // 700},{posts * people // 21_000}"
        lines.append(f"{key}-{SHORT[platform]},{day},{people},{of_posts}")
    return "\n".join(lines) + "\n"


class LookAround(threading.Thread):
    """Take in the file, and read every profile once; what does not work is left to the engine."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(name="competitors")
        self._setup = setup
        self._lock = threading.Lock()
        self._has_ended = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Look until all is seen, or until told to stop."""
        try:
            asyncio.run(self._look())
        except asyncio.CancelledError:
            log.info("reading competitors was interrupted")
        except (CareError, OSError):
            log.exception("reading competitors")

    def stop(self) -> None:
        """Give up what is being read, and wait until nothing is used any more."""
        with self._lock:
            self._has_ended = True
            if self._loop is not None and self._task is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._task.cancel)
        self.join()

    async def _look(self) -> None:
        from carecli.boot.inbox import open_desk
        from carecli.boot.profile_following import following
        from carecli.store.db import Database

        with self._lock:
            if self._has_ended:
                return
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        with closing(open_desk(self._setup)) as desk:
            counted_before = self._setup.file.parent / COUNTED
            desk.competitors.import_figures(counted_before.read_text(encoding="utf-8"))
        await asyncio.sleep(0)  # to be told to stop
        followers = following(self._setup)
        with closing(Database(self._setup.database)) as database:
            for profile in followers.followed:
                await followers.follow(database, profile)
