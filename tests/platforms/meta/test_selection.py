"""The `fields` of a request without what the platform refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.platforms.meta import wire
from carecli.platforms.meta.selection import (
    ALL_BUT_CORE,
    contains_field,
    refused_field,
    selection_name,
    without_fields,
)
from carecli.practice.graph.selection import parse

SELECTIONS = (
    wire.COMMENT_FIELDS,
    wire.POST_FIELDS,
    wire.MESSAGE_FIELDS,
    wire.RATING_FIELDS,
    wire.IG_COMMENT_FIELDS,
    wire.MEDIA_FIELDS,
    f"{wire.CONVERSATION_FIELDS},messages.limit(10){{{wire.MESSAGE_FIELDS}}}",
    "id,creative{effective_object_story_id}",
)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("(#100) Tried accessing nonexisting field (reply_to) on node type (Message)", "reply_to"),
        ("(#12) link field is deprecated for versions v3.3 and higher", "link"),
        ("(#100) Unknown fields: stickers", "stickers"),
        ("(#100) Something else", ""),
    ],
)
def test_which_field_an_error_names(said: str, field: str) -> None:
    assert refused_field(said) == field


def test_a_field_goes_at_every_depth_and_an_empty_object_with_it() -> None:
    fields = "id,from{name},messages.limit(3){id,from{id,name},reply_to{name}}"
    assert without_fields(fields, {"name"}) == "id,messages.limit(3){id,from{id}}"
    assert without_fields(fields, {"from"}) == "id,messages.limit(3){id,reply_to{name}}"
    assert without_fields(fields, {"messages", "id"}) == fields


@pytest.mark.parametrize("fields", SELECTIONS)
def test_nothing_refused_leaves_all_and_the_core_is_smaller(fields: str) -> None:
    assert without_fields(fields, ()) == fields
    core = without_fields(fields, (ALL_BUT_CORE,))
    parse(core)
    assert len(core) <= len(fields)
    assert core.startswith("id") or fields is wire.RATING_FIELDS


@given(st.sampled_from(SELECTIONS), st.data())
def test_what_is_left_can_be_parsed_and_holds_nothing_refused(
    fields: str, data: st.DataObject
) -> None:
    names = sorted({one.name for one in parse(fields)} - {"id", "created_time", "timestamp"})
    refused = data.draw(st.sets(st.sampled_from(names)))
    left = without_fields(fields, refused)
    parse(left)
    for name in refused - {"messages", "participants", "creative", "replies"}:
        assert not contains_field(left, name)


def test_what_is_asked_for_has_a_name() -> None:
    assert selection_name("1/conversations", "id") == "conversations"
    assert selection_name("9_1", wire.COMMENT_FIELDS) == "comments"
    assert selection_name("9_1", "id,name") == "object"
