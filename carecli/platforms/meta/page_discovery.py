"""From a token to pages: whose it is, which pages, which permissions.

Sources: Meta's guides to access tokens (long-lived tokens, page tokens), the references of
`/me/accounts`, `/debug_token` and `/{page}/subscribed_apps`, as of November 2026.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import quote

from carecli.domain.errors import PlatformError, TokenRefused
from carecli.domain.model import SECOND, Millis
from carecli.platforms.base import Account, Clock
from carecli.platforms.meta import wire
from carecli.platforms.meta.graph import Graph

ACCOUNT_FIELDS = "id,name,access_token,tasks,instagram_business_account{id,username}"
PAGE_WEBHOOK_FIELDS = ("feed", "mention", "ratings", "messages", "message_echoes", "message_edits")
PROFILE_WEBHOOK_FIELDS = ("comments", "mentions", "messages")


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What the platform tells about a token. Moments are ms; None: it does not end, or unknown."""

    kind: str
    """`PAGE`, `USER`, `SYSTEM_USER`, `APP`; `unknown` where it is not told."""
    is_valid: bool
    ends: Millis | None = None
    data_ends: Millis | None = None
    scopes: tuple[str, ...] = ()
    profile: str = ""
    """The page a page token is for."""


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page with its own token, and the Instagram account linked with it, if there is one."""

    id: str
    name: str
    token: str = field(repr=False)
    tasks: tuple[str, ...] = ()
    profile: str = ""
    profile_name: str = ""


@dataclass(frozen=True, slots=True)
class AccessCheck:
    """One thing that was tried: for which permissions, on which account, and what was wrong."""

    account: str
    scopes: tuple[str, ...]
    what: str
    problem: str = ""
    is_called: bool = True
    """Whether a call was made; what would write something is only looked up."""

    @property
    def is_ok(self) -> bool:
        """Whether it may be done."""
        return not self.problem


def parse_token_facts(node: wire.Node) -> TokenFacts:
    """The answer of `/debug_token` without its `data`."""
    scopes = node.get("scopes")
    return TokenFacts(
        wire.text(node, "type") or "unknown",
        wire.flag(node, "is_valid") is not False,
        _moment(node, "expires_at"),
        _moment(node, "data_access_expires_at"),
        tuple(str(one) for one in scopes) if isinstance(scopes, list) else (),
        wire.ident(node, "profile_id"),
    )


def _moment(node: wire.Node, key: str) -> Millis | None:
    seconds = wire.number(node, key)
    return seconds * SECOND if seconds else None


class PageDiscovery:
    """Calls made with one token, which may be a person's, a system user's, or a page's.

    `secret` is the app's, where calls must be signed. Used as an asynchronous context manager;
    its methods raise PlatformError.
    """

    def __init__(
        self, token: str, *, clock: Clock, base_url: str = "", secret: str = "", version: str = ""
    ) -> None:
        self._account = Account(
            "connect", "facebook", "me", token, base_url, version, secret=secret, clock=clock
        )
        self._graph = Graph(self._account)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._graph.aclose()

    async def whose(self) -> TokenFacts:
        """What the platform tells about the token. Raises TokenRefused for one that is no good."""
        asked = await self._graph.get("debug_token", input_token=self._account.token)
        told = parse_token_facts(wire.child(asked.node, "data"))
        if not told.is_valid:
            raise TokenRefused("the platform says that the token is invalid")
        return told

    async def exchanged(self, app_id: str) -> str:
        """A person's token that lasts about 60 days instead of this one, by the app's secret."""
        answer = await self._graph.get(
            "oauth/access_token",
            grant_type="fb_exchange_token",
            client_id=app_id,
            client_secret=self._account.secret,
            fb_exchange_token=self._account.token,
        )
        return wire.text(answer.node, "access_token") or self._account.token

    async def pages(self, told: TokenFacts) -> list[FoundPage]:
        """The pages the token reaches, each with its own token."""
        if told.kind == "PAGE":
            node = (await self._graph.get("me", fields=ACCOUNT_FIELDS.replace(",tasks", ""))).node
            return [replace(_page(node), token=self._account.token)]
        found: list[FoundPage] = []
        async for reading in self._graph.pages("me/accounts", fields=ACCOUNT_FIELDS, limit="50"):
            found += [_page(one) for one in reading.items]
        return [one for one in found if one.id and one.token]

    async def tried(self, page: FoundPage, granted: Iterable[str]) -> list[AccessCheck]:
        """What may be done with this page and its profile; the token must be the page's."""
        return [one async for one in _tries(self._graph, page, frozenset(granted))]

    async def subscribe(self, account: str, fields: Iterable[str]) -> None:
        """Have these fields of an account pushed to the app; the list replaces the one before."""
        await self._graph.post(f"{account}/subscribed_apps", subscribed_fields=",".join(fields))

    async def subscribed(self, account: str) -> tuple[str, ...]:
        """Which fields of an account are pushed to the app."""
        reading = await self._graph.get(f"{account}/subscribed_apps")
        found: list[str] = []
        for one in reading.items:
            fields = one.get("subscribed_fields")
            found += [str(name) for name in fields] if isinstance(fields, list) else []
        return tuple(dict.fromkeys(found))


