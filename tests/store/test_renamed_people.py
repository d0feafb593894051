"""Somebody who changes their handle stays one person: a message has one author for ever."""

from __future__ import annotations

from dataclasses import replace

from carecli.domain.events import Author, MessageSeen
from carecli.domain.model import ContactPoint
from tests.store.conftest import NOW, Shop


def comment(id_: str, handle: str, *, person: str = "", at: int = 0) -> MessageSeen:
    """A comment as Instagram tells it: with its author's id, or with the handle alone."""
    author = Author(person or f"@{handle}", handle, scope="ig")
    return MessageSeen(
        id_, id_, ContactPoint.COMMENT, NOW + at, author, text=f"Tekst {id_}", post="p1"
    )


def people(shop: Shop) -> list[tuple[object, ...]]:
    """Who is known, with their comments."""
    return shop.all(
        "SELECT k.platform_id, k.name, (SELECT group_concat(platform_id) FROM (SELECT platform_id "
        "FROM messages WHERE contact_id = k.id ORDER BY id)) FROM contacts k ORDER BY k.id"
    )


def names_found(shop: Shop, word: str) -> int:
    sql = "SELECT count(*) FROM contact_names WHERE contact_names MATCH ?"
    (n,) = shop.one(sql, f'"{word}"')
    assert isinstance(n, int)
    return n


def test_somebody_known_by_id_has_a_new_name_and_is_nobody_new(shop: Shop) -> None:
    shop.take(comment("1", "ola", person="77"))
    shop.take(comment("2", "olusia", person="77", at=5), at=NOW + 5)
    assert people(shop) == [("77", "olusia", "1,2")]
    assert (names_found(shop, "ola"), names_found(shop, "olusia")) == (0, 1)


def test_an_old_comment_tells_that_a_handle_changed(shop: Shop) -> None:
    shop.take(comment("1", "ola"))
    shop.take(comment("2", "olusia", at=5), at=NOW + 5)
    assert len(people(shop)) == 2  # nothing tells yet that they are one
    shop.take(comment("1", "olusia"), at=NOW + 9)
    assert people(shop) == [("@olusia", "olusia", "1,2")]
    assert shop.one("SELECT count(*) FROM waits WHERE ended_at IS NULL") == (2,)


def test_a_new_handle_of_somebody_known_by_id_is_theirs(shop: Shop) -> None:
    shop.take(comment("1", "ola", person="77"))
    shop.take(comment("2", "olusia", at=5), at=NOW + 5)
    shop.take(comment("1", "olusia"), at=NOW + 9)
    assert people(shop) == [("77", "olusia", "1,2")]


def test_an_id_told_late_with_a_new_handle_is_the_same_person(shop: Shop) -> None:
    shop.take(comment("1", "ola"))
    shop.take(comment("1", "olusia", person="77"), at=NOW + 9)
    assert people(shop) == [("77", "olusia", "1")]


def test_an_older_observation_changes_no_handle_back(shop: Shop) -> None:
    shop.take(comment("1", "olusia"), at=NOW + 9)
    shop.take(comment("1", "ola"), at=NOW + 5)
    assert people(shop) == [("@olusia", "olusia", "1")]
    shop.take(comment("2", "olusia", person="77"), at=NOW + 9)
    shop.take(comment("2", "ola"), at=NOW + 5)
    assert [name for _id, name, _said in people(shop)] == ["olusia"]


def test_the_same_observation_twice_changes_nothing(shop: Shop) -> None:
    shop.take(comment("1", "ola"))
    shop.take(comment("1", "olusia"), at=NOW + 9)
    again = shop.take(comment("1", "olusia"), at=NOW + 20)
    assert (again.new_messages, again.threads) == (0, ())


def test_our_answer_ends_the_wait_of_whom_it_mentions_by_the_new_handle(shop: Shop) -> None:
    shop.take(comment("1", "ola"), comment("3", "jan", at=1))
    shop.take(comment("1", "olusia"), at=NOW + 9)
    answer = replace(
        comment("4", "us", at=10),
        author=None,
        is_ours=True,
        thread="1",
        parent="1",
        mentions=("@olusia",),
    )
    shop.take(answer, at=NOW + 11)
    ended = "SELECT k.name FROM waits w JOIN contacts k ON k.id = w.contact_id WHERE w.ended_at > 0"
    assert shop.all(ended) == [("olusia",)]
