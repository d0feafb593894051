"""A Facebook page: comments under its posts and ads, Messenger, ratings.

Streams: `comments` (own posts, ads, visitors' posts, posts that tag the page), `conversations`,
`ratings`. Options of the channel: `human_agent: yes` (the app has Meta's Human Agent feature),
`backfill_days` (how far back the first pull reads, 30), `ad_account: act_…` (comments under all
posts of its ads are read, needs ads_read).
"""

from __future__ import annotations

from carecli.domain.errors import Refused
from carecli.domain.model import OutboxVerb
from carecli.platforms.base import Account, Order, Sent, Stream
from carecli.platforms.meta.blocks import BlockedPeople
from carecli.platforms.meta.brand import Brand
from carecli.platforms.meta.capabilities import facebook_capabilities
from carecli.platforms.meta.connector import MetaConnector
from carecli.platforms.meta.messages import find_private_reply
from carecli.platforms.meta.page_posts import PagePosts, PageRatings
from carecli.platforms.meta.probe import PAGE_SCOPES
from carecli.platforms.meta.public_comments import PublicComments, is_post, root_of


class FacebookPage(MetaConnector):
    """The connector of one page; `account.account` is the page's id."""

    def __init__(self, account: Account) -> None:
        super().__init__(
            account,
            Brand(account.account, frozenset({account.account})),
            facebook_capabilities(account.options),
            PAGE_SCOPES,
            page=account.account,
            platform="messenger",
        )
        self._comments = PublicComments(self._graph, self._brand)
        self._blocked = BlockedPeople(self._graph, account.account)

    def streams(self) -> tuple[Stream, ...]:
        return (
            Stream("comments", 15, 120),
            Stream("conversations", 15, 120),
            Stream("ratings", 300, 1800),
        )

    def _posts(self, stream: str) -> PagePosts:
        if stream not in ("comments", "ratings"):
            raise Refused(f"a Facebook page has no stream {stream!r}")
        source = PagePosts if stream == "comments" else PageRatings
        return source(self._graph, self._brand, self._account.options.get("ad_account", ""))

    async def send(self, order: Order) -> Sent:
        if order.verb.is_about_person:
            return await self._blocked.apply(order, self._now())
        return await super().send(order)

    async def find_sent(self, order: Order) -> Sent | None:
        if order.verb.is_about_person:
            return await self._blocked.find_applied(order)
        return await super().find_sent(order)

    async def _find_private_reply(self, order: Order) -> Sent | None:
        comment = order.target.address or order.target.message
        return await find_private_reply(self._graph, comment, self._conversations, order)

    def _private_recipient(self, order: Order) -> dict[str, str]:
        address = order.target.address or root_of(order.target)
        is_visitors = is_post(order.target) and address == root_of(order.target)
        return {"post_id" if is_visitors else "comment_id": address}

    def _cannot_be_done(self, verb: OutboxVerb) -> str:
        return f"Messenger does not support `{verb}` for private messages"
