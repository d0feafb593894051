"""Payloads of one conversation, in part and in any order, leave what they say together.

The conversations are recorded ones (and one that was made for replies to replies). Each message
is told as a page of the API, a single object or a webhook tells it, with fields missing.
"""

from __future__ import annotations

import itertools
import json
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.domain.events import MessageSeen
from carecli.platforms.base import Account, Connector
from carecli.platforms.meta import wire
from carecli.platforms.meta.facebook import FacebookPage
from carecli.platforms.meta.instagram import InstagramProfile
from tests.platforms.meta.recordings import FOLDER, PAGE, PROFILE
from tests.store.kept import START, Kept, union

REPLIES = FOLDER.parent / "replies_to_replies"
SHOP = "104000000000001"
Json = dict[str, Any]


def load(path: Path) -> Any:
    return json.loads(path.read_bytes())


class Talk(ABC):
    """A recorded conversation. `nodes` are its messages as the API tells them."""

    account: str
    nodes: list[Json]
    connector: Connector
    droppable: tuple[str, ...]

    def page(self, nodes: Sequence[Json]) -> Json:
        return {"data": list(nodes)}

    @abstractmethod
    def hook(self, node: Json, lacks: set[str]) -> Json:
        """A message as a webhook tells it, without some of it."""

    @abstractmethod
    def truth(self, node: Json) -> Json:
        """Who wrote a message, what, and under which; `from` is None for the brand."""

    def read(self, raw: bytes) -> list[MessageSeen]:
        events = self.connector.read(raw, START).events
        return [event for event in events if isinstance(event, MessageSeen)]


class FacebookComments(Talk):
    droppable = ("from", "message", "parent", "permalink_url", "created_time")

    def __init__(self, account: str, nodes: list[Json]) -> None:
        self.account, self.nodes = account, nodes
        self.connector = FacebookPage(Account("fb", "facebook", account, "token"))

    def hook(self, node: Json, lacks: set[str]) -> Json:
        post = f"{self.account}_{node['id'].partition('_')[0]}"
        at = (wire.moment(node["created_time"]) or 0) // 1000
        value: Json = {
            "item": "comment",
            "verb": "add",
            "comment_id": node["id"],
            "post_id": post,
            "parent_id": node.get("parent", {}).get("id", post),
            "created_time": at,
        }
        value |= {name: node[name] for name in ("message", "from") if name in node}
        names = {"parent": "parent_id", "place": "post_id"}
        for name in lacks:
            value.pop(names.get(name, name), None)
        change = {"field": "mention" if "place" in lacks else "feed", "value": value}
        entry = {"id": self.account, "time": at + 2, "changes": [change]}
        return {"object": "page", "entry": [entry]}

    def truth(self, node: Json) -> Json:
        who = node.get("from", {}).get("id", "?" + node["id"].partition("_")[2])
        return {
            "from": None if who == self.account else who,
            "message": node.get("message", ""),
            "parent": node.get("parent", {}).get("id", "").rpartition("_")[2],
        }


class InstagramComments(Talk):
    droppable = ("username", "text", "parent_id", "user")

    def __init__(self) -> None:
        whole = load(FOLDER / "instagram/rest/own_media_comments_with_replies.json")["data"]
        self.account = PROFILE
        self.nodes = []
        for top in whole:
            replies = top.pop("replies", {"data": []})["data"]
            self.nodes.append(top)
            self.nodes += [{**reply, "parent_id": top["id"]} for reply in replies]
        self.connector = InstagramProfile(Account("ig", "instagram", PROFILE, "token"))

    def hook(self, node: Json, lacks: set[str]) -> Json:
        names = {"username": "from"}
        value: Json = {
            name: node[name] for name in ("id", "text", "media", "parent_id") if name in node
        }
        ours = "user" in node
        who = PROFILE if ours else "id-of-" + node["username"]
        value["from"] = {"id": who, "username": node["username"]}
        for name in lacks:
            value.pop(names.get(name, name), None)
        at = (wire.moment(node["timestamp"]) or 0) // 1000
        change = {"field": "comments", "value": value}
        return {"object": "instagram", "entry": [{"id": PROFILE, "time": at, "changes": [change]}]}

    def truth(self, node: Json) -> Json:
        return {
            "from": None if "user" in node else "id-of-" + node["username"],
            "message": node["text"],
            "parent": node.get("parent_id", ""),
        }


