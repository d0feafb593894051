"""A Facebook page read from the practice platform: everything once, then only what is new."""

from __future__ import annotations

import logging

import pytest

from carecli.domain.errors import PermissionMissing, Refused, TokenRefused
from carecli.domain.events import MessageGone, MessageSeen, PostGone, PostSeen, Unrecognised
from carecli.domain.model import DAY, MINUTE, ContactPoint, PostKind
from carecli.practice import PracticeServer
from carecli.practice.graph.call import USER_TOKEN
from tests.platforms.meta.practising import NOW, alone, scene

LISTS = {"GET ads_posts": 1, "GET published_posts": 1, "GET visitor_posts": 1, "GET tagged": 1}
"""What a sweep costs when nothing changed."""


def last(address: str) -> str:
    return address.rpartition("_")[2]


@alone
async def test_the_first_pull_reads_everything(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        events = await fb.pull()
        posts = [post for post in fb.profile.posts if post.kind in ("post", "ad")]
        comments = [comment for post in posts for comment in post.stream]
        assert comments
        for comment in comments:
            seen = fb.seen[last(comment.id)]
            assert seen.thread == last(comment.root.id)
            assert seen.parent == (last(comment.parent.id) if comment.parent else None)
            assert seen.address == comment.id
            assert seen.is_ours == comment.is_ours
            assert seen.post == comment.post.id
            assert seen.created_at == comment.created // 1000 * 1000
            point = ContactPoint.AD_COMMENT if comment.post.is_dark else ContactPoint.COMMENT
            assert seen.point is point
        assert not [event for event in events if isinstance(event, Unrecognised)]
        assert not fb.losses


@alone
async def test_a_quiet_sweep_is_four_calls(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        await fb.pull()
        before = fb.calls()
        assert await fb.pull() == []
        assert fb.calls() - before == LISTS


@alone
async def test_only_a_changed_post_is_read(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        await fb.pull()
        before = fb.calls()
        practice.clock.advance(MINUTE)
        address = fb.comment(fb.profile.posts[-1].id, "¿Cuánto cuesta?")
        events = await fb.pull()
        assert last(address) in {e.platform_id for e in events if isinstance(e, MessageSeen)}
        assert fb.calls() - before == {**LISTS, "GET comments": 1}
        assert not fb.losses


@alone
async def test_one_written_for_one_deleted_is_found_though_the_total_stays(
    practice: PracticeServer,
) -> None:
    async with scene(practice) as fb:
        post = fb.profile.posts[-1]
        first = fb.comment(post.id, "¿Precio?")
        await fb.pull()
        practice.clock.advance(MINUTE)
        practice.do(lambda: fb.world.delete_comment(fb.world.nodes[first]))  # type: ignore[arg-type]  # a comment's id
        address = fb.comment(post.id, "¿Y el envío?")
        events = await fb.pull()
        assert last(address) in {e.platform_id for e in events if isinstance(e, MessageSeen)}


@alone
async def test_new_comments_on_a_long_post_are_one_page(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        post = fb.post()
        for n in range(250):
            practice.clock.advance(MINUTE)
            fb.comment(post, f"entry {n}")
        await fb.pull()
        practice.clock.advance(MINUTE)
        for n in range(3):
            fb.comment(post, f"late {n}")
        before = fb.calls()
        await fb.pull()
        assert (fb.calls() - before)["GET comments"] == 1
        assert sum(event.post == post for event in fb.seen.values()) == 253


@alone
async def test_a_pull_cut_short_misses_nothing(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        post = fb.post()
        for n in range(250):
            fb.comment(post, f"entry {n}")
        for pages in range(1, 12):
            await fb.pull(pages=pages)
            fb.seen = dict(list(fb.seen.items())[: len(fb.seen) // 2 * 2])
        await fb.pull()
        assert sum(event.post == post for event in fb.seen.values()) == 250


@alone
async def test_native_replies_are_ours(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        question = fb.comment(fb.post(), "Is it vegan?")
        answer = fb.comment(question, "It is.", **{"as": "brand"})
        await fb.pull()
        seen = fb.seen[last(answer)]
        assert seen.is_ours
        assert (seen.thread, seen.parent) == (last(question), last(question))


@alone
async def test_a_visitors_post_is_a_message_of_its_own(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        post = fb.post("My parcel came broken", "visitor")
        reply = fb.comment(post, "Sorry!", **{"as": "brand"})
        events = await fb.pull()
        message = fb.seen[last(post)]
        assert message.text == "My parcel came broken"
        assert not message.is_ours
        assert message.thread == last(post)
        assert fb.seen[last(reply)].thread == last(post)
        kinds = {e.platform_id: e.kind for e in events if isinstance(e, PostSeen)}
        assert kinds[post] is PostKind.VISITOR_POST


@alone
async def test_a_post_that_tags_the_page_is_a_mention(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        post = fb.post("Look at this", "tagged")
        await fb.pull()
        assert fb.seen[last(post)].point is ContactPoint.MENTION


@alone
async def test_ratings_are_reviews_with_replies(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        rating = fb.profile.ratings[0]
        reply = fb.comment(rating.story.id, "Thank you", **{"as": "brand"})
        await fb.pull("ratings")
        review = fb.seen[last(rating.story.id)]
        assert review.point is ContactPoint.REVIEW
        assert rating.text in (review.text or "")
        assert fb.seen[last(reply)].thread == review.thread
        assert fb.seen[last(reply)].is_ours


@alone
async def test_a_deleted_comment_is_gone_after_two_looks(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        post = fb.post()
        kept = fb.comment(post, "one")
        gone = fb.comment(post, "two")
        await fb.pull()
        fb.act(act="delete", id=gone)
        practice.clock.advance(MINUTE)
        assert not [e for e in await fb.pull() if isinstance(e, MessageGone)]
        practice.clock.advance(11 * MINUTE)
        assert [e.platform_id for e in await fb.pull() if isinstance(e, MessageGone)] == [
            last(gone)
        ]
        assert last(kept) in fb.seen
        practice.clock.advance(11 * MINUTE)
        assert not [e for e in await fb.pull() if isinstance(e, MessageGone)]


@alone
async def test_one_written_for_one_deleted_is_found_at_night(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        post = fb.post()
        gone = fb.comment(post, "one")
        await fb.pull()
        fb.act(act="delete", id=gone)
        fresh = fb.comment(post, "two")
        practice.clock.advance(DAY + MINUTE)
        await fb.pull()
        practice.clock.advance(11 * MINUTE)
        events = await fb.pull()
        assert last(fresh) in fb.seen
        assert MessageGone(last(gone), practice.clock()) in events


@alone
async def test_many_deleted_at_once_are_believed_if_counted_so(
    practice: PracticeServer,
) -> None:
    async with scene(practice) as fb:
        post = fb.post()
        addresses = [fb.comment(post, f"entry {n}") for n in range(20)]
        await fb.pull()
        for address in addresses[:12]:
            fb.act(act="delete", id=address)
        practice.clock.advance(MINUTE)
        await fb.pull()
        practice.clock.advance(11 * MINUTE)
        events = await fb.pull()
        gone = {event.platform_id for event in events if isinstance(event, MessageGone)}
        assert gone == {last(address) for address in addresses[:12]}
        assert not fb.losses


@alone
async def test_edits_and_hides_are_found_at_night(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        post = fb.post()
        edited, hidden = fb.comment(post, "one"), fb.comment(post, "two")
        await fb.pull()
        fb.act(act="edit", id=edited, text="changed")
        fb.act(act="hide", id=hidden)
        practice.clock.advance(DAY + MINUTE)
        await fb.pull()
        assert fb.seen[last(edited)].text == "changed"
        assert fb.seen[last(hidden)].hidden is True


@alone
async def test_a_deleted_visitors_post_is_gone(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        post = fb.post("Hello", "visitor")
        await fb.pull()
        fb.act(act="delete", id=post)
        practice.clock.advance(6 * MINUTE)
        await fb.pull()
        practice.clock.advance(11 * MINUTE)
        events = await fb.pull()
        assert PostGone(post, practice.clock()) in events
        assert MessageGone(last(post), practice.clock()) in events


@alone
async def test_less_is_asked_for_when_it_is_too_much(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        post = fb.post()
        for n in range(130):
            fb.comment(post, f"entry {n}")
        practice.faults.fail("too_much_data", 2, path="comments$")
        await fb.pull()
        assert sum(event.post == post for event in fb.seen.values()) == 130


@alone
async def test_fewer_than_counted_is_a_possible_loss(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        post = fb.post()
        fb.comment(post, "first")
        await fb.pull()
        practice.clock.advance(MINUTE)
        for n in range(150):
            fb.comment(post, f"entry {n}")
        practice.faults.fail("no_next", None, path="comments$")
        await fb.pull()
        assert fb.losses == [f"post {post} has 50 more comments than it shows"]


@alone
async def test_an_answered_comment_of_our_own_is_no_loss(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        question = fb.comment(fb.post(), "Is it vegan?")
        await fb.pull()
        practice.clock.advance(MINUTE)
        fb.comment(question, "It is.", **{"as": "brand"})
        await fb.pull()
        assert not fb.losses


@alone
async def test_a_users_token_is_told_from_an_empty_page(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        user = fb.connect(USER_TOKEN)
        probe = await user.probe()
        assert not probe.is_ok
        assert any("PAGE token is needed" in problem for problem in probe.problems)
        await user.aclose()
        good = await fb.connector.probe()
        assert good.is_ok
        assert good.account == fb.profile.title


@alone
async def test_the_measure_of_our_quota_is_passed_on(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        practice.faults.usage = 80
        await fb.pull()
        assert {page.usage for page in fb.pages} == {80.0}
        assert {page.park_until for page in fb.pages} == {None}
        practice.faults.usage, practice.faults.regain_minutes = 100, 7
        await fb.pull()
        assert fb.pages[-1].park_until == NOW + 8 * MINUTE


@alone
async def test_a_list_that_may_not_be_read_stops_no_other(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        practice.faults.fail("permission", None, path="ads_posts$")
        await fb.pull()
        assert len(fb.seen) > 10
        assert list(fb.connector.unreadable.failing) == ["list ads_posts"]
        before = fb.calls()
        await fb.pull()
        assert "GET ads_posts" not in fb.calls() - before


@alone
async def test_where_no_list_can_be_read_the_pull_fails(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        practice.faults.fail("permission", None, path="(posts|tagged)$")
        with pytest.raises(PermissionMissing):
            await fb.pull()
        assert not fb.connector.unreadable.failing


@alone
async def test_an_expired_token_stops_the_pull(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        practice.faults.fail("expired_token", None)
        for stream in fb.connector.streams():
            with pytest.raises(TokenRefused, match=r"carecli token"):
                await fb.pull(stream.name)
        assert any("carecli token" in p for p in (await fb.connector.probe()).problems)


@alone
async def test_a_stream_nobody_knows_is_refused(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        with pytest.raises(Refused):
            await fb.pull("stories")


@alone
async def test_the_token_is_in_no_log(
    practice: PracticeServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with scene(practice) as fb:
            await fb.pull("conversations")
            await fb.connector.probe()
    assert fb.profile.token not in caplog.text
    assert fb.profile.token not in "".join(page.raw.decode() for page in fb.pages)


@alone
async def test_a_census_tells_all_and_moves_no_cursor(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        for stream in fb.connector.streams():
            await fb.pull(stream.name)
        counted: set[str] = set()
        async for page in fb.connector.census(NOW - 30 * DAY):
            assert page.cursor is None
            counted |= {e.platform_id for e in page.events if isinstance(e, MessageSeen)}
        assert counted == set(fb.seen)


@alone
async def test_a_spoilt_cursor_is_forgotten(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        for cursor in ("{", "[]", '{"posts": 3}', '{"posts": {"x": {"s": 3, "x": []}}}'):
            fb.cursors = {"comments": cursor, "conversations": cursor}
            fb.seen.clear()
            await fb.pull()
            await fb.pull("conversations")
            assert len(fb.seen) > 10


@alone
async def test_a_post_that_vanishes_while_it_is_read_stops_no_other(
    practice: PracticeServer,
) -> None:
    async with scene(practice) as fb:
        await fb.pull()
        first, second = fb.post(), fb.post()
        for post in (first, second):
            fb.comment(post, "Hello")
        pages = fb.connector.pull("comments", fb.cursors["comments"], fb.known)
        fb.learn((await anext(pages)).events)
        fb.act(act="delete", id=second)
        fb.act(act="delete", id=fb.comment(first, "Never mind"))
        async for page in pages:
            fb.learn(page.events)
        assert {event.post for event in fb.seen.values()} >= {first}
        assert second not in {event.post for event in fb.seen.values()}


@alone
async def test_other_peoples_comments_that_may_not_be_read_stop_nothing(
    practice: PracticeServer,
) -> None:
    async with scene(practice) as fb:
        tagged = fb.post("Look at this", "tagged")
        fb.comment(tagged, "Nice")
        practice.faults.fail("permission", None, path=f"{tagged}/comments$")
        await fb.pull()
        assert last(tagged) in fb.seen
        before = fb.calls()
        await fb.pull()
        assert fb.calls() - before == LISTS
