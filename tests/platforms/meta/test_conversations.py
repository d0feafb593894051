"""Messenger conversations read from the practice platform."""

from __future__ import annotations

from carecli.domain.events import MessageSeen
from carecli.domain.model import DAY, HOUR, MINUTE
from carecli.practice import PracticeServer
from tests.platforms.meta.practising import Scene, alone, scene

STREAM = "conversations"


def write_to(fb: Scene, text: str = "Hello?") -> tuple[str, str]:
    told = fb.act(act="message", account=fb.profile.key, text=text, name="Ola Nowak")
    return str(told["id"]), str(told["conversation"])


@alone
async def test_every_message_is_read_once(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        await fb.pull(STREAM)
        messages = [m for one in fb.profile.conversations for m in one.messages[-20:]]
        assert {message.id for message in messages} == set(fb.seen)
        for message in messages:
            seen = fb.seen[message.id]
            assert seen.thread == f"dm:{message.conversation.person.scoped_id}"
            assert seen.is_ours == message.is_ours
            assert seen.text == message.text
        before = fb.calls()
        assert await fb.pull(STREAM) == []
        assert fb.calls() - before == {"GET conversations": 1}


@alone
async def test_only_what_is_new_is_told(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        await fb.pull(STREAM)
        practice.clock.advance(MINUTE)
        first, conversation = write_to(fb)
        native = str(fb.act(act="message", to=conversation, text="Yes", **{"as": "brand"})["id"])
        events = await fb.pull(STREAM)
        assert {e.platform_id for e in events if isinstance(e, MessageSeen)} == {first, native}
        assert fb.seen[native].is_ours


@alone
async def test_a_long_burst_is_read_to_the_twentieth(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        _, conversation = write_to(fb)
        await fb.pull(STREAM)
        practice.clock.advance(HOUR)
        burst = [
            str(fb.act(act="message", to=conversation, text=f"and {n}")["id"]) for n in range(15)
        ]
        await fb.pull(STREAM)
        assert set(burst) <= set(fb.seen)
        assert not fb.losses
        practice.clock.advance(HOUR)
        for n in range(30):
            fb.act(act="message", to=conversation, text=f"more {n}")
        await fb.pull(STREAM)
        assert sum((m.text or "").startswith("more") for m in fb.seen.values()) == 20
        assert fb.losses == ["a conversation has more new messages than the platform shows"]


@alone
async def test_old_conversations_are_not_asked_for(practice: PracticeServer) -> None:
    with PracticeServer("holiday", now=practice.clock()) as busy:
        async with scene(busy) as fb:
            before = fb.calls()
            await fb.pull(STREAM)
            first = (fb.calls() - before)["GET conversations"]
            busy.clock.advance(2 * HOUR)
            write_to(fb)
            await fb.pull(STREAM)
            before = fb.calls()
            await fb.pull(STREAM)
            # one page with news, one page that is older as a whole: the order is not promised
            assert (fb.calls() - before)["GET conversations"] == 2 < first


@alone
async def test_a_scan_cut_short_starts_again(practice: PracticeServer) -> None:
    with PracticeServer("holiday", now=practice.clock()) as busy:
        async with scene(busy) as fb:
            await fb.pull(STREAM, pages=1)
            assert STREAM not in fb.cursors
            await fb.pull(STREAM)
            recent = [
                message
                for one in fb.profile.conversations
                for message in one.messages[-20:]
                if busy.clock() - message.created < 29 * DAY
            ]
            assert {message.id for message in recent} <= set(fb.seen)


@alone
async def test_an_edited_message_is_told_again(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        mid, _ = write_to(fb)
        await fb.pull(STREAM)
        fb.act(act="edit", id=mid, text="Hello again?")
        (event,) = await fb.pull(STREAM)
        assert isinstance(event, MessageSeen)
        assert event.text == "Hello again?"
