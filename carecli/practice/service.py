"""The Graph API over HTTP: requests in, answers with their headers out."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from carecli.practice.faults import TRAITS, Fault, Faults, refusal
from carecli.practice.graph.api import answer
from carecli.practice.graph.call import Call, Token, read_token
from carecli.practice.graph.errors import GraphError, bad_parameter
from carecli.practice.graph.traits import Traits
from carecli.practice.ledger import Ledger, Write
from carecli.practice.world import World

VERSION = re.compile(r"v\d+\.\d+")
DEFAULT_VERSION = "v26.0"
MOST_PARTS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A request taken apart: one of its own, or one part of a batch."""

    method: str
    version: str
    path: tuple[str, ...]
    parameters: Mapping[str, Any]
    token: str
    origin: str
    query_token: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What comes back: a status, a body to be written as JSON, and headers."""

    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=dict)


class GraphService:
    """Answers requests out of a world, as well as the faults let it."""

    def __init__(self, world: World, faults: Faults, ledger: Ledger) -> None:
        self.world = world
        self.faults = faults
        self.ledger = ledger

    async def __call__(self, request: Request) -> Response:
        """Answer one HTTP request."""
        asked = await _asked(request)
        fault = self.faults.hit(asked.method, "/".join(asked.path))
        if fault is not None and fault.kind == "cut_before":
            self._note(asked, fault)
            return await _cut(request)
        if asked.method == "POST" and not asked.path and "batch" in asked.parameters:
            answered = self._batch(asked, fault)
        else:
            answered = self._answer(asked, fault)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind == "cut_after":
            return await _cut(request)
        return _response(request, answered, fault)

    def _answer(self, asked: Asked, fault: Fault | None) -> Answered:
        write = self._note(asked, fault)
        token = Token("none")
        try:
            if asked.path != ("oauth", "access_token"):
                token = read_token(self.world, asked.token)
            if fault is not None and (error := refusal(fault)) is not None:
                raise error
            if fault is not None and fault.kind in {"too_many_requests", "bad_gateway"}:
                status = 429 if fault.kind == "too_many_requests" else 502
                answered = Answered(status, None)
            else:
                call = Call(
                    self.world,
                    asked.method,
                    asked.version,
                    asked.path,
                    asked.parameters,
                    token,
                    asked.origin,
                    TRAITS.get(fault.kind, Traits()) if fault else Traits(),
                    asked.query_token,
                )
                answered = Answered(200, answer(call))
                if write is not None:
                    write.took_effect = True
        except GraphError as error:
            answered = Answered(error.status, error.body())
        if write is not None:
            cut = fault is not None and fault.kind == "cut_after"
            write.status = 0 if cut else answered.status
            write.answer = answered.body
            write.account = token.page.key if token.page and not write.account else write.account
        use = self._use(asked)
        limits = self.ledger.headers(self.world.clock(), token.page, use, self.faults, fault)
        limits["facebook-api-version"] = asked.version
        return Answered(answered.status, answered.body, limits)

    def _batch(self, asked: Asked, fault: Fault | None) -> Answered:
        try:
            parts = json.loads(asked.parameters["batch"])
            if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
                raise bad_parameter("Param batch must be an array of objects")
            if len(parts) > MOST_PARTS:
                raise bad_parameter(f"Too many requests in batch message. Maximum: {MOST_PARTS}")
            read_token(self.world, asked.token)
        except GraphError as error:
            return Answered(error.status, error.body())
        except (TypeError, ValueError):
            return Answered(400, bad_parameter("Param batch must be a JSON array").body())
        told: list[object] = []
        for part in parts:
            one = _part(part, asked)
            own = self.faults.hit(one.method, "/".join(one.path))
            if fault is not None and fault.kind == "null_parts":
                told.append(None)
                continue
            done = self._answer(one, own)
            headers = {"Content-Type": "application/json; charset=UTF-8", **done.headers}
            told.append(
                {
                    "code": done.status,
                    "headers": [{"name": k, "value": v} for k, v in headers.items()],
                    "body": json.dumps(done.body),
                }
            )
        return Answered(200, told, {"facebook-api-version": asked.version})

    def _note(self, asked: Asked, fault: Fault | None) -> Write | None:
        ids = str(asked.parameters.get("ids", ""))
        self.ledger.note_call(
            asked.method, asked.path, max(1, len([i for i in ids.split(",") if i]))
        )
        if asked.method == "GET":
            return None
        node = self.world.nodes.get(asked.path[0]) if asked.path else None
        return self._write(asked, node.account.key if node else "", fault)

    def _write(self, asked: Asked, account: str, fault: Fault | None) -> Write:
        write = self.ledger.note_write(
            self.world.clock(), asked.method, "/".join(asked.path), account, asked.parameters
        )
        write.fault = fault.kind if fault else ""
        return write

    def _use(self, asked: Asked) -> str:
        if asked.path[-1:] in {("messages",), ("conversations",)}:
            return "messenger"
        node = self.world.nodes.get(asked.path[0]) if asked.path else None
        return "instagram" if node and node.account.platform == "instagram" else "pages"


async def _asked(request: Request) -> Asked:
    query = dict(request.query_params)
    body = await _body(request)
    parameters: dict[str, Any] = {**query, **body}
    path = tuple(part for part in request.url.path.split("/") if part)
    version = DEFAULT_VERSION
    if path and VERSION.fullmatch(path[0]):
        version, path = path[0], path[1:]
    method = str(parameters.pop("method", request.method)).upper()
    header = request.headers.get("authorization", "")
    bearer = header.partition(" ")[2] if header.lower().startswith(("bearer ", "oauth ")) else ""
    token = str(parameters.pop("access_token", "")) or bearer
    origin = f"{request.url.scheme}://{request.url.netloc}"
    return Asked(method, version, path, parameters, token, origin, query.get("access_token", ""))


async def _body(request: Request) -> dict[str, Any]:
    raw = await request.body()
    if not raw:
        return {}
    text = raw.decode("utf-8", "replace")
    if "json" in request.headers.get("content-type", ""):
        try:
            value = json.loads(text)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}
    return dict(parse_qsl(text, keep_blank_values=True))


def _part(part: Mapping[str, Any], whole: Asked) -> Asked:
    split = urlsplit(str(part.get("relative_url", "")))
    path = tuple(piece for piece in split.path.split("/") if piece)
    version = whole.version
    if path and VERSION.fullmatch(path[0]):
        version, path = path[0], path[1:]
    parameters: dict[str, Any] = dict(parse_qsl(split.query, keep_blank_values=True))
    parameters |= dict(parse_qsl(str(part.get("body", "")), keep_blank_values=True))
    token = str(parameters.pop("access_token", "") or part.get("access_token", "") or whole.token)
    method = str(part.get("method", "GET")).upper()
    return Asked(method, version, path, parameters, token, whole.origin)


async def _cut(request: Request) -> Response:
    """Drop the connection without a word; the response made here reaches nobody."""
    request.scope["state"]["cut"]()
    await request.receive()
    return Response(status_code=500)


def _response(request: Request, answered: Answered, fault: Fault | None) -> Response:
    kind = fault.kind if fault else ""
    if kind in {"bad_gateway", "not_json"}:
        page = "<!DOCTYPE html><html><body><h1>Sorry, something went wrong.</h1></body></html>"
        return Response(page, answered.status, media_type="text/html")
    if kind == "too_many_requests":
        return Response("", 429, {"retry-after": str(60 * (fault.minutes if fault else 1))})
    raw = json.dumps(answered.body).encode()
    headers = dict(answered.headers)
    if answered.status == 200:
        headers["etag"] = f'"{hashlib.sha1(raw, usedforsecurity=False).hexdigest()}"'
        if request.method == "GET" and request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
    elif answered.status in {400, 401, 403}:
        headers["www-authenticate"] = 'OAuth "Facebook Platform" "invalid_request"'
    return Response(raw, answered.status, headers, media_type="application/json; charset=UTF-8")
