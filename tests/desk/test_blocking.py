"""Blocking a person: whoever wrote a message, wherever they write on the channel."""

from __future__ import annotations

import pytest

from carecli.desk.services import InboxServices
from carecli.domain.commands import Moderate
from carecli.domain.errors import Refusal
from carecli.domain.events import (
    AnsweredPrivately,
    AuthorBlocked,
    MessageRemoved,
    MessageSeen,
)
from carecli.domain.model import (
    MINUTE,
    ContactPoint,
    MessageId,
    OutboxVerb,
    ThreadId,
    moderator,
)
from carecli.store import erasure

from .conftest import Shop, opened

BLOCK, UNBLOCK = OutboxVerb.BLOCK, OutboxVerb.UNBLOCK
DM = ContactPoint.PRIVATE_MESSAGE


def block(thread: ThreadId, verb: OutboxVerb = BLOCK) -> Moderate:
    return Moderate(thread, None, verb)


def refusal(desk: InboxServices, thread: ThreadId, verb: OutboxVerb = BLOCK) -> str:
    with pytest.raises(Refusal) as refused:
        desk.commands.submit(block(thread, verb))
    assert opened(desk, thread).why_not[verb] == str(refused.value)
    return str(refused.value)


def happened(shop: Shop, outbox: int | None, name: str, *, is_blocked: bool) -> None:
    """The platform did it, and said so."""
    shop.sent(outbox)
    shop.take("avon-fb", AuthorBlocked(name, is_blocked=is_blocked))


def under_way(desk: InboxServices) -> list[tuple[OutboxVerb, str]]:
    return [(item.verb, item.state.value) for item in desk.commands.outbox()]


def test_a_person_is_blocked_in_all_their_threads(shop: Shop, desk: InboxServices) -> None:
    here, there = shop.says("Zoła", "Kup tanio!"), shop.says("Zoła", "Tanie kremy!")
    other = shop.says("Ewa", "Gdzie paczka?")
    receipt = desk.commands.submit(block(here))
    assert receipt.said == "blocked a person"
    assert "is already being blocked" in refusal(desk, there)
    happened(shop, receipt.outbox, "Zoła", is_blocked=True)
    assert [opened(desk, one).contact.is_blocked for one in (here, there, other)] == [
        *(True, True),
        False,
    ]
    assert refusal(desk, there) == "Zoła is already blocked."
    assert refusal(desk, other, UNBLOCK) == "Ewa is not blocked."


