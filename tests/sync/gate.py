"""A door before a server on loopback, which a test can shut."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Gate:
    """Passes connections on to a port; `is_shut`: whoever comes is sent away at once."""

    def __init__(self, upstream: int) -> None:
        self.is_shut = False
        self.port = 0
        self._upstream = upstream
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gate", daemon=True)
        self._thread.start()
        self._ready.wait(10)

    def _run(self) -> None:
        async def serve() -> None:
            self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
            async with await asyncio.start_server(self._pass, "127.0.0.1", 0) as server:
                self.port = server.sockets[0].getsockname()[1]
                self._ready.set()
                await self._ended.wait()

        asyncio.run(serve())

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if not self.is_shut:
                there, out = await asyncio.open_connection("127.0.0.1", self._upstream)
                try:
                    await asyncio.gather(_copy(reader, out), _copy(there, writer))
                finally:
                    out.close()
        finally:
            writer.close()

    def close(self) -> None:
        """Take nobody in any more."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


@contextmanager
def gate(upstream: int) -> Iterator[Gate]:
    """A door that is open, for as long as the block runs."""
    made = Gate(upstream)
    try:
        yield made
    finally:
        made.close()
