"""What helps to answer, at plain lines: the day, product cards, the person, tied threads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from carecli import i18n
from carecli.desk.context import Guidance
from carecli.desk.services import InboxServices
from carecli.domain.commands import Done, Note, Recolour, Snooze
from carecli.domain.events import AnsweredPrivately, Author, MessageSeen
from carecli.domain.model import DAY, MINUTE, Colour, ContactPoint
from carecli.plain import words
from carecli.plain.commands import run_plain
from tests.desk.conftest import HOUR, Shop, open_shop, opened

CARD = (
    "---\nproduct: Krem na dzień\nbrand: Avon\n---\n## Fakty\n- 50 ml.\n## Uwagi\n- Nie do oczu.\n"
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "care.sqlite")
    yield shop
    for desk in shop.desks:
        desk.close()
    shop.database.close()


def said(desk: InboxServices, *typed: str) -> str:
    """What plain lines say to these."""
    out = io.StringIO()
    run_plain(desk, "UTC", 15 * MINUTE, io.StringIO("\n".join(typed) + "\n"), out)
    return out.getvalue()


def test_a_card_is_read_out_and_goes_into_the_draft(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "krem.md").write_text(CARD, encoding="utf-8")
    desk = shop.desk(cards=[tmp_path / "cards"])
    thread = shop.says("Ela", "Czy to do oczu?")
    heard = said(desk, "open 1", "card szampon", "card krem", "2", "yes")
    assert "No product card contains these words." in heard
    assert "1. Krem na dzień, Fakty\n2. Krem na dzień, Uwagi\n" in heard
    assert "• Nie do oczu.\n" in heard
    [draft] = opened(desk, thread).drafts
    assert draft.text == "• Nie do oczu."


def test_a_person_has_notes_outcomes_and_every_thread(shop: Shop) -> None:
    desk = shop.desk()
    old = shop.says("Ela", "Dziękuję", ago=3 * HOUR)
    desk.commands.submit(Done(old))
    shop.says("Ela", "Gdzie paczka?")
    heard = said(desk, "open 1", "history prefers a call", "history")
    assert "Note about the contact, by Ana: prefers a call" in heard
    assert "2 threads." in heard
    assert ", no reply needed, post, Avon Polska: Dziękuję" in heard
    assert ", waits, post, Avon Polska: Gdzie paczka?" in heard


def test_a_comment_leads_to_its_private_thread(shop: Shop) -> None:
    desk = shop.desk()
    thread = shop.says("Ela", "uszkodzona paczka")
    [(comment,)] = shop.all("SELECT platform_id FROM messages WHERE thread_id = ?", thread)
    dm = ContactPoint.PRIVATE_MESSAGE
    ours = MessageSeen("m1", "dm:77", dm, shop.now, is_ours=True, text="Piszemy do Ciebie")
    shop.take("avon-fb", AnsweredPrivately(str(comment), "dm:77", shop.now), ours)
    author = Author("77", "Ela Priv", "psid")
    shop.take("avon-fb", MessageSeen("m2", "dm:77", dm, shop.now + 1, author, text="Dobrze"))
    heard = said(desk, "search uszkodzona", "open 1", "other", "other")
    assert "Answered privately, Messenger, Avon Polska: Dobrze" in heard
    assert "Began with the comment, post, Avon Polska: uszkodzona paczka" in heard


def test_the_day_tells_what_waits_and_what_was_promised(shop: Shop) -> None:
    ola, ana = shop.desk("ola"), shop.desk()
    thread = shop.says("Ela", "Halo?", ago=23 * HOUR)
    ola.commands.submit(Note(thread, "Promised to call back by Friday 12:00"))
    ola.planning.leave_word("the parcels come on Monday")
    heard = said(ana, "today")
    assert "Note for you from Ola: the parcels come on Monday" in heard
    assert "1 thread is waiting, 0 overdue, 0 yours." in heard
    assert "1 due within two hours." in heard
    assert "Rules did nothing." in heard
    assert "Promised by Ola: Promised to call back by Friday 12:00" in heard


def test_a_mention_is_taken_out_by_seen(shop: Shop) -> None:
    ana, ola = shop.desk(), shop.desk("ola")
    ana.commands.submit(Note(shop.says("Ela", "Halo?"), "@ola please"))
    assert len(ola.threads.ids("is:mentioned", "queue").ids) == 1
    assert "Marked as seen." in said(ola, "filter is:mentioned", "open 1", "seen")
    assert not len(ola.threads.ids("is:mentioned", "queue").ids)


def test_help_says_what_follows_a_word_in_the_language(shop: Shop) -> None:
    i18n.use("pl")
    try:
        assert "open NUMER, albo o: Otwiera wątek z listy." in said(shop.desk(), "help open")
    finally:
        i18n.use("en")


def test_the_guidance_of_a_colour_is_read_out_before_the_reply(shop: Shop) -> None:
    guided = Guidance("Say sorry, promise nothing.", is_private=True)
    desk = shop.desk(guidance={Colour.YELLOW: guided})
    thread = shop.says("Ela", "uszkodzona paczka")
    assert "For this colour" not in said(desk, "open 1", "reply", "Przepraszamy", ".")
    desk.commands.submit(Recolour(thread, Colour.YELLOW))
    heard = said(desk, "open 1", "reply", ".")
    assert "For this colour: Say sorry, promise nothing.\n" in heard
    assert "Answers to threads of this colour are private. Type private to write one.\n" in heard
    heard = said(desk, "open 1", "private", ".")
    assert "For this colour: Say sorry, promise nothing.\n" in heard
    assert "Answers to threads of this colour are private" not in heard


def test_a_list_reads_out_the_message_that_was_found_and_when_it_was_written(shop: Shop) -> None:
    desk = shop.desk()
    shop.says("Ela", "Mam alergię na krem", ago=2 * DAY, thread="one")
    shop.says("Ela", "Halo?", ago=HOUR, thread="one")
    heard = said(desk, "search alergię", "times")
    assert "Halo?" in heard.partition("Found")[0], "who waits is read out with the newest words"
    found, with_time = (line for line in heard.split("\n") if "Mam alergię" in line)
    assert "written" not in found
    assert "Halo?" not in found
    when = words.moment(desk.now() - 2 * DAY, "UTC")
    assert f"written {when}: Mam alergię na krem" in with_time


def test_a_snoozed_thread_comes_back_in_time_without_an_engine(shop: Shop) -> None:
    desk = shop.desk()
    desk.commands.submit(Snooze(shop.says("Ela", "Gdzie paczka?"), shop.now + HOUR))
    assert "The list is empty." in said(desk, "list")
    shop.pass_(HOUR)
    assert "Gdzie paczka?" in said(desk, "list")
