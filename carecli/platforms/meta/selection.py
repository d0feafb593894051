"""The `fields` of a request, reduced where the platform refuses some.

The platform answers the whole request with an error when a single field is unknown to a version
or not granted to the app: `(#100) Tried accessing nonexisting field (x) on node type (Comment)`,
`(#12) x field is deprecated for versions v3.3 and higher`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from carecli.platforms.meta import wire

ALL_BUT_CORE = "*"
"""Stands for every field that is not one of `CORE`."""

INDISPENSABLE = frozenset(
    {"id", "created_time", "timestamp", "participants", "messages", "replies", "creative"}
)
"""Fields without which nothing could be read: where one is refused, the request has failed."""

CORE = INDISPENSABLE | frozenset(
    {
        "updated_time",
        "message",
        "text",
        "caption",
        "from",
        "to",
        "name",
        "username",
        "parent",
        "parent_id",
        "message_count",
        "comments",
        "comments_count",
        "is_published",
        "media_product_type",
        "permalink_url",
        "permalink",
        "review_text",
        "rating",
        "recommendation_type",
        "reviewer",
        "open_graph_story",
        "effective_object_story_id",
        "effective_instagram_media_id",
    }
)
"""Who wrote what, where and when."""

_NAMED = re.compile(
    r"(?i)nonexisting field \((\w+)\)|unknown fields?: *(\w+)|(\w+) field is deprec"
)

_BY_FIELDS = {
    wire.COMMENT_FIELDS: "comments",
    wire.IG_COMMENT_FIELDS: "comments",
    wire.IG_REPLY_FIELDS: "replies",
}


def selection_name(path: str, fields: str) -> str:
    """What a request asks for, in a word: the edge, or `object`."""
    return _BY_FIELDS.get(fields) or (path.rpartition("/")[2] if "/" in path else "object")


def refused_field(said: str) -> str:
    """The field an error's words refuse; empty where they name none."""
    found = _NAMED.search(said)
    return next((name for name in found.groups() if name), "") if found else ""


def contains_field(fields: str, name: str) -> bool:
    """Whether a field is asked for, at any depth."""
    return any(
        field == name or contains_field(inner, name)
        for field, _, inner in _split(fields)
        if field or inner
    )


def without_fields(fields: str, refused: Collection[str]) -> str:
    """The fields that are left, at every depth; an object of which nothing is left goes too."""
    kept: list[str] = []
    for field, arguments, inner in _split(fields):
        if field in refused and field not in INDISPENSABLE:
            continue
        if ALL_BUT_CORE in refused and field not in CORE:
            continue
        left = without_fields(inner, refused) if inner else ""
        if not inner or left:
            kept.append(f"{field}{arguments}{{{left}}}" if inner else f"{field}{arguments}")
    return ",".join(kept)


def _split(fields: str) -> Iterator[tuple[str, str, str]]:
    """Each field of one level: its name, its `.modifiers(…)`, and what stands in its braces."""
    depth, start = 0, 0
    for at, char in enumerate(f"{fields},"):
        depth += (char in "({") - (char in ")}")
        if char == "," and depth == 0:
            one, start = fields[start:at], at + 1
            head, brace, inner = one.partition("{")
            name, dot, arguments = head.strip().partition(".")
            if name:
                yield name, dot + arguments, inner.rpartition("}")[0] if brace else ""