class Messages(Talk):
    """A private conversation, of the recorded shapes of both platforms."""

    droppable = ("from", "to", "message", "attachments")

    def __init__(self, account: str, connector: Connector, contact: Json, nodes: list[Json]):
        self.account, self.contact = account, contact
        self.nodes, self.connector = nodes, connector

    def page(self, nodes: Sequence[Json]) -> Json:
        people = {"data": [self.contact, {"id": self.account, "name": "Shop"}]}
        return {"data": [{"id": "t_1", "participants": people, "messages": {"data": list(nodes)}}]}

    def hook(self, node: Json, lacks: set[str]) -> Json:
        at = wire.moment(node["created_time"])
        message: Json = {"mid": node["id"], "is_echo": node["from"]["id"] == self.account}
        if "message" in node and "message" not in lacks:
            message["text"] = node["message"]
        if "attachments" in node and "attachments" not in lacks:
            url = node["attachments"]["data"][0]["image_data"]["url"]
            message["attachments"] = [{"type": "image", "payload": {"url": url}}]
        if not message["is_echo"] or "to" in lacks:  # an echo tells it by its sender too
            del message["is_echo"]
        update = {
            "sender": {"id": node["from"]["id"]},
            "recipient": {"id": node["to"]["data"][0]["id"]},
            "timestamp": at,
            "message": message,
        }
        if "from" in lacks:
            del update["sender"]
        kind = "instagram" if isinstance(self.connector, InstagramProfile) else "page"
        return {"object": kind, "entry": [{"id": self.account, "time": at, "messaging": [update]}]}

    def truth(self, node: Json) -> Json:
        who = node["from"]["id"]
        return {
            "from": None if who == self.account else who,
            "message": node.get("message", ""),
            "parent": "",
        }


def private(account: str, connector: Connector) -> Messages:
    image = load(FOLDER / "facebook/messaging/message_with_image.json")
    (talk,) = load(FOLDER / "constructed/conversations_list_ms_fields.json")["data"]
    contact, page = image["from"], {"id": account, "name": "Shop"}
    nodes = [image | {"to": {"data": [page]}}]
    for node in talk["messages"]["data"]:
        ours = node["from"]["id"] == "1"
        who, whom = (page, contact) if ours else (contact, page)
        nodes.append(node | {"from": who, "to": {"data": [whom]}})
    return Messages(account, connector, contact, nodes)


TALKS: dict[str, Talk] = {
    "replies to replies": FacebookComments(SHOP, load(REPLIES / "n-rest.json")["data"]),
    "comments": FacebookComments(
        PAGE, load(FOLDER / "facebook/comments/comments_of_post_with_from_p1.json")["data"][:4]
    ),
    "stream": FacebookComments(
        "1", load(FOLDER / "constructed/comments_stream_with_replies.json")["data"]
    ),
    "instagram": InstagramComments(),
    "messenger": private(PAGE, FacebookPage(Account("fb", "facebook", PAGE, "token"))),
    "instagram messages": private(
        PROFILE, InstagramProfile(Account("ig", "instagram", PROFILE, "token"))
    ),
}


@st.composite
def payload(draw: st.DrawFn, talk: Talk) -> bytes:
    """A page, a single object or a webhook of the conversation, with fields missing."""
    shape = draw(st.sampled_from(["page", "single", "hook"]))
    lacks = st.sets(st.sampled_from(talk.droppable), max_size=3)
    if shape == "hook":
        node = draw(st.sampled_from(talk.nodes))
        return json.dumps(talk.hook(node, draw(lacks))).encode()
    size = 1 if shape == "single" else len(talk.nodes)
    nodes = draw(
        st.lists(
            st.sampled_from(talk.nodes), min_size=1, max_size=size, unique_by=lambda n: n["id"]
        )
    )
    told = []
    for node in nodes:
        gone = draw(lacks)
        told.append({name: value for name, value in node.items() if name not in gone})
    whole = talk.page(told) if shape == "page" else told[0]
    return json.dumps(whole).encode()


def take_all(kept: Kept, talk: Talk, raws: Sequence[bytes]) -> None:
    for raw in raws:
        kept.take(*talk.connector.read(raw, START).events)


