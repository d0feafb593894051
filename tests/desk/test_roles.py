"""What a role may do and is shown, whatever way it tries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from carecli.desk.conversations.rows import Draft
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.rules.rulebook import Rulebook
from carecli.desk.rules.service import StoreRuleService
from carecli.desk.services import InboxServices
from carecli.domain.commands import Assign, Done, Flag, Note, Recolour, Reply, Snooze
from carecli.domain.entry import ManualEntry
from carecli.domain.errors import Refusal
from carecli.domain.model import HOUR, MINUTE, Colour, DraftKind, OutboxId, ThreadId
from carecli.domain.rule import TrustStage
from carecli.domain.split import Method, ShiftPerson
from carecli.domain.teamwork import Role
from tests.desk.conftest import Shop, opened

ONE = ThreadId(1)

THE_NOTE = 3
"""The decision that is a note in the thread of care."""

CHANGES: dict[str, Callable[[InboxServices], object]] = {
    "submit": lambda desk: desk.commands.submit(Flag(ONE)),
    "submit_all": lambda desk: desk.commands.submit_all([Flag(ONE), Note(ONE, "?")]),
    "address": lambda desk: desk.replies.address([ONE], "Dzień dobry"),
    "refusals": lambda desk: desk.commands.refusals([Flag(ONE)]),
    "send": lambda desk: desk.commands.send(Note(ONE, "?"), Draft(ONE, "?", DraftKind.NOTE)),
    "undo": lambda desk: desk.commands.undo(),
    "redo": lambda desk: desk.commands.redo(),
    "undo_decision": lambda desk: desk.commands.undo_decision(1),
    "claim": lambda desk: desk.conversations.claim(ONE),
    "release": lambda desk: desk.conversations.release(ONE),
    "save_draft": lambda desk: desk.conversations.save_draft(Draft(ONE, "Dzień dobry")),
    "retry": lambda desk: desk.commands.retry(1),
    "cancel": lambda desk: desk.commands.cancel(1),
    "pause": lambda desk: desk.commands.pause(on=True),
    "add_entry": lambda desk: desk.commands.add_entry(
        "groups", ManualEntry("?", "https://x.test/1", "Ola")
    ),
    "make_snippet": lambda desk: desk.replies.make_snippet("hi", ONE, text="Dzień dobry"),
    "save_view": lambda desk: desk.threads.save_view("hot", "colour:red"),
    "forget_view": lambda desk: desk.threads.forget_view("hot"),
    "save_macro": lambda desk: desk.commands.save_macro("m", ["thread.flag"]),
    "forget_macro": lambda desk: desk.commands.forget_macro("m"),
    "switch_campaign": lambda desk: desk.planning.switch_campaign("contest", on=True),
    "hand_back": lambda desk: desk.planning.hand_back(),
    "leave_word": lambda desk: desk.planning.leave_word("?"),
    "keep_handover": lambda desk: desk.planning.keep_handover("?", 0),
    "split": lambda desk: desk.planning.split(
        desk.planning.split_preview(
            "", [ShiftPerson("ana")], Method.EQUAL
        )  # looking at a split is looking
    ),
}
"""Everything by which the desk can change anything for anybody."""


@pytest.mark.parametrize("name", CHANGES)
def test_who_may_only_look_changes_nothing(shop: Shop, name: str) -> None:
    thread = shop.says("Maria", "cena?")
    assert thread == ONE
    desk = shop.desk("ana", roles={"ana": Role.READ_ONLY})
    before = shop.dump()
    with pytest.raises(Refusal, match="read-only access"):
        CHANGES[name](desk)
    assert shop.dump() == before


def test_who_may_only_look_sees_everything(shop: Shop) -> None:
    thread = shop.says("Maria", "cena?")
    shop.desk().commands.submit(Snooze(thread, shop.now + MINUTE))
    shop.pass_(2 * MINUTE)
    desk = shop.desk("ola", roles={"ola": Role.READ_ONLY})
    desk.threads.seen("reading")
    desk.threads.wake_snoozed()
    assert desk.threads.overview().queues[0].count == 1
    assert [*desk.threads.ids("is:waiting", "queue").ids] == [thread]
    assert opened(desk, thread).messages
    assert desk.planning.today().waiting == 1
    assert desk.conversations.history(thread) is not None


def test_who_may_only_look_is_offered_no_composer(shop: Shop) -> None:
    thread = shop.says("Maria", "cena?")
    talk = opened(shop.desk("ana", roles={"ana": Role.READ_ONLY}), thread)
    assert not talk.can_reply
    assert not talk.can_reply_privately
    assert {"reply", "private_reply", "hide", "delete", "answered_by_hand", "note"} <= set(
        talk.why_not
    )
    assert set(talk.why_not.values()) == {"You have read-only access. A lead can change that."}


def test_rules_are_no_way_around(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    rule = "- rule: r\n  if: {words: [x]}\n  then: {flag: true}\n"
    (tmp_path / "rules" / "r.yaml").write_text(rule)
    shop.says("Maria", "x")
    context = shop.session(shop.desk("ana", roles={"ana": Role.READ_ONLY})).context
    rules = StoreRuleService(shop.file, context, Rulebook(tmp_path / "rules", tmp_path, "UTC"))
    try:
        before = shop.dump()
        for change in (
            lambda: rules.set_stage("r", TrustStage.SHADOW),
            lambda: rules.stop_all(on=True),
            lambda: rules.approve([1]),
            lambda: rules.decline([1]),
            lambda: rules.allow(1, on=True),
            lambda: rules.judge(1, is_right=True),
        ):
            with pytest.raises(Refusal, match="read-only access"):
                change()
        rules.dry_run("r")
        assert shop.dump() == before
    finally:
        rules.close()


@pytest.fixture
def theirs(shop: Shop) -> tuple[InboxServices, ThreadId, ThreadId, ThreadId]:
    """A specialist's desk; a thread of care, one of the specialists, one given to Ola herself."""
    care, special, mine = (shop.says(name, "cena?", thread=name) for name in ("Ela", "Iza", "Ewa"))
    boss = shop.desk()
    boss.commands.submit(Recolour(special, Colour.YELLOW))
    boss.commands.submit(Assign(mine, "ola"))
    boss.commands.submit(Note(care, "I call her tomorrow at 9:00"))
    roles = {"ola": Role.SPECIALIST}
    return shop.desk("ola", roles=roles, own_teams=("specialists",)), care, special, mine


