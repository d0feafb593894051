"""The Graph API over HTTP: requests, paging; errors are `PlatformError`s.

The token travels in the `Authorization` header, so that no address and no `paging.next` carries
it; `appsecret_proof` (HMAC-SHA256 of the token by the app secret) is added when a secret is known.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from carecli.domain.errors import Gone, PermissionMissing, PlatformError, Refused, Transient
from carecli.platforms.base import Account
from carecli.platforms.http import Http, Response, same_host
from carecli.platforms.meta import wire
from carecli.platforms.meta.errors import asks_for_less_data, error_from
from carecli.platforms.meta.limits import Limits, limits_of
from carecli.platforms.meta.selection import (
    ALL_BUT_CORE,
    INDISPENSABLE,
    contains_field,
    refused_field,
    selection_name,
    without_fields,
)
from carecli.platforms.meta.wire import Node
from carecli.platforms.unreadable import Unreadable

BASE_URL = "https://graph.facebook.com"
API_VERSION = "v27.0"
"""The newest one; a channel may name another."""

BATCH_LIMIT = 50
MAX_EMPTY_PAGES = 20
"""So many empty pages one after the other are no list any more."""
MOST_FIELDS = 12
"""So many fields of one request are given up one by one; then all but the core ones."""
_OWN_PARAMETERS = frozenset({"access_token", "appsecret_proof"})
_PAGING = frozenset({"after", "until", "since", "offset", "__paging_token", "page"})
"""Parameters that say where a page begins."""
_TOKENS = re.compile(rb"(access_token(?:=|\\?\"\s*:\s*\\?\"))[^&\"\\\s]+")

NOTHING_NEW = "repeats itself; it was read until nothing new came"
NO_CURSOR = "continues on another server without saying where"

Params = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GraphResponse:
    """One answer: its objects (`items`), the node it is (`node`), the bytes, and our quota."""

    node: Node
    items: Sequence[Node]
    raw: bytes
    limits: Limits
    has_more: bool = False

    @property
    def total(self) -> int | None:
        """`summary.total_count`, when asked for."""
        return wire.number(wire.child(self.node, "summary"), "total_count")


def without_tokens(raw: bytes) -> bytes:
    """A payload that may be kept: links and fields in it lose their tokens."""
    return _TOKENS.sub(rb"\1REDACTED", raw)


class Graph:
    """One account's way to the Graph API."""

    def __init__(self, account: Account, unreadable: Unreadable | None = None) -> None:
        self._clock = account.clock
        self.unreadable = unreadable or Unreadable(account.clock)
        self._secrets = tuple(filter(None, (account.token, account.secret)))
        self._http = Http(
            account.base_url or BASE_URL, secrets=self._secrets, heard=self.unreadable.heard
        )
        self.version = account.api_version or API_VERSION
        self._headers = {"Authorization": f"Bearer {account.token}"}
        self._proof: dict[str, str] = {}
        if account.secret:
            proof = hmac.new(account.secret.encode(), account.token.encode(), hashlib.sha256)
            self._proof = {"appsecret_proof": proof.hexdigest()}

    async def get(self, path: str, **params: str) -> GraphResponse:
        """One node or one page of an edge: `get("123/comments", limit="5")`."""
        return await self._read(path, params)

    async def post(self, path: str, *, body: object | None = None, **form: str) -> GraphResponse:
        """Write, as a form or (with `body`) as JSON."""
        return await self._ask("POST", path, form=form, body=body)

    async def delete(self, path: str, **params: str) -> GraphResponse:
        """Delete an object or take back a like."""
        return await self._ask("DELETE", path, params=params)

    async def pages(self, path: str, **params: str) -> AsyncIterator[GraphResponse]:
        """Page after page of an edge, until there is no `next`; at least one.

        A short or empty page is not the end. A page that brings nothing new is: some lists go
        round in circles. A `next` that leads to another server is not followed, what it says of
        the place is used instead. A list that ends too early is told as a possible loss. When the
        platform asks for less data at once, the page size is halved.
        """
        asked: set[tuple[tuple[str, str], ...]] = set()
        seen: set[str] = set()
        empty = 0
        wanted: dict[str, str] = params
        while True:
            key = tuple(sorted(wanted.items()))
            if key in asked:
                self._cut_off(path, NOTHING_NEW)
                return
            asked.add(key)
            try:
                page = await self._read(path, wanted)
            except _TooMuch:
                limit = int(wanted.get("limit", "25"))
                if limit <= 1:
                    raise
                wanted = {**wanted, "limit": str(limit // 2)}
                continue
            yield page
            following = self._following(page.node, wanted)
            if following is None:
                if page.has_more:
                    self._cut_off(path, NO_CURSOR)
                return
            names = {wire.ident(item) or json.dumps(item, sort_keys=True) for item in page.items}
            empty = 0 if names else empty + 1
            if (names and names <= seen) or empty >= MAX_EMPTY_PAGES:
                self._cut_off(path, NOTHING_NEW)
                return
            wanted = following
            seen |= names

    async def batch(self, paths: Sequence[str]) -> list[Node | PlatformError]:
        """Read several nodes in one request (each still counts as a call).

        One result for each path: the node, or its own error; a part that timed out is Transient.
        """
        results: list[Node | PlatformError] = []
        for start in range(0, len(paths), BATCH_LIMIT):
            group = [self._reduced(path) for path in paths[start : start + BATCH_LIMIT]]
            parts = [{"method": "GET", "relative_url": f"{self.version}/{p}"} for p in group]
            form = {"batch": json.dumps(parts), "include_headers": "false"}
            reading = await self._ask("POST", "", form=form, changes=False)
            answers = json.loads(reading.raw)
            answers = answers if isinstance(answers, list) else []
            answers += [None] * (len(group) - len(answers))
            for path, answer in zip(group, answers, strict=False):
                result = self._part(answer)
                if isinstance(result, PlatformError) and refused_field(result.what):
                    result = await self._alone(path)
                results.append(result)
        return results

    def _reduced(self, path: str) -> str:
        """A part of a batch without the fields that are refused."""
        node, mark, fields = path.partition("?fields=")
        return (
            f"{node}{mark}{self._without(selection_name(node, fields), fields)}" if mark else path
        )

    async def _alone(self, path: str) -> Node | PlatformError:
        """A part of a batch of which a field was refused, asked for by itself."""
        node, _, fields = path.partition("?fields=")
        try:
            return (await self.get(node, fields=fields)).node
        except PlatformError as error:
            return error

    def _without(self, selection: str, fields: str) -> str:
        return without_fields(fields, self.unreadable.refused_fields(selection))

    async def _read(self, path: str, params: Params) -> GraphResponse:
        """Ask for what the platform tells: a field it refuses is left out from then on.

        Where it refuses a page of a list without naming the field, the core fields are asked for.
        """
        fields = params.get("fields", "")
        if not fields:
            return await self._ask("GET", path, params=params)
        selection = selection_name(path, fields)
        for _ in range(MOST_FIELDS):
            asked = self._without(selection, fields)
            try:
                reading = await self._ask("GET", path, params={**params, "fields": asked})
            except (Refused, PermissionMissing, Gone) as error:
                field = refused_field(error.what)
                if field in INDISPENSABLE or not contains_field(asked, field):
                    return await self._core(path, params, selection, asked, error)
                self.unreadable.refuse(selection, field, error.what)
            else:
                self.unreadable.asked(selection)
                return reading
        return await self._ask("GET", path, params=params)

    async def _core(
        self, path: str, params: Params, selection: str, asked: str, error: PlatformError
    ) -> GraphResponse:
        """A list with its core fields; raises `error` where these do not help either."""
        core = without_fields(asked, (ALL_BUT_CORE,))
        if "/" not in path or isinstance(error, Gone) or core == asked:
            raise error
        try:
            reading = await self._ask("GET", path, params={**params, "fields": core})
        except (Refused, PermissionMissing, Gone):
            raise error from None
        self.unreadable.refuse(selection, ALL_BUT_CORE, error.what)
        return reading

    def _cut_off(self, path: str, why: str) -> None:
        self.unreadable.lost(f"the list {path} {why}")

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._http.aclose()

    def _part(self, value: object) -> Node | PlatformError:
        part = wire.node(value)
        code = wire.number(part, "code")
        if code is None:
            return Transient("a part of a batch was not answered", happened=False)
        answer = Response(code, {}, (wire.text(part, "body") or "").encode())
        wrong = error_from(answer, changes=False, now=self._clock(), secrets=self._secrets)
        return wrong or wire.node(answer.json())

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        form: Params | None = None,
        body: object | None = None,
        changes: bool | None = None,
    ) -> GraphResponse:
        changes = method != "GET" if changes is None else changes
        if form is not None and body is None:
            form = {**form, **self._proof}
        else:
            params = {**(params or {}), **self._proof}
        answer = await self._http.request(
            method,
            f"/{self.version}/{path}",
            params=params,
            form=None if body is not None else form,
            body=body,
            headers=self._headers,
        )
        now = self._clock()
        wrong = error_from(answer, changes=changes, now=now, secrets=self._secrets)
        payload = answer.json()
        if wrong is not None:
            if not changes and asks_for_less_data(payload):
                raise _TooMuch(wrong.what, code=wrong.code, happened=False)
            raise wrong
        node = wire.node(payload)
        return GraphResponse(
            node,
            wire.nodes(payload),
            without_tokens(answer.body),
            limits_of(answer.headers, now),
            bool(wire.text(wire.child(node, "paging"), "next")),
        )

    def _following(self, page: Node, wanted: Params) -> dict[str, str] | None:
        """The parameters of the page after this one."""
        paging = wire.child(page, "paging")
        link = wire.text(paging, "next")
        if not link:
            return None
        query = _query(link)
        if same_host(link, self._http.base_url):
            following = {**wanted, **{k: v for k, v in query.items() if k not in _OWN_PARAMETERS}}
        else:
            where = {key: value for key, value in query.items() if key in _PAGING and value}
            after = wire.text(wire.child(paging, "cursors"), "after")
            where |= {"after": after} if after else {}
            if not where:
                return None
            following = {**wanted, **where}
        following |= {"fields": wanted["fields"]} if "fields" in wanted else {}
        following["limit"] = wanted.get("limit", following.get("limit", "25"))
        return following


def _query(link: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))
    except ValueError:
        return {}


class _TooMuch(Transient):
    """The platform wants smaller requests."""
