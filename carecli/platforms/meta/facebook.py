"""A Facebook page: comments under its posts and ads, Messenger, ratings.

Streams: `comments` (own posts, ads, visitors' posts, posts that tag the page), `conversations`,
`ratings`. Options of the channel: `human_agent: yes` (the app has Meta's Human Agent feature),
`backfill_days` (how far back the first pull reads, 30), `ad_account: act_…` (comments under all
posts of its ads are read, needs ads_read).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from carecli.domain.capabilities import Capabilities
from carecli.domain.errors import Refused
from carecli.domain.model import ContactPoint, Millis, OutboxVerb
from carecli.platforms.base import Account, Known, Order, Page, Probe, Sent, Stream, Target
from carecli.platforms.meta import capabilities
from carecli.platforms.meta.blocks import BlockedPeople
from carecli.platforms.meta.brand import Brand
from carecli.platforms.meta.comment_poller import CommentPoller, without_cursors
from carecli.platforms.meta.graph import Graph
from carecli.platforms.meta.mentions import fetch_mentions
from carecli.platforms.meta.messages import Conversations, find_private_reply
from carecli.platforms.meta.options import backfill_period, is_enabled
from carecli.platforms.meta.page_posts import PagePosts, PageRatings
from carecli.platforms.meta.payload_kinds import read_payload
from carecli.platforms.meta.probe import PAGE_SCOPES, probe_token
from carecli.platforms.meta.public_comments import PublicComments, is_post, root_of
from carecli.platforms.unreadable import Unreadable


class FacebookPage:
    """The connector of one page; `account.account` is the page's id."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._now = account.clock
        self.unreadable = Unreadable(account.clock)
        self._graph = Graph(account, self.unreadable)
        self._brand = Brand(account.account, frozenset({account.account}))
        human_agent = is_enabled(account.options, "human_agent")
        self._capabilities = capabilities.facebook_capabilities(account.options)
        self._blocked = BlockedPeople(self._graph, account.account)
        self._comments = PublicComments(self._graph, self._brand)
        self._conversations = Conversations(
            self._graph,
            self._brand,
            page=account.account,
            platform="messenger",
            human_agent=human_agent,
        )

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    def streams(self) -> Sequence[Stream]:
        return (
            Stream("comments", 15, 120),
            Stream("conversations", 15, 120),
            Stream("ratings", 300, 1800),
        )

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
        if stream not in ("comments", "ratings"):
            raise Refused(f"a Facebook page has no stream {stream!r}")
        source = PagePosts if stream == "comments" else PageRatings
        posts = source(self._graph, self._brand, self._account.options.get("ad_account", ""))
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
        if order.verb.is_about_person:
            return await self._blocked.act(order, now)
        if order.verb is OutboxVerb.PRIVATE_REPLY and not is_private:
            return await self._conversations.answer_comment(order, self._recipient(order), now)
        if is_private:
            if not order.verb.is_text:
                raise Refused(
                    f"Messenger does not support `{order.verb}` for private messages",
                    hint="Only comments can be hidden, deleted or liked.",
                )
            return await self._conversations.send(order, now)
        if order.verb is OutboxVerb.REPLY:
            return await self._comments.reply(order, now)
        return await self._comments.act(order, now)

    async def find_sent(self, order: Order) -> Sent | None:
        if order.verb.is_about_person:
            return await self._blocked.find(order)
        if order.target.point is ContactPoint.PRIVATE_MESSAGE:
            return await self._conversations.find_sent(order)
        if order.verb is OutboxVerb.PRIVATE_REPLY:
            comment = order.target.address or order.target.message
            return await find_private_reply(self._graph, comment, self._conversations, order)
        if order.verb is OutboxVerb.REPLY:
            return await self._comments.find_reply(order)
        return await self._comments.find_act(order)

    def read(self, raw: bytes, now: Millis) -> Page:
        return read_payload(raw, now, self._brand)

    async def probe(self) -> Probe:
        return await probe_token(
            self._graph, self._account, PAGE_SCOPES, self._capabilities, self._now()
        )

    async def aclose(self) -> None:
        await self._graph.aclose()

    def _recipient(self, order: Order) -> dict[str, str]:
        address = order.target.address or root_of(order.target)
        is_visitors = is_post(order.target) and address == root_of(order.target)
        return {"post_id" if is_visitors else "comment_id": address}

    def _check_length(self, order: Order, *, is_private: bool) -> None:
        is_private = is_private or order.verb is OutboxVerb.PRIVATE_REPLY
        limit = capabilities.MESSENGER_LIMIT if is_private else capabilities.COMMENT_LIMIT
        if len(order.text) > limit:
            raise Refused(
                f"the text has {len(order.text)} characters; {limit} are allowed",
                hint="Nothing was sent; shorten it.",
            )