def test_specialists_see_what_is_theirs(
    shop: Shop, theirs: tuple[InboxServices, ThreadId, ThreadId, ThreadId]
) -> None:
    desk, care, special, mine = theirs
    assert set(desk.threads.ids("is:waiting", "newest").ids) == {special, mine}
    assert set(desk.threads.rows([care, special, mine])) == {special, mine}
    assert desk.threads.matching("is:waiting", [care, special]) == {special}
    assert desk.conversations.conversation(care) is None
    assert desk.conversations.history(care) is None
    assert opened(desk, special)
    assert set(shop.desk("ana").threads.ids("is:waiting", "newest").ids) == {care, special, mine}


def test_counts_are_of_what_is_theirs(
    shop: Shop, theirs: tuple[InboxServices, ThreadId, ThreadId, ThreadId]
) -> None:
    desk, care, special, _mine = theirs
    shop.desk().commands.submit_all([Flag(care), Flag(special)])
    overview = desk.threads.overview()
    assert sum(overview.colours.values()) == 2
    counts = {one.key: one.count for one in overview.queues}
    assert counts["is:flagged"] == 1
    shop.pass_(30 * HOUR)
    assert desk.threads.overview().overdue == 2
    today = desk.planning.today()
    assert (today.waiting, today.overdue, today.unassigned) == (2, 2, 1)
    assert today.promises == ()
    assert shop.desk().planning.today().promises


