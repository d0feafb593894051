"""An Instagram profile: comments under its media and ads, direct messages, mentions.

`account.account` is the profile's Instagram user id. Streams: `comments` (own media, media that
tag the profile), `conversations`. Options of the channel: `page` (the id of the linked Facebook
page, through which direct messages go), `human_agent: yes`, `backfill_days`, `ad_account: act_…`
(comments under the media of its ads are read, needs ads_read).
"""

from __future__ import annotations

from carecli.domain.errors import Refused
from carecli.domain.model import OutboxVerb
from carecli.platforms.base import Account, Order, Sent, Stream
from carecli.platforms.meta.brand import Brand
from carecli.platforms.meta.capabilities import instagram_capabilities
from carecli.platforms.meta.connector import MetaConnector
from carecli.platforms.meta.ig_comments import ProfileComments
from carecli.platforms.meta.media import ProfileMedia
from carecli.platforms.meta.probe import INSTAGRAM_SCOPES


class InstagramProfile(MetaConnector):
    """The connector of one professional profile."""

    def __init__(self, account: Account) -> None:
        page = account.options.get("page", "")
        ids = frozenset(filter(None, (account.account, page)))
        super().__init__(
            account,
            Brand(account.account, ids, "igsid"),
            instagram_capabilities(account.options),
            INSTAGRAM_SCOPES,
            page=page or account.account,
            platform="instagram",
        )
        self._comments = ProfileComments(self._graph, self._brand)

    def streams(self) -> tuple[Stream, ...]:
        return (Stream("comments", 15, 120), Stream("conversations", 15, 120))

    def _posts(self, stream: str) -> ProfileMedia:
        if stream != "comments":
            raise Refused(f"an Instagram profile has no stream {stream!r}")
        return ProfileMedia(self._graph, self._brand, self._account.options.get("ad_account", ""))

    async def _find_private_reply(self, order: Order) -> Sent | None:
        return await self._conversations.find_private_reply(order)

    def _private_recipient(self, order: Order) -> dict[str, str]:
        return {"comment_id": order.target.address or order.target.message}

    def _cannot_be_done(self, verb: OutboxVerb) -> str:
        return f"Instagram does not support `{verb}` for direct messages"
