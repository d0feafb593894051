"""A daemon that takes in push after push holds no more memory than after the first ones."""

from __future__ import annotations

import gc
import json
import socket
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

from carecli.desk.context import DeskContext
from carecli.desk.rules.rulebook import Rulebook
from carecli.desk.rules.runner import Moderation
from carecli.desk.rules.service import StoreRuleService
from carecli.domain.capabilities import Capabilities
from carecli.domain.rule import TrustStage
from carecli.platforms.meta.webhooks import MetaWebhooks
from carecli.sync.channel_state import ChannelState
from carecli.sync.webhook_receiver import WebhookReceiver
from tests.sync.shop import Shop, wall_clock
from tests.sync.test_listening import PAGE, meta

RULE = """
rule: insults
if: {words: [debil], any: [{has: [question]}, {author: [new]}]}
then: {label: [insult], flag: true}
expect: 1
"""

A_LOT = 100
GROWTH = 300_000
"""Bytes that may come and go: connections, statements, caches with a bound."""


def pushed(number: int) -> bytes:
    """A private message of somebody new."""
    said = {
        "sender": {"id": f"9{number}"},
        "recipient": {"id": PAGE},
        "timestamp": wall_clock(),
        "message": {"mid": f"m{number}", "text": f"Who of you is a debil number {number}?"},
    }
    return json.dumps({"object": "page", "entry": [{"id": PAGE, "messaging": [said]}]}).encode()


def held() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_push_after_push_leaves_nothing_in_memory(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "care.sqlite")
    ids = shop.enrol("avon-fb")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "r.yaml").write_text(RULE)
    context = DeskContext("ana", wall_clock, lambda _key: Capabilities())
    book = Rulebook(tmp_path / "rules", tmp_path, "UTC")
    desk = StoreRuleService(tmp_path / "care.sqlite", context, book)
    desk.dry_run("insults")
    desk.set_stage("insults", TrustStage.LIVE)
    desk.close()
    hook = MetaWebhooks("word", ("secret",))
    with socket.create_server(("127.0.0.1", 0)) as sock:
        listener = WebhookReceiver([hook], sock, {("facebook", PAGE): "avon-fb"})
        connector, rules = meta("facebook", PAGE), Moderation(book, context).run
        line = ChannelState(
            ids["avon-fb"], "avon-fb", connector, shop.database, wall_clock, rules=rules
        )
        listener.attach([line])

        def take(numbers: Iterable[int]) -> None:
            for number in numbers:
                for _twice in range(2):
                    listener.take(hook, pushed(number))

        tracemalloc.start()
        try:
            take(range(A_LOT))
            before = held()
            take(range(A_LOT, 4 * A_LOT))
            grown = held() - before
        finally:
            tracemalloc.stop()
    (done,) = shop.one("SELECT count(*) FROM rule_deeds WHERE kind = 'label' AND state = 'done'")
    shop.close()
    assert done == 4 * A_LOT
    assert grown < GROWTH
