"""Links between contacts: transitive, bounded, and answered from indexes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Connection

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.domain.events import Author, MessageSeen
from carecli.domain.model import ChannelSpec, ContactPoint
from carecli.store import contacts
from carecli.store.channels import enrol
from carecli.store.db import Database
from carecli.store.intake import take_in
from carecli.store.policies import Policies

NOW = 1_790_000_000_000
PEOPLE = 6
CONVERSATIONS = 4
MADE_HERE = {"c", "conversations"}
"""What a query may scan: what it made itself."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "care.sqlite")
    with database.write() as db:
        enrol(db, [ChannelSpec("avon-fb", "avon", "facebook", "Avon")])
        events = [
            MessageSeen(f"c{n}", f"c{n}", ContactPoint.COMMENT, NOW + n, Author(f"p{n}"), text="?")
            for n in range(PEOPLE)
        ]
        events += [
            MessageSeen(
                *(f"d{n}", f"dm:{n}", ContactPoint.PRIVATE_MESSAGE, NOW + n),
                Author(f"q{n}", scope="psid"),
                text="?",
            )
            for n in range(CONVERSATIONS)
        ]
        take_in(db, 1, events, observed_at=NOW, now=NOW, policies=Policies(db))
    yield database
    database.close()


def ids(db: Connection) -> dict[str, int]:
    return dict(db.execute("SELECT platform_id, id FROM contacts").fetchall())


LINKS = st.dictionaries(st.integers(0, PEOPLE - 1), st.integers(0, CONVERSATIONS - 1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINKS)
def test_people_are_the_components_of_their_links(
    database: Database, links: dict[int, int]
) -> None:
    with database.write() as db:
        db.execute("DELETE FROM contact_links")
        known = ids(db)
        for person, conversation in links.items():
            (message,) = db.execute(
                "SELECT id FROM messages WHERE platform_id = ?", (f"c{person}",)
            ).fetchone()
            contacts.link(db, 1, message, known[f"p{person}"], f"dm:{conversation}")
        for name, contact in known.items():
            number = int(name[1:])
            private = links.get(number) if name[0] == "p" else number
            expected = {name}
            if private is not None:
                expected |= {f"q{private}"}
                expected |= {f"p{p}" for p, c in links.items() if c == private}
            found = contacts.same_person(db, contact)
            assert {known[one] for one in expected} == set(found)
            threads = contacts.threads(db, found)
            assert len(threads) == len(expected)


def test_a_person_of_very_many_ids_is_cut_off(database: Database) -> None:
    with database.write() as db:
        db.executemany(
            "INSERT INTO contact_links VALUES (?,?,1,'dm:0')", [(n, n) for n in range(1_000, 2_000)]
        )
        assert len(contacts.same_person(db, ids(db)["q0"])) == contacts.MOST


def test_no_question_about_a_person_scans_a_table(database: Database) -> None:
    asked: list[str] = []
    with database.write() as db:
        known = ids(db)
        contacts.link(db, 1, 1, known["p0"], "dm:0")
        db.set_trace_callback(asked.append)
        person = contacts.same_person(db, known["p0"])
        contacts.threads(db, person)
        contacts.notes(db, person)
        contacts.outcomes(db, person)
        contacts.ties(db, 1)
        contacts.contact_of(db, 1)
        db.set_trace_callback(None)
        assert len(asked) >= 6
        for sql in asked:
            for *_, step in db.execute(f"EXPLAIN QUERY PLAN {sql}"):
                if step.startswith("SCAN"):
                    assert step.split()[1] in MADE_HERE, (step, sql)
