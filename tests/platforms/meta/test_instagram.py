"""An Instagram profile on the practice platform: read, answered, moderated."""

from __future__ import annotations

from typing import Any

import pytest

from carecli.domain.errors import AlreadyDone, Gone, LandedWrong, Refused, Transient, WindowClosed
from carecli.domain.events import (
    AnsweredPrivately,
    LikeChanged,
    MessageGone,
    MessageRemoved,
    MessageSeen,
    Unrecognised,
    VisibilityChanged,
)
from carecli.domain.model import DAY, HOUR, MINUTE, ContactPoint, OutboxVerb
from carecli.practice import PracticeServer
from tests.platforms.meta.practising import NOW, Scene, alone, scene

KEY = "lrp-ig"


async def question(ig: Scene, text: str = "Cena?") -> str:
    address = ig.comment(ig.post(), text)
    await ig.pull()
    return address


@alone
async def test_the_first_pull_reads_everything_and_the_next_nothing(
    practice: PracticeServer,
) -> None:
    async with scene(practice, KEY) as ig:
        events = await ig.pull()
        comments = [c for post in ig.profile.posts if post.kind == "post" for c in post.stream]
        assert comments
        for comment in comments:
            seen = ig.seen[comment.id]
            assert seen.thread == comment.root.id
            assert seen.is_ours == comment.is_ours
            assert seen.point is ContactPoint.COMMENT
        assert not [event for event in events if isinstance(event, Unrecognised)]
        before = ig.calls()
        assert await ig.pull() == []
        assert ig.calls() - before == {"GET media": 1, "GET tags": 1}


@alone
async def test_a_reply_under_an_old_comment_is_noticed(practice: PracticeServer) -> None:
    async with scene(practice, KEY) as ig:
        post = ig.post()
        old = ig.comment(post, "first")
        for n in range(120):
            practice.clock.advance(MINUTE)
            ig.comment(post, f"entry {n}")
        await ig.pull()
        practice.clock.advance(HOUR)
        reply = ig.comment(old, "and now?")
        await ig.pull()
        assert ig.seen[reply].thread == old
        assert not ig.losses


@alone
@pytest.mark.parametrize("many", [49, 50, 51, 130])
async def test_all_replies_under_one_comment_are_read(practice: PracticeServer, many: int) -> None:
    async with scene(practice, KEY) as ig:
        asked = ig.comment(ig.post(), "Who else?")
        replies = []
        for n in range(many):
            practice.clock.advance(MINUTE)
            replies.append(ig.comment(asked, f"me, number {n}"))
        await ig.pull()
        assert [ig.seen[one].thread for one in replies] == [asked] * many
        assert [ig.seen[one].parent for one in replies] == [asked] * many
        practice.clock.advance(MINUTE)
        last = ig.comment(asked, "and me")
        await ig.pull()
        assert ig.seen[last].thread == asked
        assert not ig.losses
        head = await ig.connector.head(ig.target(last))
        assert last in [e.platform_id for e in head.events if isinstance(e, MessageSeen)]


@alone
async def test_replies_that_are_refused_are_a_possible_loss_and_stop_no_other_comment(
    practice: PracticeServer,
) -> None:
    async with scene(practice, KEY) as ig:
        post = ig.post()
        asked = ig.comment(post, "Who else?")
        for n in range(60):
            ig.comment(asked, f"me, number {n}")
        other = ig.comment(post, "Price?")
        practice.faults.fail("permission", None, path="replies$")
        await ig.pull()
        assert {asked, other} <= set(ig.seen)
        assert any("/replies cannot be read" in loss for loss in ig.losses)


@alone
async def test_fifty_and_no_more_is_a_possible_loss(practice: PracticeServer) -> None:
    async with scene(practice, KEY) as ig:
        post = ig.post()
        ig.comment(post, "first")
        await ig.pull()
        practice.clock.advance(MINUTE)
        for n in range(70):
            ig.comment(post, f"entry {n}")
        practice.faults.fail("no_next", None, path="comments$")
        await ig.pull()
        assert any("returned only 50 comments" in loss for loss in ig.losses)


