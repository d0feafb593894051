"""Texts that want to do harm, as pages a platform could send, and what must not come of them."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.escapes import Kind, tokens

FILE = Path(__file__).parents[1] / "payloads" / "hostile-text.json"
PAGE = "2121008874780932"
POST = "300"
CROWD = "9990"
"""The comment all texts stand under as replies."""

HIDDEN = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffb]"
)
"""What no terminal may get from a person's text."""

POINTER = re.compile(rb"\x1b\]22;[a-z]+\x07")
"""What the screen itself says of the mouse pointer's shape."""


@dataclass(frozen=True, slots=True)
class Case:
    """A text, and the number it is known by on screen."""

    number: int
    name: str
    kind: str
    text: str

    @property
    def mark(self) -> str:
        """What begins the message."""
        return f"c{self.number:03}"

    @property
    def end(self) -> str:
        """What ends it."""
        return f"e{self.number:03}"

    @property
    def message(self) -> str:
        """What the contact writes."""
        return f"{self.mark} {self.text} {self.end}"


def cases() -> list[Case]:
    """Every case that is text."""
    found = []
    for number, case in enumerate(json.loads(FILE.read_text(encoding="utf-8"))["cases"]):
        text = _built(case["payload"])
        if text is not None:
            found.append(Case(number, case["id"], case["class"], text))
    return found


def _built(payload: Any) -> str | None:
    if payload is None:
        return None
    if isinstance(payload, str):
        return payload
    unit, count = payload["repeat"]
    return f"{payload.get('prefix', '')}{unit * count}{payload.get('suffix', '')}"


def raw_bytes() -> bytes:
    """The cases that are no text, as a page that is no UTF-8."""
    told = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
    joined = b" ".join(
        base64.b64decode(case["payload_b64"]) for case in told if case["payload"] is None
    )
    return page([_comment("800", "HERE", "Bajt")]).replace(b"HERE", joined)


def comments() -> bytes:
    """A page of comments, one a case; who wrote them and the post they are under do harm too."""
    return page([_comment(str(1000 + one.number), one.message, one.text[:80]) for one in cases()])


def crowd() -> bytes:
    """One comment, and every case as a reply to it."""
    root = _comment(CROWD, "the crowd", "Everybody")
    replies = [_comment(str(5000 + one.number), one.message, one.text[:80]) for one in cases()]
    parent = {name: root[name] for name in ("id", "created_time", "message")}
    return page([root, *({**reply, "parent": parent} for reply in replies)])


def post() -> bytes:
    """A post that does harm itself, with one comment."""
    texts = " ".join(one.text for one in cases() if len(one.text) < 200)
    told = {
        "id": f"{PAGE}_{POST}1",
        "message": texts,
        "created_time": "2026-11-20T10:00:00+0000",
        "permalink_url": f"https://www.facebook.com/{PAGE}/posts/{POST}1",
        "comments": {"data": [{**_comment("7999", "under it", "Ula"), "id": f"{POST}1_7999"}]},
    }
    return json.dumps({"data": [told]}).encode()


def page(comments: list[dict[str, Any]]) -> bytes:
    """A page of the Graph API."""
    return json.dumps({"data": comments}).encode()


def _comment(number: str, text: str, name: str) -> dict[str, Any]:
    hour, minute = divmod(int(number[-3:]), 60)
    return {
        "id": f"{POST}_{number}",
        "message": text,
        "created_time": f"2026-11-20T{hour:02}:{minute:02}:00+0000",
        "from": {"id": f"77{number}", "name": name},
        "permalink_url": f"https://www.facebook.com/{PAGE}/posts/{POST}?comment_id={number}",
        "can_comment": True,
        "can_hide": True,
        "comment_count": 0,
    }


def obeyed(output: bytes) -> set[bytes]:
    """The control sequences in a program's output."""
    return {token.raw for token in tokens(output) if token.kind is Kind.CSI}


def harm(output: bytes, own: set[bytes]) -> list[str]:
    """What got out to the terminal that a person's text must not say; best is nothing.

    `own` are control sequences that the program says where nobody wrote anything.
    """
    meant: set[bytes] = set()
    for case in cases():
        meant |= obeyed(case.text.encode(errors="replace"))
    found = []
    for token in tokens(output):
        match token.kind:
            case Kind.TEXT:
                text = token.raw.decode(errors="replace")
                found += [f"{char!a} in {text!a}" for char in HIDDEN.findall(text)]
            case Kind.CONTROL:
                if token.raw not in b"\r\n":
                    found.append(f"control {token.raw!r}")
            case Kind.CSI:
                if token.raw in meant - own:
                    found.append(f"sequence {token.raw!r}")
            case Kind.STRING | Kind.BROKEN if not POINTER.fullmatch(token.raw):
                found.append(f"{token.kind.value} {token.raw!r}")
            case Kind.ESCAPE:
                if token.raw in (b"\x1bc", b"\x1b#8", b"\x1bM", b"\x1b(0"):
                    found.append(f"escape {token.raw!r}")
    return found
