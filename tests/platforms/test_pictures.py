"""Fetching attached pictures from a real server: small, in time, from where it may be, no token."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from carecli.domain.errors import PlatformError, Refused
from carecli.platforms.pictures import fetch_picture, is_picture

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
ANSWERS = {
    "/ok": (200, PNG, {}),
    "/page": (200, b"<html>" + b"x" * 100, {"Content-Type": "image/png"}),
    "/empty": (200, b"", {}),
    "/gone": (404, PNG, {}),
    "/large": (200, PNG + b"\0" * 2_000_000, {}),
    "/moved": (302, b"", {"Location": "/ok"}),
    "/round": (302, b"", {"Location": "/round"}),
    "/file": (302, b"", {"Location": "file:///etc/passwd"}),
    "/inside": (302, b"", {"Location": "http://localhost:1/ok"}),
}


class Server(ThreadingHTTPServer):
    """Remembers the headers it was sent."""

    asked: list[dict[str, str]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.asked.append({name.lower(): text for name, text in self.headers.items()})
        status, body, headers = ANSWERS[self.path]
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            pass  # who asked had enough

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    made.asked = []
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.mark.parametrize("path", ["/ok", "/moved"])
def test_a_picture_is_fetched_with_nothing_of_ours(server: Server, path: str) -> None:
    assert fetch_picture(server.url + path, [server.url]) == PNG
    for asked in server.asked:
        assert not asked.keys() & {"authorization", "cookie", "referer"}


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/page", "not a picture"),
        ("/empty", "not a picture"),
        ("/gone", "404"),
        ("/large", "larger than 1 MB"),
        ("/round", "one address to another"),
        ("/file", "https"),
        ("/inside", "https"),
    ],
)
def test_what_is_not_shown_says_why(server: Server, path: str, why: str) -> None:
    with pytest.raises(PlatformError, match=why):
        fetch_picture(server.url + path, [server.url], most=1_000_000)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://127.0.0.1/x.png", "in a private network"),
        ("https://[::1]/x.png", "in a private network"),
        ("https://10.0.0.1/x.png", "in a private network"),
        ("https://169.254.169.254/latest", "in a private network"),
        ("http://93.184.216.34/x.png", "https"),
        ("https://a@93.184.216.34/x.png", "https"),
        ("mxc://example.org/abc", "https"),
        ("file:///etc/passwd", "https"),
        ("https://[broken", "not valid"),
    ],
)
def test_only_the_public_web_is_asked(url: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        fetch_picture(url, ["http://127.0.0.1:9"])


def test_a_picture_is_known_by_how_it_begins() -> None:
    assert is_picture(b"\xff\xd8\xff\xe0")
    assert is_picture(b"RIFF\0\0\0\0WEBPVP8 ")
    assert not is_picture(b"<svg xmlns=")
    assert not is_picture(b"")
