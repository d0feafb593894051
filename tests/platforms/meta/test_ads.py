"""Comments under ads that stand in no list of posts, found through the ad account."""

from __future__ import annotations

import json

from carecli.domain.events import MessageSeen, PostSeen
from carecli.domain.model import ContactPoint, PostKind
from carecli.platforms.base import Account, Page
from carecli.platforms.meta.facebook import FacebookPage
from carecli.platforms.meta.instagram import InstagramProfile
from tests.platforms.meta.canned import canned
from tests.platforms.meta.practising import NOW, alone

NOTHING: dict[str, object] = {"data": []}


def part(node: object) -> dict[str, object]:
    return {"code": 200, "body": json.dumps(node)}


@alone
async def test_dark_posts_are_found_through_their_ads() -> None:
    ads = {"data": [{"creative": {"effective_object_story_id": "1_7"}}, {"creative": {}}] * 2}
    dark = {"id": "1_7", "message": "Sale", "created_time": NOW // 1000, "is_published": False}
    dark["comments"] = {"data": [], "summary": {"total_count": 1}}
    comment = {"id": "7_70", "message": "How much?", "created_time": NOW // 1000}
    answers = [NOTHING] * 4 + [ads, [part(dark)], {"data": [comment]}]
    async with canned(*answers) as server:
        options = {"ad_account": "act_5"}
        fb = FacebookPage(
            Account("fb", "facebook", "1", "t", server.url, options=options, clock=lambda: NOW)
        )
        pages: list[Page] = [page async for page in fb.pull("comments", None, lambda _: {})]
        await fb.aclose()
    events = [event for page in pages for event in page.events]
    assert [e.kind for e in events if isinstance(e, PostSeen)] == [PostKind.AD]
    assert [e.point for e in events if isinstance(e, MessageSeen)] == [ContactPoint.AD_COMMENT]
    assert server.asked[4].path == "/v27.0/act_5/ads"
    assert len(server.asked) == 7


@alone
async def test_ads_on_instagram_are_found_likewise() -> None:
    ads = {"data": [{"creative": {"effective_instagram_media_id": "7"}}]}
    media = {"id": "7", "caption": "Sale", "timestamp": NOW // 1000, "comments_count": 1}
    comment = {"id": "70", "text": "Cena?", "timestamp": NOW // 1000}
    answers = [NOTHING] * 2 + [ads, [part(media)], {"data": [comment]}]
    async with canned(*answers) as server:
        options = {"ad_account": "5"}
        ig = InstagramProfile(
            Account("ig", "instagram", "2", "t", server.url, options=options, clock=lambda: NOW)
        )
        pages: list[Page] = [page async for page in ig.pull("comments", None, lambda _: {})]
        await ig.aclose()
    points = [e.point for page in pages for e in page.events if isinstance(e, MessageSeen)]
    assert points == [ContactPoint.AD_COMMENT]


@alone
async def test_ads_that_may_not_be_read_stop_nothing() -> None:
    refusal = {"error": {"code": 200, "message": "(#200) Requires ads_read"}}
    async with canned(*[NOTHING] * 4, refusal) as server:
        options = {"ad_account": "act_5"}
        fb = FacebookPage(
            Account("fb", "facebook", "1", "t", server.url, options=options, clock=lambda: NOW)
        )
        pages: list[Page] = [page async for page in fb.pull("comments", None, lambda _: {})]
        await fb.aclose()
    assert not any(page.possible_loss for page in pages)
    [failing] = fb.unreadable.failing.values()
    assert (failing.place, failing.error) == ("list ads", "(#200) Requires ads_read")
