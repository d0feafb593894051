"""Every fate an order can have, on a virtual clock."""

from __future__ import annotations

import pytest

from carecli.domain.capabilities import Capabilities
from carecli.domain.errors import (
    AlreadyDone,
    BehaviourBlocked,
    Gone,
    LandedWrong,
    PermissionMissing,
    PersonUnreachable,
    PlatformError,
    Refused,
    StoreFull,
    Throttled,
    TokenRefused,
    Transient,
    WindowClosed,
)
from carecli.domain.model import DAY, HOUR, MINUTE, SECOND, OutboxVerb
from carecli.store import orders, settings
from tests.support.transactions import Counting
from tests.sync.counter import Counter
from tests.sync.pretend import START


def test_a_reply_is_sent_once_and_ends_the_wait(at: Counter) -> None:
    order = at.reply()
    at.drain()
    row = at.row(order)
    assert (row["state"], row["attempts"], row["sent_id"]) == ("sent", 1, "ours1")
    assert at.shop.all("SELECT outcome, ended_by FROM waits") == [("replied", "moderator:ana")]
    assert at.drain() == 0
    assert len(at.platform.received) == 1


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


def looks_of(at: Counter, seconds: int) -> list[int]:
    """When the platform is asked from now on, in seconds."""
    asked, looks = at.platform.now, []
    for _ in range(seconds):
        before = len(at.platform.calls)
        at.drain()
        if len(at.platform.calls) > before:
            looks.append((at.platform.now - asked) // SECOND)
        at.pass_time(SECOND)
    return looks


def test_a_text_that_is_surely_not_there_is_sent_again(at: Counter) -> None:
    """After looks at growing distances, and once the thread was read again."""
    order = at.reply()
    at.platform.before = [Transient("cut", happened=None)]
    at.drain()
    assert looks_of(at, 700) == [5, 30, 120, 300, 600]
    assert at.shop.state(order) == "sent"
    assert at.sends() == ["send reply En la tienda."] * 2
    assert len(at.platform.received) == 1


def test_what_is_not_there_is_not_sent_again_where_the_thread_went_on(at: Counter) -> None:
    order = at.reply()
    at.platform.before = [Transient("cut", happened=None)]
    at.drain()
    at.platform.says("c2", "¿Hola?", thread="c1")
    at.drain_all()
    assert (at.row(order)["state"], at.row(order)["error_label"]) == ("failed", "stale")
    assert len(at.sends()) == 1


@pytest.mark.parametrize("why", ["mail", "refused", "often"])
def test_where_nobody_can_find_out_a_person_is_told_both_sides(at: Counter, why: str) -> None:
    order = at.reply()
    cut = Transient("the connection was cut", happened=None)
    at.platform.before = [cut]
    said = {
        "mail": "the connection was cut The platform was asked 5 times since and does not show it.",
        "refused": "the connection was cut The platform was asked 5 times since and will not tell: "
        "no such permission.",
        "often": "the connection was cut This happened 5 times; the platform does not show it.",
    }
    if why == "mail":
        at.platform.capabilities = Capabilities(shows_sent=False)
    elif why == "refused":
        at.platform.finds = [PermissionMissing("no such permission")] * 5
    else:
        at.platform.before = [cut] * 9
    at.drain_all()
    row = at.row(order)
    assert (row["state"], row["error_label"], row["error"]) == ("failed", "unsure", said[why])
    assert "Look there yourself" in str(row["hint"])
    assert at.platform.received == []


def test_a_platform_that_cannot_be_asked_leaves_it_open_and_one_that_can_ends_it(
    at: Counter,
) -> None:
    order = at.reply()
    at.platform.after = [Transient("cut", happened=None)]
    at.platform.finds = [Transient("no network", happened=None)] * 20
    at.drain()
    while at.platform.finds:
        assert at.shop.state(order) == "unknown"
        at.pass_time((at.sender.wake_at or 0) - at.platform.now)
        at.drain()
    at.drain_all()
    assert at.shop.state(order) == "sent"
    assert len(at.platform.received) == 1


def test_an_unknown_text_that_did_land_is_found_when_a_person_retries(at: Counter) -> None:
    order = at.reply()
    at.platform.after = [Transient("cut", happened=None)]
    at.platform.capabilities = Capabilities(shows_sent=False)
    at.platform.finds_nothing = True
    at.drain_all()
    assert at.row(order)["error_label"] == "unsure"
    at.pull()
    with at.shop.database.write() as db:
        assert orders.queue_again(db, order, at.platform.now, "failed")
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


def test_a_text_the_platform_takes_once_is_repeated_after_the_last_look(at: Counter) -> None:
    once = frozenset({OutboxVerb.PRIVATE_REPLY})
    at.platform.capabilities = Capabilities(taken_once=once, private_reply_within=7 * DAY)
    order = at.shop.order(OutboxVerb.PRIVATE_REPLY, "hola", message=at.id_of("c1"))
    at.platform.before = [Transient("cut", happened=None)]
    at.drain()
    assert at.shop.state(order) == "unknown"
    at.drain_all()
    assert at.shop.state(order) == "sent"
    assert len(at.platform.received) == 1


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
    assert at.shop.state(order) == "sent", "it was surely not there"
    assert len(at.sends()) == 1


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
    assert "could not process" in str(at.shop.one("SELECT error FROM channels")[0])
    at.drain_all()
    assert at.shop.state(order) == "sent"
    assert len(at.platform.received) == 1


def test_a_send_commits_its_attempt_and_its_outcome(at: Counter) -> None:
    """Two durable transactions, and one of the head of the thread that is read before."""
    order = at.reply()
    durable = at.shop.durable.connection
    plain = at.shop.database.connection
    at.shop.durable.connection = seen = Counting(durable)  # type: ignore[assignment]  # stands in
    at.shop.database.connection = heads = Counting(plain)  # type: ignore[assignment]  # stands in
    at.drain()
    assert at.shop.state(order) == "sent"
    assert (seen.begun, heads.begun) == (2, 1)


def test_a_fate_that_could_not_be_written_down_is_found_out(
    at: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFull("The disk is full.")

    order = at.reply()
    with monkeypatch.context() as patch:
        patch.setattr("carecli.sync.delivery.DeliveryMachine._write_sent", full)
        with pytest.raises(StoreFull):
            at.drain()
    assert at.shop.state(order) == "sending"
    at.drain()
    assert at.shop.state(order) == "unknown"
    at.drain_all()
    assert (at.shop.state(order), len(at.platform.received)) == ("sent", 1)


def test_trouble_is_over_when_nothing_is_left_to_send(at: Counter) -> None:
    order = at.reply()
    at.platform.before = [Transient("no network", happened=False)]
    at.drain()
    assert at.shop.one("SELECT error FROM channels") == ("no network",)
    with at.shop.database.write() as db:
        assert orders.cancel(db, order, "queued")
    at.drain()
    assert at.shop.one("SELECT error FROM channels") == ("",)


def test_a_head_that_may_not_be_read_fails_and_is_not_asked_for_ever(at: Counter) -> None:
    order = at.reply()
    at.platform.heads = [PermissionMissing("no right to read", hint="grant it")]
    at.drain_all()
    assert (at.row(order)["state"], at.row(order)["hint"]) == ("failed", "grant it")
    assert at.sends() == []


def test_a_platform_that_refuses_to_tell_leaves_it_to_a_person(at: Counter) -> None:
    order = at.reply()
    at.platform.after = [Transient("cut", happened=None)]
    at.platform.finds = [Transient("no network"), *(Refused("no such edge") for _ in range(5))]
    at.drain_all()
    row = at.row(order)
    assert (row["state"], row["error_label"]) == ("failed", "unsure")
    assert len(at.sends()) == 1
