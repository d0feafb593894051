"""The Graph API's transport: paging, tokens, proofs, batches, and answers that never come."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.domain.errors import Gone, PlatformError, Refused, TokenRefused, Transient
from carecli.domain.model import ContactPoint
from carecli.platforms.base import Account, Target
from carecli.platforms.http import Http
from carecli.platforms.meta.facebook import FacebookPage
from carecli.platforms.meta.graph import NOTHING_NEW, Graph, GraphResponse
from carecli.platforms.meta.limits import Limits
from carecli.practice import PracticeServer
from tests.platforms.meta.canned import Canned, canned
from tests.platforms.meta.practising import alone, scene

TOKEN = "EAA-very-secret"


def page(*ids: str, after: str = "", link: str = "") -> Mapping[str, object]:
    paging: dict[str, object] = {"cursors": {"after": after}} if after else {}
    if link:
        paging["next"] = link
    return {"data": [{"id": one} for one in ids], "paging": paging}


@asynccontextmanager
async def graph_on(server: Canned, secret: str = "") -> AsyncIterator[Graph]:
    made = Graph(Account("fb", "facebook", "1", TOKEN, base_url=server.url, secret=secret))
    try:
        yield made
    finally:
        await made.aclose()


async def ids_of(graph: Graph, path: str, **params: str) -> list[str]:
    return [str(one["id"]) async for page in graph.pages(path, **params) for one in page.items]


@alone
async def test_pages_are_followed_to_the_one_without_next() -> None:
    async with canned() as server:
        link = f"{server.url}/v26.0/1/feed?limit=2&access_token={TOKEN}&after="
        server.answers = [page("a", "b", after="x", link=link + "x"), page(link=link + "y"), page()]
        async with graph_on(server) as graph:
            assert await ids_of(graph, "1/feed", limit="2", fields="id") == ["a", "b"]
    assert [asked.query.get("after") for asked in server.asked] == [None, "x", "y"]
    assert all(asked.query["fields"] == "id" for asked in server.asked)
    assert all("access_token" not in asked.query for asked in server.asked)
    assert {asked.headers["authorization"] for asked in server.asked} == {f"Bearer {TOKEN}"}


@alone
async def test_a_link_to_another_server_is_not_followed() -> None:
    link = "https://graph.facebook.example/v26.0/1/feed?after=evil"
    pages = page("a", after="x", link=link), page("b")
    async with canned(*pages) as server, graph_on(server) as graph:
        assert await ids_of(graph, "1/feed") == ["a", "b"]
    assert [asked.query.get("after") for asked in server.asked] == [None, "x"]


@pytest.mark.parametrize("moves", [False, True])
def test_a_cursor_that_repeats_ends_the_paging(moves: bool) -> None:
    @alone
    async def run() -> None:
        async with canned() as server:
            link = f"{server.url}/v26.0/1/feed?after="
            server.answers = [
                page("a", "b", link=f"{link}{n if moves else 'same'}") for n in range(9)
            ]
            async with graph_on(server) as graph:
                assert set(await ids_of(graph, "1/feed")) == {"a", "b"}
        assert len(server.asked) == 2

    run()


@alone
async def test_the_recorded_loop_has_no_next_and_ends() -> None:
    async with canned(page("act_1", after="same")) as server, graph_on(server) as graph:
        assert await ids_of(graph, "me/adaccounts") == ["act_1"]
    assert len(server.asked) == 1


@alone
async def test_less_is_asked_for_until_one_is_too_much() -> None:
    much = {"error": {"code": 1, "message": "Please reduce the amount of data you're asking for"}}
    async with canned(much) as server, graph_on(server) as graph:
        with pytest.raises(Transient):
            await ids_of(graph, "1/feed", limit="20")
    assert [asked.query["limit"] for asked in server.asked] == ["20", "10", "5", "2", "1"]


@alone
async def test_a_secret_proves_each_call() -> None:
    async with canned({"id": "1"}) as server, graph_on(server, "app-secret") as graph:
        await graph.get("1")
        await graph.post("1/likes")
        await graph.post("1/messages", body={"message": {"text": "x"}})
        await graph.delete("1")
    proof = hmac.new(b"app-secret", TOKEN.encode(), hashlib.sha256).hexdigest()
    told = [
        asked.query.get("appsecret_proof") or parse_qs(asked.body)["appsecret_proof"][0]
        for asked in server.asked
    ]
    assert told == [proof] * 4
    assert TOKEN not in "".join(f"{asked.query}{asked.body}" for asked in server.asked)


@alone
async def test_a_batch_gives_each_part_its_fate() -> None:
    parts = [
        {"code": 200, "body": '{"id":"a"}'},
        {"code": 400, "body": '{"error":{"code":100,"error_subcode":33,"message":"gone"}}'},
        None,
        {"code": 400, "body": '{"error":{"code":190,"message":"token"}}'},
    ]
    async with canned(parts) as server, graph_on(server) as graph:
        answers = await graph.batch(["a", "b", "c", "d", "e"])
    assert answers[0] == {"id": "a"}
    assert [type(answer) for answer in answers[1:]] == [Gone, Transient, TokenRefused, Transient]


@alone
async def test_more_than_fifty_parts_are_several_batches() -> None:
    parts = [{"code": 200, "body": '{"id":"a"}'}] * 50
    async with canned(parts) as server, graph_on(server) as graph:
        answers = await graph.batch([str(n) for n in range(70)])
    assert len(answers) == 70
    assert not any(isinstance(answer, PlatformError) for answer in answers)
    assert len(server.asked) == 2


@alone
async def test_a_part_of_a_batch_that_timed_out_proves_nothing(practice: PracticeServer) -> None:
    async with scene(practice) as fb:
        graph = Graph(Account("fb", "facebook", "1", fb.profile.token, base_url=practice.url))
        practice.faults.fail("null_parts")
        (answer,) = await graph.batch([f"{fb.profile.id}?fields=id"])
        assert isinstance(answer, Transient)
        (answer,) = await graph.batch([f"{fb.profile.id}?fields=id"])
        assert answer == {"id": fb.profile.id}
        await graph.aclose()


@pytest.mark.parametrize(("method", "happened"), [("GET", False), ("POST", None), ("DELETE", None)])
def test_an_answer_that_never_comes(method: str, happened: bool | None) -> None:
    @alone
    async def run() -> None:
        async with canned(None) as server:
            http = Http(server.url, secrets=[TOKEN], answer_seconds=0.2)
            with pytest.raises(Transient) as error:
                await http.request(method, "/x", params={"access_token": TOKEN})
            await http.aclose()
        assert error.value.happened is happened
        assert TOKEN not in str(error.value)
        assert len(server.asked) == 1

    run()


@alone
async def test_an_address_that_is_none_is_refused() -> None:
    http = Http("htp:/nowhere")
    with pytest.raises(Refused, match="base_url"):
        await http.request("GET", "/x")
    await http.aclose()


@alone
async def test_the_account_never_shows_its_token() -> None:
    account = Account("fb", "facebook", "1", TOKEN, secret="app-secret")
    assert TOKEN not in repr(account)
    assert "app-secret" not in repr(account)


def conversation(name: str, contact: str) -> dict[str, object]:
    message = {"id": f"m_{name}", "created_time": 1_795_255_200, "from": {"id": contact}}
    return {
        "id": f"t_{name}",
        "participants": {"data": [{"id": contact}, {"id": "1"}]},
        "messages": {"data": [{**message, "message": "hi"}]},
    }


@alone
async def test_a_conversation_is_found_where_the_filter_by_person_is_not_obeyed() -> None:
    async with canned() as server:
        link = f"{server.url}/v26.0/1/conversations?after=x"
        server.answers = [
            {"data": [conversation("a", "7")], "paging": {"next": link}},
            {"data": [conversation("b", "8")]},
        ]
        fb = FacebookPage(Account("fb", "facebook", "1", TOKEN, base_url=server.url))
        head = await fb.head(Target("dm:8", ContactPoint.PRIVATE_MESSAGE))
        await fb.aclose()
    assert "m_b" in repr(head.events)
    assert "m_a" not in repr(head.events)


@given(length=st.integers(1, 9), repeats=st.booleans(), pages=st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_a_list_that_goes_round_in_a_circle_of_any_length_ends(
    length: int, repeats: bool, pages: int
) -> None:
    """First some pages of its own, then a circle of `length` pages, with new cursors or old."""

    async def run() -> tuple[set[str], int, tuple[str, ...]]:
        asked = 0
        graph = Graph(Account("fb", "facebook", "1", "t", "http://127.0.0.1:9"))

        async def ask(method: str, path: str, **more: object) -> GraphResponse:
            nonlocal asked
            at = asked if asked < pages else pages + (asked - pages) % length
            asked += 1
            cursor = str(at if repeats else asked)
            node = {"paging": {"next": f"http://127.0.0.1:9/v1.0/1/comments?after=c{cursor}"}}
            return GraphResponse(node, ({"id": f"{at}"},), b"", Limits(), has_more=True)

        graph._ask = ask  # type: ignore[method-assign] # a stand-in
        found = {one["id"] async for page in graph.pages("1/comments") for one in page.items}
        await graph.aclose()
        return {str(one) for one in found}, asked, graph.unreadable.take().losses

    found, asked, losses = asyncio.run(run())
    assert found == {str(number) for number in range(pages + length)}
    assert asked <= pages + length + 1
    assert losses == (f"the list 1/comments {NOTHING_NEW}",)
