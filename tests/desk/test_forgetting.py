"""A person is forgotten: nothing of them is in the file any more, and every count stays."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.services import InboxServices
from carecli.desk.session import DeskSession
from carecli.domain.commands import (
    AnsweredByHand,
    Done,
    Note,
    NoteContact,
    PickQuote,
    Reply,
)
from carecli.domain.errors import Refusal
from carecli.domain.events import (
    AnsweredPrivately,
    Author,
    MessageEdited,
    MessageSeen,
)
from carecli.domain.model import (
    DAY,
    HOUR,
    Attachment,
    ContactPoint,
    MessageId,
    NoReplyReason,
    ThreadId,
)
from carecli.store.comparison import differences
from carecli.store.db import Database
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild
from carecli.sync.maintenance import forget_silent
from tests.desk.conftest import NOW, Shop, open_shop

SECRET = "kwiatkowska"
"""Stands in every trace of the person, and in none of anybody else's."""

DM = ContactPoint.PRIVATE_MESSAGE


def answer(shop: Shop, thread: ThreadId, text: str, **other: object) -> None:
    """Ana's reply, acknowledged by the platform and read back."""
    receipt = shop.desk().commands.submit(Reply(thread, text))
    name = f"reply-{receipt.outbox}"
    shop.sent(receipt.outbox, name)
    [(key, channel)] = shop.all(
        "SELECT t.platform_id, c.key FROM threads t JOIN channels c ON c.id = t.channel_id "
        "WHERE t.id = ?",
        thread,
    )
    told = MessageSeen(
        name,
        str(key),
        ContactPoint.COMMENT,
        shop.now,
        is_ours=True,
        text=text,
        **other,  # type: ignore[arg-type]  # any field
    )
    shop.take(str(channel), told)


@pytest.fixture
def town(shop: Shop) -> dict[str, ThreadId]:
    """Ewa Kwiatkowska everywhere one person can be: in threads of her own and of others.

    A comment answered in public and in private, with an edit, an attachment, notes and a draft;
    a reply in Ola's thread, answered by a mention; a private conversation, no reply needed; a
    comment that still waits.
    """
    shop.now = NOW - 40 * DAY
    her = Author(f"{SECRET}-1", f"Ewa {SECRET.title()}")
    link = (Attachment("image", f"https://x.test/{SECRET}.jpg", SECRET),)
    told = MessageSeen(
        "c1", "c1", ContactPoint.COMMENT, shop.now, her, text=f"Tu {SECRET}", attachments=link,
        permalink=f"https://x.test/{SECRET}",
    )  # fmt: skip
    shop.take("avon-fb", told)
    [(comment,)] = shop.all("SELECT id FROM threads WHERE platform_id = 'c1'")
    first = ThreadId(int(str(comment)))
    shop.pass_(HOUR)
    shop.take("avon-fb", MessageEdited("c1", f"Tu jednak {SECRET}"))
    shop.pass_(HOUR)
    shop.desk().commands.submit(Note(first, f"{SECRET} dzwoniła"))
    shop.desk().commands.submit(NoteContact(first, f"{SECRET} to stała klientka"))
    answer(shop, first, f"Dzień dobry {SECRET}")
    private = shop.desk().commands.submit(Reply(first, f"Prywatnie: {SECRET}", private=True))
    shop.sent(private.outbox, "p-1")
    shop.take("avon-fb", AnsweredPrivately("c1", "conversation-1", shop.now))

    others = shop.says("Ola", "Ładne!", ago=0)
    [(key,)] = shop.all("SELECT platform_id FROM threads WHERE id = ?", others)
    second = MessageSeen(
        "c2", str(key), ContactPoint.COMMENT, shop.now, her, text=f"A mnie {SECRET} nie"
    )
    shop.take("avon-fb", second)
    reply = MessageSeen(
        "r2", str(key), ContactPoint.COMMENT, shop.now + HOUR, is_ours=True,
        text=f"Przykro nam, {SECRET}", parent="c2", mentions=(f"{SECRET}-1",),
    )  # fmt: skip
    shop.take("avon-fb", reply)

    dm = MessageSeen("d1", "dm1", DM, shop.now, Author("psid-7", f"Ewa {SECRET.title()}"),
                     text=f"Dzięki! {SECRET}")  # fmt: skip
    shop.take("lrp-fb", dm)
    [(private_thread,)] = shop.all("SELECT id FROM threads WHERE platform_id = 'dm1'")
    third = ThreadId(int(str(private_thread)))
    [(message,)] = shop.all("SELECT id FROM messages WHERE platform_id = 'd1'")
    quoted = int(str(message))
    shop.desk().commands.submit(Done(third, NoReplyReason.THANKS))

    shop.desk().commands.submit(PickQuote(third, MessageId(quoted)))
    with shop.database.write() as db:
        db.execute("INSERT INTO issued_quotes VALUES ('2026-08', '', ?, ?)", (quoted, SECRET))

    waiting = MessageSeen(
        "c3", "c3", ContactPoint.COMMENT, shop.now, her, text=f"Halo, tu {SECRET}"
    )
    shop.take("avon-fb", waiting, at=shop.now)
    [(open_thread,)] = shop.all("SELECT id FROM threads WHERE platform_id = 'c3'")
    shop.says("Iza", "Gdzie kupię?", ago=0)
    shop.now = NOW
    with shop.database.write() as db:
        db.execute(
            "INSERT INTO raw_payloads (channel_id, received_at, source, body) VALUES (1,?,'x',?)",
            (NOW, zlib.compress(f'{{"from": "{SECRET}-1"}}'.encode())),
        )
    return {
        "comment": first,
        "others": others,
        "dm": third,
        "waiting": ThreadId(int(str(open_thread))),
    }


