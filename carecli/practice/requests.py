"""Parses requests: version, path, and parameters from the query and any kind of body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from carecli.practice.graph.versions import looks_like_version


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """A parsed request, or a part of a batch.

    `version` is the requested one, empty if there is none.
    """

    method: str
    version: str
    path: tuple[str, ...]
    parameters: Mapping[str, Any]
    token: str
    origin: str
    query_token: str = ""
    proof: str = ""


async def parse_request(request: Request) -> ParsedRequest:
    """Parse an HTTP request."""
    query = dict(request.query_params)
    body = _body(request.headers.get("content-type", ""), await request.body())
    parameters: dict[str, Any] = {**query, **body}
    _join_fields(parameters)
    version, path = _split(request.url.path)
    method = str(parameters.pop("method", request.method)).upper()
    header = request.headers.get("authorization", "")
    bearer = header.partition(" ")[2] if header.lower().startswith(("bearer ", "oauth ")) else ""
    token = str(parameters.pop("access_token", "")) or bearer
    proof = str(parameters.pop("appsecret_proof", ""))
    origin = f"{request.url.scheme}://{request.url.netloc}"
    query_token = query.get("access_token", "")
    return ParsedRequest(method, version, path, parameters, token, origin, query_token, proof)


def parse_batch_part(part: Mapping[str, Any], whole: ParsedRequest) -> ParsedRequest:
    """Parse a part of a batch, which may have its own version and token."""
    split = urlsplit(str(part.get("relative_url", "")))
    version, path = _split(split.path)
    parameters: dict[str, Any] = dict(parse_qsl(split.query, keep_blank_values=True))
    parameters |= dict(parse_qsl(str(part.get("body", "")), keep_blank_values=True))
    _join_fields(parameters)
    own = str(parameters.pop("access_token", "") or part.get("access_token", ""))
    proof = str(parameters.pop("appsecret_proof", "")) or ("" if own else whole.proof)
    method = str(part.get("method", "GET")).upper()
    return ParsedRequest(
        method,
        version or whole.version,
        path,
        parameters,
        own or whole.token,
        whole.origin,
        "",
        proof,
    )


def _join_fields(parameters: dict[str, Any]) -> None:
    """Convert `fields`, which may be a list or a JSON list, to comma-separated text."""
    fields = parameters.get("fields")
    if isinstance(fields, str) and fields.startswith("["):
        try:
            fields = json.loads(fields)
        except ValueError:
            return
    if isinstance(fields, list):
        parameters["fields"] = ",".join(str(field) for field in fields)


def _split(text: str) -> tuple[str, tuple[str, ...]]:
    path = tuple(part for part in text.split("/") if part)
    if path and looks_like_version(path[0]):
        return path[0], path[1:]
    return "", path


def _body(kind: str, raw: bytes) -> dict[str, Any]:
    if not raw:
        return {}
    if kind.lower().startswith("multipart/form-data"):
        return _form(kind, raw)
    text = raw.decode("utf-8", "replace")
    if "json" in kind:
        try:
            value = json.loads(text)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}
    return dict(parse_qsl(text, keep_blank_values=True))


def _form(kind: str, raw: bytes) -> dict[str, Any]:
    """The fields of a form; of files only the names are kept."""
    head = f"Content-Type: {kind}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + raw)
    fields: dict[str, Any] = {}
    for part in message.iter_parts() if isinstance(message, EmailMessage) else ():
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            continue
        content = part.get_payload(decode=True)
        if (file := part.get_filename()) is not None:
            fields[name] = file or "file"
        elif isinstance(content, bytes):
            fields[name] = content.decode("utf-8", "replace")
    return fields