@alone
async def test_a_deleted_comment_is_gone_after_two_looks(practice: PracticeServer) -> None:
    async with scene(practice, KEY) as ig:
        post = ig.post()
        ig.comment(post, "one")
        gone = ig.comment(post, "two")
        await ig.pull()
        ig.act(act="delete", id=gone)
        practice.clock.advance(MINUTE)
        await ig.pull()
        assert gone in ig.seen
        practice.clock.advance(11 * MINUTE)
        assert MessageGone(gone, practice.clock()) in await ig.pull()


@alone
async def test_media_that_tag_the_profile_are_mentions_and_answered(
    practice: PracticeServer,
) -> None:
    async with scene(practice, KEY) as ig:
        media = ig.post("My new cream @larocheposaymexico", "tagged")
        await ig.pull()
        seen = ig.seen[media]
        assert seen.point is ContactPoint.MENTION
        assert seen.mentions == ("@larocheposaymexico",)
        sent = await ig.connector.send(ig.order(OutboxVerb.REPLY, ig.target(media), "Thank you"))
        write = ig.writes()[-1]
        assert write.path == f"{ig.profile.id}/mentions"
        assert write.parameters["media_id"] == media
        assert sent.platform_id
        head = await ig.connector.head(ig.target(media))
        assert [e.platform_id for e in head.events if isinstance(e, MessageSeen)] == [media]


@alone
async def test_a_reply_stands_under_the_top_comment(practice: PracticeServer) -> None:
    async with scene(practice, KEY) as ig:
        asked = await question(ig)
        nested = ig.comment(asked, "me too")
        await ig.pull()
        sent = await ig.connector.send(ig.order(OutboxVerb.REPLY, ig.target(nested), "200 pesos"))
        assert ig.writes()[-1].path == f"{asked}/replies"
        assert ig.node(sent.platform_id).parent.id == asked
        (event,) = sent.events
        await ig.pull()
        pulled = ig.seen[sent.platform_id]
        for name in ("platform_id", "thread", "parent", "text", "is_ours", "post"):
            assert getattr(event, name) == getattr(pulled, name), name


@alone
async def test_a_reply_without_an_id_landed_wrong(practice: PracticeServer) -> None:
    async with scene(practice, KEY) as ig:
        asked = await question(ig)
        for fault in ("no_id", "reply_edits", "reply_tells_target"):
            practice.faults.fail(fault, method="POST")
            with pytest.raises(LandedWrong):
                await ig.connector.send(ig.order(OutboxVerb.REPLY, ig.target(asked), "200"))


@alone
async def test_a_reply_cut_off_is_found(practice: PracticeServer) -> None:
    async with scene(practice, KEY) as ig:
        asked = await question(ig)
        order = ig.order(OutboxVerb.REPLY, ig.target(asked), "200 pesos")
        assert await ig.connector.find_sent(order) is None
        practice.faults.fail("cut_after", method="POST")
        with pytest.raises(Transient):
            await ig.connector.send(order)
        found = await ig.connector.find_sent(order)
        assert found is not None
        assert ig.node(found.platform_id).text == "200 pesos"


@alone
async def test_a_comment_is_hidden_shown_liked_and_deleted(practice: PracticeServer) -> None:
    async with scene(practice, KEY) as ig:
        asked = await question(ig)
        target = ig.target(asked)

        async def do(verb: OutboxVerb) -> Any:
            return (await ig.connector.send(ig.order(verb, target))).events[0]

        async def stands(verb: OutboxVerb) -> bool:
            return await ig.connector.find_sent(ig.order(verb, target)) is not None

        assert await do(OutboxVerb.HIDE) == VisibilityChanged(asked, True, NOW)
        assert ig.writes()[-1].parameters == {"hide": "true"}
        assert await stands(OutboxVerb.HIDE)
        assert not await stands(OutboxVerb.UNHIDE)
        assert await do(OutboxVerb.UNHIDE) == VisibilityChanged(asked, False, NOW)
        assert await do(OutboxVerb.LIKE) == LikeChanged(asked, True)
        assert ig.writes()[-1].path == f"{ig.profile.id}/likes"
        assert await do(OutboxVerb.UNLIKE) == LikeChanged(asked, False)
        assert not await stands(OutboxVerb.DELETE)
        assert await do(OutboxVerb.DELETE) == MessageRemoved(asked, NOW)
        assert await stands(OutboxVerb.DELETE)
        with pytest.raises(Gone):
            await ig.connector.head(target)


