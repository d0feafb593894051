"""Observations are partial: in any order they leave what all of them together say."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.domain.events import Author, MessageSeen, PostSeen
from carecli.domain.model import Attachment, ContactPoint, PostKind
from tests.store.kept import START, Kept, union

COMMENT, MENTION = ContactPoint.COMMENT, ContactPoint.MENTION


def full(id_: str, at: int, parent: str | None, author: str | None, text: str) -> MessageSeen:
    """A message as the richest observation tells it; without `author` it is the brand's."""
    return MessageSeen(
        id_,
        parent or id_,
        COMMENT,
        START + at * 1000,
        author=Author(author, author.title(), "page") if author else Author("page", "Shop", "page"),
        is_ours=author is None,
        text=text,
        post="9",
        parent=parent,
        address=f"9_{id_}",
        permalink=f"https://example.org/{id_}",
        attachments=(Attachment("image", "https://example.org/p.png"),) if at % 2 else (),
        mentions=("ana",) if author is None else (),
    )


WHOLE = (
    full("1", 1, None, "ana", "size 38?"),
    full("2", 2, "1", "bea", "me too, when?"),
    full("3", 3, "2", "ana", "a reply to the reply"),
    full("4", 4, "3", None, "tomorrow"),
    full("5", 5, None, "cyd", "another question"),
)


@st.composite
def partial(draw: st.DrawFn, whole: MessageSeen) -> MessageSeen:
    """An observation of a message that lacks some of its fields."""
    lacks = draw(st.sets(st.sampled_from(["who", "text", "place", "parent", "rest", "name"])))
    seen = whole
    if "who" in lacks:
        seen = replace(seen, author=None, is_ours=False)
    elif "name" in lacks and seen.author is not None:
        seen = replace(seen, author=replace(seen.author, name=""))
    if "text" in lacks:
        seen = replace(seen, text=draw(st.sampled_from([None, ""])))
    if "place" in lacks:
        point = draw(st.sampled_from([None, MENTION]))
        seen = replace(seen, point=point, post=None)
    if "parent" in lacks:
        seen = replace(seen, parent=None, thread=seen.platform_id)
    if "rest" in lacks:
        seen = replace(seen, address="", permalink="", attachments=(), mentions=())
    return seen


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_order_of_partial_observations_gives_what_they_say_together(
    data: st.DataObject,
) -> None:
    about = data.draw(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=10))
    seen = [data.draw(partial(one)) for one in about]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        piecemeal, at_once = Kept(one), Kept(other)
        left = list(seen)
        while left:
            size = data.draw(st.integers(1, 3))
            piecemeal.take(*left[:size])
            left = left[size:]
        at_once.take(*union(seen))
        try:
            for name, rows in piecemeal.tells().items():
                assert rows == at_once.tells()[name], name
        finally:
            piecemeal.close()
            at_once.close()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(str(tmp_path))


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)])
def test_replies_to_replies_are_one_conversation_whatever_comes_first(
    kept: Kept, order: tuple[int, ...]
) -> None:
    for number in order:
        kept.take(WHOLE[number])
    tells = kept.tells()
    assert {row[1] for row in tells["messages"]} == {"1"}
    assert len(tells["threads"]) == 1
    ana, bea = (row for row in tells["waits"])
    assert (ana[1], ana[5]) == ("ana", "replied_elsewhere")  # whom the answer names
    assert (bea[1], bea[5]) == ("bea", "")
    kept.close()


def test_what_nobody_knew_is_never_ours_and_waits_until_it_is_known(kept: Kept) -> None:
    unknown = replace(WHOLE[3], author=None, is_ours=False, mentions=())
    kept.take(unknown)
    assert [row[1] for row in kept.tells()["waits"]] == ["?4"]
    kept.take(WHOLE[3])
    assert kept.tells()["waits"] == []
    kept.take(unknown)
    assert kept.tells()["waits"] == []
    kept.close()


def test_somebody_known_by_handle_is_the_one_known_by_id_later(kept: Kept) -> None:
    by_handle = replace(WHOLE[0], author=Author("@Ana", "Ana", "page"))
    kept.take(by_handle)
    kept.take(replace(WHOLE[4], author=Author("7", "Ana", "page")))
    kept.take(replace(WHOLE[1], author=Author("@Ana", "Ana", "page")))
    assert kept.tells()["contacts"] == [("7", "Ana")]
    kept.close()


def test_a_text_that_is_told_late_is_no_edit_and_an_empty_one_takes_nothing_away(
    kept: Kept,
) -> None:
    kept.take(replace(WHOLE[0], text=None))
    kept.take(WHOLE[0])
    kept.take(replace(WHOLE[0], text=""))
    (row,) = kept.tells()["messages"]
    assert (row[6], row[-1]) == ("size 38?", None)
    kept.close()


def test_a_post_stays_the_richest_it_was_told_to_be(kept: Kept) -> None:
    kept.take(PostSeen("9", PostKind.AD), WHOLE[0])
    kept.take(PostSeen("9", PostKind.POST))
    kept.take(PostSeen("9", PostKind.MENTION))
    assert kept.tells()["threads"][0][1] == "ad"
    kept.close()
