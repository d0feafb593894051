"""The rules on the screen: their list, log, tests, dry run, stages, and what waits for approval."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carecli.desk.rules.rulebook import Rulebook
from carecli.desk.rules.runner import Moderation
from carecli.desk.rules.service import StoreRuleService
from carecli.domain.errors import Refusal
from carecli.domain.rule import TrustStage
from tests.desk.conftest import open_shop
from tests.desk.rules.conftest import Ruled
from tests.tui.pilot import NARROW, driven

pytestmark = pytest.mark.anyio

RULES = """
- rule: insults
  title: Insults vanish
  if: {words: [kurwa, "debil*"]}
  then: {label: [insult], hide: true}
  tests:
    hit: ["co za kurwa"]
    miss: ["dzień dobry"]
- rule: contest
  if: {words: [konkurs]}
  then: {private: ["Cześć {contact.first_name}, jaki odcień?"]}
- rule: links
  if: {has: [link]}
  then: {flag: true}
  tests:
    hit: ["zajrzyj na mój profil"]
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def ruled(tmp_path: Path) -> Iterator[Ruled]:
    shop = open_shop(tmp_path / "care.sqlite")
    for folder in ("rules", "words"):
        (tmp_path / folder).mkdir()

    def book() -> Rulebook:
        return Rulebook(tmp_path / "rules", tmp_path / "words", "Europe/Warsaw")

    rules = StoreRuleService(shop.file, shop.context(), book())
    desk = shop.desk(rulebook=book)
    yield Ruled(shop, tmp_path, desk, rules, Moderation(book(), shop.context()))
    rules.close()
    for one in shop.desks:
        one.close()
    shop.database.close()


@pytest.fixture
def at_work(ruled: Ruled) -> Ruled:
    """Insults and the contest are live, and met what they look for."""
    ruled.live(RULES, "insults", "contest")
    ruled.says("Jan", "No co za k.u.r.w.a")
    ruled.says("Ola", "Konkurs! Biorę udział")
    return ruled


def stage_of(ruled: Ruled, name: str) -> str:
    return next(row.stage for row in ruled.rules.rules() if row.name == name)


async def test_the_list_tells_what_rules_do_and_did(at_work: Ruled) -> None:
    async with driven(at_work.desk, size=NARROW) as one:
        await one.press("g", "u")
        await one.sees("1 ● live", "insults  Insults vanish", "label, hide · 2 done")
        await one.sees("2 ● live", "private reply · 1 waiting", "3 ○ draft", "nothing in 30 days")
        await one.press("q")
        await one.sees("Waiting")


async def test_without_rules_it_says_how_to_begin(ruled: Ruled) -> None:
    async with driven(ruled.desk) as one:
        await one.press("colon", *"Rules", "enter")
        await one.sees("There are no rules yet.", "Press n to create one")


async def test_the_log_shows_what_was_seen_and_is_judged(at_work: Ruled) -> None:
    async with driven(at_work.desk, size=NARROW) as one:
        await one.press("g", "u")
        await one.sees("Insults vanish")
        await one.press("enter")
        await one.sees(
            "What insults did", "✓ done  hide  Jan", "No co za k.u.r.w.a", "label: insult"
        )
        await one.press("-")
        await one.sees("- wrong")
        await one.press("+")
        await one.sees("+ right")
        assert at_work.rules.log("insults")[0].verdict == "right"
        await one.press("u")
        await one.sees("↶ undone")
        assert at_work.orders() == []
        await one.press("u")
        await one.until(lambda: "There is nothing to undo" in one.toasts)
        await one.press("enter")
        await one.until(lambda: one.inbox.conversation.opened is not None)
        await one.sees("rule insults hid a message (kurwa) (undone)")


async def test_a_rule_is_tested_tried_and_brought_to_its_stage(at_work: Ruled) -> None:
    async with driven(at_work.desk) as one:
        await one.press("g", "u")
        await one.sees("Insults vanish")
        await one.press("t")
        await one.until(lambda: "All test sentences of insults pass." in one.toasts)
        await one.press("G", "t")
        await one.sees("1 test sentence fails", "links should match this but does not:", "zajrzyj")
        await one.press("escape", "2")
        await one.until(lambda: "1 of its test sentences fail" in one.toasts)
        assert stage_of(at_work, "links") == TrustStage.DRAFT
        await one.press("k", "0")
        await one.sees("× off")
        await one.press("1")
        await one.until(lambda: stage_of(at_work, "contest") == TrustStage.DRAFT)
        await one.press("2")
        await one.sees("◐ shadow")
        await one.press("3")
        await one.until(lambda: stage_of(at_work, "contest") == TrustStage.LIVE)


