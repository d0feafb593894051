"""What is told as urgent: each red and each near deadline once, and to whom it concerns."""

from __future__ import annotations

import pytest

from carecli.desk.services import InboxServices
from carecli.desk.threads.alerts import AlertTracker
from carecli.desk.threads.rows import Alert
from carecli.domain.commands import Assign, Done, Moderate, Recolour, Reply
from carecli.domain.events import MessageEdited, MessageGone, MessageRemoved, VisibilityChanged
from carecli.domain.model import MINUTE, Colour, MessageId, NoReplyReason, OutboxVerb, ThreadId

from .conftest import DAY, HOUR, Shop


def told(alerts: list[Alert]) -> list[tuple[str, ThreadId]]:
    return [(one.kind, one.row.id) for one in alerts]


def begun(desk: InboxServices, due: int = 15 * MINUTE) -> AlertTracker:
    watch = AlertTracker(desk.threads, desk.me, desk.now, due)
    watch.begin()
    desk.threads.changes()
    return watch


def test_a_red_that_comes_is_told_once(shop: Shop, desk: InboxServices) -> None:
    boss = shop.desk("ola")
    before = shop.says("Iga", "Prawnik się odezwie")
    boss.commands.submit(Recolour(before, Colour.RED))
    watch = begun(desk)
    assert told(watch.look(desk.threads.changes())) == []
    came = shop.says("Ewa", "Wysypka po kremie")
    assert told(watch.look(desk.threads.changes())) == []
    boss.commands.submit(Recolour(came, Colour.RED))
    assert told(watch.look(desk.threads.changes())) == [("red", came)]
    boss.commands.submit(Recolour(came, Colour.YELLOW))
    boss.commands.submit(Recolour(came, Colour.RED))
    assert told(watch.look(desk.threads.changes())) == []
    assert told(watch.look(None)) == []


def test_the_next_wait_of_a_red_thread_is_told_again(shop: Shop, desk: InboxServices) -> None:
    boss = shop.desk("ola")
    thread = shop.says("Iga", "Prawnik się odezwie", thread="t1")
    boss.commands.submit(Recolour(thread, Colour.RED))
    watch = begun(desk)
    boss.commands.submit(Done(thread, NoReplyReason.OTHER))
    shop.pass_(HOUR)
    shop.says("Iga", "I co?", thread="t1", ago=0)
    assert told(watch.look(desk.threads.changes())) == [("red", thread)]


def test_what_i_made_red_and_what_is_anothers_is_not_told(shop: Shop, desk: InboxServices) -> None:
    boss = shop.desk("ola")
    watch = begun(desk)
    mine, hers, later = (shop.says(name, "?") for name in ("Iga", "Ewa", "Zoja"))
    desk.commands.submit(Recolour(mine, Colour.RED))
    boss.commands.submit_all([Assign(hers, "ola"), Recolour(hers, Colour.RED)])
    assert told(watch.look(desk.threads.changes())) == []
    boss.commands.submit_all([Assign(later, "ana"), Recolour(later, Colour.RED)])
    assert told(watch.look(desk.threads.changes())) == [("red", later)]


def test_a_near_deadline_of_mine_is_told_once(shop: Shop, desk: InboxServices) -> None:
    was_near = shop.says("Iga", "Halo?", ago=DAY - 5 * MINUTE)
    mine = shop.says("Ewa", "Halo?", ago=DAY - HOUR)
    others = shop.says("Zoja", "Halo?", ago=DAY - HOUR)
    desk.commands.submit_all([Assign(was_near, "ana"), Assign(mine, "ana"), Assign(others, "ola")])
    watch = begun(desk)
    assert told(watch.look(desk.threads.changes())) == []
    shop.pass_(50 * MINUTE)
    assert told(watch.look(desk.threads.changes(), deadlines=False)) == []
    assert told(watch.look(desk.threads.changes())) == [("due", mine)]
    assert told(watch.look(desk.threads.changes())) == []


def test_of_several_inboxes_of_one_person_one_tells(shop: Shop, desk: InboxServices) -> None:
    also_mine, boss = shop.desk(), shop.desk("ola")
    first, second, hers = begun(desk), begun(also_mine), begun(boss)
    thread = shop.says("Iga", "Prawnik się odezwie")
    shop.desk("ela", people={}).commands.submit(Recolour(thread, Colour.RED))
    assert told(first.look(desk.threads.changes())) == [("red", thread)]
    assert told(second.look(also_mine.threads.changes())) == []
    assert told(hers.look(boss.threads.changes())) == [("red", thread)]


def edit(shop: Shop, thread: ThreadId, text: str) -> None:
    shop.pass_(MINUTE)
    [(platform_id,)] = shop.all("SELECT platform_id FROM messages WHERE thread_id = ?", thread)
    shop.take("avon-fb", MessageEdited(str(platform_id), text))


