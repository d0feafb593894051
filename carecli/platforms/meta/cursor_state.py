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
        """As the text a cursor is."""
        posts: dict[str, dict[str, object]] = {}
        for name, entry in self.posts.items():
            kept: dict[str, object] = {
                "t": entry.total,
                "w": entry.watermark,
                "o": entry.oldest,
                "m": entry.mark,
                "s": " ".join(entry.seen),
                "x": entry.missing,
                "e": entry.retry_at,
                "r": int(entry.is_thread),
                "u": entry.changed,
            }
            posts[name] = {key: value for key, value in kept.items() if value}
        whole = {
            "swept": self.swept,
            "reread": self.reread,
            "posts": posts,
        }
        return json.dumps(whole, separators=(",", ":"))

    @classmethod
    def load(cls, text: str | None) -> CursorState:
        """Read back what `dump` wrote; what cannot be read is forgotten, and so read again."""
        try:
            whole = wire.node(json.loads(text or "{}"))
        except ValueError:
            whole = {}
        ledger = cls(swept=_ms(whole, "swept"), reread=_ms(whole, "reread"))
        for name, kept in wire.child(whole, "posts").items():
            entry = wire.node(kept)
            ledger.posts[name] = PostState(
                total=_ms(entry, "t"),
                watermark=_ms(entry, "w"),
                oldest=_ms(entry, "o"),
                mark=wire.text(entry, "m") or "",
                seen=(wire.text(entry, "s") or "").split(),
                missing=_moments(entry, "x"),
                retry_at=_ms(entry, "e"),
                is_thread=bool(_ms(entry, "r")),
                changed=_ms(entry, "u"),
            )
        return ledger


def _ms(kept: wire.Node, key: str) -> int:
    return wire.number(kept, key) or 0


def _moments(kept: wire.Node, key: str) -> dict[str, Millis]:
    found = wire.child(kept, key)
    return {name: wire.number(found, name) or 0 for name in found}
