"""What the comment poller remembers of each post, kept as the stream's cursor (JSON).

`{"swept": ms, "reread": ms, "posts": {id: {"t": total, "w": watermark ms,
"o": oldest remembered ms, "m": mark, "s": "id id …", "x": {id: first missed ms}, "e": ms,
"r": 1, "u": last change ms}}}`.
To keep the cursor small on a contest day, only comments of the last week are remembered, at most
`MAX_REMEMBERED` for each post.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from carecli.domain.model import Millis
from carecli.platforms.meta import wire

MAX_REMEMBERED = 500
"""Comments remembered for each post."""


@dataclass(slots=True)
class PostState:
    """One post: how many comments it had, the newest one's time, and which are remembered.

    `seen` holds addresses, `oldest` the time of the oldest of them; `missing` maps an address to
    the moment it was first not found; `mark` tells the post's own text apart; before `retry_at`
    a post whose comments came back empty is left alone; `is_thread` says that the post itself is
    a message; `changed` is the post's own `updated_time` at the last reading.
    """

    total: int = 0
    watermark: Millis = 0
    oldest: Millis = 0
    mark: str = ""
    seen: list[str] = field(default_factory=list)
    missing: dict[str, Millis] = field(default_factory=dict)
    retry_at: Millis = 0
    is_thread: bool = False
    changed: Millis = 0


@dataclass(slots=True)
class CursorState:
    """All posts of a stream; `swept` and `reread` say when that was last done in full."""

    posts: dict[str, PostState] = field(default_factory=dict)
    swept: Millis = 0
    reread: Millis = 0

    def dump(self) -> str:
        """The cursor's text (JSON)."""
        posts: dict[str, dict[str, object]] = {}
        for name, post in self.posts.items():
            fields: dict[str, object] = {
                "t": post.total,
                "w": post.watermark,
                "o": post.oldest,
                "m": post.mark,
                "s": " ".join(post.seen),
                "x": post.missing,
                "e": post.retry_at,
                "r": int(post.is_thread),
                "u": post.changed,
            }
            posts[name] = {key: value for key, value in fields.items() if value}
        document = {
            "swept": self.swept,
            "reread": self.reread,
            "posts": posts,
        }
        return json.dumps(document, separators=(",", ":"))

    @classmethod
    def load(cls, text: str | None) -> CursorState:
        """Parse what `dump` wrote; what cannot be parsed is forgotten, and so pulled again."""
        try:
            document = wire.node(json.loads(text or "{}"))
        except ValueError:
            document = {}
        state = cls(swept=_ms(document, "swept"), reread=_ms(document, "reread"))
        for name, value in wire.child(document, "posts").items():
            fields = wire.node(value)
            state.posts[name] = PostState(
                total=_ms(fields, "t"),
                watermark=_ms(fields, "w"),
                oldest=_ms(fields, "o"),
                mark=wire.text(fields, "m") or "",
                seen=(wire.text(fields, "s") or "").split(),
                missing=_moments(fields, "x"),
                retry_at=_ms(fields, "e"),
                is_thread=bool(_ms(fields, "r")),
                changed=_ms(fields, "u"),
            )
        return state


def _ms(fields: wire.Node, key: str) -> int:
    return wire.number(fields, key) or 0


def _moments(fields: wire.Node, key: str) -> dict[str, Millis]:
    moments = wire.child(fields, key)
    return {name: wire.number(moments, name) or 0 for name in moments}
