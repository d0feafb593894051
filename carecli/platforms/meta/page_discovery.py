"""What a token can reach: its owner, pages and permissions.

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
    """Facts about a token. Times are in ms; None if it does not end, or if that is unknown."""

    kind: str
    """`PAGE`, `USER`, `SYSTEM_USER`, `APP`, or `unknown`."""
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
    """The result of one check: on which account, for which permissions, and what was wrong."""

    account: str
    scopes: tuple[str, ...]
    what: str
    problem: str = ""
    was_called: bool = True
    """Whether a call was made; for writing, only the granted permissions are compared."""

    @property
    def is_ok(self) -> bool:
        """Whether the action is allowed."""
        return not self.problem


def parse_token_facts(node: wire.Node) -> TokenFacts:
    """Parse the `data` object of `/debug_token`."""
    scopes = node.get("scopes")
    return TokenFacts(
        wire.text(node, "type") or "unknown",
        wire.flag(node, "is_valid") is not False,
        _moment(node, "expires_at"),
        _moment(node, "data_access_expires_at"),
        tuple(str(scope) for scope in scopes) if isinstance(scopes, list) else (),
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

    async def token_facts(self) -> TokenFacts:
        """Facts about the token; raises TokenRefused if it is invalid."""
        response = await self._graph.get("debug_token", input_token=self._account.token)
        facts = parse_token_facts(wire.child(response.node, "data"))
        if not facts.is_valid:
            raise TokenRefused("the platform says that the token is invalid")
        return facts

    async def exchange_token(self, app_id: str) -> str:
        """Exchange this token for one that lasts about 60 days, with the app's secret."""
        response = await self._graph.get(
            "oauth/access_token",
            grant_type="fb_exchange_token",
            client_id=app_id,
            client_secret=self._account.secret,
            fb_exchange_token=self._account.token,
        )
        return wire.text(response.node, "access_token") or self._account.token

    async def pages(self, facts: TokenFacts) -> list[FoundPage]:
        """The pages that the token can reach, each with its own token."""
        if facts.kind == "PAGE":
            node = (await self._graph.get("me", fields=ACCOUNT_FIELDS.replace(",tasks", ""))).node
            return [replace(_page(node), token=self._account.token)]
        pages: list[FoundPage] = []
        async for response in self._graph.pages("me/accounts", fields=ACCOUNT_FIELDS, limit="50"):
            pages += [_page(node) for node in response.items]
        return [page for page in pages if page.id and page.token]

    async def check_access(self, page: FoundPage, granted: Iterable[str]) -> list[AccessCheck]:
        """Check what may be done with this page and its profile; the token must be the page's."""
        return [check async for check in _access_checks(self._graph, page, frozenset(granted))]

    async def subscribe(self, account: str, fields: Iterable[str]) -> None:
        """Subscribe the app to webhooks for these fields of an account, instead of those before."""
        await self._graph.post(f"{account}/subscribed_apps", subscribed_fields=",".join(fields))

    async def subscribed_fields(self, account: str) -> tuple[str, ...]:
        """The fields of an account that the app is subscribed to."""
        response = await self._graph.get(f"{account}/subscribed_apps")
        fields: list[str] = []
        for app in response.items:
            names = app.get("subscribed_fields")
            fields += map(str, names) if isinstance(names, list) else ()
        return tuple(dict.fromkeys(fields))


def _page(node: wire.Node) -> FoundPage:
    profile = wire.child(node, "instagram_business_account")
    tasks = node.get("tasks")
    return FoundPage(
        wire.ident(node),
        wire.prose(node, "name") or wire.ident(node),
        wire.text(node, "access_token") or "",
        tuple(str(task) for task in tasks) if isinstance(tasks, list) else (),
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


async def _access_checks(
    graph: Graph, page: FoundPage, granted: frozenset[str]
) -> AsyncIterator[AccessCheck]:
    for scopes, what, path in PAGE_CALLS:
        yield await _check_call(graph, page.id, page.id, scopes, what, path)
    for scopes, what in PAGE_WRITES:
        yield _check_scope(page.id, scopes, what, granted)
    if not page.profile:
        return
    for scopes, what, path in PROFILE_CALLS:
        yield await _check_call(graph, page.profile, page.profile, scopes, what, path)
    scopes, what, path = PROFILE_MESSAGES
    yield await _check_call(graph, page.profile, page.id, scopes, what, path)
    for scopes, what in PROFILE_WRITES:
        yield _check_scope(page.profile, scopes, what, granted)


async def _check_call(
    graph: Graph, account: str, node: str, scopes: tuple[str, ...], what: str, path: str
) -> AccessCheck:
    edge, _, query = path.partition("?")
    params = dict(part.split("=", 1) for part in query.split("&") if part)
    try:
        await graph.get(f"{quote(node)}/{edge}", **params)
    except PlatformError as error:
        return AccessCheck(account, scopes, what, f"{error.what} ({error.code})")
    return AccessCheck(account, scopes, what)


def _check_scope(
    account: str, scopes: tuple[str, ...], what: str, granted: frozenset[str]
) -> AccessCheck:
    missing = [scope for scope in scopes if scope not in granted]
    problem = f"permission {missing[0]} was not granted" if missing else ""
    return AccessCheck(account, scopes, what, problem, was_called=False)
