"""HTTP connections that a handler can cut."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol


class CuttableProtocol(H11Protocol):
    """Puts `cut` into each request's state: calling it drops the connection at once."""

    def connection_made(  # type: ignore[override] # as in the class above it
        self, transport: asyncio.Transport
    ) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "cut": transport.abort}
