"""One round on the practice platform: everything in, one reply out, once."""

from __future__ import annotations

import httpx
import pytest

from carecli.domain.model import OutboxVerb
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


@pytest.mark.parametrize("key", ["lrp-fb", "lrp-ig"])
def test_every_deed_reaches_the_platform_once(
    shop: Shop, practice: PracticeServer, key: str
) -> None:
    shop.enrol(key)
    sync_once(shop.path, practice_connectors(practice.url, key), clock=shop.clock)
    can = practice_connectors(practice.url, key)[key].capabilities
    comments = shop.all(
        "SELECT last_inbound_id FROM threads WHERE waiting = 1 AND point = 'comment' "
        "ORDER BY last_inbound_at DESC"
    )
    newest = iter(message for (message,) in comments)
    (private,) = shop.all(
        "SELECT last_inbound_id FROM threads WHERE waiting = 1 AND point = 'dm' "
        "ORDER BY last_inbound_at DESC LIMIT 1"
    )[0]
    placed = [
        shop.order(text="Respondemos aquí.", message=next(newest)),
        shop.order(text="Respondemos por privado.", message=private),
        shop.order(OutboxVerb.PRIVATE_REPLY, "Le escribimos.", message=next(newest)),
        shop.order(OutboxVerb.HIDE, message=next(newest)),
        shop.order(OutboxVerb.DELETE, message=next(newest)),
    ]
    if can.can_like:
        placed.append(shop.order(OutboxVerb.LIKE, message=next(newest)))
    report = sync_once(shop.path, practice_connectors(practice.url, key), clock=shop.clock)
    assert report.channels[0].sent == len(placed), shop.all("SELECT * FROM outbox")
    received = httpx.get(f"{practice.url}/practice/received").json()["received"]
    assert len([write for write in received if write["took_effect"]]) == len(placed)
    waiting = httpx.get(f"{practice.url}/practice/waiting").json()["waiting"]
    there = {w["since"] // 1000 for w in waiting if w["account"] == key}
    here = shop.all("SELECT started_at FROM waits WHERE ended_at IS NULL")
    assert {at // 1000 for (at,) in here} == there
