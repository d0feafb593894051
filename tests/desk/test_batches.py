"""Many decisions at once: refused one by one beforehand, written lot by lot, undone at once."""

from __future__ import annotations

import pytest

from carecli.desk.services import InboxServices
from carecli.domain.commands import Assign, Done, Flag, Label, Moderate, Recolour, Reply, Snooze
from carecli.domain.errors import Refusal
from carecli.domain.model import HOUR, Colour, ContactPoint, MessageId, OutboxVerb, ThreadId
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild

from .conftest import NOW, Shop


@pytest.fixture
def threads(shop: Shop) -> list[ThreadId]:
    return [shop.says(f"Ewa{n}", "Gdzie paczka?") for n in range(7)]


def test_lots_are_one_undo_though_others_decide_in_between(
    shop: Shop, desk: InboxServices, threads: list[ThreadId]
) -> None:
    before = shop.derived()
    ola = shop.desk("ola")
    [first] = desk.commands.submit_all([Done(threads[0])])
    ola.commands.submit(Flag(threads[6]))
    desk.commands.submit_all([Done(thread) for thread in threads[1:3]], batch=first.decision)
    ola.commands.undo()
    desk.commands.submit_all([Done(thread) for thread in threads[3:6]], batch=first.decision)
    assert desk.commands.undo() == "no reply needed: other and 5 more"
    assert shop.derived() == before
    with pytest.raises(Refusal, match="nothing to undo"):
        desk.commands.undo()
    desk.commands.redo()
    assert [row.is_waiting for row in desk.threads.rows(threads).values()] == [False] * 6 + [True]


def test_what_is_written_at_once_is_what_one_by_one_would_be(
    shop: Shop, desk: InboxServices, threads: list[ThreadId]
) -> None:
    desk.commands.submit_all(
        [
            *(Assign(thread, "ola") for thread in threads),
            *(Recolour(thread, Colour.RED) for thread in threads[:3]),
            *(Label(thread, ("vip",)) for thread in threads[2:]),
            *(Snooze(thread, NOW + HOUR) for thread in threads[4:]),
            *(Flag(thread) for thread in threads[::2]),
            *(Done(thread) for thread in threads[1::2]),
        ]
    )
    with shop.database.read() as db:
        policies = Policies(db)
    assert rebuild(shop.database, policies, shop.now) == []
    said = {text for (text,) in shop.all("SELECT DISTINCT args FROM decisions")}
    assert '{"assignee": "ola", "team": ""}' in said


def test_refusals_are_told_one_by_one_and_change_nothing(
    shop: Shop, desk: InboxServices, threads: list[ThreadId]
) -> None:
    private = shop.says("Iga", "Hej", point=ContactPoint.PRIVATE_MESSAGE)
    desk.commands.submit(Moderate(threads[1], None, OutboxVerb.HIDE))
    shop.desk("ola").conversations.claim(threads[2])
    before = shop.dump()
    asked = [*threads[:2], private]
    found = desk.commands.refusals([Moderate(thread, None, OutboxVerb.HIDE) for thread in asked])
    assert [(thread, why.what) for thread, why in found.items()] == [
        (threads[1], "That message already has a pending hide or delete."),
        (private, "On Avon Polska it is not possible to hide a private message."),
    ]
    found = desk.commands.refusals([Reply(thread, "Hej") for thread in threads])
    assert [(thread, why.what) for thread, why in found.items()] == [
        (threads[2], "Ola is writing here.")
    ]
    assert set(desk.commands.refusals([Flag(ThreadId(99)), Snooze(threads[0], NOW - 1)])) == {
        ThreadId(99),
        threads[0],
    }
    assert not desk.commands.refusals([Done(thread) for thread in threads])
    assert shop.dump() == before


def test_a_deed_without_a_message_is_about_the_newest_inbound_one(
    shop: Shop, desk: InboxServices, threads: list[ThreadId]
) -> None:
    newest = shop.says("Ewa0", "Halo?", thread="avon-fb:Ewa0:Gdzie paczka?:3600000", ago=0)
    assert newest == threads[0]
    desk.commands.submit(Moderate(threads[0], None, OutboxVerb.HIDE))
    [(decided,)] = shop.all("SELECT message_id FROM decisions")
    [item] = desk.commands.outbox()
    assert item.message == decided == MessageId(8)
