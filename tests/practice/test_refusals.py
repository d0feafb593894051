"""What the real platform refuses, the practice platform refuses as well; and whom it tells what."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from carecli.practice import PracticeServer
from carecli.practice.graph.call import APP_SECRET, SYSTEM_TOKEN, USER_TOKEN
from carecli.practice.graph.versions import CURRENT, LIVING
from carecli.practice.nodes import SCOPES
from carecli.practice.webhooks import WebhookPusher
from tests.practice.conftest import CHANNELS
from tests.practice.graph import NOW, Graph, error_of

AsPage = Callable[..., Graph]
PAGE = CHANNELS["lrp-fb"]
PROFILE = CHANNELS["lrp-ig"]


@pytest.mark.parametrize("version", ["v28.0", "v99.9", "v26.1", "v3.9"])
def test_a_version_that_never_was_is_refused(as_page: AsPage, version: str) -> None:
    assert error_of(as_page(version=version).get(PAGE.account)) == (2500, 0)


def test_an_ended_version_is_served_by_the_oldest_living_one(
    practice: PracticeServer, http: httpx.Client
) -> None:
    headers = {"Authorization": f"Bearer {PAGE.token}"}
    for asked, answers in (("/v19.0", LIVING[0]), ("/v2.12", LIVING[0]), ("", CURRENT)):
        response = http.get(f"{asked}/{PAGE.account}", headers=headers)
        assert (response.status_code, response.headers["facebook-api-version"]) == (200, answers)


@pytest.mark.parametrize(
    "asked", [{"filter": "everything"}, {"order": "newest"}, {"live_filter": "some"}], ids=repr
)
def test_an_unknown_word_is_refused(
    as_page: AsPage, practice: PracticeServer, asked: dict[str, str]
) -> None:
    post = practice.world.accounts["lrp-fb"].posts[0]
    assert error_of(as_page().get(f"{post.id}/comments", **asked)) == (100, 0)
    words = {"filter": "STREAM", "order": "CHRONOLOGICAL", "live_filter": "NO_FILTER"}
    assert "data" in as_page().get(f"{post.id}/comments", **words)
    assert error_of(as_page().get(f"{PAGE.account}/conversations", platform="whatsapp"))[0] == 100


def test_a_proof_must_be_right_and_there_where_the_app_demands_it(
    practice: PracticeServer, http: httpx.Client
) -> None:
    right = hmac.new(APP_SECRET.encode(), PAGE.token.encode(), hashlib.sha256).hexdigest()

    def ask(**params: str) -> Any:
        return http.get(f"/{PAGE.account}", params={"access_token": PAGE.token, **params}).json()

    assert ask()["id"] == ask(appsecret_proof=right)["id"] == PAGE.account
    assert error_of(ask(appsecret_proof=right[:-1] + "x")) == (100, 0)
    assert error_of(ask(appsecret_proof="é")) == (100, 0)
    practice.world.app.wants_proof = True
    assert error_of(ask()) == (100, 0)
    assert ask(appsecret_proof=right)["id"] == PAGE.account


WANTED = {
    "pages_read_engagement": (10, f"{PAGE.account}/published_posts"),
    "pages_read_user_content": (10, f"{PAGE.account}/ratings"),
    "pages_messaging": (230, f"{PAGE.account}/conversations"),
    "pages_manage_metadata": (200, f"{PAGE.account}/conversations"),
    "instagram_basic": (10, f"{PROFILE.account}/media"),
    "instagram_manage_messages": (230, f"{PROFILE.account}/conversations"),
}


@pytest.mark.parametrize("scope", WANTED)
def test_what_was_not_granted_is_refused(
    as_page: AsPage, practice: PracticeServer, scope: str
) -> None:
    code, path = WANTED[scope]
    assert "data" in as_page().get(path)
    practice.world.app.granted.discard(scope)
    assert error_of(as_page().get(path))[0] == code
    response = as_page().get("debug_token", input_token=PAGE.token)["data"]
    assert set(response["scopes"]) == set(SCOPES) - {scope}


def test_writing_wants_its_own_permission(as_page: AsPage, practice: PracticeServer) -> None:
    post = max(practice.world.accounts["lrp-fb"].posts, key=lambda post: len(post.stream))
    theirs = next(comment for comment in post.stream if not comment.is_ours)
    practice.world.app.granted.discard("pages_manage_engagement")
    graph = as_page()
    assert error_of(graph.post(f"{theirs.id}/comments", message="Hola"))[0] == 200
    assert error_of(graph.post(theirs.id, is_hidden="true"))[0] == 200
    assert error_of(graph.post(f"{theirs.id}/likes"))[0] == 200
    assert error_of(graph.delete(theirs.id))[0] == 200
    assert not theirs.is_hidden


def test_who_wrote_is_told_only_with_the_permission_for_it(
    as_page: AsPage, practice: PracticeServer
) -> None:
    post = max(practice.world.accounts["lrp-fb"].posts, key=lambda post: len(post.stream))
    asked = {"fields": "id,from,message", "filter": "stream", "limit": "100"}

    def authors() -> set[str]:
        read = as_page().get(f"{post.id}/comments", **asked)["data"]
        return {node["from"]["id"] for node in read if "from" in node}

    assert len(authors()) > 1
    practice.world.app.granted.discard("pages_read_user_content")
    assert authors() <= {PAGE.account}


@pytest.mark.parametrize("token", [USER_TOKEN, SYSTEM_TOKEN])
def test_pages_are_read_with_their_own_token_only(practice: PracticeServer, token: str) -> None:
    graph = Graph(practice.url, token)
    for path in ("published_posts", "ads_posts", "visitor_posts"):
        assert error_of(graph.get(f"{PAGE.account}/{path}")) == (190, 2069032)
    assert error_of(graph.get(f"{PAGE.account}/conversations"))[0] == 190
    assert graph.get("me", fields="id")["id"]
    kind = graph.get("debug_token", input_token=token)["data"]["type"]
    assert kind == {USER_TOKEN: "USER", SYSTEM_TOKEN: "SYSTEM_USER"}[token]
    graph.close()


def test_pages_of_a_portfolio_are_listed_with_business_management_only(
    practice: PracticeServer,
) -> None:
    graph, world = Graph(practice.url, USER_TOKEN), practice.world
    world.accounts["lrp-fb"].in_portfolio = True

    def listed() -> set[str]:
        return {node["id"] for node in graph.get("me/accounts", fields="id")["data"]}

    assert PAGE.account in listed()
    world.app.granted.discard("business_management")
    assert PAGE.account not in listed()
    assert len(listed()) == 2
    world.app.granted.discard("pages_show_list")
    assert listed() == set()
    graph.close()


def test_a_list_comes_as_json_or_with_commas(as_page: AsPage, practice: PracticeServer) -> None:
    graph, page = as_page(), practice.world.accounts["lrp-fb"]
    for form in ('["feed", "ratings"]', "feed,ratings", "feed, ratings"):
        assert graph.post(f"{page.id}/subscribed_apps", subscribed_fields=form)["success"]
        assert page.subscribed == ("feed", "ratings")
    assert set(graph.get(page.id, fields='["id", "name"]')) == {"id", "name"}
    assert error_of(graph.post(f"{page.id}/subscribed_apps", subscribed_fields="[feed"))[0] == 100


@pytest.fixture
def pusher(practice: PracticeServer) -> WebhookPusher:
    """What is pushed, before it is sent anywhere."""
    made = WebhookPusher(practice.world, "http://127.0.0.1:9/", "secret", "word")
    practice.world.watchers.append(made.on_action)
    return made


def told_by(pusher: WebhookPusher) -> list[tuple[str, Any]]:
    """Field and value of what waits to be pushed."""
    entries: list[Any] = [entry["entry"] for entry in pusher._waiting]
    return [
        (change["field"], change["value"])
        for entry in entries
        for change in entry.get("changes", ())
    ]


def test_mentions_ratings_and_posts_are_pushed(
    practice: PracticeServer, pusher: WebhookPusher
) -> None:
    world = practice.world
    page, profile = world.accounts["lrp-fb"], world.accounts["lrp-ig"]
    page.subscribed, profile.subscribed = ("feed", "mention", "ratings"), ("comments", "mentions")
    ana, eva = world.add_person(page, "Ana"), world.add_person(profile, "Eva")

    def happen() -> tuple[str, ...]:
        visitor = world.add_post(page, "¿Dónde?", NOW, kind="visitor", author=ana)
        tagged = world.add_post(page, "Mi rutina", NOW, kind="tagged", author=ana)
        named = world.add_comment(tagged, ana, f"con {page.title}", NOW)
        rating = world.rate(page, ana, "Muy bien", NOW, is_positive=True)
        answer = world.add_comment(rating.story, page, "Gracias", NOW)
        media = world.add_post(profile, "look", NOW, kind="tagged", author=eva)
        called = world.add_comment(media, eva, f"@{profile.username} mira", NOW)
        posts = (visitor.id, tagged.id, named.id, rating.story.id, answer.id)
        return (*posts, media.id, called.id)

    visitor, tagged, named, story, answer, media, called = practice.do(happen)
    response = told_by(pusher)
    assert [field for field, _ in response] == [
        *("feed", "mention", "mention", "ratings", "ratings", "mentions", "mentions")
    ]
    values = [value for _, value in response]
    assert (values[0]["item"], values[0]["verb"], values[0]["post_id"]) == ("post", "add", visitor)
    assert values[0]["from"] == {"id": ana.id, "name": "Ana"}
    assert (values[1]["item"], values[1]["post_id"]) == ("post", tagged)
    assert (values[2]["item"], values[2]["comment_id"]) == ("comment", named)
    assert "from" not in values[1] | values[2]
    assert values[3]["open_graph_story_id"] == story
    assert (values[3]["recommendation_type"], values[3]["reviewer_id"]) == ("POSITIVE", ana.id)
    assert (values[4]["item"], values[4]["comment_id"]) == ("comment", answer)
    assert values[5] == {"media_id": media}
    assert values[6] == {"media_id": media, "comment_id": called}


def test_only_what_was_subscribed_is_pushed_and_only_by_a_live_app(
    practice: PracticeServer, pusher: WebhookPusher
) -> None:
    world = practice.world
    page, profile = world.accounts["lrp-fb"], world.accounts["lrp-ig"]
    person, follower = world.add_person(page), world.add_person(profile)
    media = next(post for post in profile.posts if post.kind == "post")

    def write() -> None:
        world.add_comment(page.posts[0], person, "hola", NOW)
        world.add_comment(media, follower, "hola", NOW)

    practice.do(write)
    assert told_by(pusher) == []
    page.subscribed, profile.subscribed = ("feed",), ("comments",)
    practice.do(write)
    assert [field for field, _ in told_by(pusher)] == ["feed", "comments"]
    world.app.is_advanced = False
    practice.do(write)
    assert [field for field, _ in told_by(pusher)] == ["feed", "comments", "feed"]
    world.app.is_live = False
    practice.do(write)
    assert len(told_by(pusher)) == 3
