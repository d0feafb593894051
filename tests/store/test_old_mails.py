"""Mails that 0.3.0 stored come in once, though their ids are made otherwise now."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from carecli.domain.events import CaseAnswered, MessageSeen
from carecli.domain.model import Actor
from carecli.platforms.base import Account
from carecli.platforms.mail.connector import MailChannel
from carecli.store import cases, erasure
from carecli.store.db import Database
from carecli.store.mail_identities import with_stored_ids
from tests.store.conftest import NOW, Shop
from tests.store.old import old_database

ANA = "ana@customers.test"
HTML = "<p>Hello,</p><blockquote>When?</blockquote><p>On Friday. My eyes are swollen.</p>"
SHOWN = "Hello,\n\nWhen?\n\nOn Friday. My eyes are swollen."
"""The text 0.3.0 made of it, and its digest of the mail."""
STORED = "Allergy\n\nHello,"
"""What it kept of it: everything after the quoted line was cut."""

ATTACHED = '[["image","","rash.jpg"],["other","","3 quoted lines"]]'


def old_id(message_id: str, sender: str, shown: str) -> str:
    """A mail's id as 0.3.0 made it."""
    told = "\0".join((message_id, sender, " ".join(shown.split())))
    return f"{message_id}#{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def letter(html: str = HTML, *, sender: str = ANA, message_id: str = "<a1@customers.test>") -> str:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "care@avon.test", "Allergy"
    mail["Message-ID"] = message_id
    mail.set_content(html, subtype="html")
    return mail.as_string()


