"""Pages of large lists: each found without walking the list, whole in both directions."""

from __future__ import annotations

import bisect
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.practice import PracticeServer
from carecli.practice.graph.errors import GraphError
from carecli.practice.graph.paging import EdgeListing, page, read_time, write_time
from tests.practice.graph import NOW, Graph, error_of


@dataclass(frozen=True)
class Thing:
    created: int
    serial: int


class Watched(Sequence[Thing]):
    """So many things, of which it counts how many were looked at."""

    def __init__(self, count: int) -> None:
        self.size, self.looks = count, 0

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, at: Any) -> Any:
        asked = range(self.size)[at]
        found = [asked] if isinstance(asked, int) else asked
        self.looks += len(found)
        things = [Thing(n, n) for n in found]
        return things if isinstance(at, slice) else things[0]


def walk(items: Sequence[Thing], limit: int, *, newest_first: bool) -> Iterator[Thing]:
    listing = EdgeListing(items, newest_first=newest_first)
    arguments = {"limit": str(limit)}
    while True:
        cut = page(listing, arguments)
        yield from cut.items
        if not cut.has_next:
            return
        arguments["after"] = cut.after


@given(
    moments=st.lists(st.integers(0, 5), max_size=40),
    limit=st.integers(1, 9),
    newest_first=st.booleans(),
)
def test_walking_sees_everything_once(moments: list[int], limit: int, newest_first: bool) -> None:
    things = [Thing(at, serial) for serial, at in enumerate(sorted(moments))]
    expected = things[::-1] if newest_first else things
    assert list(walk(things, limit, newest_first=newest_first)) == expected


@given(
    count=st.integers(2, 40), limit=st.integers(1, 9), newest_first=st.booleans(), data=st.data()
)
def test_what_is_before_a_page_is_the_page_one_came_from(
    count: int, limit: int, newest_first: bool, data: st.DataObject
) -> None:
    things = [Thing(n, n) for n in range(count)]
    listing = EdgeListing(things, newest_first=newest_first)
    first = page(listing, {"limit": str(limit)})
    if not first.has_next:
        return
    second = page(listing, {"limit": str(limit), "after": first.after})
    assert second.has_previous
    back = page(listing, {"limit": str(limit), "before": second.before})
    assert back.items == first.items


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_page_of_a_million_costs_what_a_page_of_a_thousand_costs(newest_first: bool) -> None:
    for count in (1_000, 1_000_000):
        watched = Watched(count)
        listing = EdgeListing(watched, newest_first=newest_first, bounded=True)
        middle = page(EdgeListing([Thing(count // 2, count // 2)]), {}).after
        cut = page(listing, {"limit": "100", "after": middle, "since": "0"})
        assert cut.items
        assert watched.looks <= 100 + 3 * 21


def test_items_that_go_or_come_do_not_disturb_a_walk() -> None:
    things = [Thing(n, n) for n in range(30)]
    chance = random.Random(1)
    walker = walk(things, 4, newest_first=True)
    seen = [next(walker) for _ in range(4)]
    things.remove(seen[-1])
    bisect.insort(things, Thing(99, 99), key=lambda thing: thing.created)
    things.remove(chance.choice(things[:5]))
    rest = list(walker)
    assert [*seen, *rest] == sorted({*seen, *rest}, key=lambda one: -one.created)
    assert set(things) - {Thing(99, 99)} <= {*seen, *rest}


def test_bounds_of_time() -> None:
    things = [Thing(n * 1000, n) for n in range(10)]
    listing = EdgeListing(things, newest_first=False, bounded=True)
    cut = page(listing, {"since": "3", "until": "1970-01-01T00:00:06+0000"})
    assert [item.serial for item in cut.items] == [3, 4, 5, 6]
    assert not cut.has_next
    with pytest.raises(GraphError):
        page(listing, {"since": "yesterday-ish"})


@pytest.mark.parametrize("wrong", [{"after": "%%%"}, {"limit": "many"}, {"limit": "-1"}])
def test_wrong_paging_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(GraphError) as refused:
        page(EdgeListing([Thing(1, 1)]), wrong)
    assert error_of(refused.value.body())[0] == 100


def test_times_are_whole_seconds() -> None:
    assert write_time(NOW + 999) == "2026-11-18T11:06:40+0000"
    assert read_time(write_time(NOW)) == NOW


def test_a_contest_is_read_entry_by_entry_through_all_its_pages() -> None:
    with PracticeServer("contest", now=NOW, entries=3_000) as practice:
        post = practice.town.contest
        assert post is not None
        graph = Graph(practice.url, post.account.token)
        seen = [
            one["id"]
            for one in graph.all(
                f"{post.id}/comments",
                filter="stream",
                order="reverse_chronological",
                limit=100,
                fields="id",
            )
        ]
        graph.close()
        assert seen == [comment.id for comment in reversed(post.stream)]
        assert len(seen) == 3_000
        assert practice.ledger.counts["GET comments"] == 30