def test_a_block_within_its_grace_is_dropped_by_undo(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Kup tanio!")
    receipt = desk.commands.submit(block(thread))
    assert desk.commands.undo() == "blocked a person (Zoła)"
    assert shop.state(receipt.outbox) == "cancelled"
    assert under_way(desk) == []


def test_undoing_a_block_that_stands_unblocks(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Kup tanio!")
    happened(shop, desk.commands.submit(block(thread)).outbox, "Zoła", is_blocked=True)
    desk.commands.undo()
    assert under_way(desk) == [(UNBLOCK, "queued")]
    assert desk.commands.redo() == "blocked a person (Zoła)"
    assert under_way(desk) == [], "they are blocked still, so nothing needs doing"


def test_undoing_a_block_whose_message_was_deleted_meanwhile(
    shop: Shop, desk: InboxServices
) -> None:
    thread = shop.says("Zoła", "Kup tanio!")
    happened(shop, desk.commands.submit(block(thread)).outbox, "Zoła", is_blocked=True)
    shop.pass_(MINUTE)
    shop.take("avon-fb", MessageRemoved("avon-fb:Zoła:Kup tanio!:3600000"))
    desk.commands.undo()
    assert under_way(desk) == [(UNBLOCK, "queued")]


def test_who_wrote_a_deleted_message_can_still_be_blocked(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Kup tanio!")
    shop.take("avon-fb", MessageRemoved("avon-fb:Zoła:Kup tanio!:3600000"))
    assert shop.state(desk.commands.submit(block(thread)).outbox) == "queued"


def test_the_last_wish_wins_from_whichever_thread(shop: Shop, desk: InboxServices) -> None:
    here, there = shop.says("Zoła", "Kup tanio!"), shop.says("Zoła", "Tanie kremy!")
    blocked = desk.commands.submit(block(here))
    unblocked = desk.commands.submit(block(there, UNBLOCK))
    assert (shop.state(blocked.outbox), unblocked.outbox) == ("cancelled", None)


def test_a_block_that_may_have_happened_is_taken_back_by_an_order(
    shop: Shop, desk: InboxServices
) -> None:
    here, there = shop.says("Zoła", "Kup tanio!"), shop.says("Zoła", "Tanie kremy!")
    blocked = desk.commands.submit(block(here))
    with shop.database.write() as db:
        db.execute("UPDATE outbox SET state = 'unknown'")
    unblocked = desk.commands.submit(block(there, UNBLOCK))
    assert unblocked.outbox is not None
    whom = shop.all("SELECT id, contact_id FROM outbox ORDER BY id")
    assert [one for one, _ in whom] == [blocked.outbox, unblocked.outbox]
    assert whom[0][1] == whom[1][1], "so that they keep their order"


def test_a_person_known_under_two_ids_is_one(shop: Shop, desk: InboxServices) -> None:
    comment = shop.says("Zoła", "Kup tanio!")
    private = shop.says("psid-1", "Hej", thread="dm:1", point=DM)
    shop.take("avon-fb", AnsweredPrivately("avon-fb:Zoła:Kup tanio!:3600000", "dm:1"))
    happened(shop, desk.commands.submit(block(private)).outbox, "psid-1", is_blocked=True)
    assert opened(desk, comment).contact.is_blocked
    assert "already blocked" in refusal(desk, comment)
    happened(shop, desk.commands.submit(block(comment, UNBLOCK)).outbox, "Zoła", is_blocked=False)
    assert not opened(desk, private).contact.is_blocked


def test_where_nobody_can_be_blocked(shop: Shop, desk: InboxServices) -> None:
    room = shop.says("Jan", "?", channel="rooms", point=ContactPoint.GROUP_POST)
    assert "On Pokoje it is not possible to block a person." in refusal(desk, room)
    ours = shop.says("us", "Promocja!", is_ours=True)
    with pytest.raises(Refusal, match="from the brand"):
        desk.commands.submit(Moderate(ours, MessageId(2), BLOCK))
    shop.take("avon-fb", MessageSeen("c9", "c9", ContactPoint.COMMENT, shop.now, text="Kup!"))
    [(nameless,)] = shop.all("SELECT thread_id FROM messages WHERE platform_id = 'c9'")
    assert isinstance(nameless, int)
    assert "not known who wrote" in refusal(desk, ThreadId(nameless))


def test_several_messages_of_one_person_are_one_block(shop: Shop, desk: InboxServices) -> None:
    threads = [shop.says("Zoła", f"Kup {n}!") for n in range(3)]
    receipts = desk.commands.submit_all([block(one) for one in threads])
    assert [receipt.outbox is not None for receipt in receipts] == [True, False, False]
    assert under_way(desk) == [(BLOCK, "queued")]
    desk.commands.undo()
    assert under_way(desk) == []
    desk.commands.redo()
    assert under_way(desk) == [(BLOCK, "queued")]
    happened(shop, desk.commands.outbox()[0].id, "Zoła", is_blocked=True)
    desk.commands.undo()
    assert under_way(desk) == [(UNBLOCK, "queued")]


def test_threads_of_blocked_people_are_found(shop: Shop, desk: InboxServices) -> None:
    here, there = shop.says("Zoła", "Kup tanio!"), shop.says("Zoła", "Tanie kremy!")
    shop.says("Ewa", "Gdzie paczka?")
    shop.take("avon-fb", AuthorBlocked("Zoła", is_blocked=True))
    assert set(desk.threads.ids("is:blocked", "newest").ids) == {here, there}
    assert len(desk.threads.ids("-is:blocked", "newest").ids) == 1


def test_whoever_was_forgotten_cannot_be_let_back_from_here(
    shop: Shop, desk: InboxServices
) -> None:
    thread = shop.says("Zoła", "Kup tanio!")
    shop.take("avon-fb", AuthorBlocked("Zoła", is_blocked=True))
    with shop.database.write() as db:
        erasure.forget(db, [1], moderator("ana"), shop.now)
    assert "not known who wrote" in refusal(desk, thread, UNBLOCK)


def test_who_may_only_look_blocks_nobody(shop: Shop) -> None:
    thread = shop.says("Zoła", "Kup tanio!")
    with pytest.raises(Refusal, match="not one of the moderators"):
        shop.desk("stranger").commands.submit(block(thread))
