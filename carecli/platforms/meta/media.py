"""Where the comment poller of an Instagram profile finds media and comments.

Comments come newest first, at most 50 in a page, top level only with at most 50 replies nested in
each (the others are read comment by comment), and there is no filter by time. It is not certain
that more than 50 can be paged: `next` is followed if it is there, and a possible loss is recorded
if a page has 50 comments, all new, and no `next`.
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
            ad_media = await fetch_ad_posts(
                self._graph, self._ad_account, MEDIA, wire.MEDIA_FIELDS, listed
            )
            yield self._post_page(ad_media, PostKind.AD)
            return
        kind, fields = _EDGES[edge]
        async for response in self._graph.pages(
            f"{self._brand.account}/{edge}", fields=fields, limit=MEDIA_PAGE
        ):
            yield self._post_page(response.items, kind, response)
            if not everything:
                break

    def _post_page(
        self, media: Iterable[wire.Node], kind: PostKind, response: GraphResponse | None = None
    ) -> PostPage:
        posts = [self._listed_post(item, kind) for item in media]
        return PostPage(tuple(item for item in posts if item.id), response)

    async def comments(self, post: ListedPost) -> AsyncIterator[CommentPage]:
        place = media_place(post.id, post.kind)
        async for page in read_comments(
            self._graph,
            f"{post.id}/comments",
            wire.IG_COMMENT_FIELDS,
            lambda comment: ig_comment_events(comment, self._brand, place),
            limit=str(REPLIES_PAGE),
        ):
            for comment in page.response.items:
                async for events, response in more_replies(
                    self._graph, comment, self._brand, place
                ):
                    yield CommentPage(tuple(events), response, ())
            yield page

    def _listed_post(self, media: wire.Node, kind: PostKind) -> ListedPost:
        if kind is PostKind.MEDIA and wire.text(media, "media_product_type") == "AD":
            kind = PostKind.AD
        events = tuple(media_events(media, self._brand, kind))
        return ListedPost(
            id=wire.ident(media),
            kind=kind,
            total=wire.number(media, "comments_count") or 0,
            created_at=wire.moment(media.get("timestamp")) or 0,
            events=events,
            mark=fingerprint(events),
        )
