"""Mentions that a webhook only names: text and author are fetched.

`mentions` of Instagram tells a media and a comment, `mention` of a page a post and often nothing
of the text. What a push names is a place to be read (`mention POST ADDRESS TIME`), kept in the
store, so that it is fetched even if the engine ends in between.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from carecli.domain.errors import Gone, PlatformError, Refused, Transient
from carecli.domain.events import Event, MessageSeen
from carecli.domain.model import ContactPoint, Millis
from carecli.platforms.base import Page
from carecli.platforms.meta import ids
from carecli.platforms.meta.graph import GraphResponse
from carecli.platforms.unreadable import Unreadable

KIND = "mention"
PATIENCE = 3
"""After so many passing errors a mention is shown without its text: somebody may wait."""

Fetch = Callable[[str, str], Awaitable[tuple[Sequence[Event], GraphResponse]]]
"""Reads a mention by its post and its own address."""


def place_of(event: Event) -> str:
    """Where a mention that says too little is to be read; empty for any other event."""
    if not isinstance(event, MessageSeen) or event.point is not ContactPoint.MENTION:
        return ""
    if event.author is not None or event.is_ours:
        return ""
    return f"{KIND} {event.post or '-'} {event.address} {event.created_at}"


async def fetch_mentions(unreadable: Unreadable, fetch: Fetch, now: Millis) -> AsyncIterator[Page]:
    """The mentions whose time has come, each with its text and author."""
    for place in unreadable.due(KIND):
        post, address, at = place.split(" ")[1:4]
        with unreadable.at(place):
            try:
                events, reading = await fetch(post.removeprefix("-"), address)
                if not _tells(events, address):
                    raise Refused("the platform returns nothing about a mention")
            except PlatformError as error:
                if unreadable.is_gone(place, error):
                    continue
                if _is_shown(error, unreadable.tries(place)):
                    bare = _bare(post.removeprefix("-"), address, int(at))
                    yield Page((bare,), observed_at=now)
                raise
            yield Page(
                tuple(events),
                raw=reading.raw,
                observed_at=now,
                usage=reading.limits.usage,
                park_until=reading.limits.park_until,
            )


def _tells(events: Sequence[Event], address: str) -> bool:
    own = ids.canonical(address)
    return any(isinstance(event, MessageSeen) and event.platform_id == own for event in events)


def _is_shown(error: PlatformError, tries: int) -> bool:
    """Whether to show it as it is: at once where trying again hardly helps."""
    if isinstance(error, Transient):
        return tries + 1 == PATIENCE
    return tries == 0 and not isinstance(error, Gone)


def _bare(post: str, address: str, at: Millis) -> MessageSeen:
    own = ids.canonical(address)
    return MessageSeen(
        platform_id=own,
        thread=own,
        point=ContactPoint.MENTION,
        created_at=at,
        post=post or None,
        address=address,
    )
