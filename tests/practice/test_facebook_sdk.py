"""Fidelity: facebook-sdk, a Graph client nobody here wrote, works against the practice platform."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from carecli.practice import PracticeServer
from carecli.practice.graph.call import APP_ID, APP_SECRET
from carecli.practice.graph.versions import LIVING
from tests.practice.conftest import CHANNELS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its regular expressions are written without r""
    import facebook

PAGE = CHANNELS["lrp-fb"]


@pytest.fixture
def sdk(practice: PracticeServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(facebook, "FACEBOOK_GRAPH_URL", f"{practice.url}/")
    graph = facebook.GraphAPI(access_token=PAGE.token, version="3.1")
    yield graph
    graph.session.close()


def test_it_reads_the_page_its_posts_and_their_comments(sdk: Any) -> None:
    assert sdk.get_object("me", fields="id,name") == {"id": PAGE.account, "name": PAGE.title}
    posts = sdk.get_connections(PAGE.account, "published_posts")["data"]
    assert len(posts) == 10
    every = {post["id"]: list(sdk.get_all_connections(post["id"], "comments")) for post in posts}
    assert sum(map(len, every.values())) > 30
    one = next(comment for comments in every.values() for comment in comments)
    assert sdk.get_object(one["id"], fields="message")["message"] == one["message"]


def test_it_follows_paging_to_the_end_and_sees_each_comment_once(
    sdk: Any, practice: PracticeServer
) -> None:
    post = max(practice.world.accounts["lrp-fb"].posts, key=lambda post: len(post.stream))
    read = sdk.get_all_connections(post.id, "comments", filter="stream", limit=3)
    assert [node["id"] for node in read] == [comment.id for comment in post.stream]
    assert len(post.stream) > 6


def test_it_reads_conversations_and_their_messages(sdk: Any) -> None:
    conversations = list(sdk.get_all_connections(PAGE.account, "conversations", limit=5))
    assert len(conversations) > 10
    messages = sdk.get_connections(
        conversations[0]["id"], "messages", fields="message,from,created_time"
    )["data"]
    assert messages[0]["message"]
    assert messages[0]["from"]["id"]


def test_it_writes_likes_hides_and_deletes_comments(sdk: Any, practice: PracticeServer) -> None:
    post = sdk.get_connections(PAGE.account, "feed")["data"][0]["id"]
    comment = sdk.put_comment(post, "Gracias por escribirnos")["id"]
    assert sdk.put_like(comment) == {"success": True}
    theirs = next(
        comment
        for comment in practice.world.accounts["lrp-fb"].posts[2].stream
        if not comment.is_ours
    )
    hidden = sdk.request(f"v3.1/{theirs.id}", post_args={"is_hidden": "true"}, method="POST")
    assert hidden == {"success": True}
    assert sdk.get_object(theirs.id, fields="is_hidden")["is_hidden"] is True
    assert sdk.delete_object(comment) == {"success": True}
    with pytest.raises(facebook.GraphAPIError) as refused:
        sdk.get_object(comment)
    assert refused.value.code == 100
    assert refused.value.type == "GraphMethodException"


def test_it_sends_a_private_message(sdk: Any, practice: PracticeServer) -> None:
    waiting = practice.world.accounts["lrp-fb"].conversations
    person = next(entry.person for entry in waiting if entry.unread)
    sent = sdk.put_object(
        "me",
        "messages",
        recipient=f'{{"id": "{person.scoped_id}"}}',
        message='{"text": "Hola"}',
    )
    assert sent["recipient_id"] == person.scoped_id
    assert practice.world.nodes[sent["message_id"]].text == "Hola"  # type: ignore[union-attr] # a message


def test_it_gets_the_errors_it_expects(sdk: Any) -> None:
    sdk.access_token = "nonsense"
    with pytest.raises(facebook.GraphAPIError, match="OAuth access token") as refused:
        sdk.get_object("me")
    assert refused.value.code == 190
    assert refused.value.type == "OAuthException"


def test_it_debugs_tokens_and_hears_which_version_stands_in_for_an_ended_one(sdk: Any) -> None:
    answer = sdk.debug_access_token(PAGE.token, APP_ID, APP_SECRET)["data"]
    assert answer["type"] == "PAGE"
    assert answer["is_valid"] is True
    assert answer["expires_at"] == 0
    assert answer["profile_id"] == PAGE.account
    assert sdk.get_version() == LIVING[0].removeprefix("v")


def test_it_asks_for_many_at_once(sdk: Any) -> None:
    posts = [post["id"] for post in sdk.get_connections(PAGE.account, "posts")["data"][:3]]
    assert set(sdk.get_objects(posts, fields="message")) == set(posts)
