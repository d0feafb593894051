"""Events become rows: idempotent, free of order, and nothing kept that must go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.domain.events import (
    AnsweredPrivately,
    Author,
    Event,
    MessageEdited,
    MessageRemoved,
    MessageSeen,
    MessageWithdrawn,
    PostSeen,
    Unrecognised,
    VisibilityChanged,
)
from carecli.domain.model import ContactPoint, PostKind
from tests.store.conftest import NOW, Shop, new_shop

ANA = Author("501", "Ana Nowak", "page")
EVA = Author("502", "Ewa Lis", "page")


def comment(id_: str, at: int = 0, author: Author | None = ANA, **more: object) -> MessageSeen:
    told = MessageSeen(id_, id_, ContactPoint.COMMENT, NOW + at, author, text=f"Treść {id_}")
    return replace(told, post="p1", **more)  # type: ignore[arg-type]  # fields by name


def reply(id_: str, to: str, at: int, author: Author | None = None) -> MessageSeen:
    return comment(id_, at, author, thread=to, parent=to, is_ours=author is None)


def test_a_comment_becomes_a_thread_that_waits(shop: Shop) -> None:
    shop.take(comment("11"))
    row = shop.one("SELECT waiting, wait_started_at, deadline, colour, colour_by FROM threads")
    assert row == (1, NOW, NOW + 24 * 3_600_000, "green", "")
    assert shop.one("SELECT sum(n) FROM waiting_counts") == (1,)


def test_a_page_read_twice_changes_nothing(shop: Shop) -> None:
    page = (comment("11"), reply("12", "11", 5), comment("13", 9, EVA))
    assert shop.take(*page).new_messages == 3
    again = shop.take(*page, at=NOW + 60_000)
    assert (again.new_messages, again.threads) == (0, ())


def test_a_reply_that_comes_before_its_comment_finds_its_thread(shop: Shop) -> None:
    shop.take(reply("12", "11", 5))
    shop.take(comment("11"))
    assert shop.one("SELECT count(*), sum(waiting), max(message_count) FROM threads") == (1, 0, 2)
    assert shop.one("SELECT k.name FROM threads t JOIN contacts k ON k.id = t.contact_id") == (
        "Ana Nowak",
    )


def test_an_event_that_comes_before_its_message_waits_for_it(shop: Shop) -> None:
    shop.take(MessageWithdrawn("11", at=NOW + 3))
    shop.take(comment("11"))
    assert shop.one("SELECT visibility, text FROM messages") == ("withdrawn", "")
    assert shop.one("SELECT outcome FROM waits") == ("withdrawn",)
    assert shop.one("SELECT count(*) FROM early_events") == (0,)


def test_withdrawn_text_is_kept_nowhere(shop: Shop) -> None:
    raw = b'{"id": "9_11", "message": "600 100 200"}'
    shop.take(comment("11", text="mój numer to 600 100 200"), raw=raw)
    shop.take(comment("12"), raw=b'{"id": "9_12"}', at=NOW + 5)
    shop.take(MessageEdited("11", "mój nowy numer 600 100 201"), at=NOW + 10, raw=raw)
    shop.take(MessageWithdrawn("11"), at=NOW + 20)
    assert shop.one("SELECT text FROM messages WHERE platform_id = '11'") == ("",)
    assert shop.one("SELECT count(*) FROM revisions") == (0,)
    assert shop.one("SELECT count(*) FROM raw_payloads") == (1,)
    assert not shop.all("SELECT rowid FROM message_words WHERE message_words MATCH 'numer'")


def test_an_older_observation_does_not_undo_a_newer_one(shop: Shop) -> None:
    shop.take(comment("11", text="nowy"), at=NOW + 100)
    shop.take(comment("11", text="stary"), at=NOW + 50)
    assert shop.one("SELECT text FROM messages") == ("nowy",)


def test_hiding_natively_ends_the_wait_and_showing_reopens_it(shop: Shop) -> None:
    shop.take(comment("11"))
    shop.take(VisibilityChanged("11", hidden=True, at=NOW + 7), at=NOW + 8)
    assert shop.one("SELECT outcome, ended_at FROM waits") == ("moderated", NOW + 7)
    shop.take(VisibilityChanged("11", hidden=False), at=NOW + 9)
    assert shop.one("SELECT outcome, ended_at, started_at FROM waits") == ("", None, NOW)


def test_a_private_answer_made_elsewhere_ends_the_wait(shop: Shop) -> None:
    shop.take(comment("11"))
    shop.take(AnsweredPrivately("11", at=NOW + 40), at=NOW + 50)
    assert shop.one("SELECT outcome, ended_at FROM waits") == ("replied_elsewhere", NOW + 40)


def test_a_comment_under_what_turns_out_to_be_an_ad_is_an_ad_comment(shop: Shop) -> None:
    shop.take(comment("11"))
    shop.take(PostSeen("p1", PostKind.AD, text="Kup teraz"))
    assert shop.one("SELECT point FROM threads") == ("ad",)
    assert shop.all("SELECT point, n FROM waiting_counts WHERE n > 0") == [("ad", 1)]


def test_people_without_a_name_are_each_somebody(shop: Shop) -> None:
    shop.take(comment("11", 0, None), comment("12", 1, None))
    assert shop.one("SELECT count(*) FROM contacts") == (2,)


def test_search_finds_without_case_and_diacritics_and_follows_edits(shop: Shop) -> None:
    shop.take(comment("11", text="Gdzie jest PACZKA z Łodzi?"))
    found = "SELECT rowid FROM message_words WHERE message_words MATCH ?"
    assert shop.all(found, "lodzi")
    shop.take(MessageEdited("11", "Już jest, dziękuję"), at=NOW + 10)
    assert not shop.all(found, "lodzi")
    assert shop.all(found, "dziekuje")


def test_what_nobody_recognises_is_kept_raw_and_counted(shop: Shop) -> None:
    taken = shop.take(Unrecognised("field parking"), raw=b"{}")
    assert taken.unrecognised == 1
    assert shop.one("SELECT unrecognised FROM raw_payloads") == ("field parking",)


def test_a_mention_by_handle_tells_whom_a_reply_under_somebody_elses_comment_answers(
    shop: Shop,
) -> None:
    ewa = Author("502", "ewa_lis", "page")
    shop.take(comment("11"), comment("12", 3, ewa, thread="11", parent="11"))
    shop.take(replace(reply("13", "11", 9), mentions=("@ewa_lis",)))
    waits = shop.all("SELECT k.name, outcome FROM waits JOIN contacts k ON k.id = contact_id")
    assert sorted(waits) == [("Ana Nowak", ""), ("ewa_lis", "replied_elsewhere")]


SOME: list[Event] = [
    PostSeen("p1", PostKind.POST, text="Nowość"),
    comment("11"),
    reply("12", "11", 5),
    comment("13", 6, EVA, thread="11", parent="11"),
    reply("14", "11", 8),
    comment("21", 10, EVA),
    comment("22", 11, None),
    comment("31", 20, text="na sprzedaż"),
    VisibilityChanged("31", hidden=True, at=NOW + 30),
    MessageRemoved("22", at=NOW + 31),
    MessageWithdrawn("21", at=NOW + 32),
]


@settings(max_examples=30, deadline=None)
@given(st.permutations(SOME), st.integers(1, len(SOME)))
def test_any_order_and_any_paging_give_the_same_database(some: list[Event], size: int) -> None:
    with TemporaryDirectory() as folder:
        shop, plain = new_shop(Path(folder) / "a.sqlite"), new_shop(Path(folder) / "b.sqlite")
        for start in range(0, len(some), size):
            shop.take(*some[start : start + size], at=NOW + 100)
        shop.take(*some, at=NOW + 100)
        plain.take(*SOME, at=NOW + 100)
        told, expected = shop.contents(), plain.contents()
        shop.database.close()
        plain.database.close()
    assert told == expected
