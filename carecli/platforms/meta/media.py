"""Where the sweep of an Instagram profile finds media and comments.

Comments come newest first, at most 50 at once, top level only with their replies nested, and no
filter by time exists. Whether more than 50 can be paged is not certain: `next` is followed where
it is given, and a possible loss is told where 50 came, all new, and no `next`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from carecli.domain.errors import Gone, PermissionMissing, Refused
from carecli.domain.model import PostKind
from carecli.platforms.meta import wire
from carecli.platforms.meta.ads import MEDIA, behind_ads
from carecli.platforms.meta.brand import Brand
from carecli.platforms.meta.graph import Graph
from carecli.platforms.meta.normalise_instagram import ig_comment_events, media_events, media_place
from carecli.platforms.meta.page_posts import ADS, mark_of, read_comments
from carecli.platforms.meta.posts import CommentPage, Found, Listing

AT_ONCE = 50
MEDIA_PAGE = "100"
_EDGES = (
    ("media", PostKind.MEDIA, wire.MEDIA_FIELDS),
    ("tags", PostKind.MENTION, f"{wire.MEDIA_FIELDS},username"),
)
_INDISPENSABLE = "media"


class ProfileMedia:
    """The media of one profile with the comments under them, and media that tag it."""

    in_time_order = False
    cap = AT_ONCE

    def __init__(self, graph: Graph, brand: Brand, ad_account: str = "") -> None:
        self._graph, self._brand, self._ad_account = graph, brand, ad_account
        self.control = brand.account

    async def listings(self, everything: bool, refused: Iterable[str]) -> AsyncIterator[Listing]:
        barred, listed = set(refused), set[str]()
        for edge, kind, fields in _EDGES:
            if edge in barred:
                continue
            try:
                async for reading in self._graph.pages(
                    f"{self._brand.account}/{edge}", fields=fields, limit=MEDIA_PAGE
                ):
                    found = [self._found(media, kind) for media in reading.items]
                    listed |= {one.post for one in found}
                    yield Listing(tuple(one for one in found if one.post), reading, edge)
                    if not everything:
                        break
            except (PermissionMissing, Refused, Gone) as error:
                if edge == _INDISPENSABLE:
                    raise
                yield Listing((), None, edge, f"{edge} cannot be read: {error.what}")
        if everything and self._ad_account and ADS not in barred:
            try:
                behind = await behind_ads(
                    self._graph, self._ad_account, MEDIA, wire.MEDIA_FIELDS, listed
                )
                found = [self._found(media, PostKind.AD) for media in behind]
                yield Listing(tuple(one for one in found if one.post), None, ADS)
            except (PermissionMissing, Refused, Gone) as error:
                yield Listing((), None, ADS, f"ads cannot be read: {error.what}")

    async def comments(self, found: Found) -> AsyncIterator[CommentPage]:
        place = media_place(found.post, found.kind)
        async for page in read_comments(
            self._graph,
            f"{found.post}/comments",
            wire.IG_COMMENT_FIELDS,
            lambda comment: ig_comment_events(comment, self._brand, place),
            limit=str(AT_ONCE),
        ):
            yield page

    def _found(self, media: wire.Node, kind: PostKind) -> Found:
        if kind is PostKind.MEDIA and wire.text(media, "media_product_type") == "AD":
            kind = PostKind.AD
        events = tuple(media_events(media, self._brand, kind))
        return Found(
            post=wire.ident(media),
            kind=kind,
            total=wire.number(media, "comments_count") or 0,
            created_at=wire.moment(media.get("timestamp")) or 0,
            events=events,
            mark=mark_of(events),
        )
