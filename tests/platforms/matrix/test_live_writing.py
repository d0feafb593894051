"""What the Matrix connector writes, as it stands on a real Synapse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carecli.domain.errors import (
    Gone,
    PermissionMissing,
    PersonUnreachable,
    Refused,
)
from carecli.domain.events import (
    AnsweredPrivately,
    LikeChanged,
)
from carecli.domain.model import HOUR, ContactPoint, OutboxVerb
from tests.platforms.matrix.community import desk_of, order
from tests.support.follower import by_text, now, target_of
from tests.support.synapse import Person, Synapse

pytestmark = [pytest.mark.synapse, pytest.mark.timeout(180)]


def test_a_reply_stands_once_in_its_thread_however_often_it_is_sent(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, _ = people
    room = care.create_room(ana, name="Club")
    ana.say(room, "Is it vegan?")
    desk = desk_of(care)
    question = desk.messages()["Is it vegan?"]
    reply = order(OutboxVerb.REPLY, question, "It is.")

    first = desk.run(lambda c: c.send(reply))
    second = desk.run(lambda c: c.send(reply))
    much_later = desk.run(lambda c: c.send(replace(reply, attempted_at=now() - HOUR)))

    assert first.platform_id == second.platform_id == much_later.platform_id
    stands = [event for event in ana.timeline(room) if event["sender"] == care.user]
    stands = [event for event in stands if event["type"] == "m.room.message"]
    assert [event["content"]["body"] for event in stands] == ["It is."]
    assert stands[0]["content"]["m.relates_to"]["event_id"] == question.platform_id
    assert stands[0]["content"]["m.mentions"] == {"user_ids": [ana.user]}
    told = by_text(first.events)["It is."]
    pulled = desk.messages()["It is."]
    assert replace(told, created_at=pulled.created_at) == pulled
    assert pulled.ours_key == reply.key
    assert pulled.is_ours
    assert pulled.thread == question.thread


def test_an_order_of_unknown_fate_is_found_by_its_key_from_any_login(
    people: tuple[Person, Person, Person], synapse: Synapse
) -> None:
    care, ana, _ = people
    room = care.create_room(ana, name="Club")
    ana.say(room, "Is it vegan?")
    desk = desk_of(care)
    question = desk.messages()["Is it vegan?"]
    reply = order(OutboxVerb.REPLY, question, "It is.")

    assert desk.run(lambda c: c.find_sent(reply)) is None
    sent = desk.run(lambda c: c.send(reply))
    body: dict[str, object] = {"type": "m.login.password", "password": "password"}
    body |= {"identifier": {"type": "m.id.user", "user": care.user}}
    token = care.ask("POST", "login", body)["access_token"]
    desk.account = replace(desk.account, token=token)
    found = desk.run(lambda c: c.find_sent(reply))

    assert found is not None
    assert found.platform_id == sent.platform_id


def test_a_direct_chat_is_answered_plainly(people: tuple[Person, Person, Person]) -> None:
    care, ana, _ = people
    room = ana.create_room(care, is_direct=True)
    ana.say(room, "Hola")
    desk = desk_of(care)
    question = desk.messages()["Hola"]

    sent = desk.run(lambda c: c.send(order(OutboxVerb.REPLY, question, "¡Hola!")))

    last = ana.timeline(room)[-1]
    assert last["event_id"] == sent.platform_id
    assert "m.relates_to" not in last["content"]


def test_a_private_reply_opens_one_direct_chat_and_uses_it_again(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, ola = people
    room = care.create_room(ana, ola, name="Club")
    ana.say(room, "My order 1234 is lost")
    desk = desk_of(care)
    question = desk.messages()["My order 1234 is lost"]

    order_one = order(OutboxVerb.PRIVATE_REPLY, question, "Tell us more")
    first = desk.run(lambda c: c.send(order_one))
    again = desk.run(lambda c: c.send(order_one))
    second = desk.run(lambda c: c.send(order(OutboxVerb.PRIVATE_REPLY, question, "Are you there?")))

    answered = first.events[0]
    assert isinstance(answered, AnsweredPrivately)
    assert answered.platform_id == question.platform_id
    assert first.platform_id == again.platform_id
    found = desk.run(lambda c: c.find_sent(order_one))
    assert found is not None
    assert found.platform_id == first.platform_id
    said = by_text((*first.events, *second.events))
    assert {message.thread for message in said.values()} == {answered.conversation}
    assert {message.point for message in said.values()} == {ContactPoint.PRIVATE_MESSAGE}
    ana.ask("POST", f"join/{answered.conversation}", {})
    assert ana.texts(answered.conversation) == ["Tell us more", "Are you there?"]
    ana.say(answered.conversation, "Here I am")
    assert desk.messages()["Here I am"].thread == answered.conversation


def test_likes_are_given_once_taken_back_and_noticed(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, _ = people
    room = care.create_room(ana, name="Club")
    ana.say(room, "I love it")
    desk = desk_of(care)
    praise = desk.messages()["I love it"]

    for _attempt in range(2):
        desk.run(lambda c: c.send(order(OutboxVerb.LIKE, praise)))
    reactions = [event for event in ana.timeline(room) if event["type"] == "m.reaction"]
    assert [event["content"]["m.relates_to"]["key"] for event in reactions] == ["👍"]
    assert desk.run(lambda c: c.find_sent(order(OutboxVerb.LIKE, praise))) is not None
    assert LikeChanged(praise.platform_id, liked=True) in desk.pull()

    for _attempt in range(2):
        sent = desk.run(lambda c: c.send(order(OutboxVerb.UNLIKE, praise)))
        assert sent.events == (LikeChanged(praise.platform_id, liked=False),)
    reactions = [event for event in ana.timeline(room) if event["type"] == "m.reaction"]
    assert [event["content"] for event in reactions] == [{}]


def test_a_message_is_deleted_once_and_its_head_is_gone(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, _ = people
    room = care.create_room(ana, name="Club")
    ana.say(room, "Buy followers at evil.example")
    desk = desk_of(care)
    spam = desk.messages()["Buy followers at evil.example"]
    delete = order(OutboxVerb.DELETE, spam)

    assert desk.run(lambda c: c.find_sent(delete)) is None
    desk.run(lambda c: c.send(delete))
    desk.run(lambda c: c.send(order(OutboxVerb.DELETE, spam)))

    assert desk.run(lambda c: c.find_sent(delete)) is not None
    redactions = [event for event in ana.timeline(room) if event["type"] == "m.room.redaction"]
    assert len(redactions) == 1
    assert ana.texts(room) == []
    with pytest.raises(Gone):
        desk.run(lambda c: c.head(target_of(spam)))


def test_deleting_without_the_power_says_what_is_missing(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, _ = people
    room = ana.create_room(care, name="Ana's room")
    ana.say(room, "Mine")
    desk = desk_of(care)
    message = desk.messages()["Mine"]

    with pytest.raises(PermissionMissing) as caught:
        desk.run(lambda c: c.send(order(OutboxVerb.DELETE, message)))

    assert (
        caught.value.hint == "Deleting messages in Ana's room needs power level 50; carecli has 0."
    )
    with pytest.raises(Refused):
        desk.run(lambda c: c.send(order(OutboxVerb.HIDE, message)))
    finding = "nobody else's messages can be deleted in room Ana's room"
    assert finding in desk.run(lambda c: c.probe()).findings


def test_a_private_reply_in_a_direct_chat_stays_in_it(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, _ = people
    room = ana.create_room(care, is_direct=True)
    ana.say(room, "Hola")
    desk = desk_of(care)
    private = order(OutboxVerb.PRIVATE_REPLY, desk.messages()["Hola"], "¡Hola!")

    sent = desk.run(lambda c: c.send(private))

    assert ana.texts(room) == ["Hola", "¡Hola!"]
    found = desk.run(lambda c: c.find_sent(private))
    assert found is not None
    assert found.platform_id == sent.platform_id


def test_somebody_who_lets_nobody_invite_them_cannot_be_written_to(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, _ = people
    room = care.create_room(ana, name="Club")
    ana.say(room, "Hola")
    desk = desk_of(care)
    question = desk.messages()["Hola"]
    stranger = replace(target_of(question), contact="@nobody:unreachable.test")
    private = replace(order(OutboxVerb.PRIVATE_REPLY, question, "Hi"), target=stranger)

    with pytest.raises(PersonUnreachable):
        desk.run(lambda c: c.send(private))
