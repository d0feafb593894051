"""How far one post is read, and what is made of what was found."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import pytest

from carecli.domain.events import MessageSeen
from carecli.domain.model import DAY, HOUR, MINUTE, ContactPoint, PostKind
from carecli.platforms.meta.cursor_state import MAX_REMEMBERED, CursorState, PostState
from carecli.platforms.meta.graph import GraphResponse
from carecli.platforms.meta.limits import Limits
from carecli.platforms.meta.post_read import PostReading
from carecli.platforms.meta.posts import CommentPage, ListedPost, PostPage

NOW = 100 * DAY


@dataclass
class Kind:
    """Only what a reading asks of its platform."""

    in_time_order: bool = True
    cap: int = 0
    control: str = "1"

    def edges(self, everything: bool) -> Sequence[str]:
        raise AssertionError

    def listing(
        self, edge: str, everything: bool, listed: AbstractSet[str]
    ) -> AsyncIterator[PostPage]:
        raise AssertionError

    def comments(self, found: ListedPost) -> AsyncIterator[CommentPage]:
        raise AssertionError


def page(comments: dict[str, int], total: int | None = None) -> CommentPage:
    """A page of top-level comments with their times."""
    events = tuple(
        MessageSeen(one, one, ContactPoint.COMMENT, at, address=f"9_{one}")
        for one, at in comments.items()
    )
    node = {"summary": {"total_count": total}} if total is not None else {}
    return CommentPage(events, GraphResponse(node, (), b"", Limits()), tuple(comments.values()))


def reading(
    entry: PostState, total: int | None, *, kind: Kind | None = None, rereads: bool = False
) -> PostReading:
    found = ListedPost("1_9", PostKind.POST, total, 0, (), "")
    return PostReading(kind or Kind(), found, entry, NOW, NOW - 30 * DAY, rereads)


def known_before(n: int) -> tuple[PostState, dict[str, int]]:
    comments = {str(k): NOW - HOUR - k * MINUTE for k in range(n)}
    entry = PostState()
    one = reading(entry, n)
    one.take(page(comments, n), {})
    assert one.settle() == ""
    assert (entry.total, len(entry.seen), entry.watermark) == (
        n,
        min(n, MAX_REMEMBERED),
        NOW - HOUR,
    )
    return entry, comments


def test_an_ascending_page_is_read_to_the_end() -> None:
    entry, _ = known_before(3)
    one = reading(entry, 4)
    ascending = page({"0": NOW - 3 * DAY, "1": NOW - 2 * DAY})
    one.take(ascending, {"0": "", "1": ""})
    assert not one.is_enough(ascending)
    descending = page({"1": NOW - 2 * DAY, "0": NOW - 3 * DAY})
    one.take(descending, {"0": "", "1": ""})
    assert one.is_enough(descending)


def test_enough_is_when_the_total_is_explained_and_older_ones_begin() -> None:
    entry, comments = known_before(40)
    one = reading(entry, 41)
    first = page({"new": NOW, **dict(list(comments.items())[:30])}, 41)
    one.take(first, dict.fromkeys(comments, ""))
    assert one.is_enough(first)
    assert one.surplus == 0


def test_a_reply_under_an_old_comment_is_looked_for_only_without_time_order() -> None:
    entry, comments = known_before(40)
    older = page(dict(list(comments.items())[20:]), 41)
    for kind, is_enough in ((Kind(), True), (Kind(in_time_order=False), False)):
        one = reading(entry, 41, kind=kind)
        one.take(older, dict.fromkeys(comments, ""))
        assert one.surplus == -1
        assert one.is_enough(older) is is_enough


def test_more_new_than_counted_is_read_as_far_as_remembered() -> None:
    entry, comments = known_before(40)
    names = list(comments)
    one = reading(entry, 40)
    first = page({"new": NOW, **{n: comments[n] for n in names[1:20]}}, 40)
    one.take(first, dict.fromkeys(comments, ""))
    assert one.surplus == 1
    assert not one.is_enough(first)


def test_few_missing_are_noted_and_many_only_if_the_count_agrees() -> None:
    for gone, total, is_believed in ((4, 20, True), (12, 20, False), (12, 8, True)):
        entry, comments = known_before(20)
        left = dict(list(comments.items())[gone:])
        one = reading(entry, total)
        one.take(page(left, total), dict.fromkeys(comments, ""))
        loss = one.settle()
        assert len(entry.missing) == (gone if is_believed else 0)
        assert bool(loss) is not is_believed
        assert len(entry.seen) == 20


def test_a_comment_that_comes_back_is_no_longer_missing() -> None:
    entry, comments = known_before(10)
    for listed in (dict(list(comments.items())[1:]), comments):
        one = reading(entry, len(listed))
        one.take(page(listed, len(listed)), dict.fromkeys(comments, ""))
        one.settle()
        assert bool(entry.missing) is (len(listed) == 9)


def test_a_post_that_counts_and_shows_nothing_is_tried_again_later() -> None:
    entry = PostState()
    one = reading(entry, 7)
    one.take(page({}, None), {})
    assert "page token" in one.settle()
    assert entry.total == 0
    assert entry.retry_at > NOW


def test_an_untold_total_is_no_loss() -> None:
    entry = PostState()
    for comments in ({"a": NOW - DAY}, {"b": NOW - HOUR, "a": NOW - DAY}):
        one = reading(entry, None)
        one.take(page(comments), {})
        assert one.settle() == ""
    assert len(entry.seen) == 2


def test_fifty_at_once_and_none_old_may_be_a_loss() -> None:
    entry, comments = known_before(3)
    fresh = {f"n{k}": NOW - k for k in range(50)}
    one = reading(entry, 53, kind=Kind(in_time_order=False, cap=50))
    one.take(page(fresh, 53), dict.fromkeys(comments, ""))
    assert "returned only 50 comments" in one.settle()


def test_memory_is_bounded_and_survives_the_cursor() -> None:
    entry, _ = known_before(MAX_REMEMBERED + 100)
    assert len(entry.seen) == MAX_REMEMBERED
    entry.missing = {"9_1": NOW}
    entry.is_thread = True
    ledger = CursorState({"1_9": entry}, 5, 6)
    again = CursorState.load(ledger.dump())
    assert again == ledger
    assert len(ledger.dump()) < 12_000


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"posts": {"a": 3, "b": {"t": "x"}}}'])
def test_a_cursor_nobody_wrote_is_read_as_far_as_possible(text: str) -> None:
    assert all(entry.total == 0 for entry in CursorState.load(text).posts.values())


def test_times_need_not_be_distinct() -> None:
    one = reading(PostState(), 3)
    same = page(dict.fromkeys("abc", NOW - DAY), 3)
    one.take(same, {})
    assert same.is_newest_first
    assert one.settle() == ""
