"""An HTTP proxy on loopback that fails when told to, in the ways networks and platforms fail."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import ClassVar, Self
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """The proxy answers itself; the platform hears nothing."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stall:
    """The request is taken and nothing comes back; the platform hears nothing."""


@dataclass(frozen=True, slots=True)
class CutBefore:
    """The connection breaks before the platform hears of it."""


@dataclass(frozen=True, slots=True)
class CutAfter:
    """The platform does it and answers; the answer is lost."""


Fault = Answer | Stall | CutBefore | CutAfter


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came, with the path as it was spelled."""

    method: str
    path: str


class FaultyProxy:
    """Forwards to `upstream`; `url` is its own address. Used as a context manager."""

    def __init__(self, upstream: str) -> None:
        self.asked: list[Asked] = []
        self._plans: list[tuple[Fault, Callable[[Asked], bool]]] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self.upstream = upstream
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="faulty proxy"
        )

    def fail(
        self, fault: Fault, when: Callable[[Asked], bool] = lambda _: True, times: int = 1
    ) -> None:
        """Let the next `times` requests that match end in `fault`."""
        with self._lock:
            self._plans += [(fault, when)] * times

    def heal(self) -> None:
        """Forget every fault that is still to come."""
        with self._lock:
            self._plans.clear()

    def fault_of(self, asked: Asked) -> Fault | None:
        """The fault planned for a request, used up by asking."""
        with self._lock:
            self.asked.append(asked)
            for number, (fault, when) in enumerate(self._plans):
                if when(asked):
                    del self._plans[number]
                    return fault
        return None

    def stall(self) -> None:
        """Return when the proxy closes."""
        self._closing.wait()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    proxy: FaultyProxy


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    hop_by_hop: ClassVar = {"connection", "keep-alive", "transfer-encoding", "content-length"}

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65_537)
        self.close_connection = True
        if not self.raw_requestline or not self.parse_request():
            return
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.close_connection = True
        match self.server.proxy.fault_of(Asked(self.command, self.path)):
            case None:
                self._answer(self._forward(body))
            case Answer() as answer:
                self._answer(answer)
            case Stall():
                self.server.proxy.stall()
            case CutBefore():
                self._cut()
            case CutAfter():
                self._forward(body)
                self._cut()

    def _forward(self, body: bytes) -> Answer:
        host = urlsplit(self.server.proxy.upstream).netloc
        connection = http.client.HTTPConnection(host, timeout=60)
        own = {"host": host, "connection": "close", "accept-encoding": "identity"}
        headers = {name.lower(): value for name, value in self.headers.items()} | own
        try:
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(), dict(answer.getheaders()))
        finally:
            connection.close()

    def _answer(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in self.hop_by_hop:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

    def _cut(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
