"""Tables of deliveries have the same columns and the same steps, each from legal states only."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest

from carecli.domain.delivery import BY_ITSELF, OPEN, QUEUED, SENT, UNKNOWN, sources
from carecli.domain.model import DeliveryState
from carecli.store import hooks, orders, outbox, report_mails
from carecli.store.db import Database
from carecli.store.deliveries import COLUMNS, INTERRUPTED, Deliveries
from tests.store.old import old_database
from tests.support.database import open_database

TABLES = {one.table: one for one in (outbox.DELIVERIES, report_mails.DELIVERIES, hooks.DELIVERIES)}

ROWS: dict[str, int | str] = {"outbox": 1, "report_mails": "k", "hooks": "k"}
INSERTS = {
    "outbox": """
        INSERT INTO outbox (id, key, channel_id, thread_id, verb, actor, decision_id, not_before,
          created_at, state, attempts)
        VALUES (1, 'k', 1, 1, 'like', 'moderator:ana', 1, 0, 0, ?, 1)""",
    "report_mails": """
        INSERT INTO report_mails (key, name, month, address, not_before, state, attempts)
        VALUES ('k', 'all', '2026-10', 'a@b.test', 0, ?, 1)""",
    "hooks": """
        INSERT INTO hooks (name, decision_id, message_id, state, attempts)
        VALUES ('k', 1, 1, ?, 1)""",
}

STEPS: dict[str, tuple[DeliveryState, Callable[[Deliveries, Connection, int | str], bool]]] = {
    "start": (DeliveryState.SENDING, lambda d, db, row: d.start(db, row, 7)),
    "sent": (SENT, lambda d, db, row: d.sent(db, row, 7)),
    "failed": (DeliveryState.FAILED, lambda d, db, row: d.failed(db, row, "no", "refused", "")),
    "again": (QUEUED, lambda d, db, row: d.again(db, row, 7)),
    "unsure": (DeliveryState.FAILED, lambda d, db, row: d.unsure(db, row, "not shown", "look")),
    "cancel": (DeliveryState.CANCELLED, lambda d, db, row: d.cancel(db, row)),
}


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(tmp_path / "care.sqlite")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_deliveries_has_their_columns(table: str, database: Database) -> None:
    rows = database.connection.execute(f"PRAGMA table_info({table})").fetchall()
    kinds = {name: kind for _, name, kind, *_ in rows}
    assert set(COLUMNS) <= set(kinds)
    texts = {"state", "error", "error_label", "hint"}
    assert {name: kinds[name] for name in COLUMNS} == {
        name: "TEXT" if name in texts else "INTEGER" for name in COLUMNS
    }


def test_indexes_of_what_is_open_name_the_states_that_are() -> None:
    schema = Path(__file__).parents[2] / "carecli" / "store" / "schema.sql"
    spelled = ", ".join(f"'{state}'" for state in (OPEN[0], OPEN[1], OPEN[2]))
    found = re.findall(r"CREATE INDEX (\w+_due) [^;]*state IN \(([^)]*)\)", schema.read_text())
    assert dict(found) == {"outbox_due": spelled, "report_mails_due": spelled}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("before", DeliveryState)
def test_a_step_is_made_from_the_states_that_allow_it(
    table: str, step: str, before: DeliveryState, database: Database
) -> None:
    insert, row = INSERTS[table], ROWS[table]
    after, take = STEPS[step]
    with database.write() as db:
        db.execute(insert, (before,))
        done = take(TABLES[table], db, row)
        [(state,)] = db.execute(f"SELECT state FROM {table}")
    assert done is (after in BY_ITSELF[before]) is (before in sources(after))
    assert state == (after if done else before)


def test_what_was_never_tried_cannot_have_been_sent(database: Database) -> None:
    with database.write() as db:
        db.execute(INSERTS["hooks"], (QUEUED,))
        db.execute("UPDATE hooks SET attempts = 0")
        assert not hooks.DELIVERIES.sent(db, "k", 7)


def test_what_nobody_sends_any_more_is_of_unknown_fate(database: Database) -> None:
    with database.write() as db:
        db.execute(INSERTS["report_mails"], ("sending",))
        assert report_mails.DELIVERIES.interrupted(db, {"name": "other"}, "asking", 7) == []
        assert report_mails.DELIVERIES.interrupted(db, {"name": "all"}, "asking", 7) == ["k"]
        mail = report_mails.mail(db, "k")
    assert mail is not None
    assert (mail.state, mail.error, mail.hint) == (UNKNOWN, INTERRUPTED, "asking")


def test_a_person_cannot_take_back_what_is_under_way(database: Database) -> None:
    with database.write() as db, pytest.raises(ValueError, match="from sending into cancelled"):
        orders.cancel(db, 1, "queued", "sending")


def test_a_hook_that_failed_in_an_older_version_is_told_again(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    old_database(path, "0.3.0")
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            "INSERT INTO hooks (name, decision_id, message_id, failures, error, retry_at) "
            "VALUES ('down', 4, 5, 2, 'no', 9), ('well', 6, 7, 0, '', 0)"
        )
        db.commit()
    with closing(Database(path)) as upgraded, upgraded.read() as db:
        down, well = hooks.known(db, "down"), hooks.known(db, "well")
    assert down is not None
    assert well is not None
    assert (down.decision, down.message, down.state) == (4, 5, QUEUED)
    assert (down.attempts, down.not_before) == (2, 9)
    assert (well.decision, well.message, well.state) == (6, 7, SENT)
