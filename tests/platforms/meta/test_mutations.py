"""Recorded payloads, spoilt: reading never raises and never invents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.domain.events import MessageSeen, Unrecognised
from carecli.platforms.base import Account, Page
from carecli.platforms.meta.facebook import FacebookPage
from tests.platforms.meta.recordings import FOLDER, NOW, PAGE, RECORDED, name_of, read

DROPPED = (
    "from", "message", "paging", "id", "created_time", "text", "timestamp", "sender", "entry",
    "value", "mid", "comment_id", "post_id", "participants", "messages", "media", "username",
)  # fmt: skip
SPOILT: tuple[Any, ...] = (
    None,
    7,
    -1,
    2**70,
    True,
    "",
    "x",
    "\x1b[2J",
    [],
    {},
    [None],
    {"data": 3},
)


def without(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: without(inner, name) for key, inner in value.items() if key != name}
    return [without(inner, name) for inner in value] if isinstance(value, list) else value


def numeric(value: Any) -> Any:
    """The same with every id that is all digits as a number."""
    if isinstance(value, dict):
        return {
            key: int(inner)
            if key in {"id", "post_id", "parent_id"} and isinstance(inner, str) and inner.isdigit()
            else numeric(inner)
            for key, inner in value.items()
        }
    return [numeric(inner) for inner in value] if isinstance(value, list) else value


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, one in inner:
        yield (*at, key)
        yield from places(one, (*at, key))


def spoilt(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    whole = json.loads(json.dumps(value))
    inner = whole
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = new
    return whole


@pytest.mark.parametrize("path", RECORDED, ids=name_of)
def test_a_missing_field_never_raises(path: Path) -> None:
    payload = json.loads(path.read_bytes())
    for name in DROPPED:
        page = read(path, json.dumps(without(payload, name)).encode())
        assert isinstance(page, Page)


@pytest.mark.parametrize("path", RECORDED, ids=name_of)
def test_ids_as_numbers_say_the_same(path: Path) -> None:
    payload = json.loads(path.read_bytes())
    assert read(path, json.dumps(numeric(payload)).encode()).events == read(path).events


@pytest.mark.parametrize("path", RECORDED, ids=name_of)
def test_any_value_anywhere_is_survived(path: Path) -> None:
    payload = json.loads(path.read_bytes())
    for n, at in enumerate(places(payload)):
        raw = json.dumps(spoilt(payload, at, SPOILT[n % len(SPOILT)])).encode()
        broken = [e for e in read(path, raw).events if "breaks its reader" in repr(e)]
        assert not broken, f"{at} -> {SPOILT[n % len(SPOILT)]!r}"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["data", "id", "from", "message", "entry", "changes", "value", "field", "messaging",
             "created_time", "item", "verb", "code", "body", "error", "timestamp", "participants",
             "comments", "open_graph_story", "mentioned_comment", "replies"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_any_json_is_read(payload: object) -> None:
    page = FacebookPage(Account("fb", "facebook", PAGE, "token")).read(
        json.dumps(payload).encode("utf-8", "surrogatepass"), NOW
    )
    assert page.cursor is None
    assert "breaks its reader" not in repr(page.events)


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null", b"3", b'"x"'])
def test_bytes_that_are_no_payload(raw: bytes) -> None:
    page = FacebookPage(Account("fb", "facebook", PAGE, "token")).read(raw, NOW)
    assert [type(event) for event in page.events] == [Unrecognised]


def test_both_spellings_of_a_comments_id_meet() -> None:
    path = FOLDER / "facebook/comments/comment_full_page_token.json"
    long = json.loads(path.read_bytes())
    short = {**long, "id": long["id"].partition("_")[2]}
    ids = [
        event.platform_id
        for payload in (long, short)
        for event in read(path, json.dumps(payload).encode()).events
        if isinstance(event, MessageSeen)
    ]
    assert ids == ["2966313500250461"] * 2


def test_one_bad_part_does_not_spoil_the_others() -> None:
    path = FOLDER / "constructed/comments_stream_with_replies.json"
    payload = json.loads(path.read_bytes())
    payload["data"][1] = {"id": {"what": 1}, "like_count": []}
    events = read(path, json.dumps(payload).encode()).events
    assert [type(event) for event in events] == [MessageSeen, Unrecognised, MessageSeen]


def test_hostile_text_comes_in_inert() -> None:
    path = FOLDER / "constructed/comments_stream_with_replies.json"
    payload = json.loads(path.read_bytes())
    payload["data"][0]["message"] = "\x1b]0;owned\x07 \u202egnp.exe"
    payload["data"][0]["from"]["name"] = "A\x1b[31m\nB"
    question = read(path, json.dumps(payload).encode()).events[0]
    assert isinstance(question, MessageSeen)
    assert question.author is not None
    assert not {"\x1b", "\x07", "\u202e"} & set(f"{question.text}{question.author.name}")
    assert "\n" not in question.author.name
