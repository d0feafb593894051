"""A Graph server of another make, with odd but possible answers: all is read, or it is said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from carecli.boot.doctor_readability import readability_checks
from carecli.domain.model import DAY, HOUR, MINUTE, Millis
from carecli.platforms.base import Account, Connector
from carecli.platforms.meta.facebook import FacebookPage
from carecli.store import channels, unreadable
from carecli.store.channels import StoredChannel
from carecli.sync.daemon import sync_once
from carecli.sync.single_round import ChannelReport
from tests.platforms.meta.other_make import (
    NOW,
    PAGE,
    Answer,
    OtherGraph,
    comment,
    conversation,
    page_with_seven,
    refusal,
    serving,
)
from tests.sync.shop import Shop

MODES = (
    "",
    "gzip",
    "chunked",
    "small_pages",
    "small_pages other_host",
    "small_pages no_cursors",
    "small_pages other_host no_cursors",
    "small_pages empty_then_next",
    "ranked",
    "ranked small_pages",
    "chrono_only",
    "chrono_only small_pages",
    "circle",
)

LASTING = {
    "no permission": refusal(10, "(#10) This endpoint requires a permission"),
    "no permission either": refusal(200, "(#200) Permissions error"),
    "deprecated": refusal(12, "(#12) This API call is deprecated"),
    "bad parameter": refusal(100, "(#100) Something is wrong with this post"),
    "an error for ever": refusal(1, "An unknown error occurred", 500),
    "no capability": refusal(3, "(#3) Application does not have the capability"),
}


class Round:
    """One database that a page on the odd server is pulled into, round by round."""

    def __init__(self, graph: OtherGraph, path: Path) -> None:
        self.graph = graph
        self.now: Millis = NOW
        self.shop = Shop(path, now=NOW)
        self.shop.enrol("fb")

    def pull(self) -> ChannelReport:
        """As `carecli sync --once` in a process of its own."""
        account = Account(
            "fb", "facebook", PAGE, "EAAtoken", base_url=self.graph.url, clock=lambda: self.now
        )
        connectors: dict[str, Connector] = {"fb": FacebookPage(account)}
        return sync_once(self.shop.path, connectors, clock=lambda: self.now).channels[0]

    @property
    def texts(self) -> list[str]:
        return [text for (text,) in self.shop.all("SELECT text FROM messages ORDER BY text")]

    @property
    def channel(self) -> StoredChannel:
        with self.shop.database.read() as db:
            return channels.channels(db)[0]

    @property
    def told(self) -> str:
        """What doctor says without asking the platform."""
        found = readability_checks(self.shop.database, self.channel, self.now)
        return "\n".join(f"{one.text} {one.hint}" for one in found if not one.is_ok)


SEVEN = [f"hola {number}" for number in range(1, 8)]


@pytest.mark.parametrize("modes", MODES)
def test_all_of_it_is_read_in_every_mode(modes: str, tmp_path: Path) -> None:
    with serving(page_with_seven(*modes.split())) as graph:
        at = Round(graph, tmp_path / "care.sqlite")
        report = at.pull()
        assert at.texts == SEVEN
        assert not report.error
        is_circle = "circle" in modes
        assert ("repeats itself" in at.channel.possible_loss) is is_circle
        assert graph.calls["104000000000001_900/comments"] < 8
        at.now += HOUR
        graph.comments["900"].append(comment(8, -1800))
        at.pull()
        assert at.texts == [*SEVEN, "hola 8"]
        at.shop.close()


@pytest.mark.parametrize("why", LASTING)
def test_one_post_that_cannot_be_read_stops_no_other(why: str, tmp_path: Path) -> None:
    graph = page_with_seven()
    graph.comments["901"] = [comment(20, 60, post="901")]
    graph.listed_under = {"ads_posts": ["901"], "published_posts": ["900"]}
    place = f"{PAGE}_901"

    def sick(path: str, query: Mapping[str, str]) -> Answer | None:
        return LASTING[why] if path == f"{place}/comments" else None

    graph.special = sick
    with serving(graph):
        at = Round(graph, tmp_path / "care.sqlite")
        report = at.pull()
        assert at.texts == SEVEN
        assert place in report.error
        assert f"post {place} has been unreadable" in at.told
        assert str(LASTING[why][1]["error"]["message"]) in at.told
        calls, spans = graph.calls[f"{place}/comments"], []
        for _ in range(4):
            # it is left alone until its time has come, each time for longer
            [failing] = unreadable.failing(at.shop.database.connection, at.channel.id)
            spans.append(failing.next_try - at.now)
            at.now = failing.next_try - MINUTE // 2
            at.pull()
            assert graph.calls[f"{place}/comments"] == calls
            at.now = failing.next_try
            at.pull()
            assert graph.calls[f"{place}/comments"] > calls
            calls = graph.calls[f"{place}/comments"]
        assert spans == sorted(set(spans))
        graph.special = lambda path, query: None
        at.now += DAY
        assert not at.pull().error
        assert at.texts == sorted([*SEVEN, "hola 20"])
        assert not at.told
        at.shop.close()


def test_many_sick_posts_before_the_healthy_one_do_not_keep_it_waiting(tmp_path: Path) -> None:
    graph = page_with_seven()
    sick = [str(number) for number in range(910, 930)]
    for key in sick:
        graph.comments[key] = [comment(int(key), 60, post=key)]
    graph.listed_under = {"ads_posts": sick, "published_posts": ["900"]}
    graph.special = lambda path, query: (
        refusal(2, "An unexpected error has occurred", 500)
        if path.endswith("/comments") and "_900/" not in path
        else None
    )
    with serving(graph):
        at = Round(graph, tmp_path / "care.sqlite")
        for _ in range(6):
            at.pull()
            at.now += MINUTE // 4
        assert at.texts == SEVEN
        at.shop.close()


@pytest.mark.parametrize("field", ["can_reply_privately", "attachment", "message_tags"])
def test_a_field_the_platform_refuses_is_left_out_and_told(field: str, tmp_path: Path) -> None:
    graph = page_with_seven()
    graph.special = lambda path, query: (
        refusal(100, f"(#100) Tried accessing nonexisting field ({field}) on node type (Comment)")
        if path.endswith("/comments") and field in query.get("fields", "")
        else None
    )
    with serving(graph):
        at = Round(graph, tmp_path / "care.sqlite")
        assert not at.pull().error
        assert at.texts == SEVEN
        assert f"the platform refuses the field {field}" in at.told
        # another process remembers it; after a day the platform is asked again
        calls = graph.calls[f"{PAGE}_900/comments"]
        graph.comments["900"].append(comment(8, -1800))
        at.now += HOUR
        at.pull()
        assert graph.calls[f"{PAGE}_900/comments"] == calls + 1
        graph.special = lambda path, query: None
        at.now += DAY + HOUR
        graph.comments["900"].append(comment(9, -1800))
        at.pull()
        assert len(at.texts) == 9
        assert not at.told
        at.shop.close()


def test_a_refusal_that_names_no_field_leaves_the_core_fields(tmp_path: Path) -> None:
    graph = page_with_seven()
    graph.special = lambda path, query: (
        refusal(10, "(#10) Some of these fields require pages_messaging")
        if path.endswith("/comments") and "private_reply_conversation" in query.get("fields", "")
        else None
    )
    with serving(graph):
        at = Round(graph, tmp_path / "care.sqlite")
        assert not at.pull().error
        assert at.texts == SEVEN
        assert "refuses all but the core fields" in at.told
        assert at.shop.one("SELECT count(*) FROM messages WHERE contact_id IS NULL") == (0,)
        at.shop.close()


def test_a_field_of_messages_that_is_refused_stops_no_conversation(tmp_path: Path) -> None:
    graph = page_with_seven()
    graph.conversations = [[conversation("1", "ola", 60, "Dzień dobry")]]
    graph.special = lambda path, query: (
        refusal(100, "(#100) Tried accessing nonexisting field (reply_to)")
        if path.endswith("/conversations") and "reply_to" in query.get("fields", "")
        else None
    )
    with serving(graph):
        at = Round(graph, tmp_path / "care.sqlite")
        assert not at.pull().error
        assert "Dzień dobry" in at.texts
        assert "conversations: the platform refuses the field reply_to" in at.told
        at.shop.close()


def test_a_total_larger_than_what_is_shown_is_said_at_the_first_reading(tmp_path: Path) -> None:
    graph = page_with_seven()
    graph.totals["900"] = 12
    with serving(graph):
        at = Round(graph, tmp_path / "care.sqlite")
        at.pull()
        assert at.texts == SEVEN
        assert "5 more comments than it shows" in at.channel.possible_loss
        at.shop.close()


def test_conversations_in_another_order_hide_no_new_message(tmp_path: Path) -> None:
    old = [conversation(f"o{n}", f"old{n}", 20 * 86_400 + n, "dawno") for n in range(3)]
    graph = page_with_seven()
    graph.conversations = [[conversation("1", "ola", 4000, "Pierwsza"), old[0]], [old[1]], [old[2]]]
    with serving(graph):
        at = Round(graph, tmp_path / "care.sqlite")
        at.pull()
        graph.conversations[1] = [conversation("2", "ewa", 30, "Druga"), old[1]]
        graph.conversations[2] = [old[2], conversation("3", "iza", 20, "Trzecia")]
        at.now += MINUTE
        at.pull()
        assert {"Pierwsza", "Druga", "Trzecia"} <= set(at.texts)
        at.shop.close()


def test_one_conversation_that_cannot_be_read_stops_no_other(tmp_path: Path) -> None:
    sick = conversation("1", "ola", 60, "Nowsza", "Starsza")
    sick["messages"] = {"data": sick["messages"]["data"][:1]}
    graph = page_with_seven()
    graph.conversations = [[sick, conversation("2", "ewa", 90, "Druga")]]
    graph.special = lambda path, query: (
        refusal(1, "An unknown error occurred", 500) if path == "t_1/messages" else None
    )
    with serving(graph):
        at = Round(graph, tmp_path / "care.sqlite")
        at.pull()
        assert {"Nowsza", "Druga"} <= set(at.texts)
        assert "conversation t_1 has been unreadable" in at.told
        whole = conversation("1", "ola", 60, "Nowsza", "Starsza")
        graph.special = lambda path, query: (200, whole) if path == "t_1" else None
        at.now += 2 * MINUTE
        at.pull()
        assert "Starsza" in at.texts
        assert not at.told
        at.shop.close()


def test_a_stream_that_is_not_read_to_its_end_for_three_intervals_is_told(tmp_path: Path) -> None:
    graph = page_with_seven()
    with serving(graph):
        at = Round(graph, tmp_path / "care.sqlite")
        at.pull()
        assert not at.told
        graph.special = lambda path, query: (
            refusal(1, "An unknown error occurred", 500) if path.endswith("conversations") else None
        )
        for _ in range(3):
            at.now += 3 * MINUTE
            report = at.pull()
        assert report.error == "An unknown error occurred"
        assert "conversations: An unknown error occurred" in at.told
        assert "conversations has not been read completely since" in at.told
        assert "comments was not read" not in at.told
        at.shop.close()


def test_a_page_that_was_merged_into_another_says_into_which(tmp_path: Path) -> None:
    graph = page_with_seven()
    graph.special = lambda path, query: refusal(
        21, f"(#21) Page ID {PAGE} was migrated to page ID 205. Please update your API calls"
    )
    with serving(graph):
        at = Round(graph, tmp_path / "care.sqlite")
        report = at.pull()
        assert "was migrated to page ID 205" in report.error
        assert 'account: "205"' in at.told
        at.shop.close()
