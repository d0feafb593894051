"""The `fields` parameter is read as the platform reads it."""

from __future__ import annotations

import pytest

from carecli.practice.graph.errors import GraphError
from carecli.practice.graph.selection import SelectedField, parse


def test_nested_fields_with_parameters() -> None:
    text = (
        "id,from{id,name},comments.limit(0).filter(stream).as(all){id,from{id}},"
        "mentioned_comment.comment_id(17_9){text}"
    )
    id_, who, comments, mention = parse(text)
    assert (id_, who.children) == (
        SelectedField("id"),
        (SelectedField("id"), SelectedField("name")),
    )
    assert comments.arguments == {"limit": "0", "filter": "stream", "as": "all"}
    assert (comments.alias, comments.name) == ("all", "comments")
    assert comments.source == "id,from{id}"
    assert mention.arguments == {"comment_id": "17_9"}


def test_blanks_and_repeated_commas_are_allowed() -> None:
    assert [field.name for field in parse(" id,\n message ,,created_time, ")] == [
        "id",
        "message",
        "created_time",
    ]
    assert parse("") == ()


@pytest.mark.parametrize(
    "wrong", ["id{", "id}", "comments.limit", "comments.limit(1", "a b.", "é!"]
)
def test_wrong_syntax_is_refused(wrong: str) -> None:
    with pytest.raises(GraphError) as refused:
        parse(wrong)
    assert refused.value.code == 2500
