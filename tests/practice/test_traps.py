"""Each trap of the Graph API is there to be fallen into."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from carecli.domain.model import DAY
from carecli.practice import PracticeServer
from carecli.practice.graph.call import APP_TOKEN, USER_TOKEN
from carecli.practice.nodes import BrandAccount, Comment, Post
from tests.practice.conftest import CHANNELS
from tests.practice.graph import NOW, Graph, error_of

AsPage = Callable[..., Graph]


@pytest.fixture
def page(practice: PracticeServer) -> BrandAccount:
    return practice.world.accounts["lrp-fb"]


@pytest.fixture
def post(page: BrandAccount) -> Post:
    """A post with replies under its comments."""
    return next(post for post in page.posts if any(comment.parent for comment in post.stream))


def a_comment(page: BrandAccount) -> Comment:
    return next(c for p in page.posts for c in p.toplevel if not c.is_ours and not c.replies)


def test_replies_are_silently_missing_without_filter_stream(as_page: AsPage, post: Post) -> None:
    graph = as_page()
    top = graph.get(f"{post.id}/comments", summary="true", limit=100)
    everything = graph.get(f"{post.id}/comments", filter="stream", summary="true", limit=100)
    assert len(everything["data"]) > len(top["data"])
    assert top["summary"]["total_count"] == len(top["data"]) == len(post.toplevel)
    assert everything["summary"]["total_count"] == len(post.stream)
    assert "summary" not in graph.get(f"{post.id}/comments")


def test_a_user_token_sees_an_empty_list_and_no_error(practice: PracticeServer, post: Post) -> None:
    answer = httpx.get(f"{practice.url}/v26.0/{post.id}/comments?access_token={USER_TOKEN}")
    assert (answer.status_code, answer.json()) == (200, {"data": []})


def test_another_pages_token_sees_what_anybody_sees_in_public(
    as_page: AsPage, practice: PracticeServer, post: Post
) -> None:
    stranger = as_page("avon-fb")
    comments = stranger.get(f"{post.id}/comments", fields="id,message,from")["data"]
    assert comments
    assert not any("id" in comment for comment in comments)
    assert {comment["from"]["id"] for comment in comments if "from" in comment} <= {post.account.id}
    for edge in ("ads_posts", "visitor_posts", "tagged"):
        assert error_of(stranger.get(f"{post.account.id}/{edge}"))[0] == 10
    practice.world.grants_public_access = False
    assert error_of(stranger.get(f"{post.id}/comments"))[0] == 100
    assert error_of(stranger.get(f"{post.account.id}/published_posts"))[0] == 100
    assert error_of(stranger.get(f"{post.account.id}/conversations"))[0] == 200
    assert error_of(stranger.get(post.stream[0].id)) == (100, 33)
    assert error_of(stranger.post(f"{post.id}/comments", message="hola"))[0] == 200


def test_message_on_a_comment_edits_it_whoever_wrote_it(
    as_page: AsPage, page: BrandAccount
) -> None:
    comment = a_comment(page)
    assert as_page().post(comment.id, message="esto no es una respuesta") == {"success": True}
    assert comment.text == "esto no es una respuesta"
    assert comment.replies == []


def test_a_repeated_reply_stands_twice(as_page: AsPage, page: BrandAccount) -> None:
    comment = a_comment(page)
    ids = {as_page().post(f"{comment.id}/comments", message="Gracias")["id"] for _ in range(2)}
    assert ids == {reply.id for reply in comment.replies}
    assert len(ids) == 2


def test_a_reply_to_a_reply_lands_under_the_top_level_comment(
    as_page: AsPage, page: BrandAccount
) -> None:
    graph, top = as_page(), a_comment(page)
    first = graph.post(f"{top.id}/comments", message="uno")["id"]
    second = graph.post(f"{first}/comments", message="dos", fields="id,parent{id},message")
    assert second["parent"]["id"] == top.id
    assert second["message"] == "dos"
    assert graph.get(top.id, fields="comment_count")["comment_count"] == 2


def test_own_comments_cannot_be_hidden(as_page: AsPage, page: BrandAccount) -> None:
    graph, comment = as_page(), a_comment(page)
    own = graph.post(f"{comment.id}/comments", message="hola")["id"]
    flags = graph.get(own, fields="can_hide,can_reply_privately,can_remove")
    assert (flags["can_hide"], flags["can_reply_privately"], flags["can_remove"]) == (
        False,
        False,
        True,
    )
    assert error_of(graph.post(own, is_hidden="true"))[0] == 200
    assert graph.post(comment.id, is_hidden="true") == {"success": True}
    assert graph.get(comment.id, fields="is_hidden")["is_hidden"] is True
    assert graph.post(comment.id, is_hidden="false") == {"success": True}
    assert comment.is_hidden is False


def test_comments_of_a_rating_can_be_neither_hidden_nor_removed(
    as_page: AsPage, practice: PracticeServer, page: BrandAccount
) -> None:
    graph = as_page()
    fields = "created_time,recommendation_type,review_text,reviewer{id,name},open_graph_story{id}"
    rating = graph.get(f"{page.id}/ratings", fields=fields)["data"][0]
    assert rating["reviewer"]["name"]
    assert "id" not in rating
    story = practice.world.nodes[rating["open_graph_story"]["id"]]
    assert isinstance(story, Post)
    person = practice.world.add_person(page)
    made = practice.do(lambda: practice.world.add_comment(story, person, "yo también", NOW))
    assert graph.get(f"{story.id}/comments")["data"][0]["message"] == "yo también"
    assert graph.get(made.id, fields="can_hide")["can_hide"] is False
    assert error_of(graph.post(made.id, is_hidden="true"))[0] == 200
    assert error_of(graph.delete(made.id))[0] == 200


def test_some_people_have_no_name_and_some_comments_no_text(
    as_page: AsPage, practice: PracticeServer, page: BrandAccount
) -> None:
    world = practice.world
    nameless = world.add_person(page, nameless=True)
    sticker = practice.do(
        lambda: world.add_comment(page.posts[-1], nameless, "", NOW, attachment="sticker")
    )
    fields = "id,message,from,attachment,created_time"
    result = as_page().get(sticker.id, fields=fields)
    assert set(result) == {"id", "attachment", "created_time"}
    assert result["attachment"]["type"] == "sticker"


def test_ids_work_with_and_without_their_prefix(as_page: AsPage, page: BrandAccount) -> None:
    comment = a_comment(page)
    post_number, _, number = comment.id.partition("_")
    assert comment.post.id == f"{page.id}_{post_number}"
    assert as_page().get(number, fields="id") == {"id": comment.id}


def test_a_deleted_comment_takes_its_replies_along(as_page: AsPage, page: BrandAccount) -> None:
    graph, comment = as_page(), a_comment(page)
    reply = graph.post(f"{comment.id}/comments", message="hola")["id"]
    assert graph.delete(comment.id) == {"success": True}
    assert error_of(graph.get(comment.id)) == (100, 33)
    assert error_of(graph.get(reply)) == (100, 33)
    assert error_of(graph.delete(comment.id)) == (100, 33)


def test_large_limits_are_refused_on_lists_of_posts(as_page: AsPage, page: BrandAccount) -> None:
    assert error_of(as_page().get(f"{page.id}/feed", limit=101))[0] == 100
    assert as_page().get(f"{page.id}/feed", limit=100)["data"]


def test_dark_posts_are_on_no_timeline(as_page: AsPage, page: BrandAccount) -> None:
    graph = as_page()
    ads = graph.get(f"{page.id}/ads_posts", include_inline_create="true")["data"]
    dark = {one["id"] for one in ads}
    assert len(dark) == 3
    for edge in ("published_posts", "posts", "feed", "visitor_posts", "tagged"):
        listed = {node["id"] for node in graph.get(f"{page.id}/{edge}", limit=100)["data"]}
        assert listed
        assert not listed & dark
    visitor = graph.get(f"{page.id}/visitor_posts", fields="from,message,is_published")["data"][0]
    assert visitor["from"]["id"] != page.id


def test_unknown_things_have_their_errors(as_page: AsPage, page: BrandAccount) -> None:
    graph = as_page()
    assert error_of(graph.get("123_456")) == (100, 33)
    assert error_of(graph.get("nobodyatall"))[0] == 803
    before = as_page(version="v25.0")
    assert error_of(before.get("", ids=f"{page.id},123_456"))[0] in {100, 803}
    assert error_of(graph.get(page.id, fields="shoe_size"))[0] == 100
    assert error_of(graph.get(page.id, fields="id,comments{"))[0] == 2500
    assert error_of(graph.get(f"{page.id}/shoes"))[0] == 2500
    assert error_of(graph.post(f"{page.id}/shoes", message="x"))[0] == 2500


def test_tokens_come_in_header_query_or_body(practice: PracticeServer, page: BrandAccount) -> None:
    url, token = f"{practice.url}/v21.0/{page.id}", CHANNELS["lrp-fb"].token
    body = {"message": "hola", "access_token": token}
    assert httpx.get(url, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert httpx.get(url, params={"access_token": token}).status_code == 200
    assert httpx.post(f"{url}/feed", data=body).json()["id"].startswith(f"{page.id}_")
    assert httpx.post(f"{url}/feed", json=body).json()["id"].startswith(f"{page.id}_")
    missing, wrong = httpx.get(url), httpx.get(url, params={"access_token": "x"})
    assert (missing.status_code, error_of(missing.json())[0]) == (400, 104)
    assert (wrong.status_code, error_of(wrong.json())[0]) == (400, 190)
    assert missing.headers["facebook-api-version"] == "v21.0"


def test_links_to_further_pages_carry_only_a_token_from_the_query(
    practice: PracticeServer, as_page: AsPage, page: BrandAccount
) -> None:
    by_header = as_page().get(f"{page.id}/feed", limit=2, fields="id")["paging"]["next"]
    params: dict[str, str | int] = {"limit": 2, "access_token": page.token}
    by_query = httpx.get(f"{practice.url}/v26.0/{page.id}/feed", params=params).json()
    assert "access_token" not in by_header
    assert by_header.startswith(f"{practice.url}/v26.0/{page.id}/feed?")
    assert httpx.URL(by_query["paging"]["next"]).params["access_token"] == page.token
    assert httpx.get(by_query["paging"]["next"]).json()["data"]


def test_an_unchanged_answer_needs_no_second_body_before_v26(
    as_page: AsPage, page: BrandAccount
) -> None:
    for version, status in (("v25.0", 304), ("v26.0", 200), ("v27.0", 200)):
        client = as_page(version=version).client
        first = client.get(f"{page.id}/feed")
        again = client.get(f"{page.id}/feed", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, bool(again.content)) == (status, status == 200)


def test_a_batch_answers_each_part_for_itself(as_page: AsPage, page: BrandAccount) -> None:
    parts = (
        '[{"method":"GET","relative_url":"v26.0/me?fields=name"},'
        '{"method":"GET","relative_url":"123_456"},'
        f'{{"method":"POST","relative_url":"{page.id}/feed","body":"message=hola"}}]'
    )
    result = as_page().post("", batch=parts)
    assert [item["code"] for item in result] == [200, 400, 200]
    assert page.title in result[0]["body"].encode().decode("unicode_escape")
    assert {"name", "value"} == set(result[0]["headers"][0])
    assert error_of(as_page().post("", batch="[" + ",".join(["{}"] * 51) + "]"))[0] == 100
    assert error_of(as_page().post("", batch="nonsense"))[0] == 100


def test_many_ids_in_one_call_count_as_many(
    as_page: AsPage, practice: PracticeServer, page: BrandAccount
) -> None:
    ids = [post.id for post in page.posts[:3]]
    old = as_page(version="v25.0")
    assert set(old.get("", ids=",".join(ids), fields="id")) == set(ids)
    assert sum(practice.ledger.counts.values()) == 3
    assert error_of(as_page().get("", ids=",".join(ids), fields="id"))[0] == 100


def test_nested_fields_count_comments_of_every_post_at_once(
    as_page: AsPage, page: BrandAccount
) -> None:
    fields = "id,comments.limit(0).filter(stream).summary(total_count){id}"
    result = as_page().get(f"{page.id}/published_posts", fields=fields, limit=100)["data"]
    counts = {item["id"]: item["comments"]["summary"]["total_count"] for item in result}
    assert counts == {post.id: len(post.stream) for post in page.posts if post.kind == "post"}
    assert result[0]["comments"]["data"] == []


def test_a_post_s_updated_time_moves_with_a_comment(as_page: AsPage, post: Post) -> None:
    before = as_page().get(post.id, fields="updated_time")["updated_time"]
    as_page().post(f"{post.id}/comments", message="hola")
    assert as_page().get(post.id, fields="updated_time")["updated_time"] > before


def test_webhook_fields_are_replaced_not_added(as_page: AsPage, page: BrandAccount) -> None:
    graph = as_page()
    assert graph.get(f"{page.id}/subscribed_apps") == {"data": []}
    graph.post(f"{page.id}/subscribed_apps", subscribed_fields="feed,mention")
    graph.post(f"{page.id}/subscribed_apps", subscribed_fields="messages")
    result = graph.get(f"{page.id}/subscribed_apps")["data"][0]
    assert result["subscribed_fields"] == ["messages"]
    assert graph.delete(f"{page.id}/subscribed_apps") == {"success": True}


def test_a_user_token_leads_to_page_tokens(practice: PracticeServer) -> None:
    result = httpx.get(
        f"{practice.url}/v26.0/me/accounts",
        params={
            "access_token": USER_TOKEN,
            "fields": "id,name,access_token,tasks,instagram_business_account",
        },
    ).json()["data"]
    expected = {
        channel.account: channel.token
        for channel in CHANNELS.values()
        if channel.platform == "facebook"
    }
    assert {item["id"]: item["access_token"] for item in result} == expected
    profiles = {item["instagram_business_account"]["id"] for item in result}
    assert profiles == {
        channel.account for channel in CHANNELS.values() if channel.platform == "instagram"
    }


def test_debug_token_tells_of_bad_tokens_without_failing(practice: PracticeServer) -> None:
    url = f"{practice.url}/debug_token"
    result = httpx.get(url, params={"input_token": "gone", "access_token": APP_TOKEN}).json()[
        "data"
    ]
    assert result["is_valid"] is False
    assert result["error"]["code"] == 190


def test_people_can_be_blocked(as_page: AsPage, page: BrandAccount) -> None:
    graph, person = as_page(), page.conversations[0].person
    assert graph.post(f"{page.id}/blocked", user=person.scoped_id) == {person.scoped_id: True}
    assert graph.get(f"{page.id}/blocked")["data"][0]["id"] == person.scoped_id
    response = graph.client.delete(f"{page.id}/blocked", params={"user": person.scoped_id})
    assert response.json() == {"success": True}
    assert page.blocked == []


def test_comments_can_be_answered_privately_only_within_a_week(
    as_page: AsPage, practice: PracticeServer, page: BrandAccount
) -> None:
    comment = a_comment(page)
    fields = "can_reply_privately"
    assert as_page().get(comment.id, fields=fields)["can_reply_privately"] is True
    practice.clock.advance(7 * DAY)
    assert as_page().get(comment.id, fields=fields)["can_reply_privately"] is False
    recipient = {"comment_id": comment.id}
    answer = as_page().send(page.id, recipient=recipient, message={"text": "hola"})
    assert error_of(answer)[0] == 10903
