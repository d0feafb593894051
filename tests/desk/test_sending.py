"""What is written in the composer is sent in one transaction: all of it happened, or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import pytest

from carecli.desk.conversations.rows import Draft
from carecli.desk.services import InboxServices
from carecli.desk.session import DeskSession
from carecli.domain.commands import Command, Note, Reply
from carecli.domain.errors import StoreFull
from carecli.domain.model import DraftKind, ThreadId
from tests.desk.conftest import Shop

CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "COMMIT")


class Counting:
    """A connection that counts transactions, and has no room left at the n-th change."""

    def __init__(self, connection: sqlite3.Connection, fails_at: int = 0) -> None:
        self._connection = connection
        self._fails_at = fails_at
        self.begun = 0
        self.changes = 0

    def _look(self, statement: str) -> None:
        self.begun += statement.startswith("BEGIN IMMEDIATE")
        if statement.lstrip().startswith(CHANGES):
            self.changes += 1
            if self.changes == self._fails_at:
                raise sqlite3.OperationalError("database or disk is full")

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        self._look(statement)
        return self._connection.execute(statement, *values)

    def executemany(self, statement: str, *values: Any) -> sqlite3.Cursor:
        self._look(statement)
        return self._connection.executemany(statement, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def counting(session: DeskSession, fails_at: int = 0) -> Counting:
    """Count what the desk writes from now on."""
    real = session.writer.connection
    if isinstance(real, Counting):
        real = real._connection
    made = Counting(real, fails_at)
    session.writer.connection = made  # type: ignore[assignment]  # stands in for one
    return made


SENT: Sequence[tuple[Command, DraftKind]] = [
    (Reply(ThreadId(1), "Już sprawdzam"), DraftKind.REPLY),
    (Reply(ThreadId(1), "Już sprawdzam", private=True), DraftKind.PRIVATE),
    (Note(ThreadId(1), "Już sprawdzam, @ola"), DraftKind.NOTE),
]


@pytest.mark.parametrize(("command", "kind"), SENT)
def test_a_send_that_fails_at_any_step_changes_nothing(
    shop: Shop, desk: InboxServices, command: Command, kind: DraftKind
) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    draft = Draft(thread, "Już spr", kind)
    desk.conversations.claim(thread)
    desk.conversations.save_draft(draft)
    before = shop.dump()
    for step in range(1, 100):
        seen = counting(shop.session(desk), step)
        try:
            desk.commands.send(command, draft)
        except StoreFull:
            assert shop.dump() == before, f"step {step}"
            continue
        break
    assert step > 4, "there was nothing to fail at"
    assert seen.begun == 1, "a send is one transaction"
    row = desk.threads.rows([thread])[thread]
    assert (row.has_draft, row.claimed_by) == (False, "")
    assert len(shop.all("SELECT 1 FROM decisions")) == 1


def test_what_is_begun_of_another_kind_stays(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    begun = [Draft(thread, f"text {kind}", kind) for kind in DraftKind]
    for one in begun:
        desk.conversations.save_draft(one)
    desk.commands.send(Reply(thread, "Już sprawdzam"), begun[0])
    assert {one.kind for one in desk.conversations.drafts(thread)} == set(DraftKind) - {
        DraftKind.REPLY
    }
    assert not desk.conversations.drafts(ThreadId(99))
