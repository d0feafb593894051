"""What the connectors of Facebook pages and Instagram profiles share: pull, send, find, probe."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from carecli.domain.capabilities import Capabilities
from carecli.domain.errors import Refused
from carecli.domain.events import Event
from carecli.domain.model import ContactPoint, Millis, OutboxVerb
from carecli.platforms.base import Account, Known, Order, Page, Probe, Sent, Stream, Target
from carecli.platforms.meta.brand import Brand
from carecli.platforms.meta.comment_poller import CommentPoller, without_cursors
from carecli.platforms.meta.graph import Graph, GraphResponse
from carecli.platforms.meta.mentions import fetch_mentions
from carecli.platforms.meta.messages import Conversations
from carecli.platforms.meta.options import backfill_period, is_enabled
from carecli.platforms.meta.payload_kinds import read_payload
from carecli.platforms.meta.posts import Posts
from carecli.platforms.meta.probe import probe_token
from carecli.platforms.unreadable import Unreadable


class Comments(Protocol):
    """Reads and changes the comments of one account."""

    async def head(self, target: Target, now: Millis) -> Page:
        """The target and the newest comments of its thread; raises `Gone` without the target."""
        ...

    async def mention(self, post: str, address: str) -> tuple[list[Event], GraphResponse]:
        """A comment or post by somebody else that mentions the account."""
        ...

    async def reply(self, order: Order, now: Millis) -> Sent:
        """Reply under the root of the thread."""
        ...

    async def find_reply(self, order: Order) -> Sent | None:
        """Our reply with the order's text in its thread, if it is there."""
        ...

    async def apply(self, order: Order, now: Millis) -> Sent:
        """Hide, show, delete, like or unlike a comment; doing it again changes nothing."""
        ...

    async def find_applied(self, order: Order) -> Sent | None:
        """Whether the comment already is as the order wants it."""
        ...


class MetaConnector(ABC):
    """The connector of one account; a subclass names its streams and what differs.

    `page` is the id through which private messages go, `platform` the platform's own name of them,
    `scopes` the permissions that the token needs.
    """

    _comments: Comments

    def __init__(
        self,
        account: Account,
        brand: Brand,
        capabilities: Capabilities,
        scopes: Mapping[str, str],
        *,
        page: str,
        platform: str,
    ) -> None:
        self._account, self._brand, self._scopes = account, brand, scopes
        self._now = account.clock
        self._capabilities = capabilities
        self.unreadable = Unreadable(account.clock)
        self._graph = Graph(account, self.unreadable)
        self._conversations = Conversations(
            self._graph,
            brand,
            page=page,
            platform=platform,
            human_agent=is_enabled(account.options, "human_agent"),
        )

    @property
    def capabilities(self) -> Capabilities:
        """What the account can do."""
        return self._capabilities

    @abstractmethod
    def streams(self) -> tuple[Stream, ...]:
        """What there is to pull."""

    @abstractmethod
    def _posts(self, stream: str) -> Posts:
        """The posts of a stream of comments; raises `Refused` for an unknown stream."""

    @abstractmethod
    def _private_recipient(self, order: Order) -> dict[str, str]:
        """Whom a private answer to a comment goes to, as the API names it."""

    @abstractmethod
    async def _find_private_reply(self, order: Order) -> Sent | None:
        """Our private answer to a comment, if it was sent."""

    @abstractmethod
    def _cannot_be_done(self, verb: OutboxVerb) -> str:
        """Why a private message takes no such action, for the person who asked for it."""

    async def pull(self, stream: str, cursor: str | None, known: Known) -> AsyncIterator[Page]:
        if stream == "comments":
            async for page in fetch_mentions(self.unreadable, self._comments.mention, self._now()):
                yield page
        horizon = self._now() - backfill_period(self._account)
        async for page in self._pull(stream, cursor, known, horizon):
            yield page

    def _pull(
        self, stream: str, cursor: str | None, known: Known, horizon: Millis
    ) -> AsyncIterator[Page]:
        now = self._now()
        if stream == "conversations":
            return self._conversations.pull(cursor, known, now=now, horizon=horizon)
        return CommentPoller(
            self._posts(stream),
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
            recipient = self._private_recipient(order)
            return await self._conversations.answer_comment(order, recipient, now)
        if is_private:
            if not order.verb.is_text:
                raise Refused(
                    self._cannot_be_done(order.verb),
                    hint="Only comments can be hidden, deleted or liked.",
                )
            return await self._conversations.send(order, now)
        if order.verb is OutboxVerb.REPLY:
            return await self._comments.reply(order, now)
        return await self._comments.apply(order, now)

    async def find_sent(self, order: Order) -> Sent | None:
        if order.target.point is ContactPoint.PRIVATE_MESSAGE:
            return await self._conversations.find_sent(order)
        if order.verb is OutboxVerb.PRIVATE_REPLY:
            return await self._find_private_reply(order)
        if order.verb is OutboxVerb.REPLY:
            return await self._comments.find_reply(order)
        return await self._comments.find_applied(order)

    def read(self, raw: bytes, now: Millis) -> Page:
        return read_payload(raw, now, self._brand)

    async def probe(self) -> Probe:
        return await probe_token(
            self._graph, self._account, self._scopes, self._capabilities, self._now()
        )

    async def aclose(self) -> None:
        await self._graph.aclose()

    def _check_length(self, order: Order, *, is_private: bool) -> None:
        """Raise `Refused` for a text longer than the platform takes."""
        can = self._capabilities
        is_private = is_private or order.verb is OutboxVerb.PRIVATE_REPLY
        limit = can.private_limit if is_private else can.reply_limit
        size, unit = len(order.text), "characters"
        hint = "Nothing was sent; shorten it."
        if can.limit_in_bytes:
            size, unit = len(order.text.encode()), "bytes"
            hint += " Letters such as ł count double, emoji four."
        if size > limit:
            raise Refused(f"the text has {size} {unit}; {limit} are allowed", hint=hint)