async def test_live_wants_a_dry_run_and_the_dry_run_shows_what_it_saw(ruled: Ruled) -> None:
    ruled.write(RULES)
    ruled.says("Jan", "No co za k.u.r.w.a")
    async with driven(ruled.desk) as one:
        await one.press("g", "u")
        await one.sees("Insults vanish")
        await one.press("3")
        await one.until(lambda: "had no dry run" in one.toasts)
        await one.press("y")
        await one.sees("matches 1 of 1 messages checked: 100%", "MATCHES PER DAY", "nothing yet")
        await one.sees("NEWEST MATCHES", "No co za k.u.r.w.a [kurwa]")
        await one.press("escape", "3")
        await one.until(lambda: stage_of(ruled, "insults") == TrustStage.LIVE)


async def test_a_dry_run_that_is_ended_counts_for_nothing(ruled: Ruled) -> None:
    ruled.write(RULES)
    ruled.says("Jan", "No co za k.u.r.w.a")
    ruled.rules.dry_run("insults", progress=lambda _read, _of: False)
    assert not ruled.rules.rules()[0].was_tried


async def test_all_rules_are_held_and_everybody_sees_it(at_work: Ruled) -> None:
    async with driven(at_work.desk) as one:
        await one.press("g", "u")
        await one.sees("Insults vanish")
        await one.press("!")
        await one.sees("Pause all rules?")
        await one.press("n")
        assert not at_work.rules.are_stopped()
        await one.press("!", "y")
        await one.sees("ALL RULES ARE PAUSED")
        assert at_work.rules.are_stopped()
        await one.press("escape")
        await one.sees("‖ rules paused", "§ 1 to approve")
        await one.press("g", "u")
        await one.sees("ALL RULES ARE PAUSED")
        await one.press("!", "y")
        await one.until(lambda: not at_work.rules.are_stopped())
        await one.press("escape")
        await one.until(lambda: "rules paused" not in one.text)
        await one.press("E")
        await one.sees("Pause all rules?", "For everyone")
        await one.press("y")
        await one.sees("‖ rules paused")
        assert at_work.rules.are_stopped()
        await one.press("E", "y")
        await one.until(lambda: not at_work.rules.are_stopped())


async def test_what_waits_is_marked_approved_and_declined(at_work: Ruled) -> None:
    for name in ("Ewa", "Iga"):
        at_work.shop.now += 1
        at_work.says(name, f"konkurs {name}", post=f"post-{name}")
    async with driven(at_work.desk, size=NARROW) as one:
        await one.sees("§3")
        await one.press("g", "u")
        await one.sees("Insults vanish")
        await one.press("w")
        await one.sees("To approve", "Cześć Ola, jaki odcień?", "Cześć Ewa, jaki odcień?")
        await one.sees("it cannot be undone", "Konkurs! Biorę udział")
        await one.press("space")
        await one.sees("✓ contest")
        await one.press("space", "enter")
        await one.until(lambda: len(at_work.rules.waiting()) == 1)
        assert [text for _, verb, text in at_work.orders() if verb == "private_reply"] == [
            "Cześć Ola, jaki odcień?",
            "Cześć Ewa, jaki odcień?",
        ]
        await one.until(lambda: "2 approved" in one.toasts)
        await one.sees("Cześć Iga")
        await one.press("x")
        await one.sees("Nothing is waiting for approval.")
        await one.press("escape", "escape")
        await one.until(lambda: "§" not in one.text)


async def test_the_thread_of_what_waits_is_opened(at_work: Ruled) -> None:
    async with driven(at_work.desk) as one:
        await one.press("g", "a")
        await one.sees("Cześć Ola")
        await one.press("o")
        await one.until(lambda: one.inbox.conversation.opened is not None)
        assert one.inbox.conversation.opened is not None
        assert one.inbox.conversation.opened.row.author == "Ola"


