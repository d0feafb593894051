"""Receives pushed events at once; polling stays as the safety net.

A push is answered with 200 only once it is stored, so that the platform repeats whatever was not.
It may come twice and in any order: events are idempotent.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from carecli.domain.events import MessageSeen
from carecli.domain.model import MINUTE, SECOND, Millis
from carecli.platforms.base import Page, WebhookSource
from carecli.store import posts, settings
from carecli.store.settings import Heard
from carecli.sync.channel_state import ChannelState
from carecli.sync.ingest import ingest

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

log = logging.getLogger(__name__)

LARGEST = 8_000_000
"""Bytes of a push; Meta's hold up to 1,000 updates."""

AT_ONCE = 64_000_000
"""Bytes of all pushes that are being read; strangers too may send some, so memory needs a bound."""

BODY_SECONDS = 30.0
"""How long a push may take to arrive."""

ALIVE_WITHIN = 30 * SECOND
"""How long ago the engine may have told that it lives, to be called well."""


class WebhookReceiver:
    """Serves the hooks of some platforms on a socket, in the engine's event loop.

    `accounts` are the channels, by key, for each platform and its id of an account.
    """

    def __init__(
        self,
        hooks: Sequence[WebhookSource],
        sock: socket.socket,
        accounts: Mapping[tuple[str, str], str],
    ) -> None:
        self._hooks = hooks
        self._accounts = accounts
        self._sock = sock
        self._lines: dict[str, ChannelState] = {}
        self._pull: Callable[[str], None] = lambda _channel: None
        self._strangers: set[tuple[str, str]] = set()
        self._read = 0
        self._server: uvicorn.Server | None = None
        host, port = sock.getsockname()[:2]
        self.heard = Heard(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        """What was pushed until now."""

    def attach(
        self,
        lines: Iterable[ChannelState],
        before: Heard | None = None,
        pull: Callable[[str], None] = lambda _channel: None,
    ) -> None:
        """Take in what is pushed to these channels; count on from `before`.

        `pull` is asked, by a channel's key, for what a push alone cannot place.
        """
        self._lines = {line.key: line for line in lines}
        self._pull = pull
        if before is not None:
            self.heard = before._replace(address=self.heard.address)

    async def serve(self) -> None:
        """Listen until `stop`."""
        import uvicorn

        class Server(uvicorn.Server):
            @contextlib.contextmanager
            def capture_signals(self) -> Iterator[None]:
                yield  # signals are the engine's

        self._server = Server(
            uvicorn.Config(
                self.app(),
                ws="none",
                lifespan="off",
                access_log=False,
                log_config=None,
                timeout_keep_alive=60,
                timeout_graceful_shutdown=5,
                server_header=False,
            )
        )
        await self._server.serve(sockets=[self._sock])

    def stop(self) -> None:
        """End after the pushes under way."""
        if self._server is not None:
            self._server.should_exit = True
        else:
            self._sock.close()

    def app(self) -> Starlette:
        """The ASGI application: one route a hook, and `/health`."""
        from starlette.applications import Starlette
        from starlette.routing import Route

        routes = [
            Route(hook.path, _Endpoint(self, hook).answer, methods=["GET", "POST"])
            for hook in self._hooks
        ]
        return Starlette(routes=[*routes, Route("/health", self.health)])

    async def health(self, _request: Request) -> Response:
        """200 while the engine lives and every channel can be served, 503 with the reason else."""
        from starlette.responses import JSONResponse

        lines = list(self._lines.values())
        seen_at = settings.engine_seen_at(lines[0].database.connection) if lines else None
        now = lines[0].clock() if lines else 0
        is_alive = seen_at is None or now - seen_at < ALIVE_WITHIN
        channels = {
            line.key: next(iter(line.troubles.values()), ("",))[0] or "well" for line in lines
        }
        is_well = is_alive and not any(line.is_refused for line in lines)
        told = {"ok": is_well, "engine": is_alive, "channels": channels}
        return JSONResponse(told, status_code=200 if is_well else 503)

    def take(self, hook: WebhookSource, raw: bytes) -> None:
        """Store what a push tells, account by account; raises StoreError."""
        for delivery in hook.split(raw):
            account = (delivery.platform, delivery.account)
            line = self._lines.get(self._accounts.get(account, ""))
            if line is None:
                self._tell_stranger(*account)
                continue
            now = line.clock()
            page = self._placed(line, line.connector.read(delivery.raw, now))
            ingest(line.database, line.id, page, now=now, rules=line.rules)
            if page.wanted:
                self._pull(line.key)

    def _placed(self, line: ChannelState, page: Page) -> Page:
        """The page without comments under posts nobody knows yet; those are pulled at once."""
        if not page.unplaced:
            return page
        with line.database.read() as db:
            strangers = page.unplaced - posts.plain(db, line.id, page.unplaced)
        if not strangers:
            return page
        self._pull(line.key)
        events = tuple(
            one
            for one in page.events
            if not (isinstance(one, MessageSeen) and one.post in strangers)
        )
        return replace(page, events=events)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Callable[[bytes], bool]]:
        """Keeps count of a body while it is held: what is yielded takes a piece, if it has room."""
        size = 0

        def has_room(piece: bytes) -> bool:
            nonlocal size
            size += len(piece)
            self._read += len(piece)
            return self._read <= AT_ONCE

        try:
            yield has_room
        finally:
            self._read -= size

    def taken(self) -> None:
        """Count a push that is stored."""
        self.heard = self.heard._replace(taken=self.heard.taken + 1, taken_at=self._now())

    def refused(self) -> None:
        """Count a push that nobody signed; the log hears of it once a minute at most."""
        now, before = self._now(), self.heard.refused_at
        if before is None or abs(now - before) >= MINUTE:
            log.warning("a push without the right signature was refused")
        self.heard = self.heard._replace(refused=self.heard.refused + 1, refused_at=now)

    def _now(self) -> Millis:
        return next((line.clock() for line in self._lines.values()), 0)

    def _tell_stranger(self, platform: str, account: str) -> None:
        if (platform, account) not in self._strangers:
            self._strangers.add((platform, account))
            log.warning("a push for %s %r, which is no channel here", platform, account)


