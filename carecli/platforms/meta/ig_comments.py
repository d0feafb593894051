"""Actions on Instagram comments (reply, hide, delete, like), and whether they happened.

A reply to a reply is put under the top-level comment. Someone else's post or comment that
mentions the profile is answered on the profile's `mentions` edge. Comments are liked on the
profile's `likes` edge (since 2026-04-22, permission instagram_manage_engagement).
"""

from __future__ import annotations

from carecli.domain.errors import Gone, LandedWrong, PlatformError, Refused
from carecli.domain.events import Event, LikeChanged, MessageRemoved, MessageSeen, VisibilityChanged
from carecli.domain.model import SECOND, ContactPoint, Millis, OutboxVerb
from carecli.platforms.base import Order, Page, Sent, Target
from carecli.platforms.meta import wire
from carecli.platforms.meta.brand import Brand, CommentPlace
from carecli.platforms.meta.graph import Graph, GraphResponse
from carecli.platforms.meta.ig_replies import REPLIES_PAGE, more_replies
from carecli.platforms.meta.normalise_instagram import ig_comment_events, mentioned_events
from carecli.platforms.meta.public_comments import LOOK_BACK, root_of
from carecli.platforms.meta.same_text import is_same_text


class ProfileComments:
    """Deeds on the comments under one profile's media."""

    def __init__(self, graph: Graph, brand: Brand) -> None:
        self._graph, self._brand = graph, brand

    async def head(self, target: Target, now: Millis) -> Page:
        """The top-level comment with its replies, and the target. Raises `Gone` for no target."""
        if target.point is ContactPoint.MENTION:
            events, reading = await self.mention(target.post, target.address or target.message)
            return _page(reading, events, now)
        root, address = root_of(target), target.address or target.message
        place = CommentPlace(target.post, target.point)
        reading = await self._graph.get(root, fields=wire.IG_COMMENT_FIELDS)
        events = ig_comment_events(reading.node, self._brand, place)
        async for more, _ in more_replies(self._graph, reading.node, self._brand, place):
            events += more
        if address != root:
            own = await self._graph.get(address, fields=wire.IG_REPLY_FIELDS)
            under = CommentPlace(target.post, target.point, target.thread, root)
            events += ig_comment_events(own.node, self._brand, under)
        return _page(reading, events, now)

    async def mention(self, post: str, address: str) -> tuple[list[Event], GraphResponse]:
        """Somebody else's comment, or media, that mentions the profile."""
        if address and address != post:
            fields = (
                f"mentioned_comment.comment_id({address}){{{wire.IG_REPLY_FIELDS},media{{id}}}}"
            )
        else:
            fields = f"mentioned_media.media_id({post}){{{wire.MEDIA_FIELDS},username}}"
        reading = await self._graph.get(self._brand.account, fields=fields)
        return mentioned_events(reading.node, self._brand, post), reading

    async def reply(self, order: Order, now: Millis) -> Sent:
        """Reply under the thread's top-level comment, and make sure that it stands there."""
        target = order.target
        if target.point is ContactPoint.MENTION:
            answer = await self._answer_mention(order)
            root = ""
        else:
            root = root_of(target)
            answer = await self._graph.post(f"{root}/replies", message=order.text)
        address = wire.ident(answer.node)
        if not address or address in {root, target.address, target.message}:
            raise LandedWrong(
                "a reply was accepted, but the platform returned no id",
                hint="Look at the thread on Instagram.",
            )
        reply: dict[str, object] = {"id": address, "timestamp": now}
        if root:
            reply |= await self._read_back(address)
            parent = wire.ident(reply, "parent_id")
            if parent and parent != root:
                raise LandedWrong(
                    f"a reply was placed under {parent} instead of {root}",
                    hint="Look at the thread on Instagram, and remove the reply there if "
                    "necessary.",
                )
        return self._sent(target, root, {**reply, "text": order.text}, now)

    async def _answer_mention(self, order: Order) -> GraphResponse:
        target = order.target
        place = {"media_id": target.post or target.message}
        if target.message and target.message != target.post:
            place["comment_id"] = target.address or target.message
        return await self._graph.post(
            f"{self._brand.account}/mentions", message=order.text, **place
        )

    async def _read_back(self, address: str) -> dict[str, object]:
        """The new comment as it stands; nothing when it cannot be read."""
        try:
            return dict((await self._graph.get(address, fields=wire.IG_REPLY_FIELDS)).node)
        except PlatformError:
            return {}

    def _sent(self, target: Target, root: str, reply: wire.Node, now: Millis) -> Sent:
        place = CommentPlace(target.post, target.point, target.thread, root)
        told = {**reply, "from": {"id": self._brand.account}}
        events = ig_comment_events(told, self._brand, place)
        return Sent(wire.ident(told), wire.moment(told.get("timestamp")) or now, tuple(events))

    async def find_reply(self, order: Order) -> Sent | None:
        """Our reply with the order's text in its thread, since a little before the attempt."""
        if order.target.point is ContactPoint.MENTION:
            return None
        root, since = root_of(order.target), order.attempted_at - LOOK_BACK
        place = CommentPlace(order.target.post, order.target.point, order.target.thread, root)
        async for reading in self._graph.pages(
            f"{root}/replies", fields=wire.IG_REPLY_FIELDS, limit=str(REPLIES_PAGE)
        ):
            for comment in reading.items:
                for event in ig_comment_events(comment, self._brand, place):
                    if (
                        isinstance(event, MessageSeen)
                        and event.is_ours
                        and event.created_at >= since - since % SECOND
                        and is_same_text(event.text, order.text)
                    ):
                        return Sent(event.platform_id, event.created_at, (event,))
        return None

    async def act(self, order: Order, now: Millis) -> Sent:
        """Hide, show, delete, like or unlike; doing it again changes nothing."""
        address = order.target.address or order.target.message
        own = order.target.message or address
        match order.verb:
            case OutboxVerb.HIDE | OutboxVerb.UNHIDE:
                hidden = order.verb is OutboxVerb.HIDE
                await self._graph.post(address, hide="true" if hidden else "false")
                return Sent("", now, (VisibilityChanged(own, hidden, now),))
            case OutboxVerb.DELETE:
                try:
                    await self._graph.delete(address)
                except Gone:
                    pass  # it is no longer there, which is what was wanted
                return Sent("", now, (MessageRemoved(own, now),))
            case OutboxVerb.LIKE:
                await self._graph.post(f"{self._brand.account}/likes", comment_id=address)
                return Sent("", now, (LikeChanged(own, True),))
            case OutboxVerb.UNLIKE:
                await self._graph.delete(f"{self._brand.account}/likes", comment_id=address)
                return Sent("", now, (LikeChanged(own, False),))
            case _:
                raise Refused(f"comments do not support `{order.verb}`")

    async def find_act(self, order: Order) -> Sent | None:
        """Whether the comment already is as wanted; a like cannot be read, so it is repeated."""
        address = order.target.address or order.target.message
        own, at = order.target.message or address, order.attempted_at
        try:
            node = (await self._graph.get(address, fields="id,hidden")).node
        except Gone:
            if order.verb is OutboxVerb.DELETE:
                return Sent("", at, (MessageRemoved(own, at),))
            raise
        hidden = wire.flag(node, "hidden")
        if order.verb is (OutboxVerb.HIDE if hidden else OutboxVerb.UNHIDE) and hidden is not None:
            return Sent("", at, (VisibilityChanged(own, hidden, at),))
        return None


def _page(reading: GraphResponse, events: list[Event], now: Millis) -> Page:
    return Page(
        tuple(events),
        raw=reading.raw,
        observed_at=now,
        usage=reading.limits.usage,
        park_until=reading.limits.park_until,
    )
