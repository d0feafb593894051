"""Actions on Facebook comments (reply, hide, delete, like), and whether they happened.

`POST /{comment}/comments` replies. `POST /{comment}` with `message` EDITS that comment, so no
request here ever carries `message` to a comment itself, and each reply is read back: an answer
without an id, with the target's own id, or under another parent is `LandedWrong`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from carecli.domain.errors import Gone, LandedWrong, PlatformError, Refused
from carecli.domain.events import Event, LikeChanged, MessageRemoved, MessageSeen, VisibilityChanged
from carecli.domain.model import SECOND, ContactPoint, Millis, OutboxVerb, PostKind
from carecli.platforms.base import Order, Page, Sent, Target
from carecli.platforms.meta import ids, wire
from carecli.platforms.meta.brand import Brand, CommentPlace
from carecli.platforms.meta.graph import Graph, GraphResponse
from carecli.platforms.meta.normalise_comments import NO_STORY, comment_events, post_events
from carecli.platforms.meta.same_text import is_same_text

T = TypeVar("T")

LOOK_BACK: Millis = 120 * SECOND
"""How long before the first attempt a reply of unknown fate is looked for."""
HEAD = "25"
REPLY_FIELDS = "id,parent{id},message,created_time,permalink_url,from{id,name}"
NEWEST_FIRST = {"filter": "stream", "order": "reverse_chronological"}


def root_of(target: Target) -> str:
    """What replies to a thread hang under: its top-level comment, or the post that opens it."""
    return target.root_address or target.address or target.message


def is_post(target: Target) -> bool:
    """Whether the thread's first message is a post, so that replies to it have no parent."""
    root = ids.canonical(root_of(target))
    return bool(target.post) and root == ids.canonical(target.post)


def place_of(target: Target) -> CommentPlace:
    """Where the thread's comments belong."""
    if is_post(target):
        return CommentPlace(target.post, target.point, target.thread)
    return CommentPlace(target.post, target.point)


