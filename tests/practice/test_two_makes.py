"""Two pretend servers of different make agree on the shapes that carecli reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from carecli.platforms.meta import wire
from carecli.practice import PracticeServer
from tests.platforms.meta import other_make
from tests.practice.conftest import CHANNELS
from tests.practice.graph import error_of

OURS = CHANNELS["lrp-fb"]
Ask = Any


@pytest.fixture
def makes(practice: PracticeServer) -> Iterator[dict[str, tuple[Ask, str, str]]]:
    """How each is asked, its page, and a post with comments."""
    post = max(practice.world.accounts["lrp-fb"].posts, key=lambda post: len(post.stream))
    other = other_make.page_with_seven("small_pages")
    other.conversations = [[other_make.conversation("1", "ana", 60, "hola")]]
    other.listed_under["visitor_posts"] = ["900"]
    with other_make.serving(other), httpx.Client(timeout=10) as client:

        def asking(url: str) -> Ask:
            def ask(path: str, **params: str) -> Any:
                headers = {"Authorization": f"Bearer {OURS.token}"}
                if path == "batch":
                    form = {"batch": params["batch"], "include_headers": "false"}
                    return client.post(f"{url}/v25.0/", data=form, headers=headers).json()
                return client.get(f"{url}/v25.0/{path}", params=params, headers=headers).json()

            return ask

        yield {
            "practice": (asking(practice.url), OURS.account, post.id),
            "other": (asking(other.url), other_make.PAGE, f"{other_make.PAGE}_900"),
        }


def shape(value: Any, *, deep: int = 3) -> Any:
    """The kind of a JSON value: of an object its keys with theirs, of a list that of its first."""
    if isinstance(value, dict) and deep:
        return {key: shape(one, deep=deep - 1) for key, one in value.items()}
    if isinstance(value, list) and deep:
        return [shape(item, deep=deep - 1) for item in value[:1]]
    return type(value).__name__


def narrower(small: Any, large: Any) -> list[str]:
    """Keys of one shape that the other has not, or has as another kind."""
    if isinstance(small, dict) and isinstance(large, dict):
        found = [key for key in small if key not in large]
        for key in small.keys() & large.keys():
            found += [f"{key}.{one}" for one in narrower(small[key], large[key])]
        return found
    if isinstance(small, list) and isinstance(large, list):
        return narrower(small[0], large[0]) if small and large else []
    return [] if small == large else [f"{small} is not {large}"]


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("{page}", {"fields": "id,name"}),
        ("{page}/published_posts", {"fields": wire.POST_FIELDS}),
        (
            "{post}/comments",
            {
                "fields": wire.COMMENT_FIELDS,
                "filter": "stream",
                "order": "reverse_chronological",
                "summary": "total_count",
                "limit": "2",
            },
        ),
        (
            "{page}/conversations",
            {"fields": f"{wire.CONVERSATION_FIELDS},messages.limit(10){{{wire.MESSAGE_FIELDS}}}"},
        ),
    ],
    ids=["page", "posts", "comments", "conversations"],
)
def test_what_the_other_tells_the_practice_platform_tells_in_the_same_shape(
    makes: dict[str, tuple[Ask, str, str]], path: str, params: dict[str, str]
) -> None:
    answer = {
        name: ask(path.format(page=page, post=post), **params)
        for name, (ask, page, post) in makes.items()
    }
    assert narrower(shape(answer["other"]), shape(answer["practice"])) == []


def test_both_lead_to_every_comment_once(makes: dict[str, tuple[Ask, str, str]]) -> None:
    for ask, _, post in makes.values():
        seen: list[str] = []
        after: dict[str, str] = {}
        while True:
            page = ask(f"{post}/comments", filter="stream", summary="1", limit="2", **after)
            seen += [node["id"] for node in page["data"]]
            if "next" not in page.get("paging", {}):
                break
            after = {"after": page["paging"]["cursors"]["after"]}
        assert len(seen) == len(set(seen)) == page["summary"]["total_count"]


def test_both_refuse_in_the_same_way(makes: dict[str, tuple[Ask, str, str]]) -> None:
    ask, page, _ = makes["practice"]
    other, other_page, _ = makes["other"]
    assert error_of(ask("1_2"))[:2] == (100, 33)
    answer = other("1_2")["error"]
    assert (answer["code"], answer["error_subcode"]) == (100, 33)
    for one, whose in ((ask, page), (other, other_page)):
        parts = [
            {"method": "GET", "relative_url": f"v25.0/{name}?fields=id"} for name in (whose, "1_2")
        ]
        first, second = one("batch", batch=json.dumps(parts))
        assert (first["code"], second["code"]) == (200, 400)
        assert json.loads(first["body"])["id"] == whose
        assert json.loads(second["body"])["error"]["code"] == 100
