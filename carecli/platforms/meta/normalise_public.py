"""Public figures of a page or profile from Graph payloads. Pure; never raises.

A count that is not there stays None: Instagram leaves `like_count` out where it is hidden, and a
page without `shares` may have none or not tell.
"""

from __future__ import annotations

import re
from collections import Counter

from carecli.domain.competition import PublicComment, PublicPost
from carecli.domain.model import Millis
from carecli.platforms.meta import wire

PAGE_FIELDS = "id,name,fan_count,followers_count"
"""A page: `followers_count` is what it shows today, `fan_count` (likes) what it showed before."""

POST_FIELDS = (
    "id,created_time,message,permalink_url,shares,reactions.limit(0).summary(total_count),"
    "comments.limit(0).filter(stream).summary(total_count){id}"
)
"""A page's post with its counts: `{reactions|comments: {summary: {total_count}}, shares:
{count}}`."""

COMMENT_FIELDS = (
    "id,comments.limit(50).order(reverse_chronological){id,created_time,from{id},permalink_url,"
    "comment_count,comments.limit(25).order(chronological){created_time,from{id}}}"
)
"""A page's post with its newest comments and their replies: only when, and whether the page."""

MEDIA_FIELDS = "id,caption,timestamp,permalink,like_count,comments_count"
"""Media of a profile, as business discovery and the profile's own edge tell them."""

TEXT_KEPT = 1_000
"""Characters of a post that are kept, to know it again."""

_COMMENT_ID = re.compile(r"[?&]comment_id=(\d{1,32})(?:&|$)")


def audience_of(node: wire.Node) -> int | None:
    """Followers of a page or profile."""
    followers = wire.number(node, "followers_count")
    return followers if followers is not None else wire.number(node, "fan_count")


def page_post(node: wire.Node) -> PublicPost | None:
    """A post of a page; None for what has no id or no time."""
    at = wire.moment(node.get("created_time"))
    if at is None or not wire.ident(node):
        return None
    return PublicPost(
        id=wire.ident(node),
        at=at,
        text=_text(node, "message"),
        link=_link(node, "permalink_url"),
        reactions=_total(node, "reactions"),
        comments=_total(node, "comments"),
        shares=wire.number(wire.child(node, "shares"), "count"),
    )


def profile_media(node: wire.Node) -> PublicPost | None:
    """Media of an Instagram profile; None for what has no id or no time."""
    at = wire.moment(node.get("timestamp"))
    if at is None or not wire.ident(node):
        return None
    return PublicPost(
        id=wire.ident(node),
        at=at,
        text=_text(node, "caption"),
        link=_link(node, "permalink"),
        reactions=wire.number(node, "like_count"),
        comments=wire.number(node, "comments_count"),
    )


def comments_of(post: wire.Node, page: str) -> list[PublicComment]:
    """Comments of others under a post, each with the page's first answer.

    One of which cannot be told whether the page answered is left out: replies whose authors are
    withheld, or more replies than were told. Where the platform withholds a comment's id, it
    is known by its link, else by its moment.
    """
    found: list[PublicComment] = []
    same = Counter[Millis]()
    for comment in wire.nodes(post.get("comments")):
        at = wire.moment(comment.get("created_time"))
        if at is None or wire.ident(wire.child(comment, "from")) == page:
            continue
        same[at] += 1
        is_told, answered_at = _answer(comment, page, at)
        if is_told:
            id_ = _comment_id(comment) or f"{at}/{same[at]}"
            found.append(PublicComment(at, answered_at, f"{wire.ident(post)}/{id_}"))
    return found


def _answer(comment: wire.Node, page: str, at: Millis) -> tuple[bool, Millis | None]:
    """Whether it can be told, and when the page first answered."""
    replies = wire.child(comment, "comments")
    told = wire.nodes(replies)
    authors = [wire.ident(wire.child(reply, "from")) for reply in told]
    times = [
        moment
        for reply, author in zip(told, authors, strict=True)
        if author == page and (moment := wire.moment(reply.get("created_time"))) is not None
    ]
    if times:
        return True, max(at, min(times))
    has_more = bool(wire.text(wire.child(replies, "paging"), "next"))
    is_whole = not has_more and len(told) >= (wire.number(comment, "comment_count") or 0)
    return is_whole and all(authors), None


def _comment_id(comment: wire.Node) -> str:
    """Its own id without the post's, as the id field or the link tells it."""
    linked = _COMMENT_ID.search(wire.text(comment, "permalink_url") or "")
    return wire.ident(comment).rpartition("_")[2] or (linked[1] if linked else "")


def _total(node: wire.Node, edge: str) -> int | None:
    return wire.number(wire.child(wire.child(node, edge), "summary"), "total_count")


def _text(node: wire.Node, key: str) -> str:
    return (wire.prose(node, key) or "")[:TEXT_KEPT]


def _link(node: wire.Node, key: str) -> str:
    """A plain web address, or nothing."""
    link = wire.text(node, key) or ""
    is_plain = link.startswith("https://") and link.isprintable() and " " not in link
    return link if is_plain and len(link) <= TEXT_KEPT else ""
