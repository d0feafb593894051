"""Instagram comments: newest first, at most fifty, replies only by expansion."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from carecli.practice import PracticeServer
from carecli.practice.nodes import BrandAccount, Comment
from tests.practice.graph import NOW, Graph, error_of

AsPage = Callable[..., Graph]
FIELDS = (
    "id,text,timestamp,from{id,username},username,hidden,like_count,parent_id,"
    "media{id,media_product_type},replies{id,text,timestamp,from,username,hidden,parent_id}"
)


@pytest.fixture
def profile(practice: PracticeServer) -> BrandAccount:
    return practice.world.accounts["vichy-ig"]


@pytest.fixture
def crowd(practice: PracticeServer, profile: BrandAccount) -> list[Comment]:
    """Sixty comments under one medium."""
    world, media = practice.world, profile.posts[-2]

    def write() -> list[Comment]:
        return [
            world.add_comment(media, world.add_person(profile), f"hola {n}", NOW + n * 1000)
            for n in range(60)
        ]

    comments: list[Comment] = practice.do(write)
    return comments


def test_comments_come_in_fifties_newest_first(as_page: AsPage, crowd: list[Comment]) -> None:
    graph, media = as_page("vichy-ig"), crowd[0].post
    first = graph.get(f"{media.id}/comments", fields=FIELDS, limit=100)
    assert len(first["data"]) == 50
    assert first["data"][0]["id"] == crowd[-1].id
    assert first["data"][0]["media"]["id"] == media.id
    everything = [one["id"] for one in graph.all(f"{media.id}/comments", fields="id", limit=50)]
    assert everything == [comment.id for comment in reversed(media.toplevel)]


def test_replies_come_by_expansion_only(as_page: AsPage, crowd: list[Comment]) -> None:
    graph, comment = as_page("vichy-ig"), crowd[5]
    reply = graph.post(f"{comment.id}/replies", message="¡Hola!")["id"]
    nested = graph.post(f"{reply}/replies", message="otra vez")["id"]
    listed = {one["id"] for one in graph.all(f"{comment.post.id}/comments", fields="id")}
    assert not listed & {reply, nested}
    response = graph.get(comment.id, fields=FIELDS)
    assert [node["id"] for node in response["replies"]["data"]] == [reply, nested]
    assert {node["parent_id"] for node in response["replies"]["data"]} == {comment.id}
    assert "replies" not in graph.get(crowd[6].id, fields=FIELDS)
    count = graph.get(comment.post.id, fields="comments_count")["comments_count"]
    assert count == len(comment.post.stream)
    own = graph.get(reply, fields="user,username")
    assert own["user"]["id"] == comment.account.id


def test_comments_are_hidden_liked_and_deleted(as_page: AsPage, crowd: list[Comment]) -> None:
    graph, comment = as_page("vichy-ig"), crowd[7]
    assert graph.post(comment.id, hide="true") == {"success": True}
    assert graph.get(comment.id, fields="hidden")["hidden"] is True
    assert graph.post(f"{comment.account.id}/likes", comment_id=comment.id) == {"success": True}
    assert graph.get(comment.id, fields="like_count")["like_count"] == 1
    unlike = graph.client.delete(f"{comment.account.id}/likes", params={"comment_id": comment.id})
    assert unlike.json() == {"success": True}
    assert comment.likes == 0
    assert graph.delete(comment.id) == {"success": True}
    assert error_of(graph.get(comment.id)) == (100, 33)
    assert error_of(graph.post(crowd[8].id, message="no se edita"))[0] == 100


def test_other_profiles_see_no_comments(as_page: AsPage, crowd: list[Comment]) -> None:
    assert error_of(as_page("avon-ig").get(f"{crowd[0].post.id}/comments")) == (100, 33)


def test_mentions_are_answered_on_the_profile(as_page: AsPage, profile: BrandAccount) -> None:
    graph = as_page("vichy-ig")
    tagged = graph.get(f"{profile.id}/tags", fields="id,caption,username")["data"][0]
    assert profile.username in tagged["caption"]
    answer = graph.post(f"{profile.id}/mentions", media_id=tagged["id"], message="¡Gracias!")
    assert graph.get(answer["id"], fields="text")["text"] == "¡Gracias!"
    fields = f"mentioned_media.media_id({tagged['id']}){{id,caption}}"
    assert graph.get(profile.id, fields=fields)["mentioned_media"]["id"] == tagged["id"]


def test_comments_can_be_switched_off(as_page: AsPage, crowd: list[Comment]) -> None:
    media = crowd[0].post
    assert as_page("vichy-ig").post(media.id, comment_enabled="false") == {"success": True}
    response = as_page("vichy-ig").get(media.id, fields="is_comment_enabled")
    assert response["is_comment_enabled"] is False
