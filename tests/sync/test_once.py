"""One round on the practice platform: everything in, one reply out, once."""

from __future__ import annotations

import httpx

from carecli.practice import PracticeServer
from carecli.sync.daemon import sync_once
from tests.sync.shop import Shop, practice_connectors, waiting_comment


def test_a_round_brings_all_in_and_sends_the_reply_once(
    shop: Shop, practice: PracticeServer
) -> None:
    connectors = practice_connectors(practice.url, "lrp-fb")
    shop.enrol(*connectors)
    first = sync_once(shop.path, connectors, clock=shop.clock)
    assert first.is_well, first
    assert first.channels[0].new_messages == shop.one("SELECT count(*) FROM messages")[0] > 50
    order = shop.order(text="Gracias por escribirnos.", message=waiting_comment(shop))
    connectors = practice_connectors(practice.url, "lrp-fb")
    second = sync_once(shop.path, connectors, clock=shop.clock)
    assert second.channels[0].sent == 1, second
    assert shop.state(order) == "sent"
    received = httpx.get(f"{practice.url}/practice/received").json()["received"]
    assert len([write for write in received if write["took_effect"]]) == 1
    third = sync_once(shop.path, practice_connectors(practice.url, "lrp-fb"), clock=shop.clock)
    assert third.channels[0].new_messages == 0
