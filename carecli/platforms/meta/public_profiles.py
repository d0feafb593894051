"""Public figures of Facebook pages and Instagram profiles, ours and others'.

A page's followers, posts and comments are read with Page Public Content Access (others') or the
page's own token (ours): three calls and one for each further fifty posts. A profile is read by
business discovery, which works for professional accounts only and never returns the text or author
of a comment: one call for each fifty posts. Without the feature or permission the API answers with
an error that is `PermissionMissing`.
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
"""Posts read by one call."""

MAX_CALLS = 4
"""Calls for the posts of one profile, so at most two hundred posts."""

WITH_COMMENTS = 10
"""How many of the newest posts have their comments read, to see how fast they are answered."""

Reader: TypeAlias = Callable[[wire.Node], PublicPost | None]

_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,100}")
_CURSOR = re.compile(r"[A-Za-z0-9_=-]{1,2000}")


class PageProfileReader:
    """Reads Facebook pages with the token of one of ours."""

    def __init__(self, account: Account) -> None:
        self._own = account.account
        self._graph = Graph(account)

    async def read_profile(self, address: str, since: Millis) -> AsyncIterator[ProfilePage]:
        """The page, its posts page by page, and last how its newest comments were answered."""
        requested = _check_address(address or self._own)
        response = await self._graph.get(requested, fields=PAGE_FIELDS)
        page_id = wire.ident(response.node) or requested
        yield _profile_page(response, audience=audience_of(response.node))
        calls = 0
        pages = self._graph.pages(
            f"{page_id}/published_posts", fields=POST_FIELDS, limit=str(PAGE_SIZE)
        )
        async for response in pages:
            calls += 1
            posts = _parse_posts(response.items, page_post)
            page = _posts_page(response, posts, since, has_more=response.has_more)
            if calls == MAX_CALLS and page.whole_since is None:
                yield _cut_off(page)
                break
            yield page
            if page.whole_since is not None:
                break
        try:
            response = await self._graph.get(
                f"{page_id}/published_posts", fields=COMMENT_FIELDS, limit=str(WITH_COMMENTS)
            )
        except (PermissionMissing, Refused, Gone):
            return  # the counts are known without the comments; the speed of answers stays unknown
        comments = [comment for post in response.items for comment in comments_of(post, page_id)]
        yield _profile_page(response, comments=tuple(comments))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._graph.aclose()


class InstagramProfileReader:
    """Reads Instagram profiles with the token of one of ours."""

    def __init__(self, account: Account) -> None:
        self._own = account.account
        self._graph = Graph(account)

    async def read_profile(self, address: str, since: Millis) -> AsyncIterator[ProfilePage]:
        """The profile with its newest media, then older ones until `since`."""
        name, after = _check_address(address) if address else "", ""
        for calls in range(1, MAX_CALLS + 1):
            response = await self._graph.get(self._own, fields=_discovery(name, after))
            node = wire.child(response.node, "business_discovery") if name else response.node
            media = wire.child(node, "media")
            after = _after(media)
            page = _posts_page(
                response,
                _parse_posts(wire.nodes(media), profile_media),
                since,
                audience=audience_of(node),
                has_more=bool(after) and bool(wire.nodes(media)),
            )
            if calls == MAX_CALLS and page.whole_since is None:
                page = _cut_off(page)
            yield page
            if page.whole_since is not None:
                return

    async def aclose(self) -> None:
        """Close the connections."""
        await self._graph.aclose()


def _discovery(name: str, after: str) -> str:
    """The fields of a profile with fifty of its media, those after a cursor."""
    fields = f"media{f'.after({after})' if after else ''}.limit({PAGE_SIZE}){{{MEDIA_FIELDS}}}"
    if not after:
        fields = f"id,username,name,followers_count,media_count,{fields}"
    return f"business_discovery.username({name}){{{fields}}}" if name else fields


def _after(media: wire.Node) -> str:
    """The cursor of the next page; empty if there is none, or if it is malformed."""
    cursor = wire.text(wire.child(wire.child(media, "paging"), "cursors"), "after") or ""
    return cursor if _CURSOR.fullmatch(cursor) else ""


def _check_address(address: str) -> str:
    if _ADDRESS.fullmatch(address) is None:
        raise Refused(
            f"{address!r} is neither a page id nor a user name",
            hint="Use only letters, digits, dots, hyphens and underscores.",
        )
    return address


def _posts_page(
    response: GraphResponse,
    posts: Sequence[PublicPost],
    since: Millis,
    *,
    has_more: bool,
    audience: int | None = None,
) -> ProfilePage:
    """The posts published since a moment (ms), from a list that comes newest first."""
    is_end = not has_more or (bool(posts) and posts[-1].at < since)
    kept = tuple(post for post in posts if post.at >= since)
    return _profile_page(
        response, audience=audience, posts=kept, whole_since=since if is_end else None
    )


def _cut_off(page: ProfilePage) -> ProfilePage:
    """The last page read of a longer list: posts are complete only since the oldest of these."""
    return replace(page, whole_since=min((post.at for post in page.posts), default=None))


def _profile_page(
    response: GraphResponse,
    *,
    audience: int | None = None,
    posts: tuple[PublicPost, ...] = (),
    comments: tuple[PublicComment, ...] = (),
    whole_since: Millis | None = None,
) -> ProfilePage:
    limits = response.limits
    return ProfilePage(audience, posts, comments, whole_since, limits.usage, limits.park_until)


def _parse_posts(nodes: Iterable[wire.Node], read: Reader) -> list[PublicPost]:
    return [post for node in nodes if (post := read(node)) is not None]
