"""What people write on a real Synapse, as the Matrix connector tells it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carecli.domain.errors import (
    TokenRefused,
)
from carecli.domain.events import (
    MessageEdited,
    MessageRemoved,
    MessageSeen,
    MessageWithdrawn,
    PostSeen,
    Unrecognised,
)
from carecli.domain.model import HOUR, ContactPoint, PostKind
from tests.platforms.matrix.community import desk_of
from tests.support.faulty_proxy import Answer, Asked, FaultyProxy
from tests.support.follower import by_text, now, target_of
from tests.support.synapse import Person

pytestmark = [pytest.mark.synapse, pytest.mark.timeout(180)]


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
    assert not probe.is_ok
    assert any("room Secret is encrypted" in problem for problem in probe.problems)


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
