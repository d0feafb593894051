"""Entries pasted by hand."""

from __future__ import annotations

import asyncio
import json

import pytest

from carecli.domain.entry import ManualEntry, check_link, entry_events
from carecli.domain.errors import Refused
from carecli.domain.events import Author, MessageSeen, PostSeen, Unrecognised
from carecli.domain.model import ContactPoint, OutboxVerb, PostKind
from carecli.platforms.base import Account, Connector, Order, Target
from carecli.platforms.registry import create_connector

LINK = "https://www.facebook.com/groups/123/posts/456/"


def manual() -> Connector:
    return create_connector(Account("groups", "manual", "", ""))


def message(link: str = LINK, author: str = "Ana López", text: str = "¿Sirve?") -> MessageSeen:
    (event,) = entry_events(ManualEntry(text, link, author), 1_000)
    assert isinstance(event, MessageSeen)
    return event


def test_an_entry_is_a_message_in_a_group() -> None:
    post, seen = entry_events(ManualEntry("¿Sirve?", LINK, "Ana López", place="Mamás"), 1_000)

    assert isinstance(post, PostSeen)
    assert (post.kind, post.text) == (PostKind.GROUP, "Mamás")
    assert isinstance(seen, MessageSeen)
    assert seen.point is ContactPoint.GROUP_POST
    assert seen.author == Author("name:ana lópez", "Ana López", "manual")
    assert (seen.text, seen.created_at, seen.permalink) == ("¿Sirve?", 1_000, LINK)
    assert seen.post == post.platform_id
    assert not seen.is_ours


@pytest.mark.parametrize(
    "link",
    [
        LINK,
        f"  {LINK}\n",
        f"{LINK}?fbclid=Iw1&__cft__[0]=x&utm_source=y",
        "https://facebook.com/groups/123/posts/456",
    ],
)
def test_what_is_pasted_twice_is_one_entry(link: str) -> None:
    again = message(link, "ANA LÓPEZ ", " ¿Sirve?\n")
    assert (again.platform_id, again.thread) == (message().platform_id, message().thread)


def test_another_text_or_author_at_one_link_joins_the_thread() -> None:
    other_text, other_author = message(text="¿Y ahora?"), message(author="Ola")
    assert len({m.platform_id for m in (message(), other_text, other_author)}) == 3
    assert {m.thread for m in (other_text, other_author)} == {message().thread}
    assert message(f"{LINK}?comment_id=7").thread != message().thread


def test_an_author_may_be_unknown() -> None:
    assert message(author=" ").author is None


@pytest.mark.parametrize(
    "link",
    [
        "",
        "facebook.com/groups/1",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://a.example/\x1b[31m",
        "https://a.example/\u202egpj",
        "https://a.example/a b",
        "https://a.example\\@evil.example/",
        "https://facebook.com@evil.example/",
        "https://[::1/",
        "https://a.example:99999/",
        "https://a.example/" + "x" * 2_000,
    ],
)
def test_a_link_that_is_not_safe_to_open_is_refused(link: str) -> None:
    with pytest.raises(Refused):
        check_link(link)


@pytest.mark.parametrize("text", ["", " \n", "x" * 20_001])
def test_an_entry_needs_a_text_of_sensible_length(text: str) -> None:
    with pytest.raises(Refused):
        entry_events(ManualEntry(text, LINK, "Ana"), 1_000)


def test_texts_are_made_inert() -> None:
    assert message(text="\x1b]0;evil\x07hi").text == "␛]0;evil␇hi"


def test_entries_are_read_from_a_file() -> None:
    good = {"link": LINK, "author": "Ana", "text": "hi", "at": 5, "point": "review", "place": "G"}
    entries = [good, {"link": "x", "text": "hi"}, 7, {**good, "at": "now"}]
    raw = json.dumps(entries).encode()

    events = manual().read(raw, 9).events

    assert isinstance(events[0], PostSeen)
    assert isinstance(events[1], MessageSeen)
    assert (events[1].point, events[1].created_at) == (ContactPoint.REVIEW, 5)
    assert [type(event) for event in events[2:]] == [Unrecognised] * 3


@pytest.mark.parametrize(
    ("told", "at"),
    [(5, 5), ("1970-01-01T01:00:00.005+01:00", 5), ("1970-01-01", None), (True, None), (1.5, None)],
)
def test_a_file_tells_the_moment_by_milliseconds_or_by_a_date_with_a_zone(
    told: object, at: int | None
) -> None:
    raw = json.dumps({"author": "Ana", "text": "hi", "at": told}).encode()
    (event,) = manual().read(raw, 9).events
    assert (event.created_at if isinstance(event, MessageSeen) else None) == at


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[" * 100_000, b'{"link": 1}', b'{"link":"https://a.example","point":"moon"}'],
)
def test_a_file_nobody_understands_is_counted(raw: bytes) -> None:
    events = manual().read(raw, 9).events
    assert [type(event) for event in events] == [Unrecognised]


def test_a_reply_is_refused_with_what_to_do_instead() -> None:
    target = Target(message().thread, ContactPoint.GROUP_POST, message().platform_id)
    order = Order("k", OutboxVerb.REPLY, target, text="hi")

    async def deeds() -> None:
        connector = manual()
        assert not connector.capabilities.can_reply
        assert connector.streams() == ()
        assert [page async for page in connector.pull("any", None, lambda _: {})] == []
        assert [page async for page in connector.census(0)] == []
        assert (await connector.head(target)).events == ()
        assert await connector.find_sent(order) is None
        assert (await connector.probe()).is_ok
        with pytest.raises(Refused, match="Open the link, answer there"):
            await connector.send(order)
        await connector.aclose()

    asyncio.run(deeds())
