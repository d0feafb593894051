"""Fidelity: python-facebook-api, another Graph client nobody here wrote, works as well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pyfacebook import FacebookApi, FacebookError, GraphAPI, IGBusinessApi

from carecli.practice import PracticeServer
from carecli.practice.graph.call import APP_TOKEN, USER_TOKEN
from tests.practice.conftest import CHANNELS

PAGE = CHANNELS["avon-fb"]
PROFILE = CHANNELS["avon-ig"]


@pytest.fixture
def clients(practice: PracticeServer) -> Iterator[dict[str, Any]]:
    options = {"base_url": f"{practice.url}/", "version": "v24.0", "access_token": PAGE.token}
    made = {
        "graph": GraphAPI(**options),
        "fb": FacebookApi(**options),
        "ig": IGBusinessApi(**options, instagram_business_id=PROFILE.account),
    }
    yield made
    for client in made.values():
        client.session.close()


def test_it_reads_the_page_and_its_lists_of_posts(clients: dict[str, Any]) -> None:
    fb = clients["fb"]
    page = fb.page.get_info(page_id=PAGE.account)
    assert (page.id, page.name) == (PAGE.account, "Avon Polska")
    assert page.fan_count == PAGE.followers
    published = fb.page.get_published_posts(object_id=PAGE.account, count=5).data
    assert len(published) == 5
    assert published[0].permalink_url.startswith("https://www.facebook.com/")
    assert fb.page.get_feed(object_id=PAGE.account, count=3).data
    assert fb.page.get_tagged_posts(object_id=PAGE.account, count=3).data
    info = fb.post.get_info(post_id=published[0].id)
    assert info.message == published[0].message


def test_it_pages_through_comments(clients: dict[str, Any], practice: PracticeServer) -> None:
    post = max(practice.world.accounts["avon-fb"].posts, key=lambda post: len(post.toplevel))
    read = clients["fb"].post.get_comments(object_id=post.id, count=None, limit=2, summary=True)
    assert [node.id for node in read.data] == [comment.id for comment in post.toplevel]
    assert len(post.toplevel) > 4
    assert read.summary.total_count == len(post.toplevel)


def test_it_writes_edits_and_deletes_comments(
    clients: dict[str, Any], practice: PracticeServer
) -> None:
    fb = clients["fb"]
    post = practice.world.accounts["avon-fb"].posts[4]
    fields = ["id", "message", "permalink_url", "created_time"]
    comment = fb.comment.create(object_id=post.id, message="Dziękujemy", fields=fields)
    assert comment.message == "Dziękujemy"
    assert comment.created_time
    assert fb.comment.update(comment_id=comment.id, message="Dziękujemy!") == {"success": True}
    assert fb.comment.get_info(comment_id=comment.id).message == "Dziękujemy!"
    theirs = next(comment for comment in post.stream if not comment.is_ours)
    assert fb.comment.update(comment_id=theirs.id, is_hidden=True) == {"success": True}
    assert theirs.is_hidden
    batch = fb.comment.get_batch(ids=[theirs.id, comment.id])
    assert batch[theirs.id].message == (theirs.text or None)
    assert fb.comment.delete(comment_id=comment.id) == {"success": True}
    with pytest.raises(FacebookError) as refused:
        fb.comment.get_info(comment_id=comment.id)
    assert (refused.value.code, refused.value.error_subcode) == (100, 33)


def test_it_reads_conversations_and_messages(clients: dict[str, Any]) -> None:
    listed = clients["graph"].get_full_connections(
        PAGE.account, "conversations", count=None, limit=4
    )
    first = clients["fb"].conversation.get_info(conversation_id=listed["data"][0]["id"])
    assert first.message_count
    assert first.snippet
    messages = clients["graph"].get_connection(first.id, "messages", fields="id,message")["data"]
    message = clients["fb"].message.get_info(message_id=messages[0]["id"])
    assert message.id == messages[0]["id"]
    assert message.to.data[0].id


def test_it_reads_instagram(clients: dict[str, Any], practice: PracticeServer) -> None:
    ig = clients["ig"]
    assert ig.user.get_info().username == PROFILE.username
    profile = practice.world.accounts["avon-ig"]
    media = max(profile.posts, key=lambda post: len(post.toplevel))
    seen = {node.id for node in ig.user.get_media(count=50, limit=10).data}
    assert seen == {post.id for post in profile.posts if post.kind == "post"}
    comments = ig.media.get_comments(media_id=media.id, count=None, limit=2).data
    assert [comment.id for comment in comments] == [
        comment.id for comment in reversed(media.toplevel)
    ]
    answered = next(c for post in profile.posts for c in post.toplevel if c.replies)
    replies = ig.comment.get_replies(comment_id=answered.id, count=10).data
    assert [reply.id for reply in replies] == [reply.id for reply in answered.replies]
    # without fields this client asks comments for a medium's fields, which Graph refuses
    answer = ig.comment.get_info(comment_id=answered.id, fields="id,text,username")
    assert answer.text == answered.text


def test_it_reads_mentions(clients: dict[str, Any], practice: PracticeServer) -> None:
    profile = practice.world.accounts["avon-ig"]
    tagged = next(post for post in profile.posts if post.kind == "tagged")
    assert [node.id for node in clients["ig"].user.get_tagged_media(count=5).data] == [tagged.id]
    person = practice.world.add_person(profile)
    comment = practice.do(
        lambda: practice.world.add_comment(tagged, person, f"@{profile.username} halo", 1)
    )
    answer = clients["ig"].user.get_mentioned_comment(comment_id=comment.id)
    assert answer.mentioned_comment.text == comment.text


def test_it_debugs_tokens_and_lists_accounts(clients: dict[str, Any]) -> None:
    answer = clients["graph"].debug_token(input_token=USER_TOKEN, access_token=APP_TOKEN)["data"]
    assert answer["type"] == "USER"
    assert answer["expires_at"] > 0
    graph = clients["graph"]
    graph.access_token = USER_TOKEN
    pages = graph.get_full_connections("me", "accounts", count=None)["data"]
    assert {page["access_token"] for page in pages} == {
        channel.token for channel in CHANNELS.values()
    }
    assert pages[0]["tasks"]


def test_it_gets_the_errors_it_expects(clients: dict[str, Any], practice: PracticeServer) -> None:
    practice.faults.fail("expired_token")
    with pytest.raises(FacebookError) as refused:
        clients["graph"].get_object("me")
    assert (refused.value.code, refused.value.error_subcode) == (190, 463)
    assert refused.value.fbtrace_id
