"""Fidelity: Meta's Python SDK drives the practice platform through all that carecli uses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from facebook_business.adobjects.comment import Comment
from facebook_business.adobjects.igcomment import IGComment
from facebook_business.adobjects.igmedia import IGMedia
from facebook_business.adobjects.iguser import IGUser
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.pagepost import PagePost
from facebook_business.adobjects.unifiedthread import UnifiedThread
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from carecli.practice import PracticeServer
from carecli.practice.graph.call import APP_ID, APP_SECRET, SYSTEM_TOKEN
from tests.practice.conftest import CHANNELS

# the SDK knows fewer fields and words than the platform, and warns
pytestmark = pytest.mark.filterwarnings("ignore:.*(does not allow|might not be compatible)")

PAGE = CHANNELS["lrp-fb"]
PROFILE = CHANNELS["lrp-ig"]


@pytest.fixture
def api(practice: PracticeServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The SDK as it is used with a page's token; each call carries `appsecret_proof`."""
    monkeypatch.setattr(FacebookSession, "GRAPH", practice.url)
    practice.world.app.wants_proof = True
    made = FacebookAdsApi.init(APP_ID, APP_SECRET, PAGE.token, crash_log=False)
    yield made
    made._session.requests.close()
    FacebookAdsApi.set_default_api(None)


def refused(error: pytest.ExceptionInfo[FacebookRequestError]) -> tuple[int, int]:
    return error.value.api_error_code(), error.value.api_error_subcode() or 0


def test_it_reads_the_page_its_lists_and_their_comments(api: Any, practice: PracticeServer) -> None:
    page, ours = Page(PAGE.account), practice.world.accounts["lrp-fb"]
    result = page.api_get(fields=["name", "instagram_business_account"])
    assert result["name"] == ours.title
    assert result["instagram_business_account"]["id"] == PROFILE.account
    for read, kinds in (
        (page.get_published_posts, {"post"}),
        (page.get_visitor_posts, {"visitor"}),
        (page.get_tagged, {"tagged"}),
        (page.get_ads_posts, {"ad"}),
    ):
        ids = {node["id"] for node in read(fields=["id"], params={"limit": 2})}
        assert ids == {post.id for post in ours.posts if post.kind in kinds}, read
    assert len(page.get_ratings(fields=["reviewer", "open_graph_story"])) == len(ours.ratings)
    post = max(ours.posts, key=lambda post: len(post.stream))
    asked = {
        "filter": Comment.Filter.stream.upper(),
        "order": Comment.Order.reverse_chronological.upper(),
        "summary": True,
        "limit": 3,
    }
    comments = PagePost(post.id).get_comments(fields=["id", "message", "from"], params=asked)
    assert [comment["id"] for comment in comments] == [
        comment.id for comment in reversed(post.stream)
    ]
    assert comments.total() == len(post.stream)


def test_it_replies_likes_hides_and_deletes(
    api: Any, practice: PracticeServer, tmp_path: Path
) -> None:
    post = max(practice.world.accounts["lrp-fb"].posts, key=lambda post: len(post.toplevel))
    theirs = next(comment for comment in post.toplevel if not comment.is_ours)
    reply = Comment(theirs.id).create_comment(fields=["id", "message"], params={"message": "Hola"})
    assert reply["message"] == "Hola"
    Comment(theirs.id).create_like()
    assert theirs.is_liked
    Comment(theirs.id).delete_likes()
    Comment(theirs.id).api_update(params={"is_hidden": True})
    assert theirs.is_hidden
    picture = tmp_path / "swatch.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    with picture.open("rb") as file:  # with a file the SDK sends a multipart form
        path = (theirs.id, "comments")
        result = api.call("POST", path, {"message": "¡Mira!"}, files={"source": file}).json()
    answered = practice.world.nodes[result["id"]]
    assert (answered.text, answered.attachment) == ("¡Mira!", "photo")  # type: ignore[union-attr] # a comment
    Comment(reply["id"]).api_delete()
    assert reply["id"] not in practice.world.nodes


def test_it_reads_and_sends_private_messages(api: Any, practice: PracticeServer) -> None:
    page, ours = Page(PAGE.account), practice.world.accounts["lrp-fb"]
    asked = {"platform": UnifiedThread.Platform.messenger}
    talks = list(page.get_conversations(fields=["id", "participants"], params=asked))
    assert len(talks) == len(
        [conversation for conversation in ours.conversations if conversation.messages]
    )
    on_instagram = {"platform": UnifiedThread.Platform.instagram}
    assert len(page.get_conversations(params=on_instagram)) > 0
    messages = UnifiedThread(talks[0]["id"]).get_messages(fields=["message", "from"])
    assert messages[0]["from"]["id"]
    person = next(conversation.person for conversation in ours.conversations if conversation.unread)
    to = {"id": person.scoped_id}
    sent = page.create_message(
        params={
            "recipient": to,
            "messaging_type": Page.MessagingType.response,
            "message": {"text": "¡Hola!"},
        }
    )
    assert sent["recipient_id"] == person.scoped_id
    page.create_message(params={"recipient": to, "sender_action": Page.SenderAction.mark_seen})
    page.create_blocked(params={"psid": [int(person.scoped_id)]})
    assert ours.blocked == [person]
    page.delete_blocked(params={"psid": int(person.scoped_id)})
    assert ours.blocked == []


