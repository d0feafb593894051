"""A Graph server of another make than the practice platform: one page, odd but possible answers.

Modes: `gzip`, `chunked`, `other_host` (`next` leads elsewhere), `no_cursors`, `empty_then_next`
(the first page is empty and has a `next`), `small_pages`, `ranked` (no order in time),
`chrono_only` (oldest first, whatever is asked), `circle` (two halves follow each other for ever).
`special` overrides any answer.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

PAGE = "104000000000001"
NOW = 1_795_255_200_000
"""2026-11-21T10:00:00Z."""

Node = dict[str, Any]
Answer = tuple[int, Any]
Special = Callable[[str, Mapping[str, str]], Answer | None]


def told(seconds_ago: int) -> str:
    at = datetime.fromtimestamp(NOW / 1000 - seconds_ago, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def comment(number: int, seconds_ago: int, post: str = "900") -> Node:
    return {
        "id": f"{post}_{number}",
        "message": f"hola {number}",
        "created_time": told(seconds_ago),
        "from": {"id": f"77{number}", "name": f"Ana {number}"},
        "is_hidden": False,
        "permalink_url": f"https://www.facebook.com/{PAGE}/posts/{post}?comment_id={number}",
    }


def refusal(code: int, message: str, status: int = 400, subcode: int = 0) -> Answer:
    error: Node = {"message": message, "type": "OAuthException", "code": code}
    if subcode:
        error["error_subcode"] = subcode
    return status, {"error": error}


def conversation(name: str, person: str, seconds_ago: int, *texts: str) -> Node:
    messages = [
        {
            "id": f"m_{name}_{number}",
            "created_time": told(seconds_ago + number),
            "from": {"id": person, "name": person.title()},
            "to": {"data": [{"id": PAGE}]},
            "message": text,
        }
        for number, text in enumerate(texts)
    ]
    people = [{"id": person, "name": person.title()}, {"id": PAGE, "name": "Marca"}]
    return {
        "id": f"t_{name}",
        "updated_time": told(seconds_ago),
        "message_count": len(messages),
        "participants": {"data": people},
        "messages": {"data": messages},
    }


@dataclass
class OtherGraph:
    """What the server holds; `calls` counts what was asked, by the path after the version."""

    modes: frozenset[str] = frozenset()
    comments: dict[str, list[Node]] = field(default_factory=dict)
    conversations: list[list[Node]] = field(default_factory=lambda: [[]])
    listed_under: dict[str, list[str]] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    special: Special = lambda path, query: None
    calls: Counter[str] = field(default_factory=Counter)
    url: str = ""

    def answer(self, path: str, query: Mapping[str, str]) -> Answer:
        self.calls[path] += 1
        found = self.special(path, query)
        if found is not None:
            return found
        if path == PAGE:
            return 200, {"id": PAGE, "name": "Marca"}
        node, _, edge = path.partition("/")
        if node == PAGE and edge == "conversations":
            return self._conversations(query)
        if node == PAGE:
            return 200, {"data": [self._post(one) for one in self.listed_under.get(edge, [])]}
        key = node.rpartition("_")[2]
        if edge == "comments" and key in self.comments:
            return 200, self._comments(node, key, query)
        return refusal(100, f"Object with ID '{path}' does not exist", subcode=33)

    def _post(self, key: str) -> Node:
        summary = {"total_count": self.totals.get(key, len(self.comments[key]))}
        return {
            "id": f"{PAGE}_{key}",
            "created_time": told(86_400),
            "message": f"Post {key}",
            "is_published": True,
            "comments": {"data": [], "summary": summary},
        }

    def _comments(self, node: str, key: str, query: Mapping[str, str]) -> Node:
        newest_first = "reverse" in query.get("order", "") and "chrono_only" not in self.modes
        all_ = sorted(self.comments[key], key=lambda one: one["created_time"], reverse=newest_first)
        if "ranked" in self.modes:
            all_.sort(key=lambda one: one["id"][::-1])
        limit = int(query.get("limit", "25"))
        if self.modes & {"small_pages", "circle"}:
            limit = min(limit, 2 if "small_pages" in self.modes else (len(all_) + 1) // 2)
        start = int(query.get("after") or 0)
        total = {"total_count": self.totals.get(key, len(all_))}
        if "empty_then_next" in self.modes and "after" not in query:
            following = f"{self.url}/v19.0/{node}/comments?after=0"
            return {"data": [], "paging": {"next": following}, "summary": total}
        begin = start % len(all_) if "circle" in self.modes and all_ else start
        page: Node = {"data": all_[begin : begin + limit], "summary": total}
        after = start + limit
        if after < len(all_) or "circle" in self.modes:
            host = "https://graph.example" if "other_host" in self.modes else self.url
            link = f"{host}/v19.0/{node}/comments?access_token=SECRET&limit={limit}&after={after}"
            page["paging"] = {"next": link, "cursors": {"before": "0", "after": str(after)}}
            if "no_cursors" in self.modes:
                del page["paging"]["cursors"]
        return page

    def _conversations(self, query: Mapping[str, str]) -> Answer:
        at = int(query.get("after") or 0)
        page: Node = {"data": self.conversations[at]}
        if at + 1 < len(self.conversations):
            link = f"{self.url}/v19.0/{PAGE}/conversations?after={at + 1}"
            page["paging"] = {"next": link, "cursors": {"after": str(at + 1)}}
        return 200, page


def page_with_seven(*modes: str) -> OtherGraph:
    """A post 900 with seven comments of the last two hours."""
    seven = [comment(number, 7_200 - 60 * number) for number in range(1, 8)]
    return OtherGraph(frozenset(modes), {"900": seven}, listed_under={"published_posts": ["900"]})


@contextmanager
def serving(graph: OtherGraph) -> Iterator[OtherGraph]:
    """Serve it on loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def handle_any(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            place = urlsplit(self.path)
            path = "/".join(place.path.split("/")[2:])
            query = dict(parse_qsl(place.query, keep_blank_values=True))
            if not path:
                form = dict(parse_qsl(raw.decode()))
                status, body = 200, [_part(graph, one) for one in json.loads(form["batch"])]
            else:
                status, body = graph.answer(path, query)
            self._say(status, json.dumps(body).encode())

        do_GET = do_POST = do_DELETE = handle_any  # noqa: N815 - the names http.server calls

        def _say(self, status: int, data: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json; charset=UTF-8")
            if "gzip" in graph.modes:
                data = gzip.compress(data)
                self.send_header("content-encoding", "gzip")
            if "chunked" not in graph.modes:
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                return
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            step = max(1, len(data) // 6)
            for start in range(0, len(data), step):
                part = data[start : start + step]
                self.wfile.write(b"%x\r\n" % len(part) + part + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    graph.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield graph
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _part(graph: OtherGraph, asked: Mapping[str, str]) -> Node:
    place = urlsplit(asked["relative_url"])
    path = "/".join(part for part in place.path.split("/") if part)
    path = path.partition("/")[2] if path.startswith("v") else path
    status, body = graph.answer(path, dict(parse_qsl(place.query)))
    return {"code": status, "body": json.dumps(body)}