class PublicComments:
    """Deeds on one page's comments."""

    def __init__(self, graph: Graph, brand: Brand) -> None:
        self._graph, self._brand = graph, brand

    async def head(self, target: Target, now: Millis) -> Page:
        """The target and the newest comments of its thread. Raises `Gone` for a vanished target."""
        place, address = place_of(target), target.address or target.message
        root = root_of(target)
        events: list[Event] = []
        if address and ids.canonical(address) != ids.canonical(target.post):
            own = await self._graph.get(address, fields=wire.COMMENT_FIELDS)
            events += comment_events(own.node, self._brand, place)
        if place.thread and address == root and target.point is not ContactPoint.REVIEW:
            await self._graph.get(root, fields="id")
        reading = await self._under(
            target,
            lambda under: self._graph.get(
                f"{under}/comments", fields=wire.COMMENT_FIELDS, limit=HEAD, **NEWEST_FIRST
            ),
        )
        under = place if is_post(target) else CommentPlace(target.post, target.point, target.thread)
        for comment in reading.items:
            events += comment_events(comment, self._brand, under)
        return Page(
            tuple(events),
            raw=reading.raw,
            observed_at=now,
            usage=reading.limits.usage,
            park_until=reading.limits.park_until,
        )

    async def mention(self, post: str, address: str) -> tuple[list[Event], GraphResponse]:
        """Somebody else's comment, or post, that tags the page."""
        if ids.canonical(address) == ids.canonical(post):
            reading = await self._graph.get(address, fields=wire.GUEST_POST_FIELDS)
            return post_events(reading.node, self._brand, PostKind.MENTION), reading
        reading = await self._graph.get(address, fields=wire.COMMENT_FIELDS)
        place = CommentPlace(post, ContactPoint.MENTION)
        return comment_events(reading.node, self._brand, place), reading

    def _spellings(self, target: Target) -> list[str]:
        """How the thread's root may be spelled: a review's story comes bare, or after the page."""
        root = root_of(target)
        if target.point is not ContactPoint.REVIEW:
            return [root]
        if root.startswith(NO_STORY):
            raise Refused(
                "the platform returns no story for this review, so carecli cannot answer it",
                hint="Answer it on the page itself, then mark it as done here.",
            )
        bare = ids.canonical(root)
        return list(dict.fromkeys((root, f"{self._brand.account}_{bare}", bare)))

    async def _under(self, target: Target, ask: Callable[[str], Awaitable[T]]) -> T:
        """Ask of the thread's root, in the spelling that the platform knows."""
        spellings = self._spellings(target)
        for root in spellings[:-1]:
            try:
                return await ask(root)
            except Gone:
                continue
        return await ask(spellings[-1])

    async def reply(self, order: Order, now: Millis) -> Sent:
        """Reply under the thread's root, and make sure that it stands there."""
        root = root_of(order.target)
        answer = await self._under(
            order.target,
            lambda under: self._graph.post(
                f"{under}/comments", message=order.text, fields=REPLY_FIELDS
            ),
        )
        address = wire.ident(answer.node)
        if not address:
            raise LandedWrong(
                "a reply was accepted, but the platform returned no id",
                hint="It may have overwritten a comment: check the thread on Facebook.",
            )
        if ids.canonical(address) in {
            ids.canonical(root),
            ids.canonical(order.target.address or root),
        }:
            raise LandedWrong(
                "the platform answered a reply with the id of the comment replied to",
                hint="That comment was probably overwritten: check it on Facebook.",
            )
        reply = answer.node
        if "created_time" not in reply or "parent" not in reply:
            reply = await self._read_back(address, reply)
        self._check_place(order.target, reply)
        return self._sent(order.target, {**reply, "message": order.text}, now)

    async def _read_back(self, address: str, reply: wire.Node) -> wire.Node:
        """The new comment as it stands; what the write told when it cannot be read."""
        try:
            return (await self._graph.get(address, fields=REPLY_FIELDS)).node
        except PlatformError:
            return reply

    def _check_place(self, target: Target, reply: wire.Node) -> None:
        parent = ids.canonical(wire.ident(wire.child(reply, "parent")))
        wanted = "" if is_post(target) else ids.canonical(root_of(target))
        if "created_time" in reply and parent != wanted:
            raise LandedWrong(
                f"a reply was placed under {parent or 'the post'} instead of "
                f"{wanted or 'the post'}",
                hint="Look at the thread on Facebook, and remove the reply there if necessary.",
            )

    def _sent(self, target: Target, reply: wire.Node, now: Millis) -> Sent:
        place = CommentPlace(
            target.post,
            target.point,
            target.thread,
            "" if is_post(target) else ids.canonical(root_of(target)),
        )
        told = {"created_time": now, "from": {"id": self._brand.account}, **reply}
        events = comment_events(told, self._brand, place)
        at = wire.moment(told["created_time"]) or now
        return Sent(ids.canonical(wire.ident(reply)), at, tuple(events))

    async def find_reply(self, order: Order) -> Sent | None:
        """Our comment with the order's text in its thread, since a little before the attempt."""
        since = order.attempted_at - LOOK_BACK
        root = root_of(order.target)
        if order.target.point is ContactPoint.REVIEW:
            root = await self._under(order.target, self._known)
        async for reading in self._graph.pages(
            f"{root}/comments",
            fields=wire.COMMENT_FIELDS,
            limit="50",
            **NEWEST_FIRST,
        ):
            newest: Millis = 0
            for comment in reading.items:
                sent = self._sent(order.target, comment, order.attempted_at)
                newest = max(newest, sent.at)
                if sent.at >= since and self._is_order(order, sent):
                    return sent
            if reading.items and newest < since:
                break
        return None

    async def _known(self, root: str) -> str:
        await self._graph.get(f"{root}/comments", fields="id", limit="1")
        return root

    @staticmethod
    def _is_order(order: Order, sent: Sent) -> bool:
        return any(
            isinstance(event, MessageSeen)
            and event.is_ours
            and event.platform_id == sent.platform_id
            and is_same_text(event.text, order.text)
            for event in sent.events
        )

    async def act(self, order: Order, now: Millis) -> Sent:
        """Hide, show, delete, like or unlike; doing it again changes nothing."""
        address, own = self._named(order.target)
        match order.verb:
            case OutboxVerb.HIDE | OutboxVerb.UNHIDE:
                hidden = order.verb is OutboxVerb.HIDE
                await self._graph.post(address, is_hidden="true" if hidden else "false")
                return Sent("", now, (VisibilityChanged(own, hidden, now),))
            case OutboxVerb.DELETE:
                try:
                    await self._graph.delete(address)
                except Gone:
                    pass  # it is no longer there, which is what was wanted
                return Sent("", now, (MessageRemoved(own, now),))
            case OutboxVerb.LIKE:
                await self._graph.post(f"{address}/likes")
                return Sent("", now, (LikeChanged(own, True),))
            case OutboxVerb.UNLIKE:
                await self._graph.delete(f"{address}/likes")
                return Sent("", now, (LikeChanged(own, False),))
            case _:
                raise Refused(f"comments do not support `{order.verb}`")

    async def find_act(self, order: Order) -> Sent | None:
        """Whether the comment already is as the order wants it."""
        address, own = self._named(order.target)
        at = order.attempted_at
        try:
            node = (await self._graph.get(address, fields="id,is_hidden,user_likes")).node
        except Gone:
            if order.verb is OutboxVerb.DELETE:
                return Sent("", at, (MessageRemoved(own, at),))
            raise
        hidden, liked = wire.flag(node, "is_hidden"), wire.flag(node, "user_likes")
        match order.verb:
            case OutboxVerb.HIDE | OutboxVerb.UNHIDE if hidden is (order.verb is OutboxVerb.HIDE):
                return Sent("", at, (VisibilityChanged(own, bool(hidden), at),))
            case OutboxVerb.LIKE | OutboxVerb.UNLIKE if liked is (order.verb is OutboxVerb.LIKE):
                return Sent("", at, (LikeChanged(own, bool(liked)),))
            case _:
                return None

    @staticmethod
    def _named(target: Target) -> tuple[str, str]:
        address = target.address or target.message
        return address, target.message or ids.canonical(address)