class _Endpoint:
    """One hook over HTTP."""

    def __init__(self, listener: WebhookReceiver, hook: WebhookSource) -> None:
        self._listener = listener
        self._hook = hook

    async def answer(self, request: Request) -> Response:
        """The handshake, or a push."""
        from starlette.requests import ClientDisconnect
        from starlette.responses import PlainTextResponse

        if request.method == "GET":
            challenge = self._hook.challenge(dict(request.query_params))
            if challenge is None:
                return PlainTextResponse("refused", status_code=403)
            return PlainTextResponse(challenge)
        with self._listener.reading() as has_room:
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    raw = await _body(request, has_room)
            except (TimeoutError, ClientDisconnect):
                return PlainTextResponse("it did not arrive", status_code=408)
            if isinstance(raw, int):
                return PlainTextResponse("too much", status_code=raw)
            return self._judged(raw, dict(request.headers))

    def _judged(self, raw: bytes, headers: Mapping[str, str]) -> Response:
        from starlette.responses import PlainTextResponse

        if not self._hook.is_genuine(raw, headers):
            self._listener.refused()
            return PlainTextResponse("not signed by the platform", status_code=403)
        try:
            self._listener.take(self._hook, raw)
        except Exception:
            log.exception("a push could not be stored; the platform will repeat it")
            return PlainTextResponse("try again", status_code=503)
        self._listener.taken()
        return PlainTextResponse("stored")


async def _body(request: Request, has_room: Callable[[bytes], bool]) -> bytes | int:
    """The bytes as they came, or the status that refuses them: too many, or too many at once."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            return 413
        if not has_room(chunk):
            return 503
        chunks.append(chunk)
    return b"".join(chunks)
