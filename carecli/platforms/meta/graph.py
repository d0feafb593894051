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
from carecli.domain.events import Event
from carecli.domain.model import Millis
from carecli.platforms.base import Account, Page
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
from carecli.platforms.paging import RepeatGuard
from carecli.platforms.unreadable import Unreadable

BASE_URL = "https://graph.facebook.com"
API_VERSION = "v27.0"
"""The newest one; a channel may name another."""

BATCH_LIMIT = 50
MOST_FIELDS = 12
"""This many refused fields are left out one by one; then all but the core ones."""
_OWN_PARAMETERS = frozenset({"access_token", "appsecret_proof"})
_PAGING = frozenset({"after", "until", "since", "offset", "__paging_token", "page"})
"""Parameters that say where a page begins."""
_TOKENS = re.compile(rb"(access_token(?:=|\\?\"\s*:\s*\\?\"))[^&\"\\\s]+")

NOTHING_NEW = "repeats itself; it was read until nothing new came"
NO_CURSOR = "continues on another server without saying where"

Params = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GraphResponse:
    """A response: its objects (`items`), the node it is (`node`), its bytes, and our quota.

    `has_more`: another page follows.
    """

    node: Node
    items: Sequence[Node]
    raw: bytes
    limits: Limits
    has_more: bool = False

    @property
    def total(self) -> int | None:
        """`summary.total_count`, if it was requested."""
        return wire.number(wire.child(self.node, "summary"), "total_count")

    def page(self, events: Sequence[Event], now: Millis, possible_loss: str = "") -> Page:
        """A page of these events, which were read from this response; keeps the stored cursor."""
        return Page(
            tuple(events),
            raw=self.raw if events else b"",
            observed_at=now,
            usage=self.limits.usage,
            park_until=self.limits.park_until,
            possible_loss=possible_loss,
        )


def without_tokens(raw: bytes) -> bytes:
    """A payload without the tokens in its links and fields, so that it may be stored."""
    return _TOKENS.sub(rb"\1REDACTED", raw)