def bytes_of(shop: Shop) -> bytes:
    return b"".join(
        file.read_bytes() for file in shop.file.parent.glob(shop.file.name + "*")
    ).lower()


def test_nothing_of_a_person_stays_in_the_file(shop: Shop, town: dict[str, ThreadId]) -> None:
    desk = shop.desk()
    assert SECRET.encode() in bytes_of(shop)
    found = desk.records.forget([town["comment"], town["dm"]])
    assert found.is_done
    assert found.is_emptied
    assert (found.people, found.threads, found.messages) == (2, 4, 6)
    assert SECRET.encode() not in bytes_of(shop)
    assert not desk.threads.ids(SECRET, "queue").ids
    assert shop.all("SELECT 1 FROM quotes UNION SELECT 1 FROM issued_quotes") == []
    assert rebuild(shop.database, Policies(shop.database.connection), shop.now) == []


def test_every_count_stays_but_that_open_waits_end_as_withdrawn(
    shop: Shop, town: dict[str, ThreadId]
) -> None:
    desk = shop.desk()
    asked = ReportAsked(since="60d")
    before = {(one.kpi, one.group): one for one in desk.reports.report(asked).figures}
    desk.records.forget([town["comment"], town["dm"]])
    after = {(one.kpi, one.group): one for one in desk.reports.report(asked).figures}
    changed = {kpi: (before[kpi, ""].n, one.n) for (kpi, _), one in after.items()
               if one != before[kpi, ""]}  # fmt: skip
    assert changed["open"] == (3, 2)
    assert changed["withdrawn"] == (0, 1)
    for kpi in ("arrived", "answered", "answered_elsewhere", "no_reply_thanks", "reaction",
                "replies", "handovers", "snippets_used"):  # fmt: skip
        assert after[kpi, ""] == before[kpi, ""]


def test_what_others_said_stays(shop: Shop, town: dict[str, ThreadId]) -> None:
    desk = shop.desk()
    desk.records.forget([town["comment"]])
    texts = [text for (text,) in shop.all("SELECT text FROM messages ORDER BY id")]
    assert "Ładne!" in texts
    assert "Gdzie kupię?" in texts
    assert f"Dzięki! {SECRET}" in texts, "another id of hers that nothing ties to this one"


def test_a_later_pull_brings_nothing_back(shop: Shop, town: dict[str, ThreadId]) -> None:
    desk = shop.desk()
    desk.records.forget([town["comment"]])
    shop.pass_(DAY)
    her = Author(f"{SECRET}-1", f"Ewa {SECRET.title()}")
    again = MessageSeen("c1", "c1", ContactPoint.COMMENT, NOW, her, text=f"Tu {SECRET}")
    shop.take("avon-fb", again, MessageEdited("c3", f"I jeszcze {SECRET}"))
    assert list(desk.threads.ids(SECRET, "queue").ids) == [town["dm"]], "which was not forgotten"
    assert shop.all("SELECT count(*) FROM contacts WHERE name LIKE '%kwiat%'") == [(1,)]


def test_who_writes_again_is_somebody_new(shop: Shop, town: dict[str, ThreadId]) -> None:
    desk = shop.desk()
    desk.records.forget([town["comment"]])
    her = Author(f"{SECRET}-1", "Ewa")
    shop.take("avon-fb", MessageSeen("c9", "c9", ContactPoint.COMMENT, NOW, her, text="Halo"))
    [thread] = desk.threads.ids("halo", "queue").ids
    row = desk.threads.rows([thread])[thread]
    assert (row.author, row.is_waiting) == ("Ewa", True)


def test_verify_counts_nobody_as_forgotten_by_mistake(
    shop: Shop, town: dict[str, ThreadId], tmp_path: Path
) -> None:
    """The platform still shows her comment without an answer."""
    desk = shop.desk()
    there = open_shop(tmp_path / "there.sqlite")
    her = Author(f"{SECRET}-1", f"Ewa {SECRET.title()}")
    there.now = NOW - 40 * DAY + HOUR
    there.take("avon-fb", MessageSeen("c3", "c3", ContactPoint.COMMENT, there.now, her, text="x"))
    desk.records.forget([town["comment"]])
    with shop.database.read() as here, there.database.read() as other:
        found = differences(here, other, shop.channels["avon-fb"], 0)
    assert [one for one in found if one.thread == "c3"] == []
    there.database.close()


