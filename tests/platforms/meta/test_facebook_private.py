"""Private messages and private answers of a Facebook page on the practice platform."""

from __future__ import annotations

from typing import Any

import pytest

from carecli.domain.errors import (
    AlreadyDone,
    Gone,
    Refused,
    Transient,
    WindowClosed,
)
from carecli.domain.events import (
    AnsweredPrivately,
    MessageSeen,
    MessageWithdrawn,
)
from carecli.domain.model import DAY, HOUR, MINUTE, ContactPoint, OutboxVerb
from carecli.platforms.base import Target
from carecli.practice import PracticeServer
from tests.platforms.meta.practising import NOW, Scene, alone, scene


def last(address: str) -> str:
    return address.rpartition("_")[2]


async def question(fb: Scene, text: str = "Is it vegan?") -> str:
    address = fb.comment(fb.post(), text)
    await fb.pull()
    return address


@alone
async def test_a_private_answer_goes_out_once(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        asked = await question(fb)
        order = fb.order(OutboxVerb.PRIVATE_REPLY, fb.target(asked), "We wrote to you")
        assert await fb.connector.find_sent(order) is None
        sent = await fb.connector.send(order)
        person = fb.node(asked).author
        told, message = sent.events
        assert told == AnsweredPrivately(last(asked), f"dm:{person.scoped_id}", NOW)
        assert isinstance(message, MessageSeen)
        assert message.thread == f"dm:{person.scoped_id}"
        found = await fb.connector.find_sent(order)
        assert found is not None
        assert found.platform_id == sent.platform_id
        with pytest.raises(AlreadyDone):
            await fb.connector.send(order)
        practice.clock.advance(DAY + MINUTE)
        assert told.platform_id in {
            e.platform_id for e in await fb.pull() if isinstance(e, AnsweredPrivately)
        }
        await fb.pull("conversations")
        assert fb.seen[sent.platform_id].thread == message.thread


@alone
async def test_a_late_private_answer_is_refused(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        asked = await question(fb)
        practice.clock.advance(8 * DAY)
        with pytest.raises(Refused, match="too old"):
            await fb.connector.send(
                fb.order(OutboxVerb.PRIVATE_REPLY, fb.target(asked), "We wrote to you")
            )


def write_to(fb: Scene) -> tuple[str, str]:
    told = fb.act(act="message", account=fb.profile.key, text="Hello?", name="Ola Nowak")
    return str(told["author"]), str(told["conversation"])


@alone
async def test_a_private_message_is_answered_within_its_window(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        contact, conversation = write_to(fb)
        await fb.pull("conversations")
        target = fb.chat(contact, NOW)
        order = fb.order(OutboxVerb.REPLY, target, "Good morning")
        sent = await fb.connector.send(order)
        write = fb.writes()[-1]
        assert write.parameters["messaging_type"] == "RESPONSE"
        assert write.parameters["message"]["metadata"] == order.key
        assert write.parameters["recipient"] == {"id": contact}
        (event,) = sent.events
        assert isinstance(event, MessageSeen)
        assert (event.is_ours, event.ours_key) == (True, order.key)
        await fb.pull("conversations")
        assert fb.seen[sent.platform_id].thread == f"dm:{contact}"
        assert fb.exists(conversation)


@alone
async def test_after_a_day_only_a_person_may_answer_and_only_with_the_feature(
    practice: PracticeServer,
) -> None:
    async with (
        scene(practice) as plain,
        scene(practice, human_agent="yes") as human,
    ):
        contact, _ = write_to(plain)
        target = plain.chat(contact, NOW)
        practice.clock.advance(25 * HOUR)

        def order(*, by_person: bool = True) -> Any:
            return plain.order(OutboxVerb.REPLY, target, "Hi", by_person=by_person)

        assert plain.connector.capabilities.human_window is None
        assert human.connector.capabilities.human_window == 7 * DAY
        with pytest.raises(WindowClosed, match="Human Agent"):
            await plain.connector.send(order())
        with pytest.raises(WindowClosed, match="only a person"):
            await human.connector.send(order(by_person=False))
        assert plain.writes() == []
        await human.connector.send(order())
        assert plain.writes()[-1].parameters["tag"] == "HUMAN_AGENT"
        practice.clock.advance(7 * DAY)
        with pytest.raises(WindowClosed):
            await human.connector.send(order())
        assert len(plain.writes()) == 1


@alone
async def test_a_message_cut_off_is_found(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        contact, _ = write_to(fb)
        order = fb.order(OutboxVerb.REPLY, fb.chat(contact, NOW), "Good morning")
        assert await fb.connector.find_sent(order) is None
        practice.faults.fail("cut_after", method="POST")
        with pytest.raises(Transient):
            await fb.connector.send(order)
        found = await fb.connector.find_sent(order)
        assert found is not None
        assert found.platform_id.startswith("m_")


@alone
async def test_texts_that_are_too_long_are_not_sent(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        asked = await question(fb)
        contact, _ = write_to(fb)
        for verb, target, size in (
            (OutboxVerb.REPLY, fb.target(asked), 8001),
            (OutboxVerb.PRIVATE_REPLY, fb.target(asked), 2001),
            (OutboxVerb.REPLY, fb.chat(contact, NOW), 2001),
        ):
            with pytest.raises(Refused, match="are allowed"):
                await fb.connector.send(fb.order(verb, target, "x" * size))
        assert fb.writes() == []


@alone
async def test_private_messages_cannot_be_hidden(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        contact, _ = write_to(fb)
        with pytest.raises(Refused, match="does not support `hide`"):
            await fb.connector.send(fb.order(OutboxVerb.HIDE, fb.chat(contact, NOW)))
        assert fb.writes() == []


@alone
async def test_the_head_of_a_conversation(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        contact, conversation = write_to(fb)
        fb.act(act="message", to=conversation, text="Are you there?")
        head = await fb.connector.head(fb.chat(contact, NOW))
        texts = [event.text for event in head.events if isinstance(event, MessageSeen)]
        assert texts == ["Are you there?", "Hello?"]
        with pytest.raises(Gone):
            await fb.connector.head(fb.chat("999", NOW))


@alone
async def test_the_head_tells_that_the_message_answered_was_unsent(
    practice: PracticeServer,
) -> None:
    async with scene(practice) as fb:
        contact, conversation = write_to(fb)
        unsent = str(fb.act(act="message", to=conversation, text="Forget it")["id"])
        target = Target(
            f"dm:{contact}", ContactPoint.PRIVATE_MESSAGE, unsent, unsent, contact=contact
        )
        head = await fb.connector.head(target)
        assert not [event for event in head.events if isinstance(event, MessageWithdrawn)]
        fb.act(act="delete", id=unsent)
        head = await fb.connector.head(target)
        assert MessageWithdrawn(unsent, NOW) in head.events
        for n in range(25):
            fb.act(act="message", to=conversation, text=f"and {n}")
        head = await fb.connector.head(target)
        assert not [event for event in head.events if isinstance(event, MessageWithdrawn)]