def read(*letters: str, at: int = NOW, stream: str = "inbox") -> tuple[MessageSeen, ...]:
    """Mails as they come from the mailbox."""
    options = {"host": "imap.avon.test", "smtp_host": "smtp.avon.test"}
    account = Account("care-mail", "mail", "care@avon.test", "x", options=options)
    told = {"stream": stream, "mails": [{"at": at, "mail": one} for one in letters]}
    events = MailChannel(account).read(json.dumps(told).encode(), NOW).events
    return tuple(event for event in events if isinstance(event, MessageSeen))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A mailbox with one HTML mail, as 0.3.0 left it, opened by this version."""
    path = tmp_path / "care.sqlite"
    old_database(path, "0.3.0")
    id_ = old_id("<a1@customers.test>", ANA, SHOWN)
    with sqlite3.connect(path) as db:
        db.execute(
            "INSERT INTO channels (key, brand, platform, title) "
            "VALUES ('care-mail', 'Avon', 'mail', 'Care')"
        )
        db.execute("INSERT INTO contacts VALUES (1, 1, 'mail', ?, ?, ?)", (ANA, ANA, NOW))
        db.execute(
            "INSERT INTO threads (id, channel_id, platform_id, point, contact_id, opened_at, "
            "message_count, last_inbound_id, last_inbound_at, last_message_at, waiting, "
            "wait_started_at, deadline) VALUES (1, 1, ?, 'email', 1, ?, 1, 1, ?, ?, 1, ?, ?)",
            (f"<a1@customers.test> {ANA}", NOW, NOW, NOW, NOW, NOW + 24 * 3_600_000),
        )
        db.execute(
            "INSERT INTO messages (id, thread_id, channel_id, platform_id, address, contact_id, "
            "text, attachments, created_at, seen_at, observed_at, visibility) "
            "VALUES (1, 1, 1, ?, '<a1@customers.test>', 1, ?, ?, ?, ?, ?, 'visible')",
            (id_, STORED, ATTACHED, NOW, NOW, NOW),
        )
        db.execute("INSERT INTO message_words (rowid, text) VALUES (1, ?)", (STORED.lower(),))
        db.execute("INSERT INTO contact_names (rowid, name) VALUES (1, ?)", (ANA,))
        db.execute(
            "INSERT INTO waits (thread_id, contact_id, ordinal, started_at, first_message_id, "
            "last_message_id, colour, deadline) VALUES (1, 1, 1, ?, 1, 1, 'green', ?)",
            (NOW, NOW + 24 * 3_600_000),
        )
    db.close()
    shop = Shop(Database(path))
    yield shop
    shop.database.close()


def test_an_old_mail_that_is_read_again_is_the_stored_one(shop: Shop) -> None:
    [again] = read(letter())
    taken = shop.take(again, at=NOW + 60_000)
    assert taken.new_messages == 0
    stored = shop.all("SELECT id, platform_id, edited_at FROM messages")
    assert stored == [(1, again.platform_id, None)]
    assert shop.all("SELECT ordinal, started_at, ended_at FROM waits") == [(1, NOW, None)]
    assert shop.all("SELECT * FROM revisions") == []


def test_words_that_were_cut_come_back_to_people_rules_and_search(shop: Shop) -> None:
    taken = shop.take(*read(letter()), at=NOW + 60_000)
    assert tuple(taken.messages) == (1,)  # rules look at it again
    (text,) = shop.one("SELECT text FROM messages")
    assert "My eyes are swollen." in str(text)
    match = "SELECT rowid FROM message_words WHERE message_words MATCH 'swollen'"
    assert shop.all(match) == [(1,)]
    assert shop.one("SELECT attachments FROM messages") == ('[["image","","rash.jpg"]]',)


def test_reading_it_a_third_time_changes_nothing(shop: Shop) -> None:
    page = read(letter())
    shop.take(*page, at=NOW + 60_000)
    again = shop.take(*page, at=NOW + 120_000)
    assert (again.new_messages, again.threads, tuple(again.messages)) == (0, (), ())


@pytest.mark.parametrize(
    "other",
    [
        read(letter(), at=NOW + 1_000),
        read(letter(sender="eva@customers.test")),
        read(letter(message_id="<a2@customers.test>")),
    ],
    ids=["another moment", "another person", "another Message-ID"],
)
def test_a_mail_that_differs_is_a_mail_of_its_own(
    shop: Shop, other: tuple[MessageSeen, ...]
) -> None:
    assert shop.take(*other, at=NOW + 60_000).new_messages == 1


def test_a_later_mail_that_reuses_an_id_is_a_mail_of_its_own(shop: Shop) -> None:
    shop.take(*read(letter()), at=NOW + 60_000)
    assert shop.take(*read(letter("<p>Something else.</p>")), at=NOW + 70_000).new_messages == 1
    shop.take(*read(letter(message_id="<b1@customers.test>")), at=NOW + 80_000)
    other = read(letter("<p>Other words.</p>", message_id="<b1@customers.test>"))
    assert shop.take(*other, at=NOW + 90_000).new_messages == 1  # the first came after the upgrade


def test_an_old_mail_of_somebody_who_was_forgotten_brings_nothing_back(shop: Shop) -> None:
    with shop.database.write() as db:
        erasure.forget(db, [1], Actor("moderator", "ana"), NOW + 1)
    assert shop.take(*read(letter()), at=NOW + 60_000).new_messages == 0
    assert shop.all("SELECT text FROM messages") == [("",)]


def test_an_answer_that_was_read_from_the_sent_folder_keeps_its_item(shop: Shop) -> None:
    ours = read(letter(sender="care@avon.test", message_id="<s1@avon.test>"), stream="sent")
    [sent] = ours
    before = old_id("<s1@avon.test>", "care@avon.test", SHOWN)
    with shop.database.write() as db:
        db.execute(
            "INSERT INTO threads (id, channel_id, platform_id, point, opened_at, message_count, "
            "last_message_at, waiting) VALUES (2, 1, ?, 'email', ?, 1, ?, 0)",
            (sent.thread, NOW, NOW),
        )
        db.execute(
            "INSERT INTO messages (id, thread_id, channel_id, platform_id, address, text, "
            "created_at, seen_at, observed_at, visibility) "
            "VALUES (2, 2, 1, ?, ?, 'Hello', ?, ?, ?, 'visible')",
            (before, sent.address, NOW, NOW, NOW),
        )
        db.execute(
            "INSERT INTO outbox (key, channel_id, thread_id, verb, actor, decision_id, state, "
            "not_before, created_at, sent_id) VALUES ('k', 1, 2, 'reply', 'moderator:ana', 1, "
            "'sent', 0, 0, ?)",
            (before,),
        )
        db.execute("INSERT INTO old_mails VALUES (?, 1)", (before,))
    assert shop.take(sent, at=NOW + 60_000).new_messages == 0
    assert shop.one("SELECT sent_id FROM outbox") == (sent.platform_id,)


def test_a_comparison_with_the_mailbox_knows_the_stored_mail(shop: Shop) -> None:
    with shop.database.read() as db:
        [event] = with_stored_ids(db, 1, read(letter()))
    assert isinstance(event, MessageSeen)
    assert shop.one("SELECT platform_id FROM messages") == (event.platform_id,)


def test_a_teams_answer_that_is_read_again_is_no_second_note(shop: Shop) -> None:
    [answer] = read(letter(sender="medical@avon.test"))
    answered = CaseAnswered(answer, ("k",), "")
    before = old_id("<a1@customers.test>", "medical@avon.test", SHOWN)
    with shop.database.write() as db:
        db.execute("INSERT INTO case_answers VALUES (?, 7)", (before,))
        assert not cases.is_answered_by(db, answered)  # it was stored after the upgrade
        db.execute("INSERT INTO old_mails VALUES (?, 0)", (before,))
        assert cases.is_answered_by(db, answered)