@pytest.mark.parametrize(
    "deed",
    [
        lambda desk, thread: desk.commands.submit(Flag(thread)),
        lambda desk, thread: desk.commands.submit_all([Note(thread, "?")]),
        lambda desk, thread: desk.commands.submit(Reply(thread, "Dzień dobry")),
        lambda desk, thread: desk.conversations.claim(thread),
        lambda desk, thread: desk.conversations.save_draft(Draft(thread, "Dzień dobry")),
        lambda desk, thread: desk.replies.fill("x", thread),
        lambda desk, thread: desk.commands.undo_decision(THE_NOTE),
    ],
)
def test_what_is_not_theirs_is_not_there(
    shop: Shop,
    theirs: tuple[InboxServices, ThreadId, ThreadId, ThreadId],
    deed: Callable[[InboxServices, ThreadId], object],
) -> None:
    desk, care, special, _mine = theirs
    before = shop.dump()
    with pytest.raises(Refusal, match="There is no"):
        deed(desk, care)
    assert shop.dump() == before
    desk.commands.submit(Flag(special))


def test_orders_of_others_are_not_told(
    shop: Shop, theirs: tuple[InboxServices, ThreadId, ThreadId, ThreadId]
) -> None:
    desk, care, special, _mine = theirs
    boss = shop.desk()
    receipts = [boss.commands.submit(Reply(one, f"Dzień dobry {one}")) for one in (care, special)]
    assert [one.thread for one in desk.commands.outbox()] == [special]
    assert desk.commands.outbox(care) == []
    hers = receipts[0].outbox
    assert hers is not None
    with pytest.raises(Refusal, match="There is no outbox item"):
        desk.commands.cancel(OutboxId(hers))


def test_a_person_is_known_by_threads_that_are_shown(
    shop: Shop, theirs: tuple[InboxServices, ThreadId, ThreadId, ThreadId]
) -> None:
    desk, _care, special, _mine = theirs
    shop.says("Iza", "i jeszcze coś", thread="other")
    history = desk.conversations.history(special)
    assert history is not None
    assert [row.id for row in history.threads] == [special]
    everything = shop.desk().conversations.history(special)
    assert everything is not None
    assert len(everything.threads) == 2


def test_a_lead_is_needed_where_there_is_one(shop: Shop) -> None:
    roles = {"ana": Role.MODERATOR, "ola": Role.LEAD}
    with pytest.raises(Refusal, match="Only a lead"):
        shop.session(shop.desk("ana", roles=roles)).context.check_may_lead()
    shop.session(shop.desk("ola", roles=roles)).context.check_may_lead()
    shop.session(shop.desk("ana")).context.check_may_lead()
    with pytest.raises(Refusal, match="read-only access"):
        shop.session(shop.desk("ana", roles={"ana": Role.READ_ONLY})).context.check_may_lead()


def test_reports_count_what_somebody_is_shown(
    shop: Shop, theirs: tuple[InboxServices, ThreadId, ThreadId, ThreadId]
) -> None:
    desk, care, special, mine = theirs
    shop.desk().commands.submit(Done(care))
    shop.pass_(HOUR)
    asked = ReportAsked()

    def arrived(of: InboxServices) -> tuple[object, list[int]]:
        found = of.reports.report(asked, "arrived")
        figure = next(row.n for row in found.figures if row.kpi == "arrived" and not row.group)
        return figure, sorted(row.thread for row in found.rows)

    everything = shop.desk("ana", roles={"ana": Role.READ_ONLY})
    assert arrived(everything) == (3, sorted([care, special, mine]))
    assert arrived(desk) == (2, sorted([special, mine]))


def test_an_issued_month_tells_a_specialist_only_of_what_is_theirs(
    shop: Shop, theirs: tuple[InboxServices, ThreadId, ThreadId, ThreadId]
) -> None:
    desk, *_threads = theirs
    shop.pass_(40 * 24 * HOUR)
    asked = ReportAsked(month="2026-09")
    with pytest.raises(Refusal, match="person who can see all data"):
        desk.reports.issue(asked)
    shop.desk().reports.issue(asked)

    def arrived(of: InboxServices) -> object:
        return next(row.n for row in of.reports.report(asked).figures if row.kpi == "arrived")

    assert (arrived(shop.desk()), arrived(desk)) == (3, 2)
