"""An Instagram profile: comments under its media and ads, direct messages, mentions.

`account.account` is the profile's Instagram user id. Streams: `comments` (own media, media that
tag the profile), `conversations`. Options of the channel: `page` (the id of the linked Facebook
page, through which direct messages go), `human_agent: yes`, `backfill_days`, `ad_account: act_…`
(comments under the media of its ads are read, needs ads_read).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from carecli.domain.capabilities import Capabilities
from carecli.domain.errors import Refused
from carecli.domain.model import ContactPoint, Millis, OutboxVerb
from carecli.platforms.base import Account, Known, Order, Page, Probe, Sent, Stream, Target
from carecli.platforms.meta import capabilities
from carecli.platforms.meta.brand import Brand
from carecli.platforms.meta.comment_poller import CommentPoller, without_cursors
from carecli.platforms.meta.graph import Graph
from carecli.platforms.meta.ig_comments import ProfileComments
from carecli.platforms.meta.media import ProfileMedia
from carecli.platforms.meta.mentions import fetch_mentions
from carecli.platforms.meta.messages import Conversations
from carecli.platforms.meta.options import backfill_period, is_enabled
from carecli.platforms.meta.payload_kinds import read_payload
from carecli.platforms.meta.probe import INSTAGRAM_SCOPES, probe_token
from carecli.platforms.unreadable import Unreadable


class InstagramProfile:
    """The connector of one professional profile."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._now = account.clock
        self.unreadable = Unreadable(account.clock)
        self._graph = Graph(account, self.unreadable)
        page = account.options.get("page", "")
        ids = frozenset(filter(None, (account.account, page)))
        self._brand = Brand(account.account, ids, "igsid")
        human_agent = is_enabled(account.options, "human_agent")
        self._capabilities = capabilities.instagram_capabilities(account.options)
        self._comments = ProfileComments(self._graph, self._brand)
        self._conversations = Conversations(
            self._graph,
            self._brand,
            page=page or account.account,
            platform="instagram",
            human_agent=human_agent,
        )

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    def streams(self) -> Sequence[Stream]:
        return (Stream("comments", 15, 120), Stream("conversations", 15, 120))

    async def pull(self, stream: str, cursor: str | None, known: Known) -> AsyncIterator[Page]:
        if stream == "comments":
            async for page in fetch_mentions(self.unreadable, self._comments.mention, self._now()):
                yield page
        async for page in self._pull(
            stream, cursor, known, self._now() - backfill_period(self._account)
        ):
            yield page

    def _pull(
        self, stream: str, cursor: str | None, known: Known, horizon: Millis
    ) -> AsyncIterator[Page]:
        now = self._now()
        if stream == "conversations":
            return self._conversations.pull(cursor, known, now=now, horizon=horizon)
        if stream != "comments":
            raise Refused(f"an Instagram profile has no stream {stream!r}")
        posts = ProfileMedia(self._graph, self._brand, self._account.options.get("ad_account", ""))
        return CommentPoller(
            posts,
            self._graph,
            known,
            unreadable=self.unreadable,
            now=now,
            horizon=horizon,
            cursor=cursor,
        ).pages()

    async def census(self, since: Millis) -> AsyncIterator[Page]:
        for stream in self.streams():
            pages = self._pull(stream.name, None, lambda _: {}, since)
            async for page in without_cursors(pages):
                yield page

    async def head(self, target: Target) -> Page:
        if target.point is ContactPoint.PRIVATE_MESSAGE:
            return await self._conversations.head(target, self._now())
        return await self._comments.head(target, self._now())

    async def send(self, order: Order) -> Sent:
        now = self._now()
        is_private = order.target.point is ContactPoint.PRIVATE_MESSAGE
        if order.verb.is_text:
            self._check_length(order, is_private=is_private)
        if order.verb is OutboxVerb.PRIVATE_REPLY and not is_private:
            comment = order.target.address or order.target.message
            return await self._conversations.answer_comment(order, {"comment_id": comment}, now)
        if is_private:
            if not order.verb.is_text:
                raise Refused(
                    f"Instagram does not support `{order.verb}` for direct messages",
                    hint="Only comments can be hidden, deleted or liked.",
                )
            return await self._conversations.send(order, now)
        if order.verb is OutboxVerb.REPLY:
            return await self._comments.reply(order, now)
        return await self._comments.act(order, now)

    async def find_sent(self, order: Order) -> Sent | None:
        if order.target.point is ContactPoint.PRIVATE_MESSAGE:
            return await self._conversations.find_sent(order)
        if order.verb is OutboxVerb.PRIVATE_REPLY:
            return await self._conversations.find_private_reply(order)
        if order.verb is OutboxVerb.REPLY:
            return await self._comments.find_reply(order)
        return await self._comments.find_act(order)

    def read(self, raw: bytes, now: Millis) -> Page:
        return read_payload(raw, now, self._brand)

    async def probe(self) -> Probe:
        return await probe_token(
            self._graph, self._account, INSTAGRAM_SCOPES, self._capabilities, self._now()
        )

    async def aclose(self) -> None:
        await self._graph.aclose()

    def _check_length(self, order: Order, *, is_private: bool) -> None:
        is_private = is_private or order.verb is OutboxVerb.PRIVATE_REPLY
        limit = capabilities.DIRECT_LIMIT if is_private else capabilities.INSTAGRAM_LIMIT
        size = len(order.text.encode())
        if size > limit:
            raise Refused(
                f"the text has {size} bytes, {limit} are allowed",
                hint="Nothing was sent; shorten it. Letters such as ł count double, emoji four.",
            )
