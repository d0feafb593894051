"""Taking back and doing again: what was derived comes back exactly."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.desk.conversations.rows import Draft
from carecli.desk.services import InboxServices
from carecli.domain.commands import (
    Assign,
    CloseWindow,
    Code,
    Command,
    Done,
    DropQuote,
    Flag,
    Label,
    Moderate,
    Note,
    NoteContact,
    PickQuote,
    Recolour,
    Reopen,
    Reply,
    Safety,
    SafetyStep,
    Seen,
    Snooze,
)
from carecli.domain.errors import Refusal
from carecli.domain.events import VisibilityChanged
from carecli.domain.model import (
    DAY,
    MINUTE,
    Actor,
    Colour,
    ContactPoint,
    MessageId,
    OutboxVerb,
    ThreadId,
)
from carecli.domain.split import Method, ShiftPerson
from carecli.store.campaigns import CampaignSpec, enrol
from carecli.store.policies import Policies
from carecli.store.rebuild import rebuild

from .conftest import NOW, Shop, open_shop, opened


def test_a_reply_comes_back_as_a_draft_within_its_grace(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    receipt = desk.commands.submit(Reply(thread, "Już sprawdzam", snippet="gdzie"))
    assert desk.commands.undo() == "replied (Zoła)"
    assert shop.state(receipt.outbox) == "cancelled"
    found = opened(desk, thread)
    assert found.drafts == (
        Draft(thread, "Już sprawdzam", target=MessageId(1), head=MessageId(1), snippet="gdzie"),
    )
    assert [(decision.text, decision.is_undone) for decision in found.decisions] == [
        ("replied", True)
    ]
    assert desk.commands.redo() == "replied (Zoła)"
    assert shop.state(receipt.outbox) == "queued"
    assert not opened(desk, thread).drafts


@pytest.mark.parametrize(
    ("state", "why"),
    [("sending", "is being sent"), ("sent", "already been sent"), ("unknown", "may have")],
)
def test_what_was_said_stays_said(shop: Shop, desk: InboxServices, state: str, why: str) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    desk.commands.submit(Reply(thread, "Już sprawdzam"))
    with shop.database.write() as db:
        db.execute("UPDATE outbox SET state = ?", (state,))
    before = shop.dump()
    with pytest.raises(Refusal, match=why):
        desk.commands.undo()
    assert shop.dump() == before


def test_a_failed_reply_can_be_taken_back(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    receipt = desk.commands.submit(Reply(thread, "Już sprawdzam"))
    with shop.database.write() as db:
        db.execute("UPDATE outbox SET state = 'failed'")
    desk.commands.undo()
    assert shop.state(receipt.outbox) == "cancelled"
    assert desk.threads.rows([thread])[thread].sending is None


def test_undoing_a_hide_that_stands_shows_the_message(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Kup tanio!")
    hidden = desk.commands.submit(Moderate(thread, MessageId(1), OutboxVerb.HIDE))
    shop.sent(hidden.outbox)
    shop.pass_(MINUTE)
    shop.take("avon-fb", VisibilityChanged("avon-fb:Zoła:Kup tanio!:3600000", hidden=True))
    assert not desk.threads.rows([thread])[thread].is_waiting
    assert desk.commands.undo() == "hid a message (Zoła)"
    verbs = [(item.verb, item.state.value) for item in desk.commands.outbox()]
    assert verbs == [(OutboxVerb.UNHIDE, "queued")]
    assert desk.commands.redo() == "hid a message (Zoła)"
    assert desk.commands.outbox() == [], "the message is hidden still, so nothing needs doing"


def test_undoing_a_hide_under_way_queues_the_opposite(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Kup tanio!")
    desk.commands.submit(Moderate(thread, MessageId(1), OutboxVerb.HIDE))
    with shop.database.write() as db:
        db.execute("UPDATE outbox SET state = 'sending'")
    desk.commands.undo()
    assert [item.verb for item in desk.commands.outbox()] == [OutboxVerb.UNHIDE, OutboxVerb.HIDE]


def test_a_deletion_is_taken_back_only_before_it_is_sent(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Kup tanio!")
    deleted = desk.commands.submit(Moderate(thread, MessageId(1), OutboxVerb.DELETE))
    desk.commands.undo()
    assert shop.state(deleted.outbox) == "cancelled"
    again = desk.commands.submit(Moderate(thread, MessageId(1), OutboxVerb.DELETE))
    shop.sent(again.outbox)
    with pytest.raises(Refusal, match="can't be undone"):
        desk.commands.undo()


def test_a_deletion_done_again_can_be_taken_back_again(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Kup tanio!")
    desk.commands.submit(Moderate(thread, MessageId(1), OutboxVerb.DELETE))
    desk.commands.undo()
    desk.commands.redo()
    assert [item.verb for item in desk.commands.outbox()] == [OutboxVerb.DELETE]
    desk.commands.undo()
    assert desk.commands.outbox() == []


def test_everybody_undoes_their_own(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    ola = shop.desk("ola")
    mine = desk.commands.submit(Flag(thread))
    ola.commands.submit(Recolour(thread, Colour.RED))
    desk.commands.undo()
    row = desk.threads.rows([thread])[thread]
    assert (row.is_flagged, row.colour) == (False, Colour.RED)
    with pytest.raises(Refusal, match="nothing to undo"):
        desk.commands.undo()
    with pytest.raises(Refusal, match="nothing to redo"):
        ola.commands.redo()
    with pytest.raises(Refusal, match="nothing to undo"):
        desk.commands.undo_decision(mine.decision)
    with pytest.raises(Refusal, match="no decision 99"):
        desk.commands.undo_decision(99)


def test_a_rules_decision_can_be_taken_back_by_a_person(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Mam wysypkę")
    taken = desk.commands.submit(Recolour(thread, Colour.RED), Actor("rule", "allergy"))
    assert desk.threads.rows([thread])[thread].colour_by == "rule:allergy"
    assert desk.commands.undo_decision(taken.decision) == "set the colour to red (Zoła)"
    assert desk.threads.rows([thread])[thread].colour_by == ""
    desk.commands.redo()
    assert desk.threads.rows([thread])[thread].colour_by == "rule:allergy"


def test_a_new_decision_ends_what_could_be_done_again(shop: Shop, desk: InboxServices) -> None:
    thread = shop.says("Zoła", "Gdzie paczka?")
    desk.commands.submit(Flag(thread))
    desk.commands.submit(Recolour(thread, Colour.YELLOW))
    assert [desk.commands.undo(), desk.commands.undo()] == [
        "set the colour to yellow (Zoła)",
        "flagged (Zoła)",
    ]
    assert desk.commands.redo() == "flagged (Zoła)"
    desk.commands.submit(Assign(thread, "ola"))
    with pytest.raises(Refusal, match="nothing to redo"):
        desk.commands.redo()
    assert [desk.commands.undo(), desk.commands.undo()] == [
        "assigned to Ola (Zoła)",
        "flagged (Zoła)",
    ]


THREADS = st.sampled_from([ThreadId(1), ThreadId(2), ThreadId(3)])
COMMANDS = st.one_of(
    st.builds(Recolour, THREADS, st.sampled_from([*Colour, None])),
    st.builds(Assign, THREADS, st.sampled_from(["", "ana", "ola"]), st.sampled_from(["", "care"])),
    st.builds(Flag, THREADS, st.booleans()),
    st.builds(Label, THREADS, st.just(("a", "b")), st.just(("c",))),
    st.builds(Label, THREADS, st.just(("c",)), st.just(("a",))),
    st.builds(Snooze, THREADS, st.sampled_from([None, NOW + 10 * DAY])),
    st.builds(Done, THREADS),
    st.builds(Reopen, THREADS),
    st.builds(CloseWindow, THREADS),
    st.builds(Note, THREADS, st.sampled_from(["x", "@ola, look", "@ANA and @Ola: see"])),
    st.builds(NoteContact, THREADS, st.sampled_from(["prefers a call", "@ola knows her"])),
    st.builds(Safety, THREADS, st.sampled_from(SafetyStep)),
    st.builds(Seen, THREADS),
    st.builds(
        Code,
        THREADS,
        sentiment=st.sampled_from(["", "none", "positive", "negative"]),
        stage=st.sampled_from(["", "none", "loyalty"]),
        themes=st.sampled_from([(), ("packaging",), ("price", "packaging")]),
        without=st.sampled_from([(), ("none",), ("packaging",)]),
    ),
    st.builds(PickQuote, THREADS),
    st.builds(DropQuote, THREADS),
    st.builds(Reply, THREADS, st.sampled_from(["Hej", "Dzień dobry"])),
    st.builds(
        Moderate,
        st.just(ThreadId(1)),
        st.just(MessageId(1)),
        st.sampled_from([OutboxVerb.HIDE, OutboxVerb.UNHIDE, OutboxVerb.DELETE, OutboxVerb.LIKE]),
    ),
)


PEOPLE = (ShiftPerson("ana"), ShiftPerson("ola"))


def split(method: Method, desk: InboxServices) -> object:
    return desk.planning.split(desk.planning.split_preview("is:waiting", PEOPLE, method))


def split_some(desk: InboxServices) -> object:
    plan = desk.planning.split_preview("is:waiting at:comment", PEOPLE, Method.EQUAL)
    return desk.planning.split(plan.move(0, -1))


def let_go_first(desk: InboxServices) -> object:
    return desk.planning.switch_campaign("xmas", on=True)


def no_longer_first(desk: InboxServices) -> object:
    return desk.planning.switch_campaign("xmas", on=False)


def hand_back(desk: InboxServices) -> object:
    return desk.planning.hand_back()


def batch(commands: list[Command], desk: InboxServices) -> object:
    return desk.commands.submit_all(commands)


DEEDS = st.one_of(
    st.lists(COMMANDS, min_size=1, max_size=3).map(lambda some: partial(batch, some)),
    st.sampled_from(Method).map(lambda method: partial(split, method)),
    st.sampled_from([split_some, let_go_first, no_longer_first, hand_back]),
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with three threads, copied for each example."""
    file = tmp_path_factory.mktemp("undo") / "template.sqlite"
    shop = open_shop(file)
    shop.says("Zoła", "Gdzie paczka?", post="p9")
    shop.says("Ewa", "Kiedy wyniki?", point=ContactPoint.PRIVATE_MESSAGE)
    thread = shop.says("Jan", "Dzień dobry")
    with shop.database.write() as db:
        enrol(db, [CampaignSpec("xmas", "Christmas", ("p9",))])
    shop.says("Iga", "Ja też", thread="avon-fb:Jan:Dzień dobry:3600000", ago=MINUTE)
    assert thread == 3
    shop.database.close()
    return file


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(DEEDS, max_size=7))
def test_undo_restores_exactly_and_redo_too(
    template: Path, tmp_path: Path, deeds: list[Callable[[InboxServices], object]]
) -> None:
    file = tmp_path / "care.sqlite"
    for stale in tmp_path.glob("care.sqlite*"):
        stale.unlink()
    shutil.copy(template, file)
    shop = Shop(file, database=open_shop(file).database)
    desk = shop.desk()
    states = [shop.derived()]
    for deed in deeds:
        shop.pass_(1000)
        try:
            deed(desk)
        except Refusal:
            assert shop.derived() == states[-1]
        else:
            states.append(shop.derived())
    for state in states[-2::-1]:
        desk.commands.undo()
        assert shop.derived() == state
    with pytest.raises(Refusal):
        desk.commands.undo()
    assert desk.commands.outbox() == [], "nothing that was undone is sent"
    for state in states[1:]:
        desk.commands.redo()
        assert shop.derived() == state
    for state in states[-2::-1]:
        desk.commands.undo()
        assert shop.derived() == state
    assert desk.commands.outbox() == []
    assert rebuild(shop.database, Policies(shop.database.connection), shop.now) == []
    desk.close()
    shop.database.close()
