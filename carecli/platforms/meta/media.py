"""Where the comment poller of an Instagram profile finds media and comments.

Comments come newest first, at most 50 at once, top level only with at most 50 of their replies
nested (the others are read one comment after another), and no filter by time exists. Whether more
than 50 can be paged is not certain: `next` is followed where it is given, and a possible loss is
told where 50 came, all new, and no `next`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from carecli.domain.model import PostKind
from carecli.platforms.meta import wire
from carecli.platforms.meta.ads import MEDIA, fetch_ad_posts
from carecli.platforms.meta.brand import Brand
from carecli.platforms.meta.graph import Graph, GraphResponse
from carecli.platforms.meta.ig_replies import REPLIES_PAGE, more_replies
from carecli.platforms.meta.normalise_instagram import ig_comment_events, media_events, media_place
from carecli.platforms.meta.page_posts import ADS, fingerprint, read_comments
from carecli.platforms.meta.posts import CommentPage, ListedPost, PostPage

MEDIA_PAGE = "100"
_EDGES: Mapping[str, tuple[PostKind, str]] = {
    "media": (PostKind.MEDIA, wire.MEDIA_FIELDS),
    "tags": (PostKind.MENTION, f"{wire.MEDIA_FIELDS},username"),
}


class ProfileMedia:
    """The media of one profile with the comments under them, and media that tag it."""

    in_time_order = False
    cap = REPLIES_PAGE

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
            behind = await fetch_ad_posts(
                self._graph, self._ad_account, MEDIA, wire.MEDIA_FIELDS, listed
            )
            yield self._listing(behind, PostKind.AD)
            return
        kind, fields = _EDGES[edge]
        async for reading in self._graph.pages(
            f"{self._brand.account}/{edge}", fields=fields, limit=MEDIA_PAGE
        ):
            yield self._listing(reading.items, kind, reading)
            if not everything:
                break

    def _listing(
        self, media: Iterable[wire.Node], kind: PostKind, reading: GraphResponse | None = None
    ) -> PostPage:
        found = [self._found(one, kind) for one in media]
        return PostPage(tuple(one for one in found if one.post), reading)

    async def comments(self, found: ListedPost) -> AsyncIterator[CommentPage]:
        place = media_place(found.post, found.kind)
        async for page in read_comments(
            self._graph,
            f"{found.post}/comments",
            wire.IG_COMMENT_FIELDS,
            lambda comment: ig_comment_events(comment, self._brand, place),
            limit=str(REPLIES_PAGE),
        ):
            for comment in page.reading.items:
                async for events, reading in more_replies(self._graph, comment, self._brand, place):
                    yield CommentPage(tuple(events), reading, ())
            yield page

    def _found(self, media: wire.Node, kind: PostKind) -> ListedPost:
        if kind is PostKind.MEDIA and wire.text(media, "media_product_type") == "AD":
            kind = PostKind.AD
        events = tuple(media_events(media, self._brand, kind))
        return ListedPost(
            post=wire.ident(media),
            kind=kind,
            total=wire.number(media, "comments_count") or 0,
            created_at=wire.moment(media.get("timestamp")) or 0,
            events=events,
            mark=fingerprint(events),
        )