@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_payloads_in_any_order_leave_what_they_say_together(
    talk: Talk, data: st.DataObject
) -> None:
    raws = data.draw(st.lists(payload(talk), min_size=1, max_size=8))
    seen = [event for raw in raws for event in talk.read(raw)]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        piecemeal, at_once = Kept(one), Kept(other)
        try:
            take_all(piecemeal, talk, raws)
            at_once.take(*union(seen))
            for name, rows in piecemeal.tells().items():
                assert rows == at_once.tells()[name], name
            _judge(piecemeal, talk, seen)
        finally:
            piecemeal.close()
            at_once.close()


def _judge(kept: Kept, talk: Talk, seen: Sequence[MessageSeen]) -> None:
    """What stands there is the truth, as far as anybody told it, and nothing else is ours."""
    truths = {_own(node["id"]): talk.truth(node) for node in talk.nodes}
    for own, _, parent, _, who, _, text, *_ in kept.tells()["messages"]:
        truth, told = truths[str(own)], [one for one in seen if one.platform_id == own]
        is_told_who = any(one.author or one.is_ours for one in told)
        is_handle = str(who).startswith("@") or not is_told_who
        assert is_handle or who == truth["from"], "whose message"
        assert who is not None or truth["from"] is None, "ours, and nobody told so"
        assert text == (truth["message"] if any(one.text for one in told) else ""), "the text"
        assert (parent or "") == (truth["parent"] if any(o.parent for o in told) else ""), "parent"


def _own(id_: str) -> str:
    return id_ if id_.startswith("m_") else id_.rpartition("_")[2]


@pytest.mark.parametrize("order", [*itertools.permutations(range(1, 5)), "rest"], ids=str)
def test_replies_to_replies_are_one_thread_and_the_answer_ends_the_right_wait(
    tmp_path: Path, order: tuple[int, ...] | str
) -> None:
    talk, kept = TALKS["replies to replies"], Kept(str(tmp_path))
    names = [f"n{number}.json" for number in order] if order != "rest" else ["n-rest.json"]
    take_all(kept, talk, [(REPLIES / name).read_bytes() for name in names])
    told = kept.tells()
    kept.close()
    assert {row[1] for row in told["messages"]} == {"1"}
    assert [row[0] for row in told["threads"]] == ["1"]
    assert [(row[1], row[5]) for row in told["waits"]] == [("71", ""), ("72", "replied_elsewhere")]


@pytest.mark.parametrize("text", ["@Person 72 tomorrow", "Person 72 tomorrow"])
def test_an_answer_names_whom_it_answers_also_by_its_first_words(tmp_path: Path, text: str) -> None:
    talk, kept = TALKS["replies to replies"], Kept(str(tmp_path))
    nodes = [*talk.nodes[:3], talk.nodes[3] | {"message": text}]
    take_all(kept, talk, [json.dumps(talk.page(nodes)).encode()])
    ended = {row[1] for row in kept.tells()["waits"] if row[6] is not None}
    kept.close()
    assert ended == {"72"}


STATES = ("is_hidden", "user_likes")


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from([*STATES, "hook"]), st.booleans()), max_size=6))
def test_what_can_change_stands_as_it_was_told_last(told: list[tuple[str, bool]]) -> None:
    """Hiding and likes are states: a payload that does not tell of them leaves them alone."""
    talk = TALKS["stream"]
    node = talk.nodes[0]
    bare = {name: value for name, value in node.items() if name not in STATES}
    with tempfile.TemporaryDirectory() as folder:
        kept = Kept(folder)
        take_all(kept, talk, [json.dumps(talk.page([bare])).encode()])
        last = dict.fromkeys(STATES, False)
        for name, state in told:
            hook = talk.hook(node, set())
            if name == "hook":
                value = hook["entry"][0]["changes"][0]["value"]
                value["verb"] = "hide" if state else "unhide"
                take_all(kept, talk, [json.dumps(hook).encode()])
                last["is_hidden"] = state
            else:
                told_now = bare | {name: state}
                take_all(kept, talk, [json.dumps(told_now).encode(), json.dumps(hook).encode()])
                last[name] = state
        with kept.database.read() as db:
            (row,) = db.execute("SELECT visibility, liked, contact_id FROM messages").fetchall()
        kept.close()
    assert row[:2] == ("hidden" if last["is_hidden"] else "visible", int(last["user_likes"]))
    assert row[2] is not None
