"""What happened since the author of a reply looked, and whether it stops the reply."""

from __future__ import annotations

import pytest

from carecli.domain.events import MessageEdited, MessageWithdrawn
from carecli.domain.model import SECOND
from carecli.store import orders
from tests.sync.counter import Counter
from tests.sync.shop import KASIA


@pytest.mark.parametrize(
    ("meanwhile", "told"),
    [
        (lambda p: p.says("c1b", "ya no", thread="c1", at=p.now), "Maria wrote again: ya no"),
        (lambda p: p.says("n1", "listo", thread="c1", ours=True), "Answered meanwhile by somebody"),
        (lambda p: p.events.append(MessageWithdrawn("c1")), "deleted by its author"),
        (lambda p: p.events.append(MessageEdited("c1", "¡mentira!")), "it now says: ¡mentira!"),
    ],
)
def test_what_changed_since_the_author_looked_stops_the_reply(
    at: Counter, meanwhile: object, told: str
) -> None:
    order = at.reply()
    at.pass_time(SECOND)
    assert callable(meanwhile)
    meanwhile(at.platform)
    at.drain()
    row = at.row(order)
    assert (row["state"], row["error_label"]) == ("failed", "stale")
    assert told in str(row["error"])
    assert "kept" in str(row["hint"])
    assert at.platform.received == []
    assert at.shop.one("SELECT text FROM outbox WHERE id = ?", order) == ("En la tienda.",)


def test_a_stale_reply_that_a_person_retries_is_sent(at: Counter) -> None:
    order = at.reply()
    at.pass_time(SECOND)
    at.platform.says("c1b", "ya no", thread="c1")
    at.platform.events.append(MessageEdited("c1", "otra cosa"))
    at.drain()
    assert at.row(order)["error_label"] == "stale"
    with at.shop.database.write() as db:
        assert orders.queue_again(db, order, at.platform.now, "failed")
    at.drain()
    assert at.shop.state(order) == "sent"


def test_somebody_else_in_the_thread_does_not_stop_the_reply(at: Counter) -> None:
    order = at.reply()
    at.pass_time(SECOND)
    at.platform.says("o1", "yo también", thread="c1", by="otra", parent="c1")
    at.platform.says("o2", "a ti te respondo", thread="c1", ours=True, parent="o1")
    at.drain()
    assert at.shop.state(order) == "sent"


def test_two_replies_of_one_author_both_go_but_a_colleagues_stops(at: Counter) -> None:
    first, second = at.reply("uno"), at.reply("dos")
    third = at.reply("tres", by=KASIA)
    at.drain()
    assert [at.shop.state(one) for one in (first, second)] == ["sent", "sent"]
    assert at.sends() == ["send reply uno", "send reply dos"]
    assert "Answered meanwhile by ana" in str(at.row(third)["error"])
