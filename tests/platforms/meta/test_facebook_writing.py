"""What the brand does on a Facebook page, and what the practice platform received."""

from __future__ import annotations

from typing import Any

import pytest

from carecli.domain.errors import (
    BehaviourBlocked,
    Gone,
    LandedWrong,
    PermissionMissing,
    PlatformError,
    Refused,
    Throttled,
    TokenRefused,
    Transient,
)
from carecli.domain.events import (
    LikeChanged,
    MessageRemoved,
    MessageSeen,
    VisibilityChanged,
)
from carecli.domain.model import MINUTE, ContactPoint, OutboxVerb
from carecli.practice import PracticeServer
from tests.platforms.meta.practising import NOW, Scene, alone, scene

BRAND = {"as": "brand"}


def last(address: str) -> str:
    return address.rpartition("_")[2]


async def question(fb: Scene, text: str = "Is it vegan?") -> str:
    address = fb.comment(fb.post(), text)
    await fb.pull()
    return address


@alone
async def test_a_reply_stands_under_its_comment(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        asked = await question(fb)
        sent = await fb.connector.send(
            fb.order(OutboxVerb.REPLY, fb.target(asked), "It is. Zażółć gęślą 💚")
        )
        (write,) = fb.writes()
        assert (write.method, write.path) == ("POST", f"{asked}/comments")
        assert "is_hidden" not in write.parameters
        reply = fb.node(f"{asked.partition('_')[0]}_{sent.platform_id}")
        assert reply.parent.id == asked
        assert reply.text == "It is. Zażółć gęślą 💚"
        (event,) = sent.events
        await fb.pull()
        pulled = fb.seen[sent.platform_id]
        for name in ("platform_id", "thread", "parent", "text", "is_ours", "address", "post"):
            assert getattr(event, name) == getattr(pulled, name), name


@alone
async def test_a_reply_to_a_reply_goes_under_the_top_comment(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        asked = await question(fb)
        nested = fb.comment(asked, "I want to know too")
        await fb.pull()
        sent = await fb.connector.send(
            fb.order(OutboxVerb.REPLY, fb.target(nested), "Yes, both of you")
        )
        assert fb.writes()[-1].path == f"{asked}/comments"
        assert isinstance(sent.events[0], MessageSeen)
        assert sent.events[0].thread == last(asked)


@alone
async def test_a_visitors_post_is_answered_by_a_comment(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        post = fb.post("My parcel came broken", "visitor")
        await fb.pull()
        sent = await fb.connector.send(fb.order(OutboxVerb.REPLY, fb.target(post), "Sorry!"))
        assert fb.writes()[-1].path == f"{post}/comments"
        assert isinstance(sent.events[0], MessageSeen)
        assert sent.events[0].thread == last(post)
        assert sent.events[0].parent is None


@alone
async def test_a_review_is_answered_on_its_story(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        await fb.pull("ratings")
        story = fb.profile.ratings[0].story.id
        sent = await fb.connector.send(fb.order(OutboxVerb.REPLY, fb.target(story), "Thank you"))
        assert fb.writes()[-1].path == f"{story}/comments"
        assert isinstance(sent.events[0], MessageSeen)
        assert sent.events[0].point is ContactPoint.REVIEW


@pytest.mark.parametrize("fault", ["reply_edits", "reply_tells_target", "no_id"])
def test_a_reply_that_landed_wrong_is_noticed(practice: PracticeServer, fault: str) -> None:
    @alone
    async def run() -> None:
        async with scene(practice) as fb:
            asked = await question(fb)
            practice.faults.fail(fault, method="POST")
            with pytest.raises(LandedWrong):
                await fb.connector.send(fb.order(OutboxVerb.REPLY, fb.target(asked), "Yes"))

    run()


@alone
async def test_an_id_may_come_as_a_number(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        asked = await question(fb)
        practice.faults.fail("numeric_id", method="POST")
        sent = await fb.connector.send(fb.order(OutboxVerb.REPLY, fb.target(asked), "Yes"))
        assert sent.platform_id.isdigit()
        assert sent.platform_id != last(asked)


@alone
async def test_a_reply_cut_off_is_found_once(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        asked = await question(fb)
        fb.comment(asked, "Yes it is", **BRAND)
        practice.clock.advance(10 * MINUTE)
        order = fb.order(OutboxVerb.REPLY, fb.target(asked), "Yes  it\nis")
        practice.faults.fail("cut_after", method="POST")
        with pytest.raises(Transient) as error:
            await fb.connector.send(order)
        assert error.value.happened is None
        found = await fb.connector.find_sent(order)
        assert found is not None
        assert found.at == practice.clock()
        assert len(fb.writes()) == 1


@alone
async def test_a_reply_cut_off_before_it_arrived_is_not_found(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        asked = await question(fb)
        fb.comment(asked, "Yes", name="Yes Sayer")
        order = fb.order(OutboxVerb.REPLY, fb.target(asked), "Yes")
        practice.faults.fail("cut_before", method="POST")
        with pytest.raises(Transient) as error:
            await fb.connector.send(order)
        assert error.value.happened is None
        assert await fb.connector.find_sent(order) is None


@alone
async def test_without_a_connection_nothing_happened(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        asked = await question(fb)
        away = fb.connect("secret-token", "http://127.0.0.1:9")
        with pytest.raises(Transient) as error:
            await away.send(fb.order(OutboxVerb.REPLY, fb.target(asked), "Yes"))
        assert error.value.happened is False
        assert "secret-token" not in str(error.value)
        await away.aclose()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("throttled", Throttled),
        ("too_many_requests", Throttled),
        ("expired_token", TokenRefused),
        ("role_lost", TokenRefused),
        ("permission", PermissionMissing),
        ("not_authorized", PermissionMissing),
        ("blocked", BehaviourBlocked),
        ("duplicate", Refused),
        ("unavailable", Transient),
        ("server_error", Transient),
        ("bad_gateway", Transient),
        ("not_json", Transient),
    ],
)
def test_a_failing_write_has_its_class(
    practice: PracticeServer, fault: str, kind: type[PlatformError]
) -> None:
    @alone
    async def run() -> None:
        async with scene(practice) as fb:
            asked = await question(fb)
            practice.faults.fail(fault, method="POST", minutes=7)
            with pytest.raises(kind) as error:
                await fb.connector.send(fb.order(OutboxVerb.REPLY, fb.target(asked), "Yes"))
            if isinstance(error.value, Throttled):
                assert NOW + 7 * MINUTE <= error.value.until <= NOW + 8 * MINUTE
            if isinstance(error.value, Transient):
                assert error.value.happened is None

    run()


@alone
async def test_a_comment_is_hidden_shown_liked_and_deleted(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        asked = await question(fb)
        target, own = fb.target(asked), last(asked)

        async def do(verb: OutboxVerb) -> Any:
            order = fb.order(verb, target)
            assert await fb.connector.find_sent(order) is None
            sent = await fb.connector.send(order)
            found = await fb.connector.find_sent(order)
            assert found is not None
            assert type(found.events[0]) is type(sent.events[0])
            return sent.events[0]

        assert await do(OutboxVerb.HIDE) == VisibilityChanged(own, True, NOW)
        assert fb.writes()[-1].parameters == {"is_hidden": "true"}
        assert await do(OutboxVerb.UNHIDE) == VisibilityChanged(own, False, NOW)
        assert await do(OutboxVerb.LIKE) == LikeChanged(own, True)
        assert await do(OutboxVerb.UNLIKE) == LikeChanged(own, False)
        assert await do(OutboxVerb.DELETE) == MessageRemoved(own, NOW)
        assert not fb.exists(asked)
        await fb.connector.send(fb.order(OutboxVerb.DELETE, target))
        with pytest.raises(Gone):
            await fb.connector.send(fb.order(OutboxVerb.HIDE, target))
        assert all("message" not in write.parameters for write in fb.writes())


@alone
async def test_the_head_shows_what_came_meanwhile(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        asked = await question(fb)
        target = fb.target(asked)
        native = fb.comment(asked, "Answered elsewhere", **BRAND)
        fb.act(act="edit", id=asked, text="Is it REALLY vegan?")
        head = await fb.connector.head(target)
        seen = {e.platform_id: e for e in head.events if isinstance(e, MessageSeen)}
        assert seen[last(native)].is_ours
        assert seen[last(native)].thread == last(asked)
        assert seen[last(asked)].text == "Is it REALLY vegan?"
        fb.act(act="delete", id=asked)
        with pytest.raises(Gone):
            await fb.connector.head(target)


@alone
async def test_the_head_of_a_visitors_post(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        post = fb.post("My parcel came broken", "visitor")
        await fb.pull()
        target = fb.target(post)
        native = fb.comment(post, "Sorry!", **BRAND)
        head = await fb.connector.head(target)
        threads = {e.platform_id: e.thread for e in head.events if isinstance(e, MessageSeen)}
        assert threads[last(native)] == last(post)
        fb.act(act="delete", id=post)
        with pytest.raises(Gone):
            await fb.connector.head(target)