@pytest.mark.parametrize("kind", ["comment_id", "post_id"])
def test_a_comment_and_a_visitors_post_are_answered_in_private_once(
    api: Any, practice: PracticeServer, kind: str
) -> None:
    ours = practice.world.accounts["lrp-fb"]
    said = next(
        one
        for post in ours.posts
        for one in (post.stream if kind == "comment_id" else [post])
        if practice.world.allows_private_reply(one)
        and (kind == "comment_id" or post.kind == "visitor")
    )
    asked = {"recipient": {kind: said.id}, "message": {"text": "En privado"}}
    sent = Page(PAGE.account).create_message(params=asked)
    assert said.private_reply is not None
    assert sent["recipient_id"] == said.private_reply.person.scoped_id
    with pytest.raises(FacebookRequestError) as again:
        Page(PAGE.account).create_message(params=asked)
    assert refused(again) == (10900, 0)


def test_webhooks_are_subscribed_by_a_list(api: Any, practice: PracticeServer) -> None:
    page, ours = Page(PAGE.account), practice.world.accounts["lrp-fb"]
    fields = [Page.SubscribedFields.feed, Page.SubscribedFields.messages]
    page.create_subscribed_app(params={"subscribed_fields": fields})
    assert ours.subscribed == ("feed", "messages")
    assert page.get_subscribed_apps(fields=["id", "subscribed_fields"])[0]["id"] == APP_ID
    with pytest.raises(FacebookRequestError) as unknown:
        page.create_subscribed_app(params={"subscribed_fields": ["feeds"]})
    assert refused(unknown) == (100, 0)
    assert ours.subscribed == ("feed", "messages")
    page.delete_subscribed_apps()
    assert list(ours.subscribed) == []


def test_later_parts_of_a_batch_use_what_earlier_ones_told(
    api: Any, practice: PracticeServer
) -> None:
    result: list[Any] = []

    def keep(answer: Any) -> None:
        result.append(json.loads(answer.body()))

    batch = api.new_batch()
    first = batch.add("GET", (PAGE.account, "published_posts"), {"fields": "id", "limit": 1})
    first["name"] = "posts"
    second = batch.add("GET", "{result=posts:$.data.0.id}/comments", success=keep)
    second["relative_url"] = "{result=posts:$.data[0].id}/comments?filter=stream&fields=id"
    third = batch.add("GET", (PAGE.account,), {"fields": "name"}, success=keep)
    third["depends_on"] = "posts"
    missing = batch.add("GET", ("123_456",), failure=lambda answer: result.append(answer.status()))
    missing["name"] = "missing"
    never = batch.add("GET", (PAGE.account,), success=keep)
    never["depends_on"] = "missing"
    batch.execute()
    newest = next(
        post for post in reversed(practice.world.accounts["lrp-fb"].posts) if post.kind == "post"
    )
    assert [node["id"] for node in result[0]["data"]] == [comment.id for comment in newest.stream]
    assert result[1:] == [{"name": PAGE.title, "id": PAGE.account}, 400]


def test_it_moderates_instagram(api: Any, practice: PracticeServer) -> None:
    ours = practice.world.accounts["lrp-ig"]
    media = max(ours.posts, key=lambda post: len(post.toplevel))
    listed = {one["id"] for one in IGUser(PROFILE.account).get_media(params={"limit": 7})}
    assert listed == {post.id for post in ours.posts if post.kind == "post"}
    comments = list(IGMedia(media.id).get_comments(fields=["id", "text", "from", "username"]))
    assert [comment["id"] for comment in comments] == [
        comment.id for comment in reversed(media.toplevel)
    ]
    theirs = next(comment for comment in media.toplevel if not comment.is_ours)
    reply = IGComment(theirs.id).create_reply(params={"message": "Gracias"})
    IGComment(theirs.id).api_update(params={"hide": True})
    assert theirs.is_hidden
    IGComment(reply["id"]).api_delete()
    assert reply["id"] not in practice.world.nodes
    fields = ["comments", "mentions", "messages"]
    IGUser(PROFILE.account).create_subscribed_app(params={"subscribed_fields": fields})
    assert ours.subscribed == tuple(fields)


def test_each_page_is_found_with_its_own_token(api: Any, practice: PracticeServer) -> None:
    mine = FacebookAdsApi.init(APP_ID, APP_SECRET, SYSTEM_TOKEN, crash_log=False)
    pages = User("me").get_accounts(fields=["name", "access_token", "instagram_business_account"])
    assert {page["access_token"] for page in pages} == {
        channel.token for channel in CHANNELS.values()
    }
    with pytest.raises(FacebookRequestError) as wrong:
        Page(PAGE.account).get_published_posts()
    assert refused(wrong) == (190, 2069032)
    mine._session.requests.close()


def test_a_proof_by_another_secret_is_refused(api: Any, practice: PracticeServer) -> None:
    other = FacebookAdsApi.init(APP_ID, "another secret", PAGE.token, crash_log=False)
    with pytest.raises(FacebookRequestError, match="appsecret_proof") as wrong:
        Page(PAGE.account).api_get()
    assert refused(wrong) == (100, 0)
    other._session.requests.close()
