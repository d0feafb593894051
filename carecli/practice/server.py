"""The practice platform as a server on loopback."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from carecli.domain.model import Millis
from carecli.practice.activity import PracticeActivity
from carecli.practice.clock import PracticeClock
from carecli.practice.faults import Faults
from carecli.practice.request_log import RequestLog
from carecli.practice.scenario import ENTRIES, Town, build

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from carecli.practice.web_server import WebServer


class Platform:
    """A scenario with its people, faults and request log, ready to be served."""

    def __init__(
        self,
        scenario: str,
        seed: int,
        now: Millis | None,
        pace: float,
        *,
        stands_still: bool = False,
        entries: int = ENTRIES,
        speed: float = 1.0,
    ) -> None:
        self.clock = PracticeClock(now, stands_still=stands_still, speed=speed)
        self.town: Town = build(scenario, seed, self.clock, entries)
        self.world = self.town.world
        self.faults = Faults(seed)
        self.ledger = RequestLog()
        self.life = PracticeActivity(self.town, self.clock, pace)

    def app(self) -> Starlette:
        """The ASGI application: `/practice/...`, and the Graph API on every other path."""
        from starlette.applications import Starlette
        from starlette.requests import Request
        from starlette.responses import Response
        from starlette.routing import Route

        from carecli.practice.control import control_routes
        from carecli.practice.service import GraphService

        service = GraphService(self.world, self.faults, self.ledger)

        async def graph(request: Request) -> Response:
            return await service(request)

        routes = control_routes(self.town, self.life, self.faults, self.ledger)
        methods = ["GET", "POST", "DELETE"]
        return Starlette(routes=[*routes, Route("/{path:path}", graph, methods=methods)])


class PracticeServer:
    """The platform in its own thread, for tests: `with PracticeServer() as practice:`.

    `url` is its base address without a slash at the end; `world`, `faults`, `ledger`, `life`
    and `clock` may be read from the test, and changed through `do`. With `now` the clock stands
    still there until `clock.advance` or `life.tick`; else it is the wall clock's time.
    `entries` is the number of comments of the contest, `speed` how fast the time runs.
    """

    def __init__(
        self,
        scenario: str = "ordinary",
        seed: int = 1,
        *,
        now: Millis | None = None,
        pace: float = 0.0,
        port: int = 0,
        entries: int = ENTRIES,
        speed: float = 1.0,
    ) -> None:
        stands_still = now is not None
        self.platform = Platform(
            scenario, seed, now, pace, stands_still=stands_still, entries=entries, speed=speed
        )
        self.clock = self.platform.clock
        self.town = self.platform.town
        self.world = self.platform.world
        self.faults = self.platform.faults
        self.ledger = self.platform.ledger
        self.life = self.platform.life
        self.url = ""
        self._port = port
        self._loop: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> Self:
        sock = _bound(self._port)
        self.url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        started = threading.Event()
        self._server = _uvicorn(self.platform, started.set)

        async def live() -> None:
            self._loop = asyncio.get_running_loop()
            await self._server.serve(sockets=[sock])

        def run() -> None:
            try:
                asyncio.run(live())
            finally:
                sock.close()
                started.set()

        self._thread = threading.Thread(target=run, name="practice", daemon=True)
        self._thread.start()
        if not started.wait(30) or not self._server.started:
            raise RuntimeError("the practice platform did not start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._server.end)
        self._thread.join(30)

    def do(self, action: Callable[[], Any]) -> Any:
        """Run `action` in the server's thread, and return its result."""
        if self._loop is None:
            raise RuntimeError("the practice platform does not run")

        async def run() -> Any:
            return action()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(30)


def serve(
    scenario: str = "ordinary",
    seed: int = 1,
    port: int = 0,
    pace: float = 1.0,
    *,
    now: Millis | None = None,
    ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """Serve until the process is interrupted or terminated; prints nothing.

    `ready` is called with the base address once requests are answered. Raises OSError if the port
    is taken.
    """
    platform = Platform(scenario, seed, now, pace)
    sock = _bound(port)
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    server = _uvicorn(platform, lambda: ready(url))
    try:
        server.run(sockets=[sock])
    finally:
        sock.close()


def _bound(port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it on, each
    # answer waits 40 ms for an acknowledgement
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))
    except OSError:
        sock.close()
        raise
    return sock


def _uvicorn(platform: Platform, started: Callable[[], None]) -> WebServer:
    import uvicorn

    from carecli.practice.web_server import CuttableProtocol, WebServer

    config = uvicorn.Config(
        platform.app(),
        http=CuttableProtocol,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level="critical",
        timeout_keep_alive=60,
        server_header=False,
        date_header=False,  # the platform tells its own time
    )
    return WebServer(config, started, platform.life.catch_up)
