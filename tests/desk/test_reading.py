"""What the desk shows: rows, conversations, counts, and at what cost."""

from __future__ import annotations

import pytest

from carecli.desk.conversations.rows import Draft
from carecli.desk.services import InboxServices
from carecli.domain.commands import (
    Assign,
    Done,
    Flag,
    Label,
    Moderate,
    Note,
    Recolour,
    Reply,
    Snooze,
)
from carecli.domain.errors import FilterError, Refusal
from carecli.domain.events import (
    LikeChanged,
    MessageEdited,
    MessageWithdrawn,
    PostSeen,
    Unrecognised,
)
from carecli.domain.model import (
    Attachment,
    Colour,
    ContactPoint,
    Direction,
    DraftKind,
    MessageId,
    OutboxVerb,
    PostKind,
    ThreadId,
    Visibility,
)
from carecli.store import outbox as sender
from carecli.store import settings
from carecli.store.staleness import staleness

from .conftest import DAY, HOUR, MINUTE, NOW, Shop, opened

DM = ContactPoint.PRIVATE_MESSAGE
ROOT = "avon-fb:Zoła:Gdzie paczka?:3600000"


def test_a_row_calls_people_and_teams_by_their_names(shop: Shop) -> None:
    desk = shop.desk(teams={"contact_centre": "Contact centre", "care": "Care"})
    thread = shop.says("Zoła", "Gdzie paczka?")
    desk.commands.submit(Assign(thread, team="contact_centre"))
    assert desk.threads.rows([thread])[thread].owner == "Contact centre"
    desk.commands.submit(Assign(thread, "ola"))
    shop.desk("ola").conversations.claim(thread)
    row = desk.threads.rows([thread])[thread]
    assert (row.owner, row.assignee) == ("Ola", "ola")
    assert (row.writer, row.claimed_by) == ("Ola", "ola")


