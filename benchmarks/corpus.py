"""A backlog of any size, the same for the same size: events as platforms would tell them.

Comments, ad comments, private messages, mentions and reviews at four channels of two brands, 1.6
messages a thread. A third of the threads are answered, over two months; the others wait, for
a day or so, so that many are due within the hour and show its seconds. A quarter of all further
messages come on a later page than the thread's first, as they do in life, so that a stored thread
has to be derived again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from sqlite3 import Connection

from benchmarks.texts import RARE, RARE_TEXTS, Writer
from carecli.domain import events as ev
from carecli.domain.model import DAY, HOUR, ContactPoint, Millis, PostKind

PAGE = 500
"""Messages in one write transaction."""

HISTORY = 60 * DAY
BACKLOG = 28 * HOUR
"""Those who wait came within it."""
LATER_PAGE = 0.25

Page = list[ev.Event]


@dataclass(slots=True)
class Channel:
    """One connected account, and its page in the making."""

    id: int
    key: str
    brand: str
    platform: str
    title: str
    people: int = 0
    posts: int = 0
    post: str = ""
    page: Page = field(default_factory=list)
    later: Page = field(default_factory=list)


def channels() -> list[Channel]:
    """The accounts of the corpus, most active first."""
    return [
        Channel(1, "lrp-fb", "lrp", "facebook", "La Roche-Posay MX"),
        Channel(2, "avon-fb", "avon", "facebook", "Avon Polska"),
        Channel(3, "lrp-ig", "lrp", "instagram", "larocheposay.mx"),
        Channel(4, "avon-ig", "avon", "instagram", "avonpolska"),
    ]


_SHARES = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4)
_POINTS = (
    *(ContactPoint.COMMENT,) * 13,
    *(ContactPoint.PRIVATE_MESSAGE,) * 5,
    ContactPoint.MENTION,
    ContactPoint.REVIEW,
)
_WAITING = ("i",) * 25 + ("ii",) * 6 + ("ioi",) * 2
_ANSWERED = ("io",) * 14 + ("iio",) * 3
"""Threads as their messages: inbound, outbound."""

ANSWERED_SHARE = 0.34


def pages(threads: int, now: Millis) -> Iterator[tuple[Channel, Page]]:
    """Pages of about PAGE messages, each of one channel, oldest first."""
    writer = Writer(f"corpus-{threads}")
    chance = writer.chance
    accounts = channels()
    rare = set(chance.sample(range(threads), min(RARE_TEXTS, threads)))
    old = round(threads * ANSWERED_SHARE * (1 - BACKLOG / HISTORY))
    recent = threads - old
    for number in range(threads):
        channel = accounts[_SHARES[int(chance.random() * len(_SHARES))] - 1]
        if number < old:
            start = now - HISTORY + (HISTORY - BACKLOG) * number // old
            is_answered = True
        else:
            start = now - BACKLOG + BACKLOG * (number - old) // recent
            is_answered = chance.random() < 1 - threads * (1 - ANSWERED_SHARE) / recent
        shapes = _ANSWERED if is_answered else _WAITING
        shape = shapes[int(chance.random() * len(shapes))]
        first, *others = _thread(writer, channel, number, start, now, shape)
        if number in rare:
            first = replace(first, text=f"{first.text} {RARE}")
        channel.page.append(first)
        for event in others:
            late = chance.random() < LATER_PAGE
            (channel.later if late else channel.page).append(event)
        if len(channel.page) >= PAGE:
            yield channel, channel.page
            channel.page, channel.later = channel.later, []
    for channel in accounts:
        rest = channel.page + channel.later
        for start in range(0, len(rest), PAGE):
            yield channel, rest[start : start + PAGE]


def _thread(
    writer: Writer, channel: Channel, number: int, at: Millis, now: Millis, shape: str
) -> Iterator[ev.MessageSeen]:
    chance = writer.chance
    point = _POINTS[int(chance.random() * len(_POINTS))]
    author = _author(writer, channel)
    is_private = point is ContactPoint.PRIVATE_MESSAGE
    post = None if is_private else _post(writer, channel, at)
    first = f"{post}_{number:08}" if post else f"m_{channel.id}_{number:08}"
    thread = f"t_{channel.id}_{number:08}" if is_private else first
    for place, way in enumerate(shape):
        ours = way == "o"
        yield ev.MessageSeen(
            platform_id=first if place == 0 else f"{first}{place}",
            thread=thread,
            point=point,
            created_at=at,
            author=None if ours else author,
            is_ours=ours,
            text=writer.reply() if ours else writer.text(),
            post=post,
            parent=None if is_private or place == 0 else first,
            permalink="" if is_private else f"https://example.org/{first}",
        )
        at = min(now, at + int(chance.random() * HOUR) + 1_000)


def _author(writer: Writer, channel: Channel) -> ev.Author:
    """Somebody new, or, one time in three, somebody who has written before."""
    if channel.people and writer.chance.random() < 0.33:
        number = int(writer.chance.random() * channel.people)
        return ev.Author(f"{channel.id}{number:012}", "", "page")
    channel.people += 1
    return ev.Author(f"{channel.id}{channel.people - 1:012}", writer.name(), "page")


def _post(writer: Writer, channel: Channel, at: Millis) -> str:
    """The post people write under now; a new one every two hundred threads."""
    if not channel.post or writer.chance.random() < 0.005:
        channel.posts += 1
        channel.post = f"10400000000000{channel.id}_{channel.posts:06}"
        kind = PostKind.AD if channel.posts % 5 == 0 else PostKind.POST
        channel.page.append(
            ev.PostSeen(
                channel.post, kind, writer.text(), f"https://example.org/{channel.post}", at
            )
        )
    return channel.post


def decisions(db: Connection, threads: int, now: Millis) -> list[tuple[int, str, str, int, str]]:
    """What moderators decided about some threads: (at, actor, verb, thread, args as JSON)."""
    chance = Writer(f"decisions-{threads}").chance
    ids = [id_ for (id_,) in db.execute("SELECT id FROM threads ORDER BY id")]
    deeds: list[tuple[float, str, dict[str, object]]] = [
        (0.035, "recolour", {"colour": "yellow"}),
        (0.012, "recolour", {"colour": "red"}),
        (0.010, "assign", {"assignee": "ana", "team": ""}),
        (0.010, "assign", {"assignee": "kasia", "team": ""}),
        (0.005, "flag", {"on": True}),
        (0.003, "done", {"reason": "thanks"}),
        (0.003, "label", {"add": ["vip"], "remove": []}),
        (0.002, "snooze", {"until": now + 8 * HOUR}),
    ]
    taken: list[tuple[int, str, str, int, str]] = []
    for share, verb, args in deeds:
        text = json.dumps(args)
        some = chance.sample(ids, round(len(ids) * share))
        taken += [(now, "moderator:ana", verb, thread, text) for thread in some]
    return taken
