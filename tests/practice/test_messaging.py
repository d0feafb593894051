"""Private messages: windows, tags, limits, private replies, and what can no longer be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from carecli.domain.model import DAY, HOUR, MINUTE
from carecli.practice import PracticeServer
from carecli.practice.nodes import BrandAccount, PracticeConversation
from tests.practice.graph import NOW, Graph, error_of

AsPage = Callable[..., Graph]
KEYS = ("lrp-fb", "lrp-ig")


def fresh(practice: PracticeServer, key: str) -> tuple[BrandAccount, PracticeConversation]:
    """Somebody who has just written."""
    account, world = practice.world.accounts[key], practice.world

    def write() -> PracticeConversation:
        conversation = world.conversation_with(world.add_person(account))
        world.add_message(conversation, conversation.person, "¿Hola?", NOW)
        return conversation

    return account, practice.do(write)


def reply(
    graph: Graph, account: BrandAccount, conversation: PracticeConversation, **more: Any
) -> Any:
    body: dict[str, Any] = {
        "recipient": {"id": conversation.person.scoped_id},
        "messaging_type": "RESPONSE",
        "message": {"text": "Hola"},
    }
    return graph.send(account.id, **(body | more))


@pytest.mark.parametrize(("key", "closed"), [("lrp-fb", 2018278), ("lrp-ig", 2534022)])
def test_windows_close_after_a_day_and_for_people_after_a_week(
    practice: PracticeServer, as_page: AsPage, key: str, closed: int
) -> None:
    graph = as_page()
    account, conversation = fresh(practice, key)
    human = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    assert reply(graph, account, conversation)["recipient_id"] == conversation.person.scoped_id
    practice.clock.advance(24 * HOUR)
    assert "message_id" in reply(graph, account, conversation)
    practice.clock.advance(MINUTE)
    assert error_of(reply(graph, account, conversation)) == (10, closed)
    assert "message_id" in reply(graph, account, conversation, **human)
    practice.clock.advance(6 * DAY)
    assert error_of(reply(graph, account, conversation, **human)) == (10, closed)
    assert graph.get(conversation.id, fields="can_reply")["can_reply"] is False
    sent = [message for message in conversation.messages if message.is_ours]
    assert len(sent) == 3


def test_retired_tags_are_refused(practice: PracticeServer, as_page: AsPage) -> None:
    account, conversation = fresh(practice, "lrp-fb")
    for tag in ("ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE", ""):
        more = {"messaging_type": "MESSAGE_TAG", "tag": tag}
        assert error_of(reply(as_page(), account, conversation, **more))[0] == 100


@pytest.mark.parametrize("key", KEYS)
def test_texts_have_a_longest_length(practice: PracticeServer, as_page: AsPage, key: str) -> None:
    account, conversation = fresh(practice, key)
    longest = "ł" * (2000 if key == "lrp-fb" else 500)
    assert "message_id" in reply(as_page(), account, conversation, message={"text": longest})
    for text in (f"{longest}x", ""):
        answer = reply(as_page(), account, conversation, message={"text": text})
        assert error_of(answer)[0] == 100


@pytest.mark.parametrize("key", KEYS)
def test_a_comment_can_be_answered_privately_once(
    practice: PracticeServer, as_page: AsPage, key: str
) -> None:
    account, graph = practice.world.accounts[key], as_page()
    person = practice.world.add_person(account)
    comment = practice.do(
        lambda: practice.world.add_comment(account.posts[-1], person, "¿Precio?", NOW)
    )
    body = {"recipient": {"comment_id": comment.id}, "message": {"text": "Te escribimos"}}
    sent = graph.send(account.page.id, **body)
    assert sent["recipient_id"] == person.scoped_id
    second = error_of(graph.send(account.page.id, **body))
    assert second == ((10900, 0) if key == "lrp-fb" else (100, 2534025))
    conversation = comment.private_reply
    assert conversation is not None
    assert [message.text for message in conversation.messages] == ["Te escribimos"]
    if key == "lrp-fb":
        response = graph.get(
            comment.id, fields="can_reply_privately,private_reply_conversation{id}"
        )
        assert response["can_reply_privately"] is False
        assert response["private_reply_conversation"] == {"id": conversation.id}
    # nothing more until they answer
    assert error_of(reply(graph, account, conversation))[0] == 10
    practice.do(lambda: practice.world.add_message(conversation, person, "Gracias", NOW))
    assert "message_id" in reply(graph, account, conversation)


def test_only_the_newest_twenty_messages_can_be_read(
    practice: PracticeServer, as_page: AsPage
) -> None:
    account, graph = practice.world.accounts["lrp-fb"], as_page()
    long_talk = max(account.conversations, key=lambda conversation: len(conversation.messages))
    assert len(long_talk.messages) == 34
    listed = list(graph.all(f"{long_talk.id}/messages", fields="id,message,from", limit=10))
    assert [item["id"] for item in listed] == [
        message.id for message in reversed(long_talk.messages)
    ]
    assert ["message" in item for item in listed] == [True] * 20 + [False] * 14
    oldest = long_talk.messages[0]
    assert error_of(graph.get(oldest.id, fields="message"))[0] == 9000001
    newest = long_talk.messages[-1]
    assert graph.get(newest.id, fields="message")["message"] == newest.text


def test_conversations_come_newest_first_with_their_newest_messages(
    practice: PracticeServer, as_page: AsPage
) -> None:
    account, conversation = fresh(practice, "lrp-fb")
    fields = (
        "id,updated_time,unread_count,message_count,participants,"
        "messages.limit(2){id,from,to,message}"
    )
    edge = f"{account.id}/conversations"
    first = as_page().get(edge, platform="messenger", fields=fields)["data"][0]
    assert first["id"] == conversation.id
    assert (first["unread_count"], first["message_count"]) == (1, 1)
    person = conversation.person
    expected = {
        "name": person.name,
        "email": f"{person.scoped_id}@facebook.com",
        "id": person.scoped_id,
    }
    assert first["messages"]["data"][0]["from"] == expected
    assert person.scoped_id != person.id
    since = as_page().get(f"{account.id}/conversations", updated_after_ms=NOW - 1)["data"]
    assert [item["id"] for item in since] == [conversation.id]


def test_instagram_conversations_are_read_from_page_or_profile(
    practice: PracticeServer, as_page: AsPage
) -> None:
    account, conversation = fresh(practice, "lrp-ig")
    fields = "id,messages{from,message}"
    for node in (account.id, account.page.id):
        response = as_page().get(f"{node}/conversations", platform="instagram", fields=fields)[
            "data"
        ][0]
        assert response["id"] == conversation.id
        assert response["messages"]["data"][0]["from"]["username"] == conversation.person.username


def test_metadata_is_kept_but_rest_never_tells_it(
    practice: PracticeServer, as_page: AsPage
) -> None:
    account, conversation = fresh(practice, "lrp-fb")
    message = {"text": "Hola", "metadata": "key-1"}
    sent = reply(as_page(), account, conversation, message=message)
    kept = conversation.messages[-1]
    assert (kept.id, kept.metadata) == (sent["message_id"], "key-1")
    answer = as_page().get(sent["message_id"], fields="metadata")
    assert error_of(answer)[0] == 100
    assert "key-1" not in str(as_page().get(f"{conversation.id}/messages", fields="message,tags"))


def test_actions_and_messages_do_not_mix(practice: PracticeServer, as_page: AsPage) -> None:
    account, conversation = fresh(practice, "lrp-fb")
    recipient = {"id": conversation.person.scoped_id}
    seen = as_page().send(account.id, recipient=recipient, sender_action="mark_seen")
    assert seen == {"recipient_id": conversation.person.scoped_id}
    assert conversation.unread == 0
    both = reply(as_page(), account, conversation, sender_action="typing_on")
    assert error_of(both) == (100, 2018014)


def test_people_who_cannot_be_written_to(practice: PracticeServer, as_page: AsPage) -> None:
    account, conversation = fresh(practice, "lrp-fb")
    unknown = as_page().send(account.id, recipient={"id": "42"}, message={"text": "hola"})
    assert error_of(unknown) == (100, 2018001)
    public_id = as_page().send(
        account.id, recipient={"id": conversation.person.id}, message={"text": "hola"}
    )
    assert error_of(public_id) == (100, 2018001)
    conversation.person.is_reachable = False
    assert error_of(reply(as_page(), account, conversation)) == (551, 1545041)
    assert [message.text for message in conversation.messages] == ["¿Hola?"]


def test_messages_need_the_page_s_own_token(practice: PracticeServer, as_page: AsPage) -> None:
    account, conversation = fresh(practice, "lrp-fb")
    stranger = as_page("avon-fb")
    assert error_of(stranger.get(f"{account.id}/conversations"))[0] == 200
    assert error_of(stranger.get(conversation.id)) == (100, 33)
    assert error_of(reply(stranger, account, conversation))[0] == 200
