"""Reviews whose story the platform names bare, in full, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from carecli.domain.errors import Refused
from carecli.domain.events import MessageSeen
from carecli.domain.model import ContactPoint, OutboxVerb
from carecli.platforms.base import Account, Order, Target
from carecli.platforms.meta.facebook import FacebookPage
from tests.platforms.meta.other_make import NOW, PAGE, Answer, OtherGraph, refusal, serving, told
from tests.platforms.meta.practising import alone

RATING: dict[str, Any] = {
    "created_time": told(3600),
    "rating": 2,
    "review_text": "Llegó rota",
    "reviewer": {"id": "777", "name": "Iza"},
}


def server(rating: Mapping[str, Any], known_as: str) -> OtherGraph:
    """A page with one rating, whose story answers in one spelling only."""

    def special(path: str, query: Mapping[str, str]) -> Answer | None:
        if path == f"{PAGE}/ratings":
            return 200, {"data": [rating]}
        if path == f"{known_as}/comments" and "order" in query:
            return 200, {"data": []}
        if path == f"{known_as}/comments":
            made = {"id": "9_70", "created_time": told(0), "parent": {}}
            return 200, made
        return refusal(100, "Unsupported request", subcode=33) if "/comments" in path else None

    return OtherGraph(special=special)


def connector(graph: OtherGraph) -> FacebookPage:
    return FacebookPage(
        Account("fb", "facebook", PAGE, "EAAtoken", base_url=graph.url, clock=lambda: NOW)
    )


def order(review: MessageSeen) -> Order:
    target = Target(
        thread=review.thread,
        point=ContactPoint.REVIEW,
        message=review.platform_id,
        address=review.address,
        root_address=review.address,
        post=review.post or "",
    )
    return Order("k", OutboxVerb.REPLY, target, text="Lo sentimos")


async def read(fb: FacebookPage) -> MessageSeen:
    found = [
        event
        async for page in fb.pull("ratings", None, lambda _: {})
        for event in page.events
        if isinstance(event, MessageSeen)
    ]
    return found[0]


@alone
async def test_a_bare_story_can_be_answered_in_either_spelling() -> None:
    for known_as in (f"{PAGE}_650", "650"):
        with serving(server({**RATING, "open_graph_story": {"id": "650"}}, known_as)) as graph:
            fb = connector(graph)
            review = await read(fb)
            assert (review.platform_id, review.text) == ("650", "[2/5] Llegó rota")
            sent = await fb.send(order(review))
            assert sent.platform_id == "70"
            assert not fb.unreadable.failing
            await fb.aclose()


@alone
async def test_a_rating_without_a_story_is_read_and_says_how_to_answer_it() -> None:
    with serving(server(RATING, "-")) as graph:
        fb = connector(graph)
        review = await read(fb)
        assert review.text == "[2/5] Llegó rota"
        assert review.author is not None
        assert not [path for path in graph.calls if path.startswith("rating-")]
        with pytest.raises(Refused, match="no story") as refused:
            await fb.send(order(review))
        assert "on the page itself" in refused.value.hint
        await fb.aclose()
