"""The Graph API over HTTP: answers requests, with their headers."""

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
from carecli.practice.requests import ParsedRequest, parse_batch_part, parse_request
from carecli.practice.world import World


@dataclass(frozen=True, slots=True)
class PracticeResponse:
    """A response: its status, a body to be sent as JSON, and headers."""

    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=dict)


class GraphService:
    """Answers requests from a world, subject to the faults."""

    def __init__(self, world: World, faults: Faults, ledger: RequestLog) -> None:
        self.world = world
        self.faults = faults
        self.ledger = ledger

    async def __call__(self, request: Request) -> Response:
        """Answer one HTTP request."""
        parsed = await parse_request(request)
        fault = self.faults.hit(parsed.method, "/".join(parsed.path))
        if fault is not None and fault.kind == "cut_before":
            self._note(parsed, fault)
            return await _cut(request)
        if parsed.method == "POST" and not parsed.path and "batch" in parsed.parameters:
            response_ = self._batch(parsed, fault)
        else:
            response_ = self._answer(parsed, fault)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind == "cut_after":
            return await _cut(request)
        response = _response(request, response_, fault)
        response.headers["date"] = formatdate(self.world.clock() / 1000, usegmt=True)
        return response

    def _answer(self, parsed: ParsedRequest, fault: Fault | None) -> PracticeResponse:
        write = self._note(parsed, fault)
        token, version = Token("none"), ""
        try:
            version = versions.served_version(parsed.version)
            if parsed.path != ("oauth", "access_token"):
                token = read_token(self.world, parsed.token)
                check_proof(self.world, parsed.token, parsed.proof)
            if fault is not None and (error := refusal(fault)) is not None:
                raise error
            if fault is not None and fault.kind in {"too_many_requests", "bad_gateway"}:
                status = 429 if fault.kind == "too_many_requests" else 502
                response_ = PracticeResponse(status, None)
            else:
                call = Call(
                    self.world,
                    parsed.method,
                    version,
                    parsed.path,
                    parsed.parameters,
                    token,
                    parsed.origin,
                    TRAITS.get(fault.kind, Traits()) if fault else Traits(),
                    parsed.query_token,
                )
                response_ = PracticeResponse(200, answer(call))
                if write is not None:
                    write.took_effect = True
        except GraphError as error:
            response_ = PracticeResponse(error.status, error.body())
        if write is not None:
            cut = fault is not None and fault.kind == "cut_after"
            write.status = 0 if cut else response_.status
            write.answer = response_.body
            write.account = token.page.key if token.page and not write.account else write.account
        use = self._use(parsed)
        limits = self.ledger.headers(self.world.clock(), token.page, use, self.faults, fault)
        limits["facebook-api-version"] = version or versions.CURRENT
        return PracticeResponse(response_.status, response_.body, limits)

    def _batch(self, parsed: ParsedRequest, fault: Fault | None) -> PracticeResponse:
        try:
            version = versions.served_version(parsed.version)
            parts = batch.parts_of(parsed.parameters["batch"])
            read_token(self.world, parsed.token)
            check_proof(self.world, parsed.token, parsed.proof)
            results = batch.run(
                parts,
                lambda part: self._part(part, parsed, fault),
                with_headers=str(parsed.parameters.get("include_headers", "true")) != "false",
            )
        except GraphError as error:
            return PracticeResponse(error.status, error.body())
        return PracticeResponse(200, results, {"facebook-api-version": version})

    def _part(
        self, part: Mapping[str, Any], whole: ParsedRequest, fault: Fault | None
    ) -> batch.Done | None:
        """Do one part of a batch; None where it timed out."""
        parsed = parse_batch_part(part, whole)
        part_fault = self.faults.hit(parsed.method, "/".join(parsed.path))
        if fault is not None and fault.kind == "null_parts":
            return None
        response = self._answer(parsed, part_fault)
        headers = {"Content-Type": "application/json; charset=UTF-8", **response.headers}
        return response.status, headers, response.body

    def _note(self, parsed: ParsedRequest, fault: Fault | None) -> Write | None:
        ids = parsed.parameters.get("ids", "") if parsed.method == "GET" and not parsed.path else ""
        cost = len([id_ for id_ in str(ids).split(",") if id_])
        self.ledger.note_call(parsed.method, parsed.path, max(1, cost))
        if parsed.method == "GET":
            return None
        node = self.world.nodes.get(parsed.path[0]) if parsed.path else None
        return self._write(parsed, node.account.key if node else "", fault)

    def _write(self, parsed: ParsedRequest, account: str, fault: Fault | None) -> Write:
        write = self.ledger.note_write(
            self.world.clock(), parsed.method, "/".join(parsed.path), account, parsed.parameters
        )
        write.fault = fault.kind if fault else ""
        return write

    def _use(self, parsed: ParsedRequest) -> str:
        if parsed.path[-1:] in {("messages",), ("conversations",)}:
            return "messenger"
        node = self.world.nodes.get(parsed.path[0]) if parsed.path else None
        return "instagram" if node and node.account.platform == "instagram" else "pages"


async def _cut(request: Request) -> Response:
    """Drop the connection without a word; the response made here reaches nobody."""
    request.scope["state"]["cut"]()
    await request.receive()
    return Response(status_code=500)


def _response(request: Request, response_: PracticeResponse, fault: Fault | None) -> Response:
    kind = fault.kind if fault else ""
    if kind in {"bad_gateway", "not_json"}:
        page = "<!DOCTYPE html><html><body><h1>Sorry, something went wrong.</h1></body></html>"
        return Response(page, response_.status, media_type="text/html")
    if kind == "too_many_requests":
        return Response("", 429, {"retry-after": str(60 * (fault.minutes if fault else 1))})
    raw = json.dumps(response_.body).encode()
    headers = dict(response_.headers)
    if response_.status == 200:
        headers["etag"] = f'"{hashlib.sha1(raw, usedforsecurity=False).hexdigest()}"'
        is_known = request.headers.get("if-none-match") == headers["etag"]
        version = headers.get("facebook-api-version", versions.CURRENT)
        if request.method == "GET" and is_known and versions.supports_ids(version):
            return Response(status_code=304, headers=headers)
    elif response_.status in {400, 401, 403}:
        headers["www-authenticate"] = 'OAuth "Facebook Platform" "invalid_request"'
    return Response(raw, response_.status, headers, media_type="application/json; charset=UTF-8")
