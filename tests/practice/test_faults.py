"""The platform fails as it is told: by error, by silence, by cut connections, by odd answers."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from carecli.practice import PracticeServer
from carecli.practice.faults import NAMES, REFUSALS, THROTTLES, Fault, Faults
from carecli.practice.nodes import Comment
from tests.practice.graph import Graph, error_of

AsPage = Callable[..., Graph]


@pytest.fixture
def comment(practice: PracticeServer) -> Comment:
    """A comment of a person that has no replies."""
    posts = practice.world.accounts["lrp-fb"].posts
    return next(c for p in posts for c in p.toplevel if not c.is_ours and not c.replies)


@pytest.mark.parametrize("kind", [*THROTTLES, *REFUSALS])
def test_each_refusal_has_the_platform_s_error_and_no_effect(
    practice: PracticeServer, as_page: AsPage, comment: Comment, kind: str
) -> None:
    practice.faults.fail(kind)
    response = as_page().client.post(f"{comment.id}/comments", data={"message": "hola"})
    assert response.status_code >= 400
    expected = THROTTLES[kind][0] if kind in THROTTLES else REFUSALS[kind].code
    assert error_of(response.json())[0] == expected
    assert comment.replies == []
    assert "id" in as_page().post(f"{comment.id}/comments", message="hola")


def test_a_throttle_says_how_long_it_lasts(practice: PracticeServer, as_page: AsPage) -> None:
    practice.faults.fail("throttled", minutes=12)
    headers = as_page().client.get("me").headers
    use = json.loads(headers["x-business-use-case-usage"])["100000000001001"][0]
    assert (use["type"], use["call_count"], use["estimated_time_to_regain_access"]) == (
        "pages",
        100,
        12,
    )
    assert json.loads(headers["x-app-usage"])["call_count"] == 100
    quiet = json.loads(as_page().client.get("me").headers["x-app-usage"])
    assert quiet["call_count"] == 0


def test_the_limit_headers_can_tell_any_usage(practice: PracticeServer, as_page: AsPage) -> None:
    practice.faults.usage, practice.faults.regain_minutes = 91, 3
    headers = as_page().client.get("17841400000001001/media").headers
    use = json.loads(headers["x-business-use-case-usage"])["100000000001001"][0]
    assert (use["type"], use["call_count"]) == ("instagram", 91)
    assert use["estimated_time_to_regain_access"] == 3


def test_a_cut_before_has_no_effect_and_a_cut_after_has(
    practice: PracticeServer, as_page: AsPage, comment: Comment
) -> None:
    graph = as_page()
    practice.faults.fail("cut_before", method="write")
    practice.faults.fail("cut_after", method="write")
    for text in ("uno", "dos"):
        with pytest.raises(httpx.TransportError):
            graph.post(f"{comment.id}/comments", message=text)
    assert [reply.text for reply in comment.replies] == ["dos"]
    fates = [(w.took_effect, w.status, w.fault) for w in practice.ledger.writes]
    assert fates == [(False, 0, "cut_before"), (True, 0, "cut_after")]
    assert "id" in graph.post(f"{comment.id}/comments", message="tres")


def test_a_slow_answer_comes_too_late_for_the_impatient(
    practice: PracticeServer, as_page: AsPage, comment: Comment
) -> None:
    practice.faults.fail("slow", seconds=5)
    with pytest.raises(httpx.ReadTimeout):
        as_page().client.post(f"{comment.id}/comments", data={"message": "hola"}, timeout=0.2)
    assert [reply.text for reply in comment.replies] == ["hola"]


@pytest.mark.parametrize(
    ("kind", "status"), [("too_many_requests", 429), ("bad_gateway", 502), ("not_json", 200)]
)
def test_some_answers_are_no_json(
    practice: PracticeServer, as_page: AsPage, kind: str, status: int
) -> None:
    practice.faults.fail(kind)
    response = as_page().client.get("me")
    assert response.status_code == status
    with pytest.raises(ValueError, match="Expecting value"):
        response.json()


def test_a_repeated_cursor_leads_in_a_circle(practice: PracticeServer, as_page: AsPage) -> None:
    practice.faults.fail("repeated_cursor", None, path="published_posts")
    graph, page = as_page(), practice.world.accounts["lrp-fb"]
    first = graph.get(f"{page.id}/published_posts", fields="id", limit=2)
    after = first["paging"]["cursors"]["after"]
    second = graph.client.get(first["paging"]["next"]).json()
    assert second["paging"]["cursors"]["after"] == after
    assert second["paging"]["next"] == first["paging"]["next"]


def test_a_missing_next_hides_what_follows(practice: PracticeServer, as_page: AsPage) -> None:
    practice.faults.fail("no_next")
    page = practice.world.accounts["lrp-fb"]
    answer = as_page().get(f"{page.id}/published_posts", limit=2)
    assert len(answer["data"]) == 2
    assert "next" not in answer["paging"]


def test_a_reply_can_land_wrong(
    practice: PracticeServer, as_page: AsPage, comment: Comment
) -> None:
    graph = as_page()
    practice.faults.fail("reply_edits")
    assert graph.post(f"{comment.id}/comments", message="uno") == {"success": True}
    practice.faults.fail("reply_tells_target")
    assert graph.post(f"{comment.id}/comments", message="dos") == {"id": comment.id}
    assert (comment.text, comment.replies) == ("dos", [])
    practice.faults.fail("no_id")
    assert graph.post(f"{comment.id}/comments", message="tres") == {}
    practice.faults.fail("numeric_id")
    answer = graph.post(f"{comment.id}/comments", message="cuatro")
    assert comment.replies[-1].id.endswith(f"_{answer['id']}")
    assert isinstance(answer["id"], int)


def test_parts_of_a_batch_can_be_null(practice: PracticeServer, as_page: AsPage) -> None:
    practice.faults.fail("null_parts")
    answer = as_page().post("", batch='[{"method":"GET","relative_url":"me"}]')
    assert answer == [None]


def test_a_fault_hits_only_what_it_concerns(practice: PracticeServer, as_page: AsPage) -> None:
    graph, page = as_page(), practice.world.accounts["lrp-fb"]
    practice.faults.fail("unavailable", None, method="GET", path="/conversations$")
    assert "data" in graph.get(f"{page.id}/feed")
    assert error_of(graph.get(f"{page.id}/conversations"))[0] == 2
    practice.faults.clear()
    assert "data" in graph.get(f"{page.id}/conversations")


def test_faults_by_rate_are_the_same_from_the_same_seed() -> None:
    def hits(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.fail("server_error", None, rate=0.3)
        return [faults.hit("GET", "me") is not None for _ in range(200)]

    assert hits(1) == hits(1)
    assert hits(1) != hits(2)
    assert 30 < sum(hits(1)) < 90


def test_an_unknown_fault_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="no fault is called nonsense; there are throttled"):
        Fault("nonsense")
    assert len(set(NAMES)) == len(NAMES)
