"""A server on loopback that says what it was told to say, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str


@dataclass(slots=True)
class Canned:
    """`answers` are JSON values given in turn, the last one again and again; None is silence."""

    answers: list[object]
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                request, *lines = head.split("\r\n")
                method, address, _ = request.split(" ", 2)
                headers = {
                    name.lower(): value
                    for name, _, value in (line.partition(": ") for line in lines)
                    if name
                }
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                place = urlsplit(address)
                query = dict(parse_qsl(place.query, keep_blank_values=True))
                self.asked.append(Asked(method, place.path, query, headers, body.decode()))
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if answer is None:
                    await reader.read()
                    return
                raw = json.dumps(answer).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(raw) + raw)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def canned(*answers: object) -> AsyncIterator[Canned]:
    made = Canned(list(answers))
    server = await asyncio.start_server(made.handle, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