async def test_a_broken_file_is_told_and_the_last_good_rules_stay(
    at_work: Ruled,
) -> None:
    async with driven(at_work.desk) as one:
        await one.press("g", "u")
        await one.sees("Insults vanish")
        at_work.write("rule: insults\nif: {wrods: [x]}\nthen: {hide: true}\n")
        await one.press("w", "escape")
        await one.sees("rules.yaml:2", "The last valid rules stay active.", "Insults vanish")


async def test_why_a_thread_has_its_colour_and_taking_back_from_there(at_work: Ruled) -> None:
    async with driven(at_work.desk) as one:
        await one.press("W")
        await one.sees("Why this colour: Jan", "GREEN", "answer within", "not set by anyone yet")
        await one.sees("WHAT RULES DID HERE", "No co za k.u.r.w.a", "label: insult")
        await one.press("j", "u")
        await one.sees("↶ undone")
        assert at_work.orders() == []
        await one.press("escape", "end", "W")
        await one.sees("Why this colour: Ola", "waits for approval")


async def test_what_a_rule_did_is_taken_back_from_the_palette(at_work: Ruled) -> None:
    async with driven(at_work.desk) as one:
        await one.press("enter")
        await one.sees("rule insults hid a message (kurwa)")
        await one.press("colon", *"Undo what", "enter")
        await one.sees("rule insults added the labels insult")
        await one.press("enter")
        await one.until(lambda: at_work.orders() == [])
        await one.sees("(undone)")
        await one.press("colon", *"Undo what", "enter")
        await one.until(lambda: not at_work.found("label:insult"))
        await one.press("colon", *"Undo what", "enter")
        await one.until(lambda: "did anything here that can be undone" in one.toasts)


def test_a_desk_without_rules_says_so(ruled: Ruled) -> None:
    plain = ruled.shop.desk()
    with pytest.raises(Refusal, match="There are no rules here"):
        plain.rules.rules()


async def test_a_rule_is_asked_for_tried_and_switched_on_without_an_editor(ruled: Ruled) -> None:
    before = ruled.says("Ewa", "Gdzie jest moja paczka?")
    async with driven(ruled.desk, size=NARROW) as one:
        await one.press("g", "u")
        await one.sees("Press n to create one")
        await one.press("n")
        await one.sees("What should the rule do?")
        await one.press(*"label", "enter")
        await one.sees("Add a label")
        await one.press(*"parcel", "enter")
        await one.sees("New rule: label: parcel")
        await one.press("enter", "enter", "enter", "enter", "enter")
        await one.sees("Give the rule a name.")
        await one.press(*"Late parcels", "enter")
        await one.press(*"paczka, przesyłka*", "enter")
        await one.press(*"dzięki", "enter")
        await one.press(*"comment", "enter", "enter")
        await one.sees("Dry run of late-parcels", "matches 1 of 1 messages checked")
        await one.press("escape")
        await one.sees("Change late-parcels to what?")
        await one.press("a")
        await one.sees("late-parcels: what it would do with waiting threads", "Gdzie jest moja")
        await one.press("enter")
        await one.until(lambda: [row.id for row in ruled.found("label:parcel")] == [before])
        await one.until(lambda: "late-parcels: 1 done, 0 wait" in one.toasts)
    text = (ruled.folder / "rules" / "late-parcels.yaml").read_text("utf-8")
    assert 'words: ["paczka", "przesyłka*"]' in text
    assert ruled.rules.entry("late-parcels").stage is TrustStage.LIVE
    ruled.desk.commands.undo()
    assert ruled.found("label:parcel") == []


async def test_a_thread_is_left_out_of_what_a_rule_is_applied_to(ruled: Ruled) -> None:
    first, second = (ruled.says(name, "Co za kurwa firma") for name in ("Ewa", "Iga"))
    ruled.live(RULES, "insults")
    async with driven(ruled.desk, size=NARROW) as one:
        await one.press("g", "u")
        await one.sees("Insults vanish")
        await one.press("a")
        await one.sees("insults: what it would do with waiting threads", "✓ insults")
        await one.press("space", "enter")
        await one.until(lambda: [row.id for row in ruled.found("label:insult")] == [second])
    assert first != second
