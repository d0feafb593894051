"""A database of an older version becomes exactly what a new one is."""

from __future__ import annotations

import sqlite3
import unicodedata
from pathlib import Path

import pytest

from carecli.domain.text import fold
from carecli.store import settings
from carecli.store.db import SCHEMA_VERSION, Database
from carecli.store.filter_sql import match_words
from carecli.store.migrations import migrations
from tests.store.old import OLD_SCHEMAS, old_database


def shape(database: Database) -> dict[str, object]:
    """Tables with their columns in order, indexes with what they cover, views with their text."""
    with database.read() as db:
        objects = db.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' "
            "AND name NOT LIKE '%_sqlite_migrations%' ORDER BY type, name"
        ).fetchall()
        return {
            f"{kind} {name}": (
                [tuple(row) for row in db.execute(f"PRAGMA table_info('{name}')")]
                if kind == "table"
                else " ".join(sql.split())
            )
            for kind, name, _, sql in objects
        }


@pytest.mark.parametrize("version", OLD_SCHEMAS)
def test_an_old_database_gets_the_schema_of_a_new_one(version: str, tmp_path: Path) -> None:
    old_database(tmp_path / "old.sqlite", version)
    upgraded, new = Database(tmp_path / "old.sqlite"), Database(tmp_path / "new.sqlite")
    assert shape(upgraded) == shape(new)
    upgraded.close()
    new.close()


def test_drafts_keep_their_text_and_get_their_kind(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    old_database(path, "0.3.0")
    with sqlite3.connect(path) as db:
        db.executemany(
            "INSERT INTO drafts (thread_id, moderator, text, is_private, is_note, target_id, "
            "head_id, snippet, saved_at) VALUES (?, 'ana', ?, ?, ?, 3, 4, 'hej', 5)",
            [(1, "public", 0, 0), (2, "private", 1, 0), (3, "note", 0, 1), (0, "many", 1, 1)],
        )
    db.close()
    upgraded = Database(path)
    with upgraded.read() as found:
        rows = found.execute("SELECT thread_id, kind, text FROM drafts ORDER BY thread_id")
        assert rows.fetchall() == [
            (0, "note", "many"),
            (1, "reply", "public"),
            (2, "private", "private"),
            (3, "note", "note"),
        ]
        rest = found.execute("SELECT DISTINCT target_id, head_id, snippet, saved_at FROM drafts")
        assert rest.fetchall() == [(3, 4, "hej", 5)]
    upgraded.close()


def test_the_version_counts_the_migrations() -> None:
    assert len(migrations._migrations) == SCHEMA_VERSION


def test_an_upgrade_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.sqlite"
    old_database(path, "0.3.0")

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("DROP TABLE drafts")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("carecli.store.migrations.upgrade_schema", fail)
    monkeypatch.setattr("carecli.store.db.SCHEMA_VERSION", SCHEMA_VERSION + 1)
    with pytest.raises(Exception, match="full"):
        Database(path)
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM drafts").fetchone() == (0,)
    db.close()


def test_words_in_either_form_of_unicode_are_found_in_an_old_database(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    old_database(path, "0.3.0")
    texts = {n: unicodedata.normalize("NFD", text) for n, text in enumerate(BOTH_FORMS, 1)}
    with sqlite3.connect(path) as db:
        for id_, text in texts.items():
            db.execute("INSERT INTO message_words (rowid, text) VALUES (?, ?)", (id_, fold(text)))
            db.execute(
                "INSERT INTO messages (id, thread_id, channel_id, platform_id, address, text, "
                "created_at, seen_at, observed_at, visibility) "
                "VALUES (?, 1, 1, ?, '', ?, 0, 0, 0, 'visible')",
                (id_, f"m{id_}", text),
            )
    db.close()
    upgraded = Database(path)
    with upgraded.write() as db:
        db.execute("INSERT INTO message_words (message_words) VALUES ('integrity-check')")
        for id_, text in texts.items():
            for form in ("NFC", "NFD"):
                typed = match_words(unicodedata.normalize(form, text), is_phrase=True)
                found = db.execute(
                    "SELECT rowid FROM message_words WHERE message_words MATCH ?", (typed,)
                )
                assert found.fetchall() == [(id_,)]
    upgraded.close()


BOTH_FORMS = ["ёлка", "мой", "안녕하세요", "zażółć"]


def test_only_a_database_with_threads_wants_to_be_derived_again(tmp_path: Path) -> None:
    for name, threads in (("empty", 0), ("used", 1)):
        path = tmp_path / f"{name}.sqlite"
        old_database(path, "0.3.0")
        with sqlite3.connect(path) as db:
            db.executemany(
                "INSERT INTO threads (channel_id, platform_id, point, opened_at, message_count, "
                "last_message_at, waiting) VALUES (1, ?, 'comment', 0, 0, 0, 0)",
                [(str(n),) for n in range(threads)],
            )
        db.close()
        upgraded = Database(path)
        with upgraded.read() as found:
            assert settings.get(found, settings.REBUILD_WANTED) == ("1" if threads else "")
        upgraded.close()
