"""What other programs read: each view opens, is described column by column, and tells the truth."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from carecli.domain.commands import Done, Reply
from carecli.domain.events import MessageSeen
from carecli.domain.model import HOUR, ContactPoint, NoReplyReason
from tests.desk.conftest import open_shop
from tests.hygiene.data_page import told_views


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """One thread answered in time, one that needs no answer, one that waits."""
    shop = open_shop(tmp_path / "care.sqlite")
    answered = shop.says("Ewa", "Gdzie paczka?", ago=2 * HOUR)
    thanked = shop.says("Ola", "Dziękuję", ago=HOUR)
    shop.says("Iza", "Halo?", ago=HOUR)
    desk = shop.desk()
    shop.sent(desk.commands.submit(Reply(answered, "W drodze")).outbox, "reply-1")
    [(key,)] = shop.all("SELECT platform_id FROM threads WHERE id = ?", answered)
    reply = MessageSeen(
        "reply-1", str(key), ContactPoint.COMMENT, shop.now, is_ours=True, text="W drodze"
    )
    shop.take("avon-fb", reply)
    desk.commands.submit(Done(thanked, NoReplyReason.THANKS))
    desk.close()
    shop.database.close()
    return shop.file


def read(file: Path, sql: str) -> list[tuple[object, ...]]:
    """Read as another program would: with nothing of carecli, and unable to write."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


@pytest.mark.parametrize(
    ("name", "told", "columns"), list(told_views()), ids=lambda one: str(one)[:20]
)
def test_every_view_has_the_columns_that_are_told(
    name: str, told: str, columns: list[tuple[str, str]], file: Path
) -> None:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        found = [one[0] for one in db.execute(f"SELECT * FROM {name} LIMIT 1").description]
    assert found == [column for column, _ in columns]
    assert told.endswith(".")
    assert all(meaning for _, meaning in columns)


def test_every_view_is_told(file: Path) -> None:
    stored = {name for (name,) in read(file, "SELECT name FROM sqlite_master WHERE type = 'view'")}
    assert stored == {name for name, _, _ in told_views()}


def test_waits_read_as_they_were(file: Path) -> None:
    rows = read(
        file,
        "SELECT outcome, reason, moderator, took, is_in_time, ended_at IS NULL, started_at "
        "FROM report_waits ORDER BY wait",
    )
    began = "2026-09-21 12:13:20"
    assert rows == [
        ("replied", "", "ana", 7200.0, 1, 0, began),
        ("no_reply_needed", "thanks", "ana", 3600.0, None, 0, "2026-09-21 13:13:20"),
        ("", "", "", None, None, 1, "2026-09-21 13:13:20"),
    ]


def test_messages_tell_who_spoke(file: Path) -> None:
    rows = read(file, "SELECT direction, text, lag FROM report_messages ORDER BY message")
    assert rows == [
        ("in", "Gdzie paczka?", 7200.0),
        ("in", "Dziękuję", 3600.0),
        ("in", "Halo?", 3600.0),
        ("out", "W drodze", 0.0),
    ]
