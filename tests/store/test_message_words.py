"""Messages are found by their texts and by the names of their attachments, and by nothing else."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.domain.events import (
    Author,
    Event,
    MessageEdited,
    MessageRemoved,
    MessageSeen,
    MessageWithdrawn,
)
from carecli.domain.model import Actor, Attachment, ContactPoint
from carecli.store import erasure
from carecli.store.db import Database
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild
from tests.store.conftest import NOW, Shop, new_shop
from tests.store.old import old_database

ANA = Author("501", "Ana Nowak", "page")
LABEL = Attachment("image", "https://cdn.test/1", "Zdjęcie-etykiety.jpg")


def message(text: str = "", *files: Attachment, id_: str = "11") -> MessageSeen:
    return MessageSeen(
        id_, id_, ContactPoint.PRIVATE_MESSAGE, NOW, ANA, text=text, attachments=files
    )


def found(shop: Shop, word: str) -> list[str]:
    rows = shop.all(
        "SELECT m.platform_id FROM messages m WHERE id IN (SELECT rowid FROM message_words "
        "WHERE message_words MATCH ?)",
        f'"{word}"',
    )
    return [str(platform_id) for (platform_id,) in rows]


def strays(shop: Shop) -> list[str]:
    """What `carecli rebuild` tells of the index."""
    with shop.database.read() as db:
        policies = Policies(db)
    return [one for one in rebuild(shop.database, policies, NOW) if "message_words" in one]


def test_a_message_is_found_by_its_text_and_by_what_is_attached(shop: Shop) -> None:
    shop.take(message("Proszę zobaczyć", LABEL))
    assert found(shop, "zobaczyc") == found(shop, "etykiety") == found(shop, "zdjecie") == ["11"]


def test_a_message_without_text_is_found_by_what_is_attached(shop: Shop) -> None:
    shop.take(message("", LABEL))
    assert found(shop, "etykiety") == ["11"]


def test_a_name_that_is_told_later_is_found_too(shop: Shop) -> None:
    shop.take(message("Proszę", Attachment("image", "https://cdn.test/1", "")))
    assert found(shop, "etykiety") == []
    shop.take(message("Proszę", LABEL), at=NOW + 5)
    assert found(shop, "etykiety") == found(shop, "prosze") == ["11"]


def test_an_edit_changes_the_words_and_leaves_the_names(shop: Shop) -> None:
    shop.take(message("Proszę", LABEL))
    shop.take(MessageEdited("11", "Dziękuję"), at=NOW + 5)
    assert (found(shop, "prosze"), found(shop, "dziekuje"), found(shop, "etykiety")) == (
        [],
        ["11"],
        ["11"],
    )


def test_nothing_finds_what_was_taken_back_or_whose_author_is_forgotten(shop: Shop) -> None:
    shop.take(message("Proszę", LABEL), message("Jeszcze", LABEL, id_="12"))
    shop.take(MessageWithdrawn("11"), at=NOW + 5)
    assert found(shop, "etykiety") == ["12"]
    with shop.database.write() as db:
        erasure.forget(db, [1], Actor("moderator", "ana"), NOW + 9)
        db.execute("INSERT INTO message_words (message_words) VALUES ('integrity-check')")
        (left,) = db.execute("SELECT count(*) FROM message_words_data WHERE id > 10").fetchone()
    assert found(shop, "etykiety") == found(shop, "jeszcze") == []
    assert left == 0, "the index holds no word any more"


FILES = st.lists(
    st.builds(
        Attachment,
        st.sampled_from(["image", "other", "file"]),
        st.sampled_from(["", "https://cdn.test/1"]),
        st.sampled_from(["", "  ", "kolejna.pdf", "Ąę.jpg"]),
    ),
    max_size=2,
).map(tuple)
TEXTS = st.sampled_from(["", "…", "Gdzie paczka?", "zażółć"])
EVENTS = st.lists(
    st.one_of(
        st.builds(message, TEXTS).flatmap(
            lambda one: FILES.map(lambda files: message(one.text or "", *files))
        ),
        st.builds(MessageEdited, st.just("11"), TEXTS),
        st.just(MessageWithdrawn("11")),
        st.just(MessageRemoved("11")),
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(EVENTS)
def test_whatever_happens_the_index_holds_what_is_stored(events: list[Event]) -> None:
    with TemporaryDirectory() as folder:
        shop = new_shop(Path(folder, "care.sqlite"))
        for n, event in enumerate(events):
            shop.take(event, at=NOW + n)
        assert strays(shop) == []
        kept = shop.all("SELECT text, attachments FROM messages")
        everything = " ".join(f"{text} {files}" for text, files in kept)
        for word, written in (
            ("paczka", "paczka"),
            ("zazolc", "zażółć"),
            ("kolejna", "kolejna"),
            ("ae", "Ąę"),
        ):
            assert bool(found(shop, word)) == (written in everything)
        shop.database.close()


def test_names_are_found_in_an_old_database(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    old_database(path, "0.3.0")
    rows = [
        (1, "proszę", '[["image","https://cdn.test/1","Etykieta.jpg"]]'),
        (2, "", '[["file","","Reklamacja.pdf"]]'),
        (3, "bez nazwy", '[["image","https://cdn.test/1",""]]'),
        (4, "sam tekst", ""),
    ]
    with sqlite3.connect(path) as db:
        db.executemany(
            "INSERT INTO messages (id, thread_id, channel_id, platform_id, address, text, "
            "attachments, created_at, seen_at, observed_at, visibility) "
            "VALUES (?1, 1, 1, ?1, '', ?2, ?3, 0, 0, 0, 'visible')",
            rows,
        )
        db.executemany(
            "INSERT INTO message_words (rowid, text) VALUES (?,?)",
            [(id_, text) for id_, text, _files in rows if text],
        )
    db.close()
    shop = Shop(Database(path))
    for word, id_ in (
        ("prosze", "1"),
        ("etykieta", "1"),
        ("reklamacja", "2"),
        ("nazwy", "3"),
        ("tekst", "4"),
    ):
        assert found(shop, word) == [id_]
    assert strays(shop) == []
    shop.database.close()