def test_a_dry_run_tells_and_changes_nothing(shop: Shop, town: dict[str, ThreadId]) -> None:
    desk = shop.desk()
    shop.says("Jan", f"Czy Ewa {SECRET.title()} odpisze?", ago=HOUR)
    before = shop.dump()
    found = desk.records.forget([town["comment"]], dry_run=True)
    assert (found.is_done, found.people, found.threads) == (False, 1, 3)
    assert len(found.named_in) == 1
    assert shop.dump() == before


def test_while_a_reply_is_on_its_way_nobody_is_forgotten(
    shop: Shop, town: dict[str, ThreadId]
) -> None:
    desk = shop.desk()
    desk.commands.submit(Reply(town["waiting"], "Już odpisujemy"))
    with pytest.raises(Refusal, match="still being sent"):
        desk.records.forget([town["waiting"]])


def begins(session: DeskSession, before_the_first: Callable[[], object]) -> list[str]:
    """The write transactions a desk begins from now on; something happens just before the first."""
    seen: list[str] = []

    def look(statement: str) -> None:
        if statement.startswith("BEGIN IMMEDIATE"):
            seen.append(statement)
            if len(seen) == 1:
                before_the_first()

    session.writer.connection.set_trace_callback(look)
    return seen


def test_a_reply_that_comes_in_between_stops_the_forgetting(
    shop: Shop, town: dict[str, ThreadId]
) -> None:
    """The outbox is looked at in the transaction that erases, not before it."""
    desk, colleague = shop.desk(), shop.desk("ola")
    reply = Reply(town["waiting"], "Już odpisujemy")
    begun = begins(shop.session(desk), lambda: colleague.commands.submit(reply))
    with pytest.raises(Refusal, match="still being sent"):
        desk.records.forget([town["waiting"]])
    assert shop.all("SELECT text, state FROM outbox WHERE state = 'queued'") == [
        ("Już odpisujemy", "queued")
    ]
    assert SECRET.encode() in bytes_of(shop)
    assert len(begun) == 1


def test_forgetting_is_one_transaction(shop: Shop, town: dict[str, ThreadId]) -> None:
    desk = shop.desk()
    begun = begins(shop.session(desk), lambda: None)
    assert desk.records.forget([town["comment"]]).is_done
    assert len(begun) == 1


def test_who_is_still_written_to_is_not_forgotten_for_being_silent(
    shop: Shop, town: dict[str, ThreadId]
) -> None:
    """Neither by a person nor by the engine, whenever the text was put in."""
    desk, colleague = shop.desk(), shop.desk("ola")
    silent = shop.says("Cicha", "Dziękuję", ago=100 * DAY)
    desk.commands.submit(Done(silent, NoReplyReason.THANKS))
    begins(shop.session(desk), lambda: colleague.commands.submit(Reply(silent, "Jeszcze jedno")))
    desk.records.forget_silent("30d")
    forget_silent(shop.database, 30 * DAY, lambda: shop.now)
    assert ("Cicha",) in shop.all("SELECT name FROM contacts")
    assert shop.all("SELECT text FROM outbox WHERE state = 'queued'") == [("Jeszcze jedno",)]


def test_people_who_were_silent_are_forgotten_together(
    shop: Shop, town: dict[str, ThreadId]
) -> None:
    """Who still waits is not; nor is who wrote lately."""
    desk = shop.desk()
    shop.says("Nowa", "Dzień dobry", ago=HOUR)
    assert desk.records.forget_silent("30d").people == 1
    assert desk.records.forget_silent("30d").people == 0
    names = {name for (name,) in shop.all("SELECT name FROM contacts")}
    assert names == {f"Ewa {SECRET.title()}", "Ola", "Iza", "Nowa", ""}


def test_an_entry_answered_by_hand_is_forgotten_too(shop: Shop) -> None:
    her = Author("e-1", SECRET)
    told = MessageSeen("g1", "g1", ContactPoint.GROUP_POST, NOW, her, text=f"Tu {SECRET}")
    shop.take("groups", told)
    thread, desk = ThreadId(1), shop.desk()
    shop.pass_(HOUR)
    desk.commands.submit(AnsweredByHand(thread, f"Dzień dobry {SECRET}"))
    desk.records.forget([thread])
    assert SECRET.encode() not in bytes_of(shop)
    assert shop.all("SELECT outcome FROM waits") == [("replied",)]


def test_a_thread_that_is_nobodys_is_refused(desk: InboxServices) -> None:
    with pytest.raises(Refusal, match="Thread 99 has no contact"):
        desk.records.forget([ThreadId(99)])


def test_the_log_is_told_to_hold_what_was_while_somebody_reads(
    shop: Shop, town: dict[str, ThreadId]
) -> None:
    desk = shop.desk()
    reader = Database(shop.file)
    with reader.read() as db:
        db.execute("SELECT count(*) FROM messages").fetchone()
        found = desk.records.forget([town["comment"], town["dm"]])
    assert not found.is_emptied
    reader.close()
