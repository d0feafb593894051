"""One text to many threads: filled for each, paced in public, one undo, never twice."""

from __future__ import annotations

import pytest

from carecli.desk.conversations.rows import TO_MANY, Draft
from carecli.desk.services import InboxServices
from carecli.domain.commands import Reply
from carecli.domain.errors import Refusal
from carecli.domain.model import DAY, HOUR, SECOND, ContactPoint, DraftKind, ThreadId

from .conftest import GRACE, NOW, Shop

GAP = 10 * SECOND
DM = ContactPoint.PRIVATE_MESSAGE


def leaves(shop: Shop) -> list[int]:
    rows = shop.all("SELECT not_before FROM outbox WHERE state = 'queued' ORDER BY id")
    return [int(str(moment)) - shop.now for (moment,) in rows]


def test_each_gets_the_text_filled_with_what_is_known_of_them(
    shop: Shop, desk: InboxServices
) -> None:
    threads = [shop.says("Zofia Nowak", "Kiedy?"), shop.says("Jan Kos", "Kiedy?")]
    text = "Hej {contact.first_name}, {co?} wraca {kiedy?|wkrótce}. {moderator}"
    found = desk.replies.address(threads, text, {"co": "szminka"})
    assert [one.text for one in found.replies] == [
        "Hej Zofia, szminka wraca wkrótce. Ana",
        "Hej Jan, szminka wraca wkrótce. Ana",
    ]
    assert found.refused == {}
    assert found.public == 2
    assert shop.all("SELECT count(*) FROM decisions") == [(0,)], "nothing is written"


def test_who_is_left_out_and_why(shop: Shop, desk: InboxServices) -> None:
    fine = shop.says("Ewa", "Kiedy?")
    claimed = shop.says("Ola K", "Kiedy?")
    shop.desk("ola").conversations.claim(claimed)
    closed = shop.says("Iga", "Kiedy?", point=DM, ago=8 * DAY)
    answered = shop.says("Jan", "Kiedy?")
    desk.commands.submit(Reply(answered, "Jutro"))
    manual = shop.says("Ula", "Kiedy?", channel="groups", point=ContactPoint.GROUP_POST)
    nobody = shop.says("Avon", "Nowość!", is_ours=True)
    every = [fine, claimed, closed, answered, manual, nobody, ThreadId(99)]
    found = desk.replies.address(every, "Jutro.")
    assert [one.thread for one in found.replies] == [fine]
    assert {thread: why.what for thread, why in found.refused.items()} == {
        claimed: "Ola is writing here.",
        closed: "The messaging window closed 1 day ago.",
        answered: "An answer is already being sent.",
        manual: "carecli cannot write here.",
        nobody: "Nobody is waiting for an answer here.",
        ThreadId(99): "There is no thread 99.",
    }
    unfilled = desk.replies.address([fine], "Hej {contact.frist_name}").refused[fine]
    assert unfilled.what == "{contact.frist_name} is not filled in."
    private = desk.replies.address([closed, fine], "Jutro.", private=True)
    assert [one.thread for one in private.replies] == [fine]


def test_public_replies_leave_apart_and_private_ones_at_once(
    shop: Shop, desk: InboxServices
) -> None:
    public = [shop.says(f"K{n}", "Kiedy?") for n in range(3)]
    elsewhere = shop.says("María", "¿Cuándo?", channel="lrp-fb")
    private = [shop.says(f"P{n}", "Kiedy?", point=DM) for n in range(2)]
    found = desk.replies.address([*public, elsewhere, *private], "Jutro")
    assert (found.public, found.done_at) == (4, NOW + GRACE + 2 * GAP)
    desk.commands.submit_all(found.replies)
    assert leaves(shop) == [GRACE, GRACE + GAP, GRACE + 2 * GAP, GRACE, GRACE, GRACE]
    late = [shop.says(f"L{n}", "Kiedy?") for n in range(2)]
    more = desk.replies.address(late, "Jutro")
    assert more.done_at == NOW + GRACE + 4 * GAP, "after what another batch has to say there"
    desk.commands.submit_all(more.replies)
    assert leaves(shop)[-2:] == [GRACE + 3 * GAP, GRACE + 4 * GAP]
    alone = shop.says("Sam", "Kiedy?")
    desk.commands.submit(Reply(alone, "Jutro"))
    assert leaves(shop)[-1] == GRACE, "a single reply waits for no batch"


def test_more_than_twenty_equal_public_replies_take_hours(shop: Shop, desk: InboxServices) -> None:
    threads = [shop.says(f"K{n}", "Kiedy?") for n in range(21)]
    assert desk.replies.address(threads, "Jutro").done_at == NOW + GRACE + 20 * GAP + HOUR
    own = desk.replies.address(threads, "{contact.name}, jutro")
    assert own.done_at == NOW + GRACE + 20 * GAP + HOUR, "a name makes no text another one"


def test_one_undo_takes_all_back_and_redo_queues_them_apart_again(
    shop: Shop, desk: InboxServices
) -> None:
    threads = [shop.says(f"K{n}", "Kiedy?") for n in range(3)]
    before = shop.derived()
    desk.commands.submit_all(desk.replies.address(threads, "Jutro", draft="d").replies)
    assert desk.commands.undo() == "replied and 2 more"
    assert desk.commands.outbox() == []
    assert shop.derived() == before
    shop.pass_(SECOND)
    desk.commands.redo()
    assert leaves(shop) == [GRACE, GRACE + GAP, GRACE + 2 * GAP]


def test_an_undo_on_the_way_stops_what_was_not_said_yet(shop: Shop, desk: InboxServices) -> None:
    threads = [shop.says(f"K{n}", "Kiedy?") for n in range(3)]
    receipts = desk.commands.submit_all(desk.replies.address(threads, "Jutro").replies)
    shop.sent(receipts[0].outbox, "reply-1")
    assert desk.commands.undo() == "replied and 1 more (already sent: 1)"
    assert [shop.state(one.outbox) for one in receipts] == ["sent", "cancelled", "cancelled"]
    with pytest.raises(Refusal, match="has already been sent"):
        desk.commands.undo()


def test_the_same_draft_says_nothing_twice(shop: Shop, desk: InboxServices) -> None:
    threads = [shop.says(f"K{n}", "Kiedy?") for n in range(2)]
    replies = desk.replies.address(threads, "Jutro", draft="one").replies
    desk.commands.submit_all(replies)
    with pytest.raises(Refusal, match="same text is waiting to be sent"):
        desk.commands.submit_all(replies)
    assert len(desk.commands.outbox()) == 2


def test_what_is_written_to_many_is_kept(desk: InboxServices) -> None:
    assert not desk.conversations.drafts(TO_MANY)
    draft = Draft(TO_MANY, "Hej {contact.first_name}", DraftKind.PRIVATE, snippet="hej")
    desk.conversations.save_draft(draft)
    assert desk.conversations.drafts(TO_MANY) == [draft]
    assert not desk.threads.ids("is:draft", "queue").ids
    desk.conversations.save_draft(Draft(TO_MANY, "", DraftKind.PRIVATE))
    assert not desk.conversations.drafts(TO_MANY)
