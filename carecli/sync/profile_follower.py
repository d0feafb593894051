"""Reads public profiles once a day each, without delaying anything else.

A profile at a time, over connections of its own, so that no pull of the inbox waits for it. Each
page is stored as it comes; that a profile was read to the end is stored with its last page, so
that a crash repeats it and loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from carecli.domain.competition import API, AUDIENCE, DayFigure, Profile
from carecli.domain.errors import (
    PermissionMissing,
    PlatformError,
    SecretMissing,
    StoreError,
    Throttled,
)
from carecli.domain.model import DAY, HOUR, Millis
from carecli.domain.text import one_line
from carecli.platforms.base import Clock
from carecli.platforms.public import ProfilePage, PublicProfileReader
from carecli.store import channels, profiles
from carecli.store.db import Database
from carecli.sync.backoff import CROWDED
from carecli.sync.crash import crash_point

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

log = logging.getLogger(__name__)

FIRST_READ: Millis = 62 * DAY
"""How far back the first reading of a profile goes: the whole month before this one."""

FOLLOWED_FOR: Millis = 28 * DAY
"""How long the counts of a post are read again."""

AGAIN: Millis = HOUR
"""When a profile is tried again on the same day after an error that may pass."""

PASSING = frozenset({"transient", "throttled", "token", "secret"})
"""Troubles that may be over within the day; what is not permitted is tried on the next."""

Look = Callable[[Profile], PublicProfileReader]
"""What sees a profile; raises SecretMissing."""


@dataclass(frozen=True, slots=True)
class FollowOutcome:
    """What came of following a profile: posts that were seen; or the trouble, and what was said."""

    key: str
    posts: int = 0
    trouble: str = ""
    said: str = ""
    hint: str = ""


class ProfileFollower:
    """Follows profiles that a channel reads. Days begin in the moderators' `zone`."""

    def __init__(self, followed: Sequence[Profile], look: Look, *, clock: Clock, zone: str) -> None:
        self.followed = [one for one in followed if one.channel]
        self._look = look
        self._clock = clock
        self._zone = ZoneInfo(zone)

    def due(self, database: Database) -> Profile | None:
        """The profile to read next, the one that waits longest first; None when none is."""
        waiting: list[tuple[Millis, Profile]] = []
        with database.read() as db:
            busy = self._busy(channels.channels(db))
            for one in self.followed:
                how = profiles.followed(db, one.key)
                if one.channel not in busy and self._is_due(how):
                    waiting.append((how.tried_at or 0, one))
        return min(waiting, key=lambda found: found[0], default=(0, None))[1]

    def follow_next(self, database: Database) -> FollowOutcome | None:
        """Read the profile that is due, if one is. Blocks; belongs into a thread."""
        one = self.due(database)
        return asyncio.run(self.follow(database, one)) if one is not None else None

    async def follow(self, database: Database, profile: Profile) -> FollowOutcome:
        """Read one profile now, whatever the day. Raises StoreError only."""
        try:
            posts = await self._read(database, profile)
        except StoreError:
            raise
        except (PlatformError, SecretMissing) as error:
            trouble = error.label if isinstance(error, PlatformError) else "secret"
            log.info("%s cannot be followed: %s", profile.key, error.what)
            until = error.until if isinstance(error, Throttled) else 0
            hint = BY_HAND if isinstance(error, PermissionMissing) else error.hint
            return self._failed(
                database, FollowOutcome(profile.key, 0, trouble, error.what, hint), until
            )
        except Exception as error:
            log.exception("following %s", profile.key)
            said = f"carecli could not process it: {type(error).__name__}"
            hint = "Please report it with the engine's log."
            return self._failed(database, FollowOutcome(profile.key, 0, "broken", said, hint))
        return FollowOutcome(profile.key, posts)

    def _failed(
        self, database: Database, outcome: FollowOutcome, until: Millis = 0
    ) -> FollowOutcome:
        """Write the trouble down; the next try is not before `until`."""
        tried_at = max(self._clock(), until - AGAIN)
        with database.write() as db:
            said = one_line(outcome.said, 300)
            profiles.tried(db, outcome.key, tried_at, outcome.trouble, said)
        return outcome

    async def _read(self, database: Database, profile: Profile) -> int:
        since = self._since(database, profile)
        onlooker, posts = self._look(profile), 0
        try:
            sightings = onlooker.look(profile.address, since)
            async with aclosing(cast("AsyncGenerator[ProfilePage]", sightings)) as pages:
                async for sighting in pages:
                    crash_point("profile-read")
                    self._keep(database, profile.key, sighting)
                    posts += len(sighting.posts)
                    if sighting.park_until is not None:
                        what = "the platform asks for silence"
                        raise Throttled(what, until=sighting.park_until)
        finally:
            await onlooker.aclose()
        with database.write() as db:
            profiles.tried(db, profile.key, self._clock())
        return posts

    def _keep(self, database: Database, key: str, sighting: ProfilePage) -> None:
        now = self._clock()
        with database.write() as db:
            if sighting.audience is not None:
                counted = DayFigure(AUDIENCE, self._day(now), sighting.audience, API)
                profiles.keep_figures(db, key, (counted,), now)
            profiles.keep_posts(db, key, sighting.posts, now)
            profiles.keep_comments(db, key, sighting.comments, now)
            if sighting.whole_since is not None:
                profiles.read_to_end(db, key, sighting.whole_since, now)
            crash_point("profile-kept")

    def _since(self, database: Database, profile: Profile) -> Millis:
        """Posts from when on are read: four weeks, or more to reach what was read before."""
        now = self._clock()
        with database.read() as db:
            before = profiles.followed(db, profile.key).read_until
        if before is None or before < now - FIRST_READ:
            return now - FIRST_READ
        return min(before, now - FOLLOWED_FOR)

    def _is_due(self, how: profiles.Followed) -> bool:
        """Once a day; after an error that may pass, an hour later."""
        if how.tried_at is None:
            return True
        now = self._clock()
        if how.trouble in PASSING:
            return now >= how.tried_at + AGAIN
        return self._day(how.tried_at) != self._day(now)

    def _busy(self, all_channels: Sequence[channels.StoredChannel]) -> set[str]:
        """Channels whose quota belongs to the inbox now: asked for silence, or nearly used up."""
        now = self._clock()
        return {
            one.key for one in all_channels if (one.parked_until or 0) > now or one.usage >= CROWDED
        }

    def _day(self, at: Millis) -> date:
        return datetime.fromtimestamp(at / 1000, self._zone).date()


BY_HAND = "Enter it by `carecli competitors import` or `carecli competitors set`."
