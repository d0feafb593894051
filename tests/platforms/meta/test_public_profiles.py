"""Public pages and profiles: recorded payloads, and the practice platform's other brands."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest

from carecli.domain.errors import Gone, PermissionMissing, PlatformError, Refused, Throttled
from carecli.domain.model import DAY, MINUTE, Millis
from carecli.platforms.base import Account
from carecli.platforms.http import Response
from carecli.platforms.meta import wire
from carecli.platforms.meta.errors import error_from
from carecli.platforms.meta.normalise_public import (
    audience_of,
    comments_of,
    page_post,
    profile_media,
)
from carecli.platforms.meta.public_profiles import MAX_CALLS, PAGE_SIZE
from carecli.platforms.public import ProfilePage
from carecli.platforms.registry import create_profile_reader
from carecli.practice import PracticeServer
from tests.platforms.meta.canned import canned
from tests.platforms.meta.practising import NOW, alone
from tests.platforms.meta.recordings import FOLDER

GOLDEN = FOLDER / "public"
RECORDINGS = (
    "facebook/pages/page_fan_count",
    "facebook/pages/feed_page1",
    "facebook/comments/comments_page1_ids_withheld",
    "facebook/comments/comments_of_post_with_from_p1",
    "facebook/comments/post_with_embedded_comments",
    "instagram/rest/business_discovery_user",
    "instagram/rest/business_discovery_media_p1",
)
PAGE_OF = {"comments_of_post_with_from_p1": "19292868552", "post_with_embedded_comments": "4123"}


def told_by(name: str) -> dict[str, object]:
    """What a recorded answer tells in public."""
    payload = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    node = wire.node(payload)
    node = wire.child(node, "business_discovery") or node
    page = PAGE_OF.get(Path(name).name, "0")
    if "comments_" in name:
        return {"comments": [asdict(c) for c in comments_of({"id": "1_2", "comments": node}, page)]}
    posts = [page_post(one) for one in (*wire.nodes(node), node)]
    media = [profile_media(one) for one in wire.nodes(node.get("media"))]
    comments = comments_of(node, page) if "embedded" in name else []
    return {
        "audience": audience_of(node),
        "posts": [{**asdict(one), "day": None} for one in (*posts, *media) if one is not None],
        "comments": [asdict(one) for one in comments],
    }


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_tells_its_golden_figures(name: str) -> None:
    golden = GOLDEN / f"{name.replace('/', '-')}.json"
    text = json.dumps(told_by(name), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("CARECLI_GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert json.loads(golden.read_text(encoding="utf-8")) == json.loads(text)


def test_a_count_that_is_not_told_is_none() -> None:
    media = profile_media({"id": "1", "timestamp": "2026-11-01T10:00:00+0000"})
    assert media is not None
    assert (media.reactions, media.comments, media.shares) == (None, None, None)
    post = page_post({"id": "1_2", "created_time": "2026-11-01T10:00:00+0000", "reactions": {}})
    assert post is not None
    assert (post.reactions, post.comments) == (None, None)
    assert audience_of({"fan_count": 0}) == 0
    assert audience_of({"name": "x"}) is None


@pytest.mark.parametrize("strange", [{}, {"id": 7}, {"id": "1", "created_time": []}, {"id": None}])
def test_strange_payloads_tell_nothing(strange: dict[str, object]) -> None:
    assert page_post(strange) is None
    assert profile_media(strange) is None
    assert comments_of({"id": "1", "comments": strange}, "2") == []
    assert comments_of({"id": "1", "comments": [strange, 4, None]}, "2") == []


def test_hostile_text_and_links_are_inert() -> None:
    post = page_post(
        {
            "id": "1_2",
            "created_time": "2026-11-01T10:00:00+0000",
            "message": "\x1b]0;pwned\x07=cmd()\u202e" + "x" * 5_000,
            "permalink_url": "javascript:alert(1)",
        }
    )
    assert post is not None
    assert post.text.isprintable()
    assert len(post.text) == 1_000
    assert post.link == ""


def comment(at: int, *replies: object, more: bool = False, **fields: object) -> dict[str, object]:
    told = {"created_time": 1_790_000_000 + at, **fields}
    paging = {"next": "https://example.org"} if more else {}
    return {**told, "comments": {"data": list(replies), "paging": paging}} if replies else told


def reply(at: int, by: str = "") -> dict[str, object]:
    author = {"from": {"id": by}} if by else {}
    return {"created_time": 1_790_000_000 + at, **author}


def test_an_answer_is_the_pages_first_reply_and_what_cannot_be_told_is_left_out() -> None:
    post: dict[str, object] = {
        "id": "9_1",
        "comments": {
            "data": [
                comment(0, reply(300, "5"), reply(60, "9"), reply(120, "9"), id="1_77"),
                comment(10, reply(20, "5")),  # only others replied
                comment(20, reply(30)),  # replied by somebody whom the platform withholds
                comment(30, reply(40, "5"), more=True),  # there are replies that were not told
                comment(35, comment_count=1),  # the one reply is withheld
                comment(40),
                comment(40),  # in the same second
                {**comment(50), "from": {"id": "9"}},  # the page's own
                comment(60, permalink_url="https://www.facebook.com/9/posts/1?comment_id=4711"),
            ]
        },
    }
    base = 1_790_000_000_000
    assert [(c.id, c.at - base, c.answered_at) for c in comments_of(post, "9")] == [
        ("9_1/77", 0, base + 60_000),
        (f"9_1/{base + 10_000}/1", 10_000, None),
        (f"9_1/{base + 40_000}/1", 40_000, None),
        (f"9_1/{base + 40_000}/2", 40_000, None),
        ("9_1/4711", 60_000, None),
    ]


def test_a_missing_feature_is_a_missing_permission_and_no_such_user_is_gone() -> None:
    raw = (FOLDER / "facebook/errors/error_100_missing_permission.json").read_bytes()
    assert isinstance(error_from(Response(400, {}, raw), changes=False, now=0), PermissionMissing)
    private = {"error": {"message": "Invalid user id", "code": 110, "error_subcode": 2207013}}
    found = error_from(Response(400, {}, json.dumps(private).encode()), changes=False, now=0)
    assert isinstance(found, Gone)


# ---- over real HTTP


async def look(
    practice: PracticeServer, key: str, address: str, since: Millis = NOW - 28 * DAY
) -> list[ProfilePage]:
    ours = practice.world.accounts[key]
    account = Account(key, ours.platform, ours.id, ours.page.token, practice.url, clock=lambda: NOW)
    looker = create_profile_reader(account)
    try:
        return [one async for one in looker.look(address, since)]
    finally:
        await looker.aclose()


def posts_of(practice: PracticeServer, key: str, since: Millis) -> dict[str, int]:
    others = practice.world.others
    assert others is not None
    return {p.id: p.likes for p in others.accounts[key].posts if p.created // 1000 * 1000 >= since}


@alone
async def test_a_page_tells_its_followers_posts_and_answers(practice: PracticeServer) -> None:
    since = NOW - 28 * DAY
    seen = await look(practice, "lrp-fb", "lumiramx", since)
    assert [one.audience for one in seen] == [2_310_000, None, None]
    told = {post.id: post.reactions for one in seen for post in one.posts}
    assert told == posts_of(practice, "lumira-f", since)
    assert seen[1].whole_since == since
    waits = [c.answered_at - c.at for c in seen[2].comments if c.answered_at is not None]
    assert len(waits) > 10
    assert 10 * MINUTE < sorted(waits)[len(waits) // 2] < 120 * MINUTE
    assert len({c.id for c in seen[2].comments}) == len(seen[2].comments)
    # a day's follow-up costs three calls
    assert sum(practice.ledger.counts.values()) == 3


@alone
async def test_a_page_is_seen_by_its_id_and_older_posts_page_by_page(
    practice: PracticeServer,
) -> None:
    others = practice.world.others
    assert others is not None
    since = NOW - 80 * DAY
    seen = await look(practice, "lrp-fb", others.accounts["celestine-f"].id, since)
    told = {post.id: post.reactions for one in seen for post in one.posts}
    assert len(told) > 2 * PAGE_SIZE
    assert told == posts_of(practice, "celestine-f", since)
    assert [one.whole_since for one in seen] == [None, None, None, since, None][: len(seen)]


@alone
async def test_a_profile_tells_followers_and_posts_and_no_comments(
    practice: PracticeServer,
) -> None:
    since = NOW - 60 * DAY
    seen = await look(practice, "lrp-ig", "celestinemx", since)
    assert seen[0].audience == 2_088_000
    told = {post.id: post.reactions for one in seen for post in one.posts}
    assert told == posts_of(practice, "celestine-i", since)
    assert len(seen) == sum(practice.ledger.counts.values()) == len(told) // PAGE_SIZE + 1
    assert seen[-1].whole_since == since
    assert not any(one.comments for one in seen)


@alone
async def test_hidden_likes_are_untold(practice: PracticeServer) -> None:
    [seen] = await look(practice, "lrp-ig", "solaramx")
    assert {post.reactions for post in seen.posts} == {None}
    assert all(post.comments is not None for post in seen.posts)


@pytest.mark.parametrize(("key", "posts"), [("avon-fb", 5), ("avon-ig", 5)])
@alone
async def test_ours_are_seen_in_the_same_way(
    practice: PracticeServer, key: str, posts: int
) -> None:
    seen = await look(practice, key, "")
    assert seen[0].audience == 910_000
    assert sum(len(one.posts) for one in seen) >= posts


@pytest.mark.parametrize(
    ("key", "address", "error"),
    [
        ("avon-fb", "zielnikpolska", PermissionMissing),
        ("avon-ig", "zielnikpolska", Gone),
        ("avon-ig", "nobody.here", Gone),
        ("avon-fb", "nobodyhere", Gone),
        ("avon-fb", "me/accounts", Refused),
        ("avon-ig", "x){id}", Refused),
    ],
)
@alone
async def test_what_cannot_be_seen_is_an_error_of_its_kind(
    practice: PracticeServer, key: str, address: str, error: type[PlatformError]
) -> None:
    with pytest.raises(error):
        await look(practice, key, address)


@alone
async def test_without_the_feature_no_page_of_others_is_seen_and_ours_are(
    practice: PracticeServer,
) -> None:
    practice.world.grants_public_access = False
    with pytest.raises(PermissionMissing):
        await look(practice, "lrp-fb", "lumiramx")
    assert (await look(practice, "lrp-fb", ""))[0].audience == 1_240_000


@alone
async def test_comments_that_cannot_be_read_leave_the_counts() -> None:
    refused = json.loads((FOLDER / "facebook/errors/error_100_missing_permission.json").read_text())
    post = {"id": "9_1", "created_time": NOW // 1000, "reactions": {"summary": {"total_count": 0}}}
    async with canned({"id": "9", "fan_count": 7}, {"data": [post]}, refused) as server:
        looker = create_profile_reader(
            Account("fb", "facebook", "1", "t", server.url, clock=lambda: NOW)
        )
        seen = [one async for one in looker.look("lumira", NOW - DAY)]
        await looker.aclose()
    assert [one.audience for one in seen] == [7, None]
    assert [(one.reactions, one.comments) for one in seen[1].posts] == [(0, None)]


@alone
async def test_a_platform_that_asks_for_silence_is_heard(practice: PracticeServer) -> None:
    practice.faults.fail("throttled", path="published_posts")
    with pytest.raises(Throttled):
        await look(practice, "lrp-fb", "lumiramx")


@alone
async def test_a_profile_with_more_posts_than_are_read_is_known_as_far_as_they_go() -> None:
    def media(n: int) -> dict[str, object]:
        return {"id": str(n), "timestamp": 1_790_000_000 - n * 3600, "like_count": n}

    def page(first: int) -> dict[str, object]:
        told = {"data": [media(first + n) for n in range(PAGE_SIZE)]}
        return {
            "business_discovery": {
                "id": "9",
                "followers_count": 5,
                "media": {**told, "paging": {"cursors": {"after": f"c{first}"}}},
            }
        }

    async with canned(*(page(n * PAGE_SIZE) for n in range(9))) as server:
        looker = create_profile_reader(
            Account("ig", "instagram", "1", "t", server.url, clock=lambda: NOW)
        )
        seen = [one async for one in looker.look("lumira", 0)]
        await looker.aclose()
    assert len(seen) == len(server.asked) == MAX_CALLS
    assert seen[-1].whole_since == min(post.at for one in seen for post in one.posts)
    assert ".after(c0)" in server.asked[1].query["fields"]
