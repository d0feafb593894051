"""The Matrix connector against a real Synapse: what people write, and what we write back."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from carecli.domain.errors import (
    Gone,
    PermissionMissing,
    PersonUnreachable,
    Refused,
    TokenRefused,
)
from carecli.domain.events import (
    AnsweredPrivately,
    LikeChanged,
    MessageEdited,
    MessageRemoved,
    MessageSeen,
    MessageWithdrawn,
    PostSeen,
    Unrecognised,
)
from carecli.domain.model import HOUR, ContactPoint, OutboxVerb, PostKind
from carecli.platforms.base import Account, Order
from tests.support.faulty_proxy import Answer, Asked, FaultyProxy
from tests.support.follower import Follower, by_text, now, target_of
from tests.support.synapse import Person, Synapse

pytestmark = [pytest.mark.synapse, pytest.mark.timeout(180)]


def desk_of(care: Person, **options: str) -> Follower:
    """The channel of the brand's account."""
    account = Account(
        "community", "matrix", care.user, care.token, care.base_url, options=options, clock=now
    )
    return Follower(account, "sync")


def order(verb: OutboxVerb, message: MessageSeen, text: str = "") -> Order:
    key = f"care/{os.urandom(6).hex()}"
    return Order(key, verb, target_of(message), text=text, attempted_at=now())


@pytest.fixture
def people(synapse: Synapse) -> tuple[Person, Person, Person]:
    """The brand's account, and two contacts."""
    tag = os.urandom(4).hex()
    return (
        synapse.person(f"care-{tag}"),
        synapse.person(f"ana-{tag}"),
        synapse.person(f"ola-{tag}"),
    )


