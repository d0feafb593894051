"""Mentions that a webhook only names are fetched before they are shown."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any

import pytest

from carecli.domain.errors import PlatformError
from carecli.domain.events import MessageSeen
from carecli.domain.model import ContactPoint
from carecli.domain.unreadable import FailingPlace
from carecli.platforms.base import Account, Page
from carecli.platforms.meta.facebook import FacebookPage
from carecli.platforms.meta.instagram import InstagramProfile
from tests.platforms.meta.other_make import (
    NOW,
    PAGE,
    Answer,
    OtherGraph,
    refusal,
    serving,
    told,
)
from tests.platforms.meta.practising import alone

IG = "17841400000000001"
COMMENT: dict[str, Any] = {
    "id": "178900",
    "text": "@marca ¿tienen envíos?",
    "timestamp": told(60),
    "from": {"id": "555", "username": "ana"},
    "media": {"id": "179000"},
}


def webhook(field: str, value: Mapping[str, Any], kind: str = "instagram") -> bytes:
    account = IG if kind == "instagram" else PAGE
    change = {"field": field, "value": value}
    entry = {"id": account, "time": NOW // 1000, "changes": [change]}
    return json.dumps({"object": kind, "entry": [entry]}).encode()


async def pulled(connector: InstagramProfile | FacebookPage, page: Page) -> list[MessageSeen]:
    """The messages of the pull after a push, where the store kept what the push named."""
    places = [FailingPlace(place, "", "", NOW, 0, NOW) for place in page.wanted]
    connector.unreadable.load(places, ())
    events = []
    with contextlib.suppress(PlatformError):  # the server has no lists of posts
        async for one in connector.pull("comments", None, lambda _: {}):
            events += [event for event in one.events if isinstance(event, MessageSeen)]
    await connector.aclose()
    return events


def instagram(graph: OtherGraph) -> InstagramProfile:
    return InstagramProfile(
        Account("ig", "instagram", IG, "EAAtoken", base_url=graph.url, clock=lambda: NOW)
    )


def facebook(graph: OtherGraph) -> FacebookPage:
    return FacebookPage(
        Account("fb", "facebook", PAGE, "EAAtoken", base_url=graph.url, clock=lambda: NOW)
    )


@alone
async def test_a_mention_on_instagram_comes_with_text_and_author() -> None:
    def special(path: str, query: Mapping[str, str]) -> Answer | None:
        if path == IG and "mentioned_comment.comment_id(178900)" in query.get("fields", ""):
            return 200, {"id": IG, "mentioned_comment": COMMENT}
        return (200, {"data": []}) if path.startswith(IG) else None

    with serving(OtherGraph(special=special)) as graph:
        ig = instagram(graph)
        raw = webhook("mentions", {"media_id": "179000", "comment_id": "178900"})
        page = ig.read(raw, NOW)
        assert page.events == ()
        assert page.wanted == (f"mention 179000 178900 {NOW}",)
        [seen] = await pulled(ig, page)
    assert (seen.thread, seen.point, seen.post) == ("178900", ContactPoint.MENTION, "179000")
    assert seen.text == "@marca ¿tienen envíos?"
    assert seen.author is not None
    assert seen.author.platform_id == "555"
    assert ig.unreadable.take_changes().recovered == set(page.wanted)


@alone
async def test_a_mention_that_may_not_be_read_is_shown_without_its_text() -> None:
    def special(path: str, query: Mapping[str, str]) -> Answer | None:
        if "mentioned_comment" in query.get("fields", ""):
            return refusal(10, "(#10) not permitted")
        return (200, {"data": []}) if path.startswith(IG) else None

    with serving(OtherGraph(special=special)) as graph:
        ig = instagram(graph)
        raw = webhook("mentions", {"media_id": "179000", "comment_id": "178900"})
        [seen] = await pulled(ig, ig.read(raw, NOW))
    assert (seen.platform_id, seen.text) == ("178900", None)
    [failing] = ig.unreadable.take_changes().failing
    assert failing.error == "(#10) not permitted"


@alone
async def test_a_comment_elsewhere_that_tags_the_page_is_fetched_too() -> None:
    node = {
        "id": "800_5",
        "message": "Marca, ¿es cierto?",
        "created_time": told(30),
        "from": {"id": "777", "name": "Iza"},
    }

    def special(path: str, query: Mapping[str, str]) -> Answer | None:
        return (200, node) if path == "800_5" else None

    with serving(OtherGraph(special=special)) as graph:
        fb = facebook(graph)
        value = {"item": "comment", "verb": "add", "post_id": "66_800", "comment_id": "800_5"}
        page = fb.read(webhook("mention", value, "page"), NOW)
        assert page.events == ()
        [seen] = await pulled(fb, page)
    assert (seen.text, seen.post, seen.thread) == ("Marca, ¿es cierto?", "66_800", "5")


@pytest.mark.parametrize("text", ["Hola marca"])
def test_what_a_push_does_tell_is_shown_at_once(text: str) -> None:
    fb = facebook(OtherGraph(url="http://127.0.0.1:9"))
    value = {"item": "comment", "verb": "add", "post_id": "66_800", "comment_id": "800_5"}
    page = fb.read(webhook("mention", {**value, "message": text}, "page"), NOW)
    assert [event.text for event in page.events if isinstance(event, MessageSeen)] == [text]
    assert page.wanted
