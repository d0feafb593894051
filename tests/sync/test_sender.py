"""Every fate an order can have, on a virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from carecli.domain.errors import (
    AlreadyDone,
    BehaviourBlocked,
    Gone,
    LandedWrong,
    PermissionMissing,
    PersonUnreachable,
    PlatformError,
    Refused,
    Throttled,
    TokenRefused,
    Transient,
    WindowClosed,
)
from carecli.domain.events import MessageEdited, MessageWithdrawn
from carecli.domain.model import HOUR, MINUTE, SECOND, Actor, Millis, OutboxVerb
from carecli.platforms.base import Capabilities
from carecli.store import orders, settings
from carecli.sync.line import Line
from carecli.sync.puller import Puller
from carecli.sync.sender import Sender
from tests.sync.conftest import ANA, KASIA, RULE, Shop
from tests.sync.pretend import START, Pretend


class Counter:
    """A channel with one comment by Maria in it, its platform, and its sender."""

    def __init__(self, path: Path) -> None:
        self.platform = Pretend()
        self.shop = Shop(path, now=START)
        ids = self.shop.enrol("avon-fb")
        self.line = Line(
            ids["avon-fb"],
            "avon-fb",
            self.platform,
            self.shop.database,
            lambda: self.platform.now,
            Random(1),
        )
        self.platform.says("c1", "¿Dónde compro?")
        self.pull()
        self.sender = Sender(self.line, self.shop.durable)

    def pull(self) -> None:
        asyncio.run(Puller(self.line).pull(self.platform.streams()[0]))

    def pass_time(self, span: Millis) -> None:
        self.platform.now += span
        self.shop.now = self.platform.now

    def drain(self) -> int:
        return asyncio.run(self.sender.drain())

    def drain_all(self) -> None:
        """Let time pass until nothing is due any more."""
        for _ in range(50):
            self.drain()
            if self.sender.wake_at is None:
                return
            self.pass_time(max(1, self.sender.wake_at - self.platform.now))
        raise AssertionError("the outbox never gets quiet")

    def id_of(self, message: str) -> int:
        return int(self.shop.one("SELECT id FROM messages WHERE platform_id = ?", message)[0])

    def reply(
        self,
        text: str = "En la tienda.",
        *,
        to: str = "c1",
        by: Actor = ANA,
        not_before: Millis = 0,
    ) -> int:
        return self.shop.order(text=text, message=self.id_of(to), by=by, not_before=not_before)

    def deed(self, verb: OutboxVerb, message: str = "c1") -> int:
        return self.shop.order(verb, message=self.id_of(message))

    def row(self, order: int) -> dict[str, object]:
        names = (
            "state",
            "attempts",
            "not_before",
            "error",
            "error_label",
            "hint",
            "sent_id",
            "looked",
        )
        found = self.shop.one(f"SELECT {', '.join(names)} FROM outbox WHERE id = ?", order)
        return dict(zip(names, found, strict=True))

    def sends(self) -> list[str]:
        return [call for call in self.platform.calls if call.startswith("send")]


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Counter]:
    counter = Counter(tmp_path / "care.sqlite")
    yield counter
    counter.shop.close()


def test_a_reply_is_sent_once_and_ends_the_wait(at: Counter) -> None:
    order = at.reply()
    at.drain()
    row = at.row(order)
    assert (row["state"], row["attempts"], row["sent_id"]) == ("sent", 1, "ours1")
    assert at.shop.all("SELECT outcome, ended_by FROM waits") == [("replied", "moderator:ana")]
    assert at.drain() == 0
    assert len(at.platform.received) == 1


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


@pytest.mark.parametrize(
    "error",
    [
        PermissionMissing("no right", hint="grant it"),
        WindowClosed("too late", hint="wait"),
        PersonUnreachable("left", hint="nothing"),
        Refused("wrong", hint="see"),
        Gone("deleted", hint="gone"),
        AlreadyDone("before", hint="once"),
    ],
)
def test_a_refusal_fails_with_words_and_is_never_repeated(
    at: Counter, error: PlatformError
) -> None:
    order = at.reply()
    at.platform.before = [error]
    at.drain_all()
    row = at.row(order)
    assert (row["state"], row["error_label"], row["error"]) == ("failed", error.label, error.what)
    assert row["hint"] == error.hint
    assert len(at.sends()) == 1
    assert at.shop.one("SELECT sending FROM threads WHERE platform_id = 'c1'") == ("failed",)


def test_a_vanished_target_fails_before_anything_is_sent(at: Counter) -> None:
    order = at.reply()
    at.platform.heads = [Gone("no such comment")]
    at.drain()
    assert (at.row(order)["state"], at.row(order)["error_label"]) == ("failed", "gone")
    assert at.sends() == []


def test_what_surely_did_not_happen_is_tried_again_later_and_later(at: Counter) -> None:
    order = at.reply()
    at.platform.before = [Transient("no network", happened=False) for _ in range(5)]
    waits = []
    for _ in range(5):
        at.drain()
        row = at.row(order)
        assert row["state"] == "queued"
        waits.append(int(str(row["not_before"])) - at.platform.now)
        at.pass_time(waits[-1])
    for wait, expected in zip(waits, (1, 4, 16, 60, 60), strict=True):
        assert 0.8 * expected * SECOND <= wait <= 1.2 * expected * SECOND
    at.drain()
    assert at.shop.state(order) == "sent"
    assert len(at.platform.received) == 1
    assert at.shop.one("SELECT error FROM channels") == ("",)


def test_a_lost_answer_is_looked_for_and_found(at: Counter) -> None:
    order = at.reply()
    at.platform.after = [Transient("cut", happened=None)]
    at.drain()
    assert at.shop.state(order) == "unknown"
    at.pull()
    assert at.shop.one("SELECT outcome FROM waits") == ("replied_elsewhere",)
    at.pass_time(4 * SECOND)
    assert at.drain() == 0
    at.pass_time(SECOND)
    at.drain()
    assert (at.row(order)["state"], at.row(order)["sent_id"]) == ("sent", "ours1")
    assert at.shop.one("SELECT outcome, ended_by FROM waits") == ("replied", "moderator:ana")
    assert len(at.platform.received) == 1


def test_a_text_that_is_not_found_is_left_to_a_person_after_three_looks(at: Counter) -> None:
    order = at.reply()
    at.platform.before = [Transient("cut", happened=None)]
    at.drain()
    asked = at.platform.now
    looks = []
    for _ in range(200):
        before = len(at.platform.calls)
        at.drain()
        if len(at.platform.calls) > before:
            looks.append((at.platform.now - asked) // SECOND)
        at.pass_time(SECOND)
    assert looks == [5, 30, 120]
    row = at.row(order)
    assert row["state"] == "unknown"
    assert "does not send it again" in str(row["hint"])
    assert at.sends() == ["send reply En la tienda."]


def test_an_unknown_text_that_did_land_is_found_when_a_person_retries(at: Counter) -> None:
    order = at.reply()
    at.platform.after = [Transient("cut", happened=None)]
    at.platform.finds_nothing = True
    at.drain_all()
    assert at.row(order)["looked"] == 3
    at.pull()
    with at.shop.database.write() as db:
        assert orders.queue_again(db, order, at.platform.now, "unknown")
    at.platform.finds_nothing = False
    at.drain_all()
    assert at.shop.state(order) == "sent"
    assert len(at.platform.received) == 1


def test_where_the_platform_knows_our_key_an_unknown_text_is_repeated(at: Counter) -> None:
    at.platform.capabilities = Capabilities(resend_is_safe=True)
    order = at.reply()
    at.platform.before = [Transient("cut", happened=None)]
    at.drain_all()
    assert at.shop.state(order) == "sent"
    assert len(at.platform.received) == 1
    assert len({call for call in at.platform.calls if call.startswith("send")}) == 1


def test_a_state_of_unknown_fate_is_wished_again(at: Counter) -> None:
    order = at.deed(OutboxVerb.HIDE)
    at.platform.after = [Transient("cut", happened=None)]
    at.drain()
    assert at.shop.state(order) == "unknown"
    at.drain_all()
    assert at.shop.state(order) == "sent"
    assert at.sends() == ["send hide", "send hide"]


def test_a_crash_leaves_what_was_under_way_unknown(at: Counter) -> None:
    order = at.reply()
    at.shop.durable.connection.execute(
        "UPDATE outbox SET state = 'sending', attempts = 1, attempted_at = ?", (START,)
    )
    at.drain()
    assert at.shop.state(order) == "unknown"
    at.drain_all()
    assert at.shop.state(order) == "unknown"
    assert at.sends() == []


def test_an_echo_with_our_key_settles_an_unknown_text(at: Counter) -> None:
    order = at.reply()
    at.platform.after = [Transient("cut", happened=None)]
    at.drain()
    key = at.platform.received[0].key
    at.platform.events.clear()
    at.platform.says("echo1", "En la tienda.", thread="c1", ours=True, ours_key=key)
    at.shop.database.connection.execute("DELETE FROM cursors")
    at.pull()
    assert (at.row(order)["state"], at.row(order)["sent_id"]) == ("sent", "echo1")


def test_throttling_parks_the_channel_until_told(at: Counter) -> None:
    order = at.reply()
    at.platform.before = [Throttled("slow down", until=START + 10 * MINUTE)]
    at.drain()
    at.platform.says("c2")
    assert at.shop.state(order) == "queued"
    assert at.shop.one("SELECT parked_until FROM channels") == (START + 10 * MINUTE,)
    calls = len(at.platform.calls)
    at.pass_time(9 * MINUTE)
    at.drain()
    at.pull()
    assert len(at.platform.calls) == calls
    at.pass_time(2 * MINUTE)
    at.drain()
    assert at.shop.state(order) == "sent"


def test_a_refused_token_stops_the_channel_and_keeps_the_outbox(at: Counter) -> None:
    first, second = at.reply("uno"), at.reply("dos")
    at.platform.before = [TokenRefused("expired", hint="renew it")]
    at.drain()
    at.pass_time(HOUR)
    at.drain()
    assert [at.shop.state(one) for one in (first, second)] == ["queued", "queued"]
    assert at.line.is_refused
    assert at.shop.one("SELECT error, hint FROM channels") == ("expired", "renew it")
    assert len(at.sends()) == 1


def test_a_behaviour_block_freezes_all_writes_until_a_person_resumes(at: Counter) -> None:
    order = at.reply()
    at.platform.before = [BehaviourBlocked("368", hint="wait")]
    at.drain()
    at.pass_time(HOUR)
    at.drain()
    assert at.shop.state(order) == "queued"
    assert at.shop.one("SELECT frozen FROM channels") == ("368",)
    assert len(at.sends()) == 1
    with at.shop.database.write() as db:
        settings.pause(db, on=False, by="ana", now=at.platform.now)
    at.drain()
    assert at.shop.state(order) == "sent"


def test_a_reply_that_landed_wrong_freezes_the_channel_and_is_not_repeated(at: Counter) -> None:
    first, second = at.reply("uno"), at.reply("dos")
    at.platform.before = [LandedWrong("it edited the comment")]
    at.drain()
    assert at.shop.state(first) == "failed"
    assert at.shop.state(second) == "queued"
    assert at.shop.one("SELECT frozen, error FROM channels") == ("it edited the comment",) * 2


def test_a_private_reply_done_before_is_sent_if_it_was_ours(at: Counter) -> None:
    order = at.shop.order(OutboxVerb.PRIVATE_REPLY, "te escribimos", message=at.id_of("c1"))
    at.platform.after = [AlreadyDone("answered before")]
    at.drain()
    assert (at.row(order)["state"], at.row(order)["sent_id"]) == ("sent", "ours1")
    other = at.shop.order(OutboxVerb.PRIVATE_REPLY, "otra vez", message=at.id_of("c1"))
    at.platform.before = [AlreadyDone("answered before")]
    at.drain()
    assert (at.row(other)["state"], at.row(other)["error_label"]) == ("failed", "already done")


def test_a_connectors_bug_is_an_unknown_fate_and_no_crash(at: Counter) -> None:
    order = at.reply()
    at.platform.after = [KeyError("id")]
    at.drain()
    assert at.shop.state(order) == "unknown"
    assert "stumbled" in str(at.shop.one("SELECT error FROM channels")[0])
    at.drain_all()
    assert at.shop.state(order) == "sent"
    assert len(at.platform.received) == 1


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


def test_equal_public_replies_are_held_back_within_an_hour(at: Counter) -> None:
    for number in range(21):
        at.platform.says(f"d{number}")
    at.pull()
    for number in range(21):
        at.reply("Gracias por tu comentario", to=f"d{number}")
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
