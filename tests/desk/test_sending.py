"""What is written in the composer is sent in one transaction: all of it happened, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from carecli.desk.conversations.rows import Draft
from carecli.desk.services import InboxServices
from carecli.desk.session import DeskSession
from carecli.domain.commands import Command, Note, Recolour, Reply
from carecli.domain.errors import StoreFull
from carecli.domain.model import Colour, DraftKind, ThreadId
from tests.desk.conftest import Shop
from tests.support.transactions import Counting


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


def test_a_colour_is_one_transaction(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    seen = counting(shop.session(desk))
    desk.commands.submit(Recolour(thread, Colour.RED))
    assert seen.begun == 1
    assert desk.threads.rows([thread])[thread].colour is Colour.RED
    assert seen.begun == 1, "what is shown is read without writing"


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
