"""Where the comment poller of a Facebook page finds posts and comments.

Four lists: posts used in ads (also those on no timeline), the page's own, visitors', and posts
that tag the page; and, with an ad account, what its ads name. A post that stands in several
counts as what the first of them says.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from carecli.domain.errors import Gone
from carecli.domain.events import Event, MessageSeen, PostSeen
from carecli.domain.model import Millis, PostKind
from carecli.platforms.meta import ids, wire
from carecli.platforms.meta.ads import STORY, fetch_ad_posts
from carecli.platforms.meta.brand import Brand
from carecli.platforms.meta.graph import Graph, GraphResponse
from carecli.platforms.meta.normalise_comments import (
    NO_STORY,
    comment_events,
    place_under,
    post_events,
    rating_events,
)
from carecli.platforms.meta.posts import CommentPage, ListedPost, PostPage

AD_PARAMETERS = {"exclude_dynamic_ads": "false", "include_inline_create": "true"}
_EDGES: Mapping[str, tuple[PostKind, str, Mapping[str, str]]] = {
    "ads_posts": (PostKind.AD, wire.POST_FIELDS, AD_PARAMETERS),
    "published_posts": (PostKind.POST, wire.POST_FIELDS, {}),
    "visitor_posts": (PostKind.VISITOR_POST, wire.GUEST_POST_FIELDS, {}),
    "tagged": (PostKind.MENTION, f"{wire.GUEST_POST_FIELDS},tagged_time", {}),
}
ADS = "ads"
"""The list of an ad account's ads."""
POST_PAGE = "100"
COMMENT_PAGE = "100"


def listed_post(post: wire.Node, events: Iterable[Event], kind: PostKind) -> ListedPost:
    """A post of a list; its total is untold where the list could not count."""
    events = tuple(events)
    seen = next((event for event in events if isinstance(event, PostSeen)), None)
    comments = wire.child(post, "comments")
    return ListedPost(
        post=seen.platform_id if seen else "",
        kind=kind,
        total=wire.number(wire.child(comments, "summary"), "total_count") if comments else 0,
        created_at=(seen.created_at if seen else None) or 0,
        events=events,
        mark=fingerprint(events),
        changed_at=wire.moment(post.get("updated_time")) or 0,
    )


def fingerprint(events: Iterable[Event]) -> str:
    """A short text that changes when a post's own text, kind or visibility does."""
    told = [
        (event.text, event.hidden) if isinstance(event, MessageSeen) else (event.text, event.kind)
        for event in events
        if isinstance(event, MessageSeen | PostSeen)
    ]
    return f"{zlib.crc32(repr(told).encode('utf-8', 'replace')):x}"


async def read_comments(
    graph: Graph,
    path: str,
    fields: str,
    read: Callable[[wire.Node], list[Event]],
    **params: str,
) -> AsyncIterator[CommentPage]:
    """Pages of an edge of comments, newest first."""
    async for reading in graph.pages(path, fields=fields, **params):
        events: list[Event] = []
        times: list[Millis] = []
        for comment in reading.items:
            read_as = read(comment)
            events += read_as
            times += [e.created_at for e in read_as if isinstance(e, MessageSeen)][:1]
        yield CommentPage(tuple(events), reading, tuple(times))


class PagePosts:
    """The posts of one page and the comments under them."""

    in_time_order = True
    cap = 0

    def __init__(self, graph: Graph, brand: Brand, ad_account: str = "") -> None:
        self._graph, self._brand, self._ad_account = graph, brand, ad_account
        self.control = brand.account

    def edges(self, everything: bool) -> Sequence[str]:
        is_asked = everything and self._ad_account
        return (*_EDGES, ADS) if is_asked else tuple(_EDGES)

    async def listing(
        self, edge: str, everything: bool, listed: AbstractSet[str]
    ) -> AsyncIterator[PostPage]:
        if edge == ADS:
            posts = await fetch_ad_posts(
                self._graph, self._ad_account, STORY, wire.POST_FIELDS, listed
            )
            yield self._listing(edge, PostKind.AD, posts)
            return
        kind, fields, params = _EDGES[edge]
        async for reading in self._graph.pages(
            f"{self._brand.account}/{edge}", fields=fields, limit=POST_PAGE, **params
        ):
            yield self._listing(edge, kind, reading.items, reading)
            if not everything:
                break

    def comments(self, found: ListedPost) -> AsyncIterator[CommentPage]:
        return self._comments(found, found.post)

    async def _comments(self, found: ListedPost, spelt: str) -> AsyncIterator[CommentPage]:
        """The comments of a post, asked for by an id in one of its spellings."""
        place = place_under(found.post, found.kind)
        async for page in read_comments(
            self._graph,
            f"{spelt}/comments",
            wire.COMMENT_FIELDS,
            lambda comment: comment_events(comment, self._brand, place),
            filter="stream",
            order="reverse_chronological",
            summary="total_count",
            limit=COMMENT_PAGE,
        ):
            yield page

    def _listing(
        self,
        edge: str,
        kind: PostKind,
        posts: Iterable[wire.Node],
        reading: GraphResponse | None = None,
    ) -> PostPage:
        found = []
        is_counted = "comments" not in self._graph.unreadable.refused_fields(edge)
        for post in posts:
            is_dark = wire.flag(post, "is_published") is False and kind is PostKind.POST
            as_kind = PostKind.AD if is_dark else kind
            one = listed_post(post, post_events(post, self._brand, as_kind), as_kind)
            found.append(one if is_counted else replace(one, total=None))
        return PostPage(tuple(one for one in found if one.post), reading)


class PageRatings(PagePosts):
    """The page's ratings as posts: each is the first message of a thread.

    The edge was absent from the API of v22 and is back since v23.
    """

    def edges(self, everything: bool) -> Sequence[str]:  # noqa: ARG002 - there is one
        return ("ratings",)

    async def listing(
        self,
        edge: str,
        everything: bool,
        listed: AbstractSet[str],  # noqa: ARG002 - no other list
    ) -> AsyncIterator[PostPage]:
        async for reading in self._graph.pages(
            f"{self._brand.account}/{edge}", fields=wire.RATING_FIELDS, limit="50"
        ):
            found = []
            for rating in reading.items:
                story = wire.child(rating, "open_graph_story")
                post = story if "comments" in story else {**story, "comments": {"data": []}}
                events = rating_events(rating, self._brand)
                one = listed_post(post, events, PostKind.REVIEW)
                is_silent = one.post.startswith(NO_STORY)
                found.append(replace(one, total=0) if is_silent else one)
            yield PostPage(tuple(one for one in found if one.post), reading)
            if not everything:
                break

    async def comments(self, found: ListedPost) -> AsyncIterator[CommentPage]:
        """Comments under a review; a story that was told bare may want the bare id."""
        is_known = False
        try:
            async for page in self._comments(found, found.post):
                is_known = True
                yield page
        except Gone:
            if is_known:
                raise
            async for page in self._comments(found, ids.canonical(found.post)):
                yield page
