"""`/practice/...` tells what the platform received; a process of its own can be asked too."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import httpx
import pytest

from carecli.domain.model import HOUR
from carecli.practice import PracticeServer, serve
from tests.practice.graph import NOW, Graph, error_of

AsPage = Callable[..., Graph]

PROGRAM = """
import sys
from carecli.practice import serve
serve("ordinary", seed=3, port=0, pace=1.0, ready=lambda url: print(url, flush=True))
"""


def test_it_is_healthy_and_tells_its_scenario(http: httpx.Client) -> None:
    assert http.get("/practice/health").json() == {"ok": True, "now": NOW}
    about = http.get("/practice").json()
    assert (about["scenario"], about["seed"], about["now"], about["pace"]) == (
        "ordinary",
        1,
        NOW,
        0.0,
    )
    assert about["waiting"] == len(http.get("/practice/waiting").json()["waiting"]) > 50
    lrp = about["channels"][0]
    assert (lrp["key"], lrp["token"]) == ("lrp-fb", f"practice-page-{lrp['account']}")
    assert about["channels"][1]["page"] == lrp["account"]


def test_it_tells_every_write_in_order_with_its_fate(
    practice: PracticeServer, http: httpx.Client, as_page: AsPage
) -> None:
    graph, page = as_page(), practice.world.accounts["lrp-fb"]
    post = page.posts[-1].id
    made = graph.post(f"{post}/comments", message="Hola", fields="id")["id"]
    graph.get(made)
    graph.post("123_456", is_hidden="true")
    graph.delete(made)
    graph.send(page.id, recipient={"id": "42"}, message={"text": "ł"})
    received = http.get("/practice/received").json()["received"]
    assert [(write["n"], write["method"], write["path"]) for write in received] == [
        (1, "POST", f"{post}/comments"),
        (2, "POST", "123_456"),
        (3, "DELETE", made),
        (4, "POST", f"{page.id}/messages"),
    ]
    assert [write["took_effect"] for write in received] == [True, False, True, False]
    assert [write["account"] for write in received] == ["lrp-fb"] * 4
    assert received[0]["parameters"] == {"message": "Hola", "fields": "id"}
    assert received[0]["answer"] == {"id": made}
    assert received[3]["parameters"]["message"] == {"text": "ł"}
    assert "practice-page" not in str(received)
    later = http.get("/practice/received", params={"since": 3}).json()["received"]
    assert [item["n"] for item in later] == [4]
    calls = http.get("/practice/calls").json()["calls"]
    assert calls == {
        "POST comments": 1,
        "GET {node}": 1,
        "POST {node}": 1,
        "DELETE {node}": 1,
        "POST messages": 1,
    }


def test_faults_are_set_and_cleared_from_outside(http: httpx.Client, as_page: AsPage) -> None:
    answer = http.post("/practice/faults", json={"kind": "expired_token", "times": 2}).json()
    assert answer["faults"][0]["kind"] == "expired_token"
    assert error_of(as_page().get("me")) == (190, 463)
    assert http.get("/practice/faults").json()["faults"][0]["hits"] == 1
    assert http.delete("/practice/faults").json()["faults"] == []
    assert as_page().get("me")["name"]
    assert http.post("/practice/faults", json={"usage": 92, "minutes": 4}).json()["usage"] == 92
    wrong = http.post("/practice/faults", json={"kind": "nonsense"})
    assert wrong.status_code == 422
    assert "there are" in wrong.json()["wrong"]


def test_the_clock_and_life_are_stepped_from_outside(http: httpx.Client) -> None:
    assert http.post("/practice/tick", json={"ms": HOUR}).json() == {"now": NOW + HOUR, "done": []}
    assert http.post("/practice/life", json={"pace": 1}).json() == {"pace": 1.0}
    answer = http.post("/practice/tick", json={"ms": HOUR}).json()
    assert answer["now"] == NOW + 2 * HOUR
    assert len(answer["done"]) > 50
    assert http.post("/practice/tick", json={"ms": -1}).status_code == 422


def test_people_and_brands_do_single_things(
    practice: PracticeServer, http: httpx.Client, as_page: AsPage
) -> None:
    def act(**answer: object) -> dict[str, str]:
        response = http.post("/practice/act", json=answer)
        assert response.status_code == 200, response.text
        acted: dict[str, str] = response.json()
        return acted

    graph = as_page("avon-fb")
    post = act(act="post", account="avon-fb", text="Nowość!", kind="ad")["id"]
    comment = act(act="comment", on=post, text="Cena?", name="Zofia W.")
    native = act(act="comment", on=comment["id"], text="Już piszemy!", **{"as": "brand"})
    answer = graph.get(f"{post}/comments", filter="stream", fields="message,from")["data"]
    assert [item["message"] for item in answer] == ["Cena?", "Już piszemy!"]
    assert answer[0]["from"]["name"] == "Zofia W."
    act(act="edit", id=comment["id"], text="Jaka cena?")
    act(act="hide", id=comment["id"])
    answer = graph.get(comment["id"], fields="message,is_hidden")
    assert (answer["message"], answer["is_hidden"]) == ("Jaka cena?", True)
    act(act="delete", id=native["id"])
    assert error_of(graph.get(native["id"])) == (100, 33)
    first = act(act="message", account="avon-fb", text="Halo?", name="Zofia W.")
    act(act="message", to=first["conversation"], text="Dzień dobry", **{"as": "brand"})
    again = act(act="message", account="avon-fb", text="Ok", **{"as": first["author"]})
    assert again["conversation"] == first["conversation"]
    act(act="delete", id=again["id"])
    texts = [m.text for m in practice.world.nodes[first["conversation"]].messages]  # type: ignore[union-attr] # a conversation
    assert texts == ["Halo?", "Dzień dobry"]
    for wrong in ({"act": "dance"}, {"act": "edit", "id": "1", "text": ""}, {"act": "comment"}, {}):
        assert http.post("/practice/act", json=wrong).status_code == 422


def test_a_process_of_its_own_serves_until_it_is_ended() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            url = process.stdout.readline().strip()
            about = httpx.get(f"{url}/practice").json()
            assert (about["seed"], about["pace"]) == (3, 1.0)
        finally:
            process.terminate()
        process.wait(20)
        assert process.stdout.read() == ""
        assert process.stderr.read() == ""


def test_a_taken_port_is_an_error(practice: PracticeServer) -> None:
    taken = int(practice.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        serve(port=taken)
