"""The web server: its connections can be cut, and it stops without waiting."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

TICK = 0.1
"""Seconds between two ticks, at which people act and the server checks whether to stop."""

GRACE = 0.05
"""Seconds to finish responses when the server stops."""


class CuttableProtocol(H11Protocol):
    """Adds `cut` to each request's state: a function that drops the connection."""

    def connection_made(  # type: ignore[override] # as in the class above it
        self, transport: asyncio.Transport
    ) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "cut": transport.abort}


class WebServer(uvicorn.Server):
    """A server that calls `started` once it listens, and `catch_up` at every tick."""

    def __init__(
        self, config: uvicorn.Config, started: Callable[[], None], catch_up: Callable[[], object]
    ) -> None:
        super().__init__(config)
        self._started = started
        self._catch_up = catch_up
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Stop at once; must be called in the server's loop."""
        self.should_exit = True
        self._ending.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then call `started`."""
        await super().startup(sockets)
        self._started()

    async def on_tick(self, counter: int) -> bool:
        """Let people do what is due."""
        self._catch_up()
        return await super().on_tick(counter)

    async def main_loop(self) -> None:
        """Tick until the server stops."""
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            try:
                async with asyncio.timeout(TICK):
                    await self._ending.wait()
            except TimeoutError:
                continue

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close all connections; responses not finished within GRACE are dropped."""
        for server in self.servers:
            server.close()
        for sock in sockets or []:
            sock.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=GRACE)
        for task in self.server_state.tasks:
            task.cancel()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)
        for server in self.servers:
            await server.wait_closed()
