"""Replies under one Instagram comment beyond the 50 nested in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from carecli.domain.errors import Gone, PermissionMissing, Refused
from carecli.domain.events import Event
from carecli.platforms.meta import wire
from carecli.platforms.meta.brand import Brand, CommentPlace
from carecli.platforms.meta.graph import Graph, GraphResponse
from carecli.platforms.meta.normalise_instagram import ig_comment_events

REPLIES_PAGE = 50


async def more_replies(
    graph: Graph, comment: wire.Node, brand: Brand, place: CommentPlace
) -> AsyncIterator[tuple[list[Event], GraphResponse]]:
    """The replies to a comment that do not stand in it, a page at a time; none where all do.

    `place` is where the comment stands. What cannot be read is told as a possible loss; a comment
    that was deleted meanwhile has no replies.
    """
    own, nested = wire.ident(comment), wire.child(comment, "replies")
    paging = wire.child(nested, "paging")
    is_more = bool(wire.text(paging, "next")) or len(wire.nodes(nested)) >= REPLIES_PAGE
    if not own or not is_more:
        return
    after = wire.text(wire.child(paging, "cursors"), "after")
    under = CommentPlace(place.post, place.point, place.thread, own)
    path, start = f"{own}/replies", {"after": after} if after else {}
    try:
        async for reading in graph.pages(
            path, fields=wire.IG_REPLY_FIELDS, limit=str(REPLIES_PAGE), **start
        ):
            events = [
                event for reply in reading.items for event in ig_comment_events(reply, brand, under)
            ]
            yield events, reading
    except Gone:
        return
    except (PermissionMissing, Refused) as error:
        graph.unreadable.lost(f"the list {path} cannot be read: {error.what}")
