"""The Graph API over HTTP: requests in, responses with their headers out."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from carecli.practice import batch
from carecli.practice.faults import TRAITS, Fault, Faults, refusal
from carecli.practice.graph import versions
from carecli.practice.graph.api import answer
from carecli.practice.graph.call import Call, Token, check_proof, read_token
from carecli.practice.graph.errors import GraphError
from carecli.practice.graph.traits import Traits
from carecli.practice.request_log import RequestLog, Write
from carecli.practice.requests import ParsedRequest, asked_by, asked_in_batch
from carecli.practice.world import World


@dataclass(frozen=True, slots=True)
class Answered:
    """What comes back: a status, a body to be written as JSON, and headers."""

    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=dict)


class GraphService:
    """Answers requests out of a world, as well as the faults let it."""

    def __init__(self, world: World, faults: Faults, ledger: RequestLog) -> None:
        self.world = world
        self.faults = faults
        self.ledger = ledger

    async def __call__(self, request: Request) -> Response:
        """Answer one HTTP request."""
        asked = await asked_by(request)
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
        response = _response(request, answered, fault)
        response.headers["date"] = formatdate(self.world.clock() / 1000, usegmt=True)
        return response

    def _answer(self, asked: ParsedRequest, fault: Fault | None) -> Answered:
        write = self._note(asked, fault)
        token, version = Token("none"), ""
        try:
            version = versions.served(asked.version)
            if asked.path != ("oauth", "access_token"):
                token = read_token(self.world, asked.token)
                check_proof(self.world, asked.token, asked.proof)
            if fault is not None and (error := refusal(fault)) is not None:
                raise error
            if fault is not None and fault.kind in {"too_many_requests", "bad_gateway"}:
                status = 429 if fault.kind == "too_many_requests" else 502
                answered = Answered(status, None)
            else:
                call = Call(
                    self.world,
                    asked.method,
                    version,
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
        limits["facebook-api-version"] = version or versions.CURRENT
        return Answered(answered.status, answered.body, limits)

    def _batch(self, asked: ParsedRequest, fault: Fault | None) -> Answered:
        try:
            version = versions.served(asked.version)
            parts = batch.parts_of(asked.parameters["batch"])
            read_token(self.world, asked.token)
            check_proof(self.world, asked.token, asked.proof)
            told = batch.run(
                parts,
                lambda part: self._part(part, asked, fault),
                with_headers=str(asked.parameters.get("include_headers", "true")) != "false",
            )
        except GraphError as error:
            return Answered(error.status, error.body())
        return Answered(200, told, {"facebook-api-version": version})

    def _part(
        self, part: Mapping[str, Any], whole: ParsedRequest, fault: Fault | None
    ) -> batch.Done | None:
        """Do one part of a batch; None where it timed out."""
        one = asked_in_batch(part, whole)
        own = self.faults.hit(one.method, "/".join(one.path))
        if fault is not None and fault.kind == "null_parts":
            return None
        done = self._answer(one, own)
        headers = {"Content-Type": "application/json; charset=UTF-8", **done.headers}
        return done.status, headers, done.body

    def _note(self, asked: ParsedRequest, fault: Fault | None) -> Write | None:
        ids = asked.parameters.get("ids", "") if asked.method == "GET" and not asked.path else ""
        cost = len([one for one in str(ids).split(",") if one])
        self.ledger.note_call(asked.method, asked.path, max(1, cost))
        if asked.method == "GET":
            return None
        node = self.world.nodes.get(asked.path[0]) if asked.path else None
        return self._write(asked, node.account.key if node else "", fault)

    def _write(self, asked: ParsedRequest, account: str, fault: Fault | None) -> Write:
        write = self.ledger.note_write(
            self.world.clock(), asked.method, "/".join(asked.path), account, asked.parameters
        )
        write.fault = fault.kind if fault else ""
        return write

    def _use(self, asked: ParsedRequest) -> str:
        if asked.path[-1:] in {("messages",), ("conversations",)}:
            return "messenger"
        node = self.world.nodes.get(asked.path[0]) if asked.path else None
        return "instagram" if node and node.account.platform == "instagram" else "pages"


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
        is_known = request.headers.get("if-none-match") == headers["etag"]
        version = headers.get("facebook-api-version", versions.CURRENT)
        if request.method == "GET" and is_known and versions.has_many(version):
            return Response(status_code=304, headers=headers)
    elif answered.status in {400, 401, 403}:
        headers["www-authenticate"] = 'OAuth "Facebook Platform" "invalid_request"'
    return Response(raw, answered.status, headers, media_type="application/json; charset=UTF-8")