def test_a_conversation_shows_who_said_what(shop: Shop, desk: InboxServices) -> None:
    shop.take("avon-fb", PostSeen("ad1", PostKind.AD, "Nowa szminka", "https://example.org/ad1"))
    thread = shop.says(
        "Zoła",
        "Gdzie paczka?",
        post="ad1",
        attachments=(Attachment("image", "https://example.org/i.png", "zdjęcie"),),
    )
    shop.says("Avon", "Sprawdzamy", thread=ROOT, ago=HOUR // 2, is_ours=True, parent=ROOT)
    shop.says("Zoła", "I co?", thread=ROOT, ago=MINUTE)
    shop.says("Ewa", "Ja też czekam", thread=ROOT, ago=0)
    shop.pass_(MINUTE)
    shop.take(
        "avon-fb",
        MessageEdited("avon-fb:Zoła:I co?:60000", "I co dalej?"),
        MessageWithdrawn("avon-fb:Ewa:Ja też czekam:0"),
        LikeChanged(ROOT, liked=True),
    )
    found = opened(desk, thread)
    assert found.row.place == "ad · Avon Polska"
    assert (found.row.point, found.row.excerpt) == (ContactPoint.AD_COMMENT, "I co dalej?")
    assert found.post is not None
    assert (found.post.kind, found.post.text) == (PostKind.AD, "Nowa szminka")
    told = [
        (m.author, m.direction, m.text, m.is_unanswered, m.is_edited, m.visibility, m.depth)
        for m in found.messages
    ]
    inbound, outbound = Direction.INBOUND, Direction.OUTBOUND
    visible, withdrawn = Visibility.VISIBLE, Visibility.WITHDRAWN
    assert told == [
        ("Zoła", inbound, "Gdzie paczka?", False, False, visible, 0),
        ("Avon Polska", outbound, "Sprawdzamy", False, False, visible, 1),
        ("Zoła", inbound, "I co dalej?", True, True, visible, 0),
        ("Ewa", inbound, "", False, False, withdrawn, 0),
    ]
    assert (found.messages[0].is_liked, found.messages[1].is_native) == (True, True)
    assert found.messages[0].attachments[0].name == "zdjęcie"
    assert found.head == found.messages[-1].id
    assert (found.reply_as, found.reply_limit, found.private_limit) == ("Avon Polska", 100, 60)
    assert (found.contact.name, found.contact.thread_count) == ("Zoła", 1)


def test_a_long_thread_shows_its_newest_messages(shop: Shop, desk: InboxServices) -> None:
    for n in range(230):
        thread = shop.says("Zoła", f"{n}", thread="long", ago=HOUR - n)
    found = opened(desk, thread)
    assert (found.older, len(found.messages)) == (30, 200)
    assert [m.text for m in found.messages[:2]] == ["30", "31"]
    assert found.messages[-1].id == found.head


def test_there_is_no_such_thread(desk: InboxServices) -> None:
    assert desk.conversations.conversation(ThreadId(7)) is None
    assert desk.threads.rows([ThreadId(7)]) == {}
    with pytest.raises(Refusal):
        desk.replies.snippets(ThreadId(7))


def test_lists_and_their_filters(shop: Shop, desk: InboxServices) -> None:
    first = shop.says("Zoła", "Gdzie paczka?")
    second = shop.says("Lucía", "¿Dónde?", channel="lrp-fb", ago=2 * HOUR)
    assert list(desk.threads.ids("is:waiting", "queue").ids) == [second, first]
    assert list(desk.threads.ids("is:waiting", "newest", limit=1).ids) == [first]
    assert not desk.threads.ids("is:waiting", "queue", limit=1).is_whole
    assert list(desk.threads.ids("is:waiting", "queue", brand="Avon").ids) == [first]
    assert desk.threads.matching("donde", [first, second]) == {second}
    assert desk.threads.matching("is:waiting", [first, second], brand="Avon") == {first}
    with pytest.raises(FilterError) as told:
        desk.threads.ids("is:waitin", "queue")
    assert told.value.column == 3
    with pytest.raises(Refusal, match="no order"):
        desk.threads.ids("", "alphabet")


def test_counts(shop: Shop, desk: InboxServices) -> None:
    red = shop.says("Zoła", "Skandal!", point=DM)
    done = shop.says("Ewa", "Dzięki")
    late = shop.says("Jan", "Halo?", ago=30 * HOUR)
    mine = shop.says("Lucía", "¿Dónde?", channel="lrp-fb")
    asleep = shop.says("Iga", "Kiedyś", ago=2 * HOUR)
    desk.commands.submit(Recolour(red, Colour.RED))
    desk.commands.submit(Done(done))
    desk.commands.submit(Assign(mine, "ana"))
    desk.commands.submit(Flag(late))
    desk.commands.submit(Snooze(asleep, NOW + HOUR))
    desk.commands.submit(Reply(late, "Hej"))
    shop.says("us", "¡Hola!", channel="lrp-fb", thread="x", is_ours=True)
    answered = shop.says("Ana", "¿Hola?", channel="lrp-fb", thread="y", ago=MINUTE)
    shop.says("us", "¡Hola!", channel="lrp-fb", thread="y", ago=0, is_ours=True)
    found = desk.threads.overview()
    assert found.colours == {Colour.GREEN: 2, Colour.YELLOW: 0, Colour.RED: 1}
    assert (found.overdue, found.next_breach) == (1, NOW + HOUR)
    assert (found.answered_today, found.in_time_today) == (1, 1)
    queues = {tally.title: tally.count for tally in found.queues}
    assert queues == {
        "Waiting": 3,
        "Mine": 1,
        "Unassigned": 3,
        "Mentioned": 0,
        "Flagged": 1,
        "Snoozed": 1,
        "Sending": 1,
        "Done today": 2,
    }
    for tally in found.queues:
        assert len(desk.threads.ids(tally.key, "queue").ids) == tally.count, tally.key
    for tally in (*found.points, *found.teams):
        ids = desk.threads.ids(f"is:waiting -is:snoozed {tally.key}", "queue").ids
        assert len(ids) == tally.count, tally.key
    assert {tally.key: tally.count for tally in found.brands} == {"Avon": 2, "La Roche-Posay": 1}
    assert answered not in desk.threads.ids("is:waiting", "queue").ids
    here = desk.threads.overview("La Roche-Posay")
    assert here.colours[Colour.GREEN] == 1
    assert (here.overdue, here.answered_today, len(here.channels)) == (0, 1, 1)
    assert desk.threads.overview("Avon").answered_today == 0


def test_a_snooze_that_has_passed_wakes(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Iga", "Kiedyś", ago=0)
    desk.commands.submit(Snooze(thread, NOW + HOUR))
    assert list(desk.threads.ids("is:waiting -is:snoozed", "queue").ids) == []
    desk.threads.changes()
    assert desk.threads.wake_snoozed() == 0
    shop.pass_(HOUR)
    before = shop.dump()
    assert {tally.title: tally.count for tally in desk.threads.overview().queues}["Snoozed"] == 1
    assert shop.dump() == before, "counting changes nothing"
    assert desk.threads.wake_snoozed() == 1
    assert {tally.title: tally.count for tally in desk.threads.overview().queues}["Snoozed"] == 0
    assert list(desk.threads.ids("is:waiting -is:snoozed", "queue").ids) == [thread]
    assert desk.threads.changes() == {thread}


def test_channels_colleagues_and_the_engine(shop: Shop, desk: InboxServices) -> None:
    shop.take("avon-fb", Unrecognised("odd payload"))
    with shop.database.write() as db:
        db.execute(
            "UPDATE channels SET frozen = 'landed wrong', usage = 12.5 WHERE key = 'avon-fb'"
        )
        settings.beat(db, NOW - 1000, 42)
    ola = shop.desk("ola")
    ola.threads.seen("thread 7")
    found = desk.threads.overview()
    [avon] = [status for status in found.channels if status.channel == "avon-fb"]
    assert (avon.unrecognised, avon.is_frozen, avon.error) == (1, True, "landed wrong")
    assert found.engine_seen_at == NOW - 1000
    assert [(c.name, c.doing) for c in found.colleagues] == [("Ola", "thread 7")]
    shop.pass_(6 * MINUTE)
    assert desk.threads.overview().colleagues == ()
    desk.commands.pause(on=True)
    assert ola.threads.overview().is_paused
    ola.commands.pause(on=False)
    found = desk.threads.overview()
    assert not found.is_paused
    assert not any(status.is_frozen for status in found.channels)


def test_asking_for_a_sync(shop: Shop, desk: InboxServices) -> None:
    desk.commands.ask_sync("avon-fb")
    desk.commands.ask_sync()
    with shop.database.read() as db:
        assert settings.sync_asked(db) == (2, NOW, "")
    with pytest.raises(Refusal, match="no channel"):
        desk.commands.ask_sync("nowhere")


def test_the_outbox_is_retried_and_cancelled_by_a_person(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    item = desk.commands.submit(Reply(thread, "Hej")).outbox
    assert item is not None
    with pytest.raises(Refusal, match="is queued"):
        desk.commands.retry(item)
    with shop.database.write() as db:
        db.execute("UPDATE outbox SET state = 'failed', error = 'no', hint = 'renew'")
    assert [(one.state.value, one.error) for one in desk.commands.outbox()] == [("failed", "no")]
    desk.commands.retry(item)
    assert (shop.state(item), desk.threads.rows([thread])[thread].sending) == ("queued", "queued")
    desk.commands.cancel(item)
    assert (shop.state(item), desk.threads.rows([thread])[thread].sending) == ("cancelled", None)
    with pytest.raises(Refusal, match="cannot be discarded"):
        desk.commands.cancel(item)
    with pytest.raises(Refusal, match="no outbox item"):
        desk.commands.retry(99)


def test_a_reply_stopped_by_something_new_goes_on_when_a_person_says_so(
    shop: Shop, desk: InboxServices
) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    item = desk.commands.submit(Reply(thread, "Hej")).outbox
    shop.pass_(MINUTE)
    shop.says("Zoła", "Halo?", thread=ROOT, ago=0)
    assert item is not None
    assert is_stopped(shop, item)
    with shop.database.write() as db:
        db.execute("UPDATE outbox SET state = 'failed'")
    desk.commands.retry(item)
    assert not is_stopped(shop, item)


def test_a_decision_tells_when_its_order_came_to_nothing(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    target = opened(desk, thread).messages[0].id
    desk.commands.submit(Note(thread, "dzwoniła"))
    liked = desk.commands.submit(Moderate(thread, target, OutboxVerb.LIKE)).outbox
    replied = desk.commands.submit(Reply(thread, "Hej")).outbox

    def told() -> list[str]:
        return [one.text for one in opened(desk, thread).decisions]

    assert told() == ["dzwoniła", "liked a message", "replied"]
    with shop.database.write() as db:
        db.execute("UPDATE outbox SET state = 'failed'")
    assert told() == ["dzwoniła", "liked a message (failed)", "replied (failed)"]
    assert liked is not None
    assert replied is not None
    desk.commands.cancel(liked)
    desk.commands.retry(replied)
    assert told() == ["dzwoniła", "liked a message (discarded)", "replied"]
    desk.commands.undo()
    [_, _, taken_back] = opened(desk, thread).decisions
    assert (taken_back.text, taken_back.is_undone) == ("replied", True)


def is_stopped(shop: Shop, item: int) -> bool:
    with shop.database.read() as db:
        about = sender.item(db, item)
        assert about is not None
        return bool(staleness(db, about))


def test_a_note_leaves_a_reply_begun_alone(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    desk.conversations.save_draft(Draft(thread, "Już spr"))
    desk.commands.submit(Note(thread, "dzwoniła"))
    assert desk.threads.rows([thread])[thread].has_draft
    desk.conversations.save_draft(Draft(thread, "dzwoniła z", DraftKind.NOTE))
    desk.commands.submit(Reply(thread, "Już sprawdzam"))
    assert [one.kind for one in desk.conversations.drafts(thread)] == [DraftKind.NOTE]
    desk.commands.submit(Note(thread, "oddzwonię jutro"))
    assert [one.text for one in desk.conversations.drafts(thread)] == ["dzwoniła z"], (
        "it says something else"
    )
    desk.commands.submit(Note(thread, "dzwoniła z pracy"))
    assert not desk.threads.rows([thread])[thread].has_draft


def test_a_failed_reply_is_not_retried_beside_its_twin(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    first = desk.commands.submit(Reply(thread, "Hej")).outbox
    with shop.database.write() as db:
        db.execute("UPDATE outbox SET state = 'failed'")
    desk.commands.submit(Reply(thread, "Hej"))
    assert first is not None
    with pytest.raises(Refusal, match="already been queued again"):
        desk.commands.retry(first)


def test_a_channel_that_left_the_configuration_can_still_be_read(shop: Shop) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    desk = shop.desk(capabilities={}.__getitem__)
    found = opened(desk, thread)
    assert "no longer in the configuration" in found.why_not["reply"]


SMALL = {
    *("channels", "c", "presence", "waiting_counts", "(subquery-1)"),
    *("hooks", "pulls", "failing_places", "refused_fields", "report_mails"),
}
"""Tables of a few rows, which may be read whole, and rows that were counted out before."""

PARTIAL = {
    "threads_safety",
    "rule_deeds_waiting",
    "threads_flagged",
    "threads_snoozed",
    "threads_sending",
    "raw_payloads_unrecognised",
}
PARTIAL |= {"outbox_due", "outbox_troubled", "threads_unclear", "turned_away_open"}
PARTIAL |= {"contacts_blocked"}
"""Indexes that hold only the rows that are asked for."""


BOUNDED = ("ORDER BY id DESC LIMIT 300", "ORDER BY id LIMIT 1")
"""The newest by their ids, and the first one: so many rows and no more."""


def test_no_read_looks_at_every_row(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    desk.commands.submit_all(
        [
            Label(thread, add=("a",)),
            Note(thread, "x"),
            Reply(thread, "Hej"),
            Moderate(thread, MessageId(1), OutboxVerb.LIKE),
            Snooze(thread, NOW + DAY),
        ]
    )
    desk.conversations.save_draft(Draft(thread, "Hej, hej"))
    asked: list[str] = []
    connection = shop.session(desk).reader.connection
    connection.set_trace_callback(asked.append)
    desk.threads.rows([thread])
    desk.conversations.conversation(thread)
    desk.threads.overview()
    desk.threads.overview("Avon")
    desk.commands.outbox()
    desk.commands.outbox(thread)
    desk.replies.snippets(thread)
    shop.says("Ewa", "?")
    desk.threads.changes()
    connection.set_trace_callback(None)
    selects = {sql for sql in asked if sql.startswith("SELECT")}
    assert len(selects) > 20
    for sql in selects:
        for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {sql}"):
            if step.startswith("SCAN"):
                table, _, index = step.removeprefix("SCAN ").partition(" ")
                is_partial = index.rpartition(" ")[2] in PARTIAL
                is_bounded = any(some in sql for some in BOUNDED)
                assert table in SMALL or is_partial or is_bounded, (step, sql)