class Graph:
    """Sends requests to the Graph API for one account; raises only `PlatformError`s."""

    def __init__(self, account: Account, unreadable: Unreadable | None = None) -> None:
        self._clock = account.clock
        self.unreadable = unreadable or Unreadable(account.clock)
        self._secrets = tuple(filter(None, (account.token, account.secret)))
        self._http = Http(
            account.base_url or BASE_URL,
            secrets=self._secrets,
            on_server_time=self.unreadable.on_server_time,
        )
        self.version = account.api_version or API_VERSION
        self._headers = {"Authorization": f"Bearer {account.token}"}
        self._proof: dict[str, str] = {}
        if account.secret:
            signature = hmac.new(account.secret.encode(), account.token.encode(), hashlib.sha256)
            self._proof = {"appsecret_proof": signature.hexdigest()}

    async def get(self, path: str, **params: str) -> GraphResponse:
        """One node or one page of an edge: `get("123/comments", limit="5")`."""
        return await self._read(path, params)

    async def post(self, path: str, *, body: object | None = None, **form: str) -> GraphResponse:
        """Write, as a form or (with `body`) as JSON."""
        return await self._request("POST", path, form=form, body=body)

    async def delete(self, path: str, **params: str) -> GraphResponse:
        """Delete an object or take back a like."""
        return await self._request("DELETE", path, params=params)

    async def pages(self, path: str, **params: str) -> AsyncIterator[GraphResponse]:
        """All pages of an edge, at least one, until a page has no `next`.

        A short or empty page does not end the list. A page that brings nothing new does, because
        some lists go round in circles. A `next` link to another server is not followed; only the
        position it names is used. A list that ends too early is recorded as a possible loss. When
        the platform asks for less data at once, the page size is halved.
        """
        requested: set[tuple[tuple[str, str], ...]] = set()
        repeats = RepeatGuard()
        while True:
            key = tuple(sorted(params.items()))
            if key in requested:
                self._cut_off(path, NOTHING_NEW)
                return
            requested.add(key)
            try:
                page = await self._read(path, params)
            except _TooMuch:
                limit = int(params.get("limit", "25"))
                if limit <= 1:
                    raise
                params = {**params, "limit": str(limit // 2)}
                continue
            yield page
            next_params = self._next_params(page.node, params)
            if next_params is None:
                if page.has_more:
                    self._cut_off(path, NO_CURSOR)
                return
            names = {wire.ident(item) or json.dumps(item, sort_keys=True) for item in page.items}
            if repeats.is_stuck(names):
                self._cut_off(path, NOTHING_NEW)
                return
            params = next_params

    async def batch(self, paths: Sequence[str]) -> list[Node | PlatformError]:
        """Read several nodes in one request (each still counts as a call).

        One result for each path: the node, or its own error; a part that timed out is Transient.
        """
        results: list[Node | PlatformError] = []
        for start in range(0, len(paths), BATCH_LIMIT):
            group = [self._reduced(path) for path in paths[start : start + BATCH_LIMIT]]
            parts = [{"method": "GET", "relative_url": f"{self.version}/{p}"} for p in group]
            form = {"batch": json.dumps(parts), "include_headers": "false"}
            response = await self._request("POST", "", form=form, changes=False)
            answers = json.loads(response.raw)
            answers = answers if isinstance(answers, list) else []
            answers += [None] * (len(group) - len(answers))
            for path, answer in zip(group, answers, strict=False):
                result = self._batch_result(answer)
                if isinstance(result, PlatformError) and refused_field(result.what):
                    result = await self._read_alone(path)
                results.append(result)
        return results

    def _reduced(self, path: str) -> str:
        """The path of one part of a batch, without the fields that the platform refuses."""
        node, mark, fields = path.partition("?fields=")
        return (
            f"{node}{mark}{self._without(selection_name(node, fields), fields)}" if mark else path
        )

    async def _read_alone(self, path: str) -> Node | PlatformError:
        """Read by itself a part of a batch in which a field was refused."""
        node, _, fields = path.partition("?fields=")
        try:
            return (await self.get(node, fields=fields)).node
        except PlatformError as error:
            return error

    def _without(self, selection: str, fields: str) -> str:
        return without_fields(fields, self.unreadable.refused_fields(selection))

    async def _read(self, path: str, params: Params) -> GraphResponse:
        """Send a GET request; a field that the platform refuses is left out from then on.

        If it refuses a page of a list without naming the field, only the core fields are requested.
        """
        fields = params.get("fields", "")
        if not fields:
            return await self._request("GET", path, params=params)
        selection = selection_name(path, fields)
        for _ in range(MOST_FIELDS):
            selected = self._without(selection, fields)
            try:
                response = await self._request("GET", path, params={**params, "fields": selected})
            except (Refused, PermissionMissing, Gone) as error:
                field = refused_field(error.what)
                if field in INDISPENSABLE or not contains_field(selected, field):
                    return await self._read_core(path, params, selection, selected, error)
                self.unreadable.refuse_field(selection, field, error.what)
            else:
                self.unreadable.record_granted(selection)
                return response
        return await self._request("GET", path, params=params)

    async def _read_core(
        self, path: str, params: Params, selection: str, selected: str, error: PlatformError
    ) -> GraphResponse:
        """Read a list with its core fields only; raises `error` if that fails too."""
        core = without_fields(selected, (ALL_BUT_CORE,))
        if "/" not in path or isinstance(error, Gone) or core == selected:
            raise error
        try:
            response = await self._request("GET", path, params={**params, "fields": core})
        except (Refused, PermissionMissing, Gone):
            raise error from None
        self.unreadable.refuse_field(selection, ALL_BUT_CORE, error.what)
        return response

    def _cut_off(self, path: str, why: str) -> None:
        self.unreadable.record_loss(f"the list {path} {why}")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def _batch_result(self, value: object) -> Node | PlatformError:
        part = wire.node(value)
        code = wire.number(part, "code")
        if code is None:
            return Transient("a part of a batch was not answered", happened=False)
        response = Response(code, {}, (wire.text(part, "body") or "").encode())
        error = error_from(response, changes=False, now=self._clock(), secrets=self._secrets)
        return error or wire.node(response.json())

    async def _request(
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
        response = await self._http.request(
            method,
            f"/{self.version}/{path}",
            params=params,
            form=None if body is not None else form,
            body=body,
            headers=self._headers,
        )
        now = self._clock()
        error = error_from(response, changes=changes, now=now, secrets=self._secrets)
        payload = response.json()
        if error is not None:
            if not changes and asks_for_less_data(payload):
                raise _TooMuch(error.what, code=error.code, happened=False)
            raise error
        node = wire.node(payload)
        return GraphResponse(
            node,
            wire.nodes(payload),
            without_tokens(response.body),
            limits_of(response.headers, now),
            bool(wire.text(wire.child(node, "paging"), "next")),
        )

    def _next_params(self, page: Node, params: Params) -> dict[str, str] | None:
        """The parameters of the page after this one."""
        paging = wire.child(page, "paging")
        link = wire.text(paging, "next")
        if not link:
            return None
        query = _query(link)
        if same_host(link, self._http.base_url):
            next_params = {**params, **{k: v for k, v in query.items() if k not in _OWN_PARAMETERS}}
        else:
            position = {key: value for key, value in query.items() if key in _PAGING and value}
            after = wire.text(wire.child(paging, "cursors"), "after")
            position |= {"after": after} if after else {}
            if not position:
                return None
            next_params = {**params, **position}
        next_params |= {"fields": params["fields"]} if "fields" in params else {}
        next_params["limit"] = params.get("limit", next_params.get("limit", "25"))
        return next_params


def _query(link: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))
    except ValueError:
        return {}


class _TooMuch(Transient):
    """The platform wants smaller requests."""
