"""A homeserver on loopback with two rooms, of which one can fall ill."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

ACCOUNT = "@care:shop.test"
ROOMS = ("!one:shop.test", "!two:shop.test")


class Homeserver:
    """Answers what carecli asks when it reads. `sick` rooms answer with an error.

    `clock` tells its time (ms).
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self.sick: set[str] = set()
        self._n = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, told = outer._answer(unquote(urlsplit(self.path).path))
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def date_time_string(self, timestamp: float | None = None) -> str:
                return formatdate(clock() / 1000, usegmt=True)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def _answer(self, path: str) -> tuple[int, object]:
        room = next((one for one in ROOMS if one in path), "")
        if room and room in self.sick:
            return 500, {"errcode": "M_UNKNOWN", "error": "the room is out of order"}
        last = path.rpartition("/")[2]
        if last == "whoami":
            return 200, {"user_id": ACCOUNT, "device_id": "D"}
        if last == "joined_rooms":
            return 200, {"joined_rooms": list(ROOMS)}
        if last == "sync":
            self._n += 1
            return 200, {"next_batch": f"s{self._n}", "rooms": {"join": self._news()}}
        if last == "state":
            return 200, []
        if last == "messages":
            return 200, {"chunk": [], "start": "a"}
        return 200, {}

    def _news(self) -> dict[str, object]:
        return {
            room: {
                "timeline": {
                    "limited": room in self.sick,
                    "events": [
                        {
                            "type": "m.room.message",
                            "event_id": f"${self._n}:{room}",
                            "sender": "@ana:home.test",
                            "origin_server_ts": self._clock(),
                            "content": {"msgtype": "m.text", "body": f"¿Y el {self._n}?"},
                        }
                    ],
                }
            }
            for room in ROOMS
        }

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def homeserver(clock: Callable[[], int]) -> Iterator[Homeserver]:
    """The homeserver, for as long as the block runs."""
    made = Homeserver(clock)
    try:
        yield made
    finally:
        made.close()
