"""Cuts pages of an edge: cursors, limits and time bounds, by bisection."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from carecli.domain.model import Millis
from carecli.practice.graph.errors import bad_parameter
from carecli.practice.nodes import moment

Key = tuple[int, int]
_LAST = 2**62


@dataclass(frozen=True, slots=True)
class EdgeListing:
    """The objects of an edge in order of time, and how they are divided into pages.

    `most` is the largest page; a larger `limit` is an error if `is_strict`, else reduced.
    """

    items: Sequence[Any]
    newest_first: bool = True
    default: int = 25
    most: int = 100
    is_strict: bool = False
    summary: Mapping[str, object] | None = None
    bounded: bool = False
    """Whether the edge supports `since` and `until`."""
    key: Callable[[Any], Key] = field(default=moment)
    fields: tuple[str, ...] = ()
    """The fields of each object if no fields were requested."""


@dataclass(frozen=True, slots=True)
class EdgePage:
    """A page of a listing, its cursors, and whether there is more on either side."""

    items: tuple[Any, ...]
    before: str = ""
    after: str = ""
    has_next: bool = False
    has_previous: bool = False
    limit: int = 25


def page(listing: EdgeListing, arguments: Mapping[str, str]) -> EdgePage:
    """The page selected by `limit`, `after`, `before`, `since` and `until`."""
    limit = _limit(listing, arguments)
    items, key = listing.items, listing.key
    low, high = 0, len(items)
    if listing.bounded:
        if since := arguments.get("since"):
            low = bisect_left(items, (read_time(since), 0), key=key)
        if until := arguments.get("until"):
            high = bisect_right(items, (read_time(until), _LAST), key=key)
    start, stop = low, high
    after, before = arguments.get("after"), arguments.get("before")
    if listing.newest_first:
        if after:
            stop = min(stop, bisect_left(items, _decode(after), key=key))
        elif before:
            start = max(start, bisect_right(items, _decode(before), key=key))
        if before and not after:
            stop = min(stop, start + limit)
        else:
            start = max(start, stop - limit)
    else:
        if after:
            start = max(start, bisect_right(items, _decode(after), key=key))
        elif before:
            stop = min(stop, bisect_left(items, _decode(before), key=key))
        if before and not after:
            start = max(start, stop - limit)
        else:
            stop = min(stop, start + limit)
    start, stop = max(start, 0), max(start, stop)
    chosen = tuple(items[start:stop])
    if listing.newest_first:
        chosen = chosen[::-1]
    if not chosen:
        return EdgePage((), limit=limit)
    older, newer = start > low, stop < high
    return EdgePage(
        chosen,
        before=encode(key(chosen[0])),
        after=encode(key(chosen[-1])),
        has_next=older if listing.newest_first else newer,
        has_previous=newer if listing.newest_first else older,
        limit=limit,
    )


def encode(key: Key) -> str:
    """Encode a cursor, which is opaque to callers."""
    return base64.urlsafe_b64encode(f"{key[0]}:{key[1]}".encode()).decode().rstrip("=")


def read_time(text: str) -> Millis:
    """Parse a moment in Unix seconds or ISO 8601; returns ms."""
    if text.isdecimal():
        return int(text) * 1000
    try:
        moment_ = datetime.fromisoformat(text)
    except ValueError:
        raise bad_parameter(f"Invalid time: {text}") from None
    aware = moment_ if moment_.tzinfo else moment_.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)


def write_time(at: Millis) -> str:
    """Format a moment as in responses: `2026-11-21T09:00:00+0000`."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _limit(listing: EdgeListing, arguments: Mapping[str, str]) -> int:
    text = arguments.get("limit") or str(listing.default)
    if not text.isdecimal():
        raise bad_parameter(f"Param limit must be an integer, got {text}")
    limit = int(text)
    if limit > listing.most and listing.is_strict:
        raise bad_parameter(f"Param limit must be at most {listing.most} for this edge")
    return min(limit, listing.most)


def _decode(cursor: str) -> Key:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, _, serial = text.partition(":")
        return (int(at), int(serial))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise bad_parameter("Invalid cursors values were provided") from None
