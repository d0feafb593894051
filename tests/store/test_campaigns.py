"""A campaign's threads go first while it runs, and only then."""

from __future__ import annotations

from carecli.domain.events import Author, MessageSeen
from carecli.domain.filter import parse_filter
from carecli.domain.model import ContactPoint
from carecli.store.campaigns import lift
from carecli.store.filtering import Asking
from carecli.store.policies import Policies
from carecli.store.threads import find
from tests.store.conftest import NOW, Shop


def lift_in(shop: Shop, *posts: str) -> list[int]:
    with shop.database.write() as db:
        return lift(db, posts, NOW, Policies(db))


def test_a_campaigns_comments_jump_over_private_messages_until_it_ends(shop: Shop) -> None:
    ana = Author("501", "Ana", "page")
    shop.take(MessageSeen("1", "1", ContactPoint.PRIVATE_MESSAGE, NOW, ana, text="hej"))
    shop.take(MessageSeen("2", "2", ContactPoint.COMMENT, NOW + 9, ana, text="konkurs", post="p9"))

    def order() -> list[int]:
        with shop.database.read() as db:
            return list(find(db, parse_filter("is:waiting"), Asking("ola", NOW)).ids)

    assert order() == [1, 2]
    assert lift_in(shop, "p9") == [2]
    assert order() == [2, 1]
    assert lift_in(shop, "p9") == []
    assert lift_in(shop) == [2]
    assert order() == [1, 2]