@alone
async def test_a_private_answer_goes_out_once(practice: PracticeServer) -> None:
    async with scene(practice, KEY) as ig:
        asked = await question(ig)
        order = ig.order(OutboxVerb.PRIVATE_REPLY, ig.target(asked), "Te escribimos")
        assert await ig.connector.find_sent(order) is None
        sent = await ig.connector.send(order)
        contact = ig.node(asked).author.scoped_id
        assert sent.events[0] == AnsweredPrivately(asked, f"dm:{contact}", NOW)
        found = await ig.connector.find_sent(order)
        assert found is not None
        assert found.platform_id == sent.platform_id
        with pytest.raises(AlreadyDone):
            await ig.connector.send(order)


@alone
async def test_the_same_private_answer_to_another_person_is_not_taken_for_it(
    practice: PracticeServer,
) -> None:
    async with scene(practice, KEY) as ig:
        post = ig.post()
        first, second = ig.comment(post, "¡Yo!"), ig.comment(post, "¡Yo también!")
        await ig.pull()
        orders = [
            ig.order(OutboxVerb.PRIVATE_REPLY, ig.target(one), "Participas")
            for one in (first, second)
        ]
        await ig.connector.send(orders[0])
        assert await ig.connector.find_sent(orders[0]) is not None
        assert await ig.connector.find_sent(orders[1]) is None


@alone
async def test_direct_messages_go_through_the_page(practice: PracticeServer) -> None:
    async with scene(practice, KEY) as ig:
        told = ig.act(act="message", account=KEY, text="¿Hola?", name="Ana Ruiz")
        await ig.pull("conversations")
        contact = str(told["author"])
        message = ig.seen[str(told["id"])]
        assert message.thread == f"dm:{contact}"
        assert message.author is not None
        assert message.author.scope == "igsid"
        order = ig.order(OutboxVerb.REPLY, ig.chat(contact, NOW), "Hola, ¿qué tal?")
        sent = await ig.connector.send(order)
        assert ig.writes()[-1].path == f"{ig.profile.page.id}/messages"
        await ig.pull("conversations")
        assert ig.seen[sent.platform_id].is_ours
        practice.clock.advance(25 * HOUR)
        with pytest.raises(WindowClosed):
            await ig.connector.send(order)


@alone
async def test_limits_are_bytes(practice: PracticeServer) -> None:
    async with scene(practice, KEY) as ig:
        told = ig.act(act="message", account=KEY, text="¿Hola?", name="Ana Ruiz")
        target = ig.chat(str(told["author"]), NOW)
        with pytest.raises(Refused, match="1002 bytes"):
            await ig.connector.send(ig.order(OutboxVerb.REPLY, target, "ł" * 501))
        await ig.connector.send(ig.order(OutboxVerb.REPLY, target, "ł" * 500))
        assert len(ig.writes()) == 1


@alone
async def test_a_census_tells_all(practice: PracticeServer) -> None:
    async with scene(practice, KEY) as ig:
        for stream in ig.connector.streams():
            await ig.pull(stream.name)
        counted: set[str] = set()
        async for page in ig.connector.census(NOW - 30 * DAY):
            assert page.cursor is None
            counted |= {e.platform_id for e in page.events if isinstance(e, MessageSeen)}
        assert counted == set(ig.seen)


@alone
async def test_the_probe_names_the_profile(practice: PracticeServer) -> None:
    async with scene(practice, KEY) as ig:
        probe = await ig.connector.probe()
        assert probe.is_ok, probe.problems
        assert probe.account == ig.profile.username