def test_a_question_in_a_room_is_a_thread_with_its_replies_under_it(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, ola = people
    room = care.create_room(ana, ola, name="Żółć i krem")
    root = ana.say(room, "¿Cuándo llega mi pedido?")
    thread = {"rel_type": "m.thread", "event_id": root}
    ola.say(room, "A mí tampoco", **{"m.relates_to": thread})
    reply = ola.say(
        room,
        f"> <{ana.user}> ¿Cuándo llega mi pedido?\n\nYo igual",
        **{"m.relates_to": {"m.in_reply_to": {"event_id": root}}},
    )
    ana.say(room, "Gracias", **{"m.relates_to": {"m.in_reply_to": {"event_id": reply}}})

    events = desk_of(care).pull()
    seen = by_text(events)

    assert PostSeen(room, PostKind.ROOM, "Żółć i krem", f"https://matrix.to/#/{room}") in events
    assert set(seen) == {"¿Cuándo llega mi pedido?", "A mí tampoco", "Yo igual", "Gracias"}
    assert {message.thread for message in seen.values()} == {root}
    assert {message.point for message in seen.values()} == {ContactPoint.GROUP_POST}
    assert seen["Gracias"].parent == reply
    assert seen["¿Cuándo llega mi pedido?"].parent is None
    author = seen["Yo igual"].author
    assert author is not None
    assert author.platform_id == ola.user
    assert author.name == ola.user[1:].split(":")[0]
    assert abs(now() - seen["Gracias"].created_at) < HOUR


def test_somebody_who_opens_a_direct_chat_is_let_in_and_read(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, _ = people
    desk = desk_of(care)
    desk.pull()
    room = ana.ask(
        "POST",
        "createRoom",
        {"preset": "trusted_private_chat", "is_direct": True, "invite": [care.user]},
    )["room_id"]
    ana.say(room, "Hola, ¿están ahí?")

    desk.pull()
    seen = desk.messages()

    assert seen["Hola, ¿están ahí?"].thread == room
    assert seen["Hola, ¿están ahí?"].point is ContactPoint.PRIVATE_MESSAGE
    assert seen["Hola, ¿están ahí?"].post is None


def test_an_invitation_is_left_alone_where_the_channel_says_so(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, _ = people
    desk = desk_of(care, accept_invites="none")
    room = ana.ask("POST", "createRoom", {"is_direct": True, "invite": [care.user]})["room_id"]

    desk.pull()

    assert room not in care.ask("GET", "joined_rooms")["joined_rooms"]
    probe = desk.run(lambda c: c.probe())
    assert any(room in finding for finding in probe.findings)


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


def test_native_replies_edits_and_redactions_are_noticed(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, ola = people
    room = care.create_room(ana, ola, name="Club")
    desk = desk_of(care, staff=f"{ola.user}, @nobody:care.test")
    root = ana.say(room, "Is it vegan?")
    regret = ana.say(room, "Forget it")
    rude = ana.say(room, "You #@!")
    desk.pull()
    native = care.say(room, "Yes", **{"m.relates_to": {"m.in_reply_to": {"event_id": root}}})
    staff = ola.say(room, "It is!", **{"m.relates_to": {"m.in_reply_to": {"event_id": root}}})
    edit: dict[str, object] = {"msgtype": "m.text", "body": "* Is it really vegan?"}
    edit |= {"m.new_content": {"msgtype": "m.text", "body": "Is it really vegan?"}}
    edit |= {"m.relates_to": {"rel_type": "m.replace", "event_id": root}}
    ana.put(room, "m.room.message", edit)
    ola.put(room, "m.room.message", edit)
    ana.redact(room, regret)
    care.redact(room, rude)

    events = desk.pull()
    seen = {event.platform_id: event for event in events if isinstance(event, MessageSeen)}

    assert seen[native].is_ours
    assert seen[native].ours_key == ""
    assert seen[native].native_actor == ""
    assert seen[staff].is_ours
    assert seen[staff].native_actor == ola.user
    assert seen[native].thread == seen[staff].thread == root
    assert [e for e in events if isinstance(e, MessageEdited)] == [
        MessageEdited(root, "Is it really vegan?")
    ]
    assert [e.what for e in events if isinstance(e, Unrecognised)] == [
        "an edit of a message that is not its author's in Club"
    ]
    assert [e.platform_id for e in events if isinstance(e, MessageWithdrawn)] == [regret]
    assert [(e.platform_id, e.by) for e in events if isinstance(e, MessageRemoved)] == [(rude, "")]
    afresh = desk.run(lambda c: desk.take(c.census(now() - HOUR)))
    assert "Is it really vegan?" in by_text(afresh)
    assert "Is it vegan?" not in by_text(afresh)


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

    assert caught.value.hint == "Power level 50 removes messages in Ana's room, ours is 0."
    with pytest.raises(Refused):
        desk.run(lambda c: c.send(order(OutboxVerb.HIDE, message)))
    finding = "nobody else's messages can be deleted in room Ana's room"
    assert finding in desk.run(lambda c: c.probe()).findings


def test_the_head_shows_what_came_since(people: tuple[Person, Person, Person]) -> None:
    care, ana, ola = people
    room = care.create_room(ana, ola, name="Club")
    root = ana.say(room, "Is it vegan?")
    ola.say(room, "Another question")
    desk = desk_of(care)
    question = desk.messages()["Is it vegan?"]
    ola.say(room, "It is", **{"m.relates_to": {"rel_type": "m.thread", "event_id": root}})
    ana.say(room, "Anyone?", **{"m.relates_to": {"m.in_reply_to": {"event_id": root}}})

    page = desk.run(lambda c: c.head(target_of(question)))

    assert set(by_text(page.events)) == {"Is it vegan?", "It is", "Anyone?"}


def test_a_gap_is_filled_and_a_restart_sees_nothing_twice(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, _ = people
    room = care.create_room(ana, name="Club")
    ana.say(room, "before")
    desk = desk_of(care)
    assert set(desk.messages()) == {"before"}
    for number in range(170):
        ana.say(room, f"question {number}")

    events = desk.pull()

    texts = [event.text for event in events if isinstance(event, MessageSeen)]
    assert len(texts) == 170
    assert set(texts) == {f"question {number}" for number in range(170)}
    assert not [event for event in desk.pull() if isinstance(event, MessageSeen)]

    census = desk.run(lambda c: desk.take(c.census(now() - HOUR)))
    assert set(by_text(census)) == {*texts, "before"}


def test_an_answer_under_a_question_nobody_knew_brings_the_whole_thread(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, ola = people
    room = care.create_room(ana, ola, name="Club")
    desk = desk_of(care)
    root = ana.say(room, "An old question")
    ana.say(room, "Anyone?", **{"m.relates_to": {"rel_type": "m.thread", "event_id": root}})
    desk.pull()
    desk.texts.clear()
    ola.say(room, "I know", **{"m.relates_to": {"rel_type": "m.thread", "event_id": root}})

    assert set(desk.messages()) == {"An old question", "Anyone?", "I know"}


def test_an_encrypted_room_is_said_to_be_unreadable(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, _ = people
    room = care.create_room(ana, name="Secret")
    state = {"algorithm": "m.megolm.v1.aes-sha2"}
    care.ask("PUT", f"rooms/{room}/state/m.room.encryption/", state)
    ana.put(room, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x"})
    desk = desk_of(care)

    assert Unrecognised("encrypted message in room Secret") in desk.pull()
    probe = desk.run(lambda c: c.probe())
    assert probe.is_ok
    assert "room Secret is encrypted: it cannot be read" in probe.findings


def test_a_refused_token_says_so_without_showing_it(
    people: tuple[Person, Person, Person],
) -> None:
    care, _, _ = people
    desk = desk_of(replace(care, token="syt_an_expired_token"))

    with pytest.raises(TokenRefused) as caught:
        desk.run(lambda c: c.probe())

    assert "syt_an_expired_token" not in f"{caught.value} {caught.value!r}"


def test_history_that_goes_in_circles_or_begins_empty_ends_all_the_same(
    people: tuple[Person, Person, Person],
) -> None:
    care, ana, _ = people
    room = care.create_room(ana, name="Club")
    ana.say(room, "hello")
    with FaultyProxy(care.base_url) as proxy:
        desk = desk_of(replace(care, base_url=proxy.url))

        def is_page(asked: Asked) -> bool:
            return "/messages" in asked.path

        proxy.fail(Answer(200, b'{"chunk": [], "end": "t1-1_0_0_0_0_0_0_0_0"}'), is_page, times=2)
        assert desk.run(lambda c: desk.take(c.census(0))) == []
        assert len([asked for asked in proxy.asked if is_page(asked)]) == 2
        assert set(by_text(desk.run(lambda c: desk.take(c.census(0))))) == {"hello"}


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