def _page(node: wire.Node) -> FoundPage:
    profile = wire.child(node, "instagram_business_account")
    tasks = node.get("tasks")
    return FoundPage(
        wire.ident(node),
        wire.prose(node, "name") or wire.ident(node),
        wire.text(node, "access_token") or "",
        tuple(str(one) for one in tasks) if isinstance(tasks, list) else (),
        wire.ident(profile),
        wire.prose(profile, "username") or "",
    )


PAGE_CALLS = (
    (("pages_read_engagement",), "read posts", "published_posts?fields=id&limit=1"),
    (
        ("pages_read_user_content",),
        "read visitors' posts and comments",
        "visitor_posts?fields=id&limit=1",
    ),
    (
        ("pages_messaging", "pages_manage_metadata"),
        "read private messages",
        "conversations?platform=messenger&fields=id&limit=1",
    ),
    (("pages_manage_metadata",), "list webhooks", "subscribed_apps"),
)
PAGE_WRITES = ((("pages_manage_engagement",), "reply, hide, delete, like"),)
PROFILE_CALLS = (
    (("instagram_basic",), "read media", "media?fields=id&limit=1"),
    (
        ("instagram_manage_comments",),
        "read comments",
        "media?fields=id,comments.limit(1){id}&limit=1",
    ),
)
PROFILE_MESSAGES = (
    ("instagram_manage_messages", "pages_manage_metadata"),
    "read private messages",
    "conversations?platform=instagram&fields=id&limit=1",
)
PROFILE_WRITES = ((("instagram_manage_engagement",), "like comments"),)


async def _tries(
    graph: Graph, page: FoundPage, granted: frozenset[str]
) -> AsyncIterator[AccessCheck]:
    for scopes, what, path in PAGE_CALLS:
        yield await _call(graph, page.id, page.id, scopes, what, path)
    for scopes, what in PAGE_WRITES:
        yield _looked_up(page.id, scopes, what, granted)
    if not page.profile:
        return
    for scopes, what, path in PROFILE_CALLS:
        yield await _call(graph, page.profile, page.profile, scopes, what, path)
    scopes, what, path = PROFILE_MESSAGES
    yield await _call(graph, page.profile, page.id, scopes, what, path)
    for scopes, what in PROFILE_WRITES:
        yield _looked_up(page.profile, scopes, what, granted)


async def _call(
    graph: Graph, account: str, node: str, scopes: tuple[str, ...], what: str, path: str
) -> AccessCheck:
    edge, _, query = path.partition("?")
    params = dict(part.split("=", 1) for part in query.split("&") if part)
    try:
        await graph.get(f"{quote(node)}/{edge}", **params)
    except PlatformError as error:
        return AccessCheck(account, scopes, what, f"{error.what} ({error.code})")
    return AccessCheck(account, scopes, what)


def _looked_up(
    account: str, scopes: tuple[str, ...], what: str, granted: frozenset[str]
) -> AccessCheck:
    missing = [scope for scope in scopes if scope not in granted]
    problem = f"permission {missing[0]} was not granted" if missing else ""
    return AccessCheck(account, scopes, what, problem, is_called=False)
