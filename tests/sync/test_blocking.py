"""A block is a state of a person: it is asked about, never lost, and the last wish wins."""

from __future__ import annotations

from carecli.domain.errors import PermissionMissing, Refused, Transient
from carecli.domain.model import MINUTE, OutboxVerb
from carecli.sync.sender import Sender
from tests.sync.counter import Counter

BLOCK, UNBLOCK = OutboxVerb.BLOCK, OutboxVerb.UNBLOCK


def since(at: Counter) -> int | None:
    """Since when the store has Maria blocked."""
    found: int | None = at.shop.one("SELECT blocked_at FROM contacts WHERE platform_id = 'maria'")[
        0
    ]
    return found


def test_a_block_is_sent_and_stands_in_the_store(at: Counter) -> None:
    order = at.deed(BLOCK)
    at.drain()
    assert (at.shop.state(order), at.platform.blocked) == ("sent", {"maria"})
    assert since(at) == at.platform.now
    at.deed(UNBLOCK)
    at.drain()
    assert (since(at), at.platform.blocked) == (None, set())


def test_a_block_whose_answer_was_lost_is_found_and_not_done_again(at: Counter) -> None:
    order = at.deed(BLOCK)
    at.platform.after = [Transient("cut", happened=None)]
    at.drain()
    assert at.row(order)["state"] == "unknown"
    at.drain_all()
    assert at.shop.state(order) == "sent"
    assert since(at) is not None
    assert at.platform.calls[-2:] == ["send block", "find block"]


def test_a_block_that_did_not_happen_is_done_once_that_is_known(at: Counter) -> None:
    order = at.deed(BLOCK)
    at.platform.before = [Transient("cut", happened=None)]
    at.drain_all()
    assert at.shop.state(order) == "sent"
    assert at.platform.calls[-3:] == ["send block", "find block", "send block"]


def test_a_platform_that_cannot_be_asked_is_asked_again_later(at: Counter) -> None:
    order = at.deed(BLOCK)
    at.platform.after = [Transient("cut", happened=None)]
    at.platform.finds = [Transient("busy", happened=False)]
    at.drain_all()
    assert at.shop.state(order) == "sent"
    assert at.sends() == ["send block"]


def test_a_platform_that_will_not_tell_is_told_again(at: Counter) -> None:
    """Doing it twice changes nothing, so nobody has to be called."""
    order = at.deed(BLOCK)
    at.platform.after = [Transient("cut", happened=None)]
    at.platform.finds = [PermissionMissing("you may not see who is blocked")]
    at.drain_all()
    assert at.shop.state(order) == "sent"
    assert at.sends() == ["send block", "send block"]


def test_a_block_under_way_when_the_engine_died_is_asked_about(at: Counter) -> None:
    order = at.deed(BLOCK)
    with at.shop.durable.write() as db:
        db.execute("UPDATE outbox SET state = 'sending', attempts = 1, attempted_at = 1")
    at.platform.blocked.add("maria")
    at.sender = Sender(at.line, at.shop.durable)
    at.drain_all()
    assert at.shop.state(order) == "sent"
    assert at.sends() == []


def test_a_refused_block_fails_and_says_why(at: Counter) -> None:
    order = at.deed(BLOCK)
    at.platform.before = [Refused("the platform did not block this person", hint="Has a role.")]
    at.drain()
    row = at.row(order)
    assert (row["state"], row["hint"]) == ("failed", "Has a role.")
    assert since(at) is None


def test_wishes_about_one_person_keep_their_order_across_threads(at: Counter) -> None:
    at.platform.says("c2", by="maria")
    at.platform.says("c3", by="eva")
    at.pull()
    block, unblock = at.deed(BLOCK, "c1"), at.deed(UNBLOCK, "c2")
    other = at.deed(BLOCK, "c3")
    at.platform.before = [Transient("cut", happened=None)]
    at.drain()
    assert [at.shop.state(one) for one in (block, unblock, other)] == ["unknown", "queued", "sent"]
    at.pass_time(MINUTE)
    at.drain_all()
    assert [at.shop.state(one) for one in (block, unblock)] == ["sent", "sent"]
    assert at.platform.blocked == {"eva"}
    assert since(at) is None