def test_an_edit_of_what_i_closed_calls_me_though_it_is_not_red(
    shop: Shop, desk: InboxServices
) -> None:
    thread = shop.says("Iga", "[5/5] Super", ago=0)
    others = shop.says("Ewa", "Super!", ago=0)
    desk.commands.submit(Done(thread, NoReplyReason.THANKS))
    shop.desk("ola").commands.submit(Done(others, NoReplyReason.THANKS))
    watch = begun(desk)
    edit(shop, thread, "[1/5] Dostałam wysypki")  # rated lower: an edit, as the platform tells it
    edit(shop, others, "Dostałam wysypki")
    assert told(watch.look(desk.threads.changes())) == [("reopened", thread)]
    assert told(watch.look(None)) == []
    assert list(desk.threads.ids("is:reopened", "queue").ids) == [thread]


def test_an_edit_of_what_is_mine_calls_me_whoever_closed_it(
    shop: Shop, desk: InboxServices
) -> None:
    thread = shop.says("Iga", "Super!", ago=0)
    boss = shop.desk("ola")
    boss.commands.submit_all([Assign(thread, "ana"), Done(thread, NoReplyReason.THANKS)])
    watch, hers = begun(desk), begun(boss)
    edit(shop, thread, "Dostałam wysypki")
    assert told(watch.look(desk.threads.changes())) == [("reopened", thread)]
    assert told(hers.look(boss.threads.changes())) == [("reopened", thread)]  # who closed it


def test_what_i_hid_and_the_platform_shows_again_calls_me(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Iga", "Oszuści!", ago=0)
    [(platform_id, message)] = shop.all("SELECT platform_id, id FROM messages")
    assert isinstance(message, int)
    receipt = desk.commands.submit(Moderate(thread, None, OutboxVerb.HIDE))
    shop.pass_(MINUTE)
    shop.sent(receipt.outbox)
    shop.take("avon-fb", VisibilityChanged(str(platform_id), True, shop.now))
    watch = begun(desk)
    shop.pass_(MINUTE)
    shop.take("avon-fb", VisibilityChanged(str(platform_id), False, shop.now))
    assert told(watch.look(desk.threads.changes())) == [("reopened", thread)]
    assert desk.threads.rows([thread])[thread].is_waiting


def answered(shop: Shop, desk: InboxServices, thread: ThreadId) -> tuple[str, int]:
    """Answer the thread: the answer's id on the platform, and ours."""
    receipt = desk.commands.submit(Reply(thread, "Już sprawdzam"))
    shop.pass_(MINUTE)
    id_ = "avon-fb:us:Już sprawdzam:0"
    shop.sent(receipt.outbox, id_)
    [(key,)] = shop.all("SELECT platform_id FROM threads WHERE id = ?", thread)
    shop.says("us", "Już sprawdzam", thread=str(key), ago=0, is_ours=True)
    [(message,)] = shop.all("SELECT id FROM messages WHERE platform_id = ?", id_)
    assert isinstance(message, int)
    return id_, message


@pytest.mark.parametrize("how", [MessageRemoved, MessageGone])
def test_whoever_had_an_answer_that_was_deleted_outside_waits_again_and_calls_its_author(
    shop: Shop, desk: InboxServices, how: type[MessageRemoved | MessageGone]
) -> None:
    thread = shop.says("Iga", "Gdzie paczka?", ago=HOUR)
    started = desk.threads.rows([thread])[thread].wait_started_at
    answer, _message = answered(shop, desk, thread)
    assert not desk.threads.rows([thread])[thread].is_waiting
    watch, hers = begun(desk), begun(shop.desk("ola"))
    shop.pass_(MINUTE)
    shop.take("avon-fb", how(answer))
    row = desk.threads.rows([thread])[thread]
    assert (row.is_waiting, row.wait_started_at) == (True, started)
    assert told(watch.look(desk.threads.changes())) == [("reopened", thread)]
    assert told(hers.look(None)) == []
    desk.commands.submit(Reply(thread, "Paczka jedzie"))
    assert list(desk.threads.ids("is:reopened", "queue").ids) == [thread]  # until it is sent
    [(outbox,)] = shop.all("SELECT max(id) FROM outbox")
    assert isinstance(outbox, int)
    shop.sent(outbox, "avon-fb:us:Paczka jedzie:0")
    [(key,)] = shop.all("SELECT platform_id FROM threads WHERE id = ?", thread)
    shop.says("us", "Paczka jedzie", thread=str(key), ago=0, is_ours=True)
    shop.pass_(MINUTE)
    shop.says("Iga", "A kiedy?", thread=str(key), ago=0)
    assert desk.threads.rows([thread])[thread].is_waiting
    assert list(desk.threads.ids("is:reopened", "queue").ids) == []  # she asks something new


def test_whoever_deletes_an_answer_here_is_not_called_for_it_and_its_author_is(
    shop: Shop, desk: InboxServices
) -> None:
    thread = shop.says("Iga", "Gdzie paczka?", ago=HOUR)
    answer, message = answered(shop, desk, thread)
    boss = shop.desk("ola")
    watch, hers = begun(desk), begun(boss)
    receipt = boss.commands.submit(Moderate(thread, MessageId(message), OutboxVerb.DELETE))
    shop.sent(receipt.outbox)
    shop.take("avon-fb", MessageRemoved(answer))
    assert desk.threads.rows([thread])[thread].is_waiting
    assert told(watch.look(desk.threads.changes())) == [("reopened", thread)]
    assert told(hers.look(boss.threads.changes())) == []
