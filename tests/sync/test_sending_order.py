"""What is sent when: grace, order, pace, and who may stop it."""

from __future__ import annotations

from carecli.domain.errors import (
    Transient,
)
from carecli.domain.model import HOUR, MINUTE, SECOND, OutboxVerb
from carecli.store import orders, rules, settings
from tests.sync.counter import Counter
from tests.sync.pretend import START
from tests.sync.shop import RULE


def test_nothing_is_sent_within_the_grace_seconds(at: Counter) -> None:
    order = at.reply(not_before=START + 5 * SECOND)
    assert at.drain() == 0
    assert at.sender.wake_at == START + 5 * SECOND
    at.pass_time(5 * SECOND)
    at.drain()
    assert at.shop.state(order) == "sent"


def test_people_go_before_rules(at: Counter) -> None:
    at.platform.says("c2")
    at.platform.says("c3")
    at.pull()
    at.reply("by rule", to="c2", by=RULE)
    at.reply("by person", to="c3")
    at.drain()
    assert at.sends() == ["send reply by person", "send reply by rule"]


def test_a_hide_does_not_wait_behind_texts(at: Counter) -> None:
    at.platform.says("c2")
    at.platform.says("c3")
    at.pull()
    at.reply("by person", to="c2")
    at.shop.order(OutboxVerb.HIDE, message=at.id_of("c3"), by=RULE)
    at.drain()
    assert [one.verb for one in at.platform.received] == [OutboxVerb.HIDE, OutboxVerb.REPLY]


def test_the_kill_switch_is_seen_in_the_claiming_transaction(at: Counter) -> None:
    order = at.reply()

    def switch() -> None:
        with at.shop.database.write() as db:
            settings.pause(db, on=True, by="ana", now=START)

    at.platform.on_head = switch
    at.drain()
    assert at.platform.received == []
    assert at.shop.state(order) == "queued"
    at.platform.on_head = None
    with at.shop.database.write() as db:
        settings.pause(db, on=False, by="ana", now=START)
    at.drain()
    assert at.shop.state(order) == "sent"


def test_an_order_cancelled_while_its_head_is_read_is_not_sent(at: Counter) -> None:
    order = at.reply()

    def cancel() -> None:
        with at.shop.database.write() as db:
            assert orders.cancel(db, order, "queued")

    at.platform.on_head = cancel
    at.drain()
    assert at.platform.received == []
    assert at.shop.state(order) == "cancelled"


def test_one_text_on_the_platform_settles_only_one_of_two_equal_orders(at: Counter) -> None:
    first, second = at.reply("gracias"), at.reply("gracias")
    at.platform.after = [Transient("cut", happened=None)]
    at.drain_all()
    sent = at.shop.all("SELECT id, sent_id FROM outbox WHERE state = 'sent' ORDER BY id")
    assert sent == [(first, "ours1"), (second, "ours2")]


def test_the_last_wish_wins(at: Counter) -> None:
    hide, unhide = at.deed(OutboxVerb.HIDE), at.deed(OutboxVerb.UNHIDE)
    at.drain_all()
    states = [at.shop.state(one) for one in (hide, unhide)]
    assert states[1] == "sent"
    assert at.sends()[-1] == "send unhide"


def test_public_replies_keep_a_pace(at: Counter) -> None:
    for number in range(8):
        at.platform.says(f"d{number}")
    at.pull()
    for number in range(8):
        at.reply(f"respuesta {number}", to=f"d{number}")
    at.drain()
    assert len(at.sends()) == 5
    at.drain_all()
    assert len(at.sends()) == 8
    assert at.platform.now - START >= 3 * 3 * SECOND - 100


def test_nearly_equal_public_replies_are_held_back_within_an_hour(at: Counter) -> None:
    for number in range(21):
        at.platform.says(f"d{number}")
    at.pull()
    for number in range(21):
        name = "abcdefghijklmnopqrstuvwxyz"[number] * 4
        at.reply(f"¡Gracias por tu comentario, {name}! {number}", to=f"d{number}")
    for _ in range(60):
        at.drain()
        at.pass_time(3 * SECOND)
    assert len(at.sends()) == 20
    held = at.shop.one("SELECT state, error_label, not_before FROM outbox WHERE state <> 'sent'")
    assert held[:2] == ("queued", "paced")
    assert held[2] > START + HOUR - MINUTE
    at.pass_time(HOUR)
    at.drain()
    assert len(at.sends()) == 21


def test_rules_that_are_held_back_send_nothing_more(at: Counter) -> None:
    at.platform.says("c2")
    at.pull()
    by_rule = [at.reply("by rule", to="c2", by=RULE)]
    by_rule.append(at.shop.order(OutboxVerb.HIDE, message=at.id_of("c2"), by=RULE))
    at.reply("by person")
    with at.shop.database.write() as db:
        rules.stop_all(db, on=True, by="ana", now=START)
    at.drain()
    assert at.sends() == ["send reply by person"]
    assert [at.shop.state(order) for order in by_rule] == ["queued", "queued"]
    with at.shop.database.write() as db:
        rules.stop_all(db, on=False, by="ana", now=START)
    at.drain()
    assert [at.shop.state(order) for order in by_rule] == ["sent", "sent"]


def test_holding_rules_back_is_seen_in_the_claiming_transaction(at: Counter) -> None:
    order = at.reply(by=RULE)

    def hold() -> None:
        with at.shop.database.write() as db:
            rules.stop_all(db, on=True, by="ana", now=START)

    at.platform.on_head = hold
    at.drain()
    assert (at.platform.received, at.shop.state(order)) == ([], "queued")


def test_rules_leave_a_part_of_the_pace_to_people(at: Counter) -> None:
    for number in range(8):
        at.platform.says(f"d{number}")
    at.pull()
    for number in range(6):
        at.reply(f"regla {number}", to=f"d{number}", by=RULE)
    at.drain()
    assert len(at.sends()) == 3
    at.reply("persona", to="d7")
    at.drain()
    assert at.sends()[-1] == "send reply persona"


def test_looking_for_something_to_send_scans_no_table(at: Counter) -> None:
    asked: list[str] = []
    at.reply()
    connection = at.shop.durable.connection
    connection.set_trace_callback(asked.append)
    at.drain()
    connection.set_trace_callback(None)
    looks = [sql for sql in asked if sql.startswith("SELECT") and "outbox" in sql]
    assert len(looks) > 5
    for sql in looks:
        steps = [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
        scans = [step for step in steps if step.startswith("SCAN") and "USING" not in step]
        assert scans == [], sql
