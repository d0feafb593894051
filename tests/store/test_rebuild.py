"""Deriving everything again: no difference on a healthy store, each one told on a broken one."""

from __future__ import annotations

import pytest

from carecli.domain.commands import Done, Flag, Label, Recolour, Snooze
from carecli.domain.events import Author, MessageSeen
from carecli.domain.model import HOUR, Colour, ContactPoint, ThreadId, moderator
from carecli.store import journal, settings
from carecli.store.derive import refresh
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild
from carecli.store.snooze import wake_snoozed

from .conftest import NOW, Shop

ANA = moderator("ana")


@pytest.fixture
def worked(shop: Shop) -> Shop:
    """Three threads about which something was decided, undone and decided again."""
    for n in range(1, 4):
        id_ = f"c{n}"
        author = Author(f"u{n}", f"Osoba {n}")
        point = ContactPoint.COMMENT
        shop.take(MessageSeen(id_, id_, point, NOW - n * HOUR, author, text="Gdzie paczka?"))
    with shop.database.write() as db:
        for command in (
            Recolour(ThreadId(1), Colour.RED),
            Label(ThreadId(2), add=("paczka",)),
            Done(ThreadId(3)),
            Flag(ThreadId(1)),
            Snooze(ThreadId(2), NOW + HOUR),
        ):
            journal.record(db, command, ANA, NOW)
        flagged = journal.entry(db, 4)
        assert flagged is not None
        journal.take_back(db, [flagged], ANA, NOW)
        undo = journal.last_undo(db, ANA)
        assert undo is not None
        journal.put_back(db, [undo], ANA, NOW)
        refresh(db, [1, 2, 3], NOW, Policies(db))
    return shop


def again(shop: Shop, *, fix: bool = False, now: int = NOW) -> list[str]:
    return rebuild(shop.database, Policies(shop.database.connection), now, fix=fix)


def test_a_healthy_store_shows_no_difference(worked: Shop) -> None:
    assert again(worked) == []
    assert again(worked, now=NOW + 2 * HOUR) == []
    assert worked.one("SELECT snoozed FROM threads WHERE id = 2") == (0,)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE threads SET colour = 'green' WHERE id = 1", "thread 1: colour is 'green', not"),
        ("UPDATE threads SET waiting = 0 WHERE id = 2", "thread 2: waiting is 0, not 1"),
        ("UPDATE waits SET ended_at = 7 WHERE thread_id = 3", "thread 3: has a wait too many"),
        ("DELETE FROM waits WHERE thread_id = 1", "thread 1: lacks a wait"),
        (
            (
                "INSERT INTO waits SELECT NULL, 77, contact_id, 1, 1, 1, 1, 'red', 1, NULL, '', "
                "'', '', NULL, NULL FROM waits LIMIT 1"
            ),
            "waits: has rows of thread 77",
        ),
        ("DELETE FROM thread_labels", "thread 2: labels or mentions differ"),
        ("UPDATE waiting_counts SET n = n + 1", "count of"),
        ("UPDATE decisions SET undone = 1 WHERE id = 4", "decision 4: undone is 1, not 0"),
        ("UPDATE decisions SET undone = 0 WHERE verb = 'undo'", "undone is 0, not 1"),
        (
            (
                "INSERT INTO message_words (message_words, rowid, text) "
                "VALUES ('delete', 2, 'gdzie paczka?')"
            ),
            "message_words: lacks 2",
        ),
        ("INSERT INTO message_words (rowid, text) VALUES (99, 'x')", "holds 99 still"),
        ("UPDATE contacts SET name = '' WHERE id = 1", "contact_names: holds 1 still"),
    ],
)
def test_damage_is_told_and_mended(worked: Shop, damage: str, told: str) -> None:
    with worked.database.write() as db:
        db.execute(damage)
    found = again(worked)
    assert any(told in line for line in found), found
    assert again(worked) == found, "looking changes nothing"
    assert again(worked, fix=True)
    assert again(worked) == []


def test_a_thread_without_messages_is_told(worked: Shop) -> None:
    with worked.database.write() as db:
        db.execute("DELETE FROM messages WHERE thread_id = 2")
    assert "thread 2: has no messages" in again(worked)


def test_only_passed_snoozes_wake(worked: Shop) -> None:
    with worked.database.write() as db:
        assert wake_snoozed(db, NOW, Policies(db)) == []
        assert wake_snoozed(db, NOW + HOUR, Policies(db)) == [2]
    assert worked.one("SELECT snoozed, snoozed_until FROM threads WHERE id = 2") == (0, None)


def test_what_an_upgrade_asked_for_is_done_once_nothing_differs(worked: Shop) -> None:
    with worked.database.write() as db:
        settings.put(db, settings.REBUILD_WANTED, "1")
        db.execute("UPDATE threads SET waiting = 0 WHERE id = 2")
    assert again(worked)
    assert settings.get(worked.database.connection, settings.REBUILD_WANTED) == "1"
    assert again(worked, fix=True)
    assert settings.get(worked.database.connection, settings.REBUILD_WANTED) == ""
