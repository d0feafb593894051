"""A rule applied to what waited before it went live: looked over, within its caps, one undo."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carecli.desk.rules.rulebook import Rulebook
from carecli.desk.rules.service import StoreRuleService
from carecli.domain.errors import Refusal
from carecli.domain.model import DAY, HOUR, Outcome
from carecli.domain.rule import TrustStage
from carecli.domain.teamwork import Role
from tests.desk.rules.conftest import Ruled

PARCELS = "rule: parcels\nif: {words: [paczka]}\nthen: {label: [parcel], team: specialists}\n"
SPAM = "rule: spam\nif: {words: [zarabiaj]}\nthen: {hide: true}\ncaps: {hide: 2}\n"
THANKS = "rule: thanks\nif: {words: [dzięki]}\nthen: {reply: ['Miło nam!']}\n"


def states(ruled: Ruled, name: str) -> list[str]:
    return [state for _kind, state, _reason in ruled.deeds(name)]


def test_a_new_rule_acts_on_what_waits_and_one_undo_takes_all_of_it_back(ruled: Ruled) -> None:
    old = ruled.says("Ewa", "Gdzie moja paczka?", ago=10 * DAY)
    other = ruled.says("Iga", "Cena?")
    ruled.live(PARCELS, "parcels")
    assert ruled.found("label:parcel") == []
    done = ruled.rules.apply("parcels")
    assert [(one.kind, one.state, one.thread) for one in done] == [
        ("label", "done", old),
        ("team", "done", old),
    ]
    assert [row.id for row in ruled.found("label:parcel team:specialists")] == [old]
    assert ruled.desk.commands.undo() == "applied the rule parcels to waiting threads"
    assert ruled.found("label:parcel") == []
    assert ruled.found("team:specialists") == []
    assert ruled.desk.commands.redo() == "applied the rule parcels to waiting threads"
    assert [row.id for row in ruled.found("label:parcel")] == [old]
    assert other not in [row.id for row in ruled.found("team:specialists")]


def test_what_is_shown_before_is_what_is_done_and_changes_nothing(ruled: Ruled) -> None:
    for name in ("Ewa", "Iga", "Ola"):
        ruled.says(name, "zarabiaj w domu")
    ruled.live(SPAM, "spam")
    before = ruled.shop.dump()
    shown = ruled.rules.preview("spam")
    assert ruled.shop.dump() == before
    done = ruled.rules.apply("spam")
    assert [(one.kind, one.state, one.thread) for one in shown] == [
        (one.kind, one.state, one.thread) for one in done
    ]


def test_caps_hold_and_the_rest_waits_for_a_person(ruled: Ruled) -> None:
    for name in ("Ewa", "Iga", "Ola"):
        ruled.says(name, "zarabiaj w domu")
    ruled.live(SPAM, "spam")
    ruled.rules.apply("spam")
    assert states(ruled, "spam") == ["done", "done", "waiting"]
    assert len(ruled.orders()) == 2
    ruled.desk.commands.undo()
    assert ruled.orders() == []


def test_what_speaks_waits_for_approval_with_its_words(ruled: Ruled) -> None:
    ruled.says("Ewa", "dzięki")
    ruled.live(THANKS, "thanks")
    [shown] = ruled.rules.preview("thanks")
    assert (shown.state, shown.will_say) == ("waiting", "Miło nam!")
    ruled.rules.apply("thanks")
    assert states(ruled, "thanks") == ["waiting"]


def test_undo_takes_back_what_was_asked_too_and_redo_asks_again(ruled: Ruled) -> None:
    ruled.says("Ewa", "dzięki")
    ruled.live(THANKS, "thanks")
    ruled.rules.apply("thanks")
    [asked] = ruled.rules.waiting()
    assert ruled.desk.commands.undo() == "applied the rule thanks to waiting threads"
    assert ruled.rules.waiting() == []
    [(_kind, state, reason)] = ruled.deeds("thanks")
    assert (state, reason) == ("refused", "applying the rule was undone")
    ruled.desk.commands.redo()
    assert ruled.rules.waiting() == [asked]
    ruled.desk.commands.undo()
    ruled.rules.apply("thanks")
    assert len(ruled.rules.waiting()) == 1


def test_undo_leaves_what_a_person_decided_meanwhile(ruled: Ruled) -> None:
    for name in ("Ewa", "Iga", "Ola", "Jan"):
        ruled.says(name, "zarabiaj w domu")
    ruled.live(SPAM, "spam")
    ruled.rules.apply("spam")
    first, second = ruled.rules.waiting()
    ruled.rules.approve([first.id])
    ruled.rules.decline([second.id])
    ruled.desk.commands.undo()
    assert states(ruled, "spam") == ["done", "done", "done", "declined"]
    assert len(ruled.orders()) == 1, "what was approved by itself stands"


def test_only_the_threads_that_were_chosen(ruled: Ruled) -> None:
    threads = [ruled.says(name, "Gdzie paczka?") for name in ("Ewa", "Iga")]
    ruled.live(PARCELS, "parcels")
    ruled.rules.apply("parcels", [threads[1]])
    assert [row.id for row in ruled.found("label:parcel")] == [threads[1]]


def test_what_it_only_noted_in_shadow_is_done_now_and_never_twice(ruled: Ruled) -> None:
    ruled.live(PARCELS, "parcels", stage=TrustStage.SHADOW)
    thread = ruled.says("Ewa", "Gdzie paczka?")
    assert states(ruled, "parcels") == ["shadow", "shadow"]
    ruled.rules.set_stage("parcels", TrustStage.LIVE)
    ruled.rules.apply("parcels")
    assert [row.id for row in ruled.found("label:parcel")] == [thread]
    with pytest.raises(Refusal, match="No waiting thread"):
        ruled.rules.apply("parcels")


def test_what_was_answered_is_left_alone(ruled: Ruled) -> None:
    thread = ruled.says("Ewa", "Gdzie paczka?")
    with ruled.shop.database.write() as db:
        db.execute("UPDATE waits SET outcome = ?", (Outcome.REPLIED,))
    ruled.live(PARCELS, "parcels")
    with pytest.raises(Refusal, match="No waiting thread"):
        ruled.rules.apply("parcels")
    assert thread


def test_red_is_neither_hidden_nor_answered(ruled: Ruled) -> None:
    ruled.says("Ewa", "zarabiaj albo idę do prawnika")
    with ruled.shop.database.write() as db:
        db.execute("UPDATE threads SET colour = 'red', colour_by = 'moderator:ana'")
    ruled.live(SPAM, "spam")
    [shown] = ruled.rules.preview("spam")
    assert shown.state == "refused"


def test_only_a_live_rule_and_only_while_rules_may_act(ruled: Ruled) -> None:
    ruled.says("Ewa", "Gdzie paczka?")
    ruled.live(PARCELS, "parcels", stage=TrustStage.SHADOW)
    with pytest.raises(Refusal, match="not live"):
        ruled.rules.preview("parcels")
    ruled.rules.set_stage("parcels", TrustStage.LIVE)
    ruled.rules.stop_all(on=True)
    with pytest.raises(Refusal, match="paused"):
        ruled.rules.apply("parcels")


def test_it_is_a_leads_matter(ruled: Ruled) -> None:
    ruled.says("Ewa", "Gdzie paczka?")
    ruled.live(PARCELS, "parcels")
    roles = {"ana": Role.MODERATOR, "ola": Role.LEAD}
    context = replace(ruled.shop.context(), roles=roles)
    hers = StoreRuleService(
        ruled.shop.file, context, Rulebook(ruled.folder / "rules", ruled.folder, "UTC")
    )
    try:
        with pytest.raises(Refusal, match="Only a lead"):
            hers.apply("parcels")
    finally:
        hers.close()


def test_the_journal_is_derived_again_alike(ruled: Ruled) -> None:
    ruled.says("Ewa", "Gdzie paczka?", ago=HOUR)
    ruled.live(PARCELS, "parcels")
    ruled.rules.apply("parcels")
    before = ruled.shop.derived()
    ruled.shop.derive(1)
    assert ruled.shop.derived() == before
