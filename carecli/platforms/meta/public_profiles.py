"""Public figures of Facebook pages and Instagram profiles, ours and others'.

A page's followers, posts and comments are read with Page Public Content Access (others') or the
page's own token (ours): three calls and one for each further fifty posts. A profile is read by
business discovery, which tells professional accounts only and never the text or author of a
comment: one call for each fifty posts. Without the feature or permission the API answers with an
error that is `PermissionMissing`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from carecli.domain.competition import PublicComment, PublicPost
from carecli.domain.errors import Gone, PermissionMissing, Refused
from carecli.domain.model import Millis
from carecli.platforms.base import Account
from carecli.platforms.meta import wire
from carecli.platforms.meta.graph import Graph, GraphResponse
from carecli.platforms.meta.normalise_public import (
    COMMENT_FIELDS,
    MEDIA_FIELDS,
    PAGE_FIELDS,
    POST_FIELDS,
    audience_of,
    comments_of,
    page_post,
    profile_media,
)
from carecli.platforms.public import ProfilePage

PAGE_SIZE = 50
"""Posts of one call."""

MAX_CALLS = 4
"""For the posts of one profile: more than two hundred are not read at once."""

WITH_COMMENTS = 10
"""The newest posts of which comments are read, to see how fast they are answered."""

Reader: TypeAlias = Callable[[wire.Node], PublicPost | None]

_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,100}")
_CURSOR = re.compile(r"[A-Za-z0-9_=-]{1,2000}")


class PageProfileReader:
    """Sees Facebook pages through the token of one of ours."""

    def __init__(self, account: Account) -> None:
        self._own = account.account
        self._graph = Graph(account)

    async def look(self, address: str, since: Millis) -> AsyncIterator[ProfilePage]:
        """The page, its posts page by page, and last how its newest comments were answered."""
        asked = _checked(address or self._own)
        reading = await self._graph.get(asked, fields=PAGE_FIELDS)
        page = wire.ident(reading.node) or asked
        yield _sighting(reading, audience=audience_of(reading.node))
        calls = 0
        pages = self._graph.pages(
            f"{page}/published_posts", fields=POST_FIELDS, limit=str(PAGE_SIZE)
        )
        async for reading in pages:
            calls += 1
            posts = _read(reading.items, page_post)
            sighting = _posts(reading, posts, since, has_more=reading.has_more)
            if calls == MAX_CALLS and sighting.whole_since is None:
                yield _cut_off(sighting)
                break
            yield sighting
            if sighting.whole_since is not None:
                break
        try:
            reading = await self._graph.get(
                f"{page}/published_posts", fields=COMMENT_FIELDS, limit=str(WITH_COMMENTS)
            )
        except (PermissionMissing, Refused, Gone):
            return  # counts are told without comments, and how fast they answer stays untold
        seen = [comment for post in reading.items for comment in comments_of(post, page)]
        yield _sighting(reading, comments=tuple(seen))

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._graph.aclose()


class InstagramProfileReader:
    """Sees Instagram profiles through the token of one of ours."""

    def __init__(self, account: Account) -> None:
        self._own = account.account
        self._graph = Graph(account)

    async def look(self, address: str, since: Millis) -> AsyncIterator[ProfilePage]:
        """The profile with its newest media, then older ones until `since`."""
        name, after = _checked(address) if address else "", ""
        for calls in range(1, MAX_CALLS + 1):
            reading = await self._graph.get(self._own, fields=_discovery(name, after))
            node = wire.child(reading.node, "business_discovery") if name else reading.node
            media = wire.child(node, "media")
            after = _after(media)
            sighting = _posts(
                reading,
                _read(wire.nodes(media), profile_media),
                since,
                audience=audience_of(node),
                has_more=bool(after) and bool(wire.nodes(media)),
            )
            if calls == MAX_CALLS and sighting.whole_since is None:
                sighting = _cut_off(sighting)
            yield sighting
            if sighting.whole_since is not None:
                return

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._graph.aclose()


def _discovery(name: str, after: str) -> str:
    """The fields of a profile with fifty of its media, those after a cursor."""
    fields = f"media{f'.after({after})' if after else ''}.limit({PAGE_SIZE}){{{MEDIA_FIELDS}}}"
    if not after:
        fields = f"id,username,name,followers_count,media_count,{fields}"
    return f"business_discovery.username({name}){{{fields}}}" if name else fields


def _after(media: wire.Node) -> str:
    """The cursor of what follows; empty where nothing does, or it is none."""
    cursor = wire.text(wire.child(wire.child(media, "paging"), "cursors"), "after") or ""
    return cursor if _CURSOR.fullmatch(cursor) else ""


def _checked(address: str) -> str:
    if _ADDRESS.fullmatch(address) is None:
        raise Refused(
            f"{address!r} is neither a page id nor a user name",
            hint="Use only letters, digits, dots, hyphens and underscores.",
        )
    return address


def _posts(
    reading: GraphResponse,
    posts: Sequence[PublicPost],
    since: Millis,
    *,
    has_more: bool,
    audience: int | None = None,
) -> ProfilePage:
    """Those published since a moment, of a list that comes newest first."""
    is_end = not has_more or (bool(posts) and posts[-1].at < since)
    kept = tuple(post for post in posts if post.at >= since)
    return _sighting(reading, audience=audience, posts=kept, whole_since=since if is_end else None)


def _cut_off(sighting: ProfilePage) -> ProfilePage:
    """No more is read, so that all posts are known back to the oldest of these only."""
    return replace(sighting, whole_since=min((post.at for post in sighting.posts), default=None))


def _sighting(
    reading: GraphResponse,
    *,
    audience: int | None = None,
    posts: tuple[PublicPost, ...] = (),
    comments: tuple[PublicComment, ...] = (),
    whole_since: Millis | None = None,
) -> ProfilePage:
    limits = reading.limits
    return ProfilePage(audience, posts, comments, whole_since, limits.usage, limits.park_until)


def _read(nodes: Iterable[wire.Node], read: Reader) -> list[PublicPost]:
    return [post for node in nodes if (post := read(node)) is not None]
